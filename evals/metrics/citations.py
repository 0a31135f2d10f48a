"""Whether what an answer states is cited, and whether what it cites says so.

Coverage and precision are ALCE's citation recall and precision (Gao et al. 2023, "Enabling large
language models to generate text with citations"). ALCE asks a model whether a passage entails a
statement; here the measure is how many of the statement's words stand in the passage, which knows
words and not meaning. The coach's own checks are not used: what they let pass would always score 1.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

from evals.metrics.figures import unsupported_figures
from evals.metrics.statements import Statement, content, is_factual

# Of a statement's words, those a passage must hold to support it by itself.
LEAST_SUPPORT = 0.4
# "With your 8 hours", "No, not 8 hours": told as the person's own, or denied.
_OF_THE_PERSON = re.compile(r"\b(?:you|your|yours|not)\b", re.IGNORECASE)
_OF_SEVERAL = re.compile(
    r"\b(?:total|together|add\w* up|in all|altogether|sum|overall|combined)\b|:$", re.IGNORECASE
)
_SUM = re.compile(r"\d+(?:[-–]\d+)?(?:\s*\+\s*\d+(?:[-–]\d+)?)+")
_DIGITS = re.compile(r"\d+")


class Cited(NamedTuple):
    """A citation of an answer.

    Attributes:
        marker: its number.
        quote: the words shown.
        source: the name of the file.
        text: all that the passage says: its headings and its words.
    """

    marker: int
    quote: str
    source: str
    text: str


def validity(shown: Collection[int], given: Collection[int]) -> float | None:
    """1 if each marker shown has a citation, and each citation a marker that is shown, else 0.

    Args:
        shown: the numbers in the text.
        given: the numbers of the citations.

    Returns:
        None where there are neither.
    """
    if not shown and not given:
        return None
    return float(set(shown) == set(given) and len(set(given)) == len(given))


def exactness(cited: Sequence[Cited], sources: Callable[[str], str]) -> float | None:
    """1 if every quote stands in its source letter by letter, else 0; None without citations.

    The verbatim quotes of GopherCite (Menick et al. 2022), held to the file itself.

    Args:
        cited: the citations.
        sources: gives the text of a file by its name, "" where it is unknown.
    """
    if not cited:
        return None
    return float(all(bool(one.quote) and one.quote in sources(one.source) for one in cited))


def coverage(
    stated: Sequence[Statement], given: Collection[int], moves: Collection[str]
) -> float | None:
    """The share of factual sentences that have a citation, 0 to 1; None where none is factual.

    Args:
        stated: the statements of an answer.
        given: the numbers of its citations; a marker without one covers nothing.
        moves: the moves there are guides for, as "From to To", whose names state nothing.
    """
    factual = [one for one in stated if one.markers or is_factual(one, moves)]
    total = sum(one.sentences for one in factual)
    covered = sum(one.sentences for one in factual if set(one.markers) & set(given))
    return covered / total if total else None


def precision(stated: Sequence[Statement], cited: Sequence[Cited]) -> float | None:
    """The share of a statement's citations that bear on it, over all statements, 0 to 1.

    A citation bears on its statement when it holds ``LEAST_SUPPORT`` of its words by itself, or
    some that no other of its citations holds (ALCE: a citation is needless when it does not
    support by itself and the others support as much without it). None without citations.
    """
    by_marker = {one.marker: content(one.text) for one in cited}
    bearing = [
        _bears(content(statement.text), marker, statement.markers, by_marker)
        for statement in stated
        for marker in statement.markers
        if marker in by_marker
    ]
    return sum(bearing) / len(bearing) if bearing else None


def lexical_support(stated: Sequence[Statement], cited: Sequence[Cited]) -> float | None:
    """The share of a statement's words that stand in what it cites, the mean of the statements.

    Stop words are left out and words are compared by their stems, each once: ROUGE-1 precision of
    the statement against its sources (Lin 2004), over types. None where nothing is cited.
    """
    by_marker = {one.marker: content(one.text) for one in cited}
    shares = []
    for statement in stated:
        held = [by_marker[marker] for marker in statement.markers if marker in by_marker]
        if held and (wanted := content(statement.text)):
            shares.append(_share(wanted, held))
    return sum(shares) / len(shares) if shares else None


def number_support(
    stated: Sequence[Statement],
    cited: Sequence[Cited],
    said: Iterable[str],
    computed: Sequence[str],
) -> float | None:
    """1 if every figure of every statement stands in what it cites, else 0; None without figures.

    Figures are read by ``evals.metrics.figures``, apart from the coach's reading. Beside the
    passages cited, a figure may come from what can be worked out of the guide, where the statement
    is of several things together; from a sum that the statement itself spells out; or from the
    person, where the statement speaks to them or denies it. A question states nothing.

    Args:
        stated: the statements of an answer.
        cited: its citations.
        said: what the person wrote.
        computed: texts with the figures that may be worked out.
    """
    found = unsupported(stated, cited, said, computed)
    return None if found is None else float(not found)


def unsupported(
    stated: Sequence[Statement],
    cited: Sequence[Cited],
    said: Iterable[str],
    computed: Sequence[str],
) -> list[str] | None:
    """The figures, as written, for which ``number_support`` is 0; None without figures."""
    texts = {one.marker: one.text for one in cited}
    said = tuple(said)
    figures = False
    wrong = []
    for statement in stated:
        if statement.text.endswith("?"):
            continue
        figures = figures or bool(unsupported_figures(statement.text, ()))
        # What leads to a list takes its figures from the list.
        shown = texts if statement.text.endswith(":") else statement.markers
        sources = [texts[marker] for marker in shown if marker in texts]
        own = said if _OF_THE_PERSON.search(statement.text) else ()
        several = len(statement.markers) > 1 or _OF_SEVERAL.search(statement.text)
        worked_out = [*computed, _spelt_out_sum(statement.text)] if several else ()
        allowed = [*sources, *own, *worked_out]
        wrong += unsupported_figures(statement.text, allowed)
    return wrong if figures else None


def _spelt_out_sum(text: str) -> str:
    """What "34 weeks: 12 + 16 + 6" may say of itself: the sum of its terms and their number."""
    found = _SUM.search(text)
    if not found:
        return ""
    terms = [_ends(term) for term in found.group().split("+")]
    low, high = (sum(end) for end in zip(*terms, strict=True))
    total = f"{low}" if low == high else f"{low}-{high}"
    return f"In all {len(terms)}, together {total} weeks, {total} months, {total} hours"


def _ends(term: str) -> tuple[int, int]:
    parts = [int(part) for part in _DIGITS.findall(term)]
    return parts[0], parts[-1]


def _bears(
    wanted: frozenset[str],
    marker: int,
    all_markers: Iterable[int],
    by_marker: dict[int, frozenset[str]],
) -> bool:
    if not wanted or _share(wanted, [by_marker[marker]]) >= LEAST_SUPPORT:
        return True
    others = [by_marker[one] for one in all_markers if one != marker and one in by_marker]
    return _share(wanted, [*others, by_marker[marker]]) > _share(wanted, others)


def _share(wanted: frozenset[str], held: Sequence[frozenset[str]]) -> float:
    return len(wanted & frozenset().union(*held)) / len(wanted)
