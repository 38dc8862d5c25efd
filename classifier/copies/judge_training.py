"""Training pairs for the copy judge, made from texts that are nobody's copies."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from math import exp, log
from random import Random

import numpy as np
from numpy.typing import NDArray

from classifier.copies.edits import EDITS, borrowed, sentences
from classifier.copies.features import PairFeatures
from classifier.copies.index import CopyIndex
from classifier.copies.phrases import FORMS, GREETINGS, LOG_LINES, SIGNATURES, STOCK_PHRASES
from classifier.post import Post

LONG_ENOUGH = 80
"""Characters of a text worth copying: a shorter one keeps too little to be recognised by once it is edited."""

EDITS_PER_TEXT = 6
"""Copies made of each text: about half of the edits there are."""

AMONG_OTHER_WORDS = ("appended", "prepended", "buried")
"""Edits after which a copy looks like a quotation in its own thread: these copies are met elsewhere."""

WITH_LINK_OR_LOG = 0.2
"""The share of copied texts that end in a web address or in lines of a log: these alone make no difference."""

FLOODED = 0.3
"""The share of copied texts that were posted several times before, as spam is."""

REPEATED_IN_CORPUS = 0.5
"""A text that shares so much with another of its corpus may be a real copy, and would teach the opposite."""

ANSWERS = (0.03, 1.5)
"""The least and the most words of an answer to an unmarked quotation, for each word quoted: drawn by the logarithm."""

LEADS = ("", "", "", "You wrote: ", "Quote:\n", "Originally posted by Robin\n")
"""What stands before quotations that lost their marks."""

SELF_QUOTED = 0.2
"""The share of unmarked quotations that are of the author's own words, mostly by way of somebody who quoted them."""

REMARK = 50
"""Characters of a sentence that one may say after another without copying it."""


