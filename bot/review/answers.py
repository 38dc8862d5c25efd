"""One interaction, one answer, within the three seconds that Discord waits for it."""

import asyncio
from contextlib import suppress

import discord

from bot.review.buttons import Interaction
from bot.review.card import Card
from bot.review.channel import FAILURES

PATIENCE = 2.0
"""Seconds until Discord is told that the answer takes longer; it gives up after three."""

ALREADY_ANSWERED = 40060
UNKNOWN_INTERACTION = 10062
UNKNOWN_MESSAGE = 10008


class Answer:
    """The answer to one press: the card brought up to date, or words that only the presser sees."""

    def __init__(self, interaction: Interaction) -> None:
        self._interaction = interaction
        self._turn = asyncio.Lock()

    async def ask_to_wait(self) -> None:
        """Tell Discord that the answer takes longer, unless it was given meanwhile."""
        async with self._turn:
            if not self._interaction.response.is_done():
                with suppress(*FAILURES):  # the answer itself will meet the same trouble, and say so
                    await self._interaction.response.defer()

    async def show(self, card: Card) -> None:
        """Edit the card that was pressed. Raises FAILURES."""
        silence = discord.AllowedMentions.none()
        async with self._turn:
            if self._interaction.response.is_done():
                await self._interaction.edit_original_response(
                    embeds=card.embeds, view=card.view, allowed_mentions=silence
                )
            else:
                await self._interaction.response.edit_message(
                    embeds=card.embeds, view=card.view, allowed_mentions=silence
                )

    async def whisper(self, words: str) -> None:
        """Tell the presser alone. Raises FAILURES."""
        silence = discord.AllowedMentions.none()
        async with self._turn:
            if not self._interaction.response.is_done():
                try:
                    await self._interaction.response.send_message(words, ephemeral=True, allowed_mentions=silence)
                    return
                except discord.HTTPException as error:
                    if error.code != ALREADY_ANSWERED:  # an earlier answer that seemed to fail did arrive
                        raise
            await self._interaction.followup.send(words, ephemeral=True, allowed_mentions=silence)
