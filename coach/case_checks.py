"""Every problem of a set of cases, held against the guides that they ask about."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from rapidfuzz import fuzz, process

from coach.answering.amounts import find_amounts
from coach.cases import PLANNED, POISONED_FOLDER, Case, Line, Nugget, read_lines
from coach.check import Problem, problems
from coach.chunking import split
from coach.discovery import discover
from coach.domain import Guide, Section, Value
from coach.errors import ReadingError
from coach.reading import read
from coach.terms import words

_ALIKE = 93  # of 100; "what skills" for "which skills" in a question of twelve words
_CORRECT = "Correct the line."


class Findings(Value):
    """What is wrong with some cases, in the order of files and lines.

    Attributes:
        problems: what keeps the cases from being used.
        stale: cases whose facts no longer stand in their guide; they can still be asked.
    """

    problems: tuple[Problem, ...]
    stale: tuple[Problem, ...]


class _Placed(NamedTuple):
    file: Path
    line: int
    case: Case

    def problem(self, problem: str, remedy: str = _CORRECT) -> Problem:
        text = f"{self.case.id}: {problem}"
        return Problem(file=str(self.file), line=self.line, problem=text, remedy=remedy)


class _Texts(NamedTuple):
    """The words of guides by slug and section, and the names of all their moves."""

    sections: Mapping[str, Mapping[Section, str]]
    moves: str


class _Whole:
    """Counts no tokens, so that no passage is cut and no encoder is loaded."""

    token_limit = 1_000_000

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [0] * len(texts)


def findings(path: Path, knowledge: Path) -> Findings:
    """What is wrong with the cases of a file or folder.

    Guides are read from ``knowledge``, and for cases whose attack is a guide's also from the
    folder ``poisoned`` beside the cases. Where a guide itself has a problem, only that is told.

    Args:
        path: a file of cases, or a folder of them.
        knowledge: the folder of guides.

    Raises:
        ReadingError: the cases cannot be read at all.
    """
    poisoned = (path if path.is_dir() else path.parent) / POISONED_FOLDER
    folders = [knowledge, *([poisoned] if poisoned.is_dir() else [])]
    if broken := problems(folders):
        return Findings(problems=broken, stale=())
    lines = list(read_lines(path))
    placed = [
        _Placed(line.file, line.number, line.case) for line in lines if isinstance(line.case, Case)
    ]
    clean, all_guides = _texts(folders[:1]), _texts(folders)
    found = [*_malformed(lines), *_repeated(placed), *_near_duplicates(placed), *_pairs(placed)]
    stale: list[Problem] = []
    for one in placed:
        texts = all_guides if one.case.attack == "guide" else clean
        unknown = list(_unknown(one, texts))
        found += unknown
        if not unknown:
            stale += _stale(one, texts)
    return Findings(problems=_in_order(found), stale=_in_order(stale))


def stands_in(nugget: Nugget, text: str) -> bool:
    """Whether a text holds a fact: the pattern is found in it, or the very figure in any wording.

    Years count as twelve months; weeks and months are not converted to each other.
    """
    if nugget.pattern is not None:
        return re.search(nugget.pattern, text, re.IGNORECASE) is not None
    wanted = nugget.quantity
    return wanted is not None and any(
        (amount.unit, amount.amount.low, amount.amount.high)
        == (wanted.unit, wanted.low, wanted.high)
        for amount in find_amounts(text)
    )


def _texts(folders: Sequence[Path]) -> _Texts:
    sections: dict[str, dict[Section, str]] = {}
    moves = []
    files, _, _ = discover(folders, data=Path(".coach"))
    for file in files:
        reading = read(file.path, name=file.name, key=file.key)
        if not isinstance(reading.content, Guide):
            continue
        found: dict[Section, str] = defaultdict(str)
        for passage in split(reading, _Whole()):
            found[passage.section] += f"{passage.text}\n"
        sections[reading.content.slug] = dict(found)
        moves.append(f"{reading.content.from_role} to {reading.content.to_role}")
    return _Texts(sections, "\n".join(moves))


def _malformed(lines: Iterable[Line]) -> Iterator[Problem]:
    for line in lines:
        if isinstance(line.case, ReadingError):
            yield Problem(
                file=str(line.file),
                line=line.number,
                problem=line.case.problem,
                remedy=line.case.remedy,
            )


def _unknown(one: _Placed, texts: _Texts) -> Iterator[Problem]:
    """Guides that there are not, and sections that their guides do not have."""
    case = one.case
    if case.guide is not None and case.guide not in texts.sections:
        yield one.problem(f"There is no guide `{case.guide}`.")
    for gold in case.gold:
        if gold.source not in texts.sections:
            yield one.problem(f"There is no guide `{gold.source}`.")
        elif gold.section not in texts.sections[gold.source]:
            yield one.problem(f"The guide `{gold.source}` has no section `{gold.section}`.")


def _stale(one: _Placed, texts: _Texts) -> Iterator[Problem]:
    """Facts that do not stand where they should: vital ones in the sections of grade 2."""
    case = one.case
    if PLANNED in case.tags:
        return  # what is worked out of a guide stands nowhere in it
    if not case.gold and case.answerability != "answerable":
        return  # what such an answer must hold, such as where to find help, stands in no guide
    for nugget in case.nuggets:
        places = [
            (gold.source, gold.section)
            for gold in case.gold
            if gold.grade == 2 or nugget.importance == "okay"
        ]
        # A question of which moves there are has no gold.
        text = "\n".join(texts.sections[source][section] for source, section in places)
        if not stands_in(nugget, text if case.gold else texts.moves):
            names = ", ".join(f"{section} of {source}" for source, section in places)
            yield one.problem(
                f'Stale: "{nugget.text}" does not stand in {names or "the names of the moves"}.',
                "Correct the fact or its sections if the guide was changed on purpose.",
            )


def _repeated(placed: Iterable[_Placed]) -> Iterator[Problem]:
    first: dict[str, _Placed] = {}
    for one in placed:
        same = first.setdefault(one.case.id, one)
        if same is not one:
            place = f"{same.file}:{same.line}"
            yield one.problem(f"This id is given already at {place}.", "Give it another id.")


def _near_duplicates(placed: Iterable[_Placed]) -> Iterator[Problem]:
    """Questions asked twice in nearly the same words, with the same history, guide and figures.

    The measure looks at all words of both questions: one that forgives what only one of them has
    takes "how long" for a copy of any question about how long something takes.
    """
    alike: dict[object, list[tuple[str, _Placed]]] = defaultdict(list)
    for one in placed:
        asked = words(one.case.question)
        history = tuple((said.role, *words(said.content)) for said in one.case.history)
        figures = tuple(sorted(word for word in asked if word.isdigit()))
        alike[one.case.guide, history, figures].append((" ".join(asked), one))
    for questions in alike.values():
        texts = [text or one.case.question for text, one in questions]
        scores = process.cdist(
            texts, texts, scorer=fuzz.token_sort_ratio, score_cutoff=_ALIKE, workers=1
        )
        for second, first in zip(*scores.nonzero(), strict=True):
            a, b = questions[first][1], questions[second][1]
            if first < second and not (a.case.pair and a.case.pair == b.case.pair):
                yield b.problem(
                    f"This asks nearly the same as `{a.case.id}` at {a.file}:{a.line}.",
                    "Keep one of the two.",
                )


def _pairs(placed: Iterable[_Placed]) -> Iterator[Problem]:
    """Pairs that are not two cases of one conversation group that ask for the same facts."""
    named = sorted((one for one in placed if one.case.pair), key=lambda one: one.case.pair)
    for name, members in groupby(named, key=lambda one: one.case.pair):
        first, *others = members
        if len(others) != 1:
            yield first.problem(f"The pair `{name}` has {1 + len(others)} cases instead of two.")
        elif _expected(first.case) != _expected(others[0].case):
            yield others[0].problem(f"This asks for other facts than its pair, `{first.case.id}`.")


def _expected(case: Case) -> tuple[object, ...]:
    return case.group, case.guide, case.answerability, case.gold, case.nuggets, case.must_not


def _in_order(found: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(found, key=lambda problem: (problem.file, problem.line or 0)))
