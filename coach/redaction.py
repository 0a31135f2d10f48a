"""Personal data in text, found and masked: e-mail, phone numbers, links and postal addresses.

By patterns, and by ``phonenumbers`` for phone numbers; where the package presidio-analyzer is
installed (the extra ``personal``), also what its recognisers find, names of people with them if
spaCy has a model of the language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import Any

import phonenumbers

# Numbers without a country's code are tried as one of these.
_REGIONS = ("US", "GB")
_EMAIL = re.compile(r"[\w.+'-]+(?:@|\s?\[at\]\s?)[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_LINK = re.compile(
    r"\b(?:https?://|www\.)[^\s<>\"']+[^\s<>\"'.,;:!?)]"
    r"|\b(?:linkedin|github|twitter|facebook|instagram)\.com/[^\s<>\"']*[^\s<>\"'.,;:!?)]",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"\b\d{1,5}[a-z]?\s+(?:[A-Z][\w'-]*\s+){1,3}(?i:street|st|avenue|ave|road|rd|lane|ln|drive|dr|"
    r"boulevard|blvd|court|ct|way|square|sq|terrace|crescent|highway|parkway)\b\.?"
    r"(?:,?\s+(?i:apt|flat|unit|suite)\.?\s*\w+)?"
    r"(?:,\s*[A-Z][\w.'-]*(?:\s[A-Z][\w.'-]*)*)?(?:,?\s+[A-Z]{2}\s+\d{5}(?:-\d{4})?)?"
    # As people type it, in small letters.
    r"|\b\d{1,5}[a-z]?\s+(?!(?:year|month|week|day|hour|minute|percent)s?\b)(?:[a-z'-]+\s+){1,2}"
    r"(?:street|avenue|road|lane|boulevard)\b"
    r"|\b[A-Z][\w'-]*(?:straße|strasse|weg|gasse|platz)\s+\d{1,4}[a-z]?\b"
    r"|\b(?i:p\.?\s?o\.?\s?box)\s+\d+"
    r"|\b[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}\b"
)
# Not its dates and links: the first are seldom personal here, for the second it calls out.
_MORE = ["PERSON", "CREDIT_CARD", "IBAN_CODE", "IP_ADDRESS", "US_SSN", "UK_NHS", "CRYPTO"]


@dataclass(frozen=True)
class Personal:
    """Personal data in a text: ``kind`` is a word for people, ``start`` and ``end`` characters."""

    kind: str
    start: int
    end: int


def find(text: str) -> list[Personal]:
    """Return the personal data in a text, in its order, none over another."""
    found: list[Personal] = []
    for one in sorted(_all(text), key=lambda one: (one.start, -one.end)):
        if not found or one.start >= found[-1].end:
            found.append(one)
    return found


def redact(text: str) -> str:
    """Return a text with its personal data masked, such as "[e-mail]"."""
    for one in reversed(find(text)):
        text = f"{text[: one.start]}[{one.kind}]{text[one.end :]}"
    return text


def _all(text: str) -> Iterator[Personal]:
    for kind, pattern in (("e-mail", _EMAIL), ("link", _LINK), ("address", _ADDRESS)):
        for match in pattern.finditer(text):
            yield Personal(kind, match.start(), match.end())
    for region in _REGIONS:
        for number in phonenumbers.PhoneNumberMatcher(text, region):
            yield Personal("phone", number.start, number.end)
    if find_spec("presidio_analyzer"):
        for result in _analyzer().analyze(text, "en", entities=_MORE):
            kind = result.entity_type.replace("_", " ").lower()
            yield Personal(kind, result.start, result.end)


@cache
def _analyzer() -> Any:  # noqa: ANN401 - an optional package, absent where types are checked
    import spacy
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    models = [name for name in spacy.util.get_installed_models() if name.startswith("en_")]
    engine = SpacyNlpEngine()
    # Given here, as it would fetch a model that is not installed.
    engine.nlp = {"en": spacy.load(models[0]) if models else spacy.blank("en")}
    return AnalyzerEngine(nlp_engine=engine, supported_languages=["en"])
