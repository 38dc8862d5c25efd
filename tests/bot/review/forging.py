"""Interactions as a client that somebody wrote themselves could send them, where their controls stood on a message."""

from collections.abc import Sequence
from typing import Any

from simcord import Env
from simcord.backend import serializers
from simcord.interactions import base_payload
from simcord.results import InteractionResult

BUTTON, MENU = 2, 3
PRESS, FORM = 3, 5


async def forged(
    env: Env, who: Any, message: Any, custom_id: str, values: Sequence[str] = (), *, form: bool = False
) -> Any:
    """Press, choose or fill in what has that `custom_id` on a message; returns what comes of it."""
    written = [{"type": 1, "components": [{"type": 4, "custom_id": "words", "value": value}]} for value in values]
    control = {"type": MENU if values else BUTTON, "custom_id": custom_id}
    data: dict[str, Any] = {"custom_id": custom_id, "component_type": control["type"], "values": list(values)}
    record, payload = base_payload(
        env.backend,
        type=FORM if form else PRESS,
        channel_id=message.channel.id,
        guild_id=who.guild.id,
        user_id=who.id,
        data={"custom_id": custom_id, "components": written} if form else data,
    )
    record.source_message_id = message.id
    stored: Any = dict(
        serializers.message_payload(env.backend, env.backend.get_message(message.channel.id, message.id))
    )
    option = {"label": "x", "value": "x"}
    own = control | ({"options": [option]} if values else {"style": 2, "label": "x"})
    payload["message"] = stored | {"components": [*stored["components"], {"type": 1, "components": [own]}]}
    env.backend.emit("INTERACTION_CREATE", payload)
    await env.settle()
    return InteractionResult(env, record)
