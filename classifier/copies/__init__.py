"""Copy-paste: an index of recent posts, the judge of what it finds, and the word diff that shows it."""

from classifier.copies.decided import DecidedPair
from classifier.copies.diff import DiffKind, DiffPart, word_diff
from classifier.copies.features import PairFeatures
from classifier.copies.index import Archive, CopyIndex
from classifier.copies.judge import CopyJudge, Ruling
from classifier.copies.judge_training import training_pairs
from classifier.copies.matching import MIN_SHARED_LETTERS, Match

__all__ = [
    "MIN_SHARED_LETTERS",
    "Archive",
    "CopyIndex",
    "CopyJudge",
    "DecidedPair",
    "DiffKind",
    "DiffPart",
    "Match",
    "PairFeatures",
    "Ruling",
    "training_pairs",
    "word_diff",
]
