from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from coach.encoder import PACKAGED_NAME, Encoder, load_encoder
from coach.errors import IndexIncompatible
from coach.index import KnowledgeIndex
from coach.index.schema import FILE
from coach.ingestion import Progress, Report, Stage, sync

GUIDE = Path(__file__).parents[1] / "data" / "pastry-chef-to-haccp-auditor.md"


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    return load_encoder(PACKAGED_NAME, None)


class Place:
    """A folder of files and the data folder that they are indexed into."""

    def __init__(self, folder: Path, encoder: Encoder) -> None:
        self.files = folder / "files"
        self.files.mkdir()
        self.data = folder / "data"
        self.encoder = encoder
        self.loads = 0

    def load(self) -> Encoder:
        self.loads += 1
        return self.encoder

    def sync(self, *paths: Path, progress: Progress | None = None) -> Report:
        self.loads = 0
        return sync(
            paths or [self.files],
            folder=self.data,
            encoder=self.load,
            encoder_id=self.encoder.id,
            progress=progress,
        )

    def write(self, name: str, text: str) -> Path:
        path = self.files / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    @contextlib.contextmanager
    def index(self) -> Iterator[KnowledgeIndex]:
        index = KnowledgeIndex.open(
            self.data, encoder_id=self.encoder.id, dimensions=self.encoder.dimensions
        )
        yield index
        index.close()

    def texts(self) -> set[str]:
        with closing(sqlite3.connect(self.data / FILE)) as connection:
            rows = connection.execute("SELECT json_extract(content, '$.text') FROM passages")
            return {text for (text,) in rows}


@pytest.fixture
def place(tmp_path: Path, encoder: Encoder) -> Place:
    return Place(tmp_path, encoder)


def name(place: Place, file: str) -> str:
    return (place.files / file).as_posix()


def test_a_guide_and_a_document_are_indexed_and_found(place: Place) -> None:
    shutil.copy(GUIDE, place.files)
    place.write("tram.txt", "Trams run every ten minutes.")

    report = place.sync()

    assert (report.files, report.guides, report.problems) == (2, 1, ())
    assert report.passages == report.encoded > 10
    with place.index() as index, index.snapshot() as snapshot:
        assert snapshot.guides[GUIDE.stem].to_role == "HACCP Auditor"
        assert (snapshot.documents, snapshot.size) == (1, report.passages)
        (vector,) = place.encoder.encode(["How often is there a tram?"])
        ((best, _),) = snapshot.dense(vector, 1)
        assert snapshot.passages([best])[best].text == "Trams run every ten minutes."
        for passage in snapshot.guide_passages(GUIDE.stem):
            text = snapshot.quote_source(passage.source)
            assert text[passage.span.start : passage.span.end] == passage.text


def test_a_second_ingest_of_the_same_files_encodes_nothing_and_loads_no_encoder(
    place: Place,
) -> None:
    shutil.copy(GUIDE, place.files)
    first = place.sync()
    again = place.sync()

    assert place.loads == 0
    assert (again.encoded, again.added, again.changed, again.removed) == (0, (), (), ())
    assert (again.files, again.guides, again.passages) == (1, 1, first.passages)


def test_only_changed_passages_are_encoded(place: Place) -> None:
    file = Path(shutil.copy(GUIDE, place.files))
    first = place.sync()
    text = file.read_text(encoding="utf-8")
    assert text.count("cold chain") > 0
    file.write_text(text.replace("cold chain", "chain of cold", 1), encoding="utf-8")

    second = place.sync()

    assert second.changed == (name(place, file.name),)
    assert (second.encoded, second.passages) == (1, first.passages)


def test_a_renamed_folder_and_a_moved_file_encode_nothing(place: Place) -> None:
    place.write("one/a.txt", "Trams run every ten minutes.")
    place.sync()
    (place.files / "one").rename(place.files / "two")

    report = place.sync()

    assert report.encoded == 0
    assert report.added == (name(place, "two/a.txt"),)
    assert report.removed == (name(place, "one/a.txt"),)


def test_the_index_mirrors_the_paths_given(place: Place) -> None:
    kept = place.write("kept.txt", "This stays.")
    place.write("left.txt", "This leaves.")
    place.sync()

    report = place.sync(kept)

    assert report.removed == (name(place, "left.txt"),)
    assert place.texts() == {"This stays."}


def test_a_touched_file_costs_nothing_and_a_file_changed_behind_its_times_is_seen(
    place: Place,
) -> None:
    file = place.write("a.txt", "Ten minutes.")
    place.sync()
    times = (file.stat().st_atime_ns, file.stat().st_mtime_ns)
    os.utime(file)
    assert place.sync().changed == ()
    file.write_text("Six minutes.")
    os.utime(file, ns=times)

    assert place.sync().changed == (name(place, "a.txt"),)
    assert place.texts() == {"Six minutes."}


def test_a_broken_file_is_a_problem_and_keeps_what_it_had(place: Place) -> None:
    file = Path(shutil.copy(GUIDE, place.files))
    first = place.sync()
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("- Weeks: ", "- Weeks: many ", 1), encoding="utf-8")
    place.write("good.txt", "Trams run every ten minutes.")

    second = place.sync()

    (problem,) = second.problems
    assert problem.where.startswith(f"{name(place, file.name)}:")
    assert problem.remedy
    assert second.added == (name(place, "good.txt"),)
    assert second.removed == ()
    assert second.passages == first.passages + 1
    with place.index() as index, index.snapshot() as snapshot:
        assert list(snapshot.guides) == [GUIDE.stem]

    file.write_text(text, encoding="utf-8")
    assert place.sync().problems == ()


