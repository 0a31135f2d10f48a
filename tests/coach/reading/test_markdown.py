from __future__ import annotations

import time
from pathlib import Path

import pytest

from coach.domain import (
    Document,
    Guide,
    Priority,
    Range,
    ResourceKind,
    Sourced,
    StatisticKind,
    Value,
)
from coach.errors import ReadingError
from coach.reading import inspect, read
from coach.reading.markdown import outline, to_document
from coach.reading.text import Text

DATA = Path(__file__).parents[2] / "data"


def read_text(tmp_path, text, name="florist-to-landscape-gardener.md"):
    path = tmp_path / name
    path.write_bytes(text.encode())
    return read(path, name=f"guides/{name}", key=name)


def problems_of(tmp_path, text, name="florist-to-landscape-gardener.md"):
    path = tmp_path / name
    path.write_bytes(text.encode())
    reading, problems = inspect(path, name=name, key=name)
    assert reading is None
    assert all(problem.remedy for problem in problems)
    return {(int(problem.where.partition(":")[2]), problem.problem) for problem in problems}


def line_of(text, words):
    return text[: text.index(words)].count("\n") + 1


def values(sourced):
    return [item.value for item in sourced]


def every_sourced(value):
    if isinstance(value, Sourced):
        yield value
    elif isinstance(value, Value):
        for name in type(value).model_fields:
            yield from every_sourced(getattr(value, name))
    elif isinstance(value, tuple):
        for item in value:
            yield from every_sourced(item)


def test_a_guide_is_read_whole(tmp_path, guide_text):
    guide = read_text(tmp_path, guide_text).content

    assert isinstance(guide, Guide)
    assert guide.slug == "florist-to-landscape-gardener"
    assert guide.title.value == "From Florist to Landscape Gardener: A 9-Month Path"
    assert (guide.from_role, guide.to_role) == ("Florist", "Landscape Gardener")
    # A word that YAML takes for a truth value stays a word.
    assert guide.from_aliases == ("flower seller", "NO")
    assert guide.to_aliases == ("LG",)
    assert guide.difficulty.value == "Medium"
    assert guide.timeline.value == Range(low=9, high=12)
    assert guide.salary_change.value == Range(low=-4.5, high=-4.5)
    assert guide.demand.value == "Steady: towns plant more trees than they did"
    assert guide.study_hours.value == Range(low=6, high=8)
    assert values(guide.overview) == [
        "Florists know plants. This paragraph runs over two lines.",
        "Gardens are larger than vases.",
    ]
    assert [(item.kind, item.value.value) for item in guide.statistics] == [
        (StatisticKind.MEDIAN_WAGE_BEFORE, "$36,000 a year (Florists)"),
        (StatisticKind.MEDIAN_CHANGE, "-4.5%"),
        (StatisticKind.OPENINGS, "1,200"),
    ]
    assert guide.transferable_skills[0].name.value == "Colour & Form"
    assert guide.transferable_skills[0].use.value.endswith("It counts in borders too.")
    assert values(guide.loves) == ["Fresh air."]
    assert values(guide.misses) == ["Warm rooms."]
    assert values(guide.challenges) == ["Rain."]
    assert values(guide.this_week) == ["Buy a spade."]
    assert values(guide.this_month) == ["Dig."]
    assert values(guide.next_90_days) == ["Plant."]
    assert values(entry.question for entry in guide.faq) == [
        "How long does it take?",
        "Do I need a van?",
    ]
    assert guide.faq[1].answer.value == "Not at first."
    assert guide.reviewed == "2026-11-22"
    assert guide.basis == "All of it is made up for tests."
    assert guide.sources[0].url == "https://example.org/almanac"


