"""Writing by a model on a real server that says what the test wants, over two short passages."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.answering.checking import Evidence, markers
from coach.answering.draft import Draft
from coach.answering.generating import Writing, write
from coach.answering.material import Composition
from coach.domain import (
    Check,
    CheckStatus,
    Citation,
    Coverage,
    CoverageStatus,
    Message,
    Passage,
    Prompt,
    Section,
    Span,
)
from tests.coach.model_servers import (
    Behaviour,
    answering,
    cutting,
    failing,
    stalling,
)
from tests.coach.stage import Stage


def passage(text: str, heading: str) -> Passage:
    return Passage(
        id=heading,
        source="travel.md",
        guide=None,
        section=Section.DOCUMENT,
        headings=("Travel Handbook", heading),
        text=text,
        span=Span(start=0, end=len(text), first_line=1, last_line=1),
    )


TRAINS = passage(
    "The travel desk books trains in second class.\nA seat reservation is always included.",
    "Trains",
)
HOTELS = passage(
    "Hotels may cost up to 140 crowns a night. Send the receipt to the travel desk within 2 weeks.",
    "Hotels",
)
MEALS = passage(
    "Breakfast costs 15 crowns and dinner costs 30 crowns. Meals are paid back in 3 weeks.", "Meals"
)
PASSAGES = (TRAINS, HOTELS, MEALS)
PROMPT = Prompt(system="Rules.", messages=(Message(role="user", content="What may I spend?"),))

HOTEL = "Hotels may cost up to 140 crowns a night [2]."
RECEIPT = "Send the receipt to the travel desk within 2 weeks [2]."
TRAIN = "The travel desk books trains in second class [1]."
DINNER = "Dinner costs 30 crowns [3]."
WRONG = "Hotels may cost up to 900 crowns a night [2]."
GENERAL = "Good question!"
QUOTED = "Hotels may cost up to 140 crowns a night. [1]\n\nBreakfast costs 15 crowns. [2]"


def composition(
    *, absent: Sequence[str] = (), derived: Sequence[str] = (), text: str = QUOTED
) -> Composition:
    """The answer by quoting: hotels and breakfast, then what was computed."""
    draft = Draft(lambda _: ())
    draft.cite_words(HOTELS, "Hotels may cost up to 140 crowns a night.")
    draft.cite_words(MEALS, "Breakfast costs 15 crowns")
    return Composition(
        "\n\n".join([*absent, text, *derived]),
        refused=bool(absent),
        coverage=Coverage(status=CoverageStatus.COVERED),
        citations=draft.citations,
        follow_ups=(),
        guide=None,
        absent=tuple(absent),
        derived=tuple(derived),
    )


@dataclass(frozen=True)
class State:
    """An answer at one moment."""

    text: str
    citations: tuple[Citation, ...]
    checks: tuple[Check, ...]
    notice: str
    written: bool
    model_seconds: float

    @classmethod
    def of(cls, now: Writing) -> State:
        return cls(
            now.text, now.citations, tuple(now.checks), now.notice, now.written, now.model_seconds
        )


pytestmark = pytest.mark.asyncio(loop_scope="module")


class Written:
    """Writes with the model on the stage."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def begin(
        self, *behaviours: Behaviour, quoted: Composition | None = None, **limits: Any
    ) -> tuple[Writing, AsyncGenerator[None]]:
        quoted = quoted or composition()
        evidence = Evidence(
            passages=PASSAGES,
            said="What may I spend?",
            guide=None,
            guides={},
            rarity=lambda _: 1.0,
            derived=quoted.derived,
        )
        self.stage.play(*behaviours)
        model = self.stage.open(**limits) if limits else self.stage.model
        writing = Writing(quoted, evidence, Draft(lambda _: ()))
        return writing, write(model, PROMPT, writing)

    async def __call__(
        self, *behaviours: Behaviour, quoted: Composition | None = None, **limits: Any
    ) -> tuple[list[State], list[dict[str, Any]]]:
        """Each state of the answer, and the requests that the model's server got."""
        writing, shown = self.begin(*behaviours, quoted=quoted, **limits)
        states = [State.of(writing) async for _ in shown]
        # What was checked after the last sentence shown is known at the end.
        return [*states[:-1], State.of(writing)], self.stage.requests


@pytest.fixture(scope="module")
def written() -> Iterator[Written]:
    with Stage.opened() as stage:
        yield Written(stage)


def statuses(state: State) -> list[CheckStatus]:
    return [check.status for check in state.checks]


