"""Whose decisions stand out: one person, or a few, who press the same button whatever the post.

A model learns what it is told. When a group confirms whatever comes, the figures of the next model look splendid, on
the group's own word; so people are compared with each other before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.store.verdicts import Verdict

FEWEST = 20
"""Decisions of one person from which on a habit shows."""

APART = 0.25
"""How far a person's share of confirmed posts lies from that of the others, at least, to be worth a look."""

CHANCE = 0.001
"""The p-value, divided by the number of people compared, below which that is no accident (Fisher's exact test)."""


@dataclass(frozen=True, slots=True)
class Unusual:
    """One moderator: of so many decisions so many found a label true, and the share among all the others'."""

    name: str
    confirmed: int
    decisions: int
    others: float


def unusual_deciders(verdicts: "Sequence[Verdict]") -> list[Unusual]:
    """The people who confirm far more, or far less, of what the model or a person flagged than their colleagues do."""
    from scipy.stats import fisher_exact

    from bot.store.verdicts import Origin

    flagged = [verdict for verdict in verdicts if verdict.origin is not Origin.AUDIT]
    people = {verdict.by.id: verdict.by.name for verdict in flagged}
    found = []
    for person, name in people.items():
        own = [bool(verdict.labels) for verdict in flagged if verdict.by.id == person]
        others = [bool(verdict.labels) for verdict in flagged if verdict.by.id != person]
        if min(len(own), len(others)) < FEWEST:
            continue
        table = [[sum(own), len(own) - sum(own)], [sum(others), len(others) - sum(others)]]
        share = sum(others) / len(others)
        if abs(sum(own) / len(own) - share) >= APART and fisher_exact(table).pvalue < CHANCE / len(people):
            found.append(Unusual(name, sum(own), len(own), share))
    return found
