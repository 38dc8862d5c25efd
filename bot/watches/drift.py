"""Once a day: look whether the model in use is out of date, and tell the staff once."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from bot.loops import every
from bot.review import texts
from bot.statistics.drift import ENOUGH_POSTS, Drift, shares, signs
from bot.store.store import Store

WEEK = timedelta(days=7)

MOST_POSTS = 50_000
"""Judged posts looked at, at most: more would take seconds and tell no more."""

NEARLY_A_WEEK = timedelta(days=6)
"""Whole weeks are compared: on Sundays people write otherwise than on Mondays."""

STATE = "flagpost: drift"
"""Where it is kept, beside what sources remember; no source can be called so."""


class DriftWatch:
    """Remembers how the probabilities of each model were spread in its first week, and compares later weeks with it.

    `learned` tells when a version was trained, `version` which one is in use, `discord` whether posts from Discord may
    train, and `tell` says a line in the moderator channel.
    """

    def __init__(
        self,
        learned: Callable[[str], datetime],
        store: Store,
        version: Callable[[], str],
        tell: Callable[[str], Awaitable[object]],
        *,
        discord: bool,
    ) -> None:
        self._learned = learned
        self._store = store
        self._version = version
        self._tell = tell
        self._discord = discord

    @every(minutes=24 * 60)
    async def look(self) -> None:
        """Say that retraining is due, and why, unless that was said of this model before."""
        found = await asyncio.to_thread(self._found, self._version(), datetime.now(UTC))
        if found:
            await self._tell(texts.notices.retraining_due(found))

    def _found(self, version: str, now: datetime) -> list[Drift]:
        """The signs to tell now: none where they were told before."""
        state = self._store.source_state(STATE) or {}
        if state.get("model") != version:
            state = {"model": version, "shares": None, "told": False}
        if state["told"]:
            return []
        judged = [post for post in self._store.judged_since(now - WEEK, MOST_POSTS) if post.model == version]
        verdicts = self._store.verdicts()
        found = signs(judged, verdicts, version, self._learned(version), state["shares"], discord=self._discord)
        if state["shares"] is None and len(judged) >= ENOUGH_POSTS and now - judged[-1].at >= NEARLY_A_WEEK:
            state["shares"] = shares(judged)
        state["told"] = bool(found)
        self._store.save_source_state(STATE, state)
        return found
