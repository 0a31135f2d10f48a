from __future__ import annotations

from itertools import pairwise

import pytest

from coach.answering.follow_ups import follow_ups
from coach.coach import Coach
from coach.domain import Guide
from coach.understanding import Field
from tests.coach.asking import CAIO, GUIDES, LEARNING, PROJECTS, TEACHER, WEB, ask, converse


@pytest.mark.parametrize("slug", GUIDES)
def test_the_questions_offered_can_be_asked_back(coach: Coach, slug: str) -> None:
    offered = ask(coach, "How long does it take?", guide=slug).follow_ups

    for question in offered:
        answer = ask(coach, question)
        assert not answer.refused, (question, answer.text)
        assert answer.citations


def test_every_question_that_is_ever_offered_can_be_asked_back(
    coach: Coach, guides: dict[str, Guide]
) -> None:
    guide = guides[CAIO]
    offered = {
        question
        for turns in range(10)
        for question in follow_ups([guide], (), [str(turn) for turn in range(turns)])
    }

    assert len(offered) > 9
    refused = [question for question in offered if ask(coach, question).refused]
    assert refused == []


def test_a_question_offered_is_not_offered_again_on_the_next_turn(coach: Coach) -> None:
    answers = converse(
        coach,
        "How long does it take to become a CAIO?",
        "How hard is it?",
        "What will I love about it?",
    )

    for earlier, later in pairwise(answers):
        assert not set(earlier.follow_ups) & set(later.follow_ups)


def test_a_conversation_that_takes_the_first_offer_never_hears_it_again(coach: Coach) -> None:
    questions = ["How long does it take to become a CAIO?"]
    before: tuple[str, ...] = ()
    for _ in range(5):
        answer = converse(coach, *questions)[-1]
        assert len(set(answer.follow_ups)) == 3
        assert set(answer.follow_ups) != set(before)
        assert not set(answer.follow_ups) & set(questions)
        before = answer.follow_ups
        questions.append(answer.follow_ups[0])


@pytest.mark.parametrize(
    ("slug", "role"),
    [
        (CAIO, "a Chief AI Officer"),
        (TEACHER, "an Instructional Designer"),
        (PROJECTS, "an IT Project Manager"),
        (WEB, "a UX Designer"),
    ],
)
def test_the_role_has_the_right_article(guides: dict[str, Guide], slug: str, role: str) -> None:
    assert all(role in question for question in follow_ups([guides[slug]], (), ["?"]))


def test_what_was_just_answered_is_not_offered(guides: dict[str, Guide]) -> None:
    with_skills = follow_ups([guides[CAIO]], (), ["?"])
    without = follow_ups([guides[CAIO]], (Field.SKILLS,), ["?"])

    assert any("skills do I need" in question for question in with_skills)
    assert not any("skills do I need" in question for question in without)


def test_the_questions_go_round_the_guides_at_hand(guides: dict[str, Guide]) -> None:
    offered = " ".join(follow_ups([guides[CAIO], guides[LEARNING]], (), ["?"]))

    assert "Chief AI Officer" in offered
    assert "Machine Learning Engineer" in offered


def test_a_guide_is_not_asked_for_what_it_lacks(guides: dict[str, Guide]) -> None:
    bare = guides[CAIO].model_copy(update={"this_week": (), "skill_gaps": ()})

    offered = follow_ups([bare], (), ["?"])

    assert len(offered) == 3
    assert not any("this week" in question or "to learn" in question for question in offered)


def test_without_guides_nothing_is_offered() -> None:
    assert follow_ups([], (), ["?"]) == ()
