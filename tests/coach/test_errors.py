"""The errors: what a person reads, and the tree drawn in the module's docstring."""

from __future__ import annotations

import inspect

from coach import errors
from coach.errors import CoachError, IndexMissing, KnowledgeIndexError


def test_an_error_says_where_then_what_then_what_to_do() -> None:
    error = IndexMissing("There is no index.", where=".coach", remedy="Run python ingest.py.")

    assert str(error) == ".coach: There is no index. Run python ingest.py."
    assert isinstance(error, KnowledgeIndexError)


def test_an_error_without_place_or_remedy_is_its_problem() -> None:
    assert str(CoachError("It is too long.")) == "It is too long."


def test_the_tree_drawn_names_every_error_and_no_other() -> None:
    defined = {
        name
        for name, value in vars(errors).items()
        if inspect.isclass(value) and issubclass(value, CoachError)
    }
    drawn = {
        line.strip("├└─│ ").split()[0]
        for line in (errors.__doc__ or "").splitlines()
        if line.startswith((*"├└│", "CoachError"))
    }

    assert drawn == defined
