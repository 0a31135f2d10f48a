"""Which move a question is about: roles named in it against the roles of the guides."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from coach.domain import Guide
from coach.terms import fold, stem, terms, words
from coach.understanding.tokens import Token, find_phrase, same_word, tokenise
from coach.understanding.values import Move
from coach.understanding.vocabulary import BACKGROUND_WORDS, FUNCTION_WORDS

Side = Literal["from", "to"]

_LONGEST_PHRASE = 7
# Words that many roles share: alone they name none.
_GENERIC = frozenset(
    terms(
        """manager developer engineer analyst specialist designer officer technician tester
        project data software web product technical health mechanical information security
        business intelligence machine learning chief ai it help desk quality senior junior lead
        head director assistant registered instructional computer support expert professional
        system systems programmer worker consultant administrator staff user interface experience"""
    )
)
# Short forms by the stem of the word they stand for.
_SHORT_FORMS = {
    stem(short): stem(full)
    for short, full in (
        ("dev", "developer"),
        ("devs", "developer"),
        ("eng", "engineer"),
        ("mgr", "manager"),
        ("mgmt", "management"),
    )
}
_LEAD_FROM = re.compile(
    r"(?:\bfrom (?:being |working as |a job as |my job as )?(?:an? |the )?"
    r"|\b(?:i am|i'm|im|am|as|was|been|being|working as|work as|worked as|currently|for|like me|"
    r"can|could|should|would|may|might|does|do|leave|leaving|quit|quitting|stop being|left) "
    r"(?:currently |now |just |working as |only |still )?(?:an? |the |my )?(?:\w+ )?)$"
)
_LEAD_TO = re.compile(
    r"(?:\b(?:in)?to (?:be |become |being |becoming |work as |a job as )?(?:an? |the )?"
    r"|\b(?:become|becoming|became|be|being|get into|go into|into|towards?|toward|for the"
    r"|hired as|job as|jobs as|"
    r"work as|working as|career as|career in|role of|role as|role in|position as|the path "
    r"to|target|a good|"
    r"does|do|would|will|did) (?:an? |the )?"
    r"|(?:->|→|=>|>|-{1,2}) ?)$"
)
_SURELY_FROM_BEFORE = re.compile(r"\bfrom (?:being |working as )?(?:an? |the )?$")
_SURELY_TO = re.compile(
    r"\b(?:becom(?:e|ing)|(?:switch|mov|transition|chang|pivot|go|going|turn)\w* "
    r"(?:\w+ ){0,3}?(?:in)?to(?: being| becoming| be| become)?) (?:an? |the )?$"
)
_SURELY_FROM_AFTER = re.compile(
    r"\s*(?:in)?to (?:become |be |being )?(?:an? |the )?\w|\s*(?:->|→|=>|>)"
    r"|\s(?:\w+ )?(?:become|turn into|switch to|move (?:in)?to)\b"
)
_ADJECTIVES = frozenset("senior junior future good great real new professional full".split())
_BOTH_ROLES = re.compile(
    r"^\W*(?:from )?(?:an? )?(?P<from>[\w/+-]+(?: [\w/+-]+){0,2}) (?:to|->|→|=>) (?:an? )?"
    r"(?P<to>[\w/+-]+(?: [\w/+-]+){0,2})"
)
_I_AM = re.compile(r"\b(?:i am|i'm|im)(?: now| currently| already)? an? (?:\w+ )?$")
_BETWEEN = re.compile(r"\s*(?:(?:in)?to|->|→|=>|>)\s*(?:be |become |being )?(?:an? |the )?")
_GUIDE_AFTER = re.compile(r"\s*(?:guide|path|page|roadmap|plan|one)\b")
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


@dataclass(frozen=True)
class RoleNames:
    """Every name of every role, ready to be found in a question."""

    guides: Mapping[str, Guide]
    phrases: dict[tuple[str, ...], set[tuple[str, Side]]] = field(default_factory=dict)
    by_first: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)
    vocabulary: dict[str, str] = field(default_factory=dict)

    def is_word(self, word: str) -> bool:
        """Whether a word stands in a role's name, plural or not: "teaches" is no "teaching"."""
        singular = word[:-1] if word.endswith("s") else word
        return any(form in self.vocabulary for form in (word, singular, f"{word}s"))

    @classmethod
    def of(cls, guides: Mapping[str, Guide]) -> RoleNames:
        """Collect names and aliases, and the single words that belong to one role only."""
        phrases: dict[tuple[str, ...], set[tuple[str, Side]]] = defaultdict(set)
        roles_of_word: dict[str, set[str]] = defaultdict(set)
        holders: dict[str, set[tuple[str, Side]]] = defaultdict(set)
        vocabulary: dict[str, str] = {}
        for slug, guide in guides.items():
            names: tuple[tuple[Side, str, tuple[str, ...]], ...] = (
                ("from", guide.from_role, guide.from_aliases),
                ("to", guide.to_role, guide.to_aliases),
            )
            for side, role, aliases in names:
                for name in (role, *aliases):
                    phrase = tuple(_SHORT_FORMS.get(part, part) for part in terms(name))
                    if phrase:
                        phrases[phrase].add((slug, side))
                    vocabulary.update(
                        (word, part) for word, part in zip(words(name), phrase, strict=True)
                    )
                for part in terms(role):
                    if part not in _GENERIC:
                        roles_of_word[part].add(fold(role))
                        holders[part].add((slug, side))
        for part, roles in roles_of_word.items():
            if len(roles) == 1 and (part,) not in phrases:
                phrases[(part,)] = holders[part]
        by_first: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        for phrase in sorted(phrases, key=len, reverse=True):
            by_first[phrase[0]].append(phrase)
        return cls(guides, dict(phrases), dict(by_first), vocabulary)