def test_a_path_that_is_gone_is_a_problem_and_keeps_what_it_had(place: Place) -> None:
    place.write("deep/a.txt", "This stays.")
    place.sync(place.files / "deep")
    (place.files / "deep").rename(place.files / "away")
    other = place.write("other.txt", "This comes.")

    report = place.sync(place.files / "deep", other)

    assert [problem.where for problem in report.problems] == [name(place, "deep")]
    assert place.texts() == {"This stays.", "This comes."}


def test_a_mistyped_path_takes_nothing_out_of_the_index(place: Place) -> None:
    place.write("notes.txt", "Mentors meet their juniors every second week.")
    place.sync()

    report = place.sync(place.files.with_name("flies"))

    assert [problem.where for problem in report.problems] == [
        place.files.with_name("flies").as_posix()
    ]
    assert report.removed == ()
    assert report.files == 1


@pytest.mark.parametrize("first_known", [True, False])
def test_the_second_guide_for_a_move_is_a_problem_that_names_the_first(
    place: Place, first_known: bool
) -> None:
    text = GUIDE.read_text(encoding="utf-8")
    place.write("a.md" if first_known else "b.md", text)
    place.sync()
    place.write("b.md" if first_known else "a.md", text.replace("Pastry Chef", "pastry  chef"))

    for _ in range(2):
        report = place.sync()

        (problem,) = report.problems
        assert problem.where.startswith(name(place, "b.md"))
        assert name(place, "a.md") in problem.problem
        with place.index() as index, index.snapshot() as snapshot:
            assert list(snapshot.guides) == ["a"]

    (place.files / "a.md").unlink()
    assert place.sync().problems == ()
    with place.index() as index, index.snapshot() as snapshot:
        assert list(snapshot.guides) == ["b"]


def test_two_guides_of_one_name_are_a_problem(place: Place) -> None:
    text = GUIDE.read_text(encoding="utf-8")
    place.write("x/guide.md", text)
    place.write("y/guide.md", text.replace("HACCP Auditor", "Baker"))

    (problem,) = place.sync().problems

    assert "Another guide has this name" in problem.problem
    assert name(place, "x/guide.md") in problem.problem


def test_two_folders_with_the_same_file_are_both_indexed(place: Place) -> None:
    one = place.write("one/a.txt", "Trams run every ten minutes.").parent
    two = place.write("two/a.txt", "Trams run every ten minutes.").parent

    report = place.sync(one, two)

    assert (report.files, report.passages, report.problems) == (2, 2, ())
    assert report.encoded == 1  # the text is the same


@pytest.mark.parametrize("stage", [Stage.READING, Stage.ENCODING, Stage.INDEXING])
def test_stopping_loses_nothing_that_was_encoded(place: Place, stage: Stage) -> None:
    place.write("old.txt", "This is old.")
    place.sync()
    paragraphs = [f"Paragraph {number} of many about trams.\n" for number in range(1100)]
    place.write("new.txt", "\n".join(f"# {text}\n{text}" for text in paragraphs))

    class Stop(Progress):
        def advance(self, now: Stage, done: int, total: int) -> None:
            if now is stage and done:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        place.sync(progress=Stop())

    assert place.texts() == {"This is old."}
    with closing(sqlite3.connect(place.data / FILE)) as connection:
        (kept,) = connection.execute("SELECT count(*) FROM vectors").fetchone()
    report = place.sync()
    assert report.encoded == report.passages - kept
    assert kept == {Stage.READING: 1, Stage.ENCODING: 513}.get(stage, report.passages)


def test_another_encoder_rebuilds_in_place_and_keeps_a_broken_file(
    place: Place, tmp_path: Path
) -> None:
    file = Path(shutil.copy(GUIDE, place.files))
    place.write("a.txt", "Trams run every ten minutes.")
    first = place.sync()
    file.write_text("---\ntitle: [\n---\n# A\n", encoding="utf-8")

    report = sync(
        [place.files], folder=place.data, encoder=place.load, encoder_id="another-encoder"
    )

    assert (report.encoded, report.passages) == (first.passages, first.passages)
    assert len(report.problems) == 1
    with pytest.raises(IndexIncompatible), place.index():
        pass
    index = KnowledgeIndex.open(
        place.data, encoder_id="another-encoder", dimensions=place.encoder.dimensions
    )
    with index.snapshot() as snapshot:
        assert list(snapshot.guides) == [GUIDE.stem]
    index.close()


def test_an_empty_folder_gives_an_empty_index(place: Place) -> None:
    report = place.sync()

    assert (report.files, report.passages) == (0, 0)
    with place.index() as index, index.snapshot() as snapshot:
        assert snapshot.size == 0


def test_files_that_are_no_files_do_not_hold_up_the_others(place: Place) -> None:
    os.mkfifo(place.files / "pipe.md")
    place.write("empty.md", "")
    (place.files / "binary.md").write_bytes(bytes(range(256)) * 40)
    with (place.files / "huge.txt").open("wb") as huge:
        huge.truncate(60_000_000)
    place.write("good.txt", "Trams run every ten minutes.")

    report = place.sync()

    assert report.files == 1
    assert {problem.where.split(":")[0] for problem in report.problems} == {
        name(place, file) for file in ("pipe.md", "empty.md", "binary.md", "huge.txt")
    }
    assert all(problem.remedy for problem in report.problems)


def test_a_thousand_files_are_indexed(place: Place) -> None:
    for number in range(1000):
        place.write(f"{number // 100}/{number}.txt", f"Tram number {number % 7} is late.")

    report = place.sync()

    assert (report.files, report.passages, report.problems) == (1000, 1000, ())
    assert place.sync().encoded == 0
