from __future__ import annotations

import pytest

from coach.answering.item_checks import contradicted_field
from coach.domain import Guide, Passage, Section, Span
from tests.coach.asking import CAIO


@pytest.fixture(scope="module")
def guide(guides: dict[str, Guide]) -> Guide:
    return guides[CAIO]


def passage_of(text: str, heading: str = "Skills to learn") -> Passage:
    return Passage(
        id="one",
        source="guide.md",
        guide=CAIO,
        section=Section.SKILL_GAP,
        headings=("A move", heading),
        text=text,
        span=Span(start=0, end=len(text), first_line=1, last_line=1),
    )


@pytest.mark.parametrize(
    "text",
    [
        "The difficulty is rated hard.",
        "The usual entry education is a bachelor's degree.",
        "Data Engineering for AI takes 12 weeks.",
        "Deep Learning takes 20 weeks and Data Engineering 12 weeks.",
        "Responsible AI & Ethics is rated nice to have.",
        "Executive Leadership is critical.",
        "Deep Learning is not critical.",
        "Phase 2 takes 16 weeks.",
        "For change management, read 'Leading Change' by John Kotter.",
        "Read 'Weapons of Math Destruction' by Cathy O'Neil.",
        "Deep Learning and Data Engineering together take 32 weeks.",
        "The weather is fine.",
    ],
)
def test_what_agrees_with_the_fields_is_left_alone(guide: Guide, text: str) -> None:
    assert contradicted_field(text, guide, []) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("The difficulty is rated easy.", "The guide rates the difficulty as Hard."),
        (
            "The usual entry education is a master's degree.",
            "The guide gives the usual education as Bachelor's degree.",
        ),
        (
            "Data Engineering for AI takes 20 weeks.",
            "The guide gives “Data Engineering for AI” other weeks.",
        ),
        (
            "Deep Learning takes 12 weeks and Data Engineering 20 weeks.",
            "The guide gives “Deep Learning & Foundation Models” other weeks.",
        ),
        ("Phase 2 takes 4 weeks.", "The guide gives “Deep Technical AI Skills” other weeks."),
        (
            "Responsible AI & Ethics is critical.",
            "The guide rates “Responsible AI & Ethics” as nice to have.",
        ),
        (
            "For deep learning, read the book 'Weapons of Math Destruction'.",
            "The guide does not name “Weapons of Math Destruction” for “Deep Learning & Foundation "
            "Models”.",
        ),
        (
            "Read 'Weapons of Math Destruction' by John Kotter.",
            "“Weapons of Math Destruction” is not by “John Kotter”.",
        ),
    ],
)
def test_what_contradicts_a_field_is_told(guide: Guide, text: str, reason: str) -> None:
    assert contradicted_field(text, guide, []) == reason


def test_a_resource_may_go_with_a_skill_its_source_names_beside_it(guide: Guide) -> None:
    text = "For deep learning, read the book 'Weapons of Math Destruction'."
    beside = passage_of("Read 'Weapons of Math Destruction' beside deep learning.")
    apart = passage_of("Read 'Weapons of Math Destruction'. Then learn deep learning.")
    assert contradicted_field(text, guide, [beside]) is None
    assert contradicted_field(text, guide, [apart]) is not None


def test_weeks_that_the_source_gives_a_part_in_its_own_words_may_be_repeated(guide: Guide) -> None:
    text = "Data Engineering takes 9 weeks."
    assert contradicted_field(text, guide, [passage_of("Data Engineering takes 9 weeks.")]) is None
    assert contradicted_field(text, guide, [passage_of("Cooking takes 9 weeks.")]) is not None


def test_every_skill_of_every_guide_agrees_with_its_own_fields(guides: dict[str, Guide]) -> None:
    checked = 0
    for guide in guides.values():
        for gap in guide.skill_gaps:
            weeks, name = gap.weeks.value, gap.name.value
            assert contradicted_field(f"{name}: {weeks.low:g} weeks.", guide, []) is None
            wrong = f"{name}: {weeks.high + 41:g} weeks."
            assert contradicted_field(wrong, guide, []) == (
                f"The guide gives “{name}” other weeks."
            )
            checked += 1
    assert checked > 50


def test_a_phase_past_the_ordinals_is_named_by_its_number_alone(guide: Guide) -> None:
    phases = tuple(guide.phases[0].model_copy(update={"number": number}) for number in range(1, 31))
    long = guide.model_copy(update={"phases": phases})
    own = f"{guide.phases[0].weeks.value.low:g}"

    assert contradicted_field("That phase takes 99 weeks.", long, [passage_of("x")]) is None
    assert contradicted_field("Phase 9 takes 99 weeks.", long, [passage_of("x")])
    assert contradicted_field(f"Phase 9 takes {own} weeks.", long, [passage_of("x")]) is None
    assert contradicted_field("The last phase takes 99 weeks.", long, [passage_of("x")])
