"""The charts of the report, as SVG that takes its colours from the page and loads nothing."""

import io
from collections.abc import Callable, Sequence
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from classifier.figures import Bin
from classifier.workload import Workload

INK, LINE, SOFT = "#010203", "#010204", "#010205"
"""Stand-ins, which the page's own colours take the place of."""

_COLOURS = {INK: "currentColor", LINE: "var(--line)", SOFT: "var(--soft)"}
_STYLE: Any = {  # its keys are a literal type of three hundred names
    "svg.fonttype": "none",
    "svg.hashsalt": "flagpost",
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    **dict.fromkeys(("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color"), INK),
}


def precision_recall(workloads: Sequence[Workload], name: str) -> str:
    """The share right over the share caught; a point for each threshold, with the id `NAME-point-NUMBER`."""
    recall, precision = ([getattr(one, of).value for one in workloads] for of in ("recall", "precision"))

    def draw(axes: Axes) -> None:
        axes.plot(recall, precision, color=LINE, linewidth=2)
        for number, point in enumerate(zip(recall, precision, strict=True)):
            axes.plot(*point, "o", color=LINE, markersize=9, gid=f"{name}-point-{number}")
        axes.set(xlim=(0, 1), ylim=(0, 1.03), xlabel="caught, of all", ylabel="right, of flags")

    return _svg(draw)


def reliability(bins: Sequence[Bin]) -> str:
    """The share that is true over the probability stated, with intervals; on the diagonal both agree."""

    def draw(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], color=SOFT, linestyle="--")
        for part in bins:
            if part.true.interval is not None:
                axes.plot([part.stated] * 2, part.true.interval, color=SOFT, linewidth=3)
        axes.plot([part.stated for part in bins], [part.true.value for part in bins], "o-", color=LINE)
        axes.set(xlim=(0, 1), ylim=(0, 1.03), xlabel="probability stated", ylabel="true")

    return _svg(draw)


def histogram(workloads: Sequence[Workload]) -> str:
    """How many posts lie between one threshold and the next."""
    flags = [one.flags.value for one in workloads]
    counts = -np.diff([*flags, 0.0])

    def draw(axes: Axes) -> None:
        axes.bar([f"{one.threshold:g}" for one in workloads], counts, color=LINE)
        # like a logarithm from 1 on; below, and with no post at all, there is none
        axes.set(yscale="symlog", ylim=(0, None), xlabel="probability, from … on", ylabel="posts")
        axes.yaxis.set_major_formatter("{x:,.0f}")  # 1, 10, 100, which all can read
        axes.tick_params(axis="x", rotation=90)

    return _svg(draw)


def over_weeks(weeks: Sequence[str], shares: Sequence[float], what: str) -> str:
    """A share for each week; NaN where there is none."""

    def draw(axes: Axes) -> None:
        axes.plot(weeks, shares, "o-", color=LINE)
        axes.set(xlabel="week from", ylabel=what, ylim=(0, None))
        axes.tick_params(axis="x", rotation=90)

    return _svg(draw)


def _svg(draw: Callable[[Axes], None]) -> str:
    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=(4.6, 3.2), layout="constrained")
        axes = figure.add_subplot()
        draw(axes)
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    for stand_in, colour in _COLOURS.items():
        svg = svg.replace(stand_in, colour)
    return svg
