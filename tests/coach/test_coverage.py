from __future__ import annotations

import pytest

from coach.coverage import (
    asks_for_amount,
    best_passage,
    limited_by_place,
    missing_qualifiers,
    missing_topics,
    rarity_in,
)
from coach.domain import Hit, Passage, Section, Span
from coach.understanding import Ask, Field


def passage_of(text: str) -> Passage:
    return Passage(
        id=text,
        source="notes.md",
        guide=None,
        section=Section.DOCUMENT,
        headings=("Notes",),
        text=text,
        span=Span(start=0, end=len(text), first_line=1, last_line=1),
    )


def hit_of(text: str, dense: float) -> Hit:
    return Hit(passage=passage_of(text), score=dense, dense=dense)


def alike(part: str) -> float:
    return 1.0


def test_a_topic_is_missing_where_no_passage_speaks_of_it() -> None:
    ask = Ask(text="", topics=("visas and work permits", "interviews"))

    assert missing_topics(ask, [passage_of("Prepare for the interview.")]) == (
        "visas and work permits",
    )


def test_without_topics_none_is_missing() -> None:
    assert missing_topics(Ask(text=""), []) == ()


def test_a_place_is_missing_where_no_passage_names_it() -> None:
    ask = Ask(text="", qualifiers=("Berlin", "London"))

    assert missing_qualifiers(ask, [passage_of("Salaries in London")]) == ("Berlin",)


@pytest.mark.parametrize(
    ("fields", "limited"),
    [((Field.SALARY,), True), ((Field.DEMAND,), True), ((), True), ((Field.TIMELINE,), False)],
)
def test_a_place_changes_pay_and_demand_but_not_the_time(
    fields: tuple[Field, ...], limited: bool
) -> None:
    assert limited_by_place(Ask(text="", fields=fields)) is limited


def test_an_amount_is_not_a_change() -> None:
    assert asks_for_amount(Ask(text="", fields=(Field.WAGE_AFTER,)))
    assert not asks_for_amount(Ask(text="", fields=(Field.SALARY,)))


def test_the_passage_with_most_of_the_question_answers() -> None:
    ask = Ask(text="", content=("travel", "costs"), key_terms=("travel", "costs"))
    hits = [hit_of("The desk pays for travel.", 0.5), hit_of("Travel costs are paid.", 0.5)]

    passage, missing = best_passage(ask, hits, alike)

    assert passage == hits[1].passage
    assert missing == ()


def test_a_subject_that_no_passage_holds_is_named_as_missing() -> None:
    ask = Ask(text="", content=("parking", "office"), key_terms=("parking", "office"))

    passage, missing = best_passage(ask, [hit_of("The office opens at seven.", 0.5)], alike)

    assert passage is None
    assert missing == ("parking",)


def test_shared_words_far_from_the_meaning_do_not_answer() -> None:
    ask = Ask(text="", content=("office",), key_terms=("office",))

    passage, _ = best_passage(ask, [hit_of("The office opens at seven.", 0.05)], alike)

    assert passage is None


def test_an_entry_on_the_topic_answers_in_whatever_words() -> None:
    ask = Ask(text="", content=("machines",), key_terms=("machines",))
    entry = Hit(
        passage=passage_of("Some of it.").model_copy(
            update={"section": Section.FAQ, "headings": ("Will this work be automated?",)}
        ),
        score=0.2,
        dense=0.2,
    )
    on_topic = ask.model_copy(update={"topics": ("replacement by machines",)})

    assert best_passage(on_topic, [entry], alike)[0] == entry.passage
    assert best_passage(ask, [entry], alike)[0] is None


def test_an_entry_that_asks_all_of_a_few_words_answers_from_further_off() -> None:
    ask = Ask(text="", content=("scrum",), key_terms=("scrum",))
    text = hit_of("Scrum is one way.", 0.22)
    entry = Hit(
        passage=text.passage.model_copy(
            update={"section": Section.FAQ, "headings": ("Must I know Scrum?",)}
        ),
        score=0.22,
        dense=0.22,
    )

    assert best_passage(ask, [entry], alike)[0] == entry.passage
    assert best_passage(ask, [text], alike)[0] is None


def test_rarer_words_weigh_more_and_unheard_ones_most() -> None:
    counts = {"common": 90, "rare": 2, "unheard": 0}
    rarity = rarity_in(counts.__getitem__, 100)

    assert 0 < rarity("common") < rarity("rare") < rarity("unheard")
