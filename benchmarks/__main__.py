"""Speed and accuracy beside peers in the same run: `python -m benchmarks`, or `make bench`; a name runs that one alone.

Of times, medians are printed, and the ratio is the figure to keep.
"""

import sys

from benchmarks import accuracy, copies, judging, markup, webhooks

REPORTS = {
    "judging": judging.report,
    "accuracy": accuracy.report,
    "copies": copies.report,
    "markup": markup.report,
    "webhooks": webhooks.report,
}


def main(names: list[str]) -> None:
    """Print the reports of these names, or of all."""
    for name in names or REPORTS:
        print(f"\n{name}")
        REPORTS[name]()


if __name__ == "__main__":
    main(sys.argv[1:])
