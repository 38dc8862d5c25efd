"""No post makes a regular expression run away: each takes time linear to the length of what it is given.

Every pattern in `bot` is found in its source and given texts made to trip it: for each part of it that may repeat
without end, what stands before that part, then the part over 300,000 characters, then something that does not fit. Time
by the square of that length would be minutes, and pytest ends the test.
"""

import ast
import importlib
import inspect
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice, product
from pathlib import Path
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser
from types import ModuleType
from typing import Any, NamedTuple

import pytest

from bot.sources.markup.plain_text import read_quoted_text

ROOT = Path(__file__).parents[2]
LENGTH = 300_000
METHODS = ("search", "match", "fullmatch", "findall", "finditer", "sub", "subn", "split")
CALLS = {f"re.{name}" for name in ("compile", *METHODS)}
FEW = 3

GUARDED = {
    "_ADDRESS": "only lines of up to 160 characters",
    "_DATED": "only lines of up to 160 characters",
    "_TOML_PLACE": "what the parser says of the operator's own config",
}
"""By name, what bounds the input of those that could run away. The test below looks at what guards them."""


class Use(NamedTuple):
    """A pattern and the methods that are called on it."""

    place: str
    pattern: re.Pattern[Any]
    methods: Collection[str]


class _Names(dict[str, Any]):
    """The names of a module; those that only a loop knows stand for some word."""

    def __init__(self, module: ModuleType) -> None:
        super().__init__(vars(module))

    def __missing__(self, name: str) -> Any:
        return "word"


@cache
def sources() -> Mapping[Path, str]:
    return {path: path.read_text(encoding="utf-8") for path in sorted((ROOT / "bot").rglob("*.py"))}


def uses() -> Iterator[Use]:
    """Every pattern written in `bot`, under the name it was given or the line on which it stands."""
    for path, source in sources().items():
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        tree = ast.parse(source)
        names = {
            id(node.value): ast.unparse(node.targets[0])
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign) and len(node.targets) == 1
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in CALLS:
                name, called = names.get(id(node)), ast.unparse(node.func).removeprefix("re.")
                compiled = ast.Call(ast.parse("re.compile", mode="eval").body, node.args[:1], [])
                if called == "compile":
                    compiled = node
                code = compile(ast.fix_missing_locations(ast.Expression(compiled)), str(path), "eval")
                pattern = eval(code, {}, _Names(importlib.import_module(module)))
                methods = {called} if called != "compile" else methods_of(name)
                yield Use(f"{module}.{name or node.lineno}", pattern, methods or {"search"})


def methods_of(name: str | None) -> set[str]:
    calls = re.compile(rf"\b{re.escape(name)}\.({'|'.join(METHODS)})\(") if name else None
    return {call for source in sources().values() for call in calls.findall(source)} if calls else set()


def examples(parsed: Sequence[tuple[Any, Any]]) -> list[str]:
    """A few strings that fit a part of a pattern."""
    found = [""]
    for operator, value in parsed:
        found = list(islice((one + other for one, other in product(found, fitting(operator, value))), 4 * FEW))
    return list(dict.fromkeys(found))


def fitting(operator: Any, value: Any) -> list[str]:
    match operator:
        case sre.LITERAL:
            return [chr(value)]
        case sre.NOT_LITERAL | sre.ANY:
            return [letter for letter in "a <." if ord(letter) != value][:FEW]
        case sre.IN:
            return [letter for letter in " a1\n_<>[].#/:?=-\"'" if letter_fits(letter, value)][:FEW]
        case sre.MAX_REPEAT | sre.MIN_REPEAT | sre.POSSESSIVE_REPEAT:
            least, _, part = value
            return ([] if least else [""]) + [one * max(least, 1) for one in examples(part)][:FEW]
        case sre.SUBPATTERN:
            return examples(value[3])
        case sre.ATOMIC_GROUP:
            return examples(value)
        case sre.BRANCH:
            return [one for branch in value[1] for one in examples(branch)][: 3 * FEW]
        case _:
            return [""]


def letter_fits(letter: str, members: Sequence[tuple[Any, Any]]) -> bool:
    fits = False
    for operator, value in members:
        match operator:
            case sre.LITERAL:
                fits |= ord(letter) == value
            case sre.RANGE:
                fits |= value[0] <= ord(letter) <= value[1]
            case sre.CATEGORY:
                kind = {"SPACE": r"\s", "DIGIT": r"\d", "WORD": r"\w"}[str(value).rpartition("_")[2]]
                fits |= bool(re.match(kind, letter)) != ("NOT" in str(value))
    return fits != (members[0][0] is sre.NEGATE)


def repeated(parsed: Sequence[tuple[Any, Any]], before: Sequence[str] = ("",)) -> Iterator[tuple[str, str]]:
    """For each part that may repeat without end, strings that lead to it and strings that fit it."""
    for operator, value in parsed:
        match operator:
            case sre.MAX_REPEAT | sre.MIN_REPEAT | sre.POSSESSIVE_REPEAT:
                if value[1] >= 1_000:
                    yield from product(before[:FEW], filter(None, examples(value[2])[:FEW]))
                yield from repeated(value[2], before[:FEW])
            case sre.SUBPATTERN:
                yield from repeated(value[3], before)
            case sre.ATOMIC_GROUP:
                yield from repeated(value, before)
            case sre.BRANCH:
                for branch in value[1]:
                    yield from repeated(branch, before)
            case sre.ASSERT | sre.ASSERT_NOT:
                yield from repeated(value[1], before)
        before = list(dict.fromkeys(one + other for one, other in product(before, fitting(operator, value))))[: 2 * FEW]


def attacks(pattern: re.Pattern[Any]) -> Iterator[Any]:
    text = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    flags = pattern.flags if isinstance(pattern.pattern, str) else pattern.flags | re.ASCII
    forms = {
        form
        for before, part in repeated(_parser.parse(text, flags))
        for form in ((before, part), ("", part), ("", before + part))
    }
    for before, part in sorted(forms):
        attack = before + part * (LENGTH // len(part)) + "\n\0"
        yield attack if isinstance(pattern.pattern, str) else attack.encode("latin-1")


USES = list(uses())


@pytest.mark.parametrize(
    "use", [use for use in USES if use.place.rpartition(".")[2] not in GUARDED], ids=lambda use: use.place
)
def test_a_pattern_takes_linear_time(use: Use) -> None:
    for attack in attacks(use.pattern):
        for method in use.methods:
            call = getattr(use.pattern, method)
            found = call(b"" if isinstance(attack, bytes) else "", attack) if "sub" in method else call(attack)
            if inspect.isgenerator(found) or method == "finditer":
                list(found)


def test_what_could_run_away_is_guarded() -> None:
    assert set(GUARDED) <= {use.place.rpartition(".")[2] for use in USES}
    for name in " ", " <", "On , .", "In 1:11 ", "\n<":
        read_quoted_text(name * (LENGTH // len(name)) + " wrote:\n> quoted")
        read_quoted_text("x" + name * (LENGTH // len(name)) + " wrote:\n> quoted")


def test_the_attacks_find_what_runs_away() -> None:
    """So that the tests above can fail: these patterns take time by the square, at a tenth of the length at least."""
    known = (r"/t/[^?#]*\d$", r"\w+://", r"\s*<[^<>]*>", r"#\D*(\d+)$")
    trips = ("/t/", "_", " ", "#")
    for pattern, trip in zip(known, trips, strict=True):
        assert any(attack.count(trip) > LENGTH // 10 for attack in attacks(re.compile(pattern))), pattern
