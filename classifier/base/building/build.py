"""All steps in their order; what is done already is taken from the folder of the work and not done again."""

import logging
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import vstack

from classifier.base import EMBEDDING, RATERS, Raters
from classifier.base.building.encoder import Encoder, teach
from classifier.base.building.pieces import pieces_of
from classifier.base.building.questions import LESSONS, PIECES, RATED
from classifier.base.building.raters import AT_ONCE, inverse_document_frequencies, learn_raters
from classifier.base.building.table import distil_table
from classifier.base.building.voices import differences, even_out
from classifier.corpora import CATALOGUE, CorpusRow, copy_of, own_words, read_corpus
from classifier.dataset import written_posts
from classifier.embedding import StaticEmbedding
from classifier.features import TextFeatures
from classifier.progress import Progress
from classifier.text import folded_text
from classifier.whole_file import whole_file

log = logging.getLogger(__name__)

ENCODER, TABLE, ANSWERS = "encoder", "table.npz", "answers.npz"

TAUGHT_CHARACTERS = 600
"""Of each text: more than the encoder reads."""


def build(corpora: Path, work: Path, target: Path, progress: Progress, source: str, seed: int = 0) -> None:
    """Make the base scorer in `target` from NAME.jsonl.gz in `corpora` and the sentence encoder at `source`.

    `work` keeps the encoder, the table and the answers. Raises DataError when a corpus is missing or broken.
    """
    work.mkdir(parents=True, exist_ok=True)
    read = {name: _own_words_of(name, corpora) for name in PIECES}
    pieces = pieces_of(read, seed)
    if not (work / ENCODER).exists():
        _taught(source, read, seed, progress).save(work / ENCODER)
    if not (work / TABLE).exists():
        names, rows, steps = distil_table(source)
        _save(work / TABLE, pieces=np.array("\n".join(names)), table=rows, scales=steps)
    if not (work / ANSWERS).exists():
        encoder = Encoder.load(work / ENCODER)
        answers = encoder.answer(pieces, progress, "asking the encoder")
        _save(work / ANSWERS, questions=np.array(encoder.questions), answers=answers)
    with np.load(work / TABLE, allow_pickle=False) as table, np.load(work / ANSWERS, allow_pickle=False) as told:
        folded = [folded_text(piece) for piece in pieces]
        idf = inverse_document_frequencies(folded).astype(np.float16)
        embedding = StaticEmbedding(str(table["pieces"]).split("\n"), table["table"], table["scales"])
        features = TextFeatures(idf.astype(np.float32), embedding)
        matrix = vstack([features.transform(folded[at : at + AT_ONCE]) for at in range(0, len(folded), AT_ONCE)])
        log.info("%d pieces, %d questions", len(pieces), len(told["questions"]))
        rated = [told["questions"].tolist().index(question) for question in RATED]
        raters = learn_raters(matrix.tocsr(), RATED, told["answers"][:, rated])
        raters = even_out(raters, differences(written_posts(), features))
        target.mkdir(parents=True, exist_ok=True)
        _save(target / EMBEDDING, **table)
    _save_raters(target / RATERS, raters, idf)


def _own_words_of(name: str, corpora: Path) -> list[CorpusRow]:
    corpus = CATALOGUE[name]
    return [replace(row, text=own_words(corpus, row)) for row in read_corpus(name, copy_of(name, corpora))]


def _taught(source: str, read: dict[str, list[CorpusRow]], seed: int, progress: Progress) -> Encoder:
    random = Random(seed)
    texts: list[str] = []
    answers: list[dict[str, float]] = []
    for lesson in LESSONS:
        for row in read[lesson.corpus]:
            if random.random() < (lesson.keep if lesson.hostile(row.labels) else lesson.keep_others):
                told = {question: answer(row.labels) for question, answer in lesson.questions.items()}
                texts += lesson.repeat * [row.text[:TAUGHT_CHARACTERS]]
                answers += lesson.repeat * [told]
    return teach(source, texts, answers, seed, progress)


def _save_raters(path: Path, raters: Raters, idf: NDArray[np.float16]) -> None:
    steps = np.abs(raters.weights).max(axis=0) / 127
    _save(
        path,
        idf=idf,
        names=np.array(raters.names),
        weights=np.round(raters.weights / steps).astype(np.int8),
        scales=steps.astype(np.float32),
        intercepts=raters.intercepts,
    )


def _save(path: Path, **arrays: NDArray[Any]) -> None:
    with whole_file(path) as fresh, fresh.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)
