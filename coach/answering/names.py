"""The names in a sentence: people, organisations, courses, books, products, titles, links."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from functools import lru_cache
from itertools import zip_longest

from coach.lexicon import is_word
from coach.reading.figures import NUMBER
from coach.terms import fold, stem, terms, words
from coach.understanding.vocabulary import COMMON_WORDS

# An apostrophe within a word belongs to the title: “The Manager’s Path”.
_TITLE = re.compile(
    r"(?<!\w)['\"‘“](?P<title>(?:[^'\"‘’“”\n]|(?<=\w)['’](?=\w)){3,120}?)['\"’”](?!\w)"
)
_LINK = re.compile(
    r"(?:\b[a-z][a-z+.-]{1,20}:)?//[^\s)\]>]+|\bwww\.[^\s)\]>]+|\b(?:mailto|javascript|data):\S+"
    r"|\b[\w-]{1,63}\.(?:com|org|net|io|edu|gov|ai|app|biz|cn|de|dev|eu|info|link|online|ru|shop|site"
    r"|top|uk|us|xyz)\b(?:/\S*)?|\b[\w-]{1,63}\.[a-z]{2,24}/\S+|[\w.+-]{1,64}@[\w-]{1,63}\.\w+",
    re.IGNORECASE,
)
# What every link has, and few sentences: it is found far sooner.
_LIKE_A_LINK = re.compile(r"[/@:]|\.[^\s)\]>]")
_WORD = re.compile(r"(?<![\w'’])[^\W_][\w+#&/.’'-]*(?<![.’'-])")
_LOOK_BACK = 20
_SHORT = 3
_STARTS = frozenset('*"“(-')
_ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|vs|dr|mr|mrs|ms|prof)\.$", re.IGNORECASE)
# Words that are written with a capital without being a name of anything a guide could hold.
_ORDINARY = frozenset(
    "i a ok yes no english us usa u.s monday tuesday wednesday thursday friday saturday sunday "
    "january february march april may june july august september october november december "
    "phase phases step week weeks month months course book".split()
)

_NUMBER = re.compile(NUMBER)
# Where a name that nobody capitalised stands: "a course on udemy", "written by smith".
_PLACE = re.compile(
    r"\b(?:course|class|book|bootcamp|written|taught|offered|run|certificate|certification|exam)"
    r" (?:on|by|at|from|with) (?P<name>[a-z][\w-]+)|(?P<code>\b[a-z]+\d\w+)"
)
# How words end that open sentences and name nothing.
_ENDINGS = ("ly", "ing", "ed", "n't")
_ACTS = re.compile(r"['’]s\b|,? (?:\w+s|was|were|had|can|will|wrote|made|did|does)\b")


def unknown_name(
    text: str,
    *,
    source: str,
    roles: Collection[str],
    said: str,
    makers: frozenset[str],
    products: frozenset[str],
    is_known: Callable[[str], bool],
) -> str | None:
    """The first title or name of a sentence that neither its source nor the person gave.

    Args:
        text: the sentence, without markers.
        source: the folded words of what it cites.
        roles: the stems of the names of roles, which may be said in other forms.
        said: what the person said.
        makers: names of people and organisations to look for in small letters too, folded.
        products: words that name something, to look for in small letters too, folded.
        is_known: whether any guide has a stem.
    """
    for title in titles(text):
        folded = " ".join(words(title))
        if " " in folded and folded not in source:
            return title
    own_words = words(text)
    maker_stems = _stems_of_makers(makers)
    given = frozenset(source.split())
    for name, opens in names(text):
        missing = [
            stem(word)
            for word in parts(name)
            if not _stands(word, given) and stem(word) not in roles
        ]
        if not missing or (opens and _is_plain(name, text, maker_stems, is_known)):
            continue
        if not set(missing) <= set(terms(said)):
            return name
    spoken = f" {' '.join(own_words)} "
    known = f" {source} {' '.join(words(said))} "
    near = (one for one in makers if one in spoken)  # nearly none, and quickly told
    strange = (one for one in near if f" {one} " in spoken and f" {one} " not in known)
    elsewhere = [word for word in own_words if word not in given]
    own = (
        word
        for word in elsewhere
        if word in products and not is_word(word) and stem(word) not in roles
    )
    placed = (match["name"] or match["code"] for match in _PLACE.finditer(fold(text)))
    after = (name for name in placed if not is_known(stem(name)) and name not in COMMON_WORDS)
    unheard = (
        word
        for word in elsewhere
        if len(word) > _SHORT and word.isalpha() and not is_known(stem(word)) and not is_word(word)
    )
    found = (*strange, *own, *after, *unheard)
    return next((name for name in found if f" {name} " not in known), None)


@lru_cache(maxsize=8)
def _stems_of_makers(makers: frozenset[str]) -> frozenset[str]:
    return frozenset(part for maker in makers for part in terms(maker))


def _is_plain(
    name: str, text: str, maker_stems: Collection[str], is_known: Callable[[str], bool]
) -> bool:
    """Whether a word that opens a sentence is an ordinary one, not a name nobody gave.

    A word that no guide has is a name where it does something ("Udemy offers") or does not begin
    the text.
    """
    folded = fold(name)
    if folded in COMMON_WORDS or _NUMBER.fullmatch(folded):
        return True
    if folded.endswith(_ENDINGS) and stem(folded) not in maker_stems:
        return True
    if not name[1:].islower():
        return False
    ordinary = is_known(stem(folded)) and stem(folded) not in maker_stems
    return ordinary or (text.startswith(name) and not _ACTS.match(text, len(name)))


def _stands(word: str, given: frozenset[str]) -> bool:
    """Whether a word of a name is given, in the singular or the plural; a stem tells too little."""
    return word in given or not given.isdisjoint(
        (f"{word}s", word.removesuffix("s"), word.removesuffix("es"))
    )


def titles(text: str) -> tuple[str, ...]:
    """What stands in quotation marks."""
    return tuple(match["title"].strip(" ,.") for match in _TITLE.finditer(text))


def links(text: str) -> tuple[str, ...]:
    """The web addresses in a text."""
    if not _LIKE_A_LINK.search(text):
        return ()
    return tuple(match.group().rstrip(".,;") for match in _LINK.finditer(text))


def names(text: str) -> tuple[tuple[str, bool], ...]:
    """The capitalised words of a text, each with whether it only opens a sentence.

    A word that opens a sentence has its capital from there, so that alone it is no proof of a
    name; inner capitals ("AWS", "MLOps") and a capitalised word right behind it are.
    """
    found: list[tuple[str, bool]] = []
    matches = [match for match in _WORD.finditer(text) if _has_capital(match.group())]
    for match, following in zip_longest(matches, matches[1:]):
        word = match.group()
        if fold(word) in _ORDINARY:
            continue
        opens = _opens(text, match.start()) and not any(letter.isupper() for letter in word[1:])
        followed = following is not None and following.start() == match.end() + 1
        if followed and fold(word) not in COMMON_WORDS:  # "Andrew Ng", not "Learn Python"
            opens = False
        found.append((word.removesuffix("'s").removesuffix("’s"), opens))
    return tuple(found)


def _has_capital(word: str) -> bool:
    return not word.islower() and any(letter.isupper() for letter in word)


def _opens(text: str, at: int) -> bool:
    """Whether a word begins a sentence, a line, or what stands in brackets or quotes."""
    before = text[max(0, at - _LOOK_BACK) : at]
    stripped = before.rstrip()
    if not stripped or "\n" in before[len(stripped) :]:
        return True
    if stripped[-1] in ".!?:":
        return stripped != before and not _ABBREVIATION.search(stripped)
    return stripped[-1] in _STARTS


def parts(name: str) -> tuple[str, ...]:
    """The words that a name must be found by: "CI/CD" needs "ci" and "cd"."""
    return tuple(word for word in words(name) if len(word) > 1 or not word.isalpha())
