"""What the page of one item shows: the conversation, and the passages beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from coach.domain import Citation, Guide, Passage, Section
from coach.review.values import Draft, Opened
from coach.transcripts import StoredHit, StoredTurn
from coach.web.rendering import mark_quote, render_text

# Files whose text is the file itself, so that a change of it can be proposed line by line.
_EDITABLE = (".md", ".markdown", ".txt")


class Knowledge(Protocol):
    """What coaches look up in the guides; see ``coach.coach.Coach``."""

    def guides(self) -> tuple[Guide, ...]:
        """The guides, by slug."""

    def guide_passages(self, guide: str) -> tuple[Passage, ...]:
        """All passages of a guide."""

    def passages(self, ids: Sequence[str]) -> tuple[Passage, ...]:
        """The passages of some ids."""

    def source_text(self, source: str) -> str | None:
        """The text of a file."""

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of some texts."""


class ShownTurn(NamedTuple):
    """A turn of the conversation, its answer as HTML.

    Attributes:
        turn: as it was kept.
        answer: the answer as the person saw it.
        focus: whether this is the one to review.
    """

    turn: StoredTurn
    answer: Markup
    focus: bool


class ShownPassage(NamedTuple):
    """A passage beside the answer.

    Attributes:
        passage: the passage.
        text: its text as HTML, the words quoted marked.
        marker: the number of the source that it is in the answer; None where it is none.
        lines: where the quoted words stand.
        hit: its scores; None where it was not found.
        picked: whether the correction has it.
        editable: whether a change of it can be proposed.
    """

    passage: Passage
    text: Markup
    marker: int | None
    lines: str
    hit: StoredHit | None
    picked: bool
    editable: bool


class Beside(NamedTuple):
    """The passages beside an answer, each in the first group that has it.

    Attributes:
        cited: those that the answer cites.
        section: those of the guide's section that is looked at.
        found: those that were found, too, and those that a correction picked.
        gone: headings of passages that were found but are in the guides no more.
        guide: the slug of the guide that is looked at.
        looked_at: its section.
    """

    cited: tuple[ShownPassage, ...]
    section: tuple[ShownPassage, ...]
    found: tuple[ShownPassage, ...]
    gone: tuple[str, ...]
    guide: str | None
    looked_at: Section | None


def shown_turns(opened: Opened) -> tuple[ShownTurn, ...]:
    """The turns of the conversation, in their order."""
    return tuple(_turn(turn, turn.id == opened.item.turn_id) for turn in opened.transcript.turns)


def reviewed_turn(opened: Opened) -> StoredTurn:
    """The turn that the item is of."""
    return next(turn for turn in opened.transcript.turns if turn.id == opened.item.turn_id)


def beside(
    opened: Opened, knowledge: Knowledge, guide: str | None, section: Section | None
) -> Beside:
    """The passages to show beside an answer.

    Args:
        opened: the item.
        knowledge: the guides.
        guide: the slug of the guide to look at; the answer's where it is None.
        section: the section to look at; the answer's where it is None.
    """
    turn, draft = reviewed_turn(opened), opened.draft or Draft.empty()
    guide = guide or turn.guide or turn.chosen_guide
    section = section or turn.section
    citations = {one.passage.id: one for one in turn.answer.citations} if turn.answer else {}
    hits = {hit.passage_id: hit for hit in turn.hits}
    picked = set(draft.passages)
    seen: set[str] = set()

    def shown(passages: Iterable[Passage]) -> tuple[ShownPassage, ...]:
        group = []
        for one in passages:
            if one.id not in seen:
                seen.add(one.id)
                group.append(_passage(one, citations.get(one.id), hits.get(one.id), picked))
        return tuple(group)

    around = knowledge.guide_passages(guide) if guide else ()
    others = knowledge.passages(list(dict.fromkeys((*hits, *draft.passages))))
    cited = shown(one.passage for one in citations.values())
    beside_it = shown(one for one in around if one.section == section)
    found = shown(others)
    there = {passage.id for passage in others} | citations.keys()
    gone = tuple(hit.heading for hit in turn.hits if hit.passage_id not in there)
    return Beside(cited, beside_it, found, gone, guide, section)


def _turn(turn: StoredTurn, focus: bool) -> ShownTurn:
    answer = Markup()
    if turn.answer is not None:
        markers = {one.marker for one in turn.answer.citations} if focus else set()
        # Our own markup, in which all text of others is escaped.
        answer = Markup(render_text(turn.answer.text, markers, "source"))  # noqa: S704
    return ShownTurn(turn, answer, focus)


def _passage(
    passage: Passage, citation: Citation | None, hit: StoredHit | None, picked: set[str]
) -> ShownPassage:
    quote = citation.quote if citation else ""
    first = citation.first_line if citation else passage.span.first_line
    last = citation.last_line if citation else passage.span.last_line
    return ShownPassage(
        passage=passage,
        text=Markup(mark_quote(passage.text, quote)),  # noqa: S704 - escaped, as above
        marker=citation.marker if citation else None,
        lines=f"line {first}" if first == last else f"lines {first}–{last}",
        hit=hit,
        picked=passage.id in picked,
        editable=passage.source.lower().endswith(_EDITABLE),
    )
