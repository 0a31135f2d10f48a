"""What an answer scores for its citations."""

from __future__ import annotations

import pytest

from evals.metrics.citations import (
    Cited,
    coverage,
    exactness,
    lexical_support,
    number_support,
    precision,
    validity,
)
from evals.metrics.statements import statements

TIME = Cited(1, "Timeline: 18-24 months", "a.md", "Baker → Pilot > Timeline\n18-24 months")
SQL = Cited(2, "SQL\n\n- Weeks: 12", "a.md", "Skills > SQL\n- Priority: Critical\n- Weeks: 12")
EXCEL = Cited(3, "Excel\n\n- Weeks: 6", "a.md", "Skills > Excel\n- Priority: Critical\n- Weeks: 6")
ALL = [TIME, SQL, EXCEL]


@pytest.mark.parametrize(
    ("shown", "given", "expected"),
    [
        pytest.param([1, 2], [2, 1], 1.0, id="each has the other"),
        pytest.param([1, 2], [1], 0.0, id="a marker without a citation"),
        pytest.param([1], [1, 2], 0.0, id="a citation without a marker"),
        pytest.param([1], [1, 1], 0.0, id="two citations of one number"),
        pytest.param([], [], None, id="neither"),
    ],
)
def test_validity(shown: list[int], given: list[int], expected: float | None) -> None:
    assert validity(shown, given) == expected


@pytest.mark.parametrize(
    ("quotes", "expected"),
    [
        (["Timeline: 18-24 months"], 1.0),
        (["Timeline: 18-24 months", "- Weeks: 12"], 1.0),
        (["Timeline: 18-24 months", "Weeks: 13"], 0.0),
        (["timeline: 18-24 months"], 0.0),
        ([""], 0.0),
        ([], None),
    ],
)
def test_exactness(quotes: list[str], expected: float | None) -> None:
    files = {"a.md": "Timeline: 18-24 months\n\n- Weeks: 12\n"}
    cited = [Cited(1, quote, "a.md", quote) for quote in quotes]

    assert exactness(cited, lambda name: files.get(name, "")) == expected


def test_a_quote_of_an_unknown_file_is_not_exact() -> None:
    assert exactness([TIME], lambda name: "") == 0.0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("It takes 18-24 months. [1]", 1.0, id="cited"),
        pytest.param("It takes 18-24 months. [1]\n\nPlan 12 weeks for SQL.", 0.5, id="half"),
        pytest.param("It takes 18-24 months. [9]", 0.0, id="dangling"),
        pytest.param("Skills to learn now are these:\n- SQL: 12 weeks. [2]", 1.0, id="a lead-in"),
        pytest.param("Talk to users. Build things. [1]\nPlan 12 weeks.", 2 / 3, id="sentences"),
        pytest.param("Which move do you mean?\n- Baker to Pilot", None, id="nothing stated"),
        pytest.param("", None, id="empty"),
    ],
)
def test_coverage(text: str, expected: float | None) -> None:
    assert coverage(statements(text), [1, 2, 3], {"Baker to Pilot"}) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("SQL is critical: 12 weeks. [2]", 1.0, id="bears"),
        pytest.param("SQL is critical: 12 weeks. [1]", 0.0, id="of something else"),
        pytest.param("SQL is critical: 12 weeks. [2][1]", 0.5, id="one is needless"),
        pytest.param(
            "Together SQL and Excel, both critical, need many long and lonely winter weeks. [2][3]",
            1.0,
            id="each gives a word the other has not",
        ),
        pytest.param("SQL is critical: 12 weeks. [9]", None, id="no citation of that number"),
        pytest.param("SQL is critical: 12 weeks.", None, id="not cited"),
    ],
)
def test_precision(text: str, expected: float | None) -> None:
    assert precision(statements(text), ALL) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("SQL is critical: 12 weeks. [2]", 1.0, id="all four words"),
        pytest.param("SQL is fun: 12 weeks. [2]", 3 / 4, id="three of four"),
        pytest.param("SQL is fun: 12 weeks. [2]\nExcel, 6 weeks. [3]", 7 / 8, id="the mean"),
        pytest.param("SQL and Excel. [2][3]", 1.0, id="one word in each"),
        pytest.param("SQL and Excel.", None, id="not cited"),
    ],
)
def test_lexical_support(text: str, expected: float | None) -> None:
    assert lexical_support(statements(text), ALL) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("It takes 18-24 months. [1]", 1.0, id="stands in its source"),
        pytest.param("It takes 1.5 to 2 years. [1]", 1.0, id="in other words"),
        pytest.param("It takes 12 weeks. [1]", 0.0, id="stands in another source"),
        pytest.param("It takes 18-24 months.", 0.0, id="not cited"),
        pytest.param("It takes 18-24 months. [1]\nIt pays 20% more. [2]", 0.0, id="one is wrong"),
        pytest.param("In 12 weeks:\n- SQL: 12 weeks. [2]", 1.0, id="a lead-in, from its list"),
        pytest.param("In 13 weeks:\n- SQL: 12 weeks. [2]", 0.0, id="a lead-in of its own"),
        pytest.param("The 2 skills: 18 weeks: 12 + 6. [2][3]", 1.0, id="a sum spelt out"),
        pytest.param("The 2 skills: 19 weeks: 12 + 6. [2][3]", 0.0, id="a wrong sum"),
        pytest.param("The 2 skills: 20 weeks: 12 + 8. [2][3]", 0.0, id="a sum of wrong terms"),
        pytest.param("With your 8 hours, it takes 18-24 months. [1]", 1.0, id="the person's own"),
        pytest.param("No, not 8 hours: 18-24 months. [1]", 1.0, id="denied"),
        pytest.param("The guide asks for 8 hours. [1]", 0.0, id="theirs, told as the guide's"),
        pytest.param("The phases take 56 weeks. [2][3]", 1.0, id="worked out of the guide"),
        pytest.param("In all, it takes 56 weeks. [1]", 1.0, id="told as a sum"),
        pytest.param("SQL takes 56 weeks. [2]", 0.0, id="a sum told of one thing"),
        pytest.param("What should I do in the next 90 days?", None, id="asked"),
        pytest.param("It is hard. [1]", None, id="no figure"),
    ],
)
def test_number_support(text: str, expected: float | None) -> None:
    said, computed = ["I have 8 hours a week"], ["Together 56 weeks"]

    assert number_support(statements(text), ALL, said, computed) == expected
