"""[noise]: how much may reach the moderator channel at once."""

from typing import Annotated

from bot.config.table import Table
from bot.config.values import whole_number

Minutes = Annotated[int, whole_number(0, 1440)]


class NoiseSettings(Table):
    """When flags share a card: for so many minutes those of one member; of a raid, from so many flags in so many
    minutes on. 0 leaves it out.
    """

    author_minutes: Minutes = 10
    raid_flags: Annotated[int, whole_number(0, 1000)] = 8
    raid_minutes: Annotated[int, whole_number(1, 1440)] = 5
