"""Copy-paste: an index of recent posts, the judge of what it finds, and the word diff that shows it.

The judge is imported from `judge` itself, for it takes scikit-learn along, and with it a second.
"""

from classifier.copies.decided import DecidedPair
from classifier.copies.diff import DiffKind, DiffPart, word_diff
from classifier.copies.features import PairFeatures
from classifier.copies.index import Archive, CopyIndex
from classifier.copies.judge_training import training_pairs
from classifier.copies.matching import MIN_SHARED_LETTERS, Match

__all__ = [
    "MIN_SHARED_LETTERS",
    "Archive",
    "CopyIndex",
    "DecidedPair",
    "DiffKind",
    "DiffPart",
    "Match",
    "PairFeatures",
    "training_pairs",
    "word_diff",
]
