"""Answers and their sources as HTML.

Text of guides and of people is data. Every piece of it passes through ``escape`` on its way out,
and nothing in it but paragraphs, list items, bold words, citation markers and the address of the
plan page is given a meaning.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Collection, Iterable, Sequence

from coach.domain import Answer, Check, CheckStatus, Citation
from coach.transcripts import Verdict
from coach.web.exchanges import Exchange, State

_PIECES = re.compile(
    r"\*\*(?P<bold>[^*\n]+)\*\*|\[(?P<marker>\d{1,3})\]"
    r"|(?<![\w/.:])(?P<page>/plan\?guide=[\w=&%.-]+)"
)
_LIST_ITEM = re.compile(r"\s*[-*] +")
_HEADING = re.compile(r"\s*#{1,6} +")
_SOURCE_NUMBERS = re.compile(r"\s*\[\d{1,3}(?:\s*,\s*\d{1,3})*\]")
_FOUND = {
    CheckStatus.SUPPORTED: "In the guide",
    CheckStatus.GENERAL: "General remark",
    CheckStatus.FAILED: "Left out",
}


def escape(text: str) -> str:
    """Return ``text`` as it stands, safe in markup and in attributes."""
    return html.escape(text, quote=True)


def plain(text: str) -> str:
    """Return an answer's text without its bold marks, for the clipboard."""
    return re.sub(r"\*\*([^*\n]+)\*\*", r"\1", text)


