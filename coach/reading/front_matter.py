"""The front matter of a guide: its fields, their JSON Schema, and its errors with their lines.

Every value is read as the text that stands there: ``NO`` stays a word and ``18-24`` a range,
whatever YAML's own rules make of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

import yaml
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import ErrorDetails

from coach.domain import Range, Source, Value
from coach.errors import ReadingError
from coach.reading.figures import Unit, parse_range
from coach.reading.problems import at_line
from coach.reading.text import Text

_OPEN = re.compile(r"---[ \t]*(?:\r\n?|\n)")
_CLOSE = re.compile(r"(?<![^\r\n])(?:---|\.\.\.)[ \t]*(?:\r\n?|\n|\Z)")
_FORMAT = "knowledge/README.md shows the format."
_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
Path = tuple[str | int, ...]


def _figure(unit: Unit, example: str) -> BeforeValidator:
    def validate(value: object) -> Range:
        found = parse_range(value, unit) if isinstance(value, str) else None
        if found is None:
            raise ValueError(f"must be a number or a range, such as {example}")
        return found

    return BeforeValidator(validate)


def _day(value: str) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise ValueError("must be a day, such as 2026-11-22") from None


def _with_web_addresses(sources: tuple[Source, ...]) -> tuple[Source, ...]:
    # Addresses become links on a page, so nothing but a web address may stand there.
    for source in sources:
        if source.url is not None and not re.fullmatch(r"https?://\S+", source.url):
            raise ValueError("must have web addresses, such as https://www.bls.gov/oes/")
    return sources


Line = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True, pattern=r"^[^\r\n]+$")]


class Aliases(Value):
    """Other names people use for the two roles, abbreviations included."""

    from_: tuple[Line, ...] = Field(default=(), alias="from")
    to: tuple[Line, ...] = ()


class FrontMatter(Value):
    """The fields between the two lines of dashes at the top of a guide."""

    title: Line
    from_role: Line
    to_role: Line
    aliases: Aliases = Aliases()
    difficulty: Literal["Easy", "Medium", "Hard"]
    timeline_months: Annotated[
        Range,
        _figure("month", "18 or 18-24"),
        WithJsonSchema({"type": ["number", "string"], "description": "A number or a range."}),
    ]
    salary_change: Annotated[
        Range,
        _figure("percent", '"+28.8%"'),
        WithJsonSchema(
            {"type": "string", "description": "Percent, a number or a range, with its sign."}
        ),
    ]
    demand: Line
    reviewed: Annotated[Line, AfterValidator(_day), Field(json_schema_extra={"format": "date"})]
    basis: Line
    sources: Annotated[tuple[Source, ...], Field(min_length=1), AfterValidator(_with_web_addresses)]


KEYS = tuple(FrontMatter.model_fields)


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a guide's front matter."""
    return FrontMatter.model_json_schema()


