from __future__ import annotations

from collections.abc import Callable

import pytest

from coach.domain import Priority, ResourceKind
from coach.understanding import (
    Aggregate,
    Ask,
    Catalogue,
    Field,
    Manner,
    Understanding,
    understand,
)
from coach.understanding.claims import claims_about
from tests.coach.asking import CAIO, MANAGER, TEACHER, WEB

Read = Callable[..., Understanding]


@pytest.fixture(scope="module")
def read(catalogue: Catalogue, known: Callable[[str], bool]) -> Read:
    def read(question: str, **options: object) -> Understanding:
        return understand(question, catalogue, known, **options)  # type: ignore[arg-type]

    return read


def only_ask(understood: Understanding) -> Ask:
    (ask,) = understood.asks
    return ask


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ("How long would it take me to go from backend dev to CAIO?", Field.TIMELINE),
        ("caio how long", Field.TIMELINE),
        ("when could I become a CAIO?", Field.TIMELINE),
        ("How hard is it to become a CAIO?", Field.DIFFICULTY),
        ("Is the move to UX designer difficult?", Field.DIFFICULTY),
        ("How many hours a week do I need to become a CAIO?", Field.HOURS),
        ("What happens to my salary if I become a CAIO?", Field.SALARY),
        ("How much does a CAIO earn?", Field.WAGE_AFTER),
        ("Is there demand for UX designers?", Field.DEMAND),
        ("How many openings a year are there for UX designers?", Field.OPENINGS),
        ("Do I need a degree to become a CAIO?", Field.EDUCATION),
        ("Which of my skills carry over when I become a CAIO?", Field.TRANSFERABLE_SKILLS),
        ("What skills does a CAIO need?", Field.SKILLS),
        ("Which books should I read to become a CAIO?", Field.RESOURCES),
        ("Walk me through the phases to CAIO", Field.PHASES),
        ("What will I love about being a CAIO?", Field.LOVES),
        ("What might I miss as a CAIO?", Field.MISSES),
        ("What are the biggest challenges in becoming a CAIO?", Field.CHALLENGES),
        ("What should I do this week to become a CAIO?", Field.THIS_WEEK),
        ("what do i do this month to become a CAIO", Field.THIS_MONTH),
        ("What should I do in the next 90 days to become a CAIO?", Field.NEXT_90_DAYS),
    ],
    ids=lambda value: value.value if isinstance(value, Field) else None,
)
def test_words_tell_the_field(read: Read, question: str, field: Field) -> None:
    assert only_ask(read(question)).fields == (field,)


@pytest.mark.parametrize(
    ("question", "fields"),
    [
        (
            "How long does it take to become a CAIO, and how hard is it?",
            [Field.TIMELINE, Field.DIFFICULTY],
        ),
        (
            "What should I do this week to become a CAIO? And which books should I read?",
            [Field.THIS_WEEK, Field.RESOURCES],
        ),
        ("How long and how hard is the move to UX designer?", [Field.TIMELINE, Field.DIFFICULTY]),
    ],
    ids=["two clauses", "two sentences", "one clause"],
)
def test_a_question_of_two_parts_asks_both(read: Read, question: str, fields: list[Field]) -> None:
    asked = [field for ask in read(question).asks for field in ask.fields]

    assert sorted(asked) == sorted(fields)


def test_telling_about_oneself_is_no_ask(read: Read) -> None:
    understood = read("I work as a backend dev and earn well. How long until I am a CAIO?")

    assert only_ask(understood).fields == (Field.TIMELINE,)
    assert understood.move.guides == (CAIO,)


def test_a_pronoun_in_the_second_part_keeps_the_item_of_the_first(read: Read) -> None:
    asks = read("How long is Deep Learning for a CAIO and is it critical?").asks

    assert asks[-1].items
    assert asks[-1].items == asks[0].items


@pytest.mark.parametrize(
    ("question", "field", "low", "high"),
    [
        ("It takes 6 months to become a CAIO, right?", Field.TIMELINE, 6, 6),
        ("Can I become a CAIO in 3-4 months?", Field.TIMELINE, 3, 4),
        ("Can I become a CAIO within a year?", Field.TIMELINE, 12, 12),
        ("Are 5 hours a week enough to become a CAIO?", Field.HOURS, 5, 5),
        ("Does a CAIO's salary rise by 300%?", Field.SALARY, 300, 300),
    ],
)
def test_a_figure_the_person_states_is_a_claim_about_its_field(
    read: Read, question: str, field: Field, low: float, high: float
) -> None:
    ask = only_ask(read(question))

    (claim,) = claims_about(field, ask.claims)
    assert (claim.amount.low, claim.amount.high) == (low, high)
    assert field in ask.fields


