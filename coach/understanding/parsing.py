"""From a question's words to what it asks for."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import zip_longest

from coach.domain import Priority
from coach.lexicon import is_word
from coach.terms import fold, spelt_out, stem, words
from coach.understanding.catalogue import Catalogue
from coach.understanding.claims import claims_in, tells_hours
from coach.understanding.cues import AGGREGATES, CUES, PRIORITIES, RESOURCE_KINDS
from coach.understanding.manner import manner_of
from coach.understanding.orders import without_orders
from coach.understanding.parts import ASKING, SURELY_ASKING, YES_NO, parts_of
from coach.understanding.roles import find_move
from coach.understanding.tokens import Token, same_word, tokenise
from coach.understanding.values import (
    ROLE,
    Aggregate,
    Ask,
    Field,
    Item,
    Manner,
    Move,
    Understanding,
)
from coach.understanding.vocabulary import (
    BACKGROUND_WORDS,
    COMMON_WORDS,
    CUE_WORDS,
    CURRENCIES,
    FUNCTION_WORDS,
    PLACES,
    REVERSED,
    SUPERLATIVE,
    TOPICS,
)

_POSSIBLE = re.compile(
    r"\b(?:can|could|possible|realistic|feasible|enough|become|right|manage|true|correct"
    r"|really|only|just|heard|takes?|finish|do it|make it|be a|fast|overnight)\b"
)
_IN_TIME = re.compile(
    r"\b(?:by|before|until|till) (?:then|that|it)\b|\b(?:in|on) time\b|\b(?:make|manage) it\b"
    r"|\b(?:enough|too little) time\b"
)
_TIMES = re.compile(r"\b(?:last|this|next) year\b|\b(?:in|since|by) (?:19|20)\d\d\b")
_NO_CLAIM = re.compile(r"how many|\byears? (?:of|at|as|in|on|ago)\b|\bfor \w+ years")
_POINTING = re.compile(r"\b(?:it|its|that|this|one|them)\b")
_WAGES = frozenset({Field.WAGE_BEFORE, Field.WAGE_AFTER})
_AGAINST = re.compile(r"\b(?:vs|versus|against|compared|difference|medians|and)\b")
_THERE = re.compile(r"\b(?<!get )(?:over )?there(?: too| as well)?\W*$")
_EACH = re.compile(r"\b(?:vs|versus|against|compared)\b|\band (?:what|how much) (?:is|are|do)\b")
_HOW_LONG = re.compile(r"\bhow (?:long|many (?:weeks|months))\b")
_LONG_WORD = re.compile(r"[a-z]{5,}")
_MOST_ITEMS = 12
_BRIEF = 5
_SURE_NAME = 0.4
_COMMON_STEMS = frozenset(stem(word) for word in COMMON_WORDS)
_DATED = frozenset({Field.THIS_WEEK, Field.THIS_MONTH, Field.NEXT_90_DAYS})


def understand(
    question: str,
    catalogue: Catalogue,
    known: Callable[[str], bool],
    *,
    fixed: str | None = None,
    focus: Sequence[str] = (),
) -> Understanding:
    """Read a question.

    Args:
        question: the person's words.
        catalogue: the guides to read it against.
        known: whether any text of the knowledge holds a stem.
        fixed: the slug of a guide chosen beforehand; it wins over roles named in the question.
        focus: the slugs of the guides the conversation is about, used when the question names none.
    """
    question = without_orders(question)
    roles = find_move(_without_titles(question, catalogue), catalogue.roles, known, fixed)
    manner = manner_of(question, tokenise(question), known, names_role=bool(roles.spans))
    if manner is not Manner.QUESTION:
        return Understanding(manner=manner)
    move = _settled(roles.move, focus, catalogue)
    masked = _masked(question, roles.spans)
    parts = [part for part in parts_of(masked) if tokenise(part)]
    asks: list[Ask] = []
    for part in parts:
        ask = _ask(part, catalogue, known, move)
        if asks and not ask.items and _POINTING.search(fold(part)):
            told = not SURELY_ASKING.search(fold(asks[-1].text))
            fields = ask.fields or (asks[-1].fields if told else ())
            ask = ask.model_copy(update={"items": asks[-1].items, "fields": fields})
        asks.append(ask)
    asking = (
        [
            ask
            for ask, following in zip_longest(asks, asks[1:])
            if _is_surely_asking(ask) and not _leads_to(ask, following)
        ]
        or [ask for ask in asks if _is_asking(ask)]
        or asks
    )
    told = not any(_is_asking(ask) or _is_surely_asking(ask) for ask in asking)
    if len(asking) > 1 and (told or not any(_has_subject(ask) for ask in asking)):
        asking = [_ask(", ".join(ask.text for ask in asking), catalogue, known, move)]
    places = _qualifiers(masked, fold(masked))
    if len(asking) == 1:
        asking = [asking[0].model_copy(update={"qualifiers": places})]
    asking = [
        ask.model_copy(update={"qualifiers": places}) if _THERE.search(fold(ask.text)) else ask
        for ask in asking
    ]
    telling = [ask for ask in asking if ask.fields or ask.items or ask.content or ask.topics]
    move = _by_item(move, telling)
    if len(telling) == 1:
        telling = [_of_both(telling[0], masked)]
    if move.from_only:
        telling = [_of_the_old_role(ask) for ask in telling]
    if not telling and len(asks) > 1:
        # "HTML, Git ... will I need any of that?" asks about what was said before.
        telling = [_ask(" ".join(parts), catalogue, known, move)]
    return Understanding(manner=manner, text=masked, move=move, asks=tuple(telling or asks[:1]))


def _without_titles(question: str, catalogue: Catalogue) -> str:
    """The question with the titles of books and courses blotted out: they name no role."""
    said = f" {' '.join(words(question))} "
    for title in catalogue.titles:
        if f" {title} " in said:
            pattern = r"\W+".join(re.escape(word) for word in title.split())
            question = re.sub(
                pattern, lambda match: "_" * len(match.group()), question, flags=re.IGNORECASE
            )
    return question


def _leads_to(ask: Ask, following: Ask | None) -> bool:
    """Whether a part only tells what the part that follows points at."""
    told = ask.text.endswith(".") and not ASKING.search(fold(ask.text))
    return told and following is not None and bool(_POINTING.search(fold(following.text)))


def _has_subject(ask: Ask) -> bool:
    return bool(ask.fields or ask.items or ask.topics or ask.key_terms)


def _is_surely_asking(ask: Ask) -> bool:
    """Whether a part is a question by its form, or no more than the name of a field."""
    bare = len(_content(tokenise(ask.text))) == 1 and bool(ask.fields)
    return bare or bool(ask.topics) or bool(SURELY_ASKING.search(fold(ask.text)))


def _is_asking(ask: Ask) -> bool:
    """Whether a part asks, and does not only tell: a few words that name a field ask, too."""
    brief = bool(ask.fields) and len(ask.text.split()) <= _BRIEF
    return brief or bool(ask.topics) or bool(ASKING.search(fold(ask.text)))


def _of_both(ask: Ask, whole: str) -> Ask:
    """A question for the wages of both roles, where one part names them and another asks."""
    both = whole.count(ROLE) > 1 and _EACH.search(fold(whole))
    if not both or ask.fields[:1] not in {(field,) for field in _WAGES}:
        return ask
    return ask.model_copy(update={"fields": (Field.SALARY,)})


def _of_the_old_role(ask: Ask) -> Ask:
    """A question for the wage of the only role named, which is the one to leave."""
    if ask.fields != (Field.WAGE_AFTER,):
        return ask
    return ask.model_copy(update={"fields": (Field.WAGE_BEFORE,)})


def _settled(move: Move, focus: Sequence[str], catalogue: Catalogue) -> Move:
    """The move with the conversation's guides where the question leaves it open."""
    if move.guides:
        inside = tuple(slug for slug in move.guides if slug in focus)
        if len(move.guides) > 1 and inside and not move.compared:
            return move.model_copy(update={"guides": inside})
        return move
    if move.unknown_roles:
        return move
    if focus:
        return move.model_copy(update={"guides": tuple(focus)})
    if len(catalogue.guides) == 1:
        return move.model_copy(update={"guides": tuple(catalogue.guides)})
    return move