def test_skills_hold_priority_weeks_and_resources(tmp_path, guide_text):
    soil, hedges = read_text(tmp_path, guide_text).content.skill_gaps

    assert (soil.name.value, soil.priority.value) == ("Soil Science", Priority.CRITICAL)
    assert soil.weeks.value == Range(low=6, high=8)
    assert soil.how.value == "Read about soil and dig."
    book, course = soil.resources
    assert (book.kind, book.title, book.author) == (ResourceKind.BOOK, "The Soil Book", "Ada Clay")
    assert (course.kind, course.title) == (ResourceKind.COURSE, "Know Your Soil")
    assert (course.author, course.provider) == ("Bo Loam", "Earth School")
    assert hedges.priority.value is Priority.NICE_TO_HAVE
    assert hedges.weeks.value == Range(low=1.5, high=1.5)
    assert hedges.resources == ()


def test_phases_hold_weeks_tasks_and_resources(tmp_path, guide_text):
    first, second = read_text(tmp_path, guide_text).content.phases

    assert (first.number, first.name.value) == (1, "First Garden")
    assert first.weeks.value == Range(low=4, high=4)
    assert values(first.tasks) == [
        "Set aside 6-8 hours a week for digging.",
        "Plant one border.",
    ]
    assert first.resources[0].kind is ResourceKind.NETWORK
    assert (second.number, second.resources) == (2, ())


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_value_stands_where_its_span_says(tmp_path, guide_text, line_end):
    text = guide_text.replace("\n", line_end)
    reading = read_text(tmp_path, text)

    assert reading.source.text == text
    for item in every_sourced(reading.content):
        words = text[item.span.start : item.span.end]
        assert words == words.strip() != ""
        if type(item.value) is str:
            assert item.value.split() == words.split()
        before = text[: item.span.start].replace("\r\n", "\n").replace("\r", "\n")
        assert item.span.first_line == before.count("\n") + 1
        assert item.span.last_line >= item.span.first_line
    assert len(list(every_sourced(reading.content))) == 38


def test_a_wrapped_item_is_quoted_with_its_lines_and_without_its_bullet(tmp_path, guide_text):
    task = read_text(tmp_path, guide_text).content.phases[0].tasks[0]

    span = task.span
    assert guide_text[span.start : span.end] == "Set aside 6-8 hours a\n  week for digging."
    assert span.last_line == span.first_line + 1


def test_headline_facts_are_quoted_from_the_body(tmp_path, guide_text):
    guide = read_text(tmp_path, guide_text).content

    body = guide_text.index("## At a glance")
    for fact in (guide.difficulty, guide.timeline, guide.salary_change, guide.demand):
        assert fact.span.start > body
    assert guide_text[guide.timeline.span.start : guide.timeline.span.end] == "9-12 months"


def test_comments_are_no_text(tmp_path, guide_text):
    text = guide_text.replace("- Dig.\n", "- Dig.\n<!-- - Not this. -->\n")
    text = text.replace(
        "Not at first.\n", "<!-- ## Draft\n\nNo. -->\n\nNot at first.\n<!-- end -->\n"
    )
    guide = read_text(tmp_path, text).content

    assert values(guide.this_month) == ["Dig."]
    assert guide.faq[1].answer.value == "Not at first."