@pytest.mark.parametrize(
    ("question", "qualifiers"),
    [
        ("What does a CAIO earn in Berlin?", {"Berlin"}),
        ("What does a CAIO earn in euros?", {"euros"}),
        ("What does a CAIO earn in Berlin in euros?", {"Berlin", "euros"}),
        ("Is there demand for CAIOs in the UK?", {"the UK"}),
        ("How much do UX designers earn in Springfield?", {"Springfield"}),
        ("What does a CAIO earn?", set()),
        ("Do I need to learn Python in phase 2 to become a CAIO?", set()),
    ],
)
def test_places_and_currencies_limit_a_question(
    read: Read, question: str, qualifiers: set[str]
) -> None:
    said = {term for ask in read(question).asks for term in ask.qualifiers}

    assert {term.removeprefix("the ") for term in said} == {
        term.removeprefix("the ") for term in qualifiers
    }


@pytest.mark.parametrize(
    ("question", "aggregate"),
    [
        ("How many weeks do the phases to CAIO add up to?", Aggregate.SUM),
        ("How many phases are there on the way to CAIO?", Aggregate.COUNT),
        ("Which skill takes the longest to become a CAIO?", Aggregate.LONGEST),
        ("Which phase is the shortest on the way to CAIO?", Aggregate.SHORTEST),
        ("What comes after phase 2 on the way to CAIO?", Aggregate.NEXT),
        ("Which skill should I learn first to become a CAIO?", Aggregate.FIRST),
    ],
    ids=lambda value: value.value if isinstance(value, Aggregate) else None,
)
def test_what_to_do_with_several_values(read: Read, question: str, aggregate: Aggregate) -> None:
    assert read(question).asks[0].aggregate is aggregate


@pytest.mark.parametrize(
    ("question", "priority"),
    [
        ("Which skills are critical for a CAIO?", Priority.CRITICAL),
        ("What are the must-have skills for a CAIO?", Priority.CRITICAL),
        ("Which skills are important for a CAIO?", Priority.IMPORTANT),
        ("Which skills are nice to have for a CAIO?", Priority.NICE_TO_HAVE),
        ("Which skills can I skip as a CAIO?", Priority.NICE_TO_HAVE),
        ("Which skills do I need as a CAIO?", None),
    ],
)
def test_the_priority_asked_for(read: Read, question: str, priority: Priority | None) -> None:
    assert only_ask(read(question)).priority is priority


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Which books should I read to become a CAIO?", ResourceKind.BOOK),
        ("Which courses help to become a CAIO?", ResourceKind.COURSE),
        ("Are there certifications for a CAIO?", ResourceKind.CERTIFICATION),
        ("Which conferences should a CAIO know?", ResourceKind.CONFERENCE),
        ("Which platforms does the guide to CAIO name?", ResourceKind.PLATFORM),
    ],
    ids=lambda value: value.value if isinstance(value, ResourceKind) else None,
)
def test_the_kind_of_resource_asked_for(read: Read, question: str, kind: ResourceKind) -> None:
    assert kind in only_ask(read(question)).resource_kinds


def test_a_subject_of_its_own_is_a_key_term(read: Read) -> None:
    ask = only_ask(read("Do I have to learn Kubernetes to become a CAIO?"))

    assert ask.key_terms == ("Kubernetes",)


def test_a_fixed_guide_is_the_move(read: Read) -> None:
    assert read("How long does it take?", fixed=TEACHER).move.guides == (TEACHER,)


def test_the_conversation_decides_where_the_question_names_no_move(read: Read) -> None:
    assert read("How long does it take?", focus=(WEB,)).move.guides == (WEB,)


def test_a_role_named_wins_over_the_conversation(read: Read) -> None:
    assert read("And to UX designer?", focus=(CAIO,)).move.guides == (WEB,)


def test_the_conversation_settles_which_of_several_moves_is_meant(read: Read) -> None:
    understood = read("How long does it take a backend developer?", focus=(MANAGER,))

    assert understood.move.guides == (MANAGER,)


def test_what_is_no_question_asks_nothing(read: Read) -> None:
    understood = read("Hello!")

    assert understood.manner is Manner.GREETING
    assert understood.asks == ()


