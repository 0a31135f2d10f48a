"""Sentences of a language model, checked against the passages it was given before anyone sees them.

A sentence is shown when its markers point at passages that were given, every figure, name, title
and link in it stands in a passage it cites, what it says of a skill or phase is what the guide's
fields say, it neither turns its source round nor claims more, and enough of its words stand there.
A sentence without a marker is shown only when it states nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from coach.answering import names
from coach.answering.amounts import find_amounts
from coach.answering.claims import overclaim
from coach.answering.contradiction import contradiction
from coach.answering.extracting import pieces
from coach.answering.figure_checks import crossed_figures, unsupported_amount
from coach.answering.guide_names import GuideNames, names_of
from coach.answering.item_checks import contradicted_field
from coach.domain import Check, CheckStatus, Guide, Passage, Section
from coach.reading.figures import NUMBER
from coach.terms import stem, terms, words
from coach.understanding.tokens import FUNCTION_STEMS
from coach.understanding.vocabulary import BACKGROUND_WORDS, FUNCTION_WORDS

# Words that stand in a cited passage, by weight; fixed on the labelled sentences in evals/labels.
LEAST_SUPPORT = 0.4
_BACKGROUND_WEIGHT = 0.3
_FIGURE_WEIGHT = 5.0
_MARKER = re.compile(r"\s*\[(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\]")
_MARKUP = re.compile(r"!\[|\]\(|\]:|<[a-zA-Z/!?]|&#?\w{1,32};")
_EMPHASIS = re.compile(r"(?<!\w)\*{1,3}|\*{1,3}(?!\w)|`+|(?<!\w)_{1,3}(?=\w)|(?<=\w)_{1,3}(?!\w)")
# Longer than any sentence of a guide by far; what takes long to read is not worth checking.
_MOST_LETTERS = 1_000
_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instructions?|rules|guide|prompt|above)\b"
    r"|(?:^|[.!?>]\s+)\W*(?:new )?(?:system(?: message)?|assistant)\s*[:,]"
    r"|\bto the (?:chatbot|assistant|model|bot)\s*[:,]"
    r"|\bnote to the (?:language model|assistant|ai)\b"
    r"|\b(?:the assistant|chatbot|this bot|language model)\b.{0,60}\b(?:must|should) "
    r"(?:now |always )?(?:say|tell|print|reply|answer|add|end|guarantee|leave|write|ignore)\b"
    r"|\byou (?:now )?have no (?:rules|restrictions|limits|guidelines|filters)\b"
    r"|(?:^|[.!?:]\s+)you are (?:now|no longer) (?:an? |the )?(?-i:[A-Z])\w+\s*[,.;!]"
    r"|\bfrom now on,? (?:answer|say|reply|you)\b|\bhidden task\b|\bwhen you read this\b",
    re.IGNORECASE,
)
_LIST_MARK = re.compile(r"^\s*(?:[-*•]\s+|\d{1,2}[.)]\s+|#{1,6}\s+)")
_ABSENCE = re.compile(
    r"\b(?:guides?|passages?|sources?|pages?) (?:do(?:es)?(?: not|n't)|says? nothing|gives? no)"
    r"|\bnot (?:mentioned|covered|stated|given|said)\b",
    re.IGNORECASE,
)
# "The guide does not say so, but it takes six months": what states something beside an absence.
_PARTS = re.compile(
    r"[,;:.!?]\s|\s[–—-]\s|\b(?:but|however|though|although|yet|still|and|while)\b", re.IGNORECASE
)
_STATED = re.compile(
    r"\s*(?:so |then |yes|no\b|you|your|it|this|that|they|there|here|the|an?|i|we|one)\b",
    re.IGNORECASE,
)
_CHATTY = frozenset(
    stem(word)
    for word in (
        "good great excellent fair thoughtful question hello hi welcome happy glad hope luck sure "
        "course certainly absolutely understand understandable summary short brief overview "
        "breakdown closer details thing ask let know feel free anything else wish best exciting "
        "interesting journey transition change career move decision big worth thinking important "
        "step congratulations thank thanks asking help helpful here there look path guide say "
        "says answer according following follow below next start plan consider considering right "
        "wonderful lovely nice try together walk quick note first now want wanted common natural "
        "wonder wondering ready proud found find numbers dates know look fine place begin useful "
        "reckon finish trouble version work sides deserve background hours put calendar facts "
        "figures real"
    ).split()
)
_NUMBER = re.compile(NUMBER)
_IN_NO_GUIDE = ""  # a stem that no text has
_MOST_GENERAL_WORDS = 22
# What a passage is about by its kind, whether or not it says so.
_SECTION_WORDS = {
    Section.OVERVIEW: "overview guide",
    Section.DIFFICULTY: "difficulty difficult rate rated rates hard easy medium level",
    Section.TIMELINE: "timeline time takes take long duration transition move plan timeframe "
    "usual usually span range",
    Section.SALARY: "salary pay paid wage wages earn earnings income raise increase change figure "
    "money compensation jump boost expect median typical higher rise",
    Section.DEMAND: "demand outlook growth projected jobs market hiring openings",
    Section.TRANSFERABLE_SKILL: "skill skills transfer transfers transferable carry carries over "
    "bring already experience background advantage useful",
    Section.SKILL_GAP: "skill skills learn learning study studying priority rated takes time "
    "resource resources course book recommended recommends plan",
    Section.PHASE: "phase phases roadmap stage step takes lasts task tasks total add up",
    Section.REALITY: "reality love miss enjoy challenge challenges expect tough difficult",
    Section.ACTION: "action actions plan week month days start first begin steps",
    Section.FAQ: "question",
    Section.DOCUMENT: "",
}
_UNITS = frozenset(stem(word) for word in "week month year hour day percent weekly".split())


@dataclass(frozen=True)
class Evidence:
    """What a sentence may rest on.

    Attributes:
        passages: what the model was given, numbered from 1 in this order.
        said: what the person said.
        guide: the guide the answer is about; None when it is about none or several.
        guides: every guide, by slug.
        rarity: the weight of a stem, higher for rarer ones.
        derived: sentences whose figures our own code computed.
    """

    passages: Sequence[Passage]
    said: str
    guide: Guide | None
    guides: Mapping[str, Guide]
    rarity: Callable[[str], float]
    derived: Sequence[str] = ()

    @cached_property
    def names(self) -> GuideNames:
        """The names in every guide."""
        return names_of(self.guides)


def markers(text: str) -> tuple[int, ...]:
    """The numbers of the passages a text points at, in order: "[1][2, 3]" gives 1, 2, 3."""
    found = (int(part) for group in _MARKER.findall(text) for part in re.findall(r"\d+", group))
    return tuple(dict.fromkeys(found))


def without_markers(text: str) -> str:
    """A text without its markers."""
    return _MARKER.sub("", text)


def check_sentence(sentence: str, evidence: Evidence) -> Check:
    """Check one sentence, list item or heading of an answer."""
    if len(sentence) > _MOST_LETTERS:
        return _failed(sentence, "It is too long to be checked.")
    numbers = markers(sentence)
    bare = _bare(sentence)
    if not numbers:
        problem = _needs_source(bare, evidence)
        return _failed(sentence, problem) if problem else _passed(sentence, ())
    if any(not 1 <= number <= len(evidence.passages) for number in numbers):
        return _failed(sentence, "It points at a source that does not exist.")
    if not words(bare):
        return _failed(sentence, "It says nothing.")
    cited = [evidence.passages[number - 1] for number in numbers]
    problem = next(filter(None, _problems(bare, cited, evidence)), None)
    return _failed(sentence, problem) if problem else _passed(sentence, cited)


def check_quoted(line: str, evidence: Evidence) -> Check:
    """Check a line put together from the guides' fields and words, which are ours or exact.

    Its figures, names and what it says of skills and phases are held against its sources; how it
    is worded is not.
    """
    numbers = markers(line)
    bare = _bare(line)
    cited = [evidence.passages[number - 1] for number in numbers]
    problem = next(filter(None, _fact_problems(bare, cited, evidence)), None) if cited else None
    return _failed(line, problem) if problem else _passed(line, cited)


def support(text: str, cited: Sequence[Passage], evidence: Evidence) -> float:
    """The share of a text's own words that stand in passages, rarer words weighing more, 0-1."""
    held = _held(cited) | _role_stems(cited, evidence) | _about(cited)
    wanted = dict(_weighted(text, evidence))
    # Each figure was held against the source already, and counts as a word found there.
    figures = _FIGURE_WEIGHT * len(find_amounts(text))
    total = sum(wanted.values()) + figures
    found = sum(weight for part, weight in wanted.items() if part in held) + figures
    return found / total if total else 1.0


