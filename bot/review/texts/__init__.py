"""Every text of the interface, one file for each surface. Names and other words from outside come already escaped."""

from bot.review.texts import answers, card, commands, menu, notices, statistics, words

__all__ = ["answers", "card", "commands", "menu", "notices", "statistics", "words"]
