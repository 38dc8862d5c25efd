"""What the work in the folder of a scan depends on: what an earlier command left there is of use only to its like."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.scan.files import write_text
from classifier.copy_rules import CopyRules
from classifier.errors import FlagpostError
from classifier.ownership import why_foreign

SIZE = 2_500
"""Rows of a partition: about half a second of work, which is what a kill costs."""

Plan = Mapping[str, Any]
"""What JSON can hold of the files, and of how they are read and judged."""


class ScanError(FlagpostError):
    """The scan cannot go on."""


def reading_plan(files: Sequence[Path], rules: CopyRules) -> Plan:
    """What reading depends on. Raises OSError."""
    return {
        "files": [[str(path.resolve()), path.stat().st_size, path.stat().st_mtime_ns] for path in files],
        "rules": [rules.scope, sorted(rules.exempt_places), rules.free_repeats],
        "size": SIZE,
    }


def is_planned(folder: Path, plan: Plan) -> bool:
    """Whether a folder, which is made where it is missing, holds a plan already.

    Raises ScanError when that is another one than `plan`, or others can write there, and OSError.
    """
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    if reason := why_foreign(folder, folder.stat()):
        raise ScanError(f"{folder} {reason}, and what stands in it is run as code: name another with --out")
    if not (path := _path(folder)).exists():
        return False
    left: Plan = json.loads(path.read_text(encoding="utf-8"))
    if {**left, **plan} != left:
        raise ScanError(
            f"{folder} holds an unfinished scan of other files, or with another model or config: "
            "delete that folder, or name another with --out"
        )
    return True


def leave_plan(folder: Path, plan: Plan) -> None:
    """Leave the whole plan in its folder, for the command that goes on. Raises as `is_planned`."""
    if not is_planned(folder, plan):
        write_text(_path(folder), json.dumps(plan, indent=2) + "\n")


def _path(folder: Path) -> Path:
    return folder / "plan.json"
