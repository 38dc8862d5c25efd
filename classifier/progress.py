"""How long work tells how far it has come."""

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called with the stage in plain words, the steps done and the steps in all (0 when that is not known)."""


def silent(_stage: str, _done: int, _total: int) -> None:
    """Tells nobody."""
