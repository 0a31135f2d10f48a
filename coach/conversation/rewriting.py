"""Whether a language model's rewrite of a question may be used."""

from __future__ import annotations

import re
from collections.abc import Sequence

from coach.domain import Message
from coach.reading.figures import NUMBER, number_of
from coach.terms import fold, stem, words
from coach.understanding import Catalogue
from coach.understanding.roles import find_mentions, find_move
from coach.understanding.tokens import tokenise
from coach.understanding.unknown_roles import unknown_roles
from coach.understanding.vocabulary import COMMON_WORDS, FUNCTION_WORDS

_MOST_WORDS = 60
_LONGER = 3
# A question of one word ("why?") may grow to a whole sentence.
_ALWAYS_ALLOWED = 30
_INNER_END = re.compile(r"[.?!]+[\"'”’)]*\s+\S|\n")
_QUOTED = re.compile(r"“([^”]+)”|\"([^\"]+)\"|(?<!\w)'([^']{3,}?)'(?!\w)|‘([^’]+)’")
_NAME = re.compile(r"[A-Z]|\d")
_NUMBER = re.compile(NUMBER)
# "Which one" and "half of it" count nothing.
_NO_COUNT = frozenset({"one", "half", "zero"})
_OPENING = frozenset(
    """
    compare describe summarise summarize list name define outline give tell show explain walk
    regarding considering given assuming suppose is are was does do did can could should would
    will has have had
    """.split()
)
_SURE_NAME = 0.8


def accepts(rewrite: str, history: Sequence[Message], question: str, catalogue: Catalogue) -> bool:
    """Whether a rewrite says no more than the conversation does.

    It is refused when it is empty, much longer than the question, more than one sentence, or when
    it brings in a role, a number, a name, a title or an item of a guide that stands neither in the
    history nor in the question. Both roles of the guide in focus may be named.

    Args:
        rewrite: what the model made of the question.
        history: what was said before it, oldest first.
        question: the person's words.
        catalogue: the guides.
    """
    rewrite = rewrite.strip()
    count = len(words(rewrite))
    most = min(_MOST_WORDS, max(_LONGER * len(words(question)), _ALWAYS_ALLOWED))
    if not count or count > most or _INNER_END.search(rewrite):
        return False
    said = [*(message.content for message in history), question]
    focus = _focus(said, catalogue)
    roles = [
        name
        for slug in focus
        for name in (catalogue.guides[slug].from_role, catalogue.guides[slug].to_role)
    ]
    source = "\n".join((*said, *roles))
    return (
        _numbers(rewrite) <= _numbers(source)
        and _names_known(rewrite, source)
        and _titles_known(rewrite, source)
        and _roles_known(rewrite, said, focus, catalogue)
        and _items_known(rewrite, source, focus, catalogue)
    )


def _never(_: str) -> bool:
    return False


def _focus(said: Sequence[str], catalogue: Catalogue) -> tuple[str, ...]:
    """The guides that the conversation is about, the last move named narrowing the ones before."""
    focus: tuple[str, ...] = ()
    for text in said:
        found = find_move(text, catalogue.roles, _never).move.guides
        focus = tuple(slug for slug in found if slug in focus) or found or focus
    return focus if len(focus) == 1 else ()


def _numbers(text: str) -> set[float]:
    """The figures of a text, in digits or words."""
    found = (match.group().strip() for match in _NUMBER.finditer(fold(text)))
    return {number_of(number) for number in found if number not in _NO_COUNT}


def _names_known(rewrite: str, source: str) -> bool:
    """Whether every word with a capital or a digit, and the first, stands in the source."""
    known = {stem(word) for word in words(source)}
    for place, token in enumerate(tokenise(rewrite)):
        common = token.word in COMMON_WORDS | _OPENING
        named = bool(_NAME.search(token.text)) and not token.text.isdigit()
        if not named or token.stem in known or len(token.word) == 1:
            continue
        if not common or (place and token.text[0].isupper() and token.word not in FUNCTION_WORDS):
            return False
    return True


def _titles_known(rewrite: str, source: str) -> bool:
    """Whether every text in quotes stands in the source."""
    said = f" {' '.join(words(source))} "
    return all(
        f" {' '.join(words(next(filter(None, match.groups()))))} " in said
        for match in _QUOTED.finditer(rewrite)
    )


def _roles_known(
    rewrite: str, said: Sequence[str], focus: tuple[str, ...], catalogue: Catalogue
) -> bool:
    """Whether every role was named before, or is one of the guide in focus."""
    mentions = find_mentions(rewrite, catalogue.roles, _never)
    known = {
        holder
        for text in said
        for mention in find_mentions(text, catalogue.roles, _never)
        for holder in mention.holders
    } | {(slug, side) for slug in focus for side in ("from", "to")}
    if any(not mention.weak and not mention.holders & known for mention in mentions):
        return False
    spoken = {stem(word) for text in said for word in words(text)}
    return all(
        {stem(word) for word in words(role)} <= spoken
        for role in unknown_roles(rewrite, mentions).values()
    )


def _items_known(rewrite: str, source: str, focus: tuple[str, ...], catalogue: Catalogue) -> bool:
    """Whether no item of the guide in focus is named that was not spoken of."""
    spoken = {stem(word) for word in words(source)}
    return all(
        {stem(word) for word in words(item.name)} & spoken
        for slug in focus
        for item in catalogue.items(slug).find(tokenise(rewrite))
        if _SURE_NAME <= item.strength < 2
    )