async def test_sentences_are_shown_one_by_one_as_they_pass(written: Written) -> None:
    states, requests = await written(answering(f"{HOTEL} {RECEIPT}\n\n", f"- {DINNER}\n- {TRAIN}"))

    assert [state.text for state in states] == [
        "Hotels may cost up to 140 crowns a night [1].",
        "Hotels may cost up to 140 crowns a night [1]. "
        "Send the receipt to the travel desk within 2 weeks [1].",
        "Hotels may cost up to 140 crowns a night [1]. "
        "Send the receipt to the travel desk within 2 weeks [1].\n\n- Dinner costs 30 crowns [2].",
        "Hotels may cost up to 140 crowns a night [1]. "
        "Send the receipt to the travel desk within 2 weeks [1].\n\n- Dinner costs 30 crowns [2].\n"
        "- The travel desk books trains in second class [3].",
    ]
    assert states[-1].notice == ""
    assert states[-1].written
    assert len(requests) == 1


async def test_a_sentence_is_shown_while_the_model_still_writes_the_next(written: Written) -> None:
    disconnected = written.stage.server.disconnected
    writing, shown = written.begin(stalling(f"{HOTEL} And", " then"))
    async with aclosing(shown):
        await anext(shown)

        assert writing.text == "Hotels may cost up to 140 crowns a night [1]."
        assert not disconnected.is_set()

    assert await asyncio.to_thread(disconnected.wait, 1)


SCRIPT = (
    f"{GENERAL} {HOTEL} {WRONG} Then see https://evil.example/x [1].\n\n- {DINNER}\n- {HOTEL}\n"
    f"- Elon Musk pays [3].\n\n{RECEIPT} Unfinished"
)
SECOND = f"{TRAIN} {WRONG}"


CUTS = st.lists(st.integers(0, len(SCRIPT)), max_size=40)


def tokens_of(cuts: list[int]) -> list[str]:
    ends = sorted(cuts)
    parts = (SCRIPT[a:b] for a, b in zip([0, *ends], [*ends, len(SCRIPT)], strict=True))
    return [part for part in parts if part]


@settings(max_examples=40, deadline=None)
@given(cuts=CUTS)
async def test_text_only_ever_grows_and_nothing_that_failed_is_in_it(
    written: Written, cuts: list[int]
) -> None:
    states, requests = await written(answering(*tokens_of(cuts)), answering(SECOND))

    assert len(requests) == 2
    assert_only_grown(states, failed=5)


@settings(max_examples=8, deadline=None)
@given(cuts=CUTS)
async def test_text_only_ever_grows_when_the_connection_is_cut(
    written: Written, cuts: list[int]
) -> None:
    # A model of its own: one that fails again and again is left alone.
    states, requests = await written(cutting(*tokens_of(cuts)), seconds=10)

    assert len(requests) == 1
    assert_only_grown(states, failed=3)


def assert_only_grown(states: Sequence[State], failed: int) -> None:
    for earlier, later in pairwise(states):
        assert later.text.startswith(earlier.text)
        assert len(later.text) > len(earlier.text)
    for state in states:
        assert not re.search(r"900|evil|Musk|Unfinished", state.text)
    last = states[-1]
    assert last.text.count("140 crowns") == 1
    assert last.text.startswith("Good question! Hotels may cost up to 140 crowns a night [1].")
    assert "- Dinner costs 30 crowns [2]." in last.text
    assert sum(status is CheckStatus.FAILED for status in statuses(last)) == failed


async def test_markers_are_numbered_by_first_use_and_stand_for_exact_words(
    written: Written,
) -> None:
    states, _ = await written(
        answering(
            f"{DINNER} Dinner costs 30 crowns and hotels up to 140 crowns a night [2][3]. "
            "Breakfast costs 15 crowns and trains are booked in second class [3, 1] [3]."
        )
    )

    last = states[-1]
    assert last.text == (
        "Dinner costs 30 crowns [1]. Dinner costs 30 crowns and hotels up to 140 crowns a night "
        "[2][1]. Breakfast costs 15 crowns and trains are booked in second class [1][3]."
    )
    assert [citation.passage for citation in last.citations] == [MEALS, HOTELS, TRAINS]
    for citation in last.citations:
        assert citation.quote in citation.passage.text
    assert last.citations[1].quote == "Hotels may cost up to 140 crowns a night."
    assert last.citations[2].quote == "The travel desk books trains in second class."


