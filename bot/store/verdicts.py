"""Verdicts: what staff have said about posts, as one reading of the store.

Thresholds, reports and training all ask the same question: which labels are true of this post, in the eyes of the
people who looked? Here it is answered once. Statistics ask what became of each card, decided or not: `statistics`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, select

from bot.store import flags
from bot.store.encoding import assessment_from_row, labels_from_json, post_from_row
from bot.store.records import Decision, Flag, Moderator, Verb
from bot.store.tables import assessments, posts, sampled_posts, samples
from bot.store.tables import flags as flags_table
from classifier.assessment import Copy
from classifier.copies import DecidedPair
from classifier.dataset import LabelledPost
from classifier.labels import Label
from classifier.post import Post


class Origin(StrEnum):
    """How a post came before the staff."""

    MODEL = "model"
    """The model flagged it."""
    PERSON = "person"
    """Somebody pointed to it; the model had passed it over."""
    AUDIT = "audit"
    """It was drawn at random from the posts that the model had passed over."""


WEIGHTS: Mapping[Origin, float] = {Origin.MODEL: 1.0, Origin.PERSON: 2.0, Origin.AUDIT: 2.0}
"""How much a verdict counts in training. What the model passes over is known from few posts, each of which stands for
many that nobody saw.
"""

CORRECTED = 1.5
"""How much more it counts when the labels were corrected: somebody thought about them twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What staff stand by about one revision of a post, and what the model had said of it.

    `labels` are those held to be true, empty for a post without any; `flagged` those for which it was flagged, empty in
    an audit. `probabilities` are what `model` said, `copies` the earlier posts it found, the likeliest original first.
    `at` is aware, in UTC. The text of `post` is empty once purged.
    """

    post: Post
    origin: Origin
    labels: frozenset[Label]
    flagged: tuple[Label, ...]
    probabilities: Mapping[Label, float]
    model: str
    at: datetime
    by: Moderator
    corrected: bool = False
    copies: tuple[Copy, ...] = ()

    def as_labelled(self) -> LabelledPost | None:
        """The post for training, weighed by what is known of it; None when it has no words, or none any more."""
        if not self.post.text.strip():
            return None
        return replace(
            labelled(self.post, self.labels),
            weight=self._weight,
            about=self._about,
        )

    def as_decided_pair(self) -> DecidedPair | None:
        """The post and the original it was held against, also when their texts are gone; None when there was none, or
        nobody was asked whether it is a copy.
        """
        if not self.copies or Label.COPY_PASTE not in self._about:
            return None
        return DecidedPair(self.copies[0].features, Label.COPY_PASTE in self.labels, self._weight)

    @property
    def _weight(self) -> float:
        return WEIGHTS[self.origin] * (CORRECTED if self.corrected else 1.0)

    @property
    def _about(self) -> frozenset[Label]:
        """The labels that were spoken of: when a flag is confirmed as it is, nobody is asked about the others."""
        is_confirmed_as_flagged = bool(self.labels) and not self.corrected and self.origin is not Origin.AUDIT
        return self.labels.union(self.flagged) if is_confirmed_as_flagged else frozenset(Label)


def labelled(post: Post, labels: frozenset[Label]) -> LabelledPost:
    """A revision of a post and what people say about it; ids are told apart from those of other sources."""
    return LabelledPost(
        id=f"{post.source}/{post.id}/{post.revision}",
        text=post.text,
        labels=labels,
        provenance=post.provenance,
        thread=post.thread and f"{post.source}/{post.thread}",
        author=post.author and f"{post.source}/{post.author}",
        created_at=post.created_at,
    )


_Found = tuple[int, Verdict]
"""The row of the revision that was judged, and the verdict on it."""


def read(connection: Connection, since: datetime | None = None) -> list[Verdict]:
    """Every verdict that stands, oldest first: undone ones are out, and of several on the same words the newest counts.

    `since` leaves out those given before that time.
    """
    newest: dict[int, Verdict] = {}
    for post_row, verdict in sorted((*_on_flags(connection), *_in_audits(connection)), key=_given_at):
        newest.pop(post_row, None)  # so that it comes in again as the last
        newest[post_row] = verdict
    return [verdict for verdict in newest.values() if since is None or verdict.at >= since]


def _given_at(found: _Found) -> datetime:
    return found[1].at


def _on_flags(connection: Connection) -> Iterator[_Found]:
    found = connection.execute(select(flags_table.c.id, flags_table.c.post_row)).mappings()
    row_of = {row[flags_table.c.id]: row[flags_table.c.post_row] for row in found}
    for flag in flags.load(connection):
        # A decision on a shared card counts once, for the post that was looked at.
        if flag.decision is not None and flag.lead is None:
            yield row_of[flag.id], _on_flag(flag, flag.decision)


def _on_flag(flag: Flag, decision: Decision) -> Verdict:
    return Verdict(
        post=flag.post,
        origin=Origin.MODEL if flag.report is None else Origin.PERSON,
        labels=frozenset(decision.labels),
        flagged=flag.labels,
        probabilities=flag.assessment.probabilities,
        model=flag.assessment.model,
        at=decision.at,
        by=decision.moderator,
        corrected=decision.verb is Verb.CORRECT,
        copies=flag.assessment.copies,
    )


def _in_audits(connection: Connection) -> Iterator[_Found]:
    judged = (
        select(sampled_posts, samples, posts, assessments)
        .join_from(sampled_posts, samples, samples.c.id == sampled_posts.c.sample_id)
        .join(posts, posts.c.id == sampled_posts.c.post_row)
        .join(assessments, flags.latest_of(posts.c.id))
        .where(sampled_posts.c.labels.is_not(None))
    )
    for row in connection.execute(judged).mappings():
        said = assessment_from_row(row, assessments)
        yield (
            row[posts.c.id],
            Verdict(
                post=post_from_row(row, posts),
                origin=Origin.AUDIT,
                labels=frozenset(labels_from_json(row[sampled_posts.c.labels])),
                flagged=(),
                probabilities=said.probabilities,
                model=said.model,
                at=row[sampled_posts.c.judged_at],
                by=Moderator(row[samples.c.moderator_id], row[samples.c.moderator_name]),
                copies=said.copies,
            ),
        )
