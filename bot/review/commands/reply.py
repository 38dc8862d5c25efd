"""One answer to a command, within the three seconds that Discord waits for it, for the eyes of who asked alone."""

import asyncio
import io
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import discord

from bot.review.channel import FAILURES

Interaction = discord.Interaction[Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered: words, an embed, controls, a picture (PNG); at least one of the first two."""

    words: str | None = None
    embed: discord.Embed | None = None
    view: discord.ui.View | None = None
    picture: bytes | None = None


class Answer:
    """The answer to one interaction; pressing a button of an earlier answer changes that in its place."""

    def __init__(self, interaction: Interaction) -> None:
        self._interaction = interaction
        self._turn = asyncio.Lock()
        pressed = interaction.message
        self._in_place = pressed is not None and pressed.flags.ephemeral

    async def ask_to_wait(self) -> None:
        """Tell Discord that the answer takes longer, unless it was given meanwhile."""
        async with self._turn:
            response = self._interaction.response
            if not response.is_done():
                with suppress(*FAILURES):  # the answer itself will meet the same trouble, and say so
                    if self._in_place:
                        await response.defer()
                    else:
                        await response.defer(ephemeral=True, thinking=True)

    async def ask(self, form: discord.ui.Modal) -> None:
        """Have who asked fill in a form. Raises FAILURES."""
        async with self._turn:
            if not self._interaction.response.is_done():
                await self._interaction.response.send_modal(form)

    async def give(self, reply: Reply) -> None:
        """Answer. Raises FAILURES."""
        embeds = [reply.embed] if reply.embed else []
        files = [discord.File(_stream(reply.picture), "chart.png")] if reply.picture else []
        silence = discord.AllowedMentions.none()
        response = self._interaction.response
        async with self._turn:
            if self._in_place:
                parts: dict[str, Any] = {"content": reply.words, "embeds": embeds, "view": reply.view}
                parts |= {"allowed_mentions": silence, "attachments": files}
                if response.is_done():
                    await self._interaction.edit_original_response(**parts)
                else:
                    await response.edit_message(**parts)
                return
            more: dict[str, Any] = {"view": reply.view} if reply.view else {}
            more |= {"embeds": embeds, "files": files, "ephemeral": True, "allowed_mentions": silence}
            if response.is_done():
                await self._interaction.followup.send(reply.words or "", **more)
            else:
                await response.send_message(reply.words, **more)


def _stream(picture: bytes) -> io.BytesIO:
    return io.BytesIO(picture)
