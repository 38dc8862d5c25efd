"""What a forum calls a copy: how far the search reaches, where copying is welcome, how often one may repeat oneself."""

from dataclasses import dataclass
from enum import StrEnum

from classifier.post import Post


class CopyScope(StrEnum):
    """Among which posts the original of a copy is looked for."""

    EVERYWHERE = "everywhere"
    SOURCE = "source"
    """Those of the same forum, or on Discord alike."""
    PLACE = "place"
    """Those of the same channel or section."""


@dataclass(frozen=True, slots=True)
class CopyRules:
    """A forum's own terms.

    `exempt_places` are ids of places, or `SOURCE/ID`: what is posted there is no copy, and no original of one.
    `free_repeats` says how often a member may post a text of their own again after the earlier post is gone, such as in
    the right section after being told, or in the same thread, with a slip corrected within the hour or below new words.
    """

    scope: CopyScope = CopyScope.EVERYWHERE
    exempt_places: frozenset[str] = frozenset()
    free_repeats: int = 1

    def exempts(self, post: Post) -> bool:
        """Whether copies do not matter where the post stands."""
        return bool(self.exempt_places) and not self.exempt_places.isdisjoint(
            (post.place, f"{post.source}/{post.place}")
        )


DEFAULT_RULES = CopyRules()
