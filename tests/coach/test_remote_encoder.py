"""An encoder on a server: a real one on loopback, whose vectors the packaged encoder makes."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy
import pytest

from coach.chunking import encoded_text, split
from coach.domain import Turn
from coach.encoder import Encoder
from coach.errors import EncoderError, IndexIncompatible
from coach.index import KnowledgeIndex
from coach.reading import read
from coach.remote_encoder import RemoteEncoder, load_remote_encoder, remote_encoder_id
from coach.settings import Settings
from coach.wiring import build_coach, encoder_id, load_encoder
from tests.coach.asking import CAIO, KNOWLEDGE, NURSE, ROOT

KEY = "sk-right-and-secret"
NAME = "openai:small"


class EmbeddingServer:
    """Speaks ``/v1/embeddings``; ``alter`` may change a reply, ``refusals`` come before any.

    Attributes:
        inputs: the texts of each request that was answered.
        refusals: status, headers and body of the next replies.
    """

    def __init__(self, encoder: Encoder) -> None:
        self.inputs: list[list[str]] = []
        self.refusals: list[tuple[int, dict[str, str], str]] = []
        self.requests = 0
        self.key: str | None = None
        self.alter: Callable[[dict[str, Any]], object] = lambda reply: reply
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                outer.requests += 1
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                given = self.headers.get("Authorization", "")
                if self.path != "/v1/embeddings":
                    self._reply(404, {}, "{}")
                elif outer.key is not None and given != f"Bearer {outer.key}":
                    # A careless server: it repeats the key.
                    self._reply(401, {}, json.dumps({"error": {"message": f"wrong: {given}"}}))
                elif outer.refusals:
                    self._reply(*outer.refusals.pop(0))
                else:
                    outer.inputs.append(asked["input"])
                    vectors = 3 * encoder.encode(asked["input"])
                    data = [
                        {"object": "embedding", "index": index, "embedding": vector.tolist()}
                        for index, vector in enumerate(vectors)
                    ]
                    reply = {"object": "list", "model": asked["model"], "data": data[::-1]}
                    altered = outer.alter(reply)
                    body = altered if isinstance(altered, str) else json.dumps(altered)
                    self._reply(200, {}, body)

            def _reply(self, status: int, headers: dict[str, str], body: str) -> None:
                content = body.encode()
                kind = "application/json" if body.startswith("{") else "text/html"
                headers = {"Content-Type": kind, "Content-Length": str(len(content)), **headers}
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def server(real_encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddingServer]:
    for name in [name for name in os.environ if name.startswith("OPENAI_")]:
        monkeypatch.delenv(name)
    serving = EmbeddingServer(real_encoder)
    yield serving
    serving.close()


def narrowed(reply: dict[str, Any]) -> dict[str, Any]:
    for entry in reply["data"]:
        entry["embedding"] = entry["embedding"][:100]
    return reply


def set_vector(reply: dict[str, Any], vector: object) -> dict[str, Any]:
    reply["data"][0]["embedding"] = vector
    return reply


def test_vectors_come_in_order_at_unit_length_and_in_batches(
    server: EmbeddingServer, real_encoder: Encoder
) -> None:
    texts = [f"Phase {number} of the plan" for number in range(70)]
    encoder = RemoteEncoder("small", server.url)
    server.inputs.clear()

    vectors = encoder.encode(texts)

    assert vectors.dtype == numpy.float32
    assert numpy.abs(vectors - real_encoder.encode(texts)).max() < 1e-5
    assert [len(batch) for batch in server.inputs] == [32, 32, 6]
    assert (encoder.dimensions, encoder.token_limit) == (384, 512)
    assert encoder.id == f"openai:small@{server.url.removeprefix('http://')}-384"
    assert encoder.encode([]).shape == (0, 384)


def test_odd_texts_are_sent_as_servers_take_them(server: EmbeddingServer) -> None:
    encoder = RemoteEncoder("small", server.url)
    server.inputs.clear()

    encoder.encode(["", " \n", "lone \ud800 half", "roses " * 2000, "r" * 9000])

    blank, white, half, long, word = server.inputs[0]
    assert (blank, white, half) == (".", ".", "lone ? half")
    assert 100 < len(word) < 9000
    assert encoder.count_tokens([long])[0] <= encoder.token_limit
    assert encoder.count_tokens([f"{long} roses"])[0] > encoder.token_limit - 4


def test_guides_are_split_nearly_as_with_the_packaged_encoder(
    server: EmbeddingServer, real_encoder: Encoder
) -> None:
    remote = RemoteEncoder("small", server.url)
    passages, same = 0, 0
    for path in sorted(KNOWLEDGE.glob("*-to-*.md")):
        reading = read(path, name=path.name, key=path.name)
        split_here = split(reading, real_encoder)
        passages += len(split_here)
        same += len(set(split_here) & set(split(reading, remote)))
        texts = [encoded_text(passage) for passage in split_here]
        counts = zip(remote.count_tokens(texts), real_encoder.count_tokens(texts), strict=True)
        assert all(estimate >= real for estimate, real in counts)

    assert same >= 0.95 * passages


def test_the_key_of_the_environment_is_sent(
    server: EmbeddingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    server.key = KEY

    assert RemoteEncoder("small", server.url).dimensions == 384


def test_a_server_of_ones_own_needs_no_key_and_openai_does(
    server: EmbeddingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_ADMIN_KEY", "sk-admin")

    assert RemoteEncoder("small", server.url).dimensions == 384
    with pytest.raises(EncoderError) as refused:
        RemoteEncoder("small", None)
    assert "OPENAI_API_KEY" in refused.value.remedy


@pytest.mark.parametrize("key", ["sk-wrong-and-secret", "sk-secret\nX: y", "sk-secret-é"])
def test_a_wrong_key_is_told_and_never_repeated(
    server: EmbeddingServer, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", key)
    server.key = KEY

    with pytest.raises(EncoderError) as refused:
        RemoteEncoder("small", server.url)

    assert "OPENAI_API_KEY" in refused.value.where + refused.value.remedy
    error: BaseException | None = refused.value
    while error is not None:
        assert "secret" not in f"{error!r}{error}"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def test_a_password_in_the_address_is_shown_nowhere(server: EmbeddingServer) -> None:
    address = server.url.replace("http://", "http://me:hidden@")
    encoder = RemoteEncoder("small", address)
    server.refusals = [(404, {}, "{}")]

    with pytest.raises(EncoderError) as refused:
        encoder.encode(["a"])

    assert "hidden" not in f"{refused.value}{encoder.id}"


def test_a_server_that_is_down_is_told_with_its_address() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    with pytest.raises(EncoderError, match="cannot be reached") as refused:
        RemoteEncoder("small", f"http://127.0.0.1:{port}/v1")

    assert str(port) in refused.value.where


@pytest.mark.parametrize("url", ["localhost:11434/v1", "ftp://localhost/v1", "http:///v1"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(EncoderError) as refused:
        RemoteEncoder("small", url)

    assert refused.value.where == "COACH_ENCODER_URL"


@pytest.mark.parametrize(
    ("status", "problem"),
    [
        (400, "status 400"),
        (403, "does not accept the key"),
        (404, "does not know this model"),
        (429, "no more requests"),
        (501, "status 501"),
    ],
)
def test_a_refusal_says_what_to_do(server: EmbeddingServer, status: int, problem: str) -> None:
    encoder = RemoteEncoder("small", server.url)
    server.refusals = [(status, {"x-should-retry": "false"}, '{"error": {"message": "hidden"}}')]

    with pytest.raises(EncoderError, match=problem) as refused:
        encoder.encode(["a"])

    assert refused.value.remedy
    assert "hidden" not in str(refused.value)


def test_a_busy_server_is_asked_again_when_it_says(server: EmbeddingServer) -> None:
    encoder = RemoteEncoder("small", server.url)
    server.refusals = [
        (429, {"retry-after-ms": "20"}, "{}"),
        (503, {"retry-after-ms": "20"}, "{}"),
    ]

    assert encoder.encode(["a"]).shape == (1, 384)
    assert server.refusals == []


@pytest.mark.parametrize(
    "alter",
    [
        lambda reply: {**reply, "data": reply["data"][:-1]},
        lambda reply: {**reply, "data": [*reply["data"], reply["data"][0]]},
        lambda reply: {**reply, "data": []},
        lambda reply: {**reply, "data": None},
        lambda reply: {},
        lambda reply: "{half of",
        lambda reply: "<html>Welcome</html>",
        lambda reply: set_vector(reply, [0.0] * 384),
        lambda reply: set_vector(reply, [float("nan")] * 384),
        lambda reply: set_vector(reply, [1.0]),
        lambda reply: set_vector(reply, ["a"] * 384),
        lambda reply: set_vector(reply, None),
    ],
    ids=[
        "one-too-few",
        "one-too-many",
        "none",
        "no-list",
        "empty-object",
        "broken-json",
        "a-page",
        "no-length",
        "not-a-number",
        "ragged",
        "words",
        "null",
    ],
)
def test_a_reply_without_a_vector_for_each_text_is_refused(
    server: EmbeddingServer, alter: Callable[[dict[str, Any]], object]
) -> None:
    encoder = RemoteEncoder("small", server.url)
    server.alter = alter

    with pytest.raises(EncoderError, match=r"did not give one vector|cannot be read"):
        encoder.encode(["a", "b"])


def test_vectors_of_another_length_are_refused(server: EmbeddingServer) -> None:
    encoder = RemoteEncoder("small", server.url)
    server.alter = narrowed

    with pytest.raises(EncoderError, match="100 dimensions, and of 384 before"):
        encoder.encode(["a"])


def test_the_id_is_told_without_a_call_once_the_server_was_asked(
    server: EmbeddingServer, tmp_path: Path
) -> None:
    first = remote_encoder_id(NAME, server.url, tmp_path)
    calls = server.requests

    assert remote_encoder_id(NAME, server.url, tmp_path) == first
    assert server.requests == calls == 1
    assert remote_encoder_id("openai:other", server.url, tmp_path) != first
    server.alter = narrowed
    assert load_remote_encoder(NAME, server.url, tmp_path).id != first
    assert remote_encoder_id(NAME, server.url, tmp_path).endswith("-100")


def start_ingest(server: EmbeddingServer, place: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(ROOT / "ingest.py"), place / "guides", "--data", place / "data"],
        env={
            **os.environ,
            "COACH_ENCODER": NAME,
            "COACH_ENCODER_URL": server.url,
            "COACH_CACHE": str(place / "cache"),
        },
        stderr=subprocess.PIPE,
        text=True,
    )


def ingest(server: EmbeddingServer, place: Path) -> subprocess.CompletedProcess[str]:
    running = start_ingest(server, place)
    _, said = running.communicate()
    return subprocess.CompletedProcess(running.args, running.returncode, stderr=said)


@pytest.mark.slow
def test_guides_are_indexed_and_answered_from_with_a_server(
    server: EmbeddingServer, tmp_path: Path
) -> None:
    (tmp_path / "guides").mkdir()
    for guide in (CAIO, NURSE):
        shutil.copy(KNOWLEDGE / f"{guide}.md", tmp_path / "guides")
    done = ingest(server, tmp_path)
    assert done.returncode == 0, done.stderr

    calls = server.requests
    again = ingest(server, tmp_path)
    assert again.returncode == 0, again.stderr
    assert server.requests == calls

    settings = Settings(
        data=tmp_path / "data", cache=tmp_path / "cache", encoder=NAME, encoder_url=server.url
    )
    assert encoder_id(settings) == load_encoder(settings).id
    coach = build_coach(settings)
    answer = asyncio.run(coach.answer(Turn(question="How long to go from backend dev to CAIO?")))
    assert "18-24 months" in answer.text
    assert answer.citations[0].passage.guide == CAIO
    hits = coach.search("looking after patients' records with computers", None, 5)
    assert {hit.passage.guide for hit in hits} == {NURSE}
    assert hits[0].dense is not None

    with pytest.raises(IndexIncompatible):
        build_coach(settings.model_copy(update={"encoder": "openai:other"}))


def test_a_server_that_changed_its_model_is_noticed_and_the_next_ingest_mends_it(
    server: EmbeddingServer, tmp_path: Path
) -> None:
    (tmp_path / "guides").mkdir()
    (tmp_path / "guides" / "trams.txt").write_text("Trams run every ten minutes.")
    assert ingest(server, tmp_path).returncode == 0
    server.alter = narrowed
    (tmp_path / "guides" / "trains.txt").write_text("Trains run every hour.")

    noticed = ingest(server, tmp_path)
    assert noticed.returncode == 1
    assert "Run this again" in noticed.stderr
    assert ingest(server, tmp_path).returncode == 0

    settings = Settings(
        data=tmp_path / "data", cache=tmp_path / "cache", encoder=NAME, encoder_url=server.url
    )
    encoder = load_encoder(settings)
    assert encoder.id.endswith("-100")
    index = KnowledgeIndex.open(settings.data, encoder_id=encoder.id, dimensions=100)
    (vector,) = encoder.encode(["How often is there a train?"])
    with index.snapshot() as snapshot:
        [(best, _)] = snapshot.dense(vector, 1)
        assert snapshot.passages([best])[best].text == "Trains run every hour."
    index.close()


def test_a_server_that_goes_away_while_indexing_leaves_the_index_as_it_was(
    server: EmbeddingServer, tmp_path: Path
) -> None:
    (tmp_path / "guides").mkdir()
    (tmp_path / "guides" / "trams.txt").write_text("Trams run every ten minutes.")
    assert ingest(server, tmp_path).returncode == 0
    shutil.copy(KNOWLEDGE / f"{NURSE}.md", tmp_path / "guides")
    server.alter = lambda reply: reply if len(reply["data"]) == 1 else "<html>gone</html>"

    failed = ingest(server, tmp_path)
    assert failed.returncode == 1
    assert failed.stderr.splitlines()[-1].startswith("Error: small at 127.0.0.1")
    assert "Traceback" not in failed.stderr

    server.alter = lambda reply: reply
    done = ingest(server, tmp_path)
    assert done.returncode == 0
    assert "Added" in done.stderr


def test_an_interrupted_ingest_ends_at_once_and_the_next_completes_it(
    server: EmbeddingServer, tmp_path: Path
) -> None:
    (tmp_path / "guides").mkdir()
    shutil.copy(KNOWLEDGE / f"{NURSE}.md", tmp_path / "guides")
    asked, release = threading.Event(), threading.Event()

    def hold(reply: dict[str, Any]) -> dict[str, Any]:
        if len(reply["data"]) > 1:
            asked.set()
            release.wait(60)
        return reply

    server.alter = hold
    running = start_ingest(server, tmp_path)
    assert asked.wait(60)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=20)
    release.set()

    assert running.returncode == 130, said
    assert "Stopped." in said
    assert "Traceback" not in said
    assert ingest(server, tmp_path).returncode == 0