def training_pairs(posts: Sequence[str], seed: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """PairFeatures of shape (n, len(PairFeatures._fields)) and labels of shape (n,), 1 for copies, from clean `posts`.

    Every row is the best match that a real CopyIndex finds for one post. A sixth of the texts are copied with the
    edits of `edits.py`, a sixth are answered by posts that quote them unmarked, a sixth carry a stock phrase, greeting
    or signature, a sixth fill in forms, a sixth bring a link or a log that others bring too, and a sixth lend their
    words to all these. Authors and threads are drawn alike for copies and all but the answers, and times are left out,
    so that nothing made up here is learnt from them.
    The same posts and seed give the same pairs. Raises ValueError when both classes cannot be made.
    """
    stream = _Stream(Random(seed))
    texts = stream.unrelated(posts)
    copied, answered, stock, forms, pasted, lent = (texts[role::6] for role in range(6))
    if lent:
        stream.copies([text for text in copied if len(text.strip()) >= LONG_ENOUGH], lent)
        stream.answers([text for text in answered if len(text.strip()) >= LONG_ENOUGH], lent)
        stream.stock_phrases(stock)
        stream.forms(forms)
        stream.links_and_logs(pasted)
    if len(set(stream.labels)) < 2:
        raise ValueError(f"{len(posts)} posts are too few, too short or too much alike to make copies and others from")
    return np.array(stream.rows, dtype=np.float64), np.array(stream.labels, dtype=np.int64)


class _Stream:
    """Posts on their way through one index, and a row for each that finds a match there."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.index = CopyIndex(window=None)
        self.rows: list[PairFeatures] = []
        self.labels: list[int] = []
        self.serials = count()

    def unrelated(self, texts: Sequence[str]) -> list[str]:
        """The texts in a new order, repetitions left out; the little that the others share makes no copies of them."""
        kept: list[str] = []
        corpus = CopyIndex(window=None)
        for text in self.rng.sample(texts, k=len(texts)):
            post = self._post(text)
            features = [match.features for match in corpus.find(post, limit=1)]
            if any(max(pair.containment, pair.earlier_containment) >= REPEATED_IN_CORPUS for pair in features):
                continue
            self._learn(features, copied=False)
            corpus.add(post)
            kept.append(text)
        return kept

    def copies(self, texts: Sequence[str], lent: Sequence[str]) -> None:
        """Each text, posted once or many times, and edited copies of it."""
        for text in texts:
            if self.rng.random() < WITH_LINK_OR_LOG:
                text = f"{text}\n{self._link_or_log(text)}"
            original = self._post(text)
            self.index.add(original)
            if self.rng.random() < FLOODED:
                for _ in range(self.rng.choice((1, 3, 10, 60))):
                    self.index.add(self._post(text, like=original))
            for name in self.rng.sample(sorted(EDITS), k=EDITS_PER_TEXT):
                like = None if name in AMONG_OTHER_WORDS else original
                self._meet(self._post(EDITS[name](text, self.rng, lent), like=like), copied=True)

    def answers(self, texts: Sequence[str], lent: Sequence[str]) -> None:
        """Replies that open with the text or its beginning, and posts that repeat a short sentence of it."""
        for text in texts:
            original = self._post(text)
            self.index.add(original)
            parts = sentences(text)
            opening = text if self.rng.random() < 0.5 else " ".join(parts[: (len(parts) + 1) // 2])
            self._meet(self._answer(opening, original, lent), copied=False)
            sentence = self.rng.choice(parts)
            if len(sentence) <= REMARK:
                before, after = (borrowed(self.rng.randint(1, 12), self.rng, lent) for _ in range(2))
                self._meet(self._post(f"{before} {sentence} {after}", like=original), copied=False)
                remark = self._post(sentence)
                self.index.add(remark)
                self._meet(self._post(f"{self.rng.choice(lent)} {sentence}", like=remark), copied=False)

    def _answer(self, opening: str, original: Post, lent: Sequence[str]) -> Post:
        share = exp(self.rng.uniform(*map(log, ANSWERS)))
        words = borrowed(max(round(len(opening.split()) * share), 2), self.rng, lent).split()
        parts = sentences(opening)
        middle = self.rng.randint(1, len(parts)) if self.rng.random() < 0.3 else len(parts)
        first, rest = " ".join(parts[:middle]), " ".join(parts[middle:])
        half = len(words) // 2 if rest else 0
        text = "\n".join([self.rng.choice(LEADS) + first, " ".join(words[:half]), rest, " ".join(words[half:])])
        post = self._post(text, thread=original.thread)
        return replace(post, author=original.author) if self.rng.random() < SELF_QUOTED else post

    def stock_phrases(self, texts: Sequence[str]) -> None:
        """Posts that share nothing but a phrase, a greeting or a signature."""
        latest: dict[str, Post] = {}
        for text in texts:
            phrase = self.rng.choice(STOCK_PHRASES + GREETINGS + SIGNATURES)
            parts = sentences(text)
            first = len(parts) if phrase in SIGNATURES else 0
            last = 0 if phrase in GREETINGS else len(parts)
            place = self.rng.randint(first, last)
            post = self._post("\n".join([*parts[:place], phrase, *parts[place:]]), like=latest.get(phrase))
            self._meet(post, copied=False)
            self.index.add(post)
            latest[phrase] = post

    def forms(self, texts: Sequence[str]) -> None:
        """Posts that answer the same questions, each in its own words."""
        latest: dict[tuple[str, ...], Post] = {}
        for text in texts:
            form, words = self.rng.choice(FORMS), text.split()
            share = -(-len(words) // len(form))
            answers = (" ".join(words[place * share : (place + 1) * share]) for place in range(len(form)))
            lines = [f"{question}\n{answer}" for question, answer in zip(form, answers, strict=True)]
            post = self._post("\n\n".join(lines), like=latest.get(form))
            self._meet(post, copied=False)
            self.index.add(post)
            latest[form] = post

    def links_and_logs(self, texts: Sequence[str]) -> None:
        """Posts that bring the same web address or the same lines of a log, each with its own words or with none."""
        pasted, latest = "", None
        for number, text in enumerate(texts):
            if number % 3 == 0:
                pasted, latest = self._link_or_log(text), None
            words = self.rng.choice(["", self.rng.choice(sentences(text) or [text]), text])
            post = self._post("\n".join(filter(None, self.rng.sample([words, pasted], k=2))), like=latest)
            self._meet(post, copied=False)
            self.index.add(post)
            latest = post

    def _link_or_log(self, text: str) -> str:
        words = [word.lower() for word in re.findall("[A-Za-z]{3,}", text)] or ["page"]
        serial = self.rng.randrange(10**6)
        if self.rng.random() < 0.5:
            return f"https://www.{words[0]}.example/{serial}/{'-'.join(words[:14])}"
        chosen = [self.rng.choice(words) for _ in range(self.rng.randint(6, 24))]
        return "\n".join(
            self.rng.choice(LOG_LINES).format(word=word, number=serial % 97 * at) for at, word in enumerate(chosen)
        )

    def _post(self, text: str, like: Post | None = None, thread: str | None = None) -> Post:
        """A new post; one `like` another is by its author half of the time, and half of the time in its thread."""
        author = None
        if like is not None:
            author, thread = (known if self.rng.random() < 0.5 else None for known in (like.author, like.thread))
        serial = str(next(self.serials))
        return Post(source="made", id=serial, text=text, author=author or serial, thread=thread or serial)

    def _meet(self, post: Post, *, copied: bool) -> None:
        self._learn([match.features for match in self.index.find(post, limit=1)], copied=copied)

    def _learn(self, features: Sequence[PairFeatures], *, copied: bool) -> None:
        self.rows += features
        self.labels += [int(copied)] * len(features)
