"""Text to the terms that are matched: the one place that folds, splits and stems words."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import Stemmer

# A word, "c++" and "c#" too.
WORD = re.compile(r"[^\W_]+[+#]{0,2}")
_SHORT_FORMS = {
    "hr": "hour",
    "hrs": "hours",
    "wk": "week",
    "wks": "weeks",
    "mth": "month",
    "mths": "months",
    "yr": "year",
    "yrs": "years",
}
_SHORT_FORM = re.compile(r"\b(?:" + "|".join(_SHORT_FORMS) + r")\b")
_stemmer = Stemmer.Stemmer("english", 0)


def fold(text: str) -> str:
    """Lower-case text without accents and with plain quotes: "Aurélien’s" gives "aurelien's"."""
    if text.isascii():  # nearly every text, and ten times as fast
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'"))
    for letter in set(decomposed):  # far fewer than the letters of the text
        if unicodedata.combining(letter):
            decomposed = decomposed.replace(letter, "")
    return decomposed.lower()


def words(text: str) -> list[str]:
    """The folded words in order: "CI/CD" gives "ci" and "cd", "it's" gives "it" and "s"."""
    return WORD.findall(fold(text))


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """The stem of one folded word, short forms spelt out, by Snowball's English algorithm."""
    return str(_stemmer.stemWord(_SHORT_FORMS.get(word, word)))


def spelt_out(folded: str) -> str:
    """Folded text with the short forms of units spelt out: "8 hrs" gives "8 hours"."""
    return _SHORT_FORM.sub(lambda match: _SHORT_FORMS[match.group()], folded)


def terms(text: str) -> list[str]:
    """The stems of a text's words, in order, repeats kept."""
    return [stem(word) for word in words(text)]
