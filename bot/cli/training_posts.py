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

DISCORD = "discord"
NOT_PERMITTED = (
    "from Discord: its policy forbids training on them, and [training] discord_permission names no permission"
)
NO_TEXT = "without words, or with words that are no longer kept"


@dataclass(frozen=True, slots=True)
class TrainingPosts:
    """Posts of three kinds, the decisions learned from among them, and how many posts were left out for what reason."""

    written: list[LabelledPost]
    from_files: list[LabelledPost]
    decided: list[LabelledPost]
    verdicts: "list[Verdict]"
    left_out: Counter[str] = field(default_factory=Counter)

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
        labelled = verdict.as_labelled()
        if verdict.post.provenance == DISCORD and not permitted:
            found.left_out[NOT_PERMITTED] += 1
        elif labelled is None:
            found.left_out[NO_TEXT] += 1
        else:
            found.decided.append(labelled)
            found.verdicts.append(verdict)
    return found


def verdicts_of(settings: "Settings | None") -> "list[Verdict]":
    """What staff decided, from the store that the config names; nothing where there is no config or no store yet."""
    with existing_store(settings) as store:
        return store.verdicts() if store is not None else []
