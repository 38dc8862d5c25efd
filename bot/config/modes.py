"""[modes]: what becomes of the posts that reach a label's threshold."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from bot.config.table import Table
from bot.config.values import one_of
from classifier.labels import Label


class Mode(StrEnum):
    """What becomes of a post that reaches the threshold of a label."""

    OFF = "off"
    """Nothing."""
    LOG = "log"
    """It is counted, so that staff can see later what the label would have brought, and not shown."""
    REVIEW = "review"
    """It is shown to the moderators."""


LabelMode = Annotated[Mode, one_of(*Mode)]


class OwnModesTable(Table):
    """[modes.sources.NAME]: what differs for one forum, or for Discord."""

    trolling: LabelMode | None = None
    personal_attack: LabelMode | None = None
    copy_paste: LabelMode | None = None


class ModesTable(Table):
    """[modes]: a mode for each label, and others for the posts of some sources."""

    trolling: LabelMode = Mode.REVIEW
    personal_attack: LabelMode = Mode.REVIEW
    copy_paste: LabelMode = Mode.REVIEW
    sources: Mapping[str, OwnModesTable] = Field(default_factory=dict)

    def of(self, label: Label, source: str) -> Mode:
        """The mode that holds for a label on the posts of a source."""
        own: Mode | None = getattr(self.sources.get(source), label, None)
        general: Mode = getattr(self, label)
        return general if own is None else own

    def those_in(self, mode: Mode, labels: Iterable[Label], source: str) -> tuple[Label, ...]:
        """Those of the labels that are in that mode on the posts of a source."""
        return tuple(label for label in labels if self.of(label, source) is mode)
