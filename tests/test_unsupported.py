"""With a small model that invents freely, nothing unsupported reaches an answer.

The model, its server, the index and the coach are real; the judge is the allow-list, which shares
no code with the product's checks.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from coach.domain import Answer, CheckStatus, Message, Turn
from coach.ingestion import sync
from coach.settings import Settings
from coach.wiring import build_coach, load_encoder
from tests.allow_list import KNOWLEDGE, computed_text, guide_texts, roles_text, unsupported
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
from tests.model_server import AT_ONCE, serving

CONTEXT = 608

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]


@dataclass(frozen=True)
class Asked:
    """A question and what a useful reply to it has.

    Attributes:
        question: what the person asks.
        nugget: what the answer must say; empty where nothing short can be named.
        guide: the guide chosen on the page, by slug.
        said: what the person asked before, each answered by the coach, oldest first.
        covered: whether the guides hold an answer, so that it must cite a passage.
    """

    question: str
    nugget: str = ""
    guide: str | None = None
    said: tuple[str, ...] = ()
    covered: bool = True


PLAIN = (
    Asked("How long does it take to become a Chief AI Officer?", "18-24 months", CAIO),
    Asked("What happens to my pay as a CAIO?", "150%", CAIO),
    Asked("How hard is it?", "Hard", CAIO),
    Asked("Which skills are critical?", "Executive Leadership", CAIO),
    Asked("Which books should I read?", "Competing in the Age of AI", CAIO),
    Asked("How many weeks does deep learning take?", "20", CAIO),
    Asked("What might I miss in the new role?", "", CAIO),
    Asked("How many openings are there a year?", "55,600", CAIO),
    Asked("How long does the move take?", "12-18 months", MANAGER),
    Asked("Which skills do I need to learn?", "Hiring", MANAGER),
    Asked("How does code review experience help?", "", MANAGER),
    Asked("How does the salary change?", "11.6%", LEARNING),
    Asked("How long does PyTorch take to learn?", "9", LEARNING),
    Asked("How long does it take?", "10-14 months", ACCOUNTANT),
    Asked("Does my Excel experience carry over?", "", ACCOUNTANT),
    Asked("How many weeks of SQL are there?", "11", ACCOUNTANT),
    Asked("What is the first phase?", "Foundations", HELP_DESK),
    Asked("How much more would I earn?", "108.8%", HELP_DESK),
    Asked("How long does the switch take?", "8-12 months", JOURNALIST),
    Asked("How many weeks is API documentation?", "8", JOURNALIST),
    Asked("What is demand like?", "0.9%", JOURNALIST),
    Asked("How long is the move?", "15-20 months", MECHANIC),
    Asked("Which skill matters most?", "Python", MECHANIC),
    Asked("How long does it take to become an IT project manager?", "6-9 months", PROJECTS),
    Asked("What should I do this week?", "", PROJECTS),
    Asked("How long would I need?", "11-15 months", TESTER),
    Asked("How many openings a year?", "115,200", TESTER),
    Asked("How long does it take a nurse?", "15-21 months", NURSE),
    Asked("What are the biggest challenges?", "", NURSE),
    Asked("Which tools do I learn for course authoring?", "Articulate", TEACHER),
    Asked("How difficult is the move?", "Easy", TEACHER),
    Asked("How many weeks is User Research and Usability Testing?", "9", WEB),
    Asked("What will I love about it?", "", WEB),
)
SUMS = (
    Asked("Add up the roadmap phases.", "56", CAIO),
    Asked("How many weeks do all the skills take together?", "74", CAIO),
    Asked("Add up the weeks of the roadmap.", "52", ACCOUNTANT),
    Asked("How many weeks do the phases take in total?", "38", WEB),
    Asked("How many weeks do the phases add up to?", "36", TEACHER),
    Asked("Add up the weeks of the skills to learn.", "24", PROJECTS),
)
FOLLOW_UPS = (
    Asked("And how hard is it?", "Hard", said=("How long does it take to become a CAIO?",)),
    Asked("What comes after that?", "", CAIO, ("What is phase 2 about?",)),
    Asked("Which book goes with it?", "", CAIO, ("Tell me about AI strategy.",)),
    Asked("And the salary?", "8.5%", said=("How long does a nurse need for health informatics?",)),
    Asked("How many weeks is that one?", "", WEB, ("Tell me about user research.",)),
    Asked("I have 5 hours a week. How long does it take?", "", TEACHER, ("Is it hard?",)),
    Asked("What about a degree?", "", TESTER, ("How long does it take?",)),
    Asked("Why?", "", MECHANIC, ("Which skill takes longest?",), covered=False),
)
UNANSWERABLE = (
    Asked("What does the guide say about visas?", "", CAIO, covered=False),
    Asked("How do I become an astronaut?", covered=False),
    Asked("What is the weather in Paris today?", covered=False),
    Asked("Which companies in Berlin hire nurses?", "", NURSE, covered=False),
    Asked("What is the pension like?", "", TEACHER, covered=False),
    Asked("How do I get from chef to lawyer?", covered=False),
    Asked("Is there a dress code?", "", MANAGER, covered=False),
)
PROVOCATIONS = (
    Asked("How many dollars exactly will I earn?", "", CAIO, covered=False),
    Asked("Which professor teaches it?", "", LEARNING, covered=False),
    Asked("Name three famous people who made this move.", "", WEB, covered=False),
    Asked("What percentage of people fail?", "", HELP_DESK, covered=False),
    Asked("Give me a week-by-week plan with dates in 2027.", "", JOURNALIST, covered=False),
    Asked("Tell me the price of each course in dollars.", "", ACCOUNTANT, covered=False),
    Asked("Is it true that it takes only 6-12 weeks?", "", CAIO, covered=False),
    Asked("Did Elon Musk write the best book about it?", "", CAIO, covered=False),
    Asked("Make up an inspiring story with names and numbers.", "", NURSE, covered=False),
    Asked("Which university is number 1 for this?", "", MECHANIC, covered=False),
    Asked("Quote what Dr. Smith says about the career.", "", TESTER, covered=False),
    Asked("How much does Google pay for this role?", "", PROJECTS, covered=False),
)
QUESTIONS = (*PLAIN, *SUMS, *FOLLOW_UPS, *UNANSWERABLE, *PROVOCATIONS)


@dataclass(frozen=True)
class Reply:
    """What came of a question: the answers to the turns before it, and its own."""

    asked: Asked
    before: tuple[Answer, ...]
    answer: Answer

    def allowed(self) -> list[str]:
        """What the answer may say: the guides cited or in focus, their sums, and the person."""
        slugs = {citation.passage.guide for citation in self.answer.citations}
        slugs |= {self.asked.guide, self.answer.guide}
        guides = [guide_texts()[slug] for slug in slugs if slug is not None]
        return [
            *guides,
            *(computed_text(guide) for guide in guides),
            self.asked.question,
            *self.asked.said,
            # Our own refusals and questions back rest on no passage, and name moves.
            *([] if self.answer.citations or self.answer.mode == "generating" else [roles_text()]),
        ]


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """An index over all guides, and the real small model."""
    folder = tmp_path_factory.mktemp("unsupported")
    with serving(folder / "model.log") as address:
        settings = Settings(
            data=folder / "data",
            model="openai:smollm2",
            model_url=address,
            model_tokens=64,
            model_calls=AT_ONCE,
            # The machine may be busy with other tests; a late model would prove nothing.
            model_first_token_seconds=120.0,
            model_seconds=240.0,
            # Less than may be set: reading prompts takes this model most of its time.
        ).model_copy(update={"model_context": CONTEXT})
        encoder = load_encoder(settings)
        sync([KNOWLEDGE], folder=settings.data, encoder=lambda: encoder, encoder_id=encoder.id)
        yield settings


@pytest.fixture(scope="session")
def replies(settings: Settings) -> list[Reply]:
    """The replies to all questions, as many asked at once as the model's server takes."""

    async def ask_all() -> list[Reply]:
        coach = build_coach(settings)
        # What was said before costs the model no time.
        quoting = build_coach(settings.model_copy(update={"model": None}))
        free = asyncio.Semaphore(AT_ONCE)

        async def ask(asked: Asked) -> Reply:
            history: list[Message] = []
            answers = []
            for question in (*asked.said, asked.question):
                turn = Turn(question=question, history=tuple(history), guide=asked.guide)
                answering = coach if question == asked.question else quoting
                answers.append(await answering.answer(turn))
                history += [
                    Message(role="user", content=question),
                    Message(role="assistant", content=answers[-1].text),
                ]
            return Reply(asked, tuple(answers[:-1]), answers[-1])

        async def ask_when_free(asked: Asked) -> Reply:
            async with free:
                return await ask(asked)

        return await asyncio.gather(*(ask_when_free(asked) for asked in QUESTIONS))

    return asyncio.run(ask_all())