@pytest.mark.parametrize(
    ("old", "new", "at", "problem"),
    [
        ("difficulty: Medium", "difficulty: [Medium", "difficulty", "not YAML"),
        ("url: https://example", 'url: "https://example', "url", "not YAML"),
        ("to_role: Landscape Gardener\n", "", "---", "lacks `to_role`"),
        ("difficulty: Medium", "difficulty: Brutal", "difficulty:", "Easy"),
        ("timeline_months: 9-12", "timeline_months: soon", "timeline_months", "number or a range"),
        ("reviewed: 2026-11-22", "reviewed: 2026-13-40", "reviewed", "must be a day"),
        ("https://example.org/almanac", "javascript:alert(1)", "sources", "web addresses"),
        ("to: [LG]", "to: LG", "to: LG", "must be a list"),
        ("difficulty: Medium", "difficulty: Medium\nlevel: 4", "level", "no field `level`"),
        ("difficulty: Medium", "difficulty: Hard\ndifficulty: Medium", "difficulty: M", "twice"),
        ("- Weeks: 6-8", "- Weeks: soon", "- Weeks: soon", "`Weeks: soon`"),
        ("- Weeks: 4", "- Weeks: 0", "- Weeks: 0", "`Weeks: 0`"),
        ("- Weeks: 12\n", "", "### Phase 2", "`Weeks` is missing"),
        ("- Priority: Critical", "- Priority: Vital", "- Priority: Vital", "`Priority: Vital`"),
        ("## Reality check", "## Reality", "## Reality", "no heading `Reality`"),
        ("### This week", "### Today", "### Today", "no heading `Today`"),
        ("- Openings a year", "- Vacancies", "- Vacancies", "`Vacancies` is no label"),
        ("- Timeline: 9-12", "- Timeline: 9-15", "- Timeline", "differs from `timeline_months`"),
        ("- Salary change: -4.5%", "- Salary change: up", "- Salary change", "differs"),
        ("- Difficulty: Medium", "- Difficulty: Easy", "- Difficulty", "differs from `difficulty`"),
        ("- Demand: Steady", "- Demand: Weak", "- Demand", "differs from `demand`"),
        ("# From Florist", "# From Gardener", "# From Gardener", "title differs"),
        (
            "# From Florist",
            "From Florist",
            "## At a glance",
            "no title",
        ),
        ("### Phase 2:", "### Phase 3:", "### Phase 3", "should be phase 2"),
        ("- Book: 'The", "- Novel: 'The", "- Novel", "not a resource"),
        ("- Fresh air.\n", "", "### What you'll love", "no list"),
        ("Not at first.\n", "", "### Do I need", "nothing under"),
        ("## Action plan\n", "## Action plan\n\nA stray remark.\n", "A stray", "cannot hold this"),
        ("Warm rooms.", "Warm <!-- hot --> rooms.", "<!-- hot", "comment stands inside"),
        ("Read about soil and dig.\n", "", "### Soil Science", "How to learn"),
    ],
)
def test_a_problem_is_told_with_its_line(tmp_path, guide_text, old, new, at, problem):
    assert guide_text.count(old) >= 1
    text = guide_text.replace(old, new, 1)

    found = problems_of(tmp_path, text)
    assert any(problem in words for line, words in found if line == line_of(text, at)), found


def test_every_problem_is_found_and_the_first_names_how_many_more(tmp_path, guide_text):
    text = guide_text.replace("- Weeks: 4", "- Weeks: soon").replace("### This week", "### Today")

    assert len(problems_of(tmp_path, text)) == 3
    with pytest.raises(ReadingError) as raised:
        read_text(tmp_path, text)
    line = line_of(text, "- Weeks: soon")
    assert raised.value.where == f"guides/florist-to-landscape-gardener.md:{line}"
    assert "2 more problems" in raised.value.remedy


@pytest.mark.parametrize("section", ["Skills to learn", "Roadmap", "Frequently asked questions"])
def test_a_guide_cut_off_before_a_section_says_what_is_missing(tmp_path, guide_text, section):
    text = guide_text[: guide_text.index(f"## {section}")]

    found = problems_of(tmp_path, text)
    (problem,) = (words for line, words in found if "breaks off" in words)
    assert f"`{section}`" in problem
    assert "`Frequently asked questions`" in problem


@pytest.mark.parametrize("end", ["Not at fir", "Not at first.\n\n### Do I nee", "Not"])
def test_a_guide_cut_off_within_its_last_section_is_refused(tmp_path, guide_text, end):
    text = guide_text[: guide_text.index("Not at first.")] + end

    last = text.count("\n") + 1
    assert (last, "The guide breaks off within a sentence.") in problems_of(tmp_path, text)


def test_a_last_line_may_lack_its_end(tmp_path, guide_text):
    assert isinstance(read_text(tmp_path, guide_text.rstrip("\n")).content, Guide)