def _bare(sentence: str) -> str:
    """A sentence without its markers, list mark and marks of emphasis."""
    return _EMPHASIS.sub("", _LIST_MARK.sub("", without_markers(sentence))).strip()


def _passed(sentence: str, cited: Sequence[Passage]) -> Check:
    if not cited:
        return Check(sentence=sentence, status=CheckStatus.GENERAL, reason="It states no fact.")
    places = dict.fromkeys(f"“{passage.headings[-1]}”" for passage in cited if passage.headings)
    shown = " and ".join(places) or "its source"
    return Check(
        sentence=sentence,
        status=CheckStatus.SUPPORTED,
        reason=f"What it says stands in {shown}.",
    )


def _failed(sentence: str, reason: str) -> Check:
    return Check(sentence=sentence, status=CheckStatus.FAILED, reason=reason)


@lru_cache(maxsize=2_000)
def gives_orders(text: str) -> bool:
    """Whether a text speaks to a program rather than to a reader: an order hidden in a guide."""
    return bool(_ORDERS.search(text))


def _orders(text: str) -> str | None:
    return "It gives orders to a program." if gives_orders(text) else None


def _fact_problems(text: str, cited: Sequence[Passage], evidence: Evidence) -> Iterator[str | None]:
    """What is wrong with a sentence's facts, one check after the other, None for each it passes."""
    yield _orders(text)
    yield _foreign_markup(text, cited)
    yield _other_move(text, cited, evidence)
    yield _unknown_name(text, cited, evidence)
    yield unsupported_amount(
        text, [_whole(p) for p in cited], evidence.said, evidence.derived, _guides(cited, evidence)
    )
    for guide in _guides(cited, evidence):
        yield contradicted_field(text, guide, cited)


