"""What an answer may say: the numbers, names and titles of the guides, read from their raw text.

This judges the product's own checks, so it shares no code with them: it knows the files in
``knowledge/`` as plain text and nothing of passages, fields or citations.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

KNOWLEDGE = Path(__file__).parents[1] / "knowledge"


class Amount(NamedTuple):
    """A number or a range with its unit; ``sign`` is empty where the text gives none.

    Years are months here, so that "two years" and "24 months" agree. ``unit`` is empty for a
    number that stands alone.
    """

    low: float
    high: float
    unit: str
    sign: str
    text: str


def unsupported(answer: str, allowed: Iterable[str]) -> list[str]:
    """The numbers, titles and names of an answer that stand in none of the allowed texts.

    Args:
        answer: the text that was shown.
        allowed: the guides cited or in focus, what the person said, and replies of our own.
    """
    texts = list(allowed)
    answer = _without_marks(answer)
    return [
        *_unsupported_amounts(answer, texts),
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


# Numbers -----------------------------------------------------------------------------------------

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_WORDS = {
    **{word: float(value) for value, word in enumerate(_ONES)},
    **{word: 10.0 * value for value, word in enumerate(_TENS, 2)},
    **{
        f"{ten}{join}{one}": 10.0 * value + digit
        for value, ten in enumerate(_TENS, 2)
        for digit, one in enumerate(_ONES[1:10], 1)
        for join in ("-", " ")
    },
    "dozen": 12.0,
    "hundred": 100.0,
    "thousand": 1000.0,
}
_UNITS = {
    "dollar": r"dollars?|usd|bucks",
    "percent": r"%|percent|per cent|percentage points?",
    "year": r"years?|yrs?",
    "month": r"months?|mos?",
    "week": r"weeks?|wks?",
    "day": r"days?",
    "hour": r"hours?|hrs?",
    "minute": r"minutes?|mins?",
}
_LABELS = {**_UNITS, "phase": r"phases?"}
_SPOKEN = "|".join(sorted(_WORDS, key=len, reverse=True))
_NUMBER = re.compile(
    rf"""(?P<sign>(?<![\w)])[+\-−–](?=[$€£]?\d))?
    (?P<money>[$€£]\s?)?
    (?:(?<![\w.])(?P<digits>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)
       (?P<scale>\s?(?:k|thousand|m|million)\b)?(?:st|nd|rd|th)?(?![A-Za-z]*\d)
     |\b(?P<word>{_SPOKEN})\b)
    (?P<half>\s+and\s+a\s+half|\s?½)?
    (?P<unit>\s*(?:-\s?)?(?:{"|".join(f"(?P<{name}>{form})" for name, form in _UNITS.items())})
       (?![A-Za-z]))?""",
    re.VERBOSE | re.IGNORECASE,
)
_SCALES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6}
_RANGE = re.compile(r"\s*(?:-|–|—|‑|\bto\b|\buntil\b)\s*", re.IGNORECASE)
_BETWEEN = re.compile(r"\bbetween\s+$", re.IGNORECASE)
_LIST = re.compile(r"\s*(?:,|/|\+|;|&|,?\s*\b(?:and|or|plus)\b)\s*", re.IGNORECASE)
_SUM = re.compile(r"\s*[:=+]\s*")
_LABEL = re.compile(
    rf"(?:{'|'.join(f'(?P<{name}>{form})' for name, form in _LABELS.items() if form[0] != '%')})"
    r"\W{0,4}$",
    re.IGNORECASE,
)
_AT_LEAST = re.compile(r"\b(?:at least|from|minimum of|no less than)\s+(?:\w+\s+)?$", re.IGNORECASE)
_AT_MOST = re.compile(
    r"\b(?:at most|up to|within|maximum of|no more than)\s+(?:\w+\s+)?$", re.IGNORECASE
)


class _Number(NamedTuple):
    """A number where it stands; ``spoken`` when it is a word."""

    value: float
    unit: str
    sign: str
    spoken: bool
    start: int
    end: int


def amounts(text: str) -> list[Amount]:
    """The amounts of a text: those in digits, and words for numbers that have a unit."""
    text = _with_whole_halves(text)
    numbers = list(_inheriting(list(_numbers(text)), text))
    found, position = [], 0
    while position < len(numbers):
        first = numbers[position]
        last = first
        if position + 1 < len(numbers) and _spans(text, first, numbers[position + 1]):
            position += 1
            last = numbers[position]
        position += 1
        if first.spoken and not first.unit:
            continue
        unit = last.unit or first.unit
        factor = 12.0 if unit == "year" else 1.0
        amount = Amount(
            first.value * factor,
            last.value * factor,
            "month" if unit == "year" else unit,
            first.sign,
            text[first.start : last.end].strip(),
        )
        found.append(amount)
    return found


def _numbers(text: str) -> Iterator[_Number]:
    for match in _NUMBER.finditer(text):
        if word := match["word"]:
            value = _WORDS[word.lower()]
        else:
            value = float(match["digits"].replace(",", ""))
            value *= _SCALES[match["scale"].strip().lower()] if match["scale"] else 1.0
        if match["half"]:
            value += 0.5
        unit = next((name for name in _UNITS if match[name]), "")
        if match["money"]:
            unit = "dollar"
        elif not unit and (label := _LABEL.search(_before(text, match.start()))):
            unit = next(name for name in _LABELS if name != "percent" and label[name])
        sign = (match["sign"] or "").replace("−", "-").replace("–", "-")
        yield _Number(value, unit, sign, bool(word), match.start(), match.end())


def _inheriting(numbers: list[_Number], text: str) -> Iterator[_Number]:
    """Give a number without a unit that of its list: "4, 16 and 24 weeks", "20 weeks: 4 + 16"."""
    given: list[_Number] = []
    for number in reversed(numbers):
        if given and not number.unit:
            between = text[number.end : given[-1].start]
            if _RANGE.fullmatch(between) or _LIST.fullmatch(between):
                number = number._replace(unit=given[-1].unit)
        given.append(number)
    before: _Number | None = None
    for number in reversed(given):
        if before and not number.unit and _SUM.fullmatch(text[before.end : number.start]):
            number = number._replace(unit=before.unit)
        yield number
        before = number


def _spans(text: str, first: _Number, last: _Number) -> bool:
    between = text[first.end : last.start]
    if _RANGE.fullmatch(between):
        return True
    return between.strip().lower() == "and" and bool(_BETWEEN.search(_before(text, first.start)))


def _before(text: str, position: int) -> str:
    return text[max(0, position - 40) : position]


def _with_whole_halves(text: str) -> str:
    text = re.sub(r"\b(?:an?|one) year and a half\b", "1.5 years", text, flags=re.IGNORECASE)
    text = re.sub(
        r"\bhalf (?:a|of a) (year|month|week|day)\b", r"0.5 \1", text, flags=re.IGNORECASE
    )
    return re.sub(r"\b(?:a )?couple of (?=\w)", "2 ", text, flags=re.IGNORECASE)


def _unsupported_amounts(answer: str, allowed: list[str]) -> list[str]:
    known = [amount for text in allowed for amount in amounts(text)]
    said = _with_whole_halves(answer)
    wrong, position = [], 0
    for amount in amounts(answer):
        start = said.index(amount.text, position)
        position = start + len(amount.text)
        if not any(_agrees(amount, other, _before(said, start)) for other in known):
            wrong.append(amount.text)
    return wrong


def _agrees(said: Amount, known: Amount, before: str) -> bool:
    # A loss has to be one in the guide; a bare figure may tell either in words.
    if said.unit != known.unit or (said.sign and (said.sign == "-") != (known.sign == "-")):
        return False
    if said.low == said.high and known.low != known.high:
        at_least = said.low == known.low and _AT_LEAST.search(before)
        at_most = said.low == known.high and _AT_MOST.search(before)
        return bool(at_least or at_most)
    return (said.low, said.high) == (known.low, known.high)


# Titles and names --------------------------------------------------------------------------------

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
        named = _is_name(word, starts=_SENTENCE_START.search(_before(text, match.start())))
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
