from __future__ import annotations

import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from coach.domain import SourceText
from coach.errors import IndexBusy, IndexUnusable, ReadingError
from coach.index.chroma import Location, Vectors
from coach.index.generations import current
from coach.index.probe import probe
from coach.index.schema import FILE
from coach.index.snapshot import Snapshot
from coach.index.writer import Writer, writing
from tests.coach.index.made import ENCODER, open_index, passages_of, publish, vector_of

MANY = [f"Text number {number}." for number in range(2500)]


def folders(data: Path) -> list[str]:
    return sorted(path.name for path in (data / "chroma").iterdir())


def in_chroma(data: Path) -> set[str]:
    """The ids in the collection in use, as Chroma itself lists them."""
    connection = sqlite3.connect(data / FILE)
    with closing(connection):
        generation = current(connection, data)
    assert generation is not None
    with closing(Vectors.open(generation.location)) as vectors:
        return set(vectors._collection.get(include=[])["ids"])


def passage_ids(data: Path) -> set[str]:
    with closing(sqlite3.connect(data / FILE)) as connection:
        return {name for (name,) in connection.execute("SELECT id FROM passages")}


def nearest(snapshot: Snapshot, text: str) -> str:
    ((name, _),) = snapshot.dense(vector_of(text), 1)
    return snapshot.passages([name])[name].text


def test_the_generation_before_stays_and_older_ones_go(tmp_path: Path) -> None:
    for number in range(4):
        publish(tmp_path, {"a.txt": [f"Text {number}."]})

    assert folders(tmp_path) == ["2", "3", "4"][-len(folders(tmp_path)) :]
    assert "4" in folders(tmp_path)
    assert "3" in folders(tmp_path)


def test_what_a_killed_writer_left_is_removed(tmp_path: Path) -> None:
    publish(tmp_path, {"a.txt": ["A text."]})
    (tmp_path / "chroma" / "7").mkdir()
    (tmp_path / "chroma" / "7" / "half").write_text("built")

    publish(tmp_path, {"a.txt": ["A text."]})

    assert folders(tmp_path) == ["1"]


def test_the_same_passages_need_no_new_generation(tmp_path: Path) -> None:
    publish(tmp_path, {"a.txt": ["A text."]})
    publish(tmp_path, {"a.txt": ["A text."]})

    assert folders(tmp_path) == ["1"]


def test_a_copy_with_the_difference_holds_what_a_build_from_scratch_holds(tmp_path: Path) -> None:
    publish(tmp_path, {"a.txt": MANY, "b.txt": ["To be removed."]})
    publish(tmp_path, {"a.txt": [*MANY[10:], "A new text."]}, removed=["b.txt"])

    with closing(sqlite3.connect(tmp_path / FILE)) as connection:
        generation = current(connection, tmp_path)
        assert generation is not None
        assert generation.worn == 11  # so it was a copy
    assert in_chroma(tmp_path) == passage_ids(tmp_path)
    assert len(passage_ids(tmp_path)) == 2491
    index = open_index(tmp_path)
    with index.snapshot() as snapshot:
        for text in ("A new text.", *MANY[10::500]):
            assert nearest(snapshot, text) == text
        assert nearest(snapshot, MANY[0]) != MANY[0]
    index.close()


def test_a_worn_copy_is_built_anew(tmp_path: Path) -> None:
    worn = []
    for number in range(6):
        changed = [f"{number} {text}" for text in MANY[:100]]
        publish(tmp_path, {"a.txt": changed + MANY[100:2000]})
        with closing(sqlite3.connect(tmp_path / FILE)) as connection:
            generation = current(connection, tmp_path)
            assert generation is not None
            worn.append(generation.worn)

    assert worn == [0, 100, 200, 300, 400, 0]


def test_one_id_twice_is_an_error_and_nothing_is_staged(tmp_path: Path) -> None:
    (passage,) = passages_of("a.txt", ["A text."])
    source = SourceText(name="a.txt", key="a.txt", text="A text.")
    with writing(tmp_path, waiting=None), closing(Writer.open(tmp_path, ENCODER)) as writer:
        with pytest.raises(ReadingError, match="one id"):
            writer.stage("/a.txt", "", source, None, [passage, passage], ["", ""])

        assert writer.count_unencoded() == 0


