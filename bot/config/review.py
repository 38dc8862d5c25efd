"""What happens in the review channels: where cards go, who may press what, which actions are allowed."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from bot.config.table import Table
from bot.config.values import (
    CHANNEL_ADVICE,
    ROLE_ADVICE,
    ChannelId,
    GuildId,
    RoleId,
    Roles,
    YesNo,
    is_list,
    refusal,
    shown,
    whole_number,
)

LONGEST_WARNING = 1_000
"""Characters: a message of Discord's takes 2,000, and escaping may double them."""

LONGEST_TIME_OUT = 28 * 24 * 60
"""Minutes: Discord takes no more than 28 days."""

LeadRoles = Annotated[tuple[RoleId, ...], is_list]


def _warning(value: object) -> object:
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_WARNING:
        raise refusal(f"expected a text of 1 to {LONGEST_WARNING} characters, got {shown(value)}.")
    return value


class ActionsSettings(Table):
    """What moderators may do about a post on Discord from its card. flagpost does none of it by itself."""

    delete: YesNo = False
    time_out: YesNo = False
    time_out_minutes: Annotated[int, whole_number(1, LONGEST_TIME_OUT)] = 60
    warn: YesNo = False
    warning: Annotated[str, BeforeValidator(_warning)] = (
        "The moderators of {server} ask you to keep to the rules. This is about what you wrote in {place}: {link}"
    )


class OwnReviewTable(Table):
    """[review.guilds.ID]: what differs for the posts of one server."""

    channel: ChannelId | None = None
    escalation_channel: ChannelId | None = None
    log_channel: ChannelId | None = None
    moderator_roles: Roles | None = None
    lead_roles: LeadRoles | None = None


class ReviewSettings(Table):
    """Where the cards go, who decides, for how many minutes a claim holds, how many earlier posts a card shows.

    Escalated cards move to `escalation_channel` and decided ones to `log_channel`; without these, they stay.
    """

    channel: ChannelId = Field(description=f"Write the id of the channel that the moderators read. {CHANNEL_ADVICE}")
    moderator_roles: Roles = Field(description=f"List the ids of the roles that may decide. {ROLE_ADVICE}")
    lead_roles: LeadRoles = ()
    escalation_channel: ChannelId | None = None
    log_channel: ChannelId | None = None
    claim_minutes: Annotated[int, whole_number(1, 1440)] = 10
    posts_before: Annotated[int, whole_number(0, 5)] = 3
    spoilers: YesNo = False
    weekly_summary: YesNo = True
    actions: ActionsSettings = ActionsSettings()
    guilds: Mapping[GuildId, OwnReviewTable] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _escalated_to_somebody(self) -> "ReviewSettings":
        for review in (self, *map(self.of_guild, self.guilds)):
            if review.escalation_channel and not review.lead_roles:
                raise refusal(
                    f"nobody could decide in escalation_channel {review.escalation_channel}. List roles in lead_roles."
                )
        return self

    def of_guild(self, guild: str | None) -> "ReviewSettings":
        """What holds for the posts of one server, given its id as text; None: for all others."""
        own = self.guilds.get(guild or "")
        return self if own is None else self.model_copy(update=own.model_dump(exclude_none=True))

    @property
    def own_channels(self) -> tuple[int, ...]:
        """The channels of these settings, those of single servers left out."""
        named = (self.channel, self.escalation_channel, self.log_channel)
        return tuple(dict.fromkeys(channel for channel in named if channel))

    @property
    def channels(self) -> tuple[int, ...]:
        """Every channel that may hold cards, each once."""
        settings = (self, *map(self.of_guild, self.guilds))
        return tuple(dict.fromkeys(channel for each in settings for channel in each.own_channels))
