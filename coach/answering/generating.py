"""Answers written by a language model, shown sentence by sentence as each passes its checks.

What quoting composed goes along: its lines are notes for the model, its coverage and its refusal
stand, and it follows wherever the model fails or less than half of what it writes can be shown.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from coach.answering.checking import Evidence, check_sentence, markers, without_markers
from coach.answering.draft import Draft
from coach.answering.extracting import pieces
from coach.answering.material import Composition
from coach.answering.prompts import retry_prompt
from coach.answering.sentences import Piece, SentenceStream
from coach.domain import Check, CheckStatus, Citation, Passage, Prompt
from coach.errors import ModelError
from coach.terms import terms

if TYPE_CHECKING:
    from coach.language_model import LanguageModel

log = logging.getLogger(__name__)

LEAST_SHOWN = 0.5
UNCHECKED = "Quoted from the guide, because what the writing assistant wrote could not be checked."
PARTLY_UNCHECKED = (
    "The rest is quoted from the guide, because not all that the writing assistant wrote could be "
    "checked."
)
_GROUP = re.compile(r"\s*\[\d{1,3}(?:\s*[,;]\s*\d{1,3})*\]")
_MARKER = re.compile(r"\[(\d{1,3})\]")


@dataclass
class Writing:
    """An answer being written: what is shown so far, and all that was checked.

    Attributes:
        text: what may be shown.
        checks: a check for every sentence, shown or not, in order.
        notice: why the text was quoted, wholly or in part; empty when it was not.
        written: whether any of the text is the model's.
        model_seconds: time spent waiting for the model.
    """

    evidence: Evidence
    draft: Draft
    text: str = ""
    checks: list[Check] = field(default_factory=list)
    notice: str = ""
    written: bool = False
    model_seconds: float = 0.0
    _gap: str = ""

    @property
    def citations(self) -> tuple[Citation, ...]:
        """What the markers of the text stand for."""
        return self.draft.citations

    def take(self, piece: Piece) -> bool:
        """Check a sentence and show it if it passes; whether it is shown."""
        check = check_sentence(piece.text, self.evidence)
        if check.status is CheckStatus.GENERAL and self._has_general():
            reason = "Only one sentence of an answer may go without a source."
            check = check.model_copy(update={"status": CheckStatus.FAILED, "reason": reason})
        shown = self._remarked(piece.text) if check.status is not CheckStatus.FAILED else ""
        self._gap = max(self._gap, piece.gap, key=len)
        if shown and without_markers(shown) in without_markers(self.text):
            return False
        self.checks.append(check)
        if not shown:
            return False
        self.text += (self._gap or " ") + shown if self.text else shown
        self._gap = ""
        self.written = True
        return True

    def append(self, quoted: Composition) -> None:
        """Let the quoted answer follow what is shown."""
        numbers = {
            citation.marker: self.draft.cite_words(citation.passage, citation.quote)
            for citation in quoted.citations
        }
        shown = without_markers(self.text)
        lines = [
            _MARKER.sub(lambda match: numbers.get(int(match[1]), match[0]), line)
            for line in quoted.text.split("\n")
            if not line or without_markers(line) not in shown
        ]
        self.checks += quoted.checks
        text = "\n".join(lines).strip()
        self.text = f"{self.text}\n\n{text}" if self.text else text

    def _has_general(self) -> bool:
        return any(check.status is CheckStatus.GENERAL for check in self.checks)

    def _remarked(self, sentence: str) -> str:
        """The sentence with its markers numbered as the answer's are, in order of first use."""

        def renumbered(group: re.Match[str]) -> str:
            cited = (self.evidence.passages[number - 1] for number in markers(group.group()))
            return " " + "".join(
                dict.fromkeys(
                    self.draft.cite_words(passage, _words_behind(sentence, passage))
                    for passage in cited
                )
            )

        return _GROUP.sub(renumbered, sentence).strip()


def _words_behind(sentence: str, passage: Passage) -> str:
    """The piece of a passage that has most of a sentence's words and figures in it."""
    wanted = set(terms(without_markers(sentence)))
    candidates = pieces(passage) or [passage.text]
    return max(candidates, key=lambda piece: len(wanted & set(terms(piece))))


async def write(
    model: LanguageModel, prompt: Prompt, quoted: Composition, evidence: Evidence, draft: Draft
) -> AsyncGenerator[Writing]:
    """Write an answer; the same ``Writing`` is yielded after each sentence that it shows.

    Args:
        model: writes the sentences.
        prompt: what it is told.
        quoted: the answer by quoting, shown where the model fails.
        evidence: what sentences are checked against.
        draft: numbers the sources.
    """
    writing = Writing(evidence, draft)
    for line in quoted.absent:
        writing.text += f"\n\n{line}" if writing.text else line
    try:
        async for _ in _attempt(model, prompt, writing):
            yield writing
        failed = [check for check in writing.checks if check.status is CheckStatus.FAILED]
        if failed:
            before = len(writing.checks)
            said = without_markers(writing.text) or "-"
            async for _ in _attempt(model, retry_prompt(prompt, said, failed), writing):
                yield writing
            if not _stands(writing.checks, before, quoted, writing.citations):
                writing.notice = PARTLY_UNCHECKED if writing.written else UNCHECKED
        elif not _says_enough(quoted, writing.citations):
            writing.notice = PARTLY_UNCHECKED if writing.written else UNCHECKED
    except ModelError as error:
        log.warning("The language model failed: %s", error)
        writing.notice = f"Quoted from the guide, because {error.plain}."
    if writing.notice:
        if not writing.written:
            writing.text = ""
        writing.append(quoted)
        yield writing


async def _attempt(model: LanguageModel, prompt: Prompt, writing: Writing) -> AsyncGenerator[None]:
    """One reply of the model, yielding after each sentence that is shown."""
    stream = SentenceStream()
    since = time.perf_counter()
    async with aclosing(model.stream(prompt)) as reply:
        async for text in reply:
            writing.model_seconds += time.perf_counter() - since
            for piece in stream.feed(text):
                if writing.take(piece):
                    yield
            since = time.perf_counter()
    writing.model_seconds += time.perf_counter() - since
    # The last sentence of a reply that was cut short is not whole.
    for piece in () if reply.cut_short else stream.end():
        if writing.take(piece):
            yield


def _stands(
    checks: Sequence[Check], before: int, quoted: Composition, citations: Sequence[Citation]
) -> bool:
    """Whether at least half of what was written last is shown, and what was asked is among it."""
    last = checks[before:] or checks
    shown = sum(check.status is CheckStatus.SUPPORTED for check in checks)
    failed = sum(check.status is CheckStatus.FAILED for check in last)
    return shown >= LEAST_SHOWN * (shown + failed) and _says_enough(quoted, citations)


def _says_enough(quoted: Composition, citations: Sequence[Citation]) -> bool:
    """Whether a passage that answers the question is among those the text cites."""
    answering = {citation.passage.id for citation in quoted.citations}
    return any(citation.passage.id in answering for citation in citations)
