"""Labelled files with anything in them: posts come out, or a line for each mistake. And any text can be judged."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from classifier.assessment import Assessment
from classifier.copies import CopyIndex
from classifier.dataset import read_labelled_posts
from classifier.errors import DataError
from classifier.labels import Label
from classifier.model import Model
from classifier.post import Post
from tests.spoiling import ODD_TEXT, cut, spoilt_bytes

ROW: dict[str, Any] = {
    "id": "a-1",
    "text": "The hedge wants cutting",
    "labels": ["trolling"],
    "provenance": "forum",
    "created_at": "2026-03-02T18:30:00Z",
}
TABLE = b"id,text,trolling,personal_attack\na-1,The hedge,1,0\na-2,wants cutting,0,\n"


@pytest.mark.parametrize("suffix", [".jsonl", ".csv"])
@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_labelled_file(tmp_path: Path, suffix: str, data: st.DataObject) -> None:
    lines = st.lists(spoilt_bytes(ROW), max_size=3).map(b"\n".join)
    path = tmp_path / f"posts{suffix}"
    path.write_bytes(data.draw(lines if suffix == ".jsonl" else cut(TABLE)))
    names = data.draw(st.sampled_from(({}, {"toxic": Label.TROLLING, "spam": None})))
    try:
        posts = read_labelled_posts(path, names)
    except DataError as error:
        assert all(line.startswith((str(path), "…")) for line in str(error).splitlines())
    else:
        assert all(post.text for post in posts)


@given(texts=st.lists(ODD_TEXT | cut("ѕtupіd 𝖎𝖉𝖎𝖔𝖙 ¡s̈t̷!".encode()).map(lambda text: text.decode("utf-8", "replace"))))
@settings(deadline=None)
def test_any_text_can_be_judged(model: Model, texts: list[str]) -> None:
    posts = [Post(source="x", id=str(number), text=text) for number, text in enumerate(texts)]
    for post, found in zip(posts, model.assess(posts, CopyIndex(), lambda *_: True), strict=True):
        assert isinstance(found, Assessment)
        assert all(0 <= chance <= 1 for chance in found.probabilities.values())
        assert all(0 <= s.start < s.end <= len(post.text) for spans in found.spans.values() for s in spans)
