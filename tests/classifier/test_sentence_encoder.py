import json
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from bot.cli.main import main
from classifier.errors import ModelError
from classifier.sentence_encoder import MAX_TOKENS, SentenceEncoder

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
WORDS = ["the", "old", "crane", "on", "quay", "was", "a", "you", "clown", ".", "!"]


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A folder with a transformer of two layers that nobody has taught anything."""
    pytest.importorskip("sentence_transformers", reason="the extra `deep` is not installed")
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast, set_seed

    set_seed(0)
    vocabulary = {word: at for at, word in enumerate([*SPECIAL, *WORDS])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32
    )
    folder = tmp_path / "tiny"
    BertModel(config).save_pretrained(folder)
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]").save_pretrained(folder)
    return folder


def told(encoder: SentenceEncoder) -> str:
    with pytest.raises(ModelError) as caught:
        encoder.load()
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(f"encoder {encoder.source}: ")
    return message


def test_texts_become_embeddings_of_length_one(tiny: Path) -> None:
    texts = ["You clown!", "the old crane on the quay", "", "the " * 5_000]

    found = SentenceEncoder(str(tiny)).embed(texts)

    assert found.shape == (4, 16)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, rtol=1e-5)
    alone = [SentenceEncoder(str(tiny)).embed([text])[0] for text in texts]
    np.testing.assert_allclose(found, alone, atol=1e-5)
    assert found[0] @ found[1] < 0.999


def test_a_long_text_is_read_up_to_a_limit(tiny: Path) -> None:
    beginning = "the old crane was on the quay " * 40
    assert len(beginning.split()) > MAX_TOKENS

    one, other = SentenceEncoder(str(tiny)).embed([beginning, beginning + "you clown ! " * 50])

    np.testing.assert_allclose(one, other, atol=1e-5)


def test_what_is_pickled_is_the_name_alone(tiny: Path) -> None:
    encoder = SentenceEncoder(str(tiny))
    before = encoder.embed(["you clown"])

    data = pickle.dumps(encoder)

    assert len(data) < 1_000
    np.testing.assert_allclose(pickle.loads(data).embed(["you clown"]), before, atol=1e-6)


def test_a_folder_is_found_again_from_another_one(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tiny.parent)
    encoder = SentenceEncoder("tiny")
    monkeypatch.chdir("/")

    encoder.load()

    assert encoder.source == str(tiny)


def test_code_that_comes_with_an_encoder_is_not_run(tiny: Path, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    (tiny / "custom.py").write_text(f"open({str(ran)!r}, 'w')\nclass Transformer: pass\n")
    (tiny / "modules.json").write_text(json.dumps([{"idx": 0, "name": "0", "path": "", "type": "custom.Transformer"}]))

    assert "cannot be loaded" in told(SentenceEncoder(str(tiny)))

    assert not ran.exists()


def test_weights_that_are_code_are_not_read(tiny: Path, tmp_path: Path) -> None:
    ran = tmp_path / "ran"

    class Payload:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return Path.mkdir, (ran,)

    (tiny / "model.safetensors").unlink()
    (tiny / "pytorch_model.bin").write_bytes(pickle.dumps(Payload()))

    assert "cannot be loaded" in told(SentenceEncoder(str(tiny)))

    assert not ran.exists()


def test_a_folder_that_is_gone_is_named_before_anything_is_trained(tmp_path: Path) -> None:
    gone = tmp_path / "gone"

    assert "there is no such folder" in told(SentenceEncoder(str(gone)))
    assert "there is no such folder" in told(SentenceEncoder("./gone"))
    result = CliRunner().invoke(main, ["train", "--encoder", str(gone), "--models", str(tmp_path / "models")])

    assert result.exit_code == 2
    assert result.output.splitlines()[-1].startswith(f"flagpost: encoder {gone}: there is no such folder")
    assert not (tmp_path / "models").exists()


def test_without_the_extra_its_name_is_told() -> None:
    script = (
        "import sys; sys.modules['sentence_transformers'] = None\n"
        "from classifier.errors import ModelError\n"
        "from classifier.sentence_encoder import SentenceEncoder\n"
        "try: SentenceEncoder('all-MiniLM-L6-v2').load()\n"
        "except ModelError as error: print(error)"
    )

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True)

    assert done.stdout == (
        "encoder all-MiniLM-L6-v2: what runs it is not installed; run: pip install 'flagpost[deep]', "
        "or make a model that does without it: flagpost train\n"
    )