async def test_every_state_has_a_citation_for_each_marker_and_no_other(written: Written) -> None:
    # The second sentence repeats the first from another source; it must not take a number.
    states, _ = await written(
        answering(f"{HOTEL} Hotels may cost up to 140 crowns a night [2][1]. {DINNER} {WRONG}")
    )

    for state in states:
        numbers = [citation.marker for citation in state.citations]
        assert list(markers(state.text)) == numbers == list(range(1, len(numbers) + 1))
    assert states[-1].text.count("140 crowns") == 1


@pytest.mark.parametrize(
    "again",
    [HOTEL, f"- {HOTEL}", f"**{HOTEL}**", HOTEL.upper(), HOTEL.replace(" [2]", "")[:-1] + ". [2]"],
    ids=["same", "in a list", "bold", "capitals", "marker behind"],
)
async def test_what_was_said_is_not_shown_twice(written: Written, again: str) -> None:
    states, requests = await written(answering(f"{HOTEL}\n{again}\n{again}"))

    assert states[-1].text == "Hotels may cost up to 140 crowns a night [1]."
    assert len(states) == len(requests) == 1


async def test_a_short_sentence_is_not_taken_for_part_of_a_longer_one(written: Written) -> None:
    states, _ = await written(answering(f"Breakfast costs 15 crowns and {DINNER}\n- {DINNER}"))

    assert states[-1].text.endswith("\n- Dinner costs 30 crowns [1].")


async def test_one_general_sentence_is_shown_and_the_model_is_not_asked_again_for_more(
    written: Written,
) -> None:
    states, requests = await written(answering(f"{GENERAL} {HOTEL} Good luck! You are welcome."))

    last = states[-1]
    assert last.text == "Good question! Hotels may cost up to 140 crowns a night [1]."
    assert statuses(last) == ["general", "supported", "failed", "failed"]
    assert "Only one sentence" in last.checks[-1].reason
    assert last.notice == ""
    assert len(requests) == 1


async def test_an_item_of_a_list_has_a_line_of_its_own_behind_a_sentence_that_failed(
    written: Written,
) -> None:
    states, _ = await written(answering(f"{HOTEL} {WRONG}\n- {DINNER} {WRONG} {RECEIPT}"))

    assert states[-1].text == (
        "Hotels may cost up to 140 crowns a night [1].\n- Dinner costs 30 crowns [2]. "
        "Send the receipt to the travel desk within 2 weeks [1]."
    )


async def test_what_failed_is_told_to_the_model_once_with_the_reason(written: Written) -> None:
    states, requests = await written(answering(f"{HOTEL} {WRONG}"), answering(DINNER))

    assert states[-1].text == (
        "Hotels may cost up to 140 crowns a night [1].\n\nDinner costs 30 crowns [2]."
    )
    assert states[-1].notice == ""
    first, second = (request["messages"] for request in requests)
    assert second[: len(first)] == first
    assert second[-2] == {
        "role": "assistant",
        "content": "Hotels may cost up to 140 crowns a night.",
    }
    assert f"- {WRONG} (“900 crowns” does not stand in its source.)" in second[-1]["content"]
    assert HOTEL not in second[-1]["content"]


async def test_a_second_reply_mends_and_does_not_chat(written: Written) -> None:
    states, _ = await written(
        answering(f"- {HOTEL}\n- {WRONG}"), answering(f"{GENERAL}\n- {DINNER}")
    )

    assert states[-1].text == (
        "- Hotels may cost up to 140 crowns a night [1].\n\n- Dinner costs 30 crowns [2]."
    )


async def test_when_less_than_half_stands_the_quoted_answer_follows_and_what_was_shown_stays(
    written: Written,
) -> None:
    states, requests = await written(answering(f"{TRAIN} {WRONG} {WRONG.replace('900', '901')}"))

    assert len(requests) == 2
    assert states[0].text == "The travel desk books trains in second class [1]."
    assert states[-1].text == (
        "The travel desk books trains in second class [1].\n\n"
        "Hotels may cost up to 140 crowns a night. [2]\n\nBreakfast costs 15 crowns. [3]"
    )
    assert states[-1].notice == (
        "The rest is quoted from the guide, because not all that the writing assistant wrote could "
        "be checked."
    )
    assert states[-1].written


async def test_when_half_stands_nothing_is_quoted(written: Written) -> None:
    states, _ = await written(answering(f"{HOTEL} {WRONG}"))

    assert states[-1].text == "Hotels may cost up to 140 crowns a night [1]."
    assert states[-1].notice == ""


async def test_when_nothing_stands_the_quoted_answer_stands_alone(written: Written) -> None:
    states, requests = await written(answering(WRONG))

    assert [state.text for state in states] == [QUOTED]
    assert not states[-1].written
    assert states[-1].notice == (
        "Quoted from the guide, because what the writing assistant wrote could not be checked."
    )
    assert statuses(states[-1])[:2] == ["failed", "failed"]
    assert len(requests) == 2