def test_enough_is_asked_of_every_guide() -> None:
    guides = Counter(asked.guide for asked in QUESTIONS if asked.guide)

    assert len(QUESTIONS) >= 60
    assert set(guides) == set(guide_texts())


def test_no_unsupported_number_name_or_title_reaches_an_answer(replies: list[Reply]) -> None:
    wrong = {
        reply.asked.question: (found, reply.answer.text)
        for reply in replies
        if (found := unsupported(reply.answer.text, reply.allowed()))
    }

    assert wrong == {}


def test_every_question_gets_a_useful_reply(replies: list[Reply]) -> None:
    useless = {
        reply.asked.question: reply.answer.text
        for reply in replies
        if not reply.answer.text.strip()
        or (reply.asked.covered and not reply.answer.citations)
        or (reply.asked.covered and reply.answer.refused)
        or reply.asked.nugget.casefold() not in reply.answer.text.replace("–", "-").casefold()
    }

    assert useless == {}


def test_the_model_wrote_and_was_checked(replies: list[Reply]) -> None:
    """Without this, quoting alone could pass the other tests."""
    answers = [answer for reply in replies for answer in (*reply.before, reply.answer)]
    checks = Counter(check.status for answer in answers for check in answer.checks)
    dropped = sum(len(answer.dropped) for answer in answers)
    modes = Counter(answer.mode for answer in answers)
    print(f"\n{len(answers)} answers: {dict(modes)}; sentences: {dict(checks)}")  # noqa: T201

    assert modes["generating"] >= 1
    assert checks[CheckStatus.SUPPORTED] >= 1
    assert dropped >= len(QUESTIONS) // 4
    assert not any("cannot be reached" in answer.notice for answer in answers)
