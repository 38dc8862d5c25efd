"""Speed and accuracy beside peers in the same run. `python -m benchmarks`, or `make bench`, prints the table of speed,
memory and latency; names print a part of it, or another report.

Of times, medians are printed, and the ratio is the figure to keep.
"""

import argparse

from benchmarks import (
    accuracy,
    copies,
    copies_stream,
    load,
    markup,
    months,
    promotion,
    retraining,
    speed,
    startup,
    thresholds,
    webhooks,
)

REPORTS = {
    "speed": speed.report,
    **speed.SECTIONS,
    "accuracy": accuracy.report,
    "copies": copies.report,
    "copies-stream": copies_stream.report,
    "startup": startup.report,
    "markup": markup.report,
    "webhooks": webhooks.report,
    "load": load.report,
    "retraining": retraining.report,
    "months": months.report,
    "thresholds": thresholds.report,
    "promotion": promotion.report,
}


def main() -> None:
    """Print the reports named on the command line, or the table of speed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(REPORTS)}")
    names = parser.parse_args().names
    if unknown := set(names) - REPORTS.keys():
        parser.error(f"no report is called {min(unknown)}; there are {', '.join(REPORTS)}")
    for name in names or ["speed"]:
        print(f"\n{name}")
        REPORTS[name]()


if __name__ == "__main__":
    main()