async def test_true_sentences_that_do_not_answer_are_followed_by_the_quoted_answer(
    written: Written,
) -> None:
    states, requests = await written(answering(TRAIN))

    assert states[-1].text.startswith("The travel desk books trains in second class [1].\n\nHotels")
    assert states[-1].notice == (
        "The rest is quoted from the guide, because the writing assistant left out part of the "
        "answer."
    )
    assert len(requests) == 1


async def test_what_was_said_word_for_word_is_not_quoted_after_it(written: Written) -> None:
    states, _ = await written(
        answering(f"{HOTEL} {WRONG} Dinner costs 31 crowns [3]. Dinner costs 32 crowns [3].")
    )

    assert states[-1].text == (
        "Hotels may cost up to 140 crowns a night [1].\n\nBreakfast costs 15 crowns. [2]"
    )
    assert [citation.marker for citation in states[-1].citations] == [1, 2]


ABSENT = "The guide says nothing about parking."


async def test_what_is_missing_is_said_first_in_our_own_words_and_once(written: Written) -> None:
    quoted = composition(absent=[ABSENT])

    states, _ = await written(answering(f"{ABSENT}\n- {HOTEL}"), quoted=quoted)

    assert [state.text for state in states] == [
        f"{ABSENT}\n\n- Hotels may cost up to 140 crowns a night [1]."
    ]


@pytest.mark.parametrize(("reply", "begins"), [(WRONG, ABSENT), (TRAIN, f"{ABSENT}\n\nThe travel")])
async def test_what_is_missing_is_not_said_again_by_the_quoted_answer(
    written: Written, reply: str, begins: str
) -> None:
    states, _ = await written(answering(reply), quoted=composition(absent=[ABSENT]))

    assert states[-1].text.startswith(begins)
    assert states[-1].text.count(ABSENT) == 1
    assert "140 crowns" in states[-1].text


SUM = "A receipt and its meals add up to 5 weeks: 2 + 3. [1][2]"


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        ("A receipt and its meals add up to 5 weeks [2][3].", True),
        ("A receipt and its meals add up to 5 weeks [2].", False),
        (f"{RECEIPT} Meals are paid back in 3 weeks [3].", False),
        (f"{RECEIPT} {HOTEL} Together they add up to 6 weeks [2][3].", False),
    ],
    ids=["told", "not all of it cited", "not told", "told wrong"],
)
async def test_a_computed_figure_is_told_with_all_its_sources_in_any_case(
    written: Written, reply: str, told: bool
) -> None:
    quoted = composition(derived=[SUM], text="")

    states, _ = await written(answering(reply), quoted=quoted)

    last = states[-1]
    assert "5 weeks" in last.text
    assert "6 weeks" not in last.text
    assert {citation.passage.heading for citation in last.citations} == {
        HOTELS.heading,
        MEALS.heading,
    }
    assert (last.notice == "") is told


CUT_OFF = "the writing assistant's answer came back broken"
LATE = "the writing assistant took too long"


