"""Whatever a file holds, it gives a reading whose spans hold, or errors a person can act on."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from coach.domain import Document, Reading, Sourced, Value
from coach.errors import ReadingError
from coach.reading import inspect, read
from coach.reading.figures import find_range, find_study_hours, parse_priority, parse_range
from coach.reading.text import Text

FEW = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
NAMES = st.sampled_from(["a.md", "a.txt", "a.html", "a", "a.pdf", "a.docx"])
MARKDOWN = st.lists(
    st.sampled_from(
        [
            *("# ", "## Roadmap\n", "### Phase 1: ", "- ", "  - ", "1. ", "> ", "```\n", "~~~\n"),
            *(
                "<!--",
                "-->",
                "\n",
                "\r\n",
                "\r",
                "\n\n",
                "---\n",
                "===\n",
                "| a | b |\n",
                "|---|\n",
            ),
            *("\t", "    ", "Weeks: 4", "title: x\n", "from_role: y\n", "words", "é", "\u2028"),
            *("<div>", "</div>", "[a](b)", "\x0c", "\u00a0", "'Title' by Ann", "**", "&amp;"),
        ]
    ),
    max_size=40,
).map("".join)


def spans(value: object):
    if isinstance(value, Value):
        if hasattr(value, "span"):
            yield value
        for name in type(value).model_fields:
            yield from spans(getattr(value, name))
    elif isinstance(value, tuple):
        for item in value:
            yield from spans(item)


def check(tmp_path, data: bytes, name: str) -> Reading | None:
    path = tmp_path / name
    path.write_bytes(data)
    reading, problems = inspect(path, name="shown", key="key")
    if reading is None:
        assert problems
        for problem in problems:
            assert isinstance(problem, ReadingError)
            assert problem.problem
            assert problem.remedy
            assert problem.where.partition(":")[0] == "shown"
        with pytest.raises(ReadingError):
            read(path, name="shown", key="key")
        return None
    text = Text(reading.source.text)
    found = list(spans(reading.content))
    assert found
    for value in found:
        assert 0 <= value.span.start < value.span.end <= len(text.text)
        assert value.span == text.span(value.span.start, value.span.end)
        words = text.text[value.span.start : value.span.end]
        assert words == words.strip()
        if isinstance(reading.content, Document) and not isinstance(value, Sourced):
            assert value.text == words
    return reading


@FEW
@given(data=st.binary(max_size=400), name=NAMES)
@example(data=b"\xff\xfe\x00", name="a.md")
@example(data=b"%PDF-1.4 cut off", name="a.md")
@example(data=b"PK\x03\x04 cut off", name="a.md")
@example(data=b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", name="a.md")
def test_any_bytes_are_read_or_refused(tmp_path, data, name):
    check(tmp_path, data, name)


@FEW
@given(text=MARKDOWN | st.text(max_size=300), name=NAMES)
def test_any_text_is_read_or_refused(tmp_path, text, name):
    check(tmp_path, text.encode("utf-8", "replace"), name)


@FEW
@given(block=st.text(st.characters(codec="utf-8"), max_size=120))
@example(block="a: !!int x\nb: !!timestamp y\nc: !!python/object:os.system z")
@example(block="a: &x [*x]")
@example(block="<<: [a, b]")
@example(block="'title': 1\n? [a]\n: b")
@example(block="\ufeff")
def test_any_front_matter_is_read_or_refused(tmp_path, block):
    check(tmp_path, f"---\nfrom_role: a\n{block}\n---\nWords.\n".encode(), "a.md")


@FEW
@given(seed=st.integers(0, 2**32), changes=st.integers(1, 8))
def test_a_guide_with_changes_is_read_or_refused(tmp_path, guide_text, seed, changes):
    chance = random.Random(seed)
    lines = guide_text.splitlines(keepends=True)
    for _ in range(changes):
        if not lines:
            break
        place = chance.randrange(len(lines))
        match chance.randrange(5):
            case 0:
                del lines[place]
            case 1:
                lines.insert(place, chance.choice(lines))
            case 2:
                lines[place] = lines[place][: chance.randrange(len(lines[place]) + 1)]
            case 3:
                lines[place] = chance.choice(["\t", "> ", "- ", "#", "<!-- "]) + lines[place]
            case _:
                del lines[place + 1 :]
    check(tmp_path, "".join(lines).encode(), "a.md")


@pytest.mark.parametrize("size", range(0, 2200, 150))
def test_a_guide_cut_off_anywhere_is_no_guide(tmp_path, guide_text, size):
    last = guide_text.index("### How long")

    reading = check(tmp_path, guide_text[: min(size, last)].encode(), "a.md")
    assert reading is None or isinstance(reading.content, Document)


@FEW
@given(text=st.text(st.sampled_from("0123456789½,.-–+% andhlfoewksmtyr\n"), max_size=60))
@example(text="-\n0 %")
@example(text="ſix weeks, sıx weeks, SIX WEEKS")
def test_figures_of_any_text_stand_where_they_are_said_to(text):
    for unit in ("week", "month", "hour", "percent"):
        parse_range(text, unit)
        if found := find_range(text, unit):
            figure, start, end = found
            assert figure.low <= figure.high
            assert text[start:end].strip() == text[start:end] != ""
    find_study_hours(text)
    parse_priority(text)
