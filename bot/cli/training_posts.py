"""What `flagpost train` learns from: the posts that come with flagpost, files, and what staff decided."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.options import existing_store
from classifier.dataset import LabelledPost, read_labelled_posts, written_posts
from classifier.errors import DataError
from classifier.labels import Label

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.store.verdicts import Verdict
    from classifier.copies import DecidedPair

DISCORD = "discord"
NOT_PERMITTED = (
    "from Discord: its policy forbids training on them, and [training] discord_permission names no permission"
)
NO_TEXT = "without words, or with words that are no longer kept"


@dataclass(slots=True)
class TrainingPosts:
    """Posts of three kinds, copies that staff decided on, and the verdicts that the decided ones come from.

    `left_out` counts posts by the reason. `copies_left_out` counts copies of or by posts that are not permitted.
    """

    written: list[LabelledPost]
    from_files: list[LabelledPost]
    decided: list[LabelledPost]
    verdicts: "list[Verdict]"
    left_out: Counter[str] = field(default_factory=Counter)
    copies: "list[DecidedPair]" = field(default_factory=list)
    copies_left_out: int = 0

    @property
    def all(self) -> list[LabelledPost]:
        """Every post to learn from."""
        return [*self.written, *self.from_files, *self.decided]


def gather(
    files: Sequence[Path], names: Mapping[str, Label | None], settings: "Settings | None", verdicts: "Sequence[Verdict]"
) -> TrainingPosts:
    """Read the files, whose labels may go by other `names`; add what staff decided. Raises DataError."""
    permitted = settings is not None and settings.training.discord_permission is not None
    found = TrainingPosts(written_posts(), [], [], [])
    for file in files:
        posts = read_labelled_posts(file, names)
        if not posts:
            raise DataError(f"{file}: holds no posts; write one labelled post a line")
        for post in posts:
            if post.provenance == DISCORD and not permitted:
                found.left_out[NOT_PERMITTED] += 1
            else:
                found.from_files.append(post)
    for verdict in verdicts:
        labelled, pair = verdict.as_labelled(), verdict.as_decided_pair()
        if pair is not None and not permitted and DISCORD in (verdict.post.provenance, verdict.copies[0].key.source):
            found.copies_left_out += 1
            pair = None
        if verdict.post.provenance == DISCORD and not permitted:
            found.left_out[NOT_PERMITTED] += 1
            labelled = None
        elif labelled is None:
            found.left_out[NO_TEXT] += 1
        if labelled is not None:
            found.decided.append(labelled)
        if pair is not None:
            found.copies.append(pair)
        if labelled is not None or pair is not None:
            found.verdicts.append(verdict)
    return found


def verdicts_of(settings: "Settings | None") -> "list[Verdict]":
    """What staff decided, from the store that the config names; nothing where there is no config or no store yet."""
    with existing_store(settings) as store:
        return store.verdicts() if store is not None else []
