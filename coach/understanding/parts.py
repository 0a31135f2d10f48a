"""A question cut into its parts, and what the form of a part says."""

from __future__ import annotations

import re

from coach.terms import fold
from coach.understanding.patterns import QUESTION_WORD, SENTENCE_END

_CLAUSE_START = re.compile(
    rf",?\s+(?:and|plus|but|then|also)\s+(?:also\s+|then\s+)?(?={QUESTION_WORD}\b)"
    rf"|,\s+(?={QUESTION_WORD}\b)"
)
_CONDITION = re.compile(r"^\W*(?:(?:and|so|but|ok|okay|also) )*if\b")
# "It takes a year. Correct?": what is to be confirmed stands before.
_TAG = re.compile(
    r"^\W*(?:(?:is|does|would) (?:that|this|it)(?: sound)? |or )?"
    r"(?:right|correct|true|so|wrong|accurate|fair|yes or no|really|possible|realistic|or not)\W*$"
)
ASKING = re.compile(
    r"\?|^\W*(?:(?:and|so|but|ok|okay|well|hi|hello|hey|please|also|then|now|just|um"
    rf"|actually) )*{QUESTION_WORD}\b"
    r"|\b(?:summar|describe|walk me|compare|add up|sum up|tell me|wonder|curious|want to "
    r"know|like to know|need to know|any |right$|correct$|name )"
)
SURELY_ASKING = re.compile(
    r"\bwhat(?:'s| is| are| do| does| should| will| would)\b"
    r"|\?|\b(?:how (?:long|much|many|hard|do|can|should)|tell me|list|give me|add up|sum up)\b"
    rf"|^\W*(?:(?:and|so|but|ok|okay|also|then) )*{QUESTION_WORD}\b"
)
YES_NO = re.compile(
    r"^\W*(?:(?:and|so|but|ok|okay|well|hi|hello|hey|please|also|then) )*(?:is|are|do|does"
    r"|did|can|could|will|would|should|has|have|was|were|am|must|isn'?t|aren'?t|don'?t"
    r"|doesn'?t|won'?t)\b"
    r"|\b(?:right|correct|true|isn'?t it|doesn'?t it|don'?t i|yes or no|or not|is it true"
    r"|is that so)\W*$"
)


def parts_of(text: str) -> list[str]:
    """The sentences and clauses of a text that ask or tell something of their own, in order."""
    parts: list[str] = []
    for sentence in SENTENCE_END.split(text):
        pieces = [piece for piece in _CLAUSE_START.split(sentence) if piece.strip()]
        if len(pieces) > 1 and _CONDITION.match(pieces[0].lower()):
            pieces[:2] = [f"{pieces[0]}, {pieces[1]}"]
        if parts and len(pieces) == 1 and _TAG.match(fold(sentence)) and "?" not in parts[-1]:
            parts[-1] = f"{parts[-1].rstrip(' .;')}, {sentence}"
        else:
            parts.extend(pieces)
    return parts
