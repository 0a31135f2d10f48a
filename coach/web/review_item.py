"""What the page of one item shows: the conversation, and the passages beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from coach.answering.extracting import pieces
from coach.domain import Citation, Guide, Passage, Section
from coach.review.correcting import FACT_LENGTH, changes
from coach.review.values import Opened
from coach.transcripts import StoredHit, StoredTurn
from coach.web.rendering import mark_quote, render_text
from coach.web.review_form import Typed

# What an answer need not repeat of "Timeline: 18-24 months" to state it.
_NAME = re.compile(r"^[^:.\n]{1,40}:\s+")
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


class ShownPassage(NamedTuple):
    """A passage beside an answer.

    Attributes:
        passage: the passage.
        text: its text as HTML, the words quoted marked.
        marker: the number of the source that it is in the answer; None where it is none.
        lines: where the quoted words stand.
        hit: its scores; None where it was not found.
        picked: whether it is ticked as holding the answer.
        facts: its sentences that can be ticked as facts, and whether they are.
        editable: whether a change of it can be proposed.
        edit: what it says instead, or as it is.
        edited: whether a change of it is proposed.
    """

    passage: Passage
    text: Markup
    marker: int | None
    lines: str
    hit: StoredHit | None
    picked: bool
    facts: tuple[tuple[str, bool], ...]
    editable: bool
    edit: str
    edited: bool


class ShownTurn(NamedTuple):
    """A turn of the conversation, its answer as HTML.

    Attributes:
        turn: as it was kept.
        answer: the answer as the person saw it.
        focus: whether this is the one to review, which has its passages beside it.
        cited: the passages that the answer of another turn cites.
        found: what else was found for it.
    """

    turn: StoredTurn
    answer: Markup
    focus: bool
    cited: tuple[ShownPassage, ...]
    found: tuple[StoredHit, ...]


class Beside(NamedTuple):
    """The passages beside an answer, each in the first group that has it.

    Attributes:
        cited: those that the answer cites.
        section: those of the guide's section that is looked at.
        found: those that were found, too, and those that are ticked or changed.
        gone: headings of passages that were found but are in the guides no more.
        guide: the slug of the guide that is looked at.
        looked_at: its section.
        facts: those that were named and are no sentence of a passage shown.
    """

    cited: tuple[ShownPassage, ...]
    section: tuple[ShownPassage, ...]
    found: tuple[ShownPassage, ...]
    gone: tuple[str, ...]
    guide: str | None
    looked_at: Section | None
    facts: tuple[str, ...]


def shown_turns(opened: Opened) -> tuple[ShownTurn, ...]:
    """The turns of the conversation, in their order."""
    return tuple(_turn(turn, turn.id == opened.item.turn_id) for turn in opened.transcript.turns)


def reviewed_turn(opened: Opened) -> StoredTurn:
    """The turn that the item is of."""
    return next(turn for turn in opened.transcript.turns if turn.id == opened.item.turn_id)


def beside(
    opened: Opened, knowledge: Knowledge, typed: Typed, guide: str | None, section: Section | None
) -> Beside:
    """The passages to show beside an answer.

    Args:
        opened: the item.
        knowledge: the guides.
        typed: what the coach has ticked and changed.
        guide: the slug of the guide to look at; the answer's where it is None.
        section: the section to look at; the answer's where it is None.
    """
    turn = reviewed_turn(opened)
    guide = guide or turn.guide or turn.chosen_guide
    section = section or turn.section
    citations = {one.passage.id: one for one in turn.answer.citations} if turn.answer else {}
    hits = {hit.passage_id: hit for hit in turn.hits}
    seen: set[str] = set()

    def shown(passages: Iterable[Passage]) -> tuple[ShownPassage, ...]:
        group = []
        for one in passages:
            if one.id not in seen:
                seen.add(one.id)
                group.append(_passage(one, citations.get(one.id), hits.get(one.id), typed))
        return tuple(group)

    around = knowledge.guide_passages(guide) if guide else ()
    named = dict.fromkeys((*hits, *typed.passages, *typed.edits))
    others = {passage.id: passage for passage in knowledge.passages(list(named))}
    # A passage that is only there to be edited, and was not, was shown for its section before.
    changed = {name for name in typed.edits if name in others and _edited(others[name], typed)}
    cited = shown(one.passage for one in citations.values())
    beside_it = shown(one for one in around if one.section == section)
    wanted = hits.keys() | set(typed.passages) | changed
    found = shown(one for one in others.values() if one.id in wanted)
    there = others.keys() | citations.keys()
    gone = tuple(hit.heading for hit in turn.hits if hit.passage_id not in there)
    offered = {fact for one in (*cited, *beside_it, *found) for fact, _ in one.facts}
    facts = tuple(fact for fact in typed.facts if fact.strip() and fact not in offered)
    return Beside(cited, beside_it, found, gone, guide, section, facts)


def _turn(turn: StoredTurn, focus: bool) -> ShownTurn:
    if turn.answer is None:
        return ShownTurn(turn, Markup(), focus, (), ())
    citations = turn.answer.citations
    markers = {one.marker for one in citations} if focus else set()
    # Our own markup, in which all text of others is escaped.
    answer = Markup(render_text(turn.answer.text, markers, "source"))  # noqa: S704
    hits = {hit.passage_id: hit for hit in turn.hits}
    cited = tuple(_passage(one.passage, one, hits.pop(one.passage.id, None)) for one in citations)
    return ShownTurn(turn, answer, focus, cited, tuple(hits.values()))


def _passage(
    passage: Passage, citation: Citation | None, hit: StoredHit | None, typed: Typed | None = None
) -> ShownPassage:
    typed = typed or Typed()
    quote = citation.quote if citation else ""
    first = citation.first_line if citation else passage.span.first_line
    last = citation.last_line if citation else passage.span.last_line
    return ShownPassage(
        passage=passage,
        text=Markup(mark_quote(passage.text, quote)),  # noqa: S704 - escaped, as above
        marker=citation.marker if citation else None,
        lines=f"line {first}" if first == last else f"lines {first}–{last}",
        hit=hit,
        picked=passage.id in typed.passages,
        facts=tuple((fact, fact in typed.facts) for fact in _facts(passage)),
        editable=passage.source.lower().endswith(_EDITABLE),
        edit=typed.edits.get(passage.id, passage.text),
        edited=_edited(passage, typed),
    )


def _facts(passage: Passage) -> tuple[str, ...]:
    """The sentences of a passage, and its figures without their names, short enough for a fact."""
    sentences = (" ".join(_NAME.sub("", piece).split()) for piece in pieces(passage))
    return tuple(dict.fromkeys(one for one in sentences if one and len(one) <= FACT_LENGTH))


def _edited(passage: Passage, typed: Typed) -> bool:
    return passage.id in changes((passage,), typed.edits)
