"""Skills in people's words, matched with a guide's, and skills that two guides share."""

from __future__ import annotations

from datetime import date

import pytest

from coach.domain import Guide
from coach.encoder import Encoder
from coach.planning import HeldSkill, Level, Preferences, build
from coach.planning.comparing import compare
from coach.planning.skills import Certainty, match, shared

CAIO = "backend-developer-to-chief-ai-officer"
MANAGER = "backend-developer-to-engineering-manager"
DATA = "mechanical-engineer-to-data-scientist"
BI = "accountant-to-business-intelligence-analyst"
WANTED = Preferences(hours_a_week=6, start=date(2027, 1, 4))


@pytest.mark.parametrize(
    ("slug", "said", "skill"),
    [
        (MANAGER, "people management", "People Management & One-to-Ones"),
        (CAIO, "AI ethics", "Responsible AI & Ethics"),
        (DATA, "statistics", "Statistics & Probability"),
        (BI, "sql", "SQL"),
    ],
)
def test_a_skill_by_another_name_is_sure(
    guides: dict[str, Guide], real_encoder: Encoder, slug: str, said: str, skill: str
) -> None:
    (found,) = match([said], guides[slug], real_encoder)

    assert (found.skill, found.certainty) == (skill, Certainty.SURE)


@pytest.mark.parametrize(
    ("slug", "said", "skill"),
    [
        (CAIO, "Spark", "Data Engineering for AI"),
        (CAIO, "leadership", "Executive Leadership & Communication"),
        (DATA, "git", "Git, Cloud & Reproducible Work"),
    ],
)
def test_a_part_of_a_skill_is_to_be_asked_about(
    guides: dict[str, Guide], real_encoder: Encoder, slug: str, said: str, skill: str
) -> None:
    (found,) = match([said], guides[slug], real_encoder)

    assert (found.skill, found.certainty) == (skill, Certainty.DOUBTFUL)


@pytest.mark.parametrize("said", ["k8s", "cooking", "French", ""])
def test_what_a_guide_does_not_teach_matches_nothing(
    guides: dict[str, Guide], real_encoder: Encoder, said: str
) -> None:
    (found,) = match([said], guides[CAIO], real_encoder)

    assert (found.skill, found.certainty) == (None, Certainty.NONE)


def test_short_forms_are_spelt_out(guides: dict[str, Guide], real_encoder: Encoder) -> None:
    (found,) = match(["ML"], guides["backend-developer-to-machine-learning-engineer"], real_encoder)

    assert found.skill == "Machine Learning Fundamentals"


def test_two_moves_are_compared_side_by_side(
    guides: dict[str, Guide], real_encoder: Encoder
) -> None:
    common = shared(guides[DATA], guides[BI], real_encoder)
    held = WANTED.model_copy(update={"held": (HeldSkill(name="Visualisation & Storytelling"),)})

    both = compare(guides[DATA], guides[BI], held, common)

    assert common["SQL & Databases"] == "SQL"
    assert "SQL & Databases" in both.shared
    assert "SQL" not in both.second.missing
    assert "Visualisation & Storytelling" not in both.first.missing
    # 64 weeks at 10-14 hours less the tasks of what is held, and 52 weeks at 6-9.
    off = sum(task.hours for task in build(guides[DATA], held).tasks if task.taken_off)
    assert (both.first.hours.low + both.first.hours.high) / 2 == pytest.approx(64 * 12 - off)
    assert 0 < off < 64
    assert (both.second.hours.low, both.second.hours.high) < (312, 468)
    assert both.first.salary_change == guides[DATA].salary_change.value  # type: ignore[union-attr]
    assert both.first.early < both.first.planned < both.first.late


def test_a_skill_held_counts_for_both_moves_whoever_named_it(
    guides: dict[str, Guide], real_encoder: Encoder
) -> None:
    common = shared(guides[DATA], guides[BI], real_encoder)

    def left(name: str, level: Level) -> tuple[float, float]:
        held = WANTED.model_copy(update={"held": (HeldSkill(name=name, level=level),)})
        both = compare(guides[DATA], guides[BI], held, common)
        return both.first.hours.high, both.second.hours.high

    nothing = left("SQL", Level.SOME)
    assert nothing == (896, 468)
    assert left("SQL", Level.SOLID) == left("SQL & Databases", Level.SOLID)
    assert all(held < all_ for held, all_ in zip(left("SQL", Level.SOLID), nothing, strict=True))


def test_moves_without_a_common_skill_share_none(
    guides: dict[str, Guide], real_encoder: Encoder
) -> None:
    assert shared(guides["web-developer-to-ux-designer"], guides[CAIO], real_encoder) == {}
