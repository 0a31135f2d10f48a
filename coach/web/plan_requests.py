"""What the plan page's script sends, and a plain line on what of it cannot be read."""

from __future__ import annotations

from typing import Annotated, TypeVar

from fastapi import Request
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from coach.errors import PlanError
from coach.planning import Preferences
from coach.plans import LONGEST_COMMENT

MOST_SAID = 20
LONGEST_SAID = 200

T = TypeVar("T", bound=BaseModel)


class Wanted(BaseModel):
    """A guide, by slug, and what shapes its plan."""

    guide: str
    preferences: Preferences


class Keeping(Wanted):
    """A plan to keep; ``version`` is the one it was made from, None where there was none."""

    version: str | None = None


class Comparing(Wanted):
    """Another move, by its guide's slug, to set beside the one that is planned."""

    other: str


class Which(BaseModel):
    """One of somebody's plans, by its guide's slug."""

    guide: str


class Undoing(Which):
    """A coach's change to take back."""

    change: str


class Said(Which):
    """Skills that a person has, in their own words."""

    said: list[Annotated[str, Field(max_length=LONGEST_SAID)]] = Field(max_length=MOST_SAID)


class Comment(BaseModel):
    """What a coach says of a task."""

    task: str
    text: str = Field(min_length=1, max_length=LONGEST_COMMENT)


_ADVICE = {
    "hours_a_week": ("These hours are no number.", "Write them in figures, such as 6."),
    "start": ("There is no such day.", "Choose a day of the calendar, such as 2027-01-04."),
    "deadline": ("There is no such day.", "Choose a day of the calendar, or leave it empty."),
    "days_off": ("A pause needs two days.", "Give its first and its last day, or remove it."),
    "text": ("A comment needs some words, and not too many.", "Write a line or a few."),
    "said": ("These are too many or too long to look up.", "Name a few skills, one at a time."),
}
_UNREADABLE = ("This cannot be read.", "Open the page again and retry.")


async def read(request: Request, model: type[T]) -> T:
    """What the page's script has sent.

    Raises:
        PlanError: it is not what is expected, with the field that is wrong.
    """
    try:
        return TypeAdapter(model).validate_json(await request.body())
    except ValidationError as error:
        names = [str(part) for part in error.errors()[0]["loc"] if part != "preferences"]
        field = names[0] if names else ""
        problem, remedy = _ADVICE.get(field, _UNREADABLE)
        raise PlanError(problem, remedy=remedy, field=field) from None
