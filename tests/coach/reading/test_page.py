from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import BaseModel

from coach.domain import Guide, Priority, Range, Resource, ResourceKind, Sourced
from coach.errors import ReadingError
from coach.reading.page import is_page, read_page
from coach.reading.problems import line_of
from coach.reading.text import Text

DATA = Path(__file__).parents[2] / "data"
PAGE = (DATA / "pastry-chef.page.txt").read_text(encoding="utf-8")
MARKDOWN = (DATA / "pastry-chef-to-haccp-auditor.md").read_text(encoding="utf-8")


def page_of(text: str) -> Guide:
    return read_page(Text(text))


def leaves(value: object) -> list[Sourced[object] | Resource]:
    """Every value of a guide that carries a span."""
    if isinstance(value, (Sourced, Resource)):
        return [value]
    if isinstance(value, BaseModel):
        return [leaf for name in type(value).model_fields for leaf in leaves(getattr(value, name))]
    if isinstance(value, tuple):
        return [leaf for part in value for leaf in leaves(part)]
    return []


def words(value: object) -> object:
    """A guide without spans, with plain spaces and quotes: what it says, not where."""
    if isinstance(value, dict):
        return {name: words(part) for name, part in value.items() if name != "span"}
    if isinstance(value, (list, tuple)):
        return [words(part) for part in value]
    if isinstance(value, str):
        return re.sub("[‘’]", "'", value)
    return value


def said(text: str) -> object:
    return words(page_of(text).model_dump())


def assert_spans_hold(guide: Guide, text: str) -> None:
    for leaf in leaves(guide):
        place = text[leaf.span.start : leaf.span.end]
        assert place == place.strip() != ""
        before = len(re.findall(r"\r\n|\r|\n", text[: leaf.span.start]))
        assert leaf.span.first_line == before + 1
        if isinstance(leaf, Resource):
            assert leaf.title in " ".join(place.split())
        elif isinstance(leaf.value, Range):
            assert re.search(r"\d|[a-z]", place)
        elif isinstance(leaf.value, Priority):
            assert place.lower().replace("-", " ").split() == str(leaf.value).split()
        else:
            assert leaf.value == place


def test_every_field_of_a_page_is_read() -> None:
    guide = page_of(PAGE)
    assert guide.slug == "pastry-chef-to-haccp-auditor"
    assert (guide.from_role, guide.to_role) == ("Pastry Chef", "HACCP Auditor")
    assert guide.to_aliases == ("FSA",)
    assert guide.difficulty is not None
    assert guide.difficulty.value == "Medium"
    assert guide.timeline is not None
    assert guide.timeline.value == Range(low=9, high=12)
    assert guide.salary_change is not None
    assert guide.salary_change.value == Range(low=20, high=35)
    assert guide.demand is not None
    assert guide.demand.value.startswith("Steady")
    assert guide.study_hours is not None
    assert guide.study_hours.value == Range(low=6, high=8)
    assert [paragraph.value[:8] for paragraph in guide.overview] == ["You know", "Your day"]
    assert [skill.name.value for skill in guide.transferable_skills] == [
        "Recipe Scaling (Metric/Imperial)",
        "Allergen Control",
    ]
    assert [
        (skill.name.value, skill.priority.value, skill.weeks.value) for skill in guide.skill_gaps
    ] == [
        ("Critical Thinking & Root Causes", Priority.CRITICAL, Range(low=6, high=8)),
        ("Food Law", Priority.IMPORTANT, Range(low=10, high=10)),
        ("Report Writing", Priority.NICE_TO_HAVE, Range(low=3, high=3)),
    ]
    assert [
        (phase.number, phase.name.value, phase.weeks.value.low, len(phase.tasks))
        for phase in guide.phases
    ] == [
        (1, "Taste the Work", 2, 2),
        (2, "Get the Certificate", 10, 1),
        (3, "First Audits", 12, 2),
    ]
    assert [len(items) for items in (guide.loves, guide.misses, guide.challenges)] == [2, 1, 2]
    assert [len(items) for items in (guide.this_week, guide.this_month, guide.next_90_days)] == [
        *(1, 1, 2),
    ]


def test_glued_resources_of_a_phase_are_taken_apart() -> None:
    assert [
        (resource.kind, resource.title, resource.author, resource.provider)
        for resource in page_of(PAGE).phases[1].resources
    ] == [
        (ResourceKind.CERTIFICATION, "Level 3 Award in HACCP", None, "RSPH"),
        (ResourceKind.BOOK, "On Food and Cooking", "Harold McGee", None),
        (ResourceKind.PLATFORM, "Codex Online", None, None),
        (ResourceKind.COURSE, "Audits, Records, and Evidence", None, "University of Leeds"),
    ]


def test_an_answer_without_its_question_is_kept_and_one_with_it_too() -> None:
    first, second = page_of(PAGE).faq
    assert first.question is None
    assert first.answer.value.startswith("Most people need 9-12 months")
    assert second.question is not None
    assert second.question.value == "Do I need a degree?"
    assert second.answer.value.startswith("No.")


