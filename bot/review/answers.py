"""One interaction, one answer, within the three seconds that Discord waits for it."""

import asyncio
from contextlib import suppress
from typing import Any

import discord

from bot.review.card import Card
from bot.review.channel import FAILURES
from bot.review.controls import Interaction
from bot.review.press import Words

PATIENCE = 2.0
"""Seconds until Discord is told that the answer takes longer; it gives up after three."""

ALREADY_ANSWERED = 40060
UNKNOWN_INTERACTION = 10062


class Answer:
    """The answer to one press: the card brought up to date, or words that only the presser sees."""

    def __init__(self, interaction: Interaction) -> None:
        self._interaction = interaction
        self._turn = asyncio.Lock()

    @property
    def in_menu(self) -> bool:
        """Whether what was pressed is a menu that only the presser sees, and not a card."""
        pressed = self._interaction.message
        return pressed is not None and pressed.flags.ephemeral

    async def ask_to_wait(self) -> None:
        """Tell Discord that the answer takes longer, unless it was given meanwhile."""
        async with self._turn:
            if not self._interaction.response.is_done():
                with suppress(*FAILURES):  # the answer itself will meet the same trouble, and say so
                    await self._interaction.response.defer()

    async def show(self, card: Card) -> None:
        """Edit the card that was pressed. Raises FAILURES."""
        async with self._turn:
            await self._edit(embeds=card.embeds, view=card.view)

    async def ask(self, form: discord.ui.Modal) -> bool:
        """Have the presser fill in a form; False when it is too late for one. Raises FAILURES."""
        async with self._turn:
            if self._interaction.response.is_done():
                return False
            await self._interaction.response.send_modal(form)
            return True

    async def tell(self, words: Words) -> None:
        """Tell the presser alone, in the menu where that was pressed. Raises FAILURES."""
        embeds = [words.embed] if words.embed else []
        async with self._turn:
            if self.in_menu:
                await self._edit(content=words.text, embeds=embeds, view=words.view)
                return
            more: dict[str, Any] = {"view": words.view} if words.view else {}
            more |= {"embeds": embeds, "ephemeral": True, "allowed_mentions": discord.AllowedMentions.none()}
            if not self._interaction.response.is_done():
                try:
                    await self._interaction.response.send_message(words.text, **more)
                    return
                except discord.HTTPException as error:
                    if error.code != ALREADY_ANSWERED:  # an earlier answer that seemed to fail did arrive
                        raise
            await self._interaction.followup.send(words.text, **more)

    async def _edit(self, **parts: Any) -> None:
        parts["allowed_mentions"] = discord.AllowedMentions.none()
        if self._interaction.response.is_done():
            await self._interaction.edit_original_response(**parts)
        else:
            await self._interaction.response.edit_message(**parts)
