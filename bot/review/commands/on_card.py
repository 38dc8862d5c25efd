"""All flags that share a card: the list behind the card's "More"."""

from bot.review import texts
from bot.review.commands.listing import page_of_flags
from bot.review.commands.room import Asked, Room
from bot.review.controls import flag_id
from bot.review.reply import Reply
from bot.store.search import Wanted

KIND = "card"


async def page(room: Room, asked: Asked, number: int, about: str) -> Reply:
    """One page of the flags on the card of the flag `about`, the oldest first."""
    return await page_of_flags(
        room,
        asked,
        Wanted(card=flag_id(about) or 0),
        number,
        kind=KIND,
        about=about,
        title=texts.commands.ON_ONE_CARD,
        nothing=texts.commands.NOTHING_FOUND,
        oldest_first=True,
    )