def test_calls_to_action_are_no_part_of_the_guide() -> None:
    dumped = page_of(PAGE).model_dump_json()
    for noise in ("Great news", "Don't wait", "Take the next step", "312", "Follow this step"):
        assert noise not in dumped


def smart(text: str) -> str:
    opened = re.sub(r"(?<![\w'.])'(?=\w)", "‘", text)
    return opened.replace("'", "’")


def rebulleted(bullet: str) -> Callable[[str], str]:
    return lambda text: text.replace("  • ", bullet)


VARIANTS: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "Windows line ends": lambda text: text.replace("\n", "\r\n"),
    "old Mac line ends": lambda text: text.replace("\n", "\r"),
    "a last line end": lambda text: text + "\n\n",
    "no blank lines": lambda text: re.sub(r"\n\s*\n", "\n", text),
    "doubled blank lines": lambda text: text.replace("\n", "\n\n"),
    "indented": lambda text: text.replace("\n", " \n   "),
    "non-breaking spaces after bullets": rebulleted("\xa0•\xa0"),
    "non-breaking spaces in badges": lambda text: text.replace(" weeks", "\xa0weeks"),
    "non-breaking spaces in titles": lambda text: text.replace("This Week", "This\xa0Week"),
    "hyphens as bullets": rebulleted("- "),
    "asterisks as bullets": rebulleted("* "),
    "other dots as bullets": rebulleted("·\t"),
    "bullets lost": rebulleted(""),
    "bullets on lines of their own": rebulleted("•\n"),
    "smart quotes": smart,
    "zero-width spaces": lambda text: text.replace("\n", "\u200b\n"),
    "titles in capitals": lambda text: text.replace(
        "Your Learning Roadmap", "YOUR LEARNING ROADMAP"
    ),
    "badge and weeks on two lines": lambda text: re.sub(
        r"(Important|Critical)(\d)", r"\1\n\2", text
    ),
    "weeks glued to the phase": lambda text: text.replace("Work\n\n2 weeks", "Work2 weeks"),
    "labels glued to their values": lambda text: text.replace("Difficulty\n", "Difficulty"),
    "numbers of phases lost": lambda text: re.sub(r"(?m)^[123]$", "", text),
    "the counter without a number": lambda text: text.replace("Pathway312 views", "Pathway"),
    "the closing words lost": lambda text: text[: text.index("Ready to Start")],
}


@pytest.mark.parametrize("change", VARIANTS.values(), ids=VARIANTS.keys())
def test_a_page_says_the_same_however_it_was_copied(change: Callable[[str], str]) -> None:
    text = change(PAGE)
    assert is_page(text)
    assert said(text) == said(PAGE)
    assert_spans_hold(page_of(text), text)


@pytest.mark.parametrize(
    ("title", "lines", "roles", "aliases"),
    [
        ("From Nurse to CTO: A Plan", ("Nurse", "Cto"), ("Nurse", "CTO"), ((), ())),
        (
            "From Quality Tester (QA) to UX Designer (UX): Plan",
            ("Quality Tester", "Ux Designer"),
            ("Quality Tester", "UX Designer"),
            (("QA",), ("UX",)),
        ),
        (
            "From Go to Market Lead to VP of Sales - A Plan",
            ("Go To Market Lead", "Vp Of Sales"),
            ("Go to Market Lead", "VP of Sales"),
            ((), ()),
        ),
        ("From C++ Dev to C# Dev", ("C++ Dev", "C# Dev"), ("C++ Dev", "C# Dev"), ((), ())),
        ("A Title of Its Own", ("Nurse", "Midwife"), ("Nurse", "Midwife"), ((), ())),
    ],
)
def test_roles_are_spelt_as_in_the_title(
    title: str,
    lines: tuple[str, str],
    roles: tuple[str, str],
    aliases: tuple[tuple[str, ...], tuple[str, ...]],
) -> None:
    rest = PAGE[PAGE.index("\nDifficulty") :]
    head = [*lines, title] if title.startswith("From") else [title, *lines]
    guide = page_of("\n".join(["Career Pathway1 views", *head, rest]))
    assert (guide.from_role, guide.to_role) == roles
    assert (guide.from_aliases, guide.to_aliases) == aliases


def test_a_slug_tells_apart_languages_that_differ_in_their_marks() -> None:
    text = PAGE.replace("Pastry Chef", "C++ Chef").replace("HACCP Auditor", "C# Auditor")
    assert page_of(text.replace("Haccp Auditor", "C# Auditor")).slug == (
        "c-plus-plus-chef-to-c-sharp-auditor"
    )


def without(title: str, next_title: str) -> str:
    return PAGE[: PAGE.index(f"\n{title}\n")] + PAGE[PAGE.index(f"\n{next_title}\n") :]


