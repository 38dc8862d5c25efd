"""The page of the report, put together from what is known of each label. Members' words are escaped."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from importlib import resources
from string import Template

from bot.cli.report_page import charts
from bot.cli.workload_table import COLUMNS, grounds, headline, period, row
from bot.counts import count
from bot.workload import InForce, shortfall
from classifier.assessment import Span
from classifier.figures import Figures
from classifier.manifest import Manifest


@dataclass(frozen=True, slots=True)
class Mistake:
    """A post about which staff and model differ, and the words that weighed most for the label."""

    text: str
    spans: tuple[Span, ...]
    probability: float
    is_true: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelReport:
    """What the page tells of one label.

    `held_out` are figures of the posts that training held out. `weeks` has, by the first day of each, the share of
    posts that reach the threshold, and of the decided flags the share that was right (None without any).
    """

    found: InForce
    held_out: Figures
    mistakes: Sequence[Mistake]
    weeks: Mapping[str, tuple[float, float | None]]
    slices: Mapping[str, Figures]


def page(labels: Sequence[LabelReport], manifest: Manifest, made: str) -> str:
    """The whole page; nothing in it is loaded from elsewhere."""
    template = Template(resources.files("bot.cli.report_page").joinpath("page.html").read_text(encoding="utf-8"))
    return template.substitute(
        title=escape(manifest.version),
        intro=escape(
            f"Made {made}. In brackets: where the figures of the next 30 days will lie, 19 times in 20. Move a "
            "slider to see what another threshold would bring; flagpost thresholds set puts it into the config."
        ),
        sections="\n".join(_section(label, manifest.version) for label in labels),
        card=_card(manifest),
    )


def _section(label: LabelReport, model: str) -> str:
    found, name = label.found, label.found.label.value
    workloads = found.outlook.workloads
    rows = [row(workload) for workload in workloads]
    at = [workload.threshold for workload in workloads].index(found.threshold)
    names = (COLUMNS[0], *(f"{column} {period(found)}" for column in COLUMNS[1:4]), *COLUMNS[4:])
    fields = "".join(f"<div>{escape(column)}<output></output></div>" for column in names)
    warning = "" if found.met else f"<p><strong>Beware: {escape(shortfall(found))}.</strong></p>"
    told = " ".join(grounds(found, model))
    return f"""<section id="{name}" data-rows="{escape(json.dumps(rows))}">
<h2>{escape(found.label.display)}</h2>
<p>{escape(headline(found))}</p>{warning}<p>{escape(told)}</p>
<label>Threshold <input type="range" min="0" max="{len(rows) - 1}" value="{at}" aria-label="{name} threshold"></label>
<div class="figures">{fields}</div>
<div class="charts">
{_figure(charts.precision_recall(workloads, name), "Right and caught at every threshold; the point is the slider's.")}
{_figure(charts.reliability(label.held_out.reliability), "What it says and what is true, on posts held out.")}
{_figure(charts.histogram(workloads), f"Posts by probability, {period(found)}.")}
{_weeks(label.weeks)}
</div>
{_mistakes(label.mistakes)}
{_slices(label.slices)}
</section>"""


def _figure(svg: str, caption: str) -> str:
    return f"<figure>{svg}<figcaption>{escape(caption)}</figcaption></figure>"


def _weeks(weeks: Mapping[str, tuple[float, float | None]]) -> str:
    if len(weeks) < 2:
        return "<p>Drift shows from the second week on.</p>"
    flagged = [share for share, _ in weeks.values()]
    right = [float("nan") if share is None else share for _, share in weeks.values()]
    return _figure(
        charts.over_weeks([*weeks], flagged, "share of posts flagged"), "Share of posts over the threshold, by week."
    ) + _figure(charts.over_weeks([*weeks], right, "share of flags right"), "Share of decided flags right, by week.")


def _mistakes(mistakes: Sequence[Mistake]) -> str:
    if not mistakes:
        return "<p>No mistakes known: staff have not contradicted this model on a post whose text is still kept.</p>"
    quoted = "".join(
        f"<blockquote>{_marked(mistake)}<br><small>{mistake.probability:.0%}, and staff say "
        f"{'yes' if mistake.is_true else 'no'}</small></blockquote>"
        for mistake in mistakes
    )
    return f"<h3>Worst mistakes</h3>{quoted}"


def _marked(mistake: Mistake) -> str:
    told, at = "", 0
    for span in sorted(mistake.spans, key=lambda span: span.start):
        if span.start >= at:
            told += (
                escape(mistake.text[at : span.start]) + f"<mark>{escape(mistake.text[span.start : span.end])}</mark>"
            )
            at = span.end
    return told + escape(mistake.text[at:])


def _slices(slices: Mapping[str, Figures]) -> str:
    if not slices:
        return "<p>Kinds of posts are compared once staff have judged a hundred posts whose texts are kept.</p>"
    rows = "".join(
        f"<tr><td>{escape(name)}</td><td>{found.positives}</td><td>{found.negatives}</td>"
        f"<td>{'too few posts' if found.roc_auc is None else f'{found.roc_auc.value:.2f}'}</td></tr>"
        for name, found in slices.items()
    )
    head = "<tr><th>kind</th><th>with</th><th>clean</th><th>AUC</th></tr>"
    return f'<h3>Kinds of posts that staff judged</h3><div class="wide"><table>{head}{rows}</table></div>'


def _card(manifest: Manifest) -> str:
    facts = {
        "version": manifest.version,
        "made": f"{manifest.created_at:%Y-%m-%d %H:%M} UTC in {manifest.train_seconds:.0f} s, seed {manifest.seed}",
        "learned from": f"{count(manifest.counts.posts, 'post')}: "
        + ", ".join(f"{number:,} {name}" for name, number in manifest.counts.provenances.items()),
        **{
            label.display: f"AUC {found.roc_auc:.3f} on {count(found.positives, 'post')} with the label and "
            f"{count(found.negatives, 'clean one')} held out; calibration error {found.calibration_error:.3f}"
            for label, found in manifest.metrics.items()
        },
        "data": manifest.data_sha256,
        "base scorer": manifest.base_sha256,
        "made with": f"scikit-learn {manifest.libraries.scikit_learn}, numpy {manifest.libraries.numpy}",
    }
    rows = "".join(f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in facts.items())
    return f"<table>{rows}</table>"
