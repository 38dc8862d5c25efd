"""Judging posts of 110 characters: many at once, and one by one.

Peers: alt-profanity-check; a pipeline of scikit-learn over the same words and characters, fitted on the posts that come
with flagpost; and a BERT-base, which is Detoxify's size, with random weights: they take as long as learnt ones. It is
given 32 pieces of words for each post, which is about what the posts have, without the work of cutting them.
"""

import time
from collections.abc import Callable, Sequence
from itertools import count, islice

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline, make_union
from threadpoolctl import threadpool_limits

from benchmarks.real_texts import PIECE, missing, pieces
from benchmarks.rounds import medians
from benchmarks.table import print_left_out, print_row
from classifier.copies import CopyIndex
from classifier.dataset import LabelledPost, written_posts
from classifier.labels import TEXT_LABELS, Label
from classifier.model import MAX_CHARACTERS, Model
from classifier.post import Post
from classifier.text import folded_text
from classifier.thresholds import Thresholds

POSTS = 20_000
OF_PEER = 2_000
OF_BERT = 32
"""Posts that are enough to time the slower ones."""

BATCH = 256
BERT_PIECES = 32
ONE_BY_ONE = 1_000

UNIT = "posts/s"
"""A second of the processor: other programs do not count."""

NOT_INSTALLED = "it is not installed: pip install 'flagpost[benchmarks]'"

Judge = Callable[[Sequence[str]], object]


def report(model: Model) -> None:
    """Print speeds of one process on one core beside each peer, and how long a single post takes."""
    if reason := missing():
        print_left_out("judge", "all", reason)
        return
    with threadpool_limits(1):
        _report(model, list(islice(pieces(), POSTS)))


def _report(model: Model, texts: Sequence[str]) -> None:
    words, plain = _words_of(model), _plain_judge()
    speed_row("judge words", words, texts, "scikit-learn, words and characters", plain, OF_PEER)
    speed_row(
        "judge all, with reasons for flags", _all_of(model), texts, "scikit-learn, words and characters", plain, OF_PEER
    )
    for name, peer, few in (("alt-profanity-check", alt_profanity_check, POSTS), ("BERT-base", bert, OF_BERT)):
        try:
            judge = peer()
        except ImportError:
            print_left_out("judge words", name, NOT_INSTALLED)
        else:
            speed_row("judge words", words, texts, name, judge, few)
    index = CopyIndex()
    _all_of(model, index)(texts[ONE_BY_ONE:])
    mine, theirs = (latencies(judge, texts[:ONE_BY_ONE]) for judge in (_all_of(model, index), plain))
    for name, share in (("median", 50), ("99%", 99)):
        for clock, at in (("", 0), (" of the processor", 1)):
            figures = [float(np.percentile(each[:, at], share)) for each in (mine, theirs)]
            task = f"judge one post, {name}{clock}"
            print_row(task, "ms", figures[0], "scikit-learn, words and characters", figures[1], less_is_better=True)
    long = " ".join(texts)[:MAX_CHARACTERS]
    explained = latencies(lambda one: model.hostility.explain(one[0], TEXT_LABELS), [long] * 5)
    print_row(f"mark words in {MAX_CHARACTERS:,} characters, of the processor", "ms", float(np.median(explained[:, 1])))


def speed_row(task: str, ours: Judge, texts: Sequence[str], name: str, theirs: Judge, few: int = POSTS) -> None:
    """Print posts a second of the processor of both, `few` of the posts for the peer."""
    theirs(texts[:1])  # what is loaded or compiled at the first call
    of_peer = texts[:few]
    mine, peer = medians(lambda: ours(texts), lambda: theirs(of_peer), time.process_time)
    print_row(f"{task}, {PIECE} characters", UNIT, len(texts) / mine, name, len(of_peer) / peer)


def latencies(judge: Judge, texts: Sequence[str]) -> NDArray[np.float64]:
    """For each text by itself milliseconds on the clock and of the processor, shape (n_texts, 2)."""
    judge(texts[:1])
    times = []
    for text in texts:
        start, start_cpu = time.perf_counter(), time.process_time()
        judge([text])
        times.append((time.perf_counter() - start, time.process_time() - start_cpu))
    return np.array(times) * 1000


def _words_of(model: Model) -> Judge:
    def judge(texts: Sequence[str]) -> object:
        folded_text.cache_clear()  # each round is of new posts
        return [model.text_log_odds(texts[start : start + BATCH]) for start in range(0, len(texts), BATCH)]

    return judge


def _all_of(model: Model, among: CopyIndex | None = None) -> Judge:
    """As the bot judges: looked up `among` the posts before, and explained where a label passes its threshold.

    By default, each call begins with an empty index.
    """
    thresholds, number = Thresholds(), count()

    def passes(post: Post, label: Label, probability: float) -> bool:
        return probability >= thresholds.of(label, post)

    def judge(texts: Sequence[str]) -> object:
        folded_text.cache_clear()
        index = CopyIndex() if among is None else among
        posts = [Post(source="bench", id=str(next(number)), text=text) for text in texts]
        return [model.assess(posts[at : at + BATCH], index, passes) for at in range(0, len(posts), BATCH)]

    return judge


def _plain_judge() -> Judge:
    labelled = written_posts()
    texts = [post.text for post in labelled]
    fitted = [words_and_characters().fit(texts, truth(labelled, label)) for label in TEXT_LABELS]
    return lambda texts: [pipeline.predict_proba(texts) for pipeline in fitted]


def words_and_characters() -> Pipeline:
    """The n-grams that flagpost looks at, in scikit-learn's own words."""
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    return make_pipeline(make_union(words, characters), LogisticRegression(max_iter=1000))


def plain_pipeline() -> Pipeline:
    """What one would write first: words one and two at a time, TF-IDF, logistic regression."""
    return make_pipeline(TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True), LogisticRegression(max_iter=1000))


def truth(labelled: list[LabelledPost], label: object) -> list[bool]:
    """Whether the label is true, post by post."""
    return [label in post.labels for post in labelled]


def alt_profanity_check() -> Judge:
    """Raises ImportError where it is not installed."""
    from profanity_check import predict_prob

    return lambda texts: predict_prob(list(texts))


def bert() -> Judge:
    """Raises ImportError where torch or transformers is not installed."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    torch.set_num_threads(1)
    network = BertForSequenceClassification(BertConfig(num_labels=6)).eval()

    def judge(texts: Sequence[str]) -> object:
        with torch.inference_mode():
            return [network(part) for part in torch.randint(30_000, (len(texts), BERT_PIECES)).split(32)]

    return judge
