from __future__ import annotations

import logging
import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from coach.errors import IndexIncompatible, IndexMissing, IndexUnusable
from coach.index import KnowledgeIndex, Snapshot
from coach.index.schema import FILE
from tests.coach.index.made import DIMENSIONS, ENCODER, open_index, publish, vector_of

TEXTS = [f"Text number {number}." for number in range(300)]


def nearest(snapshot: Snapshot, text: str) -> str:
    ((name, _),) = snapshot.dense(vector_of(text), 1)
    return snapshot.passages([name])[name].text


def generation_in_use(folder: Path) -> int:
    connection = sqlite3.connect(folder / FILE)
    try:
        return int(connection.execute("SELECT generation FROM meta").fetchone()[0])
    finally:
        connection.close()


def eventually(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_no_index_is_said_with_the_command_that_builds_one(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match=r"python ingest\.py"):
        open_index(tmp_path / "nowhere")


def test_an_index_that_no_ingest_completed_is_missing(tmp_path: Path) -> None:
    publish(tmp_path, {})
    connection = sqlite3.connect(tmp_path / FILE)
    connection.execute("UPDATE meta SET revision = 0")
    connection.commit()
    connection.close()

    with pytest.raises(IndexMissing):
        open_index(tmp_path)


def test_another_encoder_is_refused_with_the_command_that_rebuilds(tmp_path: Path) -> None:
    publish(tmp_path, {"a.txt": ["A text."]})

    for encoder, dimensions in (("another", DIMENSIONS), (ENCODER, 384)):
        with pytest.raises(IndexIncompatible, match=r"python ingest\.py"):
            KnowledgeIndex.open(tmp_path, encoder_id=encoder, dimensions=dimensions)


def test_another_layout_is_refused_and_rebuilt(tmp_path: Path) -> None:
    publish(tmp_path, {"a.txt": ["A text."]})
    connection = sqlite3.connect(tmp_path / FILE)
    connection.executescript("UPDATE meta SET layout = 0; CREATE TABLE of_old (x)")
    connection.close()

    with pytest.raises(IndexIncompatible, match=r"python ingest\.py"):
        open_index(tmp_path)
    publish(tmp_path, {"b.txt": ["Another text."]})

    index = open_index(tmp_path)
    with index.snapshot() as snapshot:
        assert (snapshot.size, nearest(snapshot, "A text.")) == (1, "Another text.")
    index.close()


@pytest.mark.parametrize(
    "content", [b"not a database at all" * 100, b"SQLite format 3\0" + b"x" * 9000]
)
def test_a_damaged_file_is_said(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)

    with pytest.raises(IndexUnusable, match="Delete the folder"):
        open_index(tmp_path)


def test_a_finished_ingest_shows_without_opening_again(tmp_path: Path) -> None:
    publish(tmp_path, {"a.txt": ["Old text."]})
    index = open_index(tmp_path)
    with index.snapshot() as before:
        assert nearest(before, "New text.") == "Old text."
        publish(tmp_path, {"b.txt": ["New text."]})
        assert nearest(before, "New text.") == "Old text."

        with index.snapshot() as after:
            assert nearest(after, "New text.") == "New text."
            assert after.generation > before.generation
    index.close()


def test_a_long_snapshot_outlives_its_generation(tmp_path: Path) -> None:
    publish(tmp_path, {"a.txt": ["Old text."]})
    index = open_index(tmp_path)
    with index.snapshot() as snapshot:  # searches for the first time when its folder is gone
        for number in range(3):
            publish(tmp_path, {"a.txt": [f"New text {number}."]})
        assert nearest(snapshot, "New text 1.") == "Old text."
    index.close()


def test_a_folder_made_anew_is_noticed(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    publish(folder, {"a.txt": ["Old text."]})
    publish(folder, {"a.txt": ["Old text, again."]})
    index = open_index(folder)
    folder.rename(tmp_path / "elsewhere")

    with pytest.raises(IndexMissing), index.snapshot():
        pass
    publish(folder, {"a.txt": ["New text."]})
    with index.snapshot() as snapshot:
        assert nearest(snapshot, "Old text.") == "New text."
    index.close()


def test_an_index_rebuilt_by_another_encoder_is_refused_by_a_running_app(tmp_path: Path) -> None:
    publish(tmp_path, {"a.txt": ["A text."]})
    index = open_index(tmp_path)
    publish(tmp_path, {"a.txt": ["A text."]}, encoder="another")

    with pytest.raises(IndexIncompatible), index.snapshot():
        pass
    index.close()


def test_readers_in_many_threads_see_whole_states_while_ingests_run(tmp_path: Path) -> None:
    publish(tmp_path, {"a.txt": [f"0 {text}" for text in TEXTS]})
    index = open_index(tmp_path)
    done = threading.Event()
    faults: list[object] = []
    seen: set[str] = set()

    def reader() -> None:
        try:
            while not done.is_set():
                with index.snapshot() as snapshot:
                    dense = snapshot.dense(vector_of("x"), 20)
                    lexical = snapshot.lexical(["text"], 20)
                    names = [name for name, _ in dense + lexical]
                    found = snapshot.passages(names)
                    versions = {passage.text.split()[0] for passage in found.values()}
                    if len(versions) != 1 or found.keys() != set(names) or snapshot.size != 300:
                        faults.append((versions, len(found), snapshot.size))
                    seen.update(versions)
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=reader) for _ in range(4)]
    for thread in threads:
        thread.start()
    for version in range(1, 4):
        publish(tmp_path, {"a.txt": [f"{version} {text}" for text in TEXTS]})
    eventually(lambda: "3" in seen or bool(faults))
    done.set()
    for thread in threads:
        thread.join()
    index.close()

    assert faults == []


