"""Roles that a question names and that no guide has, told by how they are named."""

from __future__ import annotations

import re
from collections.abc import Sequence

from coach.terms import fold
from coach.understanding.role_names import Mention, Side
from coach.understanding.vocabulary import BACKGROUND_WORDS, FUNCTION_WORDS

# What a role's name looks like when no guide has it.
_ROLE_ENDING = re.compile(
    r"(?:er|or|ist|ian|ant|eer|yst|ect|man|woman|nurse|chef|doctor|pilot|clerk|cook|agent|"
    r"scientist|officer|lead|astronaut|actress|physician|surgeon|attorney|priest|monk|spy|mechanic|vet|barista|"
    r"ceo|cto|cfo|cio|ciso|cpo|coo|dba|sre|scrum master|athlete|judge|dj|therapist"
    r"|paramedic|farmer)s?$"
)
_NOT_A_ROLE = frozenset(
    """
    better faster longer shorter easier harder bigger smaller higher lower another other
    computer paper number matter after later former never ever together over under either
    neither rather whether order chapter letter answer newsletter september october november
    december winter summer career transfer water power center centre member important
    relevant significant constant instant assistant for or nor more error favor color mirror
    major minor senior junior prior interior exterior superior floor door woman human leader
    leaders user users customer customers stakeholder stakeholders offer project subject
    object effect direct perfect expect aspect respect connect collect correct protect
    select want grant plant restaurant participant list best exist twist resist consist
    assist checklist the first least last most proper master chapters weather dinner quarter
    semester remember consider discover enter wonder prefer refer suffer deliver gather
    offer docker answering monitor vector factor sector error tutor mentor author authors
    provider providers employer employers competitor peer peers manager's matters newer
    older younger slower cheaper simpler stronger smarter wider greater
    """.split()
)
_NEW_ROLE = re.compile(
    r"\b(?:becom(?:e|ing)|(?:switch|mov|transition|chang|pivot|go|going|jump|get|turn)\w* "
    r"(?:\w+ ){0,3}?(?:in)?to|to be|work(?:ing)? as|(?:job|career|role|life) as|from "
    r"\w+(?: \w+){0,3}? to) "
    r"(?:being |becoming |be |become )?(?:an? |the )?(?P<role>[\w/+-]+(?: [\w/+-]+){0,3})"
)
_TARGET_AFTER = re.compile(
    r"\s*(?:(?:in)?to|->|→|=>)\s+(?:be |become |being )?(?:an? |the )?"
    r"(?P<role>[\w/+-]+(?: [\w/+-]+){0,3})"
)
_ORIGIN_BEFORE = re.compile(r"(?P<role>[\w/+-]+(?: [\w/+-]+){0,2}) (?:->|→|=>|to) (?:an? )?$")
_OLD_ROLE = re.compile(
    r"\b(?:(?:i am|i'm|im|i work as|i worked as|working as|as|from(?: being)?|can|could"
    r"|should) an? |for an? (?=(?:[\w/+-]+ ){1,3}(?:in)?to )|from (?=(?:[\w/+-]+ ){1,3}(?:in)?to ))"
    r"(?P<role>[\w/+-]+(?: [\w/+-]+){0,3})"
)
_STOP_ROLE = frozenset(
    """
    to into and or but in at of for from with who that which how what when where why will
    would can could should do does is are was were if because so then than the a an as by on
    without about my your i you we it long take takes become be being get go need want have
    has
    """.split()
)
_BOTH_ROLES = re.compile(
    r"^\W*(?:from )?(?:an? )?(?P<from>[\w/+-]+(?: [\w/+-]+){0,2}) (?:to|->|→|=>) (?:an? )?"
    r"(?P<to>[\w/+-]+(?: [\w/+-]+){0,2})"
)


def unknown_roles(text: str, mentions: Sequence[Mention]) -> dict[Side, str]:
    """Roles that the text names in so many words and that no guide has."""
    folded = fold(text)
    if len(folded) != len(text):
        return {}
    found: dict[Side, str] = {}
    both = None if mentions else _BOTH_ROLES.search(folded)
    if both:
        old, new = _role_words(both["from"]), _role_words(both["to"])
        if old and new:
            return {"from": old, "to": new}
        if old and both.end() >= len(folded.rstrip(" ?.!")):
            return {"from": old}
    for mention in mentions:
        after = _TARGET_AFTER.match(folded, mention.end)
        before = _ORIGIN_BEFORE.search(folded, 0, mention.start)
        if after and mention.stated != "to" and not _covered(after, mentions):
            found["to"] = _role_words(text[after.start("role") : after.end("role")])
        if before and not _covered(before, mentions):
            found["from"] = _role_words(text[before.start("role") : before.end("role")], whole=True)
    found = {side: role for side, role in found.items() if role}
    sides: tuple[tuple[Side, re.Pattern[str]], ...] = (("to", _NEW_ROLE), ("from", _OLD_ROLE))
    for side, pattern in sides:
        for match in pattern.finditer(folded):
            start = match.start("role")
            role = _role_words(text[start : match.end("role")])
            if role and not any(m.start < start + len(role) and start < m.end for m in mentions):
                found[side] = role
                break
    return found


def _covered(match: re.Match[str], mentions: Sequence[Mention]) -> bool:
    """Whether a role that was found is one that is known."""
    return any(m.start < match.end("role") and match.start("role") < m.end for m in mentions)


def _role_words(text: str, *, whole: bool = False) -> str:
    """The leading words of a text that look like a role's name; empty when they do not.

    With ``whole``, the last words count instead, and they must reach the end of the text.
    """
    kept: list[str] = []
    if whole:
        words_before = text.split()
        while words_before and fold(words_before[0]) in _STOP_ROLE | FUNCTION_WORDS:
            words_before.pop(0)
        text = " ".join(words_before)
    for word in text.split():
        if fold(word) in _STOP_ROLE:
            break
        kept.append(word.strip(".,?!"))
    while kept:
        last = fold(kept[-1])
        # "Manager" alone may be one's boss; "marketing manager" is a role.
        common = last in FUNCTION_WORDS or (len(kept) == 1 and last in BACKGROUND_WORDS)
        if _ROLE_ENDING.search(last) and last not in _NOT_A_ROLE and not common:
            return " ".join(kept)
        kept.pop()
    return ""
