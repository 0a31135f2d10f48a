from __future__ import annotations

from collections.abc import Callable

import pytest

from coach.domain import Guide, Passage, Priority, ResourceKind, Section, Span
from coach.lookup import (
    all_resources,
    by_priority,
    choose_item,
    item_span,
    of_kinds,
    passage_at,
    spans,
    statistics,
)
from coach.understanding import Ask, Catalogue, Field, understand
from tests.coach.asking import CAIO, source_text

SOURCE = f"knowledge/{CAIO}.md"


@pytest.fixture
def guide(guides: dict[str, Guide]) -> Guide:
    return guides[CAIO]


@pytest.fixture(scope="module")
def ask_of(catalogue: Catalogue, known: Callable[[str], bool]) -> Callable[[str], Ask]:
    def ask(question: str) -> Ask:
        return understand(question, catalogue, known, fixed=CAIO).asks[0]

    return ask


def quoted(found: tuple[Span, ...]) -> list[str]:
    text = source_text(SOURCE)
    return [text[span.start : span.end] for span in found]


@pytest.mark.parametrize(
    ("field", "first"),
    [
        (Field.TIMELINE, "18-24 months"),
        (Field.DIFFICULTY, "Hard"),
        (Field.SALARY, "+150%"),
        (Field.HOURS, "10-15 hours"),
        (Field.WAGE_AFTER, "$175,140"),
        (Field.OPENINGS, "55,600"),
        (Field.TRANSFERABLE_SKILLS, "System Architecture"),
        (Field.SKILLS, "Executive Leadership & Communication"),
        (Field.PHASES, "Foundation & Self-Assessment"),
        (Field.LOVES, "You set the strategic direction"),
        (Field.THIS_WEEK, "Sign up for 'AI For Everyone'"),
    ],
    ids=lambda value: value.value if isinstance(value, Field) else None,
)
def test_a_field_is_found_where_the_guide_states_it(guide: Guide, field: Field, first: str) -> None:
    found = quoted(spans(guide, Ask(text="", fields=(field,))))

    assert first in found[0]


def test_a_field_the_guide_lacks_has_no_place(guide: Guide) -> None:
    bare = guide.model_copy(update={"timeline": None, "phases": ()})

    assert spans(bare, Ask(text="", fields=(Field.TIMELINE, Field.PHASES))) == ()


def test_skills_are_sorted_by_priority_and_keep_the_guides_order_within(guide: Guide) -> None:
    names = [gap.name.value for gap in by_priority(guide.skill_gaps)]

    assert names == [
        "Executive Leadership & Communication",
        "AI/ML Strategy & Business Alignment",
        "Deep Learning & Foundation Models",
        "Data Engineering for AI",
        "Responsible AI & Ethics",
        "Change Management & Organizational Design",
    ]


def test_one_priority_can_be_asked_for(guide: Guide) -> None:
    found = by_priority(guide.skill_gaps, Priority.NICE_TO_HAVE)

    assert {gap.priority.value for gap in found} == {Priority.NICE_TO_HAVE}
    assert len(found) == 2


def test_a_resource_named_twice_is_listed_once(guide: Guide) -> None:
    titles = [resource.title for resource in all_resources(guide)]

    assert len(titles) == len(set(titles))
    assert titles.count("AI For Everyone") == 1


def test_a_certification_counts_as_a_course_but_a_course_not_as_a_certification(
    guide: Guide,
) -> None:
    every = all_resources(guide)

    courses = {resource.kind for resource in of_kinds(every, [ResourceKind.COURSE])}
    certifications = {resource.kind for resource in of_kinds(every, [ResourceKind.CERTIFICATION])}
    assert courses == {ResourceKind.COURSE, ResourceKind.CERTIFICATION}
    assert certifications == {ResourceKind.CERTIFICATION}


def test_the_figures_on_salary_begin_with_the_change(guide: Guide) -> None:
    assert [figure.value.value.split()[0] for figure in statistics(guide, Field.SALARY)] == [
        "+28.8%",
        "$135,980",
        "$175,140",
    ]


@pytest.mark.parametrize(
    ("question", "section", "name"),
    [
        (
            "How many weeks is deep learning?",
            Section.SKILL_GAP,
            "Deep Learning & Foundation Models",
        ),
        ("How does API development carry over?", Section.TRANSFERABLE_SKILL, "API Development"),
        ("What are the tasks of phase 2?", Section.PHASE, "Deep Technical AI Skills"),
        ("Is data engineering critical?", Section.SKILL_GAP, "Data Engineering for AI"),
    ],
    ids=["weeks of a skill", "old skill", "phase by number", "priority of a skill"],
)
def test_the_item_is_of_the_kind_that_has_what_is_asked(
    guide: Guide, ask_of: Callable[[str], Ask], question: str, section: Section, name: str
) -> None:
    item = choose_item(guide, ask_of(question))

    assert item is not None
    assert item.section is section
    assert quoted((item_span(guide, item),)) == [name]


def test_a_question_about_the_whole_move_chooses_no_item(
    guide: Guide, ask_of: Callable[[str], Ask]
) -> None:
    assert choose_item(guide, ask_of("How long does it take?")) is None


def made(start: int, end: int) -> Passage:
    return Passage(
        id=f"{start}-{end}",
        source="a.md",
        guide=None,
        section=Section.DOCUMENT,
        headings=(),
        text="x" * (end - start),
        span=Span(start=start, end=end, first_line=1, last_line=1),
    )


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [(2, 5, "0-10"), (12, 20, "10-20"), (8, 12, "0-10"), (30, 31, None)],
    ids=["inside", "up to the end", "over a border", "nowhere"],
)
def test_the_passage_that_holds_a_span(start: int, end: int, found: str | None) -> None:
    passage = passage_at(
        [made(0, 10), made(10, 20)], Span(start=start, end=end, first_line=1, last_line=1)
    )

    assert (passage.id if passage else None) == found
