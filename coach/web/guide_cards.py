"""Guides as HTML: a card each, escaped as in ``coach.web.rendering``."""

from __future__ import annotations

from collections.abc import Iterable

from coach.domain import Guide, Range
from coach.web.rendering import escape


def render_guides(guides: Iterable[Guide]) -> str:
    """Render the guides as cards: the move, its main figures and what the guide covers."""
    cards = "".join(_card(guide) for guide in guides)
    return f'<div class="guides">{cards}</div>' if cards else '<p class="quiet">No guides yet.</p>'


def _card(guide: Guide) -> str:
    facts = [
        fact
        for fact in (
            guide.difficulty and guide.difficulty.value,
            guide.timeline and f"{figures(guide.timeline.value)} months",
        )
        if fact
    ]
    covered = "".join(f"<li>{escape(section)}</li>" for section in covers(guide))
    return (
        '<details class="guide" name="guide"><summary>'
        f'<span class="guide-move">{escape(guide.from_role)} '
        f'<span class="arrow" aria-label="to">→</span> {escape(guide.to_role)}</span>'
        f'<span class="guide-facts">{escape(" · ".join(facts))}</span></summary>'
        f'<ul class="covers">{covered}</ul>'
        f'<button type="button" class="quiet-button" data-event="select" '
        f'data-value="{escape(guide.slug)}">Ask about this move</button></details>'
    )


def figures(value: Range) -> str:
    """Return a figure or range as people write it: ``18–24``, ``1.5``."""
    return f"{value.low:g}" if value.low == value.high else f"{value.low:g}–{value.high:g}"


def covers(guide: Guide) -> tuple[str, ...]:
    """Name what a guide has to say, in a reader's words, in the guide's order."""
    counted = (
        ("skill you bring along", "skills you bring along", len(guide.transferable_skills)),
        ("skill to learn", "skills to learn", len(guide.skill_gaps)),
        ("phase of a roadmap", "phases of a roadmap", len(guide.phases)),
    )
    found = [
        ("Pay and outlook", bool(guide.salary_change or guide.statistics)),
        *((f"{count} {one if count == 1 else many}", bool(count)) for one, many, count in counted),
        ("What it is really like", bool(guide.loves or guide.misses or guide.challenges)),
        ("First steps", bool(guide.this_week or guide.this_month or guide.next_90_days)),
        ("Common questions", bool(guide.faq)),
    ]
    return tuple(name for name, there in found if there)