def render_text(text: str, markers: Collection[int], anchors: str = "") -> str:
    """Render an answer's text; a marker in ``markers`` leads to its source.

    Args:
        text: the text.
        markers: the sources there are.
        anchors: what the sources' anchors begin with, on a page without script; where it is
            empty, a marker is a button that shows its source.
    """
    parts: list[str] = []
    items: list[str] = []
    lines: list[str] = []

    def close() -> None:
        if lines:
            parts.append(f"<p>{'<br>'.join(lines)}</p>")
            lines.clear()
        if items:
            parts.append(f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>")
            items.clear()

    for line in text.splitlines():
        item = line.startswith("- ")
        if not line.strip() or (item and lines) or (items and not item):
            close()
        if item:
            items.append(_inline(line[2:], markers, anchors))
        elif line.strip():
            lines.append(_inline(line, markers, anchors))
    close()
    return "".join(parts)


def _inline(text: str, markers: Collection[int], anchors: str) -> str:
    rendered: list[str] = []
    end = 0
    for piece in _PIECES.finditer(text):
        rendered.append(escape(text[end : piece.start()]))
        end = piece.end()
        if piece["bold"] is not None:
            rendered.append(f"<strong>{_inline(piece['bold'], markers, anchors)}</strong>")
        elif piece["page"] is not None:
            address = escape(piece["page"])
            rendered.append(f'<a href="{address}" target="_blank" rel="noopener">the plan page</a>')
        elif int(piece["marker"]) in markers:
            if rendered[-1].endswith(" "):  # a marker stays on the line of the words it belongs to
                rendered[-1] = f"{rendered[-1][:-1]}&nbsp;"
            rendered.append(_marker(int(piece["marker"]), anchors))
        else:
            rendered.append(escape(piece[0]))
    rendered.append(escape(text[end:]))
    return "".join(rendered)


def _marker(number: int, anchors: str) -> str:
    if anchors:
        return (
            f'<a class="marker" href="#{anchors}-{number}" '
            f'aria-label="Source {number}">{number}</a>'
        )
    return (
        f'<button type="button" class="marker" data-source="{number}" '
        f'aria-label="Show source {number}">{number}</button>'
    )


def render_source(citation: Citation, anchors: str = "") -> str:
    """Render one source: where it stands and its text, the quoted words marked."""
    anchor = f' id="{anchors}-{citation.marker}"' if anchors else ""
    passage = citation.passage
    move, *path = passage.headings or (passage.source,)
    first, last = citation.first_line, citation.last_line
    lines = f"line {first}" if first == last else f"lines {first}–{last}"
    trail = '<span aria-hidden="true"> › </span>'.join(
        f"<span>{escape(heading)}</span>" for heading in path
    )
    return (
        f'<li class="source"{anchor} data-number="{citation.marker}" tabindex="-1">'
        f'<p class="source-move"><span class="number">{citation.marker}</span>{escape(move)}</p>'
        + (f'<p class="source-path">{trail}</p>' if trail else "")
        + f'<blockquote class="source-text">{mark_quote(passage.text, citation.quote)}</blockquote>'
        f'<p class="source-file">{escape(passage.source)}, {lines}</p></li>'
    )


def mark_quote(text: str, quote: str) -> str:
    """Render a source's lines, list items and headings as such, with ``quote`` highlighted."""
    start = text.find(quote) if quote else -1
    if quote and start < 0:
        return f"<p><mark>{escape(quote)}</mark></p>"
    end = start + len(quote) if quote else -1
    rendered: list[str] = []
    offset = 0
    for line in text.splitlines(keepends=True):
        kind, skipped = _kind(line)
        begin, stop = offset + skipped, offset + len(line.rstrip())
        offset += len(line)
        if begin >= stop:
            continue
        low, high = min(max(start, begin), stop), min(max(end, begin), stop)
        marked = f"<mark>{escape(text[low:high])}</mark>" if low < high else ""
        rendered.append(
            f'<p class="{kind}">{escape(text[begin:low])}{marked}{escape(text[high:stop])}</p>'
        )
    return "".join(rendered)


def _kind(line: str) -> tuple[str, int]:
    """Return what a line is and how many characters of it are Markdown's own."""
    if mark := _LIST_ITEM.match(line):
        return "item", mark.end()
    if mark := _HEADING.match(line):
        return "heading", mark.end()
    return "line", 0


def render_chips(questions: Iterable[str], label: str) -> str:
    """Render questions as buttons that ask them."""
    chips = "".join(
        f'<li><button type="button" class="chip" data-event="example_select" '
        f'data-value="{escape(question)}">{escape(question)}</button></li>'
        for question in questions
    )
    return f'<ul class="chips" aria-label="{escape(label)}">{chips}</ul>' if chips else ""


def render_welcome(questions: Iterable[str]) -> str:
    """Render the empty conversation: a welcome and questions to start with."""
    return (
        '<section class="welcome"><h2>Where would you like your career to go?</h2>'
        "<p>Ask about a move. Every answer comes from a career guide and shows you where.</p>"
        f"{render_chips(questions, 'Questions to start with')}</section>"
    )


def render_conversation(exchanges: Sequence[Exchange], *, human_asked: bool = False) -> str:
    """Render a conversation, oldest first; only the last exchange offers what comes next."""
    last = len(exchanges) - 1
    return "".join(
        render_exchange(exchange, number, last=number == last, human_asked=human_asked)
        for number, exchange in enumerate(exchanges)
    )


def render_exchange(
    exchange: Exchange, number: int, *, last: bool, human_asked: bool = False
) -> str:
    """Render a question and its answer as far as it has come, its sources with it but hidden."""
    return (
        f'<article class="exchange" data-number="{number}" data-state="{exchange.state}" '
        f'data-turn="{escape(exchange.turn_id)}">'
        f"{_question(exchange)}"
        f'<div class="answer{_tone(exchange)}"><h3 class="unseen">Answer</h3>'
        f'<div class="answer-text">{_body(exchange)}</div>{_notice(exchange)}{_unkept(exchange)}'
        f"{_checked(exchange)}{_actions(exchange, last=last)}"
        f"{_feedback(exchange, last=last, human_asked=human_asked)}</div>"
        f"{_correction(exchange)}"
        f"{_follow_ups(exchange) if last else ''}{_sources(exchange)}</article>"
    )


def render_read_only(exchanges: Sequence[Exchange]) -> str:
    """Render a conversation to be read by others, on a page without script: sources stand open."""
    return "".join(
        f'<article class="exchange">{_question(exchange)}'
        f'<div class="answer{_tone(exchange)}"><h3 class="unseen">Answer</h3>'
        f'<div class="answer-text">{_body(exchange, f"source-{number}")}</div>'
        f"{_notice(exchange)}</div>{_correction(exchange)}"
        f"{_open_sources(exchange, f'source-{number}')}</article>"
        for number, exchange in enumerate(exchanges)
    )


def _question(exchange: Exchange) -> str:
    return (
        '<div class="question"><h3 class="unseen">You asked</h3>'
        f"<p>{escape(exchange.question)}</p></div>"
    )


def _tone(exchange: Exchange) -> str:
    return " refused" if exchange.answer is not None and exchange.answer.refused else ""


def _body(exchange: Exchange, anchors: str = "") -> str:
    if exchange.answer is not None:
        markers = {citation.marker for citation in exchange.answer.citations}
        return render_text(exchange.answer.text, markers, anchors)
    if exchange.state is State.ANSWERING:
        return (
            '<p class="waiting">Looking in the guides<span class="dots" aria-hidden="true">'
            "<i></i><i></i><i></i></span></p>"
            '<p class="patience">This takes longer than usual. You can wait, or stop it.</p>'
        )
    return ""


def _notice(exchange: Exchange) -> str:
    if exchange.state is State.FAILED:
        return f'<p class="problem">{escape(exchange.problem)}</p>'
    if exchange.state is State.STOPPED:
        return '<p class="quiet">You stopped this answer.</p>'
    if exchange.answer is not None and exchange.answer.notice:
        return f'<p class="quiet">{escape(exchange.answer.notice)}</p>'
    return ""


def _unkept(exchange: Exchange) -> str:
    if exchange.state is State.ANSWERING or exchange.kept:
        return ""
    return (
        '<p class="quiet">This could not be saved just now, so it may be gone later. '
        "We will try again with your next question.</p>"
    )


def _checked(exchange: Exchange) -> str:
    """Who wrote the answer, opening the list of what was checked."""
    answer = exchange.answer
    if answer is None or exchange.state is State.ANSWERING:
        return ""
    written = answer.mode == "generating"
    if not answer.checks:
        return '<p class="quiet">Written by a language model.</p>' if written else ""
    title = "Written by a language model, checked against the guide"
    return (
        f'<details class="checks"><summary>{title if written else "Checked against the guide"}'
        f"</summary><p>{_outcome(answer)}</p>"
        f"<ul>{''.join(_check(check) for check in answer.checks)}</ul></details>"
    )


def _outcome(answer: Answer) -> str:
    dropped = len(answer.dropped)
    if not dropped:
        return "Each sentence was compared with the source it names."
    left_out = "1 was" if dropped == 1 else f"{dropped} were"
    return f"Each sentence was compared with the source it names, and {left_out} left out."


def _check(check: Check) -> str:
    # The numbers of sources belong to the answer, where they open them.
    sentence = _SOURCE_NUMBERS.sub("", plain(check.sentence)).strip()
    return (
        f'<li class="check {check.status}"><p class="check-status">{_FOUND[check.status]}</p>'
        f'<p class="check-sentence">{escape(sentence)}</p>'
        f'<p class="check-reason">{escape(check.reason)}</p></li>'
    )


def _actions(exchange: Exchange, *, last: bool) -> str:
    if exchange.state is State.ANSWERING:
        return ""
    buttons: list[str] = []
    if exchange.answer is not None:
        count = len(exchange.answer.citations)
        if count:
            sources = "1 source" if count == 1 else f"{count} sources"
            buttons.append(
                f'<button type="button" class="quiet-button" data-sources>{sources}</button>'
            )
        buttons.append(
            '<button type="button" class="quiet-button" data-copy="'
            f'{escape(_clipboard(exchange))}">Copy</button>'
        )
    if last:
        buttons.append(
            '<button type="button" class="quiet-button" data-event="retry" data-value="">'
            "Try again</button>"
        )
    return f'<div class="actions">{"".join(buttons)}</div>'


def _feedback(exchange: Exchange, *, last: bool, human_asked: bool) -> str:
    """What a person can say of an answer; our script opens the reasons in the empty slot."""
    if exchange.state is State.ANSWERING or not exchange.kept:
        return ""
    given = exchange.feedback
    thumbs = ""
    if exchange.answer is not None:
        reasons = json.dumps(list(given.reasons)) if given else "[]"
        thumbs = "".join(
            f'<button type="button" class="thumb" data-thumb="{verdict}" '
            f'aria-pressed="{str(given is not None and given.verdict == verdict).lower()}" '
            f'aria-label="{label}" title="{label}"></button>'
            for verdict, label in ((Verdict.UP, "Good answer"), (Verdict.DOWN, "Bad answer"))
        )
        thumbs = (
            f'<div class="thumbs" data-reasons="{escape(reasons)}" '
            f'data-comment="{escape(given.comment if given else "")}">{thumbs}</div>'
        )
    person = ""
    if last:
        wish = "A coach was asked" if human_asked else "Ask a person"
        person = (
            '<button type="button" class="quiet-button" data-ask-person '
            f'aria-disabled="{str(human_asked).lower()}">{wish}</button>'
        )
    return (
        f'<div class="feedback">{thumbs}{person}</div>'
        '<div class="feedback-slot"></div><p class="feedback-said" role="status"></p>'
    )


def _correction(exchange: Exchange) -> str:
    if exchange.correction is None:
        return ""
    return (
        '<aside class="correction" aria-label="Corrected by a coach">'
        f"<h3>Corrected by a coach</h3>{render_text(exchange.correction.text, ())}</aside>"
    )


def _clipboard(exchange: Exchange) -> str:
    if exchange.answer is None:
        return ""
    sources = "\n".join(
        f"[{citation.marker}] {citation.passage.heading} ({citation.passage.source}, "
        f"line {citation.first_line})"
        for citation in exchange.answer.citations
    )
    return "\n\n".join(part for part in (plain(exchange.answer.text), sources) if part)


def _follow_ups(exchange: Exchange) -> str:
    if exchange.answer is None or exchange.state is State.ANSWERING:
        return ""
    return render_chips(exchange.answer.follow_ups, "What to ask next")


def _sources(exchange: Exchange) -> str:
    if exchange.answer is None:
        return ""
    cards = "".join(render_source(citation) for citation in exchange.answer.citations)
    return f'<ol class="sources" hidden>{cards}</ol>'


def _open_sources(exchange: Exchange, anchors: str) -> str:
    if exchange.answer is None or not exchange.answer.citations:
        return ""
    cards = "".join(render_source(citation, anchors) for citation in exchange.answer.citations)
    return f'<h3 class="sources-title">Sources</h3><ol class="sources">{cards}</ol>'
