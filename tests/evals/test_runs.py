from __future__ import annotations

from pathlib import Path

import pytest

from coach.errors import ReadingError
from evals.runs import (
    RECORDS,
    append,
    appending,
    find_run,
    load_records,
    load_run,
    new_folder,
    save_description,
    save_records,
    unfinished,
    write_baseline,
    writing,
)
from tests.evals.running import description, record

HALF = b'{"case": {"id": "thr'


def unfinished_folder(runs: Path, created: str = "2026-11-22T12:00:00+00:00") -> Path:
    folder, run = new_folder(runs, description(created=created))
    save_description(folder, run.model_copy(update={"complete": False}))
    return folder


def test_a_run_is_read_as_it_was_written(tmp_path: Path) -> None:
    records = [record("one", vital=1.0), record("two", error="It is too long.")]
    save_description(tmp_path, description())
    save_records(tmp_path, records)

    assert load_run(tmp_path) == (description(), records)


def test_a_line_not_written_to_its_end_is_left_out_and_cut_off_by_the_next(tmp_path: Path) -> None:
    save_records(tmp_path, [record("one"), record("two")])
    file = tmp_path / "records.jsonl"
    whole = file.read_bytes()
    file.write_bytes(whole + HALF)

    assert load_records(tmp_path) == [record("one"), record("two")]
    with appending(tmp_path / RECORDS) as stream:
        append(stream, record("three"))
    assert load_records(tmp_path) == [record("one"), record("two"), record("three")]
    assert file.read_bytes().startswith(whole + b'{"case"')


def test_a_record_can_be_read_before_the_next_is_there(tmp_path: Path) -> None:
    with appending(tmp_path / RECORDS) as stream:
        append(stream, record("one"))

        assert load_records(tmp_path) == [record("one")]


def test_a_damaged_line_is_named(tmp_path: Path) -> None:
    save_records(tmp_path, [record("one")])
    with (tmp_path / "records.jsonl").open("ab") as file:
        file.write(HALF + b"\n")

    with pytest.raises(ReadingError, match=r"records\.jsonl:2: This run cannot be read"):
        load_records(tmp_path)


def test_a_folder_without_a_run_is_told(tmp_path: Path) -> None:
    with pytest.raises(ReadingError, match="There is no run here"):
        load_run(tmp_path)


def test_a_run_is_found_by_its_folder_and_by_its_id(tmp_path: Path) -> None:
    folder = unfinished_folder(tmp_path)

    assert find_run(str(folder), tmp_path / "elsewhere") == folder
    assert find_run(folder.name, tmp_path) == folder


def test_runs_of_one_second_have_folders_of_their_own(tmp_path: Path) -> None:
    first, one = new_folder(tmp_path, description())
    second, other = new_folder(tmp_path, description())

    assert (first.name, second.name) == (one.id, other.id)
    assert one.id != other.id


def test_the_newest_unfinished_run_made_alike_is_gone_on_with(tmp_path: Path) -> None:
    unfinished_folder(tmp_path, created="2026-11-22T12:00:00+00:00")
    newest = unfinished_folder(tmp_path, created="2026-11-22T14:00:00+00:00")
    unfinished_folder(tmp_path, created="2026-11-22T13:00:00+00:00")

    assert unfinished(tmp_path, description()) == newest


@pytest.mark.parametrize(
    "change",
    [
        {"cases_hash": "other"},
        {"guides_hash": "other"},
        {"commit": "other"},
        {"settings": {"model": "openai:gpt-5-mini"}},
        {"versions": {"coach": "other"}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_run_made_otherwise_is_not_gone_on_with(tmp_path: Path, change: dict[str, str]) -> None:
    unfinished_folder(tmp_path)

    assert unfinished(tmp_path, description(**change)) is None


def test_a_finished_run_is_not_gone_on_with(tmp_path: Path) -> None:
    save_description(unfinished_folder(tmp_path), description(complete=True))

    assert unfinished(tmp_path, description()) is None


def test_a_run_that_another_is_working_on_is_left_alone(tmp_path: Path) -> None:
    folder = unfinished_folder(tmp_path)

    with writing(folder):
        assert unfinished(tmp_path, description()) is None
        with pytest.raises(ReadingError, match="Another process is working"), writing(folder):
            pass
    assert unfinished(tmp_path, description()) == folder


def test_a_baseline_has_neither_timings_nor_an_order_of_its_own(tmp_path: Path) -> None:
    one, two = record("one", vital=1.0, seconds=0.2), record("two", vital=0.0, seconds=0.3)
    slower = [each.model_copy(update={"seconds": 9.0}) for each in (two, one)]

    write_baseline(description(), [one, two], tmp_path / "first")
    write_baseline(description(), slower, tmp_path / "second")

    first = (tmp_path / "first" / "records.jsonl").read_text(encoding="utf-8")
    assert first == (tmp_path / "second" / "records.jsonl").read_text(encoding="utf-8")
    kept = load_records(tmp_path / "first")
    assert [each.scores for each in kept] == [{"vital": 1.0}, {"vital": 0.0}]
    assert all(each.answer and each.answer["timings_ms"] == {} for each in kept)
