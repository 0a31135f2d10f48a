"""Guides in our Markdown, as many as a benchmark wants: the same for the same seed."""

from __future__ import annotations

import random
from pathlib import Path

_FIELDS = """Aviation Botany Cartography Dairy Energy Fisheries Geology Harbour Irrigation Jewellery
Kitchen Library Marine Nuclear Optics Paper Quarry Railway Solar Textile Urban Vineyard Water
Zoo Airport Bakery Ceramics Dental Export Forestry""".split()
_JOBS = """Analyst Buyer Coordinator Designer Engineer Inspector Manager Planner Researcher
Tester""".split()
_SUBJECTS = """budgets contracts deadlines drawings evidence forecasts handovers incidents ledgers
maps negotiations orders permits quality records safety samples schedules sensors shipments
statistics stock suppliers surveys tenders training tolerances
valves warranties workshops""".split()
_VERBS = """audit balance calibrate chart check compare copy count defend describe draft estimate
explain file follow gather inspect label list measure model note plan present price rank repair
report review sort staff start test time trace train translate verify weigh write""".split()
_HOW = """after each shift, against last year's figures, before the first meeting, by hand at first,
for a small team, in a shared notebook, in plain words, on a real project, on one page, out loud,
together with a colleague, under a time limit, until it is boring, with a checklist, with a mentor,
without any template""".replace("\n", " ").split(", ")
_WHY = """because most of the errors start there, because nobody else will,
so that others can repeat it, so that the cost is known, so that a reviewer finds nothing,
which is what interviews ask about, which saves a week later, which the licence asks for,
which the old role never needed, which is where newcomers stand out""".replace("\n", " ").split(
    ", "
)


def write_guides(folder: Path, count: int, *, seed: int = 0) -> None:
    """Write guides, each for another move, about 40 passages a guide.

    Args:
        folder: where; made if it is not there.
        count: how many, at most 300.
        seed: other seeds give other words for the same moves.
    """
    folder.mkdir(parents=True, exist_ok=True)
    roles = [f"{field} {job}" for field in _FIELDS for job in _JOBS]
    for number in range(count):
        words = _Words(random.Random(f"{seed} {number}"))
        before, after = roles[number], roles[(number + 37) % len(roles)]
        slug = f"{before} to {after}".lower().replace(" ", "-")
        (folder / f"{slug}.md").write_text(_guide(words, before, after), encoding="utf-8")


class _Words:
    def __init__(self, choose: random.Random) -> None:
        self.choose = choose

    def task(self) -> str:
        """A sentence that says what to do."""
        pick = self.choose.choice
        return (
            f"{pick(_VERBS).capitalize()} the {pick(_SUBJECTS)} and {pick(_VERBS)} the"
            f" {pick(_SUBJECTS)} {pick(_HOW)}, {pick(_WHY)}."
        )

    def text(self, low: int, high: int) -> str:
        """Some sentences."""
        return " ".join(self.task() for _ in range(self.choose.randint(low, high)))

    def items(self, low: int, high: int) -> str:
        """A list of sentences."""
        return "\n".join(f"- {self.task()}" for _ in range(self.choose.randint(low, high)))

    def names(self, count: int) -> list[str]:
        """Names of skills, no two the same."""
        pairs = [f"{verb} {subject}".title() for verb in _VERBS for subject in _SUBJECTS]
        return self.choose.sample(pairs, count)


def _guide(words: _Words, before: str, after: str) -> str:
    number = words.choose.randint
    months = number(6, 24)
    facts = {
        "Difficulty": words.choose.choice(["Easy", "Medium", "Hard"]),
        "Timeline": f"{months}-{months + 6} months",
        "Salary change": f"+{number(5, 150)}%",
        "Demand": f"Growing: {number(100, 900)} openings in {words.choose.choice(_FIELDS)}",
    }
    title = f"From {before} to {after}"
    skills = words.names(14)
    front = f"""---
title: "{title}"
from_role: {before}
to_role: {after}
difficulty: {facts["Difficulty"]}
timeline_months: {months}-{months + 6}
salary_change: "{facts["Salary change"]}"
demand: "{facts["Demand"]}"
reviewed: 2026-01-01
basis: "Made up by a program."
sources:
  - name: "A program"
---
"""
    parts = [
        front,
        f"# {title}",
        "## At a glance",
        "\n".join(f"- {label}: {value}" for label, value in facts.items()),
        "## Overview",
        *(words.text(2, 5) for _ in range(3)),
        "## Transferable skills",
        *(f"### {name}\n\n{words.text(1, 3)}" for name in skills[:6]),
        "## Skills to learn",
        *(_skill(words, name) for name in skills[6:]),
        "## Roadmap",
        *(_phase(words, position) for position in range(1, 6)),
        "## Reality check",
        *_lists(words, "What you'll love", "What you might miss", "Biggest challenges"),
        "## Action plan",
        *_lists(words, "This week", "This month", "Next 90 days"),
        "## Frequently asked questions",
        *(
            f"### How do I {verb} {words.choose.choice(_SUBJECTS)}?\n\n{words.text(2, 5)}"
            for verb in words.choose.sample(_VERBS, 6)
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _skill(words: _Words, name: str) -> str:
    priority = words.choose.choice(["Critical", "Important", "Nice to have"])
    return (
        f"### {name}\n\n- Priority: {priority}\n- Weeks: {words.choose.randint(2, 20)}\n\n"
        f"{words.text(1, 3)}\n\n- Course: 'Learning {name}' by A. Teacher (A School)"
    )


def _phase(words: _Words, position: int) -> str:
    return (
        f"### Phase {position}: {words.names(1)[0]}\n\n- Weeks: {words.choose.randint(2, 12)}\n\n"
        f"#### Tasks\n\n{words.items(3, 6)}\n\n"
        f"#### Resources\n\n- Book: 'A Book of {words.names(1)[0]}' by A. Writer"
    )


def _lists(words: _Words, *headings: str) -> list[str]:
    return [f"### {heading}\n\n{words.items(3, 6)}" for heading in headings]
