"""Full and read-only disks, by real mounts: the administrator may write to any folder."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from coach.errors import IndexUnusable
from tests.coach.index.made import open_index, publish, vector_of

OLD = [f"Old text number {number}." for number in range(50)]
NEW = [f"New text number {number} with more words." for number in range(1500)]


def mount(*arguments: object) -> None:
    done = subprocess.run(
        ["mount", *map(str, arguments)], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        pytest.fail(
            f"These tests mount a small disk: {done.stderr.strip()} Run them as root, in a"
            " container with `--privileged`, or in a namespace of your own:"
            " `unshare --map-root-user --mount make test`."
        )


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 24 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount("-t", "tmpfs", "-o", "size=24m", "tmpfs", folder)
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def assert_old_is_served(folder: Path) -> None:
    index = open_index(folder)
    with index.snapshot() as snapshot:
        assert snapshot.size == len(OLD)
        for text in OLD[::10]:
            ((name, _),) = snapshot.dense(vector_of(text), 1)
            assert snapshot.passages([name])[name].text == text
    index.close()


def free(disk: Path) -> int:
    status = os.statvfs(disk)
    return status.f_bavail * status.f_frsize


def test_a_disk_that_fills_up_at_any_moment_loses_nothing(disk: Path) -> None:
    data = disk / "data"
    publish(data, {"a.txt": OLD})
    filler = disk / "filler"
    left = 0
    errors: list[IndexUnusable] = []
    while True:
        with filler.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, free(disk) - left)
        try:
            publish(data, {"a.txt": NEW})
            break
        except IndexUnusable as error:
            errors.append(error)
        finally:
            filler.unlink()
        assert_old_is_served(data)
        left += 200_000

    assert len(errors) > 5
    assert all("Free space" in error.remedy for error in errors)
    assert all(str(disk) in error.where for error in errors)
    index = open_index(data)
    with index.snapshot() as snapshot:
        assert snapshot.size == len(NEW)
    index.close()


def test_a_read_only_disk_is_said_and_still_serves(disk: Path) -> None:
    data = disk / "data"
    publish(data, {"a.txt": OLD})
    mount("-o", "remount,ro", disk)

    with pytest.raises(IndexUnusable, match="--data") as caught:
        publish(data, {"a.txt": NEW})
    assert str(disk) in caught.value.where
    assert_old_is_served(data)

    mount("-o", "remount,rw", disk)
    publish(data, {"a.txt": OLD})
    assert_old_is_served(data)


def test_an_index_cannot_be_made_on_a_read_only_disk(disk: Path) -> None:
    mount("-o", "remount,ro", disk)

    with pytest.raises(IndexUnusable, match="--data"):
        publish(disk / "data", {"a.txt": OLD})
