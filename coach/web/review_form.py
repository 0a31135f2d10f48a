"""What a coach has typed and ticked on the page of an item, kept or not."""

from __future__ import annotations

import hashlib
import json

from pydantic import Field
from starlette.datastructures import FormData

from coach.domain import Value
from coach.review.insights import RUBRIC
from coach.review.values import Draft, Opened, Review

EDIT = "edit:"
LEVELS = frozenset({"0", "1", "2"})


class Typed(Value):
    """The fields of the page, so that it can be shown again without a word lost.

    Attributes:
        levels: "0", "1" or "2" by the question of the rubric; those not rated are left out.
        tags: with commas.
        notes: on the answer.
        text: the right answer.
        passages: the ids of the passages ticked.
        facts: those ticked, then those typed.
        edits: what the passages that can be edited say, by their ids, changed or not.
        base: the ``mark`` of the correction that the page was filled with; "" for no such page.
    """

    levels: dict[str, str] = Field(default_factory=dict)
    tags: str = ""
    notes: str = ""
    text: str = ""
    passages: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    edits: dict[str, str] = Field(default_factory=dict)
    base: str = ""

    @property
    def review(self) -> Review | None:
        """The review; None where not all is rated."""
        if self.levels.keys() != set(RUBRIC):
            return None
        rated = {name: int(level) for name, level in self.levels.items()}
        return Review.model_validate({**rated, "tags": self.tags.split(","), "notes": self.notes})

    @property
    def said_of_answer(self) -> tuple[dict[str, str], str, str]:
        """What the review would be made of."""
        return self.levels, self.tags, self.notes.strip()

    def with_correction_of(self, other: Typed) -> Typed:
        """The same review beside the correction of another."""
        fields = ("text", "passages", "facts", "edits")
        return self.model_copy(update={name: getattr(other, name) for name in fields})


def typed_in(form: FormData) -> Typed:
    """What a browser sends."""

    def text(name: str) -> str:
        value = form.get(name)
        return value if isinstance(value, str) else ""

    def texts(name: str) -> tuple[str, ...]:
        return tuple(str(one) for one in form.getlist(name))

    return Typed(
        levels={name: text(name) for name in RUBRIC if text(name) in LEVELS},
        tags=text("tags"),
        notes=text("notes"),
        text=text("text"),
        passages=texts("passages"),
        facts=(*texts("fact"), *text("facts").splitlines()),
        edits={
            name.removeprefix(EDIT): str(value)
            for name, value in form.multi_items()
            if name.startswith(EDIT)
        },
        base=text("base"),
    )


def typed_before(opened: Opened, account_id: str) -> Typed:
    """What is kept of a coach's own review, and of the correction."""
    mine = next((one.review for one in opened.reviews if one.account_id == account_id), None)
    draft = opened.draft or Draft.empty()
    return Typed(
        levels={name: str(getattr(mine, name)) for name in RUBRIC} if mine else {},
        tags=", ".join(mine.tags) if mine else "",
        notes=mine.notes if mine else "",
        text=draft.text,
        passages=draft.passages,
        facts=draft.facts,
        edits=draft.edits,
    )


def mark(draft: Draft) -> str:
    """Tells one correction from another, whatever the order of its passages and facts."""
    said = [draft.text, sorted(draft.passages), sorted(draft.facts), sorted(draft.edits.items())]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]
