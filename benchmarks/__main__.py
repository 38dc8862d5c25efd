"""Speed and accuracy beside peers in the same run: `python -m benchmarks`, or `make bench`; a name runs that one alone.

Of times, medians are printed, and the ratio is the figure to keep.
"""

import argparse

from benchmarks import accuracy, copies, copies_stream, judging, markup, retraining, startup, thresholds, webhooks

REPORTS = {
    "judging": judging.report,
    "accuracy": accuracy.report,
    "copies": copies.report,
    "copies-stream": copies_stream.report,
    "startup": startup.report,
    "markup": markup.report,
    "webhooks": webhooks.report,
    "retraining": retraining.report,
    "thresholds": thresholds.report,
}


def main() -> None:
    """Print the reports named on the command line, or all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(REPORTS)}")
    names = parser.parse_args().names
    if unknown := set(names) - REPORTS.keys():
        parser.error(f"no report is called {min(unknown)}; there are {', '.join(REPORTS)}")
    for name in names or REPORTS:
        print(f"\n{name}")
        REPORTS[name]()


if __name__ == "__main__":
    main()