def _by_item(move: Move, asks: Sequence[Ask]) -> Move:
    """The guide that alone has an item the question names in full, when no guide is known."""
    if move.guides or move.unknown_roles or not asks:
        return move
    sure = {item.guide for ask in asks for item in ask.items if item.strength >= 0.8}
    if len(sure) == 1:
        return move.model_copy(update={"guides": tuple(sure)})
    return move


def _masked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text with each role replaced by one word, so that no cue is found inside a role."""
    for start, end in reversed(spans):
        text = f"{text[:start]}{ROLE}{text[end:]}"
    return text


def _ask(text: str, catalogue: Catalogue, known: Callable[[str], bool], move: Move) -> Ask:
    folded = _mended(spelt_out(re.sub(r"\s+", " ", fold(text)).strip()), known)
    tokens = tokenise(text)
    items = _items(tokens, catalogue, move)
    fields, cued = _fields(folded, items)
    if fields and fields[0] in _WAGES and folded.count(ROLE) > 1 and _AGAINST.search(folded):
        fields = (Field.SALARY,)
    if fields[:1] == (Field.RESOURCES,) and items and _HOW_LONG.search(folded):
        fields = (Field.TIMELINE,)
    claims = claims_in(folded)
    if fields == (Field.GROWTH,) and claims and claims[0].unit == "month":
        fields = (Field.TIMELINE,)
    if fields[:1] == (Field.HOURS,) and tells_hours(claims) and _HOW_LONG.search(folded):
        fields = (Field.TIMELINE,)  # the hours are told, not asked for
    if (
        claims
        and fields
        and fields[0] in _DATED
        and _POSSIBLE.search(folded)
        and "what" not in folded
    ):
        fields = (Field.TIMELINE,)
    if not fields and claims and claims[0].unit == "month" and not _NO_CLAIM.search(folded):
        fields = (Field.TIMELINE,)
    aggregate = next((kind for kind, cue in AGGREGATES if cue.search(folded)), None)
    if aggregate is Aggregate.SUM and fields == (Field.TIMELINE,) and "week" in folded:
        fields = (Field.PHASES,)
    priority = next((level for level, cue in PRIORITIES if cue.search(folded)), None)
    if priority is not None and not fields and not items:
        fields = (Field.SKILLS,)
    content = _content([token for token in tokens if not _misspelt(token, known)])
    yes_no = bool(YES_NO.search(folded))
    if yes_no and set(fields) <= {Field.OVERVIEW} and not items and _IN_TIME.search(folded):
        fields = (Field.TIMELINE,)
    return Ask(
        text=text.strip(),
        fields=fields,
        items=tuple(items),
        aggregate=aggregate,
        priority=priority,
        resource_kinds=tuple(kind for kind, cue in RESOURCE_KINDS if cue.search(folded)),
        claims=claims,
        yes_no=yes_no,
        superlative=bool(SUPERLATIVE.search(folded)),
        reversed_order=bool(REVERSED.search(folded)),
        content=content,
        key_terms=_key_terms(content, cued, items),
        qualifiers=_qualifiers(text, folded),
        topics=_topics(folded),
    )


def _mended(folded: str, known: Callable[[str], bool]) -> str:
    """Folded text with slips in the words that tell fields mended ("dificult")."""

    def mend(match: re.Match[str]) -> str:
        word = match.group()
        common = word in COMMON_WORDS or is_word(word)
        if common or known(stem(word)):
            return word
        return next((cue for cue in CUE_WORDS if same_word(word, cue)), word)

    return _LONG_WORD.sub(mend, folded)


def _items(tokens: Sequence[Token], catalogue: Catalogue, move: Move) -> list[Item]:
    """The items named, of the move's guides or of all, the surest first."""
    slugs = move.guides or tuple(catalogue.guides)
    found = (item for slug in slugs for item in catalogue.items(slug).find(tokens))
    return sorted(found, key=lambda item: -item.strength)[:_MOST_ITEMS]


