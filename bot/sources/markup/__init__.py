"""Markup into own words and quotations: one file a kind of markup, each with a function from text to Reading."""

from collections.abc import Callable, Mapping

from bot.sources.markup.discord_markdown import read_discord
from bot.sources.markup.generic_html import read_html
from bot.sources.markup.reading import CutText, Reading, cut_spans

__all__ = ["READERS", "CutText", "Reading", "cut_spans", "read_discord", "read_html"]

READERS: Mapping[str, Callable[[str], Reading]] = {
    "discord": read_discord,
    "discourse": read_html,
    "html": read_html,
    "misago": read_html,
    "mybb": read_html,
    "nodebb": read_html,
    "phpbb": read_html,
    "plain": Reading,
    "smf": read_html,
    "vbulletin": read_html,
    "xenforo": read_html,
}
"""The readers by the names that people use for them; `plain` takes every word for the author's own."""
