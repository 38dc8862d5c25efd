"""What somebody is answered, for their eyes alone."""

from dataclasses import dataclass

import discord


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered: words, an embed, controls, a picture (PNG); at least one of the first two."""

    words: str | None = None
    embed: discord.Embed | None = None
    view: discord.ui.View | None = None
    picture: bytes | None = None
