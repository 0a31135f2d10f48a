from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest
from rich.console import Console

from evals.agreement import Judging
from evals.records import CaseRecord
from evals.statistics import Interval
from evals.table import Results, as_json_fields, flip_lines, markdown, results_of, terminal_table
from tests.evals.made import made_judged
from tests.evals.running import description, record

SCORES = {"right_guide": 1.0, "vital_nuggets": 0.5, "words_per_nugget": 20.0}


def records(count: int, **scores: float) -> list[CaseRecord]:
    return [record(f"case-{number}", **SCORES | scores) for number in range(count)]


@pytest.fixture
def alone() -> Results:
    """Eight cases, six of which start with the right guide."""
    wrong = [record(name, right_guide=0.0, seconds=0.5) for name in ("wrong", "wrong too")]
    return results_of(description(), [*records(6), *wrong], None)


@pytest.fixture
def compared() -> Results:
    """Twenty cases; in one of them the right guide was lost."""
    before = (description(id="before"), records(20))
    after = [*records(19), record("case-19", **SCORES | {"right_guide": 0.0})]
    return results_of(description(id="after"), after, before)


def printed(results: Results, width: int = 132) -> list[list[str]]:
    """The cells of each line of the terminal's table; two blanks part them."""
    screen = Console(file=io.StringIO(), width=width)
    screen.print(terminal_table(results))
    assert isinstance(screen.file, io.StringIO)
    lines = screen.file.getvalue().splitlines()
    return [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in lines]


def test_each_figure_has_its_value_interval_and_number_of_cases(alone: Results) -> None:
    # Wilson for 6 of 8, from statsmodels and from the formula: 0.409 to 0.929.
    assert ["Right guide *", "0.750", "0.409 to 0.929", "8"] in printed(alone)
    assert ["Words per nugget", "20.0", "20.0 to 20.0", "6"] in printed(alone)
    assert ["Errors", "0", "8"] in printed(alone)


def test_a_figure_that_applies_to_no_case_has_no_line(alone: Results) -> None:
    titles = {line[0] for line in printed(alone) if line}

    assert "Vital nuggets *" in titles
    assert titles & {"nDCG@10 *", "Fallbacks", "Refusal F1"} == set()


def test_against_another_run_a_figure_has_its_difference_and_a_verdict(compared: Results) -> None:
    (line,) = [line for line in printed(compared) if line and line[0] == "Right guide *"]

    assert line[:2] == ["Right guide *", "0.950"]
    assert line[4:6] == ["1.000", "-0.050"]
    assert line[-1] == "inconclusive"


def test_the_table_fits_on_a_screen(compared: Results) -> None:
    assert len(printed(compared)) <= 40


def test_a_judged_figure_is_named_with_its_agreement_and_hidden_without(alone: Results) -> None:
    shown = made_judged("nugget", alpha=0.4, share=Interval(low=0.5, high=0.9, mean=0.75))
    hidden = made_judged("citation", alpha=None, share=None)
    results = replace(alone, judging=Judging("a:b", (shown, hidden)))

    last = [line for line in printed(results) if line][-1]
    assert last == ["Nuggets held (judge, alpha 0.40, too low)", "0.750", "0.500 to 0.900", "12"]
    text = markdown(results)
    assert "Agreement with 45 reference labels: Krippendorff's alpha 0.40, too low" in text
    assert "12 scored, 3 unscored" in text
    assert "Not shown, since its agreement with the reference labels is not defined." in text
    judged = as_json_fields(results)["judged"]
    assert (judged["model"], judged["nugget"]["alpha"]) == ("a:b", 0.4)
    assert judged["citation"]["value"] is None


def test_without_a_case_in_common_there_is_no_comparison() -> None:
    before = (description(id="before"), [record("other", **SCORES)])

    assert results_of(description(), records(3), before).comparison is None


def test_markdown_has_a_row_a_figure_the_sentences_and_the_flipped_cases(compared: Results) -> None:
    text = markdown(compared, ["Broken: <b>|case_1`: no *answer*."])

    assert "| **Right guide** | 0.950 | " in text
    assert "Broken: \\<b\\>\\|case\\_1\\`: no \\*answer\\*." in text
    assert "- case-19 (worse): Right guide 1.000 → 0.000" in text
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert {line.count(" | ") for line in rows} == {7}


def test_of_many_flipped_cases_the_first_are_listed_and_the_others_counted() -> None:
    before = (description(id="before"), records(5))
    flipped = results_of(description(), records(5, right_guide=0.0), before).comparison
    assert flipped is not None

    lines = flip_lines(flipped, most=2)

    assert [line.split(" ")[0] for line in lines] == ["case-0", "case-1", "3"]


def test_json_has_every_figure_with_what_became_of_it(compared: Results) -> None:
    fields = json.loads(json.dumps(as_json_fields(compared), allow_nan=False))

    assert fields["run"]["id"] == "after"
    assert fields["against"] == "before"
    figure = fields["figures"]["right_guide"]
    assert (figure["value"], figure["cases"], figure["primary"]) == (0.95, 20, True)
    change = figure["change"]
    assert (change["before"], change["wins"], change["ties"], change["losses"]) == (1.0, 0, 19, 1)
    assert change["p"] == 1.0
    assert fields["set_figures"]["errors"] == 0
    assert fields["flipped"] == ["case-19"]


def test_json_of_a_single_conversation_says_null_where_nothing_is_known() -> None:
    before = (description(id="before"), records(1))
    fields = as_json_fields(results_of(description(), records(1), before))

    figure = fields["figures"]["vital_nuggets"]
    assert (figure["low"], figure["high"]) == (None, None)
    assert figure["change"]["least_detectable"] is None
    json.dumps(fields, allow_nan=False)
