"""Passages of a guide or a document: what is retrieved and cited, each with a stable id."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import compress, groupby
from typing import NamedTuple

from coach.domain import (
    Document,
    Guide,
    Passage,
    Priority,
    Reading,
    ResourceKind,
    Section,
    Sourced,
    Span,
    StatisticKind,
    Value,
)
from coach.reading.text import Text
from coach.splitting import Tokens, longest_text, pieces

__all__ = ["Tokens", "encoded_text", "split"]

_WAGES = {
    StatisticKind.MEDIAN_WAGE_BEFORE,
    StatisticKind.MEDIAN_WAGE_AFTER,
    StatisticKind.WAGE_RANGE_AFTER,
    StatisticKind.MEDIAN_CHANGE,
}
_LABEL_REACH = 60  # characters before a value within which its label is looked for
_PROSE = re.compile(
    r"\s*\n[^\S\n]*\n\s*([^\s#](?:[^\n]|\n(?![^\S\n]*\n))*?[.!?][\"'”’)\]]*)(?=\s*\n[^\S\n]*\n|\s*\Z)"
)

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_LINE_MARK = re.compile(r"^[^\S\n]*(?:#{1,6}[^\S\n]+|>[^\S\n]?|[-*+•◦▪][^\S\n]+)+", re.MULTILINE)
_TABLE_RULE = re.compile(r"^[ \t|:]*+--[ \t|:-]*+$", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\[\]\n]*)\]\([^()\n]*\)")
_EMPHASIS = re.compile(r"\*\*|`|(?<!\w)__|__(?!\w)")
_KINDS = "|".join(kind.value.capitalize() for kind in ResourceKind)
# A pasted page glues "Important20 weeks" and "by Andrew NgBook: '...'" together.
_GLUED = re.compile(rf"(?<=[a-z])(?=\d+ weeks?\b)|(?<=[a-z)'’])(?=(?:{_KINDS}): )")


class _Part(NamedTuple):
    """A stretch of the source text that belongs together, before it is fitted to the limit."""

    section: Section
    headings: tuple[str, ...]
    start: int
    end: int
    item: int | None = None
    priority: Priority | None = None


def split(reading: Reading, tokens: Tokens) -> tuple[Passage, ...]:
    """Split what was read into passages, in reading order.

    A guide's passages are its headline facts, its overview, its wages and outlook, and each of its
    skills, phases, lists and FAQ entries; a document's are its blocks, those under the same
    headings together. What exceeds the token limit is cut, with the same headings on each piece.

    Args:
        reading: what was read from one file.
        tokens: the encoder, or anything that counts tokens as it does.
    """
    text = Text(reading.source.text)
    content = reading.content
    if isinstance(content, Guide):
        parts = sorted(_guide_parts(content, text.text), key=lambda part: part.start)
    else:
        parts = list(_document_parts(content))
    slug = content.slug if isinstance(content, Guide) else None
    whole = _fit_whole(parts, text.text, tokens)
    seen: Counter[tuple[tuple[str, ...], str]] = Counter()
    passages = []
    for part, is_whole in zip(parts, whole, strict=True):
        headings, places = part.headings, [text.trim(part.start, part.end)]
        if not is_whole:
            headings, places = _cut(part, text.text, tokens)
        for start, end in places:
            if start == end:
                continue
            words = text.text[start:end]
            repeat = seen[headings, words]
            seen[headings, words] += 1
            passage = Passage(
                id=_id(reading.source.key, headings, words, repeat),
                source=reading.source.name,
                guide=slug,
                section=part.section,
                headings=headings,
                text=words,
                span=text.span(start, end),
                item=part.item,
                priority=part.priority,
            )
            passages.append(passage)
    return tuple(passages)


def encoded_text(passage: Passage) -> str:
    """What is encoded and indexed for a passage: its headings, then its words without markup."""
    return _encoded(passage.headings, passage.text)


def _encoded(headings: tuple[str, ...], text: str) -> str:
    text = _COMMENT.sub(" ", text)
    text = _TABLE_RULE.sub("", text)
    text = _LINE_MARK.sub("", text)
    text = _EMPHASIS.sub("", _LINK.sub(r"\1", text))
    text = _GLUED.sub(" ", text).replace("|", " ")
    lines = [" ".join(line.split()) for line in text.splitlines()]
    lines = [line for line in lines if line]
    if lines and lines[0] == headings[-1]:
        del lines[0]  # the name of a skill, which the headings hold already
    return "\n".join([" > ".join(headings), *lines])


def _id(key: str, headings: tuple[str, ...], text: str, repeat: int) -> str:
    parts = "\0".join([key, *headings, "", text, str(repeat)])
    return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def _fit_whole(parts: Sequence[_Part], text: str, tokens: Tokens) -> list[bool]:
    """Whether each part is within the limit; all are counted at once, which is much faster."""
    longest = longest_text(tokens)
    short = [part.end - part.start + sum(map(len, part.headings)) <= longest for part in parts]
    texts = [
        _encoded(part.headings, text[part.start : part.end]) for part in compress(parts, short)
    ]
    counts = iter(tokens.count_tokens(texts))
    return [is_short and next(counts) <= tokens.token_limit for is_short in short]


def _cut(part: _Part, text: str, tokens: Tokens) -> tuple[tuple[str, ...], list[tuple[int, int]]]:
    headings = _fitting(part.headings, tokens)
    return headings, pieces(
        text, part.start, part.end, lambda piece: _encoded(headings, piece), tokens
    )


def _fitting(headings: tuple[str, ...], tokens: Tokens) -> tuple[str, ...]:
    """The headings, shortened until they leave half of the token limit to the text."""
    headings = tuple(heading[: longest_text(tokens)] for heading in headings)
    while tokens.count_tokens([_encoded(headings, "")])[0] > tokens.token_limit // 2:
        longest = max(range(len(headings)), key=lambda index: len(headings[index]))
        if len(headings[longest]) <= 1:
            break
        words = headings[longest][: len(headings[longest]) * 2 // 3].rstrip(" …")
        shorter = f"{words}…" if len(words) > 2 else words[:1]
        headings = (*headings[:longest], shorter, *headings[longest + 1 :])
    return headings


def _document_parts(document: Document) -> Iterator[_Part]:
    for headings, blocks in groupby(document.blocks, key=lambda block: block.headings):
        group = list(blocks)
        path = tuple(" ".join(heading.value.split()) for heading in headings)
        title = " ".join(document.title.split())
        if path[:1] != (title,):
            path = (title, *path)
        yield _Part(Section.DOCUMENT, path, group[0].span.start, group[-1].span.end)


def _guide_parts(guide: Guide, text: str) -> Iterator[_Part]:
    move = f"{guide.from_role} → {guide.to_role}"
    known = sorted(span.start for span in _spans(guide))

    def part(
        section: Section,
        headings: Sequence[str],
        value: object,
        *,
        item: int | None = None,
        priority: Priority | None = None,
        label: str | None = None,
    ) -> Iterator[_Part]:
        spans = list(_spans(value))
        if spans:
            start = min(span.start for span in spans)
            end = max(span.end for span in spans)
            start = _label_start(text, start, label) if label else start
            yield _Part(section, (move, *headings), start, end, item, priority)

    headlines: list[tuple[Section, str, object]] = [
        (Section.DIFFICULTY, "Difficulty", guide.difficulty),
        (Section.TIMELINE, "Timeline", guide.timeline),
        (Section.SALARY, "Salary change", guide.salary_change),
        (Section.DEMAND, "Demand", guide.demand),
    ]
    for section, name, value in headlines:
        yield from part(section, ["At a glance", name], value, label=re.escape(name))
    yield from part(Section.OVERVIEW, ["Overview"], guide.overview)
    for section, name in ((Section.SALARY, "Wages"), (Section.DEMAND, "Outlook")):
        figures = [
            entry for entry in guide.statistics if (entry.kind in _WAGES) == (name == "Wages")
        ]
        if figures:
            first = min(figures, key=lambda entry: entry.value.span.start)
            start = _label_start(text, first.value.span.start, re.escape(first.kind.value))
            end = max(entry.value.span.end for entry in figures)
            end = _prose_end(text, end, min((at for at in known if at >= end), default=len(text)))
            yield _Part(section, (move, "Wages and outlook", name), start, end)
    for item, transferable in enumerate(guide.transferable_skills):
        headings = ["Transferable skills", transferable.name.value]
        yield from part(Section.TRANSFERABLE_SKILL, headings, transferable, item=item)
    for item, gap in enumerate(guide.skill_gaps):
        headings = ["Skills to learn", gap.name.value]
        yield from part(Section.SKILL_GAP, headings, gap, item=item, priority=gap.priority.value)
    for item, phase in enumerate(guide.phases):
        headings = ["Roadmap", f"Phase {phase.number}: {phase.name.value}"]
        yield from part(Section.PHASE, headings, phase, item=item, label=r"Phase\s+\d+")
    lists: list[tuple[Section, int, str, str, tuple[Sourced[str], ...]]] = [
        (Section.REALITY, 0, "Reality check", "What you'll love", guide.loves),
        (Section.REALITY, 1, "Reality check", "What you might miss", guide.misses),
        (Section.REALITY, 2, "Reality check", "Biggest challenges", guide.challenges),
        (Section.ACTION, 0, "Action plan", "This week", guide.this_week),
        (Section.ACTION, 1, "Action plan", "This month", guide.this_month),
        (Section.ACTION, 2, "Action plan", "Next 90 days", guide.next_90_days),
    ]
    for section, item, title, name, entries in lists:
        yield from part(section, [title, name], entries, item=item)
    for item, entry in enumerate(guide.faq):
        headings = ["Frequently asked questions"]
        headings += [entry.question.value] if entry.question else []
        yield from part(Section.FAQ, headings, entry, item=item)


def _spans(value: object) -> Iterator[Span]:
    """Every span inside a value."""
    if isinstance(value, Span):
        yield value
    elif isinstance(value, Value):
        for name in type(value).model_fields:
            yield from _spans(getattr(value, name))
    elif isinstance(value, tuple):
        for entry in value:
            yield from _spans(entry)


def _label_start(text: str, start: int, label: str) -> int:
    """Where the label of the value at ``start`` begins: "Timeline" before "18-24 months"."""
    reach = max(0, start - _LABEL_REACH)
    found = re.search(rf"\b{label}\W{{0,8}}$", text[reach:start], re.IGNORECASE)
    return reach + found.start() if found else start


def _prose_end(text: str, end: int, stop: int) -> int:
    """The end of the paragraphs that follow ``end`` and begin before ``stop``.

    A paragraph ends as a sentence does; a heading does not, whatever marks it has.
    """
    while (found := _PROSE.match(text, end)) and found.start(1) < stop:
        end = found.end(1)
    return end
