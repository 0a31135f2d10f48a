"""The script that scores the check of sentences counts what it says it counts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from coach.domain import Passage, Section, Span
from coach.encoder import PACKAGED_NAME, load_encoder
from coach.ingestion import sync
from evals.score_checks import (
    Judged,
    Kind,
    Label,
    Place,
    Rate,
    as_json,
    error_lines,
    failed_rate,
    figures_of,
    judge_in,
    kept_rate,
    load_labels,
    main,
    passages_of,
    precision,
)

GUIDE = "pastry-chef-to-haccp-auditor"
GUIDE_FILE = Path(__file__).parents[1] / "data" / f"{GUIDE}.md"
TIMELINE = Place(guide=GUIDE, section=Section.TIMELINE, heading="Timeline")


def label(kind: Kind, *, note: str = "", name: str = "one") -> Label:
    return Label(
        id=name,
        group="timeline",
        question="How long?",
        guide=GUIDE,
        passages=(TIMELINE,),
        sentence=f"A {kind} sentence [1].",
        kind=kind,
        shown=kind in {Kind.SUPPORTED, Kind.GENERAL},
        note=note,
    )


def passage(section: Section, heading: str, text: str) -> Passage:
    return Passage(
        id=text,
        source=f"{GUIDE}.md",
        guide=GUIDE,
        section=section,
        headings=("Pastry Chef to HACCP Auditor", heading),
        text=text,
        span=Span(start=0, end=len(text), first_line=1, last_line=1),
    )


# Three supported, one of them failed; four wrong numbers, three found; two negated, none found.
JUDGED = [
    Judged(label(Kind.SUPPORTED, name="kept-1"), False, "stands in [1]"),
    Judged(label(Kind.SUPPORTED, name="kept-2"), False, "stands in [1]"),
    Judged(label(Kind.SUPPORTED, name="lost"), True, "says more than [1]"),
    Judged(label(Kind.WRONG_NUMBER, note="9 months", name="found-1"), True, "no 8 in [1]"),
    Judged(label(Kind.WRONG_NUMBER, note="9 months", name="found-2"), True, "no 7 in [1]"),
    Judged(label(Kind.WRONG_NUMBER, note="9 months", name="found-3"), True, "no 6 in [1]"),
    Judged(label(Kind.WRONG_NUMBER, note="9 months", name="missed"), False, "stands in [1]"),
    Judged(label(Kind.NEGATED, note="it can", name="negated-1"), False, "stands in [1]"),
    Judged(label(Kind.NEGATED, note="it can", name="negated-2"), False, "stands in [1]"),
]


def test_found_is_what_failed_of_a_kind_and_kept_is_what_passed():
    assert failed_rate(JUDGED, Kind.WRONG_NUMBER) == Rate(3, 4)
    assert failed_rate(JUDGED, Kind.NEGATED) == Rate(0, 2)
    assert kept_rate(JUDGED, Kind.SUPPORTED) == Rate(2, 3)


def test_precision_is_over_everything_that_failed():
    assert precision(JUDGED) == Rate(3, 4)


def test_share_of_nothing_is_no_figure():
    assert precision([]).share is None
    assert str(precision([])) == "n/a"


def test_figures_name_each_kind_that_has_sentences():
    assert figures_of(JUDGED) == {
        "supported kept": Rate(2, 3),
        "wrong number found": Rate(3, 4),
        "negated found": Rate(0, 2),
        "precision of failed": Rate(3, 4),
    }
    assert str(figures_of(JUDGED)["wrong number found"]) == "0.750 (3/4)"


def test_figures_as_json_give_counts_and_shares():
    written = json.loads(as_json({"negated found": Rate(1, 4), "uncited found": Rate(0, 0)}))
    assert written == {
        "negated found": {"part": 1, "whole": 4, "share": 0.25},
        "uncited found": {"part": 0, "whole": 0, "share": None},
    }


def test_errors_list_what_was_judged_wrongly_with_label_and_reason():
    lines = "\n".join(error_lines(JUDGED))
    headers = [line for line in error_lines(JUDGED) if line.startswith("==")]
    assert headers == [
        "== lost [supported] failed",
        "== missed [wrong number] passed",
        "== negated-1 [negated] passed",
        "== negated-2 [negated] passed",
    ]
    assert "label: 9 months" in lines
    assert "check: says more than [1]" in lines


def test_passage_is_found_by_section_and_heading_and_the_first_piece_is_meant():
    faq = passage(Section.FAQ, "Timeline", "Can the timeline be shorter?")
    first = passage(Section.TIMELINE, "Timeline", "9 months")
    second = passage(Section.TIMELINE, "Timeline", "more on the 9 months")
    assert passages_of(label(Kind.SUPPORTED), lambda _: (faq, first, second)) == (first,)


def test_missing_passage_is_named():
    with pytest.raises(LookupError, match=f"{GUIDE} has no passage 'Timeline' \\(timeline\\)"):
        passages_of(label(Kind.SUPPORTED), lambda _: ())


def test_line_with_an_unknown_field_is_refused(tmp_path: Path):
    file = tmp_path / "sentences.jsonl"
    line = label(Kind.SUPPORTED).model_dump(mode="json")
    file.write_text(json.dumps(line) + "\n", encoding="utf-8")
    assert load_labels(file) == (label(Kind.SUPPORTED),)
    file.write_text(json.dumps(line | {"comment": "?"}) + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match="comment"):
        load_labels(file)


def test_errors_of_the_held_out_set_are_refused(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        main(["--set", "heldout", "--list-errors"])
    assert "held-out set is for figures only" in capsys.readouterr().err


def test_sentences_are_checked_against_the_passages_of_a_real_index(tmp_path: Path):
    encoder = load_encoder(PACKAGED_NAME, None)
    sync([GUIDE_FILE], folder=tmp_path, encoder=lambda: encoder, encoder_id=encoder.id)
    quoted = label(Kind.SUPPORTED).model_copy(update={"sentence": "Timeline: 9-12 months [1]."})
    unmarked = label(Kind.UNCITED).model_copy(update={"sentence": "It takes 9-12 months."})
    assert [one.failed for one in judge_in(tmp_path, encoder, [quoted, unmarked])] == [False, True]