def _fields(folded: str, items: Sequence[Item]) -> tuple[tuple[Field, ...], set[str]]:
    """The fields asked for, the surest first, and the words that said so.

    A word of the item that is named is no cue: "networking" may be a skill.
    """
    named = {
        token.stem
        for item in items[:1]
        if item.strength >= _SURE_NAME
        for token in tokenise(item.name)
    }
    found: list[tuple[float, int, int, Field]] = []
    words: set[str] = set()
    for field, weight, cue in CUES:
        for match in cue.finditer(folded):
            if named and all(token.stem in named for token in tokenise(match.group())):
                continue
            found.append((weight, match.start(), match.end(), field))
            words.update(
                token.word for token in tokenise(match.group()) if len(match.group().split()) <= 3
            )
    found.sort(key=lambda entry: (-entry[0], entry[1]))
    accepted: list[tuple[float, int, int, Field]] = []
    for weight, start, end, field in found:
        if any(field is kept[3] for kept in accepted):
            continue
        if not accepted:
            accepted.append((weight, start, end, field))
            continue
        apart = all(end <= kept[1] or kept[2] <= start for kept in accepted)
        nearest = min(accepted, key=lambda kept: min(abs(kept[1] - end), abs(start - kept[2])))
        between = folded[min(end, nearest[2]) : max(start, nearest[1])]
        if apart and weight >= 3 and re.search(r"\band\b|,|&|\bplus\b|[/+]", between):
            accepted.append((weight, start, end, field))
    return tuple(entry[3] for entry in accepted), words


