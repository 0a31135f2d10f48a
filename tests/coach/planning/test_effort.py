"""What a guide's tasks take: which go faster with more hours, and which take their time."""

from __future__ import annotations

from datetime import date

import pytest

from coach.domain import Guide, Sourced
from coach.planning import Adjustment, Preferences, TaskKind, build
from coach.planning.effort import takes_its_time

FIRST = "backend-developer-to-chief-ai-officer"
UX = "web-developer-to-ux-designer"
SIX = Preferences(hours_a_week=6, start=date(2027, 1, 4))

# Tasks of moves that no guide is about: work with others, or work that has to run for a while.
WITH_OTHERS = [
    "Lead the Monday stock meeting for two months.",
    "Shadow a regulatory affairs manager on two submissions.",
    "Mentor a new colleague through the first ninety days.",
    "Volunteer at a community clinic one evening a week.",
    "Take over the rota of your kitchen for a season.",
    "Take part in one audit from the opening meeting to the report.",
    "Stand in for the head of department during the summer.",
    "Run the weekly team meeting for a quarter.",
    "Interview eight customers about how they choose a supplier.",
    "Talk to three privacy officers about their week.",
    "Ask your manager for a small budget of your own.",
    "Apply to twenty posts in your region and keep a list of the answers.",
    "Apply for a trainee place at two museums.",
    "Present your findings to the works council.",
    "Hold a weekly clinic for colleagues who have questions about data protection.",
    "Hand over your accounts to a colleague, one at a time.",
    "Join the on-call rota of the network team.",
    "Meet two product managers for coffee every month.",
    "Organise a reading group on case law and keep it going for half a year.",
    "Attend the monthly meeting of the local chapter.",
    "Write up a business case, then present it to your head of sales.",
    "Negotiate one contract with a supplier under the eye of a senior buyer.",
    "Teach a short course at the adult education centre.",
    "Prepare a pitch and ask two founders to take it apart.",
    "Observe ten lessons of experienced colleagues.",
]
ALONE = [
    "Learn the basics of double-entry bookkeeping.",
    "Read the ten data protection decisions that lawyers ask about most.",
    "List the five tools that job adverts ask for, and mark those you know.",
    "Write a page on how supermarkets present fresh food.",
    "Practise interview questions aloud for an hour a week.",
    "Turn your interview notes into personas.",
    "Learn about routing and network design.",
    "Apply the pricing models to a product that you know.",
    "Build a spreadsheet that shows how a bank makes its lead times.",
    "Study what makes teams hold together, and write down five rules.",
    "Run a regression on public housing data.",
    "Run Linux on an old laptop for a month.",
    "Draw the org chart of a company and mark who would run the project.",
    "Compare three contracts and note who takes on which risk.",
    "Rewrite your CV for posts in which employers talk of compliance.",
    "Summarise how hospitals hire and which certificates they want.",
    "Work through past and present exam papers.",
    "Serve a small web page from a machine of your own.",
    "Memorise the phrases that guides take part of their exam in.",
    "Watch a recorded talk on soil science and write a summary.",
    "Take a course on food safety.",
    "Take notes on how two museums label their pictures.",
    "Collect the accepted abbreviations of the trade on cards.",
    "Explain to yourself how merged cells break a pivot table.",
    "Hold a brush, a knife and a palette for ten minutes every day.",
]


@pytest.mark.parametrize("task", WITH_OTHERS)
def test_work_with_others_takes_its_time(task: str) -> None:
    assert takes_its_time(task)


@pytest.mark.parametrize("task", ALONE)
def test_what_is_done_alone_goes_faster_with_more_hours(task: str) -> None:
    assert not takes_its_time(task)


@pytest.mark.parametrize(
    ("task", "kind"),
    [
        ("Turn the insights of your interviews into user flows", TaskKind.STUDY),
        ("Interview five people about one everyday problem", TaskKind.EXPERIENCE),
        ("Take over a design task in your present team", TaskKind.EXPERIENCE),
    ],
)
def test_a_guides_tasks_are_told_apart(guides: dict[str, Guide], task: str, kind: TaskKind) -> None:
    (found,) = [one for one in build(guides[UX], SIX).tasks if one.text.startswith(task)]

    assert found.kind is kind


def repeated(guide: Guide) -> Guide:
    """The guide with the first task of its first phase said twice, and a first step as well."""
    phase = guide.phases[0]
    step = Sourced[str](value=guide.this_week[0].value, span=guide.this_month[0].span)
    return guide.model_copy(
        update={
            "phases": (
                phase.model_copy(update={"tasks": (phase.tasks[0], *phase.tasks)}),
                *guide.phases[1:],
            ),
            "this_month": (step, *guide.this_month),
        }
    )


def test_tasks_of_the_same_words_are_two_tasks(guides: dict[str, Guide]) -> None:
    plain, twice = build(guides[FIRST], SIX), build(repeated(guides[FIRST]), SIX)

    identifiers = [task.id for task in twice.tasks]
    assert len(set(identifiers)) == len(identifiers) == len(plain.tasks) + 2
    assert {task.id for task in plain.tasks} < set(identifiers)
    assert sum(week.hours for week in twice.weeks) == pytest.approx(twice.hours, rel=0.001)


def test_a_phase_without_tasks_is_a_task_itself(guides: dict[str, Guide]) -> None:
    guide = guides[FIRST]
    bare = guide.phases[1].model_copy(update={"tasks": (), "resources": ()})
    phases = (guide.phases[0], bare, *guide.phases[2:])

    plan = build(guide.model_copy(update={"phases": phases}), SIX)

    assert [task.text for task in plan.tasks if task.phase == 2] == [bare.name.value]
    assert plan.hours == build(guide, SIX).hours


def test_what_is_left_out_is_told_from_what_is_covered(guides: dict[str, Guide]) -> None:
    task = next(task for task in build(guides[FIRST], SIX).tasks if task.phase == 2)
    wanted = SIX.model_copy(
        update={
            "adjusted": (Adjustment(task=task.id, left_out=True),),
            "finished": ("AI For Everyone",),
        }
    )

    off = [task for task in build(guides[FIRST], wanted).tasks if task.taken_off]

    assert {(one.left_out, one.taken_off) for one in off} == {
        (True, "Left out of this plan."),
        (False, "You have finished 'AI For Everyone'."),
    }
