"""Whether a sentence claims more than its source."""

from __future__ import annotations

import re
from collections.abc import Sequence

from coach.terms import fold, terms, words
from coach.understanding.tokens import FUNCTION_STEMS

_DENIAL = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|hardly|rarely|seldom)\b|n't\b"
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
    if not _DENIAL.search(held_text):
        found += re.findall(r"\b(?:nobody|no one)\b", folded)
    return f"“{found[0]}” claims more than its source." if found else None


def _has(words_said: str, held: set[str]) -> bool:
    own = [part for part in terms(words_said) if part not in FUNCTION_STEMS] or terms(words_said)
    return all(part in held for part in own)