def _problems(text: str, cited: Sequence[Passage], evidence: Evidence) -> Iterator[str | None]:
    """What is wrong with a sentence, one check after the other, None for each that it passes."""
    if _is_copied(text, cited):
        yield _orders(text)
        yield _foreign_markup(text, cited)
        yield _other_move(text, cited, evidence)
        return
    if _MARKUP.search(text):  # even of the source's own: a model has no reason to write any
        yield "It holds a piece of a web page."
    yield from _fact_problems(text, cited, evidence)
    yield crossed_figures(text, [piece for passage in cited for piece in pieces(passage)])
    claimed = [*(_claimed(passage) for passage in cited), *evidence.derived]
    yield overclaim(text, claimed)
    share = support(text, cited, evidence)
    if share < LEAST_SUPPORT:
        yield "Too little of it stands in its source."
    yield contradiction(text, cited, rarity=evidence.rarity, support=share)


def _is_copied(text: str, cited: Sequence[Passage]) -> bool:
    """Whether a whole sentence of a source is repeated letter for letter."""
    own = text.split()
    return any(_EMPHASIS.sub("", piece).split() == own for one in cited for piece in pieces(one))


def _needs_source(text: str, evidence: Evidence) -> str | None:
    """Why a sentence without a marker cannot be shown; None when it states nothing."""
    if _MARKUP.search(text) or names.links(text):
        return "It holds a link or a piece of a web page that no source has."
    own = [part for part in terms(text) if part not in FUNCTION_STEMS]
    if _ABSENCE.search(text):
        if any(_STATED.match(part) for part in _PARTS.split(text) if not _ABSENCE.search(part)):
            return "It has no source."
        asked = set(terms(evidence.said)) | _CHATTY | _ABSENT_WORDS
        given = _held(evidence.passages)
        unknown = [part for part in own if part not in asked]
        absent = [part for part in own if part not in _CHATTY | _ABSENT_WORDS | given]
        return "It has no source." if unknown or not absent else None
    roles = {part for name in evidence.names.roles for part in terms(name)}
    stated = [part for part in own if part not in _CHATTY and part not in roles]
    if stated or re.search(r"\d", text) or len(words(text)) > _MOST_GENERAL_WORDS:
        return "It has no source."
    return None


