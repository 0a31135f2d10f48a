"""Whether a sentence turns its source round, or claims more than it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from coach.answering.extracting import pieces
from coach.answering.opposites import JUDGEMENTS, OPPOSITES
from coach.domain import Passage
from coach.terms import fold, stem, terms, words
from coach.understanding.vocabulary import FUNCTION_WORDS

_NEGATION = re.compile(
    r"\bnon-|\b(?:not|no|never|none|neither|nor|nobody|nothing|without|hardly|barely|cannot|"
    r"seldom|rarely|unnecessary|unimportant|irrelevant|needless|lacks?|lacking|avoid|skip|ignore|"
    r"fails? to|rather than|instead of|far from|little need|free (?:of|from)|unlikely|useless|"
    r"pointless)\b|n't\b"
)
_NOT = re.compile(r"\b(?:not|no|never|none|nothing|nobody|without|cannot)\b|n't\b")
_ADVICE = re.compile(
    r"\bdo(?:n't| not) (?:bank|count|rely|worry|forget|expect|be)\b"
    r"|\bdoesn't cost (?:you )?anything|\bcosts? nothing"
    r"|\bno (?:cost|charge|fee|promise|forecast)s?\b"
    r"|\bno (?:fewer|less|more) than\b|\bnot (?:just|only|a promise|a forecast)\b"
    r"|\bnot for [\w\s]{1,40} alone\b"
)
_MEASURED = re.compile(
    r"\ba (?:little|few)\b|\b(?:how|as) many\b|\bat (?:least|most)\b|\bor (?:more|less)\b"
)
_ALL = (
    r"(?:employer|company|team|person|organi[sz]ation|hospital|school|hiring manager|recruiter|"
    r"candidate|developer|nurse|teacher|job|degree|bank|client|designer|writer|single)"
)
_EVERYONE = re.compile(
    rf"\b(?:everyone|everybody|anyone|anybody|(?:every|any) (?:\w+ )?{_ALL}|"
    rf"all (?:of the )?{_ALL.replace('company', 'companie')}s|always)\b"
)
_EVERY_WORDS = {
    "every": ("every", "everyone", "everybody", "each"),
    "everyone": ("every", "everyone", "everybody", "each"),
    "everybody": ("every", "everyone", "everybody", "each"),
    "any": ("any", "anyone", "anybody"),
    "anyone": ("any", "anyone", "anybody"),
    "anybody": ("any", "anyone", "anybody"),
    "all": ("all",),
    "always": ("always",),
}
_NOBODY = re.compile(rf"\bno {_ALL}\b")
_STRONG = re.compile(
    r"\b(?:guarantee[sd]?|guaranteed|certain(?:ly)?|definitely|undoubtedly|surely|sure to|"
    r"never|no doubt|ensures?|secures?|proven|reliably|world[- ]class|"
    r"inevitabl[ey]|experts?|the best|worst|the only|fastest|easiest|perfect(?:ly)?|"
    r"instantly|immediately|automatically|effortless(?:ly)?|mandatory|"
    r"(?:will|can|could|to) (?:double|triple)|doubles|triples|fully|completely|entirely|by law|"
    r"enough on (?:its|their) own|alone will|all you|ever need|nothing else|"
    r"better than|insists?|(?:job|post|role|position|place) (?:is|will be) yours|"
    r"most (?:popular|important|respected|sought)|"
    r"(?:will|can|you'll) (?:\w+ )?(?:have|get|land|win|find) (?:a|an|the|your) (?:\w+ ){0,3}"
    r"(?:job|post|role|offer)|get (?:you )?hired|must take)\b"
)
# "A before B": words that make the two sides of them different.
_ASYMMETRIC = re.compile(r"\b(?:before|after|than|instead of|rather than|replaces?|until)\b")


def overclaim(text: str, sources: Sequence[str]) -> str | None:
    """The first strong word of a sentence that its sources do not use, as a plain reason."""
    folded = fold(text)
    held_text = fold(" ".join(sources))
    held, spoken = set(terms(held_text)), set(words(held_text))
    found = [match.group() for match in _STRONG.finditer(folded) if not _has(match.group(), held)]
    for match in _EVERYONE.finditer(folded):
        first, *_, last = [*match.group().split(), ""]
        near = rf"\b(?:every|each|any|all)\W+(?:\w+\W+){{0,2}}{re.escape(last[:-1])}"
        if not spoken & set(_EVERY_WORDS[first]) or (last and not re.search(near, held_text)):
            found.append(match.group())
    found += [none for none in _NOBODY.findall(folded) if none not in held_text]
    if not _NEGATION.search(held_text):
        found += re.findall(r"\b(?:nobody|no one)\b", folded)
    return f"“{found[0]}” claims more than its source." if found else None


def _has(words_said: str, held: set[str]) -> bool:
    own = [part for part in terms(words_said) if part not in _FUNCTION_STEMS] or terms(words_said)
    return all(part in held for part in own)


def unlicensed(text: str, sources: Sequence[str]) -> str | None:
    """The first word of a judgement that its sources do not make, as a plain reason."""
    held = {part for source in sources for part in terms(source)}
    for word in words(_plain(text)):
        if any(stem(word) in alike and not alike & held for alike in JUDGEMENTS):
            return f"“{word}” is not what its source says."
    return None


def reversal(text: str, cited: Sequence[Passage]) -> str | None:
    """Whether a sentence says the contrary of the words of its source that are nearest to it."""
    said = [piece for passage in cited for piece in pieces(passage)]
    for clause in _CLAUSE.split(text):
        own = _content(clause)
        ranked = sorted(said, key=lambda piece: -len(own & _content(piece)))
        near = [piece for piece in ranked[:_NEAREST] if len(own & _content(piece)) >= _SHARED]
        if near and _turned(clause, near):
            return "Its source says otherwise."
    return None


def _turned(clause: str, near: Sequence[str]) -> bool:
    """Whether a clause denies, or says the opposite of, the pieces of the source nearest to it."""
    clause, nearest = _plain(clause), _plain(near[0])
    denied = _denied(clause)
    source_denied = {part for piece in near for part in _denied(piece) or ()}
    source_denies = any(_denied(piece) is not None for piece in near)
    own, held = set(terms(clause)), set(terms(nearest))
    opposed = any(
        (own & one and held & other and not held & one and not own & other)
        or (own & other and held & one and not held & other and not own & one)
        for one, other in OPPOSITES
    )
    if denied is not None and not source_denies:
        return not opposed
    if denied is not None and denied & held - source_denied and not denied & source_denied:
        return True
    if denied is None and opposed:
        return _denied(nearest) is None
    if denied is None and _denies(nearest, clause):
        return True
    compared = {word for word in _COMPARED if word in own} ^ {
        word for word in _COMPARED if word in held
    }
    return not compared and any(_swapped(clause, piece) for piece in near)


def _denied(text: str) -> set[str] | None:
    """The stems that a text denies: those right behind a negation; None where it denies nothing."""
    found: set[str] | None = None
    for part in _CLAUSE.split(_plain(text)):
        for match in _NEGATION.finditer(part):
            before, behind = _stems(part[: match.start()]), _stems(part[match.end() :])
            found = (found or set()) | set(behind[:_REACH]) | set(before[-1:])
    return found


def _plain(text: str) -> str:
    """Folded text without the words that deny or weigh nothing: "do not worry", "at least"."""
    return _MEASURED.sub("", _ADVICE.sub("", fold(text)))


def _stems(text: str) -> list[str]:
    return [part for part in terms(text) if part not in _FUNCTION_STEMS]


def _denies(piece: str, clause: str) -> bool:
    """Whether what a piece denies is what a clause says."""
    own = _content(clause)
    for part in _CLAUSE.split(_plain(piece)):
        for match in _NOT.finditer(part):
            behind = _stems(part[match.end() :])
            if behind and set(behind[:_SCOPE]) <= own:
                return True
    return False


def _swapped(clause: str, piece: str) -> bool:
    """Whether "A before B" in a clause is "B before A" in the source."""
    one, other = _ASYMMETRIC.search(fold(clause)), _ASYMMETRIC.search(fold(piece))
    if one is None or other is None or one.group() != other.group():
        return False
    left, right = _sides(clause, one)
    first, second = _sides(piece, other)
    left, right, first, second = (
        {one for one in side if not one.isdigit()} for side in (left, right, first, second)
    )
    left, right, first, second = (
        {part for part in side if not part.isdigit()} for side in (left, right, first, second)
    )
    straight = len(left & first - second) + len(right & second - first)
    crossed = len(left & second - first) + len(right & first - second)
    return crossed > straight


def _sides(text: str, match: re.Match[str]) -> tuple[set[str], set[str]]:
    """The words on the two sides of "A before B", also where it is "Before B, A"."""
    before, behind = text[: match.start()], text[match.end() :]
    if not before.strip() and "," in behind:
        behind, before = behind.split(",", 1)
    return _content(before), _content(behind)


def _content(text: str) -> set[str]:
    return {stem(word) for word in words(text) if word not in FUNCTION_WORDS}


_FUNCTION_STEMS = frozenset(stem(word) for word in FUNCTION_WORDS)
_CLAUSE = re.compile(r"[;:]|,? (?:but|while|whereas|although|though|however|yet)\b")
_NEAREST = 2
_SHARED = 2
# "A is worth less than B" says what "B helps more than A" does.
_COMPARED = frozenset(map(stem, ("more", "less", "better", "worse", "fewer", "closer")))
_SCOPE = 1
_REACH = 3
