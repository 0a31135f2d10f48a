"""Which words of a text are affirmed and which are denied, by the negations before them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from coach.answering.contrasts import Contrast, find_contrasts
from coach.terms import fold, stem
from coach.understanding.vocabulary import FUNCTION_WORDS

# Words that deny or weigh nothing: "do not worry", "at least".
_IDLE = re.compile(
    r"\bdo(?:n't| not) (?:bank|count|rely|worry|forget|expect|be)\b"
    r"|\b(?:doesn't|does not|do not) cost (?:you )?anything|\bcosts?(?: you)? nothing"
    r"|\b(?:at )?no (?:cost|money|charge|fee|promise|forecast)s?\b"
    r"|\bno (?:fewer|less|more) than\b|\bnot (?:just|only|a promise|a forecast)\b"
    r"|\bnot for [\w\s]{1,40} alone\b|\bnot (?:too|so) \w+\b|\bno matter\b"
    r"|\ba (?:little|few)\b|\b(?:how|as) many\b|\bat (?:least|most)\b"
    r"|\b(?:more )?or (?:more|less)\b|\bany ?more\b|^(?:no|yes|mostly|partly),"
)
# Ways to deny or to set two things apart, each as one word that no text has.
_PHRASES = tuple(
    (re.compile(pattern), word)
    for pattern, word in (
        (r"\brather than\b|\binstead of\b|\bin place of\b", "instead_"),
        (r"\b(?:any|no) longer\b|\bno more\b|\bfar from\b|\bgiv(?:e|es|ing) up\b", "denied_"),
        (r"\b(?:away from|out of place|off limits|(?:steer )?clear of)\b", "denied_"),
        (r"\b((?:keep|kept|stop|prevent)s? (?:\w+ ){1,4})from\b", r"\1denied_"),
        (r"\b(?:do|does|go|manage) without\b|\bfree (?:of|from)\b", "without"),
        (
            r"\b(?:leave|leaves|left|leaving)\b((?: [^\s,.;:]+){0,6}) (?:out|aside|behind)\b",
            r"denied_\1",
        ),
        (r"\b(?:put|putting) off\b", "postpone_"),
        (r"\bcan(?:not|'t)\b", "can not"),
        (r"\bwon't\b", "will not"),
        (r"n't\b", " not"),
        (r"\bno one\b", "nobody"),
        (r"\btoo (?=\w+ (?:to|for)\b)|\bnon-", "not "),
        (r"\b(?:say|says) little\b", "not say"),
    )
)
_TOKEN = re.compile(r"[a-z]+_|[^\W_]+[+#]{0,2}|[,;:.()–—?!]")
_NEGATIONS = frozenset(
    """
    not no never none neither nor nobody nothing nowhere without except unlike hardly barely seldom
    rarely scarcely few fewer little less least lack lacks lacking skip skips skipping avoid avoids
    avoiding ignore ignores ignoring drop drops dropping omit exclude excludes stop stops stopped
    miss missing lose loses lost resist resisting refuse refuses fail fails unnecessary needless
    unlikely impossible reluctant denied_ instead_
    """.split()
)
_PREPOSITIONS = frozenset("instead_ without except unlike".split())
_STOPS = frozenset(",;:.")
_ENDS = frozenset(
    """
    , ; : . ( ) – — ? ! but while whereas although though however yet because since so which who
    that if when as until before after
    """.split()
)
_AUXILIARIES = frozenset(
    "is are was were be does do did will would can could should need must has have".split()
)
_REACH = 4
# Function words that a denial or a contrast may hang on, and ordinary ones that none hangs on.
_GRAMMAR = (
    FUNCTION_WORDS
    | frozenset(
        """
        first second last later then afterwards wait usual usually often mostly most more less still
        already only
        """.split()
    )
) - frozenset(
    """
    two once together enough everything anything nothing own back away end over need needed needs
    must same inside outside another against
    """.split()
)
_LOSS_ENDS = frozenset(": ; , because since where who".split())


@dataclass(frozen=True, slots=True)
class Reading:
    """The words of a text, affirmed or denied.

    Attributes:
        words: every folded word.
        stems: the stem of every word.
        affirmed: stems of words with meaning that are affirmed somewhere.
        denied: stems of words with meaning that are denied somewhere; a double denial affirms.
        lost: stems of what a text under "What you might miss" says is gone.
        denies: whether there is a negation.
        contrasts: "A before B", "A rather than B" and the like.
    """

    words: frozenset[str]
    stems: frozenset[str]
    affirmed: frozenset[str]
    denied: frozenset[str]
    lost: frozenset[str]
    denies: bool
    contrasts: tuple[Contrast, ...]

    @property
    def content(self) -> frozenset[str]:
        """The stems of the words with meaning."""
        return self.affirmed | self.denied


@lru_cache(maxsize=20_000)
def read_polarity(text: str, *, is_lost: bool = False) -> Reading:
    """Read which words of a text are affirmed and which denied.

    Args:
        text: a sentence or list item.
        is_lost: whether what the text names at its start is said to be gone.
    """
    tokens = _TOKEN.findall(_plain(text))
    denied = [False] * len(tokens)
    negations = [index for index, token in enumerate(tokens) if token in _NEGATIONS]
    for index in negations:
        for place in _scope(tokens, index):
            denied[place] = not denied[place]
    gone = _head(tokens) if is_lost else 0
    for place in range(gone):
        denied[place] = not denied[place]
    meaning = [index for index, token in enumerate(tokens) if has_meaning(token)]
    return Reading(
        words=frozenset(tokens),
        stems=frozenset(map(stem, tokens)),
        affirmed=frozenset(stem(tokens[index]) for index in meaning if not denied[index]),
        denied=frozenset(stem(tokens[index]) for index in meaning if denied[index]),
        lost=frozenset(stem(token) for token in tokens[:gone]),
        denies=bool(negations),
        contrasts=find_contrasts(tokens, has_meaning),
    )


def has_meaning(token: str) -> bool:
    """Whether a token is a word of its own rather than grammar, a stop or a phrase."""
    return (
        token not in _GRAMMAR
        and token not in _ENDS
        and token[0].isalnum()
        and not token.endswith("_")
    )


def _plain(text: str) -> str:
    plain = _IDLE.sub("", fold(text))
    for pattern, word in _PHRASES:
        plain = pattern.sub(word, plain)
    return plain


def _scope(tokens: Sequence[str], index: int) -> list[int]:
    """The places of the words that a negation denies: those behind it, and what is not so."""
    scope: list[int] = []
    for place in range(index + 1, len(tokens)):
        if tokens[place] in _ENDS and (scope or tokens[place] in _STOPS):
            break
        if _is_deniable(tokens[place]):
            scope.append(place)
        if len(scope) == _REACH:
            break
    is_said_of_what_stands_before = tokens[index] == "not" and tokens[index - 1] in _AUXILIARIES
    if is_said_of_what_stands_before or (len(scope) <= 1 and tokens[index] not in _PREPOSITIONS):
        for place in range(index - 1, -1, -1):
            if tokens[place] in _STOPS:
                break
            if _is_deniable(tokens[place]):
                scope.append(place)
                break
    return scope


def _is_deniable(token: str) -> bool:
    return token not in _GRAMMAR and token not in _ENDS and token not in _NEGATIONS


def _head(tokens: Sequence[str]) -> int:
    """How many tokens name what is gone, before its reason."""
    ends = (index for index, token in enumerate(tokens) if token in _LOSS_ENDS)
    return next(ends, len(tokens))
