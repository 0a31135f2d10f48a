"""Answers written by a language model, shown sentence by sentence as each passes its checks.

What quoting composed goes along: its lines are notes for the model, its coverage and its refusal
stand, and it follows wherever the model fails or less than half of what it writes can be shown.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from coach.answering.amounts import COUNT, find_amounts
from coach.answering.checking import Evidence, check_sentence, markers, without_markers
from coach.answering.draft import Draft
from coach.answering.extracting import pieces
from coach.answering.material import Composition
from coach.answering.prompts import retry_prompt
from coach.answering.sentences import Piece, SentenceStream
from coach.domain import Check, CheckStatus, Citation, Passage, Prompt, Range
from coach.errors import ModelError
from coach.terms import terms

if TYPE_CHECKING:
    from coach.language_model import LanguageModel

log = logging.getLogger(__name__)

LEAST_SHOWN = 0.5
UNCHECKED = "what the writing assistant wrote could not be checked"
PARTLY_UNCHECKED = "not all that the writing assistant wrote could be checked"
INCOMPLETE = "the writing assistant left out part of the answer"
_SURPLUS = "Only one sentence of an answer may go without a source."
# A server that keeps no limit of tokens is cut off here; no language has longer ones on average.
_CHARACTERS_A_TOKEN = 16
_MARKER = re.compile(r"\[(\d{1,3})\]")
_MARKERS = re.compile(r"(?:\s*\[\d{1,3}(?:\s*[,;]\s*\d{1,3})*\])+")
_LIST_MARK = re.compile(r"^(?:[-*•]|\d{1,2}[.)])\s+")
_EMPTY_LINES = re.compile(r"\n{3,}")


@dataclass
class Writing:
    """An answer being written: what is shown so far, and all that was checked.

    Attributes:
        quoted: the same answer by quoting.
        evidence: what sentences are checked against.
        draft: numbers the sources.
        text: what may be shown.
        checks: a check for every sentence, shown or not, in order.
        notice: why the text was quoted, wholly or in part; empty when it was not.
        written: whether any of the text is the model's.
        model_seconds: time spent waiting for the model.
    """

    quoted: Composition
    evidence: Evidence
    draft: Draft
    text: str = ""
    checks: list[Check] = field(default_factory=list)
    notice: str = ""
    written: bool = False
    model_seconds: float = 0.0
    _gap: str = ""
    _shown: set[str] = field(default_factory=set)
    _may_chat: bool = True

    def __post_init__(self) -> None:
        """Begin with what the guides do not hold, in our own words."""
        for line in self.quoted.absent:
            self._show(line, "\n\n")
        self._gap = "\n\n"

    @property
    def citations(self) -> tuple[Citation, ...]:
        """What the markers of the text stand for."""
        return self.draft.citations

    def take(self, piece: Piece) -> bool:
        """Check a sentence and show it if it passes; whether it is shown."""
        self._gap = max(self._gap, piece.gap, key=_breadth)
        if _bare(piece.text) in self._shown:
            return False
        check = check_sentence(piece.text, self.evidence)
        if check.status is CheckStatus.GENERAL and not self._may_chat:
            check = check.model_copy(update={"status": CheckStatus.FAILED, "reason": _SURPLUS})
        self.checks.append(check)
        if check.status is CheckStatus.FAILED:
            return False
        if check.status is CheckStatus.GENERAL:
            self._may_chat = False
        self._show(self._renumbered(piece.text), self._gap or " ")
        self._gap = ""
        self.written = True
        return True

    def failed(self, since: int = 0) -> list[Check]:
        """What could not be shown, from a check on; what merely was one too many is not told."""
        return [
            check
            for check in self.checks[since:]
            if check.status is CheckStatus.FAILED and check.reason != _SURPLUS
        ]

    def begin_again(self) -> None:
        """Take another reply, which stands apart and is there to mend, not to chat."""
        self._gap = "\n\n"
        self._may_chat = False

    def append_quoted(self, why: str) -> None:
        """Let the quoted answer follow what is shown, or stand alone when nothing is."""
        self.notice = f"Quoted from the guide, because {why}."
        if self.written:
            self.notice = f"The rest is quoted from the guide, because {why}."
        else:
            self.text = ""
            self._shown.clear()
        passages = {citation.marker: citation for citation in self.quoted.citations}

        def renumbered(marker: re.Match[str]) -> str:
            citation = passages.get(int(marker[1]))
            return (
                self.draft.cite_words(citation.passage, citation.quote) if citation else marker[0]
            )

        text = "\n".join(
            _MARKER.sub(renumbered, line)
            for line in self.quoted.text.split("\n")
            if _bare(line) not in self._shown
        )
        self._show(_EMPTY_LINES.sub("\n\n", text.strip("\n")), "\n\n")
        self.checks += self.quoted.checks

    def _show(self, text: str, gap: str) -> None:
        if text:
            self.text += gap + text if self.text else text
            self._shown.add(_bare(text))

    def _renumbered(self, sentence: str) -> str:
        """The sentence with its markers numbered as the answer's are, in order of first use."""
        quotes = {citation.passage.id: citation.quote for citation in self.quoted.citations}

        def renumbered(group: re.Match[str]) -> str:
            cited = [self.evidence.passages[number - 1] for number in markers(group.group())]
            words = [_words_behind(sentence, one, quotes.get(one.id)) for one in cited]
            return " " + "".join(
                dict.fromkeys(map(self.draft.cite_words, cited, words)),
            )

        return _MARKERS.sub(renumbered, sentence).strip()


