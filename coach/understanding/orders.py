"""Orders to the program inside a question: left out, so that the question is answered alone."""

from __future__ import annotations

import re

from coach.terms import fold
from coach.understanding.patterns import QUESTION_WORD, SENTENCE_END, plain
from coach.understanding.sayings import DISTRESS, INJECTION

_MARKUP = re.compile(
    r"<(?P<tag>[a-zA-Z]\w*)\b[^>]*>.*?</(?P=tag)>|</?[a-zA-Z]\w*[^>]*>|<\|[^>]*>?|\{[^{}]*\}",
    re.DOTALL,
)
_MARK = "\ufffc"
_TAG = re.compile(r"</?[a-zA-Z]\w*[^>]*>|<\|")
_LEAD = r"(?:(?:and|then|also|but|so|now|just|please|first|finally) )*"
_QUESTION_AHEAD = re.compile(
    rf"(?:[,:]\s+|\s+(?=(?:and|then|also|but|so)\b))(?={_LEAD}{QUESTION_WORD}\b)", re.IGNORECASE
)
_ASKING = re.compile(rf"\?|^\W*{_LEAD}{QUESTION_WORD}\b")
_TO_BE_TOLD = re.compile(
    rf"^\W*{_LEAD}tell (?:me|us)\b(?!.*\b(?:what|which|who|how|when|where|why|whether|if|about)\b)"
)
_SAYING = re.compile(
    rf"^\W*{_LEAD}(?:say|print|write|output|reply|respond|repeat|answer|end|begin|put|append|add"
    r"|include|insert|sign|state|obey|translate)\b"
)


def gives_orders(text: str) -> bool:
    """Whether a text tells the program how to behave, or holds markup."""
    return bool(INJECTION.search(plain(text)) or _TAG.search(text))


def without_orders(text: str) -> str:
    """A question without the orders to the program around it.

    Sentences and clauses that give orders go, and markup with what it encloses. A text that asks
    nothing besides, or cries for help, is returned as it is.
    """
    if not gives_orders(text) or DISTRESS.search(plain(text)):
        return text
    kept: list[str] = []
    for marked in SENTENCE_END.split(_MARKUP.sub(_MARK, text)):
        sentence = " ".join(marked.replace(_MARK, " ").split())
        if not gives_orders(sentence):
            # A statement about markup is of no use without it.
            kept += [sentence] if _MARK not in marked or _asks(sentence) else []
            continue
        clauses = _QUESTION_AHEAD.split(sentence)
        kept += [part.strip() for part in clauses if _asks(part) and not gives_orders(part)]
    if not any(_asks(part) for part in kept):
        return text
    return " ".join(
        part for part in kept if part and (_asks(part) or not _SAYING.match(fold(part)))
    )


def _asks(text: str) -> bool:
    """Whether a text asks: to be told that something is so does not."""
    folded = fold(text)
    return bool(_ASKING.search(folded)) and not _TO_BE_TOLD.search(folded)
