"""Markup into own words and quotations: one file a kind of markup, each with a function from text to Reading."""

from collections.abc import Callable, Mapping

from bot.sources.markup.bbcode import read_bbcode
from bot.sources.markup.discord_markdown import read_discord
from bot.sources.markup.discourse import read_discourse
from bot.sources.markup.generic_html import read_html
from bot.sources.markup.markdown import read_discourse_markdown, read_nodebb_markdown
from bot.sources.markup.misago import read_misago
from bot.sources.markup.mybb import read_mybb
from bot.sources.markup.nodebb import read_nodebb
from bot.sources.markup.phpbb import read_phpbb
from bot.sources.markup.plain_text import read_quoted_text
from bot.sources.markup.reading import CutText, Reading, cut_spans
from bot.sources.markup.smf import read_smf
from bot.sources.markup.vbulletin import read_vbulletin
from bot.sources.markup.xenforo import read_xenforo

__all__ = ["READERS", "CutText", "Reading", "cut_spans", "read_discord", "read_html"]

READERS: Mapping[str, Callable[[str], Reading]] = {
    "bbcode": read_bbcode,
    "discord": read_discord,
    "discourse": read_discourse,
    "discourse-markdown": read_discourse_markdown,
    "html": read_html,
    "misago": read_misago,
    "mybb": read_mybb,
    "nodebb": read_nodebb,
    "nodebb-markdown": read_nodebb_markdown,
    "phpbb": read_phpbb,
    "plain": Reading,
    "quoted-text": read_quoted_text,
    "smf": read_smf,
    "vbulletin": read_vbulletin,
    "xenforo": read_xenforo,
}
"""The readers by the names that people use for them; `plain` takes every word for the author's own."""
