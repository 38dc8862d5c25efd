"""One press that passed every check, and what it may be answered with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import discord

from bot.config import ReviewSettings
from bot.review.controls import Interaction
from bot.review.reply import Reply
from bot.store.records import Flag, Moderator, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """Who pressed what on which flag, as it stands now; `values` is what was chosen in a menu or written in a form."""

    interaction: Interaction
    flag: Flag
    moderator: Moderator
    review: ReviewSettings
    values: Sequence[str]
    now: datetime

    @property
    def claim_lifetime(self) -> timedelta:
        """For how long a claim holds."""
        return timedelta(minutes=self.review.claim_minutes)


Result = Outcome | Reply | discord.ui.Modal
"""What comes of a press: a step on the audit trail or a refusal of it, a reply, or a form to fill in."""
