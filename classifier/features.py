"""What the text model looks at: words, pairs of words and stretches of characters, over folded text."""

import re
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags, spmatrix
from scipy.sparse.linalg import norm
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import FeatureUnion, Pipeline

from classifier.text import fold

LONGEST_PHRASE = 2
"""Tokens in the longest word feature."""

STRETCH = (2, 5)
"""Characters in the shortest and the longest character feature, the spaces around a word included."""

WORDS, CHARACTERS = "words", "characters"

WORDS_PULL = 5.0
"""About the length of the TF-IDF row of one word: posts of a word or two say little for certain."""

CHARACTERS_PULL = 10.0
"""As for words: the character features of one word."""

_TOKEN = re.compile(
    r"""
    (?P<address>(?:https?://|www\.)\S+)
  | (?P<mention>(?<!\w)@\w+)
  | :[a-z0-9_+\-]+:                                  # :shortcode:
  | (?<!\w)[:;=]['\-]?[()\[\]dpo/\\|*](?!\w) | <3    # emoticon
  | [^\W_]+(?:['*]+[^\W_]+)*\**                      # word, apostrophes and blanked letters inside
  | [!?]+
  | [^\w\s\x00-\x7f]                                 # emoji and other signs
    """,
    re.VERBOSE,
)

_SECOND_PERSON = {
    "u": "you",
    "ya": "you",
    "yu": "you",
    "ur": "your",
    "youre": "you're",
    "urself": "yourself",
    "yourselves": "yourself",
    "yall": "y'all",
}
"""Who is meant decides what is an attack, so the ways to write it are one word."""


def tokenize(folded: str) -> list[tuple[str, int, int]]:
    """The tokens of a folded text in order, each with its characters there: start and end (exclusive).

    Words keep their apostrophes; second-person words, addresses (`http`) and mentions (`@`) are each one token
    however they are written; emoticons, `:shortcodes:`, runs of ! and ?, and emoji are tokens too.
    """
    return [(_name(match), *match.span()) for match in _TOKEN.finditer(folded)]


def _name(match: re.Match[str]) -> str:
    if match.lastgroup:
        return "http" if match.lastgroup == "address" else "@"
    return _SECOND_PERSON.get(match[0], match[0])


def tokens(folded: str) -> list[str]:
    """The tokens of a folded text in order, as `tokenize` gives them."""
    return [token for token, _, _ in tokenize(folded)]


class FoldTexts(TransformerMixin, BaseEstimator):
    """Folds every text once, at the head of a pipeline, for all the vectorisers behind it. Nothing is learnt."""

    def fit(self, X: Iterable[str], y: object = None) -> "FoldTexts":  # noqa: ARG002 - scikit-learn's signature
        """Nothing to do."""
        return self

    def transform(self, X: Iterable[str]) -> list[str]:
        """The folded texts, in the order given."""
        return [fold(text).text for text in X]

    def get_feature_names_out(
        self,
        input_features: Sequence[str] | None = None,  # noqa: ARG002 - scikit-learn's signature
    ) -> NDArray[np.object_]:
        """One text in, one text out: `text`."""
        return np.asarray(["text"], dtype=object)

    def __sklearn_is_fitted__(self) -> bool:
        return True


class SoftNormalizer(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Scales every row x to x / sqrt(|x|² + pull²): long rows to about unit length, short ones to less.

    At unit length the one word of a post of one word would weigh as much as all the words of a long post together, and
    a bare "you" would be an attack for certain.

    Parameters
    ----------
    pull : float
        The length of a row that is scaled to sqrt(1/2); at 0 every row gets unit length.
    """

    def __init__(self, pull: float = 0.0) -> None:
        self.pull = pull

    def fit(self, X: spmatrix, y: object = None) -> "SoftNormalizer":  # noqa: ARG002 - scikit-learn's signature
        """Nothing to learn but the number of features."""
        self.n_features_in_ = X.shape[1]
        return self

    def transform(self, X: spmatrix) -> csr_matrix:
        """The scaled rows, sparse, shape (n_rows, n_features); empty rows stay empty."""
        lengths = np.hypot(norm(X, axis=1), self.pull)
        return csr_matrix(diags(1 / np.where(lengths > 0, lengths, 1)) @ X)


def text_features(min_df: int = 2) -> Pipeline:
    """A pipeline from texts to a sparse TF-IDF matrix (n_texts, n_features): fold once, then words and characters.

    Features seen in fewer than `min_df` texts are left out. Words and characters are each scaled by SoftNormalizer.
    """
    words = TfidfVectorizer(
        tokenizer=tokens,
        token_pattern=None,
        lowercase=False,
        ngram_range=(1, LONGEST_PHRASE),
        sublinear_tf=True,
        norm=None,
        min_df=min_df,
    )
    characters = TfidfVectorizer(
        analyzer="char_wb", lowercase=False, ngram_range=STRETCH, sublinear_tf=True, norm=None, min_df=min_df
    )
    union = FeatureUnion(
        [
            (WORDS, Pipeline([("tfidf", words), ("scale", SoftNormalizer(WORDS_PULL))])),
            (CHARACTERS, Pipeline([("tfidf", characters), ("scale", SoftNormalizer(CHARACTERS_PULL))])),
        ]
    )
    return Pipeline([("fold", FoldTexts()), ("features", union)])


def occurrences(pipeline: Pipeline, folded: str) -> NDArray[np.int64]:
    """Where the features of a fitted `text_features` stand in a folded text: rows of column, start and end (exclusive).

    A feature has one row for each time it occurs. The spaces around a word are not counted in.
    """
    columns: list[tuple[int, int, int]] = []
    offset = 0
    vectorizers = dict(pipeline["features"].transformer_list)
    for name, find in ((WORDS, _phrases), (CHARACTERS, _stretches)):
        vocabulary = vectorizers[name]["tfidf"].vocabulary_
        for feature, start, end in find(folded):
            column = vocabulary.get(feature)
            if column is not None:
                columns.append((offset + column, start, end))
        offset += len(vocabulary)
    return np.array(columns, dtype=np.int64).reshape(-1, 3)


def _phrases(folded: str) -> Iterator[tuple[str, int, int]]:
    found = tokenize(folded)
    for length in range(1, LONGEST_PHRASE + 1):
        for at in range(len(found) - length + 1):
            phrase = found[at : at + length]
            yield " ".join([token for token, _, _ in phrase]), phrase[0][1], phrase[-1][2]


def _stretches(folded: str) -> Iterator[tuple[str, int, int]]:
    """What `char_wb` counts, with places: a word too short for a length is counted whole, once."""
    for match in re.finditer(r"\S+", folded):
        start, end = match.span()
        padded = f" {match[0]} "
        for length in range(STRETCH[0], STRETCH[1] + 1):
            for at in range(max(len(padded) - length, 0) + 1):
                left = start + at - 1
                yield padded[at : at + length], max(left, start), min(left + length, end)
            if length >= len(padded):
                break