def _bare(sentence: str) -> str:
    """What a sentence says, for comparing: without markers, list mark, emphasis and case."""
    return _LIST_MARK.sub("", without_markers(sentence).replace("*", "").strip()).casefold()


def _breadth(gap: str) -> tuple[int, int]:
    """How far a gap parts sentences: lines count more than spaces."""
    return gap.count("\n"), len(gap)


def _words_behind(sentence: str, passage: Passage, quote: str | None) -> str:
    """The words of a passage that have most of a sentence's words and figures in them.

    Args:
        sentence: the sentence.
        passage: what it cites.
        quote: the words that the quoted answer took from it; they win over others as good.
    """
    wanted = set(terms(without_markers(sentence)))
    candidates = [*filter(None, [quote]), *pieces(passage)] or [passage.text]
    return max(candidates, key=lambda words: len(wanted & set(terms(words))))


async def write(model: LanguageModel, prompt: Prompt, writing: Writing) -> AsyncGenerator[None]:
    """Write an answer, yielding each time that more of it is shown.

    Where the model fails, or too little of what it says can be shown, the quoted answer follows.

    Args:
        model: writes the sentences.
        prompt: what it is told.
        writing: a new one, which holds the whole answer in the end.
    """
    second = 0
    failure: ModelError | None = None
    try:
        async with aclosing(_reply(model, prompt, writing)) as shown:
            async for _ in shown:
                yield
        if failed := writing.failed():
            second = len(writing.checks)
            again = retry_prompt(
                prompt,
                writing.text,
                failed,
                budget=model.context - model.answer_tokens,
                count=model.count_tokens,
            )
            writing.begin_again()
            async with aclosing(_reply(model, again, writing)) as shown:
                async for _ in shown:
                    yield
    except ModelError as error:
        log.warning("The language model failed: %s", error)
        failure = error
    if why := _shortcoming(writing, second, failure):
        writing.append_quoted(why)
        yield


async def _reply(model: LanguageModel, prompt: Prompt, writing: Writing) -> AsyncGenerator[None]:
    """One reply of the model, yielding after each sentence that is shown."""
    stream = SentenceStream()
    left = model.answer_tokens * _CHARACTERS_A_TOKEN
    waiting_since = time.perf_counter()
    async with aclosing(model.stream(prompt)) as reply:
        try:
            async for text in reply:
                writing.model_seconds += time.perf_counter() - waiting_since
                for piece in stream.feed(text[:left]):
                    if writing.take(piece):
                        yield
                left -= len(text)
                waiting_since = time.perf_counter()
                if left < 0:
                    break
        finally:
            writing.model_seconds += time.perf_counter() - waiting_since
    # The last sentence of a reply that was cut short is not whole.
    for piece in () if reply.cut_short or left < 0 else stream.end():
        if writing.take(piece):
            yield


def _shortcoming(writing: Writing, second: int, failure: ModelError | None) -> str:
    """Why what is shown does not do as an answer; empty when it does.

    Args:
        writing: what was written.
        second: the number of checks before the second reply; 0 when there was none.
        failure: what ended the last reply before its time.
    """
    if failure is not None and not second:
        return failure.plain
    # What the second reply mends no longer counts against the first.
    failed = len(writing.failed(second if len(writing.checks) > second else 0))
    shown = sum(check.status is CheckStatus.SUPPORTED for check in writing.checks)
    if shown < LEAST_SHOWN * (shown + failed) or not writing.written:
        if failure is not None:
            return failure.plain
        return PARTLY_UNCHECKED if writing.written else UNCHECKED
    return "" if _says_enough(writing) else INCOMPLETE


def _says_enough(writing: Writing) -> bool:
    """Whether a passage that answers is cited, and every figure computed for the answer is told."""
    cited = {citation.passage.id for citation in writing.citations}
    answering = {citation.marker: citation.passage for citation in writing.quoted.citations}
    told = _figures(without_markers(writing.text))
    for line in writing.quoted.derived:
        sources = [answering[number] for number in markers(line) if number in answering]
        held = {figure for passage in sources for figure in _figures(passage.text)}
        computed = [figure for figure in _figures(without_markers(line)) if figure not in held]
        # A line that computes ends in the result.
        if not {one.id for one in sources} <= cited or not set(computed[-1:]) <= set(told):
            return False
    return any(passage.id in cited for passage in answering.values())


def _figures(text: str) -> list[tuple[str, Range]]:
    """The figures of a text that have a unit, each with it, in their order."""
    return [(one.unit, one.amount) for one in find_amounts(text) if one.unit != COUNT]
