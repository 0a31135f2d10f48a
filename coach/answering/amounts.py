"""Every figure in a text, read to a value with its unit, so that different wordings agree."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import get_args

from coach.domain import Range, Value
from coach.reading.figures import DASHES, NUMBER, NUMBER_WORD, Unit, find_ranges, number_of
from coach.terms import fold, spelt_out, stem

MONEY = "money"
COUNT = "count"
ORDINAL = "ordinal"
SHARE = "share"
_UNITS: tuple[Unit, ...] = get_args(Unit)
_DASH = re.escape("".join(DASHES))

_LENGTH = r"(week|month|year)"
# Written so that the readers of figures, which know "1.5 years", find them.
_SPELT = (
    (re.compile(r"(\d),(\d{1,2})(?![\d,])"), r"\1.\2"),  # "1,5"
    (re.compile(r"(\d) ?\+(?=[\s-]?(?:week|month|year|hour|day)s?\b)"), r"\1"),  # "18+ months"
    (re.compile(r"(?<=\d)-to-(?=\d)"), " to "),
    (re.compile(r"(\d)\s+(\.(?:25|5|75))\b"), r"\1\2"),  # "1 ½"
    (re.compile(r"(?<![\d./])(\d{1,3}) 1/2\b"), r"\1.5"),
    (re.compile(r"(?<![\d./])1/2(?= ?(?:an? )?(?:year|month|week|hour))"), "0.5"),
    (re.compile(r"-and-a-half\b-?"), " and a half "),
    (re.compile(r"\b(or (?:more|less)) ((?:week|month|year|hour)s?)\b"), r"\2 \1"),
    (re.compile(r"\bor so\s+(?=(?:week|month|year|hour)s?\b)"), ""),
    (re.compile(r"\ba fortnight\b"), "2 weeks"),
    (
        re.compile(rf"\b(tak(?:es?|ing)|lasts?|needs?|within|after|only|just) a {_LENGTH}\b"),
        r"\1 1 \2",
    ),
    (re.compile(r"\ban? (year|month|week|hour)s? and a half\b"), r"1.5 \1s"),
    (re.compile(r"\bhalf an? (year|month|hour)\b"), r"0.5 \1s"),
    (re.compile(r"\b(to|and|or|between|about|roughly|nearly|under) a year\b"), r"\1 1 year"),
    (re.compile(r"\ba couple of\b"), "2"),
    (re.compile(r"\bhalf a dozen\b"), "6"),
    (re.compile(r"\ba dozen\b"), "12"),
)
# Before folding, which would write "1½" as "11/2".
_VULGAR = str.maketrans({"½": ".5", "¼": ".25", "¾": ".75"})
_NO_WHOLE = re.compile(r"(?<!\d)(?<!\d )\.(?=(?:25|5|75)\b)")
_OTHER_DIGIT = re.compile(r"(?![0-9])\d")
_BELOW_HUNDRED = rf"(?:{NUMBER_WORD})(?:[\s-](?:{NUMBER_WORD}))?"
_LARGE = re.compile(
    rf"\b(?:(?P<many>an?|{_BELOW_HUNDRED})[\s-])?(?P<scale>hundred|thousand)"
    rf"(?:[\s-](?:and[\s-])?(?P<rest>{_BELOW_HUNDRED}))?\b"
)
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8"}
_ROMAN_LABEL = re.compile(rf"\b(phase|stage|step|part) ({'|'.join(_ROMAN)})\b")
_YEARS = re.compile(rf"\b(20)(\d\d)(\s?[{_DASH}]\s?)(\d\d)\b(?!-)")
_LABEL = re.compile(rf"\bweeks?\s*:\s*(?P<low>{NUMBER})(?:\s*[{_DASH}]\s*(?P<high>{NUMBER}))?")
_SYMBOL = r"(?:us\$|[$€£¥₹])"
_PLAIN = r"(?<!\d)(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_SCALE = r"(?:\s?(?P<{0}>k|thousand|m|million)\b)?"
_CURRENCY = r"\s?(?:dollars?|euros?|pounds?|usd|eur|gbp)\b"
_SYMBOLS_FIRST = re.compile(
    rf"{_SYMBOL}\s?(?P<low>{_PLAIN}){_SCALE.format('low_scale')}"
    rf"(?:\s*(?:[{_DASH}]|\bto\b|\band\b)\s*{_SYMBOL}?\s?(?P<high>{_PLAIN})"
    rf"{_SCALE.format('high_scale')})?"
)
_WORDS_LAST = re.compile(
    rf"(?P<low>{_PLAIN}){_SCALE.format('low_scale')}"
    rf"(?:\s*(?:[{_DASH}]|\bto\b|\band\b)\s*(?P<high>{_PLAIN}){_SCALE.format('high_scale')})?"
    rf"{_CURRENCY}"
)
_PER = re.compile(
    r"\s*(?:of [a-z ]{1,20} )?(?:(?:an?|per|each|every|/)\s?(?P<unit>day|week|month|year)\b"
    r"|(?P<adverb>daily|weekly|monthly|yearly)\b)"
)
_FALL_OF = re.compile(
    r"\b(?:drops?|falls?|cuts?|loss|decreases?|declines?|dips?)(?: of| by)?(?: about)? $"
)
_FALLING = re.compile(r"\s*(?:lower|less|below|down|drop|decrease|cut|decline|loss)\b")
_RATE = re.compile(r"\d\s+an?\s+(?:year|month|week|hour)")
_BARE_RANGE = re.compile(rf"\b(?P<low>{NUMBER_WORD}) to (?P<high>{NUMBER_WORD})\b")
_DIGITS = re.compile(
    rf"(?<![\w.,])(?:{_PLAIN})(?=(?:st|nd|rd|th)?(?!\w))"
    rf"|\b(?!one\b|two\b|zero\b)(?:{NUMBER_WORD})(?:-(?:{NUMBER_WORD}))?\b"
    rf"|\btwo\b(?=\s*(?:[.,;)]|$|or (?:more|three)))"
)
_COUNTED = re.compile(
    rf"(?<![\d.,$€£])\b(?P<low>{NUMBER})[\s{_DASH}]+"
    rf"(?P<noun>(?!(?:{NUMBER_WORD}|to|and|or|in|of|a|an|the|is|are|as|at|on|if|for|with|by|per|from)\b)"
    r"[a-z]{3,})"
)
_LABELLED = re.compile(
    rf"\b(?:phase|stage|step|part|number|source)\s+(?P<low>\d{{1,2}}|{NUMBER_WORD})\b"
)
# "One" counts nothing in "one of them", nor does "half" in "half the work".
_VAGUE = frozenset({"one", "half", "zero"})
_ORDINALS = {
    word: float(value)
    for value, word in enumerate(
        ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"), start=1
    )
}
_ORDINAL = re.compile(rf"\b(?P<word>{'|'.join(_ORDINALS)}) (?=phase|stage)")
_TIMES = re.compile(rf"(?<![\w.,])(?P<low>{_PLAIN})\s?[x×](?!\w)")
_SHARES = {"half": 1 / 2, "third": 1 / 3, "quarter": 1 / 4}
_SHARE = re.compile(rf"\b(?P<part>{'|'.join(_SHARES)})(?= of\b)")
_THOUSANDS = re.compile(rf"(?<![\w.,])(?P<low>{_PLAIN})\s?(?P<low_scale>k|thousand|million)\b")
_SCALES = {
    "hundred": 100.0,
    "k": 1_000.0,
    "thousand": 1_000.0,
    "m": 1_000_000.0,
    "million": 1_000_000.0,
}


class Amount(Value):
    """A figure or range in a text.

    ``unit`` is "week", "month" (years count as twelve), "hour", "percent", "money", "count",
    "ordinal" ("phase 2") or "share" ("half of"). ``noun`` is the stem of what is counted, empty
    for a bare figure. ``rate`` is "week" for "hours a week". ``falling`` tells a figure that
    lowers something.
    ``text`` is how it was written, ``start`` and ``end`` where in the normalised text.
    """

    amount: Range
    unit: str
    text: str
    noun: str = ""
    rate: str = ""
    falling: bool = False
    start: int
    end: int


@lru_cache(maxsize=5_000)
def normalised(text: str) -> str:
    """Folded text with the wordings of figures made alike: "a year and a half" is "1.5 years"."""
    text = _NO_WHOLE.sub("0.", text.translate(_VULGAR))
    text = _OTHER_DIGIT.sub(_ascii_digit, spelt_out(fold(text)))
    text = _LARGE.sub(_in_digits, text)
    text = _ROMAN_LABEL.sub(lambda match: f"{match[1]} {_ROMAN[match[2]]}", text)
    for pattern, replacement in _SPELT:
        text = pattern.sub(replacement, text)
    return _YEARS.sub(r"\1\2\3\1\4", text)  # "2024-34" is "2024-2034"


def _ascii_digit(match: re.Match[str]) -> str:
    return str(unicodedata.decimal(match.group()))


def _in_digits(match: re.Match[str]) -> str:
    """A number with a hundred or thousand in it as digits, "150" for "one hundred and fifty".

    A scale without a number word before it, as in "5 thousand", stays as it is.
    """
    many, rest = match["many"], match["rest"]
    if many is None:
        return match.group()
    value = (1.0 if many in {"a", "an"} else number_of(many)) * _SCALES[match["scale"]]
    return f"{value + (number_of(rest) if rest else 0.0):g}"


@lru_cache(maxsize=5_000)
def find_amounts(text: str) -> tuple[Amount, ...]:
    """The amounts of a text, in order; each figure belongs to one amount."""
    text = normalised(text)
    found: list[Amount] = []
    for amount in _candidates(text):
        if not any(amount.start < other.end and other.start < amount.end for other in found):
            found.append(_in_context(amount, text))
    return tuple(sorted(found, key=lambda amount: amount.start))


def _in_context(amount: Amount, text: str) -> Amount:
    """The amount with what the words around it say of it."""
    rate = _PER.match(text, amount.end)
    before, after = text[max(0, amount.start - 16) : amount.start], text[amount.end :][:16]
    falling = amount.text.startswith(DASHES) or bool(
        _FALL_OF.search(before) or _FALLING.match(after)
    )
    per = (rate["unit"] or rate["adverb"][:-2].replace("dai", "day")) if rate else ""
    return amount.model_copy(update={"rate": per, "falling": falling})


def _candidates(text: str) -> Iterator[Amount]:
    """Amounts that may overlap, the surer reading first."""
    for pattern in (_SYMBOLS_FIRST, _WORDS_LAST):
        for match in pattern.finditer(text):
            yield _read(match, MONEY, text)
    for unit in _UNITS:
        for amount, start, end in find_ranges(text, unit):
            if _RATE.search(text[start:end]):
                continue  # "23,400 a year" counts no years
            yield Amount(amount=amount, unit=unit, text=text[start:end], start=start, end=end)
    for match in _LABEL.finditer(text):
        yield _read(match, "week", text)
    for match in _TIMES.finditer(text):
        yield _single(number_of(match["low"]), COUNT, match.group(), match.span(), "times")
    for match in _LABELLED.finditer(text):
        yield _single(number_of(match["low"]), ORDINAL, match.group(), match.span("low"))
    for match in _ORDINAL.finditer(text):
        yield _single(_ORDINALS[match["word"]], ORDINAL, match["word"], match.span())
    for match in _SHARE.finditer(text):
        yield _single(_SHARES[match["part"]], SHARE, match.group(), match.span())
    for match in _THOUSANDS.finditer(text):
        yield _read(match, COUNT, text)
    for match in _COUNTED.finditer(text):
        value = number_of(match["low"])
        if match["low"] not in _VAGUE:
            yield _single(value, COUNT, match.group(), match.span("low"), match["noun"])
    for match in _BARE_RANGE.finditer(text):
        yield _read(match, COUNT, text)
    for match in _DIGITS.finditer(text):
        if match.group() not in _VAGUE:
            yield bare_figure(match)


def bare_figure(match: re.Match[str]) -> Amount:
    """A figure with nothing it counts."""
    return _single(number_of(match.group()), COUNT, match.group(), match.span())


def _single(value: float, unit: str, text: str, place: tuple[int, int], noun: str = "") -> Amount:
    return Amount(
        amount=Range(low=value, high=value),
        unit=unit,
        text=text,
        noun=stem(noun) if noun else "",
        start=place[0],
        end=place[1],
    )


def _read(match: re.Match[str], unit: str, text: str) -> Amount:
    parts = match.groupdict()
    low_scale = _SCALES.get(parts.get("low_scale") or "", 1.0)
    high_scale = _SCALES.get(parts.get("high_scale") or "", 1.0)
    low = number_of(match["low"])
    top = parts.get("high")
    high = low if top is None else number_of(top)
    if top is not None and low_scale == 1.0:
        low *= high_scale  # "$90-110k"
    amount = Range(low=low * low_scale, high=high * (high_scale if top else low_scale))
    return Amount(
        amount=amount,
        unit=unit,
        text=text[slice(*match.span())],
        start=match.start(),
        end=match.end(),
    )
