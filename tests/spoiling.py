"""Data as it should not be: right ones with pieces of them replaced, taken out or cut."""

import copy
import json
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

ODD_TEXT = st.text() | st.sampled_from(("", "\x00", "\ud800", "9" * 5000, "1e999", "../../etc/passwd", "[quote]" * 500))
ODD_NUMBER = st.integers() | st.sampled_from((-1, 0, 2**31, 2**63, 10**400)) | st.floats()
ODD = st.recursive(
    st.none() | st.booleans() | ODD_NUMBER | ODD_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ODD_TEXT, inner, max_size=3),
    max_leaves=5,
)
"""What JSON can hold."""


@st.composite
def spoilt(draw: st.DrawFn, *right: Any) -> Any:
    """One of these values, which JSON can hold, with up to three pieces of it replaced or taken out."""
    value = copy.deepcopy(draw(st.sampled_from(right)))
    for _ in range(draw(st.integers(0, 3))):
        places = list(_places(value))
        if not places:
            return draw(ODD)
        inside, key = draw(st.sampled_from(places))
        if draw(st.booleans()):
            inside[key] = draw(ODD)
        else:
            del inside[key]
    return value


@st.composite
def spoilt_bytes(draw: st.DrawFn, *right: Any) -> bytes:
    """One of these values as JSON, some bytes of it perhaps others or left out."""
    return draw(cut(json.dumps(draw(spoilt(*right))).encode("utf-8", "surrogatepass")))


@st.composite
def cut(draw: st.DrawFn, *right: bytes) -> bytes:
    """One of these with up to two pieces of it replaced by others of any length."""
    value = draw(st.sampled_from(right))
    for _ in range(draw(st.integers(0, 2))):
        start = draw(st.integers(0, len(value)))
        end = draw(st.integers(start, min(len(value), start + 40)))
        value = value[:start] + draw(st.binary(max_size=8) | st.sampled_from(right)) + value[end:]
    return value


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield value, key
        yield from _places(inner)
