"""Public corpora: the catalogue, the rows of a copy, and the labelled posts that they make."""

from classifier.corpora.catalogue import CATALOGUE, corpus_named
from classifier.corpora.corpus import Corpus, Labelling, OriginalFile
from classifier.corpora.labelling import fields_of, labelled_posts, own_words
from classifier.corpora.originals import read_originals
from classifier.corpora.rows import CorpusRow, copy_of, default_directory, read_corpus, write_corpus

__all__ = [
    "CATALOGUE",
    "Corpus",
    "CorpusRow",
    "Labelling",
    "OriginalFile",
    "copy_of",
    "corpus_named",
    "default_directory",
    "fields_of",
    "labelled_posts",
    "own_words",
    "read_corpus",
    "read_originals",
    "write_corpus",
]