@pytest.mark.parametrize(
    ("behaviour", "why"),
    [
        (cutting(), "the writing assistant cannot be reached just now"),
        (cutting("Hotels may"), CUT_OFF),
        (stalling(), LATE),
        (stalling("Hotels may"), LATE),
        (answering(""), CUT_OFF),
        (answering("<think>Hotels may cost 1 crown [2].</think>"), CUT_OFF),
        (failing(401), "the writing assistant is not set up correctly"),
        (failing(404), "the writing assistant is not set up correctly"),
        (
            failing(400, "no", code="context_length_exceeded"),
            "there was too much text for the writing assistant",
        ),
    ],
    ids=[
        "cut at once", "cut", "never begins", "stalls", "empty", "only thinks", "wrong key",
        "unknown model", "too long",
    ],
)  # fmt: skip
async def test_a_model_that_fails_before_anything_is_shown_leaves_the_quoted_answer(
    written: Written, behaviour: Behaviour, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    states, _ = await written(behaviour, first_token_seconds=0.6, seconds=0.8)

    assert [state.text for state in states] == [QUOTED]
    assert states[0].notice == f"Quoted from the guide, because {why}."
    assert "The language model failed: small at 127.0.0.1" in caplog.text


@pytest.mark.parametrize(
    ("behaviour", "why"),
    [
        (cutting(f"{TRAIN} Hotels may cost"), CUT_OFF),
        (stalling(f"{TRAIN} Hotels may cost"), LATE),
        (answering(f"{TRAIN} Hotels may cost", finish=None), CUT_OFF),
    ],
    ids=["cut", "stalls", "ends without an end"],
)
async def test_a_model_that_fails_in_the_middle_is_followed_by_the_quoted_answer(
    written: Written, behaviour: Behaviour, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    states, _ = await written(behaviour, seconds=0.8)

    assert states[0].text == "The travel desk books trains in second class [1]."
    assert states[-1].text == (
        f"{states[0].text}\n\nHotels may cost up to 140 crowns a night. [2]"
        "\n\nBreakfast costs 15 crowns. [3]"
    )
    assert states[-1].notice == f"The rest is quoted from the guide, because {why}."
    assert "The language model failed" in caplog.text


@pytest.mark.parametrize("second", [answering(""), cutting(), failing(401)])
async def test_a_second_reply_that_fails_takes_nothing_from_an_answer_that_stands(
    written: Written,
    second: Behaviour,
) -> None:
    states, _ = await written(answering(f"{HOTEL} {WRONG}"), second)

    assert states[-1].text == "Hotels may cost up to 140 crowns a night [1]."
    assert states[-1].notice == ""


async def test_a_second_reply_that_fails_after_too_little_says_why_the_rest_is_quoted(
    written: Written,
) -> None:
    two_wrong = f"{TRAIN} {WRONG} {WRONG.replace('900', '901')}"

    states, _ = await written(answering(two_wrong), failing(401))

    assert states[-1].notice == (
        "The rest is quoted from the guide, because the writing assistant is not set up correctly."
    )
    assert "Hotels may cost up to 140 crowns a night. [2]" in states[-1].text


async def test_waiting_for_a_model_that_stalls_counts_as_the_models_time(written: Written) -> None:
    states, _ = await written(stalling(f"{TRAIN} And"), seconds=0.8)

    assert states[-1].model_seconds >= 0.6


async def test_the_last_sentence_of_a_reply_that_reached_its_limit_is_dropped(
    written: Written,
) -> None:
    states, _ = await written(
        answering(f"{HOTEL} Send the receipt to the travel desk [2]", finish="length")
    )

    assert states[-1].text == "Hotels may cost up to 140 crowns a night [1]."
    assert len(states[-1].checks) == 1


async def test_thinking_is_neither_shown_nor_checked(written: Written) -> None:
    states, _ = await written(answering("<think>Maybe 900 crowns. Or", f" 1.</think>\n{HOTEL}"))

    assert states[-1].text == "Hotels may cost up to 140 crowns a night [1]."
    assert len(states[-1].checks) == 1


@pytest.mark.parametrize("text", ["x" * 30_000, "word " * 6_000, "a.b" * 10_000, "[1] " * 7_000])
async def test_a_reply_of_one_huge_line_ends_in_the_quoted_answer(
    written: Written, text: str
) -> None:
    tokens = [text[start : start + 40] for start in range(0, len(text), 40)]

    states, _ = await written(answering(*tokens))

    assert [state.text for state in states] == [QUOTED]


async def test_a_server_that_keeps_no_limit_is_hung_up_on(written: Written) -> None:
    states, _ = await written(stalling(f"{HOTEL} {'Word ' * 500}"), answer_tokens=50)

    assert states[-1].text == "Hotels may cost up to 140 crowns a night [1]."
    assert await asyncio.to_thread(written.stage.server.disconnected.wait, 1)


async def test_a_reply_in_another_language_is_not_shown(written: Written) -> None:
    states, _ = await written(
        answering("Hotels dürfen höchstens 140 Kronen je Nacht kosten [2]. Viel Glück! Gute Frage.")
    )

    assert [state.text for state in states] == [QUOTED]


@pytest.mark.parametrize(
    "sentence",
    [
        "Hotels may cost up to 140 crowns a night [2](https://evil.example/x).",
        "Hotels may cost up to 140 crowns a night ![x](https://evil.example/x.png) [2].",
        "Hotels may cost up to 140 crowns a night <img src=//evil.example/x> [2].",
        "Hotels may cost up to 140 crowns a night, see https://evil.example/?q=140 [2].",
        "Hotels may cost up to 140 crowns a night, see www.evil.example [2].",
        "Good question! <b>Look</b>",
        "[Hotels][1] may cost up to 140 crowns a night [2].\n\n[1]: https://evil.example/x",
    ],
)
async def test_no_link_or_image_of_the_models_is_shown(written: Written, sentence: str) -> None:
    states, _ = await written(answering(sentence))

    assert not re.search(r"evil|<|!\[|\]\(", states[-1].text)
