"""Kinds of posts."""

import pytest

from classifier.dataset import LabelledPost, written_posts
from classifier.slices import slices_of


def kinds(text: str, note: str | None = None) -> set[str]:
    """The kinds of one post, its length apart."""
    post = LabelledPost(id="1", text=text, labels=frozenset(), provenance="forum", note=note)
    return {name for name, found in slices_of([post]).items() if found[0] and "words)" not in name}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("My Muslim neighbour lent me a ladder.", "identity words"),
        ("Two black men ran past.", "identity words"),
        ("This fucking printer ate my form again.", "swearing at nobody"),
        ("He called me an idiot in front of everybody.", "reported speech"),
        ("And then the boss said nothing for a week.", "reported speech"),
        ("you m0ron", "disguised or misspelt"),
        ("what an і\u200bdiоt", "disguised or misspelt"),
        ("f u c k this", "disguised or misspelt"),
        ("you stopid man", "disguised or misspelt"),
        ("abeg make una rest", "Nigerian English"),
        ("cannot lah, the shop closed", "South-East Asian English"),
        ("he finna sit down", "African American English"),
        ("do the needful and revert", "South Asian English"),
        ("back from the servo this arvo", "Australian, NZ English"),
    ],
)
def test_a_kind_is_told_by_its_sign(text: str, kind: str) -> None:
    assert kind in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "I bought a black car and a white fence.",
        "You are wrong about the date, it is on Thursday.",
        "Café Zürich is closed, naïve of me to go",
        "sooooo good, noooo way",
        "The A55 is shut, 3pm in the 2nd lane.",
        "ﬁne ＷＩＤＥ letters",
    ],
)
def test_an_ordinary_post_is_of_no_kind(text: str) -> None:
    assert kinds(text) == set()


def test_swearing_at_somebody_is_not_swearing_at_nobody() -> None:
    assert "swearing at nobody" not in kinds("fuck you")
    assert "swearing at nobody" not in kinds("fuck off, ur wrong")
    assert "swearing at nobody" in kinds("oh f*ck, the train")


def test_a_note_tells_the_dialect_of_a_written_post() -> None:
    assert kinds("Come Thursday anyway.", note="friendly banter AAVE") == {
        "any dialect below",
        "African American English",
    }
    assert kinds("Come Thursday anyway.", note="nationalist taunt, India-Pakistan") == set()


def test_every_post_has_one_length() -> None:
    found = slices_of(written_posts())
    lengths = [found[name] for name in found if "words)" in name]
    assert len(lengths) == 3
    assert (sum(of_length.astype(int) for of_length in lengths) == 1).all()


def test_written_posts_fill_the_dialects() -> None:
    found = slices_of(written_posts())
    assert all(found[name].sum() >= 20 for name in found if "English" in name)