@dataclass(frozen=True)
class Mention:
    """A role named in a question: which guides have it on which side, and the side it was given.

    A ``weak`` mention is one common word ("dev"), which counts only where it fits.
    """

    start: int
    end: int
    holders: frozenset[tuple[str, Side]]
    stated: Side | None
    weak: bool

    def guides(self, side: Side) -> set[str]:
        """The guides that have this role on one side."""
        return {slug for slug, held in self.holders if held == side}


@dataclass(frozen=True)
class Roles:
    """The move of a question and the pieces of text that named it, as character ranges."""

    move: Move
    spans: tuple[tuple[int, int], ...]


def find_mentions(text: str, names: RoleNames, known: Callable[[str], bool]) -> tuple[Mention, ...]:
    """The roles named in a text, longest names first, each word used once."""
    tokens = _corrected(tokenise(text), names, known)
    mentions: list[Mention] = []
    position = 0
    while position < len(tokens):
        phrase = next(
            (
                candidate
                for candidate in names.by_first.get(tokens[position].stem, ())
                if len(candidate) <= _LONGEST_PHRASE
                and find_phrase(tokens, candidate, position)
                and (len(candidate) > 1 or names.is_word(tokens[position].word))
            ),
            None,
        )
        if phrase is None:
            position += 1
            continue
        start, end = tokens[position].start, tokens[position + len(phrase) - 1].end
        holders = frozenset(names.phrases[phrase])
        weak = all(part in _GENERIC for part in phrase)
        if weak and len(phrase) == 1 and position and _modifies(tokens[position - 1]):
            position += 1
            continue
        side = _stated_side(text, start, end, holders)
        if mentions and _BETWEEN.fullmatch(fold(text[mentions[-1].end : start])):
            mentions[-1] = replace(mentions[-1], stated="from")
            side = "to"
        mentions.append(Mention(start, end, holders, side, weak))
        position += len(phrase)
    return _turned(text, mentions)


def _modifies(token: Token) -> bool:
    """Whether a word before "developer" makes another role of it: "game developer"."""
    common = token.word in FUNCTION_WORDS or token.word in BACKGROUND_WORDS
    return not common and token.word not in _ADJECTIVES and token.word.isalpha()


