"""Which move a question is about: roles named in it against the roles of the guides."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from coach.terms import fold
from coach.understanding.role_names import GENERIC, SHORT_FORMS, Mention, RoleNames, Side
from coach.understanding.tokens import Token, find_phrase, same_word, tokenise
from coach.understanding.unknown_roles import unknown_roles
from coach.understanding.values import Move
from coach.understanding.vocabulary import COMMON_WORDS

_LONGEST_PHRASE = 7
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
# What one does, not what one becomes: "what does a nurse have to learn".
_DOING = (
    r"(?:learn|know|have|get|do|earn|make|take|read|understand|need|study|master|use|work|find|show"
    r"|start|begin|write|keep|see|think|want|look|bring|pick|choose|apply|pass|speak|talk|improve"
    r"|prepare|plan|focus|spend|pay|ask|try|attend|join|finish|complete|buy|hire|follow)"
)
_SURELY_FROM_AFTER = re.compile(
    rf"\s*(?:in)?to (?!{_DOING}\b)(?:become |be |being )?(?:an? |the )?\w|\s*(?:->|→|=>|>)"
    r"|\s(?:\w+ )?(?:become|turn into|switch to|move (?:in)?to)\b"
)
_ADJECTIVES = frozenset("senior junior future good great real new professional full".split())
_I_AM = re.compile(r"\b(?:i am|i'm|im)(?: now| currently| already)? an? (?:\w+ )?$")
_BETWEEN = re.compile(r"\s*(?:(?:in)?to|->|→|=>|>)\s*(?:be |become |being )?(?:an? |the )?")
_GUIDE_AFTER = re.compile(r"\s*(?:guide|path|page|roadmap|plan|one)\b")


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
        weak = len(phrase) == 1 and phrase[0] in GENERIC
        if weak and position and _modifies(tokens[position - 1]):
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
    common = token.word in COMMON_WORDS
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
    unknown = unknown_roles(text, mentions)
    if fixed is not None:
        return Roles(Move(guides=(fixed,), named=True, unknown_roles=_beyond(unknown)), spans)
    if not mentions:
        return Roles(Move(unknown_roles=_beyond(unknown)), spans)
    return Roles(_combine(mentions, names, unknown), spans)


def _beyond(unknown: Mapping[Side, str]) -> tuple[str, ...]:
    return tuple(unknown.values())


def _combine(mentions: Sequence[Mention], names: RoleNames, unknown: Mapping[Side, str]) -> Move:
    strong = {_side(m) for m in mentions if not m.weak}
    sure = [m for m in mentions if not m.weak or (m.guides(_side(m)) and _side(m) not in strong)]
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
        if token.stem in SHORT_FORMS:
            mended.append(replace(token, stem=SHORT_FORMS[token.stem]))
            continue
        if (
            known(token.stem)
            or token.word in names.vocabulary
            or token.word in COMMON_WORDS
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
