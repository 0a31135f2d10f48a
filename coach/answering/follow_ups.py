"""Questions to ask next, each one that the guide at hand can answer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from coach.domain import Guide
from coach.terms import fold
from coach.understanding import Field

_COUNT = 3
# More than the count, so that what one turn leaves out is not what the next one offers again, and
# without a factor in common with the number of questions, so that each has its turn.
_STEP = 7


def _article(role: str) -> str:
    """A role with its article as it is spoken: "an IT project manager", "a UX designer"."""
    spelt = role.split()[0].isupper()
    vowel = role[:1] in "AEFHILMNORSX" if spelt else role[:1].lower() in "aeio"
    return f"{'an' if vowel else 'a'} {role}"


_QUESTIONS: tuple[tuple[Field, Callable[[Guide], object], str], ...] = (
    (
        Field.SKILLS,
        lambda guide: guide.skill_gaps,
        "Which skills do I need to learn to become {to}?",
    ),
    (Field.THIS_WEEK, lambda guide: guide.this_week, "What should I do this week to become {to}?"),
    (Field.TIMELINE, lambda guide: guide.timeline, "How long does it take to become {to}?"),
    (
        Field.TRANSFERABLE_SKILLS,
        lambda guide: guide.transferable_skills,
        "Which of my skills carry over when I become {to}?",
    ),
    (Field.PHASES, lambda guide: guide.phases, "What are the phases on the way to becoming {to}?"),
    (
        Field.SALARY,
        lambda guide: guide.salary_change,
        "What happens to my salary if I become {to}?",
    ),
    (Field.RESOURCES, lambda guide: guide.skill_gaps, "Which books should I read to become {to}?"),
    (
        Field.CHALLENGES,
        lambda guide: guide.challenges,
        "What are the biggest challenges in becoming {to}?",
    ),
    (
        Field.THIS_MONTH,
        lambda guide: guide.this_month,
        "What should I do this month to become {to}?",
    ),
    (Field.LOVES, lambda guide: guide.loves, "What will I love about being {to}?"),
    (
        Field.HOURS,
        lambda guide: guide.study_hours,
        "How many hours a week do I need to become {to}?",
    ),
    (Field.MISSES, lambda guide: guide.misses, "What might I miss if I become {to}?"),
    (Field.DIFFICULTY, lambda guide: guide.difficulty, "How hard is it to become {to}?"),
    (
        Field.NEXT_90_DAYS,
        lambda guide: guide.next_90_days,
        "What should I do in the next 90 days to become {to}?",
    ),
    (Field.DEMAND, lambda guide: guide.demand, "Is there demand for {to}?"),
)


def follow_ups(
    guides: Sequence[Guide], asked: Collection[Field], said: Sequence[str]
) -> tuple[str, ...]:
    """Three questions the guides can answer, other ones each turn.

    Args:
        guides: the guides at hand, the most fitting first; questions go round them.
        asked: the fields just answered, which are left out.
        said: the person's questions so far, this one too; none is offered again.
    """
    if not guides:
        return ()
    before = {fold(text).strip() for text in said}
    offset = _STEP * max(len(said) - 1, 0)
    turned = [_QUESTIONS[(offset + index) % len(_QUESTIONS)] for index in range(len(_QUESTIONS))]
    found: list[str] = []
    for number, (field, value, wording) in enumerate(turned):
        guide = guides[number % len(guides)]
        text = wording.format(to=_article(guide.to_role))
        if field in asked or not value(guide) or fold(text) in before:
            continue
        found.append(text)
        if len(found) == _COUNT:
            break
    return tuple(found)