def test_problems_below_broken_front_matter_are_found_too(tmp_path, guide_text):
    text = guide_text.replace("difficulty: Medium", "difficulty: [Medium").replace(
        "- Weeks: 4", "- Weeks: soon"
    )

    found = problems_of(tmp_path, text)
    assert [problem[:30] for _, problem in sorted(found)] == [
        "The front matter is not YAML: ",
        "`Weeks: soon` of `Phase 1: Fir",
    ]


def test_many_comments_before_the_text_cost_nothing(tmp_path):
    started = time.perf_counter()

    assert read_text(tmp_path, "<!-- a -->\n" * 200 + "Text.", "a.md").content
    assert time.perf_counter() - started < 5


def test_a_guide_cut_off_within_its_front_matter_is_refused(tmp_path, guide_text):
    found = problems_of(tmp_path, guide_text[: guide_text.index("demand:")])

    assert found == {(1, "The front matter does not end.")}


def test_a_guide_that_lost_its_front_matter_is_still_told_by_its_sections(tmp_path, guide_text):
    body = guide_text[guide_text.index("# From Florist") :]

    assert (1, "The guide has no front matter.") in problems_of(tmp_path, body, "notes.md")


@pytest.mark.parametrize("name", ["guide.txt", "guide", "guide.pdf", "guide.markdown"])
def test_a_guide_is_told_by_its_content_whatever_its_name(tmp_path, guide_text, name):
    assert isinstance(read_text(tmp_path, guide_text, name).content, Guide)


@pytest.mark.parametrize("name", ["page.md", "page.txt", "page", "page.html", "page.docx"])
@pytest.mark.parametrize("source", ["pastry-chef.page.txt", "pastry-chef.page.html"])
def test_a_page_is_told_by_its_content_whatever_its_name(tmp_path, source, name):
    guide = read_text(tmp_path, (DATA / source).read_text(), name).content

    assert isinstance(guide, Guide)
    assert guide.phases


def test_a_page_below_front_matter_of_its_own_is_a_page(tmp_path):
    text = "---\nlayout: saved\n---\n" + (DATA / "pastry-chef.page.txt").read_text()

    assert isinstance(read_text(tmp_path, text, "page.md").content, Guide)


@pytest.mark.parametrize("name", ["a.md", "a.txt", "a.html", "a"])
@pytest.mark.parametrize(
    "markup",
    [
        "<!-- saved --><!DOCTYPE html><title>Pots</title><body><h1>Pots</h1><p>Clay.</p></body>",
        "<div><h1>Pots</h1><p>Clay.</p><script>alert('x')</script></div>\n",
    ],
)
def test_html_is_told_by_its_markup_whatever_its_name(tmp_path, markup, name):
    reading = read_text(tmp_path, markup, name)

    assert [block.text for block in reading.content.blocks] == ["Clay."]
    assert reading.content.title == "Pots"
    assert "<" not in reading.source.text
    assert "alert" not in reading.source.text


def test_markdown_between_tags_is_markdown(tmp_path):
    document = read_text(tmp_path, "<div>\n\n# Pots\n\nClay.\n\n</div>\n", "a.md").content

    assert [block.text for block in document.blocks] == ["Clay."]
    assert document.title == "Pots"


DOCUMENT = """\
---
layout: post
title: Not this one
---
Before any heading.

Moving House
============

* Pack
  boxes
* Carry

  them

## *Costs* of [vans](https://example.org) ##

| van | price |
|-----|-------|
| big | 90    |

> Book early,
> pay less.

```sh
# not a heading
book --van <!-- kept -->
```

### Deposit

1. Pay
2. Return

## End

Done <!-- really --> now.
"""


