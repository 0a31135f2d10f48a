from __future__ import annotations

import pytest

from coach.domain import Section
from coach.understanding import Catalogue, Item
from coach.understanding.tokens import tokenise
from tests.coach.asking import CAIO


def items(catalogue: Catalogue, question: str) -> tuple[Item, ...]:
    return catalogue.items(CAIO).find(tokenise(question))


@pytest.mark.parametrize(
    ("question", "section", "name"),
    [
        ("How long is deep learning?", Section.SKILL_GAP, "Deep Learning & Foundation Models"),
        ("data enginering weeks", Section.SKILL_GAP, "Data Engineering for AI"),
        (
            "is change management critical?",
            Section.SKILL_GAP,
            "Change Management & Organizational Design",
        ),
        (
            "how many weeks is business alignment",
            Section.SKILL_GAP,
            "AI/ML Strategy & Business Alignment",
        ),
        ("How does API development help?", Section.TRANSFERABLE_SKILL, "API Development"),
        ("what about the self-assessment", Section.PHASE, "Foundation & Self-Assessment"),
        ("tasks of phase 2", Section.PHASE, "Deep Technical AI Skills"),
        ("the third phase", Section.PHASE, "Business & Leadership Development"),
        ("the last stage", Section.PHASE, "Strategic AI Leadership Experience"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.value,
)
def test_a_skill_or_phase_is_found_by_name_or_number(
    catalogue: Catalogue, question: str, section: Section, name: str
) -> None:
    found = items(catalogue, question)

    assert (section, name) in {(item.section, item.name) for item in found}


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("Who wrote Weapons of Math Destruction?", "Weapons of Math Destruction"),
        ("the book by John Kotter", "Leading Change"),
        ("Melanie Mitchell", "Artificial Intelligence: A Guide for Thinking Humans"),
        ("what does Toastmasters teach", "Toastmasters"),
    ],
)
def test_a_resource_is_found_by_title_or_author(
    catalogue: Catalogue, question: str, title: str
) -> None:
    assert title in {item.resource for item in items(catalogue, question)}


@pytest.mark.parametrize(
    "question",
    ["how long does it take?", "what skills do I need", "tell me about the AI role", "phase 9"],
)
def test_common_words_name_no_item(catalogue: Catalogue, question: str) -> None:
    assert items(catalogue, question) == ()


def test_the_surest_item_comes_first(catalogue: Catalogue) -> None:
    found = items(catalogue, "Competing in the Age of AI or Leading Change?")

    assert len(found) > 1
    assert [item.strength for item in found] == sorted(
        (item.strength for item in found), reverse=True
    )
