"""Print how a model fares on the functional cases: `python -m tests.functional.report --split held_out`.

With --floors it prints FLOORS of test_functions.py anew, ready to be pasted there.
"""

import argparse
from collections import defaultdict
from collections.abc import Mapping
from math import floor
from pathlib import Path

from classifier.model import Model
from classifier.registry import Registry, default_directory, default_model
from tests.functional.cases import cases, identity_sentences, remarks
from tests.functional.measures import (
    DIALECT_GOAL,
    DISGUISE_GOAL,
    IDENTITY_GOAL,
    Share,
    dialect_ratios,
    disguise_losses,
    identity_means,
    shares,
    spread,
)

LISTED_WORDS = 4
ROOM_IN_CASES = 2
"""How many cases a floor leaves to lose: some new training posts turn one or two, and that is no fault. Of a few right
ones it leaves no more than half, so that every floor under something can fail.
"""


def main() -> None:
    """Judge with the model in use, which is trained first where there is none."""
    parser = argparse.ArgumentParser(description="How a model fares on the functional cases.")
    parser.add_argument("--models", type=Path, default=default_directory(), help="the folder of models")
    parser.add_argument("--split", choices=("dev", "held_out"), help="only the cases of this split")
    parser.add_argument("--floors", action="store_true", help="print FLOORS of test_functions.py")
    options = parser.parse_args()
    model = default_model(Registry(options.models))
    if options.floors:
        print_floors(model)
    else:
        print_report(model, options.split)


def print_report(model: Model, split: str | None) -> None:
    """A line a function and criterion, their means, and the figures on dialects, identity words and disguises."""
    print(f"model {model.version}, {split or 'all'} cases\n")
    print(f"{'function':<44}{'cases':>6}  {'criterion':<10}{'share':>6}")
    together: dict[tuple[str, str], list[Share]] = defaultdict(list)
    for share in shares(model, cases(), split):
        together[" or ".join(share.labels), share.criterion].append(share)
        print(f"{share.function:<44}{share.cases:>6}  {share.criterion:<10}{share.value:>6.2f}")
    for (labels, criterion), of_kind in together.items():
        right, count = sum(share.right for share in of_kind), sum(share.cases for share in of_kind)
        print(f"{'all for ' + labels:<44}{count:>6}  {criterion:<10}{right / count:>6.2f}")

    print(f"\ndialects: how often flagged, standard English = 1 (goal: at most {DIALECT_GOAL})")
    for (label, dialect), ratio in dialect_ratios(
        model, [remark for remark in remarks() if split in (None, remark.split)]
    ).items():
        print(f"{label + ', ' + dialect:<62}{ratio:>6.2f}")

    print(f"\nidentity words: largest minus smallest mean probability (goal: at most {IDENTITY_GOAL})")
    for label, means in identity_means(model, identity_sentences()).items():
        ranked = sorted(means.items(), key=lambda entry: -entry[1])
        ends = ", ".join(f"{word} {mean:.3f}" for word, mean in (*ranked[:LISTED_WORDS], *ranked[-LISTED_WORDS:]))
        print(f"{label:<62}{spread(means):>6.3f}  {ends}")

    print(f"\ndisguises: AUC lost (goal: at most {DISGUISE_GOAL})")
    for (posts, label, disguise), loss in disguise_losses(
        model, [case for case in cases() if split in (None, case.split)]
    ).items():
        print(f"{posts + ', ' + label + ', ' + disguise:<62}{loss:>6.3f}")


def print_floors(model: Model) -> None:
    """FLOORS, below what was measured by the room left; none where nothing was right, since it could not be missed."""
    floors: dict[str, list[str]] = defaultdict(list)
    for share in shares(model, cases()):
        if floor_of := _floor(share):
            floors[share.function].append(f'"{share.criterion}": {floor_of:.2f}')
    print("FLOORS = {")
    for function, of_function in floors.items():
        print(f'    "{function}": {{{", ".join(of_function)}}},')
    print("}")


def misses(model: Model) -> Mapping[str, float]:
    """The figures beyond their goals, by what they are about."""
    ratios = dialect_ratios(model, remarks())
    means = identity_means(model, identity_sentences())
    losses = disguise_losses(model, cases())
    figures = [(f"{label}, {dialect}", ratio, DIALECT_GOAL) for (label, dialect), ratio in ratios.items()]
    figures += [(f"{label}, identity words", spread(of_label), IDENTITY_GOAL) for label, of_label in means.items()]
    figures += [(", ".join(key), loss, DISGUISE_GOAL) for key, loss in losses.items()]
    return {name: value for name, value, goal in figures if value > goal}


def _floor(share: Share) -> float:
    return floor(100 * (share.right - min(ROOM_IN_CASES, share.right // 2)) / share.cases) / 100


if __name__ == "__main__":
    main()
