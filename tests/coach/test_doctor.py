"""``coach doctor``: what it finds, in an installation that is whole and in broken ones."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from pydantic import SecretStr

from coach.accounts import Accounts, Role
from coach.database import Database
from coach.doctor import Finding, Mark, examine
from coach.settings import Settings
from tests.coach.asking import CAIO, GUIDES, KNOWLEDGE, run_coach
from tests.coach.index.made import publish

SUBJECTS = [
    "versions",
    "settings",
    "knowledge",
    "encoder",
    "index",
    "Chroma server",
    "language model",
    "database",
]
MODEL_REPLY = {
    "id": "reply-1",
    "object": "chat.completion.chunk",
    "created": 1,
    "model": "small",
    "choices": [{"index": 0, "delta": {"role": "assistant", "content": "ready"}}],
}


def found(settings: Settings, **seconds: float) -> dict[str, Finding]:
    findings = list(examine(settings, **seconds))
    assert [finding.subject for finding in findings] == SUBJECTS
    for finding in findings:
        assert bool(finding.remedy) == (finding.mark is Mark.PROBLEM), finding
    return {finding.subject: finding for finding in findings}


@contextmanager
def silent_server() -> Iterator[int]:
    """A port that takes connections and never says anything."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@contextmanager
def web_server(status: int, kind: str, body: str) -> Iterator[int]:
    """Says the same to everything."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(body.encode())

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def chroma_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("server")
    program = Path(sys.executable).with_name("chroma")
    command = [program, "run", "--path", folder, "--host", "127.0.0.1", "--port", str(port)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            end = time.monotonic() + 60
            while True:
                assert process.poll() is None, (folder / "log").read_text()
                assert time.monotonic() < end
                with socket.socket() as knock:
                    if knock.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()


def test_a_whole_installation_has_no_problem(data: Path, tmp_path: Path) -> None:
    # Other tests keep conversations beside the index they share.
    own = shutil.copytree(data, tmp_path / "own", ignore=shutil.ignore_patterns("conversations.*"))
    lines = found(Settings(data=own, knowledge=KNOWLEDGE))

    assert {subject for subject, line in lines.items() if line.mark is Mark.OK} == set(SUBJECTS[:5])
    assert lines["versions"].sentence.startswith(f"Python {sys.version_info.major}.")
    assert all(name in lines["versions"].sentence for name in ("chromadb 1", "gradio", "openai"))
    assert f"{len(GUIDES)} files without a problem" in lines["knowledge"].sentence
    assert "384 dimensions" in lines["encoder"].sentence
    assert f"{len(GUIDES)} guides in " in lines["index"].sentence
    assert "built by this encoder" in lines["index"].sentence
    assert f"last written {time.localtime().tm_year}-" in lines["index"].sentence
    assert "Chroma opens and holds" in lines["index"].sentence
    assert lines["database"].mark is Mark.UNUSED
    assert "No conversation is kept yet" in lines["database"].sentence


def test_a_database_is_reached_and_counted_and_its_password_is_not_shown(
    data: Path, database: Database, database_url: str
) -> None:
    Accounts(database).add("ana@example.org", Role.USER)
    settings = Settings(data=data, knowledge=KNOWLEDGE, database_url=SecretStr(database_url))

    line = found(settings)["database"]

    assert line.mark is Mark.OK
    assert "keeps 0 conversations, 1 account." in line.sentence
    assert "postgres@" not in line.sentence


def test_a_database_that_is_away_is_a_problem(data: Path) -> None:
    url = SecretStr("postgresql://somebody:hunter2@127.0.0.1:9/none")

    line = found(Settings(data=data, knowledge=KNOWLEDGE, database_url=url))["database"]

    assert line.mark is Mark.PROBLEM
    assert "hunter2" not in str(line)
    assert "See that it runs" in line.remedy


def test_looking_changes_nothing_that_is_served(data: Path) -> None:
    before = {path: path.read_bytes() for path in data.glob("*.sqlite")}
    examined = found(Settings(data=data, knowledge=KNOWLEDGE))

    assert examined["index"].mark is Mark.OK
    assert before == {path: path.read_bytes() for path in data.glob("*.sqlite")}


def test_without_an_index_the_command_that_builds_it_is_named(tmp_path: Path) -> None:
    line = found(Settings(data=tmp_path / "none", knowledge=KNOWLEDGE))["index"]

    assert line.mark is Mark.PROBLEM
    assert "no index" in line.sentence
    assert "python ingest.py" in line.remedy
    assert not (tmp_path / "none").exists()


def test_an_index_of_another_encoder_is_a_problem(tmp_path: Path) -> None:
    publish(tmp_path, {"a.txt": ["A text."]})

    line = found(Settings(data=tmp_path, knowledge=KNOWLEDGE))["index"]

    assert line.mark is Mark.PROBLEM
    assert "made-up-1" in line.sentence


def test_vectors_lost_from_chroma_are_told_and_no_problem(data: Path, tmp_path: Path) -> None:
    shutil.copytree(data, tmp_path / "data")
    shutil.rmtree(tmp_path / "data" / "chroma")

    line = found(Settings(data=tmp_path / "data", knowledge=KNOWLEDGE))["index"]

    assert line.mark is Mark.OK
    assert "Exact search answers" in line.sentence


def test_guides_with_problems_are_counted(tmp_path: Path) -> None:
    text = (KNOWLEDGE / f"{CAIO}.md").read_text(encoding="utf-8")
    (tmp_path / f"{CAIO}.md").write_text(text.replace("- Weeks: ", "- Weeks: many ", 1), "utf-8")

    line = found(Settings(data=tmp_path / "none", knowledge=tmp_path))["knowledge"]

    assert line.mark is Mark.PROBLEM
    assert "1 file with 1 problem" in line.sentence
    assert "coach check" in line.remedy


def test_a_missing_folder_of_guides_matters_only_without_an_index(
    data: Path, tmp_path: Path
) -> None:
    knowledge = tmp_path / "knowledge"

    without = found(Settings(data=tmp_path / "none", knowledge=knowledge))["knowledge"]
    beside = found(Settings(data=data, knowledge=knowledge))["knowledge"]

    assert (without.mark, beside.mark) == (Mark.PROBLEM, Mark.UNUSED)


def test_an_encoder_that_cannot_be_loaded_leaves_the_index_readable(data: Path) -> None:
    settings = Settings(
        data=data,
        knowledge=KNOWLEDGE,
        encoder="openai:small",
        encoder_url="localhost without a scheme",
    )

    lines = found(settings)

    assert lines["encoder"].mark is Mark.PROBLEM
    assert lines["index"].mark is Mark.OK
    assert "not compared" in lines["index"].sentence


def test_a_chroma_server_is_reached(data: Path, chroma_server: str) -> None:
    lines = found(Settings(data=data, knowledge=KNOWLEDGE, chroma_url=chroma_server))

    assert lines["Chroma server"].mark is Mark.OK
    assert "Exact search answers" in lines["index"].sentence


@pytest.mark.parametrize("body", ["<html>Welcome</html>", '{"status": "up"}', "[]", ""])
def test_what_is_no_chroma_server_is_told(data: Path, body: str) -> None:
    with web_server(200, "text/html", body) as port:
        line = found(
            Settings(data=data, knowledge=KNOWLEDGE, chroma_url=f"http://127.0.0.1:{port}")
        )["Chroma server"]

    assert line.mark is Mark.PROBLEM
    assert "no Chroma server" in line.sentence


def test_nothing_hangs_on_servers_that_say_nothing(data: Path, tmp_path: Path) -> None:
    with silent_server() as port:
        settings = Settings(
            data=data,
            knowledge=KNOWLEDGE,
            cache=tmp_path,
            encoder="openai:small",
            encoder_url=f"http://127.0.0.1:{port}/v1",
            chroma_url=f"http://127.0.0.1:{port}",
            model="openai:small",
            model_url=f"http://127.0.0.1:{port}/v1",
            model_seconds=1,
        )
        started = time.monotonic()
        lines = found(settings, seconds=3, encoder_seconds=0.5)

    assert time.monotonic() - started < 30
    for subject in ("encoder", "Chroma server", "language model"):
        assert lines[subject].mark is Mark.PROBLEM, lines[subject]
    assert "within 0.5 seconds" in lines["encoder"].sentence


def test_a_language_model_is_reached(data: Path) -> None:
    end = {**MODEL_REPLY, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
    body = "".join(f"data: {json.dumps(piece)}\n\n" for piece in (MODEL_REPLY, end))
    with web_server(200, "text/event-stream", f"{body}data: [DONE]\n\n") as port:
        line = found(
            Settings(
                data=data,
                knowledge=KNOWLEDGE,
                model="openai:small",
                model_url=f"http://127.0.0.1:{port}/v1",
            )
        )["language model"]

    assert line.mark is Mark.OK, line
    assert "answered in" in line.sentence


def test_secrets_are_never_shown(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-hidden-one")
    refusal = json.dumps({"error": {"message": "No such key: sk-hidden-one"}})
    with web_server(401, "application/json", refusal) as port:
        address = f"http://me:hidden-two@127.0.0.1:{port}/v1?key=hidden-three"
        settings = Settings(
            data=data,
            knowledge=KNOWLEDGE,
            cache=tmp_path,
            encoder="openai:small",
            encoder_url=address,
            chroma_url=address,
            model="openai:small",
            model_url=address,
            api_key=SecretStr("hidden-four"),
        )
        lines = found(settings)

    assert "COACH_API_KEY is set" in lines["settings"].sentence
    assert f"COACH_ENCODER_URL is http://127.0.0.1:{port}/v1" in lines["settings"].sentence
    assert lines["encoder"].mark is Mark.PROBLEM
    assert "hidden" not in "".join(line.model_dump_json() for line in lines.values())


def test_the_command_prints_lines_and_ends_with_0_or_1(data: Path, tmp_path: Path) -> None:
    whole = run_coach("doctor", "--data", data, folder=KNOWLEDGE.parent)
    broken = run_coach("doctor", "--data", tmp_path / "none", folder=KNOWLEDGE.parent)

    assert whole.returncode == 0, whole.stdout + whole.stderr
    assert [line.split("  ")[0] for line in whole.stdout.splitlines()][:5] == ["ok"] * 5
    assert broken.returncode == 1
    problem = next(line for line in broken.stdout.splitlines() if line.startswith("problem"))
    assert "There is no index here yet." in problem
    assert "python ingest.py" in broken.stdout


def test_the_command_gives_json(data: Path) -> None:
    done = run_coach("doctor", "--data", data, "--json", folder=KNOWLEDGE.parent)

    report = json.loads(done.stdout)
    assert report["healthy"] is True
    assert [finding["subject"] for finding in report["findings"]] == SUBJECTS
    assert {tuple(finding) for finding in report["findings"]} == {
        ("mark", "subject", "sentence", "remedy")
    }
