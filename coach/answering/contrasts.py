"""Two sides that a text sets against each other: "A before B", "A rather than B", "A than B"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from coach.terms import stem

_SENTENCE_STOPS = frozenset(";.")
_STOPS = frozenset(
    ", ; : . ( ) – — ? ! while whereas because since if when but although though so".split()
)
_BACK_STOPS = frozenset(";:.")
_JOINTS = frozenset(", then and while before if because since".split())
_CONDITIONS = frozenset(("if", "because", "since"))
# "Apply first inside" and "code first and plans second", but not "your first post".
_BEHIND_FIRST = frozenset(", . ; : and then by for inside at to if with".split())
_BEFORE_FIRST = frozenset("come comes is put".split())
_LATER = frozenset("later afterwards second wait last".split())
_WAITING = frozenset("wait leave not postpone_".split())
_OUTWEIGHS = frozenset("than outweigh outweighs beat beats exceed exceeds".split())
_LESS = frozenset("less fewer worse below".split())
_FORMER_SHARE = 0.3
_COMPARATIVE = re.compile(
    r"better|(?:clo|fast|eas|hard|high|low|long|short|soon|strong|great|old|young|quick|cheap|safe)"
    r"\w*er"
)


@dataclass(frozen=True, slots=True)
class Contrast:
    """Stems of two sides.

    Attributes:
        is_order: whether ``former`` comes earlier; else it is preferred or is the greater.
        former: the stems of one side; may be empty where a text leaves it out.
        latter: the stems of the other; may be empty too.
    """

    is_order: bool
    former: frozenset[str]
    latter: frozenset[str]


def find_contrasts(
    tokens: Sequence[str], has_meaning: Callable[[str], bool]
) -> tuple[Contrast, ...]:
    """The contrasts in a text.

    Args:
        tokens: its folded words and stops, set phrases as in ``coach.answering.polarity``.
        has_meaning: whether a word tells sides apart.
    """
    return tuple(_Text(tokens, has_meaning).contrasts())


def exchanged(
    said: Sequence[Contrast], held: Sequence[Contrast], weigh: Callable[[str], float]
) -> tuple[float, float]:
    """How far contrasts of a sentence have the sides of its source's exchanged, and kept.

    Args:
        said: the contrasts of the sentence.
        held: those of its source.
        weigh: the weight of a stem.

    Returns:
        The weight of words on the other side less that of words on the same one, and the reverse,
        each the highest of all pairs and 0 at least. What both have on the former side counts
        little: it often holds what both sides share.
    """
    crossed = straight = 0.0
    for one in said:
        for other in held:
            if one.is_order != other.is_order:
                continue
            same = _FORMER_SHARE * _weight(
                one.former & other.former - other.latter, weigh
            ) + _weight(one.latter & other.latter - other.former, weigh)
            swapped = _weight(one.former & other.latter - other.former, weigh) + _weight(
                one.latter & other.former - other.latter, weigh
            )
            if one not in held:
                crossed = max(crossed, swapped - same)
            straight = max(straight, same - swapped)
    return crossed, straight


def _weight(stems: frozenset[str], weigh: Callable[[str], float]) -> float:
    return sum(map(weigh, stems))


class _Text:
    """The tokens of one text, to be read to both sides of a place."""

    def __init__(self, tokens: Sequence[str], has_meaning: Callable[[str], bool]) -> None:
        self._tokens = tokens
        self._has_meaning = has_meaning

    def contrasts(self) -> Iterator[Contrast]:
        for index, word in enumerate(self._tokens):
            if word in ("before", "after", "until"):
                yield from self._timed(index, word)
            elif word == "first" and self._is_adverb(index):
                yield from self._first(index)
            elif word in _LATER:
                yield self._later(index)
            elif word == "postpone_":
                yield Contrast(True, frozenset(), self._stems(self._behind(index)))
            elif word == "instead_":
                left, right = self._sides(index)
                yield Contrast(False, left, right)
            elif word == "not" and index and self._tokens[index - 1] in (",", "and"):
                left = self._stems(self._before(index - 1))
                yield Contrast(False, left, self._stems(self._behind(index)))
            elif word in _OUTWEIGHS:
                yield from self._outweighed(index)
            elif _COMPARATIVE.fullmatch(word) and "than" not in self._tokens:
                yield Contrast(False, self._stems(self._before(index)), frozenset())

    def _timed(self, index: int, word: str) -> Iterator[Contrast]:
        left, right = self._sides(index)
        is_late = word == "after" or (
            word == "until" and _WAITING & set(self._before(index))
        )  # "leave A until B" puts B first
        if left and right:
            yield Contrast(True, right, left) if is_late else Contrast(True, left, right)

    def _is_adverb(self, index: int) -> bool:
        behind = self._tokens[index + 1 : index + 2]
        return (
            not behind
            or behind[0] in _BEHIND_FIRST
            or (index > 0 and self._tokens[index - 1] in _BEFORE_FIRST)
        )

    def _first(self, index: int) -> Iterator[Contrast]:
        """Read "A first, then B" and "B, and A first"."""
        left, right = self._before(index), self._behind(index, _SENTENCE_STOPS)
        joint = next((place for place, word in enumerate(right) if word in _JOINTS), None)
        former = self._stems([*left, *right[:joint]])
        latter: frozenset[str] = frozenset()
        if joint is not None and right[joint] not in _CONDITIONS:
            latter = self._stems(right[joint + 1 :])
        stop = index - 1 - len(left)
        if not latter and stop >= 0 and self._tokens[stop] == ",":
            latter = self._stems(self._before(stop))
        if former:
            yield Contrast(True, former - latter, latter - former)

    def _later(self, index: int) -> Contrast:
        """Read "A now and B later"."""
        left = self._before(index, _STOPS | {"and"})
        if not self._stems(left):
            left = self._before(index - len(left) - 1)
        former = self._stems(self._before(index - 1 - len(left), _BACK_STOPS))
        latter = self._stems(left)
        return Contrast(True, former - latter, latter - former if former else latter)

    def _outweighed(self, index: int) -> Iterator[Contrast]:
        words_before = self._before(index)
        left, right = self._stems(words_before), self._stems(self._behind(index))
        if left and right:
            former, latter = left - right, right - left
            is_less = _LESS & set(words_before)
            yield Contrast(False, latter, former) if is_less else Contrast(False, former, latter)

    def _sides(self, index: int) -> tuple[frozenset[str], frozenset[str]]:
        """The stems on both sides, also where it is "Before B, A"."""
        left, behind = self._stems(self._before(index)), self._behind(index)
        if not left:
            left = self._stems(self._behind(index + 1 + len(behind)))
        return left, self._stems(behind)

    def _before(self, index: int, stops: frozenset[str] = _STOPS) -> list[str]:
        found: list[str] = []
        for place in range(index - 1, -1, -1):
            if self._tokens[place] in stops:
                break
            found.append(self._tokens[place])
        return found

    def _behind(self, index: int, stops: frozenset[str] = _STOPS) -> list[str]:
        found: list[str] = []
        for place in range(index + 1, len(self._tokens)):
            if self._tokens[place] in stops:
                break
            found.append(self._tokens[place])
        return found

    def _stems(self, tokens: Sequence[str]) -> frozenset[str]:
        return frozenset(
            stem(word) for word in tokens if self._has_meaning(word) and not word.isdigit()
        )