def _turned(text: str, mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """The mentions, with "I'm a" believed when the other role is the one to become."""
    becoming = any(_SURELY_TO.search(fold(text[: mention.start])) for mention in mentions)
    if not becoming:
        return tuple(mentions)
    return tuple(
        replace(mention, stated="from") if _I_AM.search(fold(text[: mention.start])) else mention
        for mention in mentions
    )


def find_move(
    text: str, names: RoleNames, known: Callable[[str], bool], fixed: str | None = None
) -> Roles:
    """The move a text is about, from the roles it names.

    Args:
        text: the person's words.
        names: the roles' names.
        known: whether the knowledge holds a stem: such a word is no slip of the keyboard.
        fixed: the slug of a guide chosen beforehand.
    """
    mentions = find_mentions(text, names, known)
    spans = tuple((mention.start, mention.end) for mention in mentions)
    unknown = _unknown_roles(text, mentions)
    if fixed is not None:
        return Roles(Move(guides=(fixed,), named=True, unknown_roles=_beyond(unknown)), spans)
    if not mentions:
        return Roles(Move(unknown_roles=_beyond(unknown)), spans)
    return Roles(_combine(mentions, names, unknown), spans)


def _beyond(unknown: Mapping[Side, str]) -> tuple[str, ...]:
    return tuple(unknown.values())


def _combine(mentions: Sequence[Mention], names: RoleNames, unknown: Mapping[Side, str]) -> Move:
    sure = [m for m in mentions if m.guides(_side(m)) or not m.weak]
    targets = [m for m in sure if _side(m) == "to"]
    origins = [m for m in sure if _side(m) == "from"]
    to_guides = _union(m.guides("to") for m in targets)
    from_guides = _union(m.guides("from") for m in origins)
    distinct_targets = {frozenset(m.guides("to")) for m in targets}
    if "to" in unknown and not targets:
        return Move(named=True, unknown_roles=(unknown["to"],), nearest=tuple(sorted(from_guides)))
    if "from" in unknown and not origins:
        return Move(named=True, unknown_roles=(unknown["from"],), nearest=tuple(sorted(to_guides)))
    if targets and origins:
        both = to_guides & from_guides
        if not both:
            roles = tuple(dict.fromkeys(_role_names(targets, names, "to")))
            return Move(
                named=True, unknown_roles=roles, nearest=tuple(sorted(to_guides | from_guides))
            )
        return Move(
            guides=tuple(sorted(both)),
            named=True,
            compared=len(distinct_targets) > 1 and len(both) > 1,
        )
    chosen = to_guides or from_guides
    if not chosen:
        roles = tuple(dict.fromkeys(_role_names(mentions, names, "to")))
        near = _union({slug for slug, _ in m.holders} for m in mentions)
        return Move(named=True, unknown_roles=roles, nearest=tuple(sorted(near)))
    return Move(
        guides=tuple(sorted(chosen)),
        named=True,
        compared=len(distinct_targets) > 1,
        from_only=not targets,
    )


def _side(mention: Mention) -> Side:
    if mention.stated is not None:
        return mention.stated
    return "to" if mention.guides("to") else "from"


def _union(sets: Iterable[set[str]]) -> set[str]:
    return set().union(*sets)


def _role_names(mentions: Sequence[Mention], names: RoleNames, side: Side) -> list[str]:
    found = []
    for mention in mentions:
        for slug in sorted(mention.guides(side)) or sorted(slug for slug, _ in mention.holders):
            guide = names.guides[slug]
            found.append(guide.to_role if (slug, "to") in mention.holders else guide.from_role)
            break
    return found


def _stated_side(
    text: str, start: int, end: int, holders: frozenset[tuple[str, Side]]
) -> Side | None:
    """The side the words around a role give it; None when they do not say."""
    before = fold(text[:start])
    after = fold(text[end:])
    sides = {side for _, side in holders}
    if _SURELY_FROM_BEFORE.search(before) and not _GUIDE_AFTER.match(after):
        return "from"
    if _SURELY_TO.search(before):
        return "to"
    if _SURELY_FROM_AFTER.match(after):
        return "from"
    if len(sides) == 1:
        return next(iter(sides))
    if _LEAD_TO.search(before):
        return "to"
    return "from" if _LEAD_FROM.search(before) else None


def _corrected(
    tokens: Sequence[Token], names: RoleNames, known: Callable[[str], bool]
) -> tuple[Token, ...]:
    """The tokens with short forms spelt out and slips in role words mended ("bakend devs")."""
    mended = []
    for token in tokens:
        if token.stem in _SHORT_FORMS:
            mended.append(replace(token, stem=_SHORT_FORMS[token.stem]))
            continue
        if (
            known(token.stem)
            or token.word in names.vocabulary
            or token.word in FUNCTION_WORDS | BACKGROUND_WORDS
            or len(token.word) < 5
        ):
            mended.append(token)
            continue
        meant = next((word for word in names.vocabulary if same_word(token.word, word)), None)
        mended.append(
            token
            if meant is None
            else Token(token.text, meant, names.vocabulary[meant], token.start, token.end)
        )
    return tuple(mended)


def _unknown_roles(text: str, mentions: Sequence[Mention]) -> dict[Side, str]:
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
        if (
            _ROLE_ENDING.search(last)
            and last not in _NOT_A_ROLE
            and last not in FUNCTION_WORDS | BACKGROUND_WORDS
        ):
            return " ".join(kept)
        kept.pop()
    return ""
