"""A batch of folded texts as numbers: the distinct words and tokens that features are made of, and where they stand."""

from collections.abc import Sequence
from dataclasses import dataclass

from classifier.ragged import Numbers, numbered, sums_of, take
from classifier.tokens import tokenize


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Texts cut at white space into `words`, and these into `tokens`; both lists hold each string once.

    `word_places` are the words of all texts, one behind the other, as places in `words`; `word_counts`, (n_texts,),
    says how many each text has. So for tokens.
    """

    words: list[str]
    word_places: Numbers
    word_counts: Numbers
    tokens: list[str]
    token_places: Numbers
    token_counts: Numbers

    def __len__(self) -> int:
        return len(self.word_counts)


def read_batch(folded: Sequence[str]) -> Batch:
    """The words and tokens of folded texts. No token reaches over white space, so that each word is read once."""
    word_places, word_counts, words = numbered([text.split() for text in folded])
    places, counts, tokens = numbered([tokenize(word) for word in words])
    token_places, of_words = take(places, counts, word_places)
    return Batch(words, word_places, word_counts, tokens, token_places, sums_of(of_words, word_counts))