def _foreign_markup(text: str, cited: Sequence[Passage]) -> str | None:
    foreign = (*(match.group() for match in _MARKUP.finditer(text)), *names.links(text))
    held = " ".join(passage.text for passage in cited)
    if any(piece not in held for piece in foreign):
        return "It holds a link or a piece of a web page that its source does not have."
    return None


def _other_move(text: str, cited: Sequence[Passage], evidence: Evidence) -> str | None:
    """Whether a sentence speaks of another move than the one its source describes."""
    sources = _guides(cited, evidence)
    if not sources:
        return None
    own = {role for guide in sources for role in (guide.from_role, guide.to_role)}
    held = f" {_words_of(cited)} "
    folded = f" {' '.join(words(text))} "
    near = (one for one in evidence.names.roles.items() if one[0] in folded)  # quickly told
    spoken = {
        name: role
        for name, role in near
        if f" {name} " in folded and (len(name) > 3 or name.upper() in text)
    }
    named = set(spoken.values())
    strange = [role for name, role in spoken.items() if role not in own and f" {name} " not in held]
    if strange and not named & own:
        return f"It speaks of “{strange[0]}”, and its source is about another move."
    focus = evidence.guide
    if focus is not None and focus not in sources and not named & own:
        return "Its source is about another move."
    return None


def _unknown_name(text: str, cited: Sequence[Passage], evidence: Evidence) -> str | None:
    """A title or name in the sentence that neither its source nor the person gave."""
    unknown_weight = evidence.rarity(_IN_NO_GUIDE)
    found = names.unknown_name(
        text,
        source=_words_of(cited),
        roles=_role_stems(cited, evidence),
        said=evidence.said,
        makers=evidence.names.makers,
        products=evidence.names.products,
        is_known=lambda part: evidence.rarity(part) < unknown_weight,
    )
    return f"“{found}” does not stand in its source." if found else None


def _whole(passage: Passage) -> str:
    """What a passage says, its own heading with it."""
    return "\n".join((*passage.headings[1:], passage.text))


def _words_of(passages: Sequence[Passage]) -> str:
    """The folded words of what passages say, a space between two."""
    return " ".join(filter(None, (_folded_words(_whole(passage)) for passage in passages)))


@lru_cache(maxsize=5_000)
def _folded_words(text: str) -> str:
    return " ".join(words(text))


def _claimed(passage: Passage) -> str:
    """What a passage states: a heading that asks claims nothing."""
    return "\n".join(part for part in (*passage.headings[1:], passage.text) if part[-1:] != "?")


def _held(passages: Sequence[Passage]) -> set[str]:
    return {part for passage in passages for part in _stems_of(_whole(passage))}


def _about(passages: Sequence[Passage]) -> set[str]:
    """The stems of the words that a passage's kind stands for."""
    return {part for passage in passages for part in terms(_SECTION_WORDS[passage.section])}


def _guides(cited: Sequence[Passage], evidence: Evidence) -> list[Guide]:
    slugs = dict.fromkeys(passage.guide for passage in cited if passage.guide in evidence.guides)
    return [evidence.guides[slug] for slug in slugs if slug is not None]


def _role_stems(cited: Sequence[Passage], evidence: Evidence) -> set[str]:
    return {
        part
        for guide in _guides(cited, evidence)
        for name in (guide.from_role, guide.to_role, *guide.from_aliases, *guide.to_aliases)
        for part in _stems_of(name)
    }


@lru_cache(maxsize=5_000)
def _stems_of(text: str) -> tuple[str, ...]:
    return tuple(terms(text))


def _weighted(text: str, evidence: Evidence) -> Iterator[tuple[str, float]]:
    """The stems of a text's own words with their weights."""
    for word in words(text):
        part = stem(word)
        if word in FUNCTION_WORDS or part in _UNITS or part in _CHATTY or _NUMBER.fullmatch(word):
            continue
        weight = _BACKGROUND_WEIGHT if word in BACKGROUND_WORDS else 1.0
        yield part, weight * evidence.rarity(part)


_ABSENT_WORDS = frozenset(
    stem(word)
    for word in "mention cover state give include specify passage source page provided".split()
)
