import pytest

from classifier import misspellings
from classifier.dataset import written_posts
from classifier.misspellings import NO_SLIPS, SPELT_BY_EAR, correct_misspelt
from classifier.rude_words import INSULTS, PUT_DOWNS, SWEAR_WORDS
from classifier.text import fold
from classifier.vocabulary import is_word

HOSTILE = {*SWEAR_WORDS, *INSULTS, *PUT_DOWNS}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Idoit! the theif, a Moorn.", "idiot! the thief, a moron."),
        ("morron, cllown, scuum", "moron, clown, scum"),
        ("worhless patetic jackas", "worthless pathetic jackass"),
        ("stuoid dusgusting lozers", "stupid disgusting losers"),
        ("rediculous retarted nonsence", "ridiculous retarded nonsense"),
        ("stoopid, stooooopid", "stupid, stupid"),
        ("fuk azzhole", "fuck asshole"),
        ("idoit's idoit-proof 'idoit'", "idiot's idiot-proof 'idiot'"),
    ],
)
def test_a_hostile_word_is_read_through_one_slip(written: str, read: str) -> None:
    assert fold(written).text == read


@pytest.mark.parametrize(
    "text",
    [
        "garage lasers loses picks regards shelf shutter sitter trills where",
        "myron kroll, pesos, a cretan in crepe, tyranny, the maggoty titch",
        "shifters batching sackings lowers losing freuds",
        "idoit7 x_idoit stupd2 1diots2",
        "diot mroon2 idto stpd idiotic idiots",
        "buffoons buffoon hypocrite hypocrites",
        "crétine idiota кретин",
    ],
)
def test_other_words_names_and_what_has_two_slips_stay(text: str) -> None:
    assert correct_misspelt(text) is None or "".join(correct_misspelt(text) or "") == text


def test_what_may_be_two_words_is_neither() -> None:
    assert correct_misspelt("racits") is None


def test_known_words_and_words_on_the_lists_stay() -> None:
    slips = {slip for word in HOSTILE for slip in misspellings._slips(word)}
    known = [slip for slip in slips if is_word(slip)]
    assert {"garage", "lasers", "passed", "shells"} <= {*known}
    for word in (*known, *NO_SLIPS.split(), *HOSTILE):
        assert "".join(correct_misspelt(word) or word) == word


def test_every_slip_is_read_as_a_hostile_word() -> None:
    assert {*misspellings._meant().values()} <= HOSTILE


def test_every_word_that_is_no_slip_would_be_taken_for_one() -> None:
    slips = {slip for word in HOSTILE for slip in misspellings._slips(word)}
    assert not [word for word in NO_SLIPS.split() if word not in slips or is_word(word)]
    assert not [spelling for spelling in SPELT_BY_EAR if is_word(spelling) or spelling in HOSTILE]


def test_clean_written_posts_hold_no_slips() -> None:
    texts = [post.text.lower() for post in written_posts() if not post.labels]
    assert not [text for text in texts if "".join(correct_misspelt(text) or text) != text]


def test_every_letter_of_the_word_read_leads_to_the_whole_word_written() -> None:
    folded = fold("a stoopid idea")
    assert folded.text == "a stupid idea"
    assert {folded.origin(at, at + 1) for at in range(2, 8)} == {(2, 9)}
    assert folded.origin(9, 13) == (10, 14)