def spoil(folder: Path, name: str, how: str) -> None:
    (file,) = (folder / "chroma").rglob(name)
    if how == "missing":
        file.unlink()
    elif how == "cut":
        os.truncate(file, file.stat().st_size // 2)
    else:
        file.write_bytes(os.urandom(file.stat().st_size))


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("data_level0.bin", "random"),  # ends the process that opens it
        ("length.bin", "cut"),  # opens, and answers wrongly
        ("chroma.sqlite3", "cut"),
        ("header.bin", "missing"),
    ],
)
def test_a_damaged_generation_is_mended_and_answers_meanwhile(
    tmp_path: Path, name: str, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    publish(tmp_path, {"a.txt": TEXTS})
    damaged = generation_in_use(tmp_path)
    spoil(tmp_path, name, how)
    index = open_index(tmp_path)

    with caplog.at_level(logging.WARNING), index.snapshot() as snapshot:
        assert all(nearest(snapshot, text) == text for text in TEXTS[::50])
    assert "Searching exactly meanwhile" in caplog.text
    eventually(lambda: generation_in_use(tmp_path) > damaged)

    with caplog.at_level(logging.WARNING), index.snapshot() as snapshot:
        caplog.clear()
        assert all(nearest(snapshot, text) == text for text in TEXTS[::50])
    assert caplog.text == ""
    index.close()


def test_a_copied_folder_answers_and_is_mended(tmp_path: Path) -> None:
    publish(tmp_path / "one", {"a.txt": TEXTS})
    shutil.copytree(tmp_path / "one", tmp_path / "two", copy_function=shutil.copyfile)
    index = open_index(tmp_path / "two")
    with index.snapshot() as snapshot:
        assert nearest(snapshot, TEXTS[7]) == TEXTS[7]
    eventually(lambda: generation_in_use(tmp_path / "two") == 2)
    index.close()


def test_exact_search_agrees_with_chroma(tmp_path: Path) -> None:
    publish(tmp_path, {"a.txt": TEXTS})
    index = open_index(tmp_path)
    question = vector_of("a question")
    with index.snapshot() as snapshot:
        by_chroma = snapshot.dense(question, 10)
    index.close()
    spoil(tmp_path, "header.bin", "missing")
    index = open_index(tmp_path)
    with index.snapshot() as snapshot:
        exact = snapshot.dense(question, 10)
    index.close()

    assert [name for name, _ in by_chroma] == [name for name, _ in exact]
    assert np.allclose([score for _, score in by_chroma], [score for _, score in exact], atol=1e-5)


def test_a_snapshot_costs_less_than_a_millisecond(tmp_path: Path) -> None:
    publish(tmp_path, {"a.txt": TEXTS, "baker-to-diver": TEXTS})
    index = open_index(tmp_path)
    seconds = []
    for _ in range(50):
        started = time.perf_counter()
        with index.snapshot():
            seconds.append(time.perf_counter() - started)
    index.close()

    assert min(seconds) < 0.001


@pytest.mark.parametrize("count", [1, 50, 150, 2500])
def test_opening_and_asking_changes_nothing_that_was_proved(
    tmp_path: Path, count: int, caplog: pytest.LogCaptureFixture
) -> None:
    publish(tmp_path, {"a.txt": [f"Text number {number}." for number in range(count)]})
    publish(tmp_path, {"b.txt": ["One more text."]})
    for _ in range(3):
        index = open_index(tmp_path)
        with caplog.at_level(logging.WARNING), index.snapshot() as snapshot:
            assert nearest(snapshot, "One more text.") == "One more text."
        index.close()

    assert caplog.text == ""
