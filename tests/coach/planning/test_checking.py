"""What a plan cannot be made with, and what is said then."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from coach.domain import Guide
from coach.errors import PlanError
from coach.planning import Adjustment, DaysOff, Preferences, Tick, build

FIRST = "backend-developer-to-chief-ai-officer"
START = date(2027, 1, 4)
SIX = Preferences(hours_a_week=6, start=START)
FAR = date(9999, 12, 31)


@pytest.mark.parametrize(
    ("change", "field", "told"),
    [
        ({"hours_a_week": 0}, "hours_a_week", "some time each week"),
        ({"hours_a_week": -3}, "hours_a_week", "some time each week"),
        ({"hours_a_week": float("nan")}, "hours_a_week", "some time each week"),
        ({"hours_a_week": 200}, "hours_a_week", "Nobody can study 200 hours"),
        ({"hours_a_week": 0.1}, "hours_a_week", "more than 15 years"),
        ({"hours_a_week": 17, "weekdays": (0,)}, "hours_a_week", "17 hours .* into 1 day a week"),
        ({"hours_a_week": 17, "weekdays": (0, 0)}, "hours_a_week", "Give 16 hours or fewer"),
        ({"hours_a_week": 40, "weekdays": (5, 6)}, "hours_a_week", "into 2 days a week"),
        ({"deadline": date(2026, 1, 1)}, "deadline", "deadline is before the start"),
        ({"deadline": START - timedelta(days=1)}, "deadline", "deadline is before the start"),
        ({"start": FAR}, "start", "too far away"),
        ({"deadline": FAR}, "deadline", "too far away"),
        ({"replanned": FAR}, "replanned", "too far away"),
        ({"ticks": (Tick(task="one", on=FAR),)}, "ticks", "too far away"),
        ({"ticks": (Tick(task="one", on=date(2042, 6, 1)),)}, "ticks", "years after the start"),
        ({"days_off": (DaysOff(first=START, last=FAR),)}, "days_off", "too far away"),
        ({"days_off": (DaysOff(first=START, last=START),) * 101}, "days_off", "100 pauses"),
        ({"days_off": (DaysOff(first=START, last=date(2026, 1, 1)),)}, "days_off", "ends before"),
        ({"weekdays": ()}, "weekdays", "at least one day"),
        ({"weekdays": (7,)}, "weekdays", "at least one day"),
        ({"time_zone": "Mars/Base"}, "time_zone", "no such time zone"),
        ({"time_zone": "Europe"}, "time_zone", "no such time zone"),
        ({"time_zone": "America"}, "time_zone", "no such time zone"),
        ({"time_zone": "../Europe"}, "time_zone", "no such time zone"),
        ({"time_zone": "z" * 300}, "time_zone", "no such time zone"),
        ({"adjusted": (Adjustment(task="one", hours=0),)}, "adjusted", "some hours"),
        ({"adjusted": (Adjustment(task="one", hours=2001),)}, "adjusted", "not thousands"),
    ],
)
def test_what_cannot_be_planned_is_said_with_the_field_to_change(
    guides: dict[str, Guide], change: dict[str, object], field: str, told: str
) -> None:
    with pytest.raises(PlanError, match=told) as refused:
        build(guides[FIRST], SIX.model_copy(update=change))

    assert refused.value.field == field
    assert refused.value.remedy


def test_a_day_named_twice_is_one_day(guides: dict[str, Guide]) -> None:
    one, twice = (
        build(guides[FIRST], SIX.model_copy(update={"weekdays": days}))
        for days in ((0, 2), (0, 2, 2))
    )

    assert (twice.tasks, twice.weeks) == (one.tasks, one.weeks)


def test_a_guide_without_phases_cannot_be_planned(guides: dict[str, Guide]) -> None:
    with pytest.raises(PlanError, match="no phases with weeks"):
        build(guides[FIRST].model_copy(update={"phases": ()}), SIX)
