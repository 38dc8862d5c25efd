"""Whose decisions stand out: one person, or a few, who press the same button whatever the post.

A model learns what it is told. When a group confirms whatever comes, the figures of the next model look splendid, on
the group's own word; so people are compared with each other before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.store.verdicts import Verdict

FEWEST = 20
"""Decisions of one person from which on a habit shows."""

APART = 0.25
"""How far a person's share of confirmed posts lies from the usual one, at least, to be worth a look."""

CHANCE = 0.001
"""The p-value, divided by the number of people compared, below which that is no accident (binomial test)."""


@dataclass(frozen=True, slots=True)
class Unusual:
    """One moderator: of so many decisions so many found a label true, where `usual` is the share of the median one."""

    name: str
    confirmed: int
    decisions: int
    usual: float


def unusual_deciders(verdicts: "Sequence[Verdict]") -> list[Unusual]:
    """The people who confirm far more, or far less, of what the model or a person flagged than their colleagues do."""
    from scipy.stats import binomtest

    from bot.store.verdicts import Origin

    names: dict[str, str] = {}
    found: dict[str, list[bool]] = {}
    for verdict in verdicts:
        if verdict.origin is not Origin.AUDIT:
            names[verdict.by.id] = verdict.by.name
            found.setdefault(verdict.by.id, []).append(bool(verdict.labels))
    found = {person: decisions for person, decisions in found.items() if len(decisions) >= FEWEST}
    if len(found) < 2:
        return []
    usual = median(sum(decisions) / len(decisions) for decisions in found.values())
    return [
        Unusual(names[person], sum(decisions), len(decisions), usual)
        for person, decisions in found.items()
        if abs(sum(decisions) / len(decisions) - usual) >= APART
        and binomtest(sum(decisions), len(decisions), usual).pvalue < CHANCE / len(found)
    ]
