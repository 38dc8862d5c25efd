"""docs/security.md names tests that exist."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`((?:tests/[\w/]+\.py)?)(?:::(\w+))?`")


def test_every_threat_has_a_test_that_exists() -> None:
    rows = [row for row in PAGE.splitlines() if row.startswith("| ") and not row.startswith("| somebody")]
    assert len(rows) > 20
    for row in rows:
        _, threat, _, tests, _ = map(str.strip, row.split("|"))
        path = ""
        named = NAMED.findall(tests)
        assert named, f"no test for: somebody {threat}"
        for file, function in named:
            path = file or path
            tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
            functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
            assert not function or function in functions, f"{path} has no {function}"
