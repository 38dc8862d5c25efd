"""Clicks and the play take turns, since the simulation does one thing at a time."""

import asyncio
from collections.abc import Mapping
from typing import Any

import simcord


def take_turns(page: simcord.Preview) -> asyncio.Lock:
    """Have clicks on the page wait while the lock that is returned is held, and the other way round.

    By itself simcord refuses a click that comes while a member posts, and the page then takes no other until it is
    loaded again. It also refuses one made before the page has shown the latest change; what was clicked is all that
    matters here, and a button that is gone by then is still refused.
    """
    turn, act = asyncio.Lock(), page._action

    async def act_in_turn(context: str | None, body: Mapping[str, Any]) -> dict[str, Any]:
        async with turn:
            return await act(context, {**body, "published_revision": page._get_page(context).revision})

    page._action = act_in_turn  # type: ignore[assignment, method-assign]
    return turn
