from hypothesis import given
from hypothesis import strategies as st

from classifier.batch import read_batch
from classifier.text import folded_text
from classifier.tokens import tokenize

LETTERS = "you're an idiot's map!?:)*@.www//http:;<3\n\t\u2003\x1c😀é_" + "a" * 3


@given(st.lists(st.text(st.sampled_from(LETTERS), max_size=60), max_size=5))
def test_texts_read_word_by_word_have_the_tokens_of_whole_texts(texts: list[str]) -> None:
    folded = [folded_text(text) for text in texts]
    batch = read_batch(folded)
    assert [batch.tokens[place] for place in batch.token_places] == [t for text in folded for t in tokenize(text)]
    assert batch.token_counts.tolist() == [len(tokenize(text)) for text in folded]
    assert [batch.words[place] for place in batch.word_places] == [word for text in folded for word in text.split()]
    assert batch.word_counts.tolist() == [len(text.split()) for text in folded]
