"""Sentence encoders: transformers that read a text as a whole, fetched and run by sentence-transformers."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.errors import ModelError

MAX_TOKENS = 256
"""Of each text, if the encoder reads that many: time grows with them, and a post shows its manner early."""

BATCH = 32


class SentenceEncoder:
    """An encoder by the name it has on the Hugging Face Hub, or in a folder; nothing is read before `load`.

    Figures only: code that comes with an encoder is never run, and weights are read from safetensors alone. Of what is
    pickled, only `source` remains.
    """

    def __init__(self, source: str) -> None:
        self.source = str(Path(source).resolve()) if Path(source).is_dir() else source
        self._transformer: Any = None

    def load(self) -> None:
        """Make it ready, once. Raises ModelError when the encoder or the extra that runs it is missing."""
        if self._transformer is not None:
            return
        if (Path(self.source).is_absolute() or self.source.startswith(".")) and not Path(self.source).is_dir():
            raise self._error("there is no such folder; put it back")
        try:
            from sentence_transformers import SentenceTransformer
            from transformers.utils import logging
        except ImportError as error:
            raise self._error("what runs it is not installed; run: pip install 'flagpost[deep]'") from error
        logging.disable_progress_bar()
        logging.set_verbosity_error()
        try:
            transformer = SentenceTransformer(
                self.source, trust_remote_code=False, model_kwargs={"use_safetensors": True}
            )
        except Exception as error:  # the libraries behind it raise whatever they like
            reason = next(iter(str(error).splitlines()), type(error).__name__)
            raise self._error(
                f"cannot be loaded ({reason}); name a folder or a model of the Hugging Face Hub"
            ) from error
        transformer.max_seq_length = min(transformer.max_seq_length or MAX_TOKENS, MAX_TOKENS)
        self._transformer = transformer

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embeddings of length 1, shape (n_texts, n_dimensions). Raises ModelError as `load` does."""
        self.load()
        embeddings: NDArray[np.float32] = self._transformer.encode(
            list(texts), batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False
        )
        return embeddings

    def __getstate__(self) -> dict[str, Any]:
        return {"source": self.source, "_transformer": None}

    def _error(self, wrong: str) -> ModelError:
        return ModelError(f"encoder {self.source}: {wrong}, or make a model that does without it: flagpost train")
