"""Titles and names in running text: where a quoted title ends, and which names are organisations.

A straight quote is also the apostrophe of "O'Neil", "Ng's" and "the managers' guide", so a title
ends at the first quote that cannot be one of these.
"""

from __future__ import annotations

import re

from coach.domain import ResourceKind

LONGEST_TITLE = 200  # characters; no title is longer, and the search for its end stays cheap

KINDS = {
    **dict.fromkeys(
        (
            *("course", "courses", "class", "program", "programme", "training", "workshop"),
            *("tutorial", "bootcamp", "specialization", "specialisation", "nanodegree", "degree"),
        ),
        ResourceKind.COURSE,
    ),
    **dict.fromkeys(("book", "books", "textbook", "ebook"), ResourceKind.BOOK),
    **dict.fromkeys(("platform", "website", "site", "app"), ResourceKind.PLATFORM),
    **dict.fromkeys(("conference", "conferences", "summit", "event"), ResourceKind.CONFERENCE),
    **dict.fromkeys(
        ("network", "community", "communities", "group", "meetup", "association", "forum"),
        ResourceKind.NETWORK,
    ),
    **dict.fromkeys(
        ("certification", "certifications", "certificate", "exam"), ResourceKind.CERTIFICATION
    ),
    **dict.fromkeys(
        (
            *("article", "guide", "guides", "paper", "report", "blog", "documentation", "docs"),
            *("whitepaper", "newsletter", "podcast", "video", "handbook", "standard"),
        ),
        ResourceKind.ARTICLE,
    ),
    **dict.fromkeys(("tool", "tools", "software", "library"), ResourceKind.TOOL),
}
"""What each noun that stands beside a title or before its colon says of its kind."""

ORGANISATIONS = (
    *("Coursera", "edX", "Udemy", "Udacity", "Pluralsight", "Skillshare", "FutureLearn"),
    *("LinkedIn Learning", "LinkedIn", "Khan Academy", "Codecademy", "freeCodeCamp", "DataCamp"),
    *("DeepLearning.AI", "fast.ai", "Kaggle", "YouTube", "GitHub", "MasterClass", "OpenLearn"),
    *("MIT Sloan", "MIT OpenCourseWare", "MIT", "Stanford Online", "Stanford", "Wharton", "Yale"),
    *("Harvard Business School", "Harvard Business Review", "Harvard", "Princeton", "Oxford"),
    *("Cambridge", "Berkeley", "UC Berkeley", "Columbia", "Cornell", "INSEAD", "Kellogg"),
    *("Google Cloud", "Google", "Microsoft Learn", "Microsoft", "AWS Skill Builder", "AWS"),
    *("Amazon Web Services", "Amazon", "IBM", "Meta", "Oracle", "Cisco", "Salesforce", "HubSpot"),
    *("O'Reilly", "Pearson", "Wiley", "Manning", "Packt", "Springer", "McKinsey", "Deloitte"),
    *("PMI", "Project Management Institute", "Scrum.org", "Scrum Alliance", "CompTIA", "ISACA"),
    *("General Assembly", "Springboard", "Reforge", "Product School", "Alison", "OpenClassrooms"),
)
"""Names that need no other mark to be read as an organisation rather than a person."""

_ORGANISATION_WORD = re.compile(
    r"\b(?:University|School|Institute|College|Academy|Association|Foundation|Society|Council"
    r"|Learning|Press|Review|Agency|Ministry|Department|Board|Inc|Ltd|GmbH)\b"
)
_KNOWN = {name.lower() for name in ORGANISATIONS}

SINGLE = "'‘’‚"
_DOUBLE_ENDS = {'"': '"”', "“": '”"', "„": '“”"', "«": "»"}
OPENING = SINGLE[:2] + "".join(_DOUBLE_ENDS)
APOSTROPHES = "'’"

_names = "|".join(
    re.escape(name).replace("'", "['’]") for name in sorted(ORGANISATIONS, key=len, reverse=True)
)
_kinds = "|".join(sorted((kind.capitalize() for kind in KINDS), key=len, reverse=True))
_modifiers = r"(?:(?:Online|Free|Video|Professional)\s)?"
KNOWN_LABEL = re.compile(rf"(?:{_modifiers}(?:{_kinds})|{_names})[ \t\xa0]?:(?=[\s{OPENING}])")
"""A kind or a known organisation with its colon, wherever it starts."""

UNKNOWN_LABEL = re.compile(
    rf"(?<!Mc)(?<!Mac)[^\W\d_a-z][^\W_]?[\w.&+/ \xa0-]{{0,40}}:[ \t\xa0]?(?=[{OPENING}])"
)
"""Any short name with its colon before a quoted title."""


def is_known(name: str) -> bool:
    """Whether a name is one of the organisations known by name."""
    return name.strip().replace("’", "'").lower() in _KNOWN


def is_organisation(name: str) -> bool:
    """Whether a name is an organisation's; a name of one word that is not known counts as one."""
    return is_known(name) or _ORGANISATION_WORD.search(name) is not None or len(name.split()) == 1


def opens_title(source: str, position: int, start: int) -> bool:
    """Whether a quote at ``position`` opens a title rather than ends one or stands in a word."""
    if source[position] not in OPENING or position + 1 >= len(source):
        return False
    before = source[position - 1] if position > start else " "
    return not before.isalnum() and before not in ".,!?" and not source[position + 1].isspace()


def title_end(source: str, position: int, end: int) -> int | None:
    """The position of the quote that closes the title opened at ``position``; None without one."""
    end = min(end, position + LONGEST_TITLE)
    closing = _DOUBLE_ENDS.get(source[position])
    if closing is not None:
        return next((i for i in range(position + 2, end) if source[i] in closing), None)
    for i in range(position + 2, end):
        if source[i] in APOSTROPHES and _closes(source, i, end):
            return i
    return None


def _closes(source: str, position: int, end: int) -> bool:
    after = source[position + 1] if position + 1 < end else " "
    if after.isalnum():  # "O'Neil", or the glued "...Specialization'Book: '..."
        return begins_label(source, position + 1)
    if source[position - 1] not in "sS" or not after.isspace():
        return True
    # "The Managers' Guide' by ...": an apostrophe if the next quote closes and none opens first.
    for i in range(position + 1, end):
        if source[i] in SINGLE or source[i] in _DOUBLE_ENDS:
            beside = source[i + 1] if i + 1 < end else " "
            if source[i - 1].isspace() or source[i - 1] == "(":
                return True
            if not beside.isalnum():
                return _ends_sentence(source, position, i)
    return True


def _ends_sentence(source: str, start: int, end: int) -> bool:
    return re.search(r"[.!?:;]\s", source[start:end]) is not None


def begins_label(source: str, position: int) -> bool:
    """Whether a label such as "Book: " or "Coursera: 'AI ..." begins at ``position``."""
    return bool(KNOWN_LABEL.match(source, position) or UNKNOWN_LABEL.match(source, position))
