from __future__ import annotations

import pytest

from coach.coach import Coach
from tests.coach.asking import CAIO, NURSE, PROJECTS, TEACHER, WEB, ask


def test_how_long_gives_the_months_and_why_so_long_gives_what_they_go_into(coach: Coach) -> None:
    long = ask(coach, "How long does it take?", guide=CAIO).text
    why = ask(coach, "Why does it take so long?", guide=CAIO).text

    assert "18-24 months" in long
    assert "6-8 months" not in long
    assert "6-8 months" in why


@pytest.mark.parametrize(("guide", "change"), [(WEB, "+12.3%"), (NURSE, "+8.5%")])
def test_a_change_that_is_that_of_the_medians_is_said_once(
    coach: Coach, guide: str, change: str
) -> None:
    text = ask(coach, "What happens to my salary?", guide=guide).text

    assert text.count(change) == 1
    assert "no promise to one person" in text


def test_a_change_that_is_not_that_of_the_medians_is_said_beside_it(coach: Coach) -> None:
    text = ask(coach, "What happens to my salary?", guide=CAIO).text

    assert "+150%" in text
    assert "+28.8%" in text


def test_the_median_alone_is_given_to_who_asks_for_it(coach: Coach) -> None:
    median = ask(coach, "What is the median wage of a UX designer?", guide=WEB).text
    earned = ask(coach, "What does a UX designer earn?", guide=WEB).text

    assert "$104,000" in median
    assert "run from" not in median
    assert "run from" in earned


def test_demand_repeats_no_figure(coach: Coach) -> None:
    text = ask(coach, "Is there demand?", guide=TEACHER).text

    assert text.count("21,900") == 1
    assert text.count("1.3%") == 1


def test_an_official_figure_that_the_entry_states_is_not_stated_again(coach: Coach) -> None:
    text = ask(coach, "Do I need a degree?", guide=PROJECTS).text

    assert text.lower().count("bachelor's degree") == 1


def test_why_a_move_is_hard_gives_what_makes_it_so(coach: Coach) -> None:
    text = ask(coach, "Why is it so hard?", guide=NURSE).text

    assert "Shift work leaves few hours" in text
    assert "The biggest challenges:" in text


@pytest.mark.parametrize(
    ("guide", "fact"), [(CAIO, "measure different things"), (WEB, "middle half")]
)
def test_why_pay_changes_is_told_by_the_entry_on_pay(coach: Coach, guide: str, fact: str) -> None:
    assert fact in ask(coach, "Why does my pay change like that?", guide=guide).text


def test_all_phases_come_with_their_weeks_together(coach: Coach) -> None:
    text = ask(coach, "What are the phases?", guide=CAIO).text

    assert text.startswith("The roadmap has 4 phases, together 56 weeks:")


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Which grows more: UX designer or technical writer?", "Web Developer to UX Designer"),
        (
            "Which has more job openings, data scientist or instructional designer?",
            "Mechanical Engineer to Data Scientist",
        ),
        (
            "Which has the higher median wage, ML engineer or engineering manager?",
            "Backend Developer to Engineering Manager",
        ),
    ],
)
def test_official_figures_are_compared(coach: Coach, question: str, first: str) -> None:
    assert ask(coach, question).text.startswith(f"**{first}**")