def test_a_condition_is_asked_together_with_what_depends_on_it(read: Read) -> None:
    understood = read("If I stay where I work, can I move to UX designer sooner?")

    assert len(understood.asks) == 1
    assert "stay" in understood.asks[0].key_terms


def test_hours_that_are_told_are_not_asked_for(read: Read) -> None:
    understood = read("how many months with 5 hours a week?")

    assert understood.asks[0].fields == (Field.TIMELINE,)


@pytest.mark.parametrize("tag", ["Right?", "Is that true?", "Or not?"])
def test_what_is_to_be_confirmed_is_what_was_said_before(read: Read, tag: str) -> None:
    ask = only_ask(read(f"A web developer is a UX designer in four months. {tag}"))

    assert ask.fields == (Field.TIMELINE,)
    assert [claim.text for claim in ask.claims] == ["four months"]
    assert ask.yes_no


def test_a_common_word_with_a_slip_is_no_subject(read: Read) -> None:
    ask = only_ask(read("can i realy becom a UX designer", focus=(WEB,)))

    assert ask.key_terms == ()


def test_a_name_is_no_slip(read: Read) -> None:
    assert only_ask(read("do i need Sketchup", focus=(WEB,))).key_terms == ("Sketchup",)


def test_parts_without_a_subject_are_read_together(read: Read) -> None:
    assert (
        only_ask(read("what does it mean, and why so long?", focus=(WEB,))).text.count("why") == 1
    )


@pytest.mark.parametrize(
    ("question", "fields"),
    [
        ("what is pay at the lower end?", (Field.WAGE_RANGE,)),
        ("can I get there sooner?", (Field.TIMELINE,)),
        ("how much of my evenings will it eat?", (Field.HOURS,)),
        ("what about pay", (Field.SALARY,)),
        ("what is the very first thing?", (Field.ACTIONS,)),
        ("how much more would I make?", (Field.SALARY,)),
        ("what will frustrate me?", (Field.CHALLENGES,)),
        ("any good tools?", (Field.RESOURCES,)),
        ("which club should a UX designer join?", (Field.RESOURCES,)),
        ("is there a place where I can practise?", (Field.RESOURCES,)),
        ("which paid course is any good?", (Field.RESOURCES,)),
    ],
)
def test_other_words_for_a_field(read: Read, question: str, fields: tuple[Field, ...]) -> None:
    assert only_ask(read(question, focus=(WEB,))).fields == fields


def test_what_can_wait_is_nice_to_have(read: Read) -> None:
    ask = only_ask(read("what could I put off?", focus=(WEB,)))

    assert (ask.fields, ask.priority) == ((Field.SKILLS,), Priority.NICE_TO_HAVE)


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("Is there a paperback edition?", "other formats"),
        ("When does the next cohort start?", "class times and dates"),
        ("What are the top schools for it?", "which school is best"),
        ("Which hospitals pay more?", "which employers hire"),
        ("Which bakery pays best?", "which employers hire"),
        ("What is the author's phone number?", "contact details"),
        ("What graphics card is enough?", "hardware"),
        ("Which of them cost nothing?", "what is free"),
        ("Does my employer pay for the course?", "what it costs"),
        ("What does the course cost?", "what it costs"),
    ],
)
def test_what_guides_have_no_place_for_is_a_topic(read: Read, question: str, topic: str) -> None:
    assert only_ask(read(question, focus=(WEB,))).topics == (topic,)


def test_a_place_holds_for_what_is_asked_of_it_later(read: Read) -> None:
    understood = read("Can a web developer be a UX designer in Ghana, and what do I earn there?")

    assert [ask.qualifiers for ask in understood.asks] == [("Ghana",), ("Ghana",)]


def test_a_question_without_a_word_of_its_own_asks_about_what_was_told(read: Read) -> None:
    ask = only_ask(read("Jira, Confluence... will I need that?", focus=(WEB,)))

    assert ask.key_terms == ("Jira", "Confluence")
    assert ask.text.endswith("will I need that?")


def test_what_only_leads_to_the_question_is_not_asked(read: Read) -> None:
    ask = only_ask(read("There is a book that costs nothing. Who wrote it?", focus=(WEB,)))

    assert ask.fields == (Field.AUTHOR,)
    assert ask.topics == ()


@pytest.mark.parametrize(
    "question",
    [
        "Web developer versus UX designer, what are the median wages?",
        "What is the median wage of a web developer, and what is it for a UX designer?",
    ],
)
def test_the_wages_of_both_roles_are_a_question_of_the_change(read: Read, question: str) -> None:
    assert only_ask(read(question)).fields == (Field.SALARY,)
