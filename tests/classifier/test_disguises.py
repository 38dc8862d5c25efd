import gzip
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from classifier.dataset import written_posts
from classifier.text import fold
from tests.functional.obfuscate import DISGUISES, dress

CIVIL_POSTS = Path(__file__).parents[2] / "../shared/data/dev/discourse_civil_posts.jsonl.gz"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("y0u 4r3 a l14r", "you are a liar"),
        ("7h15 15 wh47 w3 n33d", "this 15 what we need"),
        ("what a w3ird th!ng, m@ybe cl@ss1cal mu5ic", "what a weird thing, maybe classical music"),
        ("5h17 happens, you 1d107!", "shit happens, you idiot!"),
        ("l0ved the dr1vers, b4nning the th13ves", "loved the drivers, banning the thieves"),
        ("p3opl3...7h3y kn0w, 4nd/0r d0n7", "people...they know, and/or dont"),
        ("a str*nge w*rd th*y kn*w, b*nning dr#vers", "a strange word they know, banning drivers"),
        ("w e i r d p e o p l e", "weird people"),
        ("i t h i n k y o u r e s t u p i d", "i think youre stupid"),
        ("s.t.r.a.n.g.e o-d-d-l-y", "strange oddly"),
        ("g a r o m b a", "garomba"),
    ],
)
def test_any_known_word_is_read_through_its_disguise(written: str, read: str) -> None:
    assert fold(written).text == read


@pytest.mark.parametrize(
    "text",
    [
        "i18n l10n a11y c14n k8s b2b p2p e2e h1b",
        "sea3d view3d item5 line5 user5 4k 8k 1st 2nd 100k 10am 5in 50s 80mm 1080p",
        "e4 e5 nf3 nc6 bb5 a6 rae1 exd4 e1g1 qxf7",
        "45s a55 ca11 le55 f150 p51d b17s t34s",
        "`a[i]*b[j]` c=a*b; a*b*c*d x**y pi*2 ka*g",
        "$pot$ $this $page->show @liar @m1ke",
        "*word* un*believ*able **stop** that* price*",
        "a b c d, a.b.c.d, x y z w, w a s d, c g a m, e a d g b e",
        "j.r.r. tolkien, b.b.c. 1-2-3-4",
        "commit 5e7d10f, uuid 1f0e-4b7d-a9c3",
        "https://example.org/l1ke-th1s/w3b sh0p@g00gle.com",
        "str*ngz f*bl*zk un*nt*ll*g*bl*",
    ],
)
def test_what_only_looks_like_a_disguise_stays(text: str) -> None:
    assert fold(text).text == text


def test_numbers_are_letters_only_where_most_such_words_can_be_read() -> None:
    assert fold("the th1ng costs 100k").text == "the thing costs 100k"
    assert fold("7h3 th1ng i5 l057, 571ll").text == "the thing is lost, still"
    assert fold("a th1ng with mp3 h264 ps5 x265 and lo57").text == "a thing with mp3 h264 ps5 x265 and lo57"


@pytest.mark.parametrize("disguise", DISGUISES)
def test_most_words_of_written_posts_are_read_back(disguise: str) -> None:
    plain: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    for post in written_posts()[::20]:
        words = Counter(fold(post.text).text.split())
        plain += words
        lost += words - Counter(fold(dress(post.text, disguise)).text.split())
    assert lost.total() < 0.1 * plain.total()


@pytest.mark.skipif(not CIVIL_POSTS.exists(), reason="real posts are not beside the project")
def test_words_with_digits_in_technical_posts_stay() -> None:
    with gzip.open(CIVIL_POSTS) as lines:
        texts = [json.loads(line)["text"] for line in lines]
    words = [(word, text) for text in texts for word in re.findall(r"(?<!\S)[a-z]+[0-9][a-z0-9]*(?!\S)", text)]
    read = [word for word, text in words if word not in fold(text).text]
    assert len(words) > 300
    assert len(read) < 0.01 * len(words)
