"""A small chart of the weeks: what became of the flags of each."""

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

from bot.statistics.summary import Week

WIDTH, HEIGHT = 1040, 440
"""Twice what Discord shows of it, so that it is sharp on every screen."""
LEFT, TOP, BOTTOM = 70, 70, 60
BAR = 0.6
"""The share of a week's room that its bar takes."""
FONT_SIZE = 24

BACKGROUND, LINES, WORDS = "#2b2d31", "#4a4d55", "#dbdee1"
KINDS = (("confirmed", "#c8504b"), ("dismissed", "#57a773"), ("open", "#e8a33d"))
"""The parts of a bar from the bottom up, in the colours of the cards."""


def chart(weeks: Sequence[Week], names: dict[str, str]) -> bytes:
    """A PNG with a bar for each week. `names` says what confirmed, dismissed and open are called."""
    image = Image.new("RGB", (WIDTH, HEIGHT), BACKGROUND)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(FONT_SIZE)
    _legend(draw, font, names)
    highest = _round_up(max((week.confirmed + week.dismissed + week.open for week in weeks), default=0))
    floor, room = HEIGHT - BOTTOM, HEIGHT - BOTTOM - TOP
    for mark in (0, highest // 2, highest):
        y = floor - room * mark / highest
        draw.line((LEFT, y, WIDTH - 20, y), LINES, 2)
        draw.text((LEFT - 12, y), f"{mark:,}", WORDS, font, anchor="rm")
    step = (WIDTH - 20 - LEFT) / max(len(weeks), 1)
    for at, week in enumerate(weeks):
        middle, top = LEFT + step * (at + 0.5), float(floor)
        for kind, colour in KINDS:
            height = room * getattr(week, kind) / highest
            if height:
                draw.rectangle((middle - step * BAR / 2, top - height, middle + step * BAR / 2, top), colour)
            top -= height
        draw.text((middle, floor + 14), f"{week.start:%-d %b}", WORDS, font, anchor="ma")
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


def _legend(
    draw: ImageDraw.ImageDraw, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, names: dict[str, str]
) -> None:
    x = float(LEFT)
    for kind, colour in KINDS:
        draw.rectangle((x, 22, x + 24, 46), colour)
        draw.text((x + 36, 34), names[kind], WORDS, font, anchor="lm")
        x += 36 + draw.textlength(names[kind], font) + 40


def _round_up(most: int) -> int:
    """The next even number that is easy to read: 2, 4, 6, 8, 10, 20, 40 and so on; at least 2."""
    power = 1
    while True:
        for digit in (2, 4, 6, 8, 10):
            if most <= digit * power:
                return digit * power
        power *= 10
