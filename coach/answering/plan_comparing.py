"""Two moves set side by side by the plans that they take."""

from __future__ import annotations

from typing import TypeVar

from coach.answering.draft import Draft, figures, joined, percent
from coach.answering.headlines import move_of
from coach.answering.material import Composition, Material
from coach.answering.plan_confirming import confirm
from coach.answering.plan_told import told
from coach.answering.plan_wording import between, day_of, weeks_of
from coach.domain import Coverage, CoverageStatus, Guide, Span
from coach.planning.comparing import Side, compare
from coach.planning.skills import shared

T = TypeVar("T")


def compose_comparison(material: Material, first: Guide, second: Guide) -> Composition:
    """The answer that compares two moves for one person, who told their hours.

    Raises:
        PlanError: one of them cannot be planned.
    """
    own, others = told(material, first), told(material, second)
    assert own.preferences is not None  # a comparison is wanted only with hours
    assert others.preferences is not None
    preferences = own.preferences.model_copy(
        update={
            "held": _both(own.preferences.held, others.preferences.held),
            "finished": _both(own.preferences.finished, others.preferences.finished),
        }
    )
    common = shared(first, second, material.encoder)
    both = compare(first, second, preferences, common)
    draft = Draft(material.passages_of)
    untaught = tuple(one for one in own.untaught if one in others.untaught)
    confirm(draft, own.model_copy(update={"preferences": preferences, "untaught": untaught}))
    guides = {first.slug: first, second.slug: second}
    sides = sorted((both.first, both.second), key=lambda side: side.planned)
    apart = (sides[1].planned - sides[0].planned).days
    leader = move_of(guides[sides[0].guide])
    markers = "".join(draft.cite(side.guide, effort_of(guides[side.guide])) for side in sides)
    if apart:
        draft.add_derived(f"**{leader}** is done {weeks_of(apart)} sooner. {markers}")
    else:
        draft.add(f"Both are done on the same day. {markers}")
    for side in sides:
        _add_side(draft, side, guides[side.guide])
    if common:
        draft.add("Both ask for this:")
    for gap in first.skill_gaps:
        if gap.name.value in common:
            draft.add(f"- {gap.name.value} {draft.cite(first.slug, [gap.name.span])}")
    coverage = Coverage(status=CoverageStatus.COVERED)
    return Composition(
        draft.text,
        False,
        coverage,
        draft.citations,
        tuple(f"Make me a plan for {move_of(guide)}." for guide in guides.values()),
        None,
        derived=tuple(draft.derived),
        as_it_is=True,
    )


def _both(ones: tuple[T, ...], others: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(dict.fromkeys((*ones, *others)))


def _add_side(draft: Draft, side: Side, guide: Guide) -> None:
    move = move_of(guide)
    draft.add_derived(
        f"- {move}: {figures(side.hours)} hours of work, done about "
        f"{day_of(side.planned)}{between(side.early, side.late)}. "
        f"{draft.cite(guide.slug, effort_of(guide))}"
    )
    if side.salary_change is not None and guide.salary_change is not None:
        marker = draft.cite(guide.slug, [guide.salary_change.span])
        change = percent(side.salary_change)
        draft.add(f"- The guide puts the salary change of {move} at {change}. {marker}")
    gaps = [gap for gap in guide.skill_gaps if gap.name.value in side.missing]
    if gaps:
        names = joined([gap.name.value for gap in gaps])
        markers = draft.cite(guide.slug, [gap.name.span for gap in gaps])
        draft.add(f"- Only {move} asks for {names}. {markers}")


def effort_of(guide: Guide) -> list[Span]:
    """The places that the effort of a move is worked out from."""
    pace = [guide.study_hours.span] if guide.study_hours else []
    return [*(phase.weeks.span for phase in guide.phases), *pace]
