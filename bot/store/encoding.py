"""Posts, assessments and audit entries as rows, and back."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import FromClause, RowMapping

from bot.store.limits import LONGEST_ID
from bot.store.records import AuditEntry, Moderator, Report, Silence, Verb
from bot.store.tables import storable
from classifier.assessment import Assessment, Copy, Span
from classifier.labels import Label
from classifier.post import Post, PostKey, Quotation


def as_stored(post: Post) -> Post:
    """The post as the store can hold it: its key and its revision are those of the row."""
    return replace(
        post,
        id=storable(post.id),
        text=storable(post.text),
        author=_indexed(post.author),
        thread=_indexed(post.thread),
        place=_indexed(post.place),
    )


def _indexed(text: str | None) -> str | None:
    return text if text is None else text[:LONGEST_ID]


def post_to_row(post: Post) -> dict[str, Any]:
    """What a post, made storable, says about itself, by column of `posts`."""
    return {
        "source": post.source,
        "post_id": post.id,
        "revision": post.revision,
        "text": post.text,
        "quotations": [[quotation.text, quotation.author, quotation.post_id] for quotation in post.quotations],
        "author": post.author,
        "author_name": post.author_name,
        "thread": post.thread,
        "place": post.place,
        "place_name": post.place_name,
        "created_at": post.created_at,
        "link": post.link,
        "reply_to": post.reply_to,
        "provenance": post.provenance,
    }


def post_from_row(row: RowMapping, table: FromClause) -> Post:
    """The post in `row`; `table` is `posts` or the alias of it that was selected."""
    column = table.c
    return Post(
        source=row[column.source],
        id=row[column.post_id],
        text=row[column.text],
        quotations=tuple(
            Quotation(text=text, author=author, post_id=id) for text, author, id in row[column.quotations]
        ),
        author=row[column.author],
        author_name=row[column.author_name],
        thread=row[column.thread],
        place=row[column.place],
        place_name=row[column.place_name],
        created_at=row[column.created_at],
        link=row[column.link],
        reply_to=row[column.reply_to],
        provenance=row[column.provenance],
    )


def assessment_to_row(assessment: Assessment) -> dict[str, Any]:
    """What an assessment says, by column of `assessments`."""
    return {
        "model": assessment.model,
        "probabilities": {label.value: float(share) for label, share in assessment.probabilities.items()},
        "spans": {label.value: _spans_to_json(spans) for label, spans in assessment.spans.items()},
        **copies_to_row(assessment.copies),
    }


def copies_to_row(copies: Iterable[Copy]) -> dict[str, Any]:
    """Earlier copies, by column of `assessments`."""
    encoded = [
        {
            "source": copy.key.source,
            "id": copy.key.id,
            "containment": float(copy.containment),
            "spans": _spans_to_json(copy.spans),
            "author": copy.author,
            "author_name": copy.author_name,
            "created_at": copy.created_at and copy.created_at.astimezone(UTC).isoformat(),
            "link": copy.link,
            "text": copy.text,
            "features": dict(copy.features),
        }
        for copy in copies
    ]
    return {"copies": encoded, "copied_text": any(copy["text"] is not None for copy in encoded)}


def copies_from_json(encoded: Iterable[dict[str, Any]]) -> tuple[Copy, ...]:
    """The copies that `copies_to_row` made JSON of."""
    return tuple(
        Copy(
            key=PostKey(copy["source"], copy["id"]),
            containment=copy["containment"],
            spans=_spans_from_json(copy["spans"]),
            author=copy["author"],
            author_name=copy["author_name"],
            created_at=copy["created_at"] and datetime.fromisoformat(copy["created_at"]),
            link=copy["link"],
            text=copy["text"],
            features=copy.get("features", {}),
        )
        for copy in encoded
    )


def assessment_from_row(row: RowMapping, table: FromClause) -> Assessment:
    """The assessment in `row`; `table` is `assessments` or the alias of it that was selected."""
    return Assessment(
        probabilities={Label(label): share for label, share in row[table.c.probabilities].items()},
        model=row[table.c.model],
        spans={Label(label): _spans_from_json(spans) for label, spans in row[table.c.spans].items()},
        copies=copies_from_json(row[table.c.copies]),
    )


def entry_from_row(row: RowMapping, table: FromClause) -> AuditEntry:
    """The audit entry in `row`; `table` is `audit` or the alias of it that was selected."""
    return AuditEntry(
        flag_id=row[table.c.flag_id],
        verb=Verb(row[table.c.verb]),
        moderator=Moderator(row[table.c.moderator_id], row[table.c.moderator_name]),
        labels=labels_from_json(row[table.c.labels]),
        at=row[table.c.at],
        note=row[table.c.note],
        until=row[table.c.until],
    )


def report_to_row(report: Report) -> dict[str, Any]:
    """A person's report, by column of `reports`."""
    return {
        "reporter_id": report.reporter.id,
        "reporter_name": report.reporter.name,
        "silence": {label.value: silence.value for label, silence in report.silence.items()},
        "thresholds": {label.value: float(threshold) for label, threshold in report.thresholds.items()},
    }


def report_from_row(row: RowMapping, table: FromClause) -> Report:
    """The report in `row`; `table` is `reports`."""
    return Report(
        reporter=Moderator(row[table.c.reporter_id], row[table.c.reporter_name]),
        silence={Label(label): Silence(silence) for label, silence in row[table.c.silence].items()},
        thresholds={Label(label): threshold for label, threshold in row[table.c.thresholds].items()},
    )


def labels_to_json(labels: Iterable[Label]) -> list[str]:
    """The labels' values in the order given, each once. ValueError for what is no label."""
    return list(dict.fromkeys(Label(label).value for label in labels))


def labels_from_json(values: Iterable[str]) -> tuple[Label, ...]:
    """The labels that `labels_to_json` made JSON of."""
    return tuple(Label(value) for value in values)


def _spans_to_json(spans: Iterable[Span]) -> list[list[float]]:
    return [[int(span.start), int(span.end), float(span.weight)] for span in spans]


def _spans_from_json(spans: Iterable[list[Any]]) -> tuple[Span, ...]:
    return tuple(Span(start, end, weight) for start, end, weight in spans)
