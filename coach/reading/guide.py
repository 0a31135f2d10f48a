"""Our Markdown to a Guide, or to every problem that keeps it from being one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from coach.domain import (
    Guide,
    Phase,
    Priority,
    Question,
    Range,
    Resource,
    ResourceKind,
    SkillGap,
    Sourced,
    Statistic,
    StatisticKind,
    TransferableSkill,
)
from coach.errors import ReadingError
from coach.reading import front_matter
from coach.reading.figures import Unit, find_study_hours, parse_priority, parse_range
from coach.reading.front_matter import Fields, FrontMatter
from coach.reading.markdown import Heading, Piece
from coach.reading.parts import FORMAT, Labelled, Part, PartReader, folded, listed, tree
from coach.reading.problems import at_line, line_of
from coach.reading.prose import read_prose
from coach.reading.resources import read_line
from coach.reading.text import Text

T = TypeVar("T")

_GLANCE, _WAGES = "At a glance", "Wages and outlook"
_TELLING_KEYS = {"from_role", "to_role", "timeline_months", "salary_change"}
_TELLING_SECTIONS = {
    *("at a glance", "transferable skills", "skills to learn", "roadmap"),
    *("reality check", "action plan"),
}
# Each headline fact: its label in the body, its field of the Guide, of the front matter, its unit.
_HEADLINES: tuple[tuple[str, str, str, Unit | None], ...] = (
    ("Difficulty", "difficulty", "difficulty", None),
    ("Timeline", "timeline", "timeline_months", "month"),
    ("Salary change", "salary_change", "salary_change", "percent"),
    ("Demand", "demand", "demand", None),
)
_REALITY = {
    "What you'll love": "loves",
    "What you might miss": "misses",
    "Biggest challenges": "challenges",
}
_ACTIONS = {
    "This week": "this_week",
    "This month": "this_month",
    "Next 90 days": "next_90_days",
}
_STATISTICS = {folded(kind.value): kind for kind in StatisticKind}
_KINDS = {kind.value for kind in ResourceKind}
_PHASE = re.compile(r"Phase\s+([0-9]{1,4})\s*:\s*(?=\S)", re.IGNORECASE)


def is_guide(fields: Fields | None, text: Text, elements: Iterable[Heading | Piece]) -> bool:
    """Whether Markdown is meant as a guide: by its front matter, or by its sections."""
    if fields and _TELLING_KEYS & fields.values.keys():
        return True
    titles = {
        folded(text.text[element.start : element.end])
        for element in elements
        if isinstance(element, Heading)
    }
    return len(_TELLING_SECTIONS & titles) >= 3


def read_guide(
    text: Text, slug: str, fields: Fields | None, elements: Iterable[Heading | Piece]
) -> tuple[Guide | None, tuple[ReadingError, ...]]:
    """The Guide that Markdown of our format holds, or None and every problem, by line.

    Args:
        text: the whole file.
        slug: the guide's slug.
        fields: the file's front matter, from ``front_matter.find``.
        elements: what stands below it, from ``markdown.outline``.
    """
    problems: list[ReadingError] = []
    values = None
    if fields is None:
        problems.append(at_line(1, "The guide has no front matter.", f"Begin with it; {FORMAT}"))
    else:
        values, problems = front_matter.validate(fields)
    content = _Body(text, problems).read(tree(text, elements), values)
    if _stops_within_a_sentence(text.text):
        problem = "The guide breaks off within a sentence."
        problems.append(at_line(len(text.lines), problem, "Copy the whole file again."))
    if values is None or problems:
        return None, tuple(sorted(problems, key=lambda problem: line_of(problem) or 0))
    guide = Guide(
        slug=slug,
        from_role=values.from_role,
        to_role=values.to_role,
        from_aliases=values.aliases.from_,
        to_aliases=values.aliases.to,
        reviewed=values.reviewed,
        basis=values.basis,
        sources=values.sources,
        study_hours=_study_hours(text, fields.end if fields else 0, content["phases"]),
        **content,
    )
    return guide, ()


def _stops_within_a_sentence(text: str) -> bool:
    # An editor ends the last line, and an author the last sentence: a cut end has neither.
    last = text[-5:].rstrip("\"'”’)*_` ")
    return not text.endswith(("\n", "\r")) and not last.endswith((".", "!", "?", "…", "-->"))


def _study_hours(text: Text, body: int, phases: Sequence[Phase]) -> Sourced[Range] | None:
    tasks = [task.span for phase in phases for task in phase.tasks]
    for start, end in (*((span.start, span.end) for span in tasks), (body, len(text.text))):
        if found := find_study_hours(text.text[start:end]):
            hours, first, last = found
            return text.sourced(start + first, start + last, hours)
    return None


class _Body(PartReader):
    """The sections of one guide's body."""

    def read(self, whole: Part, values: FrontMatter | None) -> dict[str, Any]:
        """The Guide's fields that stand in the body; partial where there are problems."""
        content: dict[str, Any] = {"title": self._title(whole, values)}
        readers: dict[str, Callable[[Part], dict[str, Any]]] = {
            _GLANCE: lambda part: self._glance(part, values),
            "Overview": lambda part: {"overview": self._overview(part)},
            _WAGES: lambda part: {"statistics": self._statistics(part)},
            "Transferable skills": lambda part: {
                "transferable_skills": self._each(part, self._transferable_skill)
            },
            "Skills to learn": lambda part: {"skill_gaps": self._each(part, self._skill_gap)},
            "Roadmap": lambda part: {"phases": self._phases(part)},
            "Reality check": lambda part: self._lists(part, _REALITY),
            "Action plan": lambda part: self._lists(part, _ACTIONS),
            "Frequently asked questions": lambda part: {"faq": self._each(part, self._question)},
        }
        for name, part in self.sections(whole, tuple(readers), optional=(_WAGES,)).items():
            content |= readers[name](part)
        return content

    def _title(self, whole: Part, values: FrontMatter | None) -> Sourced[str] | None:
        titles = [part for part in whole.parts if part.level == 1]
        for part in (whole, *titles):
            self.nothing_but(part)
        for part in titles[1:]:
            self.report(part.start, "The guide has a second title.", "Keep one line with one `#`.")
        if not titles:
            position = whole.parts[0].start if whole.parts else whole.end
            self.report(position, "The guide has no title.", "Put `# ` and its title at the top.")
            return None
        title = self.title(titles[0])
        if values and title.value != " ".join(values.title.split()):
            self.report(
                titles[0].start,
                "The title differs from `title` in the front matter.",
                "Make the two the same.",
            )
        return title

    def _glance(self, part: Part, values: FrontMatter | None) -> dict[str, Any]:
        facts: dict[str, Any] = {}
        lines = self.labels(part, [label for label, *_ in _HEADLINES])
        for label, name, key, unit in _HEADLINES:
            if label not in lines:
                continue
            line = lines[label]
            words = self.words(line.start, line.end)
            value = parse_range(words.value, unit) if unit else words.value
            if value is None or (values and value != getattr(values, key)):
                self.report(
                    line.start,
                    f"`{label}: {words.value[:60]}` differs from `{key}` in the front matter.",
                    "Say the same in both: answers quote this line.",
                )
            facts[name] = self.text.sourced(line.start, line.end, value)
        return facts

    def _overview(self, part: Part) -> tuple[Sourced[str], ...]:
        if not part.pieces:
            self.prose(part)
        self.no_parts(part)
        return tuple(self.words(piece.start, piece.end) for piece in part.pieces)

    def _statistics(self, part: Part) -> tuple[Statistic, ...]:
        self.nothing_but(part)
        found: dict[StatisticKind, Statistic] = {}
        for lower in self.named(part, ("Wages", "Outlook"), optional=("Wages", "Outlook")).values():
            self.nothing_but(lower, "list", "paragraph")
            self.no_parts(lower)
            for line in (line for piece in lower.pieces for line in self.labelled(piece)):
                kind = _STATISTICS.get(folded(line.label))
                if kind is None or kind in found or line.start == line.end:
                    self.report(
                        line.item[0],
                        f"`{line.label}` is no label of a statistic, stands here twice, "
                        "or has no figure.",
                        f"Give each once, as `Label: figure`: {listed(StatisticKind)}.",
                    )
                else:
                    found[kind] = Statistic(kind=kind, value=self.words(line.start, line.end))
        return tuple(found.values())

    def _transferable_skill(self, part: Part) -> TransferableSkill | None:
        use = self.prose(part)
        return TransferableSkill(name=self.title(part), use=use) if use else None

    def _skill_gap(self, part: Part) -> SkillGap | None:
        self.no_parts(part)
        self.nothing_but(part, "list", "paragraph")
        resources: list[Resource] = []
        facts: dict[str, Labelled] = {}
        for line in (line for piece in part.pieces for line in self.labelled(piece)):
            if folded(line.label) in ("priority", "weeks"):
                facts[folded(line.label)] = line
            else:
                resources += self._resource(line)
        priority = self._priority(part, facts.get("priority"))
        weeks = self._weeks(part, facts.get("weeks"))
        how = self._how(part)
        if not (priority and weeks and how):
            return None
        # Without a list of resources, those that the text names are the resources.
        named = resources or read_prose(self.text, how.span.start, how.span.end)
        return SkillGap(
            name=self.title(part), priority=priority, weeks=weeks, how=how, resources=tuple(named)
        )

    def _how(self, part: Part) -> Sourced[str] | None:
        places = [place for place, piece in enumerate(part.pieces) if piece.kind == "paragraph"]
        if not places:
            self.report(
                part.start, f"How to learn `{part.title}` is missing.", "Write it in a sentence."
            )
            return None
        first, last = places[0], places[-1]
        if last - first + 1 > len(places):
            self.report(
                part.pieces[last].start,
                f"The text of `{part.title}` is interrupted by a list.",
                "Put its paragraphs together, before the resources.",
            )
        return self.words(part.pieces[first].start, part.pieces[last].end)

    def _phases(self, part: Part) -> tuple[Phase, ...]:
        self._next_phase = 1
        return self._each(part, self._phase)

    def _phase(self, part: Part) -> Phase | None:
        self.nothing_but(part, "list")
        number = self._next_phase
        self._next_phase += 1
        heading = _PHASE.match(self.text.text, part.start, part.end)
        if heading is None or int(heading[1]) != number:
            self.report(
                part.start,
                f"`{part.title}` should be phase {number}.",
                f"Write it as `Phase {number}: Name`, phases counted from 1.",
            )
        lines = self.labels(part, ("Weeks",))
        weeks = self._weeks(part, lines.get("Weeks")) if "Weeks" in lines else None
        parts = self.named(part, ("Tasks", "Resources"), optional=("Resources",))
        tasks = self.items(parts["Tasks"]) if "Tasks" in parts else ()
        resources: list[Resource] = []
        if "Resources" in parts:
            self.items(parts["Resources"])
            for piece in parts["Resources"].pieces:
                for line in self.labelled(piece):
                    resources += self._resource(line)
        if heading is None or weeks is None:
            return None
        return Phase(
            number=number,
            name=self.text.sourced(heading.end(), part.end),
            weeks=weeks,
            tasks=tasks,
            resources=tuple(resources),
        )

    def _resource(self, line: Labelled) -> list[Resource]:
        resource = None
        if folded(line.label) in _KINDS:
            resource = read_line(self.text, *line.item)
        if resource is None:
            self.report(
                line.item[0],
                f"`{self.text.text[slice(*line.item)][:60]}` is not a resource.",
                f"Write it as `Kind: 'Title' by Author (Provider)`; kinds are {listed(_KINDS)}.",
            )
        return [] if resource is None else [resource]

    def _weeks(self, part: Part, line: Labelled | None) -> Sourced[Range] | None:
        words = self.text.text[line.start : line.end] if line else ""
        weeks = parse_range(words, "week")
        if line is None or weeks is None or weeks.low <= 0:
            self.report(
                line.item[0] if line else part.start,
                f"`Weeks: {words[:60]}` of `{part.title}` is not a number of weeks.",
                "Write `- Weeks: ` and a number or a range, such as 6 or 6-8.",
            )
            return None
        return self.text.sourced(line.start, line.end, weeks)

    def _priority(self, part: Part, line: Labelled | None) -> Sourced[Priority] | None:
        words = self.text.text[line.start : line.end] if line else ""
        priority = parse_priority(words)
        if line is None or priority is None:
            self.report(
                line.item[0] if line else part.start,
                f"`Priority: {words[:60]}` of `{part.title}` is not a priority.",
                "Write `- Priority: ` and Critical, Important or Nice to have.",
            )
            return None
        return self.text.sourced(line.start, line.end, priority)

    def _lists(self, part: Part, fields: dict[str, str]) -> dict[str, Any]:
        self.nothing_but(part)
        parts = self.named(part, tuple(fields))
        return {fields[name]: self.items(lower) for name, lower in parts.items()}

    def _question(self, part: Part) -> Question | None:
        answer = self.prose(part)
        return Question(question=self.title(part), answer=answer) if answer else None

    def _each(self, part: Part, read: Callable[[Part], T | None]) -> tuple[T, ...]:
        """What is read from each heading of a section that must have some."""
        self.nothing_but(part)
        if not part.parts:
            self.report(
                part.start,
                f"There is nothing under `{part.title}`.",
                f"Write each entry under a heading with `###`; {FORMAT}",
            )
        return tuple(value for value in map(read, part.parts) if value is not None)
