"""Who may do what.

| level     | who that is                               | may                                                        |
|-----------|-------------------------------------------|------------------------------------------------------------|
| STRANGER  | no member of the server where it is asked | nothing                                                    |
| MEMBER    | a member with none of the roles           | nothing; is told whom to ask                               |
| MODERATOR | has one of `moderator_roles`              | claim, decide, escalate, snooze, note; take back their own |
| LEAD      | has one of `lead_roles`                   | the same; decide what was escalated, take back and correct |
|           |                                           | what others did                                            |

The roles are those that the config names for the server where the flagged post stands: a moderator of another server is
a MEMBER here. What the store itself enforces (`bot.store.decisions`) is who holds a flag; actions on Discord ask for
Discord's own permissions as well (`bot.review.verbs.acting`).
"""

from enum import IntEnum

import discord

from bot.config import ReviewSettings
from bot.store.records import Moderator


class Level(IntEnum):
    """How much somebody may do; a higher level may do all that a lower one may."""

    STRANGER = 0
    MEMBER = 1
    MODERATOR = 2
    LEAD = 3


def level_of(person: discord.User | discord.Member, review: ReviewSettings) -> Level:
    """The level of a person under the settings that hold for the flag, or for the server, in question."""
    if not isinstance(person, discord.Member):
        return Level.STRANGER
    if any(map(person.get_role, review.lead_roles)):
        return Level.LEAD
    return Level.MODERATOR if any(map(person.get_role, review.moderator_roles)) else Level.MEMBER


def moderator(person: discord.User | discord.Member, level: Level) -> Moderator:
    """The person as the store knows them."""
    return Moderator(str(person.id), person.display_name, lead=level is Level.LEAD)
