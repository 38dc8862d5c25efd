"""One interaction, one answer, within the three seconds that Discord waits for it."""

import asyncio
import io
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

import discord

from bot.review.card import Card
from bot.review.channel import FAILURES
from bot.review.controls import Interaction
from bot.review.reply import Reply

PATIENCE = 2.0
"""Seconds until Discord is told that the answer takes longer; it gives up after three."""

ALREADY_ANSWERED = 40060
UNKNOWN_INTERACTION = 10062


class Answer:
    """The answer to one interaction: a reply that only who asked or pressed sees, or the card brought up to date."""

    def __init__(self, interaction: Interaction) -> None:
        self._interaction = interaction
        self._turn = asyncio.Lock()

    @property
    def in_menu(self) -> bool:
        """Whether what was pressed is a menu or an earlier answer, which only the presser sees, and not a card."""
        pressed = self._interaction.message
        return pressed is not None and pressed.flags.ephemeral

    async def by(self, work: Coroutine[Any, Any, None]) -> None:
        """Have `work` give the answer, and Discord told when that takes longer. Raises what `work` raises."""
        task = asyncio.create_task(work)
        await asyncio.wait({task}, timeout=PATIENCE)
        if not task.done():
            await self._ask_to_wait()
        await task

    async def _ask_to_wait(self) -> None:
        response = self._interaction.response
        async with self._turn:
            if not response.is_done():
                with suppress(*FAILURES):  # the answer itself will meet the same trouble, and say so
                    if self._interaction.message is None:  # a command: the answer is yet to appear
                        await response.defer(ephemeral=True, thinking=True)
                    else:
                        await response.defer()

    async def show(self, card: Card) -> None:
        """Edit the card that was pressed. Raises FAILURES."""
        async with self._turn:
            await self._edit(embeds=card.embeds, view=card.view)

    async def ask(self, form: discord.ui.Modal) -> bool:
        """Have who asked fill in a form; False when it is too late for one. Raises FAILURES."""
        async with self._turn:
            if self._interaction.response.is_done():
                return False
            await self._interaction.response.send_modal(form)
            return True

    async def give(self, reply: Reply) -> None:
        """Answer; in the place of the menu or the earlier answer where that was pressed. Raises FAILURES."""
        embeds = [reply.embed] if reply.embed else []
        files = [discord.File(io.BytesIO(reply.picture), "chart.png")] if reply.picture else []
        async with self._turn:
            if self.in_menu:
                await self._edit(content=reply.words, embeds=embeds, view=reply.view, attachments=files)
                return
            more: dict[str, Any] = {"view": reply.view} if reply.view else {}
            more |= {"embeds": embeds, "files": files, "ephemeral": True}
            more |= {"allowed_mentions": discord.AllowedMentions.none()}
            if not self._interaction.response.is_done():
                try:
                    await self._interaction.response.send_message(reply.words, **more)
                    return
                except discord.HTTPException as error:
                    if error.code != ALREADY_ANSWERED:  # an earlier answer that seemed to fail did arrive
                        raise
            await self._interaction.followup.send(reply.words or "", **more)

    async def _edit(self, **parts: Any) -> None:
        parts["allowed_mentions"] = discord.AllowedMentions.none()
        if self._interaction.response.is_done():
            await self._interaction.edit_original_response(**parts)
        else:
            await self._interaction.response.edit_message(**parts)