@pytest.mark.parametrize(
    ("title", "next_title", "field"),
    [
        ("Overview", "Your Transferable Skills", "overview"),
        ("Your Transferable Skills", "Skills You'll Need to Learn", "transferable_skills"),
        ("What You'll Love", "What You Might Miss", "loves"),
        ("This Month", "Next 90 Days", "this_month"),
        ("Frequently Asked Questions", "Ready to Start Your Transition?", "faq"),
    ],
)
def test_a_section_that_a_page_lacks_is_empty(title: str, next_title: str, field: str) -> None:
    assert getattr(page_of(without(title, next_title)), field) == ()


def test_facts_at_the_head_may_be_missing() -> None:
    guide = page_of(PAGE.replace("Timeline\n9-12 months\nSalary Change\n+20-35%\n", ""))
    assert (guide.timeline, guide.salary_change) == (None, None)
    assert guide.difficulty is not None


def place(words: str) -> int:
    return PAGE[: PAGE.index(words)].count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("Important10 weeks", "Important some weeks", place("Important10"), "number of weeks"),
        ("Important10 weeks", "ImportantTBD", place("Important10"), "number of weeks"),
        ("Important10 weeks", "Important TBD", place("Important10"), "number of weeks"),
        ("Important10 weeks\n", "", place("Food Law"), "no priority"),
        ("\n10 weeks\nTasks", "\na while\nTasks", place("10 weeks\nTasks"), "number of weeks"),
        ("9-12 months\nSalary", "a while\nSalary", place("9-12 months"), "no number"),
        ("+20-35%", "a lot", place("+20-35%"), "no number"),
        ("\n2\n\nGet", "\n4\n\nGet", place("2\n\nGet"), "missing"),
        ("  • Sit the level 3 exam.\n", "", place("10 weeks\nTasks"), "no tasks"),
        ("This Month", "This Week", place("This Month"), "twice"),
        ("  • Ask your last inspector for a coffee.\n", "", place("This Week"), "nothing in it"),
        (
            "Steady, because every food plant is audited at least once a year\n",
            "",
            place("Demand"),
            "Nothing stands",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_line(old: str, new: str, line: int, problem: str) -> None:
    assert PAGE.count(old) == 1
    with pytest.raises(ReadingError, match=problem) as caught:
        page_of(PAGE.replace(old, new))
    assert caught.value.where == f"line {line}"
    assert caught.value.remedy


@pytest.mark.parametrize(
    "cut_before",
    [
        *("scaling plan", "Skills You'll Need", "6-8 weeks", "Read 'The Baker", "Your Learning"),
        *("2 weeks\nTasks", "Shadow an", "10 weeks\nTasks", "kitchen.\n  • Standing", "degree are"),
    ],
)
def test_a_page_that_was_cut_off_is_refused(cut_before: str) -> None:
    position = PAGE.find(cut_before)
    text = PAGE[: position if position >= 0 else PAGE.index("plants.") - 3]
    with pytest.raises(ReadingError) as caught:
        page_of(text)
    assert line_of(caught.value) is not None


def test_a_page_cut_off_between_two_phases_is_refused() -> None:
    with pytest.raises(ReadingError, match="breaks off in its roadmap"):
        page_of(PAGE[: PAGE.index("\n3\n")])


def test_other_texts_are_no_pages() -> None:
    hike = "Difficulty\nHard\nTimeline\n3 days\nOverview\nUp.\nThis Week\nRain.\n"
    assert not is_page(hike)
    assert not is_page(MARKDOWN)
    assert not is_page("")


MANGLED = PAGE.split("\n")
LINES = st.one_of(
    st.sampled_from(MANGLED),
    st.sampled_from(
        ["", "1", "Tasks", "Resources", "4 weeks", "Critical", "From a to b", "•", "?"]
    ),
    st.text(max_size=20),
)


@st.composite
def pages(draw: st.DrawFn) -> str:
    """Our page with lines lost, moved, repeated, cut and replaced."""
    lines = list(MANGLED)
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, len(lines) - 1))
        change = draw(st.sampled_from(["drop", "swap", "insert", "cut", "glue", "end"]))
        if change == "drop" and len(lines) > 1:
            del lines[at]
        elif change == "swap":
            lines[at], lines[0] = lines[0], lines[at]
        elif change == "insert":
            lines.insert(at, draw(LINES))
        elif change == "cut":
            lines[at] = lines[at][: draw(st.integers(0, 30))]
        elif change == "glue":
            lines[at : at + 2] = ["".join(lines[at : at + 2])]
        elif change == "end":
            lines = lines[: at + 1]
    return draw(st.sampled_from(["\n", "\r\n", "\r"])).join(lines)


@given(st.one_of(pages(), st.lists(LINES, max_size=30).map("\n".join), st.text(max_size=300)))
@example("From \xa0 to x\n" + PAGE[PAGE.index("Difficulty") :])
def test_any_text_gives_a_guide_whose_spans_hold_or_a_reading_error(text: str) -> None:
    is_page(text)
    try:
        guide = page_of(text)
    except ReadingError as error:
        problem: ReadingError | None = error
    else:
        problem = None
        assert_spans_hold(guide, text)
    assert problem is None or (line_of(problem) and problem.remedy)
