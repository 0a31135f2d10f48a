from __future__ import annotations

import pytest

from coach.answering.contrasts import exchanged
from coach.answering.polarity import read_polarity


@pytest.mark.parametrize(
    ("text", "is_order", "former", "latter"),
    [
        ("SQL before Python", True, {"sql"}, {"python"}),
        ("Before Python, SQL", True, {"sql"}, {"python"}),
        ("Python after SQL", True, {"sql"}, {"python"}),
        ("Leave Python until SQL", True, {"sql"}, {"leav", "python"}),
        ("SQL first, then Python", True, {"sql"}, {"python"}),
        ("SQL now and Python later", True, {"sql"}, {"python"}),
        ("Put off exams", True, set(), {"exam"}),
        ("Graphs rather than tables", False, {"graph"}, {"tabl"}),
        ("Graphs, not tables", False, {"graph"}, {"tabl"}),
        ("Nurses earn more than teachers", False, {"nurs", "earn"}, {"teacher"}),
        ("Nurses earn less than teachers", False, {"teacher"}, {"nurs", "earn"}),
        ("Years outweigh speed", False, {"year"}, {"speed"}),
    ],
)
def test_the_sides_of_a_contrast_are_read(
    text: str, is_order: bool, former: set[str], latter: set[str]
) -> None:
    (found,) = read_polarity(text).contrasts
    assert (found.is_order, found.former, found.latter) == (is_order, former, latter)


@pytest.mark.parametrize("text", ["SQL and Python", "Your first post", "Not a table"])
def test_no_contrast_is_seen_where_there_is_none(text: str) -> None:
    assert read_polarity(text).contrasts == ()


@pytest.mark.parametrize(
    ("said", "held", "crossed", "straight"),
    [
        ("Python before SQL", "SQL before Python", 2.0, 0.0),
        ("Before Python, SQL", "SQL before Python", 0.0, 1.3),
        ("Tables rather than graphs", "Graphs, not tables", 2.0, 0.0),
        ("Python before SQL", "Graphs, not tables", 0.0, 0.0),
        ("Python before SQL", "SQL rather than Python", 0.0, 0.0),
        ("SQL before Python", "SQL before Python. Python before SQL.", 0.0, 1.3),
    ],
)
def test_exchanged_sides_are_weighed(said: str, held: str, crossed: float, straight: float) -> None:
    found = exchanged(
        read_polarity(said).contrasts, read_polarity(held).contrasts, lambda _part: 1.0
    )
    assert found == pytest.approx((crossed, straight))
