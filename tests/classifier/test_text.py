import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.text import fold, folded_text

TRICKS = "aeioust bcdfk1043!@$*#.-_'|\n AЕѕоіѕнт\u0301\u0336\u200b\u200d\ufe0f\u00ad\u3000ﬁÄß½ｆ𝓲🅰🇮👍🏽\ud83d\x00\x08"
any_text = st.text(st.characters(exclude_categories=()), max_size=60)
tricky_text = st.text(st.sampled_from(TRICKS), max_size=60)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("ＩＤＩＯＴ 𝓲𝓭𝓲𝓸𝓽 ⓘⓓⓘⓞⓣ 🅸🅳🅸🅾🆃 ɪᴅɪᴏᴛ", "idiot idiot idiot idiot idiot"),
        ("іdіоt mοron ЅНІТ", "idiot moron shit"),
        ("i\u200bd\u00adi\ufe0fo\x08t", "idiot"),
        ("z̷̢͠a̴l̕g̷o̵ ïdïöt naïve İstanbul", "zalgo idiot naive istanbul"),
        ("🇮 🇩 🇮 🇴 🇹 from 🇬🇧", "idiot from 🇬🇧"),
        ("don’t “go” – now", 'don\'t "go" - now'),
        ("id1ot m0ron sh!t @sshole a$$ d!ckhead 5tup1d", "idiot moron shit asshole ass dickhead stupid"),
        ("y0ur l0ser, sil3nt th1nk", "your loser, silent think"),
        ("st*pid f**k sh#t f*** b****es f-ck bull****.", "stupid fuck shit fuck bitches fuck bullshit."),
        ("s t u p i d", "stupid"),
        ("S.T.U.P.I.D! s-t-u-p-i-d s_t_u_p_i_d s*t*u*p*i*d", "stupid! stupid stupid stupid"),
        ("what a s  t  u  p  i  d thing", "what a stupid thing"),
        ("u r a i d i o t", "u r a idiot"),
        ("s h ! t", "shit"),
        ("stuuuupid sooooo funny!!!!!", "stupid soo funny!!"),
        ("f u u u u c k", "fuck"),
        ("**id1ot** ||sh1t|| (m0ron)", "**idiot** ||shit|| (moron)"),
        ("dumb-@ss's", "dumb-ass's"),
    ],
)
def test_disguises_are_undone(written: str, read: str) -> None:
    assert fold(written).text == read


@pytest.mark.parametrize(
    "text",
    [
        "x1 x2 mp3 ps5 h264 utf8 i18n k8s log4j sha1sum md5 b2b 4x4 c3po ak47 r2d2 wd40efrx",
        "3.5 v2.0.1 i7-9700k 1.2.3.4 1,000,000 10000000 1 2 3 4 5",
        "£3.50 $100k 50% 24/7 2024-05-01 12:30 1st 90s 5'10\"",
        "c++ c# f# g++ notepad++ a+b r&b at&t a&b==c !x *p **kwargs 2*3*4 int* x",
        "the a55 and the m1",
        "http://g00gle.com/sh0p?x=d0g me@h0st.com foo_b0r.py",
        "u.s.a. e.g. a.k.a. a b c",
        "wait!why? lol@you well-known state-of-the-art",
        "привет мир, сор и тон; καλημέρα κόσμε; שלום; नमस्ते; 你好; ภาษาไทย",
        "5 kω, 3 μm",
        "book keeper ... --- === world war iii, louis xviii, www.example.org",
    ],
)
def test_what_is_no_disguise_stays(text: str) -> None:
    assert fold(text).text == text


def test_composed_and_decomposed_letters_of_other_scripts_are_one() -> None:
    assert fold("и\u0306 α\u0301").text == fold("й ά").text == "й ά"


@pytest.mark.parametrize(
    ("text", "word", "origin"),
    [
        ("you s t u p i d man", "stupid", "s t u p i d"),
        ("you i\u200bd1о\u0336t\u200b, go", "idiot", "i\u200bd1о\u0336t\u200b"),
        ("such a stuuuuuupid idea", "stupid", "stuuuuuupid"),
        ("the ﬁﬁth", "fifi", "ﬁﬁ"),
        ("\U0001f600\ud83d f**k!", "fuck", "f**k"),
    ],
)
def test_folded_characters_lead_back_to_what_was_written(text: str, word: str, origin: str) -> None:
    folded = fold(text)
    at = folded.text.index(word)
    start, end = folded.origin(at, at + len(word))
    assert text[start:end] == origin


def test_each_letter_of_a_spaced_word_leads_to_its_own_place() -> None:
    folded = fold("x s t u p i d")
    assert folded.text == "x stupid"
    assert [folded.origin(at, at + 1)[0] for at in range(2, 8)] == [2, 4, 6, 8, 10, 12]


@pytest.mark.parametrize(("i", "j"), [(0, 0), (2, 1), (-1, 2), (0, 4)])
def test_no_characters_have_no_origin(i: int, j: int) -> None:
    with pytest.raises(ValueError, match="no characters"):
        fold("abc").origin(i, j)


@given(any_text | tricky_text)
def test_any_text_folds_and_leads_back(text: str) -> None:
    folded = fold(text)
    assert len(folded.starts) == len(folded.ends) == len(folded.text)
    folded.text.encode()
    origins = [folded.origin(at, at + 1) for at in range(len(folded.text))]
    assert all(0 <= start < end <= len(text) for start, end in origins)
    assert origins == sorted(origins)
    assert [end for _, end in origins] == sorted(end for _, end in origins)


@given(any_text | tricky_text)
def test_folding_again_changes_nothing(text: str) -> None:
    once = fold(text).text
    assert fold(once).text == folded_text(text) == once


@given(st.text(st.characters(exclude_categories=()), min_size=1, max_size=4))
def test_a_plain_text_around_odd_characters_keeps_its_places(odd: str) -> None:
    text = f"start, {odd}, end"
    folded = fold(text)
    assert folded.text.startswith("start, ")
    assert folded.text.endswith(", end")
    assert folded.origin(0, 5) == (0, 5)
    assert folded.origin(len(folded.text) - 3, len(folded.text)) == (len(text) - 3, len(text))


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "a ",
        "a-",
        "a.",
        "ab-",
        "a1",
        "1",
        "f*",
        "*",
        "!",
        "a!",
        "aa",
        "u u u ",
        "l14r ",
        "w*rd-",
        "\u0301",
        "a\u0301",
        "\u200b",
        "s\u200bt",
        "а",
        "аa",
        "🇮",
        "🇮 ",
        "é",
        "ﷺ",
        "f u u u c k ",
        "a'b0",
        "\ud800",
        "  ",
        "...a",
        "0a0",
    ],
)
def test_a_hundred_thousand_characters_do_not_run_away(unit: str) -> None:
    text = unit * (100_000 // len(unit)) + "b"
    assert fold(text).ends[-1] == len(text)
