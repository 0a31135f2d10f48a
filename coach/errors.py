"""Every error this package raises on purpose.

CoachError                     what went wrong, where, and what to do next
├── SettingsError              a COACH_ variable is unknown or has a value that cannot be used
├── ReadingError               a file cannot be read to a guide or a document
├── EncoderError               the encoder's weights are missing, altered or cannot be exported
├── KnowledgeIndexError        the index cannot be used
│   ├── IndexMissing           there is no index in the data folder yet
│   ├── IndexIncompatible      built by another encoder or an older layout
│   ├── IndexBusy              another process is writing to the index
│   └── IndexUnusable          unreadable, read-only, full disk, unreachable Chroma server
├── DatabaseUnusable           the database of conversations cannot be reached, read or written
├── BackupError                a backup that cannot be written, read or restored
├── PlanError                  a plan that cannot be made of what was given
├── AccountError               an account that cannot be made, changed or signed in to
├── ModelError                 the language model gave no answer that could be used
│   ├── ModelUnreachable       no connection, a failing server, or one left alone for a while
│   ├── ModelTooSlow           not connected, begun or finished in time
│   ├── ModelRefused           wrong key, unknown model, or a request it does not take
│   ├── ModelBusy              too many requests, or no more calls allowed on the account
│   ├── ModelOverfull          more text than the model takes
│   └── ModelUnreadable        an empty reply, a stream cut in the middle, malformed pieces
└── QuestionError              a question that cannot be taken: empty, too long, unknown guide

Errors of other libraries stop at the module that owns the library and leave it as one of these.
"""

from __future__ import annotations


class CoachError(Exception):
    """Something a person can act on.

    Attributes:
        problem: what is wrong, one plain sentence.
        where: the file, ``file:line``, folder, variable or address it concerns; may be empty.
        remedy: what to do next, one plain sentence.
    """

    def __init__(self, problem: str, *, where: str = "", remedy: str = "") -> None:
        self.problem = problem
        self.where = where
        self.remedy = remedy
        super().__init__(problem, where, remedy)

    def __str__(self) -> str:
        text = f"{self.where}: {self.problem}" if self.where else self.problem
        return f"{text} {self.remedy}" if self.remedy else text


class SettingsError(CoachError):
    """A COACH_ variable is unknown or has a value that cannot be used."""


class ReadingError(CoachError):
    """A file cannot be read to a guide or a document."""


class EncoderError(CoachError):
    """The encoder's weights are missing, altered or cannot be exported."""


class KnowledgeIndexError(CoachError):
    """The index cannot be used."""


class IndexMissing(KnowledgeIndexError):
    """There is no index in the data folder yet."""


class IndexIncompatible(KnowledgeIndexError):
    """The index was built by another encoder or with an older layout."""


class IndexBusy(KnowledgeIndexError):
    """Another process is writing to the index."""


class IndexUnusable(KnowledgeIndexError):
    """The index cannot be opened, read or written."""


class QuestionError(CoachError):
    """A question that cannot be taken: empty, too long, or about an unknown guide."""


class DatabaseUnusable(CoachError):
    """The database of conversations cannot be reached, read or written."""


class BackupError(CoachError):
    """A backup that cannot be written, read or restored."""


class PlanError(CoachError):
    """A plan that cannot be made of what was given.

    Attributes:
        field: which of the person's preferences is to be changed, by its name; may be empty.
    """

    def __init__(self, problem: str, *, where: str = "", remedy: str = "", field: str = "") -> None:
        super().__init__(problem, where=where, remedy=remedy)
        self.field = field


class AccountError(CoachError):
    """An account that cannot be made, changed or signed in to."""


class ModelError(CoachError):
    """The language model gave no answer that could be used.

    Attributes:
        plain: why, for the person who asked, as the end of "Quoted from the guide, because ...".
    """

    plain = "the writing assistant is not available just now"


class ModelUnreachable(ModelError):
    """There is no connection to the model, its server fails, or it is left alone for a while."""

    plain = "the writing assistant cannot be reached just now"


class ModelTooSlow(ModelError):
    """The model did not connect, begin or finish in time."""

    plain = "the writing assistant took too long"


class ModelRefused(ModelError):
    """The model's server does not take the request: wrong key, unknown model, bad parameter."""

    plain = "the writing assistant is not set up correctly"


class ModelBusy(ModelError):
    """The model's server takes no more requests for now."""

    plain = "the writing assistant is busy just now"


class ModelOverfull(ModelError):
    """The prompt is longer than the model takes."""

    plain = "there was too much text for the writing assistant"


class ModelUnreadable(ModelError):
    """The model's reply was empty, cut in the middle or malformed."""

    plain = "the writing assistant's answer came back broken"
