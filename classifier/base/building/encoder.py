"""The encoder: a small transformer that learns to answer every question, and then teaches the raters.

A shared encoder with one linear head a question (Caruana 1997). It is too large and too slow for the small servers that
flagpost is for, so only what the raters learn from it is shipped; whoever builds it can use it as a second stage.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoModel, AutoTokenizer

from classifier.progress import Progress

MAX_TOKENS = 72
BATCH = 32
LEARNING_RATE, HEAD_LEARNING_RATE = 5e-5, 2e-3
WARM_UP = 100
"""Steps until the learning rate is reached; it then falls to nothing in a straight line."""

SORTED_TOGETHER = 50
"""Batches whose texts are sorted by length, so that little padding is computed."""

HEADS = "heads.npz"
STAGE = "teaching the encoder"


@dataclass(slots=True)
class Encoder:
    """A transformer with mean pooling and a linear head for each question."""

    tokenizer: Any
    transformer: Any
    head: torch.nn.Linear
    questions: tuple[str, ...]

    def answer(self, texts: Sequence[str], progress: Progress, stage: str) -> NDArray[np.float32]:
        """Log odds of yes for each text and question, shape (n_texts, n_questions)."""
        quantised = torch.ao.quantization.quantize_dynamic(
            self.transformer, {torch.nn.Linear}, dtype=torch.qint8
        ).eval()
        answers = np.zeros((len(texts), len(self.questions)), dtype=np.float32)
        by_length = sorted(range(len(texts)), key=lambda row: len(texts[row]))
        with torch.inference_mode():
            for start in range(0, len(by_length), 2 * BATCH):
                rows = by_length[start : start + 2 * BATCH]
                pooled = _pooled(quantised, self.tokenizer, [texts[row] for row in rows])
                answers[rows] = self.head(pooled).numpy()
                progress(stage, start + len(rows), len(texts))
        return answers

    def save(self, folder: Path) -> None:
        """Write it where sentence-transformers and `load` can read it."""
        self.transformer.save_pretrained(folder)
        self.tokenizer.save_pretrained(folder)
        np.savez(
            folder / HEADS,
            weights=self.head.weight.detach().numpy(),
            intercepts=self.head.bias.detach().numpy(),
            questions=np.array(self.questions),
        )

    @classmethod
    def load(cls, folder: Path) -> "Encoder":
        """What `save` wrote."""
        with np.load(folder / HEADS, allow_pickle=False) as heads:
            head = torch.nn.Linear(heads["weights"].shape[1], heads["weights"].shape[0])
            head.load_state_dict({"weight": torch.tensor(heads["weights"]), "bias": torch.tensor(heads["intercepts"])})
            questions = tuple(heads["questions"].tolist())
        return cls(AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder), head, questions)


def teach(
    source: str, texts: Sequence[str], answers: Sequence[dict[str, float]], seed: int, progress: Progress
) -> Encoder:
    """Fine-tune the encoder at `source` in one pass over the texts; each has answers to some of the questions.

    Rare answers weigh more, by the square root of how rare they are. The word vectors stay as they are.
    """
    torch.manual_seed(seed)
    questions = tuple(sorted({question for of_text in answers for question in of_text}))
    tokenizer, transformer = AutoTokenizer.from_pretrained(source), AutoModel.from_pretrained(source)
    head = torch.nn.Linear(transformer.config.hidden_size, len(questions))
    encoder = Encoder(tokenizer, transformer, head, questions)
    targets = torch.tensor([[of_text.get(question, np.nan) for question in questions] for of_text in answers])
    shares = torch.nanmean(targets, dim=0)
    loss_of = torch.nn.BCEWithLogitsLoss(reduction="none", pos_weight=torch.sqrt((1 - shares) / shares))
    for parameter in transformer.embeddings.parameters():
        parameter.requires_grad = False
    learnt = [parameter for parameter in transformer.parameters() if parameter.requires_grad]
    rates = [LEARNING_RATE, HEAD_LEARNING_RATE]
    optimizer = torch.optim.AdamW(
        [{"params": group, "lr": rate} for group, rate in zip((learnt, head.parameters()), rates, strict=True)],
        weight_decay=0.01,
    )
    batches = _batches([len(text) for text in texts], np.random.default_rng(seed))
    steps = len(batches)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, step / WARM_UP) * max(0.02, 1 - step / steps)
    )
    transformer.train()
    for step, rows in enumerate(batches):
        wanted = targets[rows]
        told = ~torch.isnan(wanted)
        logits = head(_pooled(transformer, tokenizer, [texts[row] for row in rows]))
        losses = loss_of(logits, torch.nan_to_num(wanted)) * told
        (losses.sum(1) / told.sum(1)).mean().backward()
        torch.nn.utils.clip_grad_norm_(learnt, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        schedule.step()
        progress(STAGE, step + 1, steps)
    transformer.eval()
    return encoder


def _pooled(transformer: Any, tokenizer: Any, texts: Sequence[str]) -> torch.Tensor:
    """The mean of a text's token vectors, shape (n_texts, n_dimensions)."""
    tokens = tokenizer(list(texts), padding=True, truncation=True, max_length=MAX_TOKENS, return_tensors="pt")
    states = transformer(**tokens).last_hidden_state
    mask = tokens["attention_mask"].unsqueeze(-1).to(states.dtype)
    pooled: torch.Tensor = (states * mask).sum(1) / mask.sum(1)
    return pooled


def _batches(lengths: Sequence[int], random: np.random.Generator) -> list[list[int]]:
    """Row numbers in batches of texts of like length, in random order."""
    order = random.permutation(len(lengths)).tolist()
    batches = []
    for start in range(0, len(order), BATCH * SORTED_TOGETHER):
        rows = sorted(order[start : start + BATCH * SORTED_TOGETHER], key=lambda row: lengths[row])
        batches += [rows[at : at + BATCH] for at in range(0, len(rows), BATCH)]
    return [batches[at] for at in random.permutation(len(batches)).tolist()]
