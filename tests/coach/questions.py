"""Questions that the guides answer, with the guide and the facts a right answer gives."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from _pytest.mark.structures import ParameterSet

from tests.coach.asking import (
    ACCOUNTANT,
    CAIO,
    HELP_DESK,
    JOURNALIST,
    LEARNING,
    MANAGER,
    MECHANIC,
    NURSE,
    PROJECTS,
    TEACHER,
    TESTER,
    WEB,
)


@dataclass(frozen=True)
class Covered:
    """A question, the one guide it is about, and what its answer says.

    ``computed`` are figures that the answer works out from the ones it cites.
    """

    question: str
    guide: str | None
    facts: tuple[str, ...]
    computed: frozenset[str] = frozenset()


def _covered(question: str, guide: str | None, *facts: str, computed: str = "") -> Covered:
    return Covered(question, guide, facts, frozenset(computed.split()))


COVERED = (
    _covered("How long would it take me to go from backend dev to CAIO?", CAIO, "18-24 months"),
    _covered("caio how long", CAIO, "18-24 months"),
    _covered("How hard is it to become a CAIO?", CAIO, "Hard"),
    _covered("What happens to my salary if I become a CAIO?", CAIO, "+150%", "+28.8%"),
    _covered("Is there demand for a Chief AI Officer?", CAIO, "apidly growing"),
    _covered("How many hours a week do I need to become a CAIO?", CAIO, "10-15 hours"),
    _covered("What is the median wage of a chief AI officer?", CAIO, "$175,140"),
    _covered("What is the wage range of a CAIO?", CAIO, "$138,060", "$220,730"),
    _covered("How many job openings are there for a CAIO?", CAIO, "55,600"),
    _covered("What job growth is projected for a CAIO?", CAIO, "15.2%"),
    _covered("Do I need a degree to become a CAIO?", CAIO, "Bachelor's degree"),
    _covered(
        "Which of my skills carry over when I become a CAIO?",
        CAIO,
        "System Architecture",
        "API Development",
        "DevOps & MLOps",
    ),
    _covered(
        "Which skills do I need to learn to become a CAIO?",
        CAIO,
        "Executive Leadership & Communication",
        "AI/ML Strategy & Business Alignment",
        "Responsible AI & Ethics",
    ),
    _covered(
        "Which skills are critical for a CAIO?",
        CAIO,
        "Executive Leadership & Communication",
        "AI/ML Strategy & Business Alignment",
    ),
    _covered(
        "Which skills are only nice to have for a CAIO?",
        CAIO,
        "Responsible AI & Ethics",
        "Change Management & Organizational Design",
    ),
    _covered(
        "How many weeks does Data Engineering for AI take to become a CAIO?", CAIO, "12 weeks"
    ),
    _covered("How important is Deep Learning for a CAIO?", CAIO, "important", "20 weeks"),
    _covered("Which skill takes the longest to become a CAIO?", CAIO, "20 weeks"),
    _covered(
        "Which books should I read to become a CAIO?",
        CAIO,
        "Competing in the Age of AI",
        "Weapons of Math Destruction",
        "The AI Ladder",
    ),
    _covered("Which courses should I take for deep learning as a CAIO?", CAIO, "Andrew Ng"),
    _covered("Who wrote 'Weapons of Math Destruction'?", CAIO, "Cathy O'Neil"),
    _covered("Who wrote 'The AI Ladder'?", CAIO, "Rob Thomas"),
    _covered(
        "Walk me through the phases from backend developer to CAIO",
        CAIO,
        "Foundation & Self-Assessment",
        "Deep Technical AI Skills",
        "Business & Leadership Development",
        "Strategic AI Leadership Experience",
        computed="4 56",
    ),
    _covered("What are the tasks of phase 2 on the way to CAIO?", CAIO, "16 weeks", "MLOps"),
    _covered("How long is phase 4 on the way to CAIO?", CAIO, "24 weeks"),
    _covered("What comes after phase 2 on the way to CAIO?", CAIO, "Phase 3", "12 weeks"),
    _covered("How many weeks do the phases to CAIO add up to?", CAIO, "56 weeks", computed="4 56"),
    _covered(
        "How many weeks do the skills to learn for a CAIO add up to?",
        CAIO,
        "74 weeks",
        computed="6 74",
    ),
    _covered("What will I love about being a CAIO?", CAIO, "strategic direction"),
    _covered("What might I miss if I become a CAIO?", CAIO, "Shipping code"),
    _covered("What are the biggest challenges in becoming a CAIO?", CAIO, "executive presence"),
    _covered("What should I do this week to become a CAIO?", CAIO, "AI For Everyone", "LinkedIn"),
    _covered("What should I do this month to become a CAIO?", CAIO, "r/MachineLearning"),
    _covered("What should I do in the next 90 days to become a CAIO?", CAIO, "first three courses"),
    _covered("Do I have to stop coding as a CAIO?", CAIO, "On most days, yes"),
    _covered("How does API Development help me as a CAIO?", CAIO, "APIs"),
    _covered("How long does the move to engineering manager take?", MANAGER, "12-18 months"),
    _covered("How many hours a week to become an engineering manager?", MANAGER, "4-6 hours"),
    _covered("How long from backend dev to ML engineer?", LEARNING, "10-13 months"),
    _covered("What about my salary as a machine learning engineer?", LEARNING, "-11.6%"),
    _covered("accountant to BI analyst how long", ACCOUNTANT, "10-14 months"),
    _covered(
        "What are the critical skills for a BI analyst?", ACCOUNTANT, "SQL", "Power BI", "13 weeks"
    ),
    _covered("Am I too old to become a BI analyst?", ACCOUNTANT),
    _covered("help desk to infosec analyst: how long?", HELP_DESK, "9-13 months"),
    _covered("What happens to pay from help desk to security analyst?", HELP_DESK, "+108.8%"),
    _covered("How long from journalist to technical writer?", JOURNALIST, "8-12 months"),
    _covered("How many weeks is API Documentation for a tech writer?", JOURNALIST, "8 weeks"),
    _covered("How long for a mechanical engineer to become a data scientist?", MECHANIC, "15-20"),
    _covered("How much does a data scientist earn, coming from mech eng?", MECHANIC, "$120,230"),
    _covered("How hard is it to go from PM to IT PM?", PROJECTS, "Easy"),
    _covered("How long does PM to IT project manager take?", PROJECTS, "6-9 months"),
    _covered("QA to SWE, how long?", TESTER, "11-15 months"),
    _covered("How many openings a year for software developers, from QA?", TESTER, "115,200"),
    _covered("How long does it take a nurse to get into health informatics?", NURSE, "15-21"),
    _covered("How many hours a week does a nurse need for health informatics?", NURSE, "5-8 hours"),
    _covered("teachers to instructional design: how long?", TEACHER, "6-10 months"),
    _covered("Do I need a master's degree to become an instructional designer?", TEACHER),
    _covered("How long from web dev to UX?", WEB, "8-11 months"),
    _covered("What if I already know Figma and want to be a UX designer?", WEB, "Figma"),
    _covered(
        "What are the phases from web developer to UX designer?",
        WEB,
        "Research and Interaction Design",
        "14 weeks",
        computed="4 38",
    ),
    _covered(
        "Which is faster for a backend developer, CAIO or ML engineer?",
        None,
        "18-24 months",
        "10-13 months",
    ),
    _covered("Which move is the easiest?", None, "Easy"),
)


def questions() -> list[ParameterSet]:
    """The table for a test."""
    return [pytest.param(case, id=case.question) for case in COVERED]
