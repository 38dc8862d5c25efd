"""A summary as a table for spreadsheets: one figure a line, with its interval."""

import csv
import io
from collections.abc import Iterator

from bot.statistics.shares import Share
from bot.statistics.summary import Precision, Summary

COLUMNS = ("figure", "place", "week", "label", "moderator", "count", "of", "share", "low", "high")

_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a cell may not begin with: spreadsheets would run it, and members choose the names that stand here."""

Row = dict[str, object]


def to_csv(summary: Summary) -> str:
    """The table as CSV, in UTF-8 with a byte order mark once written, so that spreadsheets read the letters right.

    `share`, `low` and `high` are empty where too few are decided to tell. Times are in hours.
    """
    sheet = io.StringIO()
    writer = csv.DictWriter(sheet, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: safe_cell(cell) for name, cell in row.items()} for row in _rows(summary))
    return sheet.getvalue()


def safe_cell(cell: object) -> object:
    """The cell as spreadsheets take it for text: an apostrophe goes before what would be a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULAS) else cell


def _rows(summary: Summary) -> Iterator[Row]:
    yield {"figure": "flags", "count": summary.flags}
    yield from _precision(summary.precision)
    for place, precision in summary.places.items():
        yield from _precision(precision, place=place)
    for week in summary.weeks:
        start = f"{week.start:%Y-%m-%d}"
        for figure in ("confirmed", "dismissed", "open"):
            yield {"figure": figure, "week": start, "count": getattr(week, figure)}
        yield from _precision(week.precision, week=start)
    for decider in summary.deciders:
        yield {"figure": "confirmed", "moderator": decider.name, "count": decider.confirmed}
        yield {"figure": "dismissed", "moderator": decider.name, "count": decider.dismissed}
    waiting = summary.waiting
    for figure, time in (("hours to a decision, median", waiting.median), ("hours, nine in ten", waiting.most)):
        yield {"figure": figure, "count": "" if time is None else round(time.total_seconds() / 3600, 2)}
    yield _share("agreement", summary.agreement)
    yield _share("missed", summary.missed.any)
    for label, share in summary.missed.by_label.items():
        yield _share("missed", share, label=label.value)
    yield {"figure": "reported", "count": summary.reported.flags}
    yield _share("reported, confirmed", summary.reported.confirmed)
    for silence, count in summary.reported.silence.items():
        yield {"figure": f"reported, {silence.value}", "count": count}


def _precision(precision: Precision, **where: str) -> Iterator[Row]:
    for label, share in precision.items():
        yield _share("precision", share, label=label.value, **where)


def _share(figure: str, share: Share, **where: str) -> Row:
    row: Row = {"figure": figure, "count": share.count, "of": share.of, **where}
    found = share.estimate()
    if found is not None and found.interval is not None:
        row |= {"share": round(found.value, 4), "low": round(found.interval[0], 4), "high": round(found.interval[1], 4)}
    return row
