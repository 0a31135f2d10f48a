"""Asking the real coach over the real guides, as the tests of the answers do."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from coach.coach import Coach
from coach.domain import Answer, Message, Turn

ROOT = Path(__file__).parents[2]
KNOWLEDGE = ROOT / "knowledge"

CAIO = "backend-developer-to-chief-ai-officer"
MANAGER = "backend-developer-to-engineering-manager"
LEARNING = "backend-developer-to-machine-learning-engineer"
ACCOUNTANT = "accountant-to-business-intelligence-analyst"
HELP_DESK = "help-desk-technician-to-information-security-analyst"
JOURNALIST = "journalist-to-technical-writer"
MECHANIC = "mechanical-engineer-to-data-scientist"
PROJECTS = "project-manager-to-it-project-manager"
TESTER = "qa-tester-to-software-developer"
NURSE = "registered-nurse-to-health-informatics-specialist"
TEACHER = "teacher-to-instructional-designer"
WEB = "web-developer-to-ux-designer"
GUIDES = (
    ACCOUNTANT,
    CAIO,
    MANAGER,
    LEARNING,
    HELP_DESK,
    JOURNALIST,
    MECHANIC,
    PROJECTS,
    TESTER,
    NURSE,
    TEACHER,
    WEB,
)

COMMAND = Path(sys.executable).with_name("coach")


def ask(
    coach: Coach, question: str, *, said: Sequence[str] = (), guide: str | None = None
) -> Answer:
    """The coach's answer; ``said`` are the person's earlier turns."""
    history = tuple(Message(role="user", content=text) for text in said)
    return asyncio.run(coach.answer(Turn(question=question, history=history, guide=guide)))


def converse(coach: Coach, *questions: str) -> list[Answer]:
    """The answers to a whole conversation, each turn with all that was said before."""
    history: list[Message] = []
    answers = []
    for question in questions:
        answer = asyncio.run(coach.answer(Turn(question=question, history=tuple(history))))
        answers.append(answer)
        history += [
            Message(role="user", content=question),
            Message(role="assistant", content=answer.text),
        ]
    return answers


def source_text(source: str) -> str:
    """The file that a citation names."""
    return (ROOT / source).read_text(encoding="utf-8")


def run_coach(
    *arguments: str | Path, given: str = "", folder: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    return subprocess.run(
        [COMMAND, *arguments],
        input=given,
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
