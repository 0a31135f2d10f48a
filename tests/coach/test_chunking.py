from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coach.chunking import encoded_text, split
from coach.domain import (
    Block,
    Document,
    Guide,
    Passage,
    Priority,
    Reading,
    Resource,
    Section,
    Sourced,
    SourceText,
    Span,
    Value,
)
from coach.encoder import Encoder, load_encoder
from coach.reading import read
from coach.reading.text import Text
from coach.settings import DEFAULT_ENCODER

ROOT = Path(__file__).parents[2]
FIRST_GUIDE = ROOT / "knowledge" / "backend-developer-to-chief-ai-officer.md"
GUIDES = sorted((ROOT / "knowledge").glob("*-to-*.md"))
PAGES = sorted((ROOT / "tests" / "data").glob("*"))
SECTION_OF_FIELD = {
    "difficulty": Section.DIFFICULTY,
    "timeline": Section.TIMELINE,
    "salary_change": Section.SALARY,
    "demand": Section.DEMAND,
    "overview": Section.OVERVIEW,
    "transferable_skills": Section.TRANSFERABLE_SKILL,
    "skill_gaps": Section.SKILL_GAP,
    "phases": Section.PHASE,
    "loves": Section.REALITY,
    "misses": Section.REALITY,
    "challenges": Section.REALITY,
    "this_week": Section.ACTION,
    "this_month": Section.ACTION,
    "next_90_days": Section.ACTION,
    "faq": Section.FAQ,
}


@dataclass(frozen=True)
class Limited:
    """The default encoder's tokenizer with another limit."""

    encoder: Encoder
    token_limit: int

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self.encoder.count_tokens(texts)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder(DEFAULT_ENCODER, None)


def read_file(path: Path) -> Reading:
    return read(path, name=str(path), key=path.name)


def document(*groups: tuple[Sequence[str], Sequence[str]]) -> Reading:
    """A document whose text is each group's headings, then its blocks, a blank line between."""
    text = ""
    places: list[tuple[list[tuple[int, int]], int, int]] = []
    for headings, blocks in groups:
        above = []
        for heading in headings:
            above.append((len(text), len(text) + len(heading)))
            text += heading + "\n\n"
        for block in blocks:
            places.append((above, len(text), len(text) + len(block)))
            text += block + "\n\n"
    source = Text(text)
    found = tuple(
        Block(
            headings=tuple(source.sourced(*heading) for heading in above),
            text=text[start:end],
            span=source.span(start, end),
        )
        for above, start, end in places
    )
    return Reading(
        source=SourceText(name="notes.txt", key="notes.txt", text=text),
        content=Document(title="Notes", blocks=found),
    )


def facts(value: object) -> Iterator[Span]:
    if isinstance(value, Sourced | Resource):
        yield value.span
    elif isinstance(value, Value):
        for name in type(value).model_fields:
            yield from facts(getattr(value, name))
    elif isinstance(value, tuple):
        for entry in value:
            yield from facts(entry)


def holds(passage: Passage, span: Span) -> bool:
    return passage.span.start <= span.start and span.end <= passage.span.end


def of(passages: Sequence[Passage], section: Section) -> list[Passage]:
    return [passage for passage in passages if passage.section is section]


@pytest.mark.parametrize("path", [*GUIDES, *PAGES], ids=lambda path: path.name)
def test_every_fact_of_a_guide_is_in_a_passage_of_its_section(path: Path, encoder: Encoder) -> None:
    reading = read_file(path)
    guide = reading.content
    assert isinstance(guide, Guide)
    passages = split(reading, encoder)
    for field, section in SECTION_OF_FIELD.items():
        for span in facts(getattr(guide, field)):
            parts = of(passages, section)
            words = reading.source.text[span.start : span.end]
            if field == "overview":  # a paragraph may be cut between sentences
                covered = {at for p in parts for at in range(p.span.start, p.span.end)}
                places = range(span.start, span.end)
                gaps = {reading.source.text[at] for at in places if at not in covered}
                assert all(gap.isspace() for gap in gaps), words
            else:
                assert any(holds(passage, span) for passage in parts), (field, words)
    for statistic in guide.statistics:
        wages = "wage" in statistic.kind.value.lower() or "medians" in statistic.kind.value
        parts = of(passages, Section.SALARY if wages else Section.DEMAND)
        assert any(holds(passage, statistic.value.span) for passage in parts), statistic


@pytest.mark.parametrize("path", [*GUIDES, *PAGES], ids=lambda path: path.name)
def test_passages_are_slices_within_the_limit_with_ids_of_their_own(
    path: Path, encoder: Encoder
) -> None:
    reading = read_file(path)
    passages = split(reading, encoder)
    text = Text(reading.source.text)
    for passage in passages:
        assert passage.text == text.text[passage.span.start : passage.span.end]
        assert passage.text == passage.text.strip()
        assert passage.span == text.span(passage.span.start, passage.span.end)
    assert len({passage.id for passage in passages}) == len(passages)
    assert all(len(passage.id) == 24 for passage in passages)
    counts = encoder.count_tokens([encoded_text(passage) for passage in passages])
    assert max(counts) <= encoder.token_limit
    assert [p.span.start for p in passages] == sorted(p.span.start for p in passages)


