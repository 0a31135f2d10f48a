"""Turns a sentence-transformers model into an export, once, in a process of its own.

``python -m coach.encoder_export NAME FOLDER CACHE`` prints the export's folder as JSON; FOLDER is
empty for a model that is fetched from the hub. Only this module imports torch.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coach.encoder import Encoder
from coach.encoder_files import Description, fingerprint, is_complete, write_description

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

# The export must give these the vectors that sentence-transformers gives: capitals and signs, short
# beside long, so that there is padding, and one text past the token limit of most models.
_PROBES = (
    "How long does it take?",
    "Data Engineering for AI: 12 weeks — Kafka, Spark & Airflow (2024-34), +28.8%.",
    "I am a nurse. Which roles in health informatics can I move to without another degree?",
    "The median wage of an occupation is not a promise of a salary. " * 12,
    "A step of the roadmap names its weeks, its tasks and its resources. " * 400,
)
_TOLERANCE = 1e-4


def export(name: str, source: Path | None, cache: Path) -> Path:
    """Export a model, unless the cache holds it already.

    Args:
        name: what the encoder is called, or the model's name on the hub.
        source: the model's folder; None to fetch it from the hub.
        cache: the folder of exports.

    Returns:
        The folder of the export.

    Raises:
        ValueError: the export does not give the model's vectors.
    """
    model = _load(str(source) if source else name)
    if source is None:
        source = _fetched(name)
    found = fingerprint(name, source)
    if found is None:
        raise ValueError(f"{source} holds no weights")
    target = found.export_folder(cache)
    if is_complete(target):
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    _remove_abandoned(target.parent)
    temporary = Path(tempfile.mkdtemp(prefix="unfinished-", dir=target.parent))
    try:
        _write(model, found.id, temporary)
        _verify(model, temporary)
        _move_into_place(temporary, target)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return target


def _load(source: str) -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer

    # Attention written out operation by operation is what the optimiser below recognises.
    model = SentenceTransformer(
        source, device="cpu", model_kwargs={"attn_implementation": "eager", "dtype": "float32"}
    )
    return model.eval()


def _fetched(name: str) -> Path:
    from huggingface_hub import snapshot_download

    repository = name if "/" in name else f"sentence-transformers/{name}"
    return Path(snapshot_download(repository, local_files_only=True))


def _write(model: SentenceTransformer, encoder_id: str, folder: Path) -> None:
    import onnx
    from onnxruntime.transformers import optimizer

    plain = folder / "plain.onnx"
    _write_plain(model, plain)
    # Attention, layer norm and GELU each become one operation, where the model has that shape.
    transformer: Any = model[0]
    configuration = transformer.auto_model.config
    fused = optimizer.optimize_model(
        str(plain),
        model_type="bert",
        num_heads=getattr(configuration, "num_attention_heads", 0),
        hidden_size=getattr(configuration, "hidden_size", 0),
        opt_level=0,
        use_gpu=False,
    )
    # Weights in a file of their own are mapped into memory instead of being read and copied.
    onnx.save(
        fused.model,
        str(folder / "model.onnx"),
        save_as_external_data=True,
        location="model.onnx.data",
        size_threshold=1024,
    )
    plain.unlink()
    tokenizer = model.tokenizer
    limit = min(tokenizer.model_max_length, model.max_seq_length or tokenizer.model_max_length)
    tokenizer.backend_tokenizer.enable_truncation(limit)
    tokenizer.backend_tokenizer.no_padding()
    tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"))
    description = Description(
        id=encoder_id,
        dimensions=int(model.encode(["one"]).shape[1]),
        token_limit=int(limit),
        padding=tokenizer.pad_token_id or 0,
    )
    write_description(folder, description)


def _write_plain(model: SentenceTransformer, path: Path) -> None:
    import torch

    features = model.preprocess(["a text", "a longer text, so that the first is padded"])
    names = [name for name, value in features.items() if isinstance(value, torch.Tensor)]

    class Vectors(torch.nn.Module):
        """All the modules of the model, whatever its pooling, then unit length."""

        def __init__(self) -> None:
            super().__init__()
            self.steps = torch.nn.ModuleList(model.children())

        def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
            values: Any = dict(zip(names, inputs, strict=True))
            for step in self.steps:
                values = step(values)
            return torch.nn.functional.normalize(values["sentence_embedding"], dim=-1)

    axes = {name: {0: "batch", 1: "length"} for name in names} | {"vector": {0: "batch"}}
    with torch.no_grad():
        torch.onnx.export(
            Vectors().eval(),
            tuple(features[name] for name in names),
            str(path),
            input_names=names,
            output_names=["vector"],
            dynamic_axes=axes,
            opset_version=17,
            # The newer exporter takes five times as long and its graph does not fuse.
            dynamo=False,
        )


def _verify(model: SentenceTransformer, folder: Path) -> None:
    import numpy

    probes = list(_PROBES)
    expected = model.encode(probes, batch_size=1, prompt="", normalize_embeddings=True)
    encoder = Encoder(folder)
    together = encoder.encode(probes)
    alone = numpy.concatenate([encoder.encode([probe]) for probe in probes])
    for vectors in (together, alone):
        difference = float(numpy.abs(vectors - expected).max())
        if not difference <= _TOLERANCE:
            raise ValueError(
                f"the exported model's vectors differ by {difference:.2g} from the model's"
            )


def _remove_abandoned(folder: Path) -> None:
    """Remove what exports left that were killed; one that is under way is younger than this."""
    for path in folder.glob("unfinished-*"):
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > 3600:
                shutil.rmtree(path, ignore_errors=True)


def _move_into_place(temporary: Path, target: Path) -> None:
    if target.exists() and not is_complete(target):
        shutil.rmtree(target)
    # Another process may have finished the same export first: its folder is as good.
    try:
        temporary.rename(target)
    except OSError:
        if not is_complete(target):
            raise


def main() -> None:
    """Export what the command line names."""
    name, source, cache = sys.argv[1:]
    with contextlib.redirect_stdout(sys.stderr):
        folder = export(name, Path(source) if source else None, Path(cache))
    sys.stdout.write(json.dumps(str(folder)) + "\n")


if __name__ == "__main__":
    main()
