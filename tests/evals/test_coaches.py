from __future__ import annotations

from pathlib import Path

import pytest

from coach.errors import ReadingError
from coach.settings import Settings
from evals.coaches import hash_of_files, indexed, open_coaches, source_text
from tests.evals.running import NURSE, ROOT, TEACHER, place_cache, place_knowledge


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of a folder with one guide, where nothing is indexed yet."""
    place_knowledge(tmp_path, TEACHER)
    monkeypatch.chdir(tmp_path)
    return Settings(cache=place_cache(tmp_path))


def vectors(settings: Settings) -> dict[str, int]:
    """When each store of vectors was written; one that is made anew has another name."""
    stores = (settings.cache or Path()).glob("evals/*/**/chroma.sqlite3")
    return {str(file): file.stat().st_mtime_ns for file in stores}


def test_alone_a_run_indexes_the_guides_once(settings: Settings) -> None:
    coaches = open_coaches(settings, own_index=True, poisoned=False)
    made = vectors(settings)

    again = open_coaches(settings, own_index=True, poisoned=False)

    assert [guide.slug for guide in coaches.answering.guides()] == [TEACHER]
    assert coaches.quoting is coaches.answering
    assert coaches.poisoned is None
    assert len(made) == 1
    assert vectors(settings) == made
    assert again.guides_hash == coaches.guides_hash


def test_only_the_coach_of_attacks_by_a_guide_knows_the_poisoned_guides(
    settings: Settings,
) -> None:
    poisoned = {file.stem for file in (ROOT / "evals" / "cases" / "poisoned").glob("*.md")}

    coaches = open_coaches(settings, own_index=True, poisoned=True)

    assert poisoned
    assert coaches.poisoned is not None
    assert {guide.slug for guide in coaches.poisoned.guides()} == {TEACHER, *poisoned}
    assert [guide.slug for guide in coaches.answering.guides()] == [TEACHER]


def test_the_hash_of_guides_does_not_tell_where_they_are(settings: Settings) -> None:
    moved = settings.knowledge.rename("elsewhere")

    assert hash_of_files([moved]) == hash_of_files([moved.absolute()])


def test_changed_guides_have_another_hash_and_another_index(settings: Settings) -> None:
    first, index = hash_of_files([settings.knowledge]), indexed([settings.knowledge], settings)
    guide = settings.knowledge / f"{TEACHER}.md"
    guide.write_text(guide.read_text("utf-8").replace("classroom", "schoolroom", 1), "utf-8")

    assert hash_of_files([settings.knowledge]) != first
    assert indexed([settings.knowledge], settings) != index


def test_an_index_given_is_used_as_it_is(settings: Settings) -> None:
    given = indexed([settings.knowledge], settings)
    place = settings.model_copy(update={"data": given, "knowledge": Path("nowhere")})

    coaches = open_coaches(place, own_index=False, poisoned=False)

    assert [guide.slug for guide in coaches.answering.guides()] == [TEACHER]


def test_a_folder_without_guides_is_told(tmp_path: Path) -> None:
    with pytest.raises(ReadingError, match="There are no guides to ask about"):
        hash_of_files([tmp_path])


def test_a_guide_with_a_problem_is_told_with_its_line(settings: Settings) -> None:
    guide = settings.knowledge / f"{TEACHER}.md"
    guide.write_text(guide.read_text("utf-8").replace("Timeline: 6-10 months", "Timeline: soon"))

    with pytest.raises(ReadingError, match=rf"{TEACHER}\.md:\d+"):
        open_coaches(settings, own_index=True, poisoned=False)


def test_the_text_of_a_cited_file_is_the_file_and_of_an_unknown_one_nothing() -> None:
    file = ROOT / "knowledge" / f"{NURSE}.md"

    assert source_text(str(file)) == file.read_text(encoding="utf-8")
    assert source_text("nowhere.md") == ""