def _topics(text: str) -> tuple[str, ...]:
    folded = fold(text)
    return tuple(name for name, cue in TOPICS if cue.search(folded))


def _content(tokens: Sequence[Token]) -> tuple[str, ...]:
    """The words that are more than grammar, as written, in order."""
    return tuple(
        dict.fromkeys(
            token.text
            for token in tokens
            if token.word != ROLE
            and token.word not in FUNCTION_WORDS
            and not token.word.isdigit()
            and len(token.word) > 1
        )
    )


def _misspelt(token: Token, known: Callable[[str], bool]) -> bool:
    """Whether a word is a common one with a slip ("allready"): a name may be as rare."""
    if not token.text.islower() or is_word(token.word):
        return False
    if token.stem in _COMMON_STEMS:
        return True
    return not known(token.stem) and any(same_word(token.word, word) for word in COMMON_WORDS)


def _key_terms(content: Sequence[str], cued: set[str], items: Sequence[Item]) -> tuple[str, ...]:
    """The words that carry the question's own subject, as written, in order."""
    named = {token.stem for item in items[:1] for token in tokenise(item.name)}
    return tuple(
        term
        for term in content
        if fold(term) not in BACKGROUND_WORDS
        and fold(term) not in cued
        and stem(fold(term)) not in named
    )


def _qualifiers(text: str, folded: str) -> tuple[str, ...]:
    """Places, times and currencies the question is limited to, in the person's words."""
    found = [_as_written(text, match.group()) for match in PLACES.finditer(folded)]
    found.extend(match.group() for match in _TIMES.finditer(folded))
    found.extend(_as_written(text, match.group()) for match in CURRENCIES.finditer(folded))
    for match in re.finditer(r"\b(?:[Ii]n|[Aa]t|[Nn]ear) ((?:[A-Z][a-z]+ ?){1,3})", text):
        word = match.group(1).strip()
        if fold(word) not in FUNCTION_WORDS and fold(word).split()[0] not in FUNCTION_WORDS:
            found.append(word)
    return tuple(dict.fromkeys(found))


def _as_written(text: str, folded: str) -> str:
    match = re.search(re.escape(folded), text, re.IGNORECASE)
    return match.group() if match else folded


def priority_named(text: str) -> Priority | None:
    """The priority that a text names, if any."""
    folded = fold(text)
    return next((level for level, cue in PRIORITIES if cue.search(folded)), None)