@dataclass(frozen=True)
class Fields:
    """The front matter of a Markdown file, of a guide or not.

    Attributes:
        values: what stands under each key; every leaf is text.
        lines: the line of each key and entry, by its path.
        repeated: the keys given a second time, with that line.
        end: where the text after the front matter starts.
        broken: why it cannot be parsed, where it cannot; ``values`` is empty then.
    """

    values: dict[str, Any]
    lines: dict[Path, int]
    repeated: tuple[tuple[str, int], ...]
    end: int
    broken: ReadingError | None = None

    def line(self, path: Path) -> int:
        """The line of a field, or of what should hold it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def find(text: Text) -> Fields | None:
    """The front matter at the top of a text, None if there is none.

    Raises:
        ReadingError: it is a guide's and never closed.
    """
    opening = _OPEN.match(text.text)
    if not opening:
        return None
    start = opening.end()
    closing = _CLOSE.search(text.text, start)
    if closing is None:
        if re.search(rf"(?<![^\r\n])(?:{'|'.join(KEYS[1:])})[ \t]*:", text.text):
            raise at_line(1, "The front matter does not end.", "Close it with a line of ---.")
        return None
    block = text.text[start : closing.start()]
    # A rule and a blank line open a text between two rules, unless it begins as fields do.
    if re.match(r"[ \t]*[\r\n]", block) and not re.match(r"\s*[\w-]+:\s", block):
        return None
    lines: dict[Path, int] = {}
    repeated: list[tuple[str, int]] = []

    def walk(node: yaml.Node, path: Path) -> None:
        if isinstance(node, yaml.SequenceNode):
            entries = [((*path, place), entry, entry) for place, entry in enumerate(node.value)]
        elif isinstance(node, yaml.MappingNode):
            entries = [((*path, str(key.value)), key, entry) for key, entry in node.value]
        else:
            return
        for place, mark, entry in entries:
            line = text.line(start + mark.start_mark.index)
            if place in lines:
                repeated.append((str(place[-1]), line))
            lines[place] = line
            # The format is three levels deep; what is deeper is a problem of its third level.
            if len(place) < 3:
                walk(entry, place)

    try:
        loader = _Loader(block)
        node = loader.get_single_node()
        values = {} if node is None else loader.construct_document(node)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return Fields({}, {}, (), closing.end(), _broken(error, text, start))
    if not isinstance(values, dict):
        problem = "The front matter is not YAML with a `key: value` on each line."
        return Fields({}, {}, (), closing.end(), at_line(2, problem, f"Correct it; {_FORMAT}"))
    if node is not None:
        walk(node, ())
    return Fields(values, lines, tuple(repeated), closing.end())


def _broken(error: Exception, text: Text, start: int) -> ReadingError:
    problem = getattr(error, "problem", None) or "it cannot be parsed"
    mark = getattr(error, "problem_mark", None)
    # A quote or bracket that is never closed is reported where it opens.
    if "end of" in problem or "or ']'" in problem or "or '}'" in problem:
        mark = getattr(error, "context_mark", None) or mark
    position = min(start + mark.index, len(text.text)) if mark else start
    return at_line(
        text.line(position),
        f"The front matter is not YAML: {problem}.",
        "Put a value that holds a colon, quote or bracket in quotes, and close every quote.",
    )


def validate(fields: Fields) -> tuple[FrontMatter | None, list[ReadingError]]:
    """The front matter of a guide, or every problem with it."""
    if fields.broken:
        return None, [fields.broken]
    problems = [
        at_line(line, f"The front matter has `{key}` twice.", "Keep one of them.")
        for key, line in fields.repeated
    ]
    front_matter = None
    try:
        front_matter = FrontMatter.model_validate(fields.values)
    except ValidationError as error:
        problems += [_explain(details, fields) for details in error.errors()]
    return front_matter, problems


def _explain(details: ErrorDetails, fields: Fields) -> ReadingError:
    path = tuple(details["loc"])
    name = ".".join(str(part + 1) if isinstance(part, int) else part for part in path)
    context = details.get("ctx", {})
    remedy = f"Correct it; {_FORMAT}"
    match details["type"]:
        case "missing":
            problem, remedy = f"The front matter lacks `{name}`.", f"Add it; {_FORMAT}"
        case "extra_forbidden":
            problem = f"The front matter has no field `{name}`."
            remedy = f"Correct its name or remove it; the fields are {', '.join(KEYS)}."
        case "literal_error":
            problem = f"`{name}` must be {context['expected']}, not {str(details['input'])[:40]!r}."
        case "value_error":
            problem = f"`{name}` {context['error']}."
        case "string_too_short" | "too_short":
            problem, remedy = f"`{name}` is empty.", f"Fill it in; {_FORMAT}"
        case "tuple_type":
            problem = f"`{name}` must be a list."
        case "string_type" | "string_pattern_mismatch":
            problem = f"`{name}` must be one line of text."
        case _:
            problem = f"`{name}` must have named fields of its own."
    return at_line(fields.line(path), problem, remedy)
