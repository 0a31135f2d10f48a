from __future__ import annotations

from collections.abc import Callable

import pytest

from coach.conversation import resolve
from coach.domain import Message, Profile, Range
from coach.understanding import Catalogue

Told = Callable[..., Profile]


@pytest.fixture(scope="module")
def told(catalogue: Catalogue, known: Callable[[str], bool]) -> Told:
    def told(*texts: str) -> Profile:
        history = [Message(role="user", content=text) for text in texts[:-1]]
        return resolve(history, texts[-1], catalogue, known).profile

    return told


def hours(low: float, high: float | None = None) -> Profile:
    return Profile(hours_a_week=Range(low=low, high=low if high is None else high))


@pytest.mark.parametrize(
    ("text", "profile"),
    [
        ("I can do 6 hours a week", hours(6)),
        ("with 10-12 hrs/week, how long would it take?", hours(10, 12)),
        ("I only have an hour a day", hours(7)),
        ("I have -3 hours a week", hours(-3)),
        ("I have minus 2 hours a day", hours(-14)),
        ("I work part time - 6 hours a week are left for me", hours(6)),
        ("I can study 2 hours a day on Mondays and Fridays",
            Profile(hours_a_week=Range(low=4, high=4), weekdays=(0, 4))),
        ("two hours every weekday is all I have",
            Profile(hours_a_week=Range(low=10, high=10), weekdays=(0, 1, 2, 3, 4))),
        ("I already know Spark and Python", Profile(skills=("Spark", "Python"))),
        ("I'm good at SQL, what can I skip?", Profile(skills=("SQL",))),
        ("I have 5 years of experience in Java", Profile(skills=("Java",))),
        ("i've finished Machine Learning", Profile(finished=("Machine Learning",))),
        ("I finished the Deep Learning Specialization",
            Profile(finished=("Deep Learning Specialization",))),
        ("i've read the book 'Don't Make Me Think', what now?",
            Profile(finished=("Don't Make Me Think",))),
        ("Plan it for 6 hours a week from January, I already know Spark",
            Profile(hours_a_week=Range(low=6, high=6), start="January", skills=("Spark",))),
        ("I'm starting next Monday", Profile(start="next Monday")),
        ("what if I start on 4 January 2027?", Profile(start="4 January 2027")),
        ("I will begin 2027-02-01", Profile(start="2027-02-01")),
        ("I can only study on Saturdays and Sundays", Profile(weekdays=(5, 6))),
        ("make me a plan for the weekends, 8 hours a week only on weekends",
            Profile(hours_a_week=Range(low=8, high=8), weekdays=(5, 6))),
        ("I have to be done by 30 June 2028", Profile(deadline="by 30 June 2028")),
        ("I have to be done by the 31st of April", Profile(deadline="by the 31st of April")),
        ("I want to be done by June 30", Profile(deadline="by June 30")),
        ("I'm a nurse", Profile(role="nurse")),
        ("I was a senior accountant", Profile(role="senior accountant")),
        ("I'm a pastry chef", Profile(role="pastry chef")),
        ("I have to be done by summer 2028", Profile(deadline="by summer 2028")),
        ("I want to become a CAIO within two years", Profile(deadline="within two years")),
    ],
)  # fmt: skip
def test_facts_about_the_person_are_read(text: str, profile: Profile, told: Told) -> None:
    assert told(text) == profile


@pytest.mark.parametrize(
    "text",
    [
        "How many hours a week does it take?",
        "Does it take 10 hours a week?",
        "Do I need to know Python?",
        "I know that it is hard",
        "I'm a bit worried",
        "I'm 45, is it too late?",
        "I want to be a CAIO",
        "How long does it take from backend developer to CAIO?",
        "What should I know by next year?",
        "Should I start in January?",
        "I work nights on Mondays",
        "From March to May there is a course",
    ],
)
def test_a_question_or_a_feeling_tells_no_fact(text: str, told: Told) -> None:
    assert told(text) == Profile()


def test_what_is_told_later_replaces_what_was_told_before(told: Told) -> None:
    profile = told(
        "I'm a nurse and can do 5 hours a week",
        "I have to finish by June",
        "Sorry, I'm a teacher. I can do 8 hours a week and must finish by December",
    )

    assert profile == Profile(
        role="teacher", hours_a_week=Range(low=8, high=8), deadline="by December"
    )


def test_start_days_and_courses_finished_are_kept(told: Told) -> None:
    profile = told(
        "I start in March and study on Mondays",
        "I've completed AI For Everyone",
        "I finished the Deep Learning Specialization. Rather from April",
    )

    assert profile == Profile(
        start="April",
        finished=("AI For Everyone", "Deep Learning Specialization"),
        weekdays=(0,),
    )


def test_skills_add_up_and_are_taken_back(told: Told) -> None:
    assert told("I know Python and SQL", "I also know Spark").skills == ("Python", "SQL", "Spark")
    assert told("I know Python and SQL", "actually I don't know python").skills == ("SQL",)


def test_a_role_or_deadline_can_be_taken_back(told: Told) -> None:
    assert told("I'm a nurse", "I'm not a nurse").role is None
    assert told("I have to be done by June", "there is no hurry after all").deadline is None


def test_what_the_coach_says_is_no_fact_about_the_person(
    catalogue: Catalogue, known: Callable[[str], bool]
) -> None:
    history = (Message(role="assistant", content="I can do 6 hours a week. I'm a nurse."),)

    assert resolve(history, "How long?", catalogue, known).profile == Profile()
