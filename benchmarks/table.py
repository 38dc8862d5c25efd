"""Lines of the table: a figure of flagpost beside one of a peer in the same run, and how many times better it is."""

WIDTHS = (52, 10, 10, 38, 10, 9)


def print_head() -> None:
    """Name the columns."""
    _print("", "", "flagpost", "peer", "", "ratio")


def print_row(
    task: str, unit: str, ours: float, peer: str = "", theirs: float | None = None, *, less_is_better: bool = False
) -> None:
    """Print one line; the ratio is above 1 where flagpost is the better one."""
    if theirs is None:
        _print(task, unit, _figure(ours), peer, "", "")
        return
    ratio = theirs / ours if less_is_better else ours / theirs
    _print(task, unit, _figure(ours), peer, _figure(theirs), f"{_figure(ratio)}×")


def print_left_out(task: str, peer: str, reason: str) -> None:
    """Say why a line is not there."""
    print(f"{task:<{WIDTHS[0]}}{peer}: left out, {reason}")


def _print(*cells: str) -> None:
    aligned = "<<>>>>"
    print("".join(f"{cell:{side}{width}}" for cell, side, width in zip(cells, aligned, WIDTHS, strict=True)).rstrip())


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"