def test_the_first_guide_is_split_by_its_structure(encoder: Encoder) -> None:
    passages = split(read_file(FIRST_GUIDE), encoder)
    move = "Backend Developer → Chief AI Officer"
    counts = {section: len(of(passages, section)) for section in Section}
    assert counts[Section.TRANSFERABLE_SKILL] == 5
    assert counts[Section.SKILL_GAP] == 6
    assert counts[Section.PHASE] == 4
    assert counts[Section.REALITY] == counts[Section.ACTION] == 3
    assert counts[Section.DOCUMENT] == 0
    [timeline] = of(passages, Section.TIMELINE)
    assert timeline.text == "Timeline: 18-24 months"
    assert timeline.headings == (move, "At a glance", "Timeline")
    assert timeline.item is None
    change, wages = of(passages, Section.SALARY)
    assert change.text == "Salary change: +150%"
    assert wages.text.startswith("Median wage before: $135,980")
    assert wages.text.endswith((".", ")"))
    assert "+28.8%" in wages.text
    assert "Job growth" not in wages.text
    _, outlook = of(passages, Section.DEMAND)
    assert outlook.text.startswith("Job growth 2024-34: 15.2%")
    assert "Transferable" not in outlook.text
    gaps = of(passages, Section.SKILL_GAP)
    assert [gap.item for gap in gaps] == list(range(6))
    assert gaps[0].headings == (move, "Skills to learn", "Deep Learning & Foundation Models")
    assert gaps[0].priority is Priority.IMPORTANT
    assert gaps[2].priority is Priority.CRITICAL
    phase = of(passages, Section.PHASE)[1]
    assert phase.text.startswith("Phase 2: Deep Technical AI Skills")
    assert "Kaggle" in phase.text
    assert phase.item == 1
    assert phase.priority is None
    names = [passage.headings[-1] for passage in of(passages, Section.ACTION)]
    assert names == ["This week", "This month", "Next 90 days"]


def test_lists_keep_their_place_when_another_is_missing(encoder: Encoder) -> None:
    reading = read_file(FIRST_GUIDE)
    guide = reading.content
    assert isinstance(guide, Guide)
    without = guide.model_copy(update={"loves": (), "this_week": (), "this_month": ()})
    passages = split(reading.model_copy(update={"content": without}), encoder)
    assert [passage.item for passage in of(passages, Section.REALITY)] == [1, 2]
    assert [passage.item for passage in of(passages, Section.ACTION)] == [2]


def test_an_answer_without_its_question_is_a_passage(encoder: Encoder) -> None:
    reading = read_file(FIRST_GUIDE)
    guide = reading.content
    assert isinstance(guide, Guide)
    lost = guide.faq[0].model_copy(update={"question": None})
    changed = guide.model_copy(update={"faq": (lost,)})
    [passage] = of(split(reading.model_copy(update={"content": changed}), encoder), Section.FAQ)
    assert passage.headings[1:] == ("Frequently asked questions",)
    assert passage.text.startswith("Count on 18-24 months")


def test_an_edit_changes_only_the_ids_of_what_it_touches(encoder: Encoder, tmp_path: Path) -> None:
    before = {passage.id: passage for passage in split(read_file(FIRST_GUIDE), encoder)}
    words = FIRST_GUIDE.read_text(encoding="utf-8")
    path = tmp_path / FIRST_GUIDE.name
    path.write_text(words.replace("- Weeks: 20", "- Weeks: 22"), encoding="utf-8")
    after = {passage.id: passage for passage in split(read_file(path), encoder)}
    [gone] = [before[key] for key in before.keys() - after.keys()]
    [new] = [after[key] for key in after.keys() - before.keys()]
    assert gone.headings == new.headings
    assert gone.headings[-1] == "Deep Learning & Foundation Models"


def test_text_that_moves_keeps_its_ids_and_repeats_have_ids_of_their_own(encoder: Encoder) -> None:
    once = split(document((["Pay"], ["Florists earn little."])), encoder)
    moved = split(
        document((["Work"], ["Early hours."]), (["Pay"], ["Florists earn little."])), encoder
    )
    assert once[0].id == moved[1].id
    assert once[0].span != moved[1].span
    twice = split(
        document((["Pay"], ["Florists earn little."]), (["Pay"], ["Florists earn little."])),
        encoder,
    )
    assert twice[0].id == once[0].id != twice[1].id


def test_what_is_encoded_has_the_headings_and_no_markup(encoder: Encoder) -> None:
    passages = split(read_file(FIRST_GUIDE), encoder)
    [gap] = [passage for passage in of(passages, Section.SKILL_GAP) if passage.item == 0]
    first, second, *_ = encoded_text(gap).splitlines()
    assert first == gap.heading
    assert second == "Priority: Important"
    assert "####" not in "".join(encoded_text(passage) for passage in passages)
    markup = "#### Tasks <!-- optional -->\n\n- **Read** `this`\n  > and [that](http://a.b)\n|a|b|\n|---|:--|"
    marked = gap.model_copy(update={"text": markup})
    assert encoded_text(marked).splitlines()[1:] == ["Tasks", "Read this", "and that", "a b"]


