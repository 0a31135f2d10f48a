"""The allow-list: it sees what stands in no guide and lets pass what does."""

from __future__ import annotations

import pytest

from evals.metrics.figures import amounts
from tests.allow_list import (
    computed_text,
    guide_texts,
    known_names,
    roles_text,
    unsupported,
)

CAIO = guide_texts()["backend-developer-to-chief-ai-officer"]
TEACHER = guide_texts()["teacher-to-instructional-designer"]


@pytest.mark.parametrize(
    ("sentence", "wrong"),
    [
        ("The move takes 6-12 weeks [1].", ["6-12 weeks"]),
        ("The move takes 6–12 weeks.", ["6–12 weeks"]),
        ("It takes 18 months [1].", ["18 months"]),
        ("It takes 18-24 weeks.", ["18-24 weeks"]),
        ("It takes seven years.", ["seven years"]),
        ("It takes a year and a half.", ["1.5 years"]),
        ("You will earn $10,000 more.", ["$10,000"]),
        ("You will earn $175k.", ["$175k"]),
        ("You will earn 10000 dollars more.", ["10000 dollars"]),
        ("Expect a rise of 200%.", ["200%"]),
        ("Your pay changes by -150%.", ["-150%"]),
        ("There are 74,000 openings a year.", ["74,000"]),
        ("There are 20 openings a year.", ["20"]),
        ("Phase 7 is the last.", ["Phase 7"]),
        ("Read 'The Art of Leading Machines' first.", ["The Art of Leading Machines"]),
        ("Read “Leading Robots” first.", ["Leading Robots"]),
        ("Ask Dr. Smith about it.", ["Dr Smith"]),
        ("Udemy has it too.", ["Udemy"]),
        ("Andrew Kotter teaches it.", ["Andrew Kotter"]),
        ("The course is by Melanie Ng.", ["Melanie Ng"]),
        ("Take it at Udemy, then apply.", ["Udemy"]),
        ("Follow CS999 in the evening.", ["CS999"]),
    ],
)
def test_what_stands_in_no_allowed_text_is_found(sentence: str, wrong: list[str]) -> None:
    found = unsupported(sentence, [CAIO])

    assert [text for text in found if any(text in other for other in wrong)], found
    assert all(any(text in other or other in text for other in wrong) for text in found), found


@pytest.mark.parametrize(
    "sentence",
    [
        "The move takes 18-24 months [1].",
        "It takes 18 to 24 months, or one and a half to two years.",
        "Plan for between 18 and 24 months, so at most two years.",
        "The four phases take 4, 16, 12 and 24 weeks [2].",
        "The wage lies between $138,060 and $220,730 a year.",
        "Its median is 175,140 dollars, a rise of 28.8 percent (+28.8%).",
        "Set aside ten to fifteen hours a week.",
        "There are 55,600 openings a year.\n\n1. Start with Phase 2.\n2. It takes 16 weeks.",
        "Deep Learning & Foundation Models is important and takes 20 weeks.",
        "Read 'Weapons of Math Destruction' by Cathy O'Neil [1][2].",
        "Andrew Ng's “Deep Learning Specialization” is on Coursera.",
        "Follow CS224N, the course of Stanford.",
        "You need a Bachelor's degree and five years of experience.",
        "The 4 phases add up to 56 weeks: 4 + 16 + 12 + 24.",
        "Sorry, I know nothing more. Would you like to ask about the roadmap?",
    ],
)
def test_true_sentences_pass(sentence: str) -> None:
    assert unsupported(sentence, [CAIO]) == []


def test_names_and_titles_of_another_guide_are_found_even_at_the_start_of_a_sentence() -> None:
    sentence = "Camtasia is good. TechSmith makes it. Read 'Map It'."

    assert unsupported(sentence, [TEACHER]) == []
    assert {"Camtasia", "TechSmith", "Map It"} <= set(unsupported(sentence, [CAIO]))


def test_what_the_person_said_may_be_said_back() -> None:
    sentence = "With 7 hours a week, ask Dana Jones about it."

    assert unsupported(sentence, [CAIO]) != []
    assert unsupported(sentence, [CAIO, "I have 7 hours a week, says Dana Jones"]) == []


def test_sums_of_a_guide_are_worked_out_from_its_text() -> None:
    assert unsupported("The phases add up to 56 weeks, the skills to 74 weeks.", [CAIO]) == []
    assert "4 phases, 4 + 16 + 12 + 24 weeks, together 56 weeks." in computed_text(CAIO)
    assert "6 skills, 20 + 12 + 12 + 16 + 6 + 8 weeks, together 74 weeks." in computed_text(CAIO)


@pytest.mark.parametrize("slug", guide_texts())
def test_a_guide_allows_every_number_of_its_own(slug: str) -> None:
    text = guide_texts()[slug]

    assert len(amounts(text)) >= 40
    assert [one for one in unsupported(text, [text]) if one[0].isdigit()] == []


def test_moves_of_all_guides_can_be_named() -> None:
    refusal = (
        "The nearest I have:\n- Journalist to Technical Writer\n- QA Tester to Software Developer"
    )

    assert unsupported(refusal, [CAIO]) != []
    assert unsupported(refusal, [CAIO, roles_text()]) == []


def test_names_known_are_names() -> None:
    assert {"Coursera", "Andrew Ng", "TechSmith"} <= known_names()
    assert known_names() & {"The", "Read", "Phase", "Critical"} == set()
