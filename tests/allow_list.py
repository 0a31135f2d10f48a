"""What an answer may say: the numbers, names and titles of the guides, read from their raw text.

This judges the product's own checks, so it shares no code with them: figures are read as the evals
read them, and the files in ``knowledge/`` are plain text here, with no passages, fields, citations.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from evals.metrics.figures import unsupported_figures

KNOWLEDGE = Path(__file__).parents[1] / "knowledge"


def unsupported(answer: str, allowed: Iterable[str]) -> list[str]:
    """The numbers, titles and names of an answer that stand in none of the allowed texts.

    Args:
        answer: the text that was shown.
        allowed: the guides cited or in focus, what the person said, and replies of our own.
    """
    texts = list(allowed)
    answer = _without_marks(answer)
    return [
        *unsupported_figures(answer, texts),
        *_unsupported_titles(answer, texts),
        *_unsupported_names(answer, texts),
    ]


@cache
def guide_texts() -> dict[str, str]:
    """The raw text of each guide by the stem of its file, which is its slug."""
    return {
        path.stem: path.read_text(encoding="utf-8")
        for path in sorted(KNOWLEDGE.glob("*.md"))
        if path.stem != "README"
    }


def computed_text(guide: str) -> str:
    """The sums that may be worked out from a guide, as a text that allows them."""
    lines = []
    for section, noun in (("Skills to learn", "skills"), ("Roadmap", "phases")):
        part = guide.split(f"\n## {section}\n", 1)[1].split("\n## ", 1)[0]
        weeks = [int(found) for found in re.findall(r"^- Weeks: (\d+)$", part, re.MULTILINE)]
        parts = " + ".join(map(str, weeks))
        lines.append(f"{len(weeks)} {noun}, {parts} weeks, together {sum(weeks)} weeks.")
    return "\n".join(lines)


def roles_text() -> str:
    """The moves of all guides, which refusals and questions back may name."""
    found = (
        re.findall(r"^(?:from_role|to_role): (.+)$", text, re.MULTILINE)
        for text in guide_texts().values()
    )
    return "\n".join(" to ".join(roles) for roles in found)


_MARKER = re.compile(r"\[\d+(?:\s*,\s*\d+)*\]")
_LIST_MARK = re.compile(r"^\s*(?:\d+[.)]|[-*•])\s+", re.MULTILINE)
_QUOTED = re.compile(
    r"(?<!\w)(?:\"([^\"\n]{2,120})\"|“([^”\n]{2,120})”|['‘](?!s\b)([^\n]{2,120}?)['’](?!\w))"
)
_SENTENCE_START = re.compile(r"(?:\A|[.!?:]['\"’”)]*\s+|\n\s*)['\"‘“(]*$")
_WORD = re.compile(r"[^\W_][\w+#&]*(?:[.'’/-][^\W_][\w+#]*)*")
_SKIPPED = {"I", "I'm", "I've", "I'll", "I'd", "OK"}
_OPENERS = frozenset(
    """additionally although certainly finally furthermore hello hi however i'm i'll let's moreover
    nevertheless nonetheless okay overall please sorry specifically sure thanks therefore thus
    unfortunately yes""".split()
)
_TITLE_BEFORE_NAME = {"dr", "prof", "professor", "mr", "mrs", "ms"}


def _without_marks(text: str) -> str:
    return _LIST_MARK.sub("", _MARKER.sub("", text)).replace("**", "").replace("’", "'")


def _words(text: str) -> str:
    """A text as lower-case words with single spaces, possessives without their ending."""
    words = (re.sub(r"'s$", "", word.lower()) for word in _WORD.findall(text.replace("’", "'")))
    return f" {' '.join(words)} "


def _unsupported_titles(answer: str, allowed: list[str]) -> list[str]:
    known = [_words(text) for text in allowed]
    quoted = (next(filter(None, match.groups())) for match in _QUOTED.finditer(answer))
    return [title for title in quoted if not any(_words(title) in text for text in known)]


def _unsupported_names(answer: str, allowed: list[str]) -> list[str]:
    known = [_words(text) for text in allowed]
    said = list(_names(answer))
    # A name at the start of a sentence looks like any other word there, unless a guide knows it.
    plain = f" {' '.join(_WORD.findall(answer))} "
    said += [name for name in known_names() if f" {name} " in plain]
    return [
        name
        for name in dict.fromkeys(said)
        if _words(name).strip() and not any(_words(name) in text for text in known)
    ]


def _names(text: str) -> Iterator[str]:
    """Runs of capitalised words, as far as they are not written so because a sentence begins."""
    run: list[str] = []
    end = 0
    for match in _WORD.finditer(text):
        between, word = text[end : match.start()], match[0]
        end = match.end()
        initial = bool(run) and (len(run[-1]) == 1 or run[-1].lower() in _TITLE_BEFORE_NAME)
        joined = between in (" ", " & ") or (initial and between == ". ")
        named = _is_name(word, starts=_SENTENCE_START.search(text, 0, match.start()))
        if run and not (joined and named):
            yield " ".join(run)
            run = []
        if named:
            run.append(word)
    if run:
        yield " ".join(run)


def _is_name(word: str, *, starts: object) -> bool:
    if word in _SKIPPED or not re.search(r"[A-Z]", word):
        return False
    if starts and word[0].isupper() and word[1:] == word[1:].lower():
        return word.lower() not in _ordinary_words()
    return True


@cache
def _ordinary_words() -> frozenset[str]:
    """Words that the guides have in small letters, and words that open a sentence."""
    small = (re.findall(r"(?<![\w'-])[a-z][\w'-]*", text) for text in guide_texts().values())
    return frozenset(word for words in small for word in words) | _OPENERS


@cache
def known_names() -> frozenset[str]:
    """The names and titles of all guides, without those made of ordinary words alone."""
    found = {
        name
        for body in guide_texts().values()
        for line in body.splitlines()
        if not line.startswith(("#", "title:"))
        for name in _names(_without_marks(re.sub(r"^- [\w -]+: ", "", line)))
    }
    return frozenset(
        name
        for name in found
        if len(name) > 2 and not {word.lower() for word in name.split()} & _ordinary_words()
    )
