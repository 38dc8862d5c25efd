"""Where the card of each flag belongs, and which settings hold for it."""

from collections.abc import Mapping

from bot.config import ReviewSettings
from bot.store.likeness import guild_of
from bot.store.records import Flag, FlagState
from classifier.post import Post


class Places:
    """The review channels: those in `settings`, and those that sources in `of_source` have of their own."""

    def __init__(self, settings: ReviewSettings, of_source: Mapping[str, int]) -> None:
        self.ids = frozenset((*settings.channels, *of_source.values()))
        self._settings = settings
        self._of_source = of_source

    def review(self, flag: Flag | None) -> ReviewSettings:
        """The settings for the server where the flagged post stands; those for all others when there is no flag."""
        return self._settings.of_guild(guild_of(flag.post) if flag else None)

    def queue(self, post: Post) -> int:
        """The id of the channel where new cards about a post belong."""
        return self._of_source.get(post.source, self._settings.of_guild(guild_of(post)).channel)

    def home(self, flag: Flag) -> int:
        """The id of the channel where the card of a flag belongs as it stands."""
        review, queue = self.review(flag), self.queue(flag.post)
        match flag.state:
            case FlagState.OPEN | FlagState.CLAIMED | FlagState.SNOOZED:
                return queue
            case FlagState.ESCALATED:
                return review.escalation_channel or queue
            case FlagState.CONFIRMED | FlagState.DISMISSED:
                return review.log_channel or (flag.card.channel_id if flag.card else queue)