def test_words_that_a_pasted_page_glues_are_encoded_apart(encoder: Encoder) -> None:
    passage = split(document((["Pay"], ["some words"])), encoder)[0]
    glued = passage.model_copy(
        update={"text": "Important20 weeks\nby Andrew NgBook: 'The AI Ladder'"}
    )
    assert encoded_text(glued).splitlines()[1:] == [
        "Important 20 weeks",
        "by Andrew Ng Book: 'The AI Ladder'",
    ]


def test_blocks_under_the_same_headings_are_one_passage(encoder: Encoder) -> None:
    passages = split(
        document(
            (["Pay"], ["Florists earn little.", "- Tips help.\n- So do weddings."]),
            (["Work", "Hours"], ["Early."]),
        ),
        encoder,
    )
    assert [passage.headings for passage in passages] == [
        ("Notes", "Pay"),
        ("Notes", "Work", "Hours"),
    ]
    assert passages[0].text == "Florists earn little.\n\n- Tips help.\n- So do weddings."
    assert {passage.section for passage in passages} == {Section.DOCUMENT}
    assert {passage.guide for passage in passages} == {None}


def test_long_prose_is_cut_between_sentences_and_overlaps(encoder: Encoder) -> None:
    sentences = [f"Dr. A. Smith counted {n} roses, e.g. Red ones, in row {n}." for n in range(60)]
    passages = split(document(([], [" ".join(sentences)])), encoder)
    assert len(passages) > 3
    kept = [[one for one in sentences if one in passage.text] for passage in passages]
    for passage, whole in zip(passages, kept, strict=True):
        assert passage.text == " ".join(whole)
    for earlier, later in pairwise(kept):
        assert earlier[-1] == later[0]
    assert {one for whole in kept for one in whole} == set(sentences)


def test_list_items_and_table_rows_are_never_cut(encoder: Encoder) -> None:
    items = [f"- Item {n} is long. It has two sentences\n  and runs over lines." for n in range(40)]
    rows = [f"| {n} | A cell. Another sentence. |" for n in range(60)]
    passages = split(document(([], ["\n".join(items), "\n".join(rows)])), encoder)
    assert len(passages) > 3
    for unit in [*items, *rows]:
        assert sum(unit in passage.text for passage in passages) == 1, unit


def test_a_sentence_longer_than_the_limit_is_cut_between_words(encoder: Encoder) -> None:
    words = [f"word{n}" for n in range(900)]
    passages = split(document(([], [" ".join(words)])), encoder)
    assert " ".join(passage.text for passage in passages) == " ".join(words)


def test_headings_longer_than_the_limit_leave_room_for_the_text(encoder: Encoder) -> None:
    passages = split(document((["heading " * 400], ["roses " * 300])), encoder)
    counts = encoder.count_tokens([encoded_text(passage) for passage in passages])
    assert max(counts) <= encoder.token_limit
    assert sum(passage.text.count("roses") for passage in passages) == 300


def test_a_text_without_spaces_is_cut_anywhere(encoder: Encoder) -> None:
    text = "漢字" * 2000
    passages = split(document(([], [text])), encoder)
    assert "".join(passage.text for passage in passages) == text


def test_megabytes_without_structure_are_split_in_seconds(encoder: Encoder) -> None:
    for text in ("[" * 200_000, "-" * 200_000 + "x", "a. " * 60_000):
        began = time.perf_counter()
        passages = split(document((["#" * 100_000], [text])), encoder)
        assert time.perf_counter() - began < 60
        assert sum(len(passage.text) for passage in passages) >= len(text.replace(" ", ""))


WORDS = st.text(
    st.sampled_from("ab Zé.!?漢。\t\r\n-|*#<>1()'’\u00a0\u2028😀"), min_size=1, max_size=400
)
BLOCKS = st.lists(WORDS.filter(str.strip), min_size=1, max_size=4)
GROUPS = st.lists(st.tuples(st.lists(WORDS.filter(str.strip), max_size=2), BLOCKS), max_size=3)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(groups=GROUPS, limit=st.integers(16, 64))
def test_no_character_is_lost_and_the_limit_holds_whatever_the_text(
    encoder: Encoder, groups: list[tuple[list[str], list[str]]], limit: int
) -> None:
    reading = document(*groups)
    tokens = Limited(encoder, limit)
    passages = split(reading, tokens)
    text = reading.source.text
    covered: set[int] = set()
    for passage in passages:
        assert passage.text == text[passage.span.start : passage.span.end] == passage.text.strip()
        covered.update(range(passage.span.start, passage.span.end))
    content = reading.content
    assert isinstance(content, Document)
    for block in content.blocks:
        lost = [at for at in range(block.span.start, block.span.end) if at not in covered]
        assert all(text[at].isspace() for at in lost)
    assert len({passage.id for passage in passages}) == len(passages)
    counts = tokens.count_tokens([encoded_text(passage) for passage in passages])
    assert all(count <= limit for count in counts)
    assert split(reading, tokens) == passages