def test_other_markdown_is_a_document_of_blocks_under_headings(tmp_path):
    document = read_text(tmp_path, DOCUMENT, "moving.md").content

    assert isinstance(document, Document)
    assert document.title == "Moving House"
    assert [
        (tuple(heading.value for heading in block.headings), block.text)
        for block in document.blocks
    ] == [
        ((), "Before any heading."),
        (("Moving House",), "* Pack\n  boxes\n* Carry\n\n  them"),
        (("Moving House", "Costs of vans"), "| van | price |\n|-----|-------|\n| big | 90    |"),
        (("Moving House", "Costs of vans"), "Book early,\n> pay less."),
        (("Moving House", "Costs of vans"), "# not a heading\nbook --van <!-- kept -->"),
        (("Moving House", "Costs of vans", "Deposit"), "1. Pay\n2. Return"),
        (("Moving House", "End"), "Done <!-- really --> now."),
    ]
    for block in document.blocks:
        assert DOCUMENT[block.span.start : block.span.end] == block.text


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# Heading\n\nText.", "Heading"),
        ("---\ntitle: Given\n---\nText.", "Given"),
        ("Text.", "From the file"),
    ],
)
def test_a_document_is_named_by_heading_then_front_matter_then_file(tmp_path, text, title):
    assert read_text(tmp_path, text, "from-the_file.md").content.title == title


def test_broken_front_matter_of_any_markdown_is_an_error_with_its_line(tmp_path):
    assert problems_of(tmp_path, "---\ntitle: [a\nlayout: post\n---\nText.") == {
        (2, "The front matter is not YAML: did not find expected ',' or ']'.")
    }
    assert problems_of(tmp_path, "---\njust words\n---\nText.")


def test_text_between_two_rules_is_no_front_matter(tmp_path):
    document = read_text(
        tmp_path, "---\n\nWords between [rules: two.\n\n---\n\nAfter.", "a.md"
    ).content

    assert [block.text for block in document.blocks] == ["Words between [rules: two.", "After."]


def test_markdown_without_text_is_refused(tmp_path):
    with pytest.raises(ReadingError, match="no text"):
        read_text(tmp_path, "# Only\n\n## Headings\n\n<!-- and a comment -->\n", "a.md")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("> " * 5000 + "x", id="quotations"),
        pytest.param("- " * 5000 + "x", id="lists"),
        pytest.param("[" * 50_000 + "x", id="brackets"),
        pytest.param("<!--" * 50_000, id="comments"),
        pytest.param("# " + "`" * 20_000 + " x\n\nText", id="marks in a heading"),
        pytest.param("# " + "[a" * 20_000 + "\n\nText", id="links in a heading"),
        pytest.param("x\n" + "```\n" * 20_001 + "x", id="fences"),
        pytest.param("x\n" + "".join(f"{' ' * n}- x\n" for n in range(500)), id="nested list"),
    ],
)
def test_deep_or_hostile_markdown_is_read_or_refused_in_time(tmp_path, text):
    started = time.perf_counter()

    (tmp_path / "a.md").write_text(text)
    reading, problems = inspect(tmp_path / "a.md", name="a.md", key="a.md")

    assert reading is not None or [problem.where for problem in problems] == ["a.md:1"]
    assert time.perf_counter() - started < 20


@pytest.mark.parametrize(
    "block",
    [
        pytest.param("a: " + "[" * 5000, id="flow"),
        pytest.param("a: " + "{" * 5000, id="flow mapping"),
        pytest.param("a: &a [*a]", id="loop"),
        pytest.param(
            "a: \x07 and much else that is plain text, so that nobody takes it for a picture",
            id="control",
        ),
        pytest.param("? [a]\n: b", id="list as key"),
        pytest.param("a: b\n\tc: d", id="tab"),
    ],
)
def test_deep_or_hostile_front_matter_is_refused(tmp_path, block):
    found = problems_of(tmp_path, f"---\n{block}\n---\nText.", "a.md")

    assert all("not YAML" in problem for _, problem in found)


def test_reader_of_converted_text_gives_places_in_it():
    text = Text("# T\r\n\r\nOne\r\ntwo.\r\n")
    (block,) = to_document(text, "unused", None, outline(text)).blocks

    assert (block.span.first_line, block.span.last_line) == (3, 4)
    assert block.text == "One\r\ntwo."