def test_only_one_writer_at_a_time(tmp_path: Path) -> None:
    heard: list[str] = []
    order: list[str] = []

    def second() -> None:
        with writing(tmp_path, waiting=heard.append):
            order.append("second")

    with writing(tmp_path, waiting=None):
        with pytest.raises(IndexBusy, match=r"Process \d+ is writing"):
            publish(tmp_path, {})
        thread = threading.Thread(target=second)
        thread.start()
        while not heard:
            time.sleep(0.01)
        order.append("first")
    thread.join()

    assert order == ["first", "second"]
    assert "Waiting for it" in heard[0]


def test_a_probe_finds_a_wrong_count_and_a_lost_vector(tmp_path: Path) -> None:
    location = Location(str(tmp_path / "probed"), "coach-probed")
    with closing(Vectors.create(location)) as vectors:
        vectors.add(["a"], vector_of("a")[None, :])

    probe(location, 1, vector_of("a")[None, :])
    with pytest.raises(IndexUnusable, match="holds 1 vectors, not 2"):
        probe(location, 2, vector_of("a")[None, :])
    with pytest.raises(IndexUnusable, match="does not find"):
        probe(location, 1, vector_of("b")[None, :])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = shutil.which("chroma", path=str(Path(sys.executable).parent))
    assert program
    folder = tmp_path_factory.mktemp("server")
    log = (folder / "log").open("wb")
    process = subprocess.Popen(
        [program, "run", "--path", folder, "--host", "127.0.0.1", "--port", str(port)],
        stdout=log,
        stderr=log,
    )
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
        log.close()


def test_a_server_holds_the_generations(tmp_path: Path, server: str) -> None:
    for number in range(3):
        publish(tmp_path, {"a.txt": [f"{number} {text}" for text in MANY[:300]]}, chroma_url=server)
    index = open_index(tmp_path, server)
    with index.snapshot() as snapshot:
        assert nearest(snapshot, f"2 {MANY[7]}") == f"2 {MANY[7]}"
    index.close()

    assert folders(tmp_path) == []
    assert in_chroma(tmp_path) == passage_ids(tmp_path)


def test_an_index_moves_to_a_server_without_encoding_again(tmp_path: Path, server: str) -> None:
    publish(tmp_path, {"a.txt": ["A text."]})
    index = open_index(tmp_path, server)
    with index.snapshot() as snapshot:  # nothing is there yet
        assert nearest(snapshot, "A text.") == "A text."
    index.close()
    publish(tmp_path, {}, chroma_url=f"{server}/")

    with closing(sqlite3.connect(tmp_path / FILE)) as connection:
        generation = current(connection, tmp_path)
    assert generation is not None
    assert generation.location.place == server


def test_a_collection_lost_by_the_server_is_made_again(tmp_path: Path, server: str) -> None:
    publish(tmp_path, {"a.txt": ["A text."]}, chroma_url=server)
    with closing(sqlite3.connect(tmp_path / FILE)) as connection:
        before = current(connection, tmp_path)
    assert before is not None
    with closing(Vectors.open(before.location)) as vectors:
        vectors._client.delete_collection(before.location.name)

    publish(tmp_path, {}, chroma_url=server)

    assert in_chroma(tmp_path) == passage_ids(tmp_path)


def test_a_server_that_is_away_is_said_and_exact_search_answers(tmp_path: Path) -> None:
    away = "http://127.0.0.1:9"
    publish(tmp_path, {"a.txt": ["A text."]})

    with pytest.raises(IndexUnusable, match="Start the Chroma server"):
        publish(tmp_path, {"a.txt": ["Another text."]}, chroma_url=away)

    index = open_index(tmp_path, away)
    with index.snapshot() as snapshot:
        assert nearest(snapshot, "A text.") == "A text."
    index.close()
