"""A guide's Markdown cut at its headings, read without the package so that tests stand apart."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"

HEADING = re.compile(r"(#{1,6}) (.+)")
RESOURCE_LINE = re.compile(
    r"- (?P<kind>Course|Book|Platform|Conference|Network|Certification|Article|Tool): "
    r"'(?P<title>\S|\S.*?\S)'(?: by (?P<author>[^():]+?))?(?: \((?P<provider>[^()]+)\))?"
    r"(?:: (?P<note>\S.*))?"
)


def guide_paths() -> list[Path]:
    """Every guide of the repository, in name order."""
    return sorted(path for path in KNOWLEDGE.glob("*.md") if path.name != "README.md")


def front_matter_and_body(text: str) -> tuple[dict[str, Any], str]:
    """The front matter as YAML reads it, and the Markdown after it."""
    _, front_matter, body = text.split("---\n", 2)
    return yaml.safe_load(front_matter), body


def outline(body: str) -> dict[str, str]:
    """The text that stands directly under each heading, by heading path ("Roadmap > Phase 1").

    The title's own heading is left out of the paths; the text under a deeper heading is not part
    of the heading above it. Paths come in the order of the file, and none may occur twice.
    """
    texts: dict[str, str] = {"": ""}
    path: list[str] = []
    for line in body.splitlines():
        if heading := HEADING.fullmatch(line):
            depth = len(heading[1]) - 2
            path = [*path[: max(depth, 0)], heading[2]] if depth >= 0 else []
            key = " > ".join(path)
            assert not path or key not in texts, f"the heading {key!r} occurs twice"
            texts.setdefault(key, "")
        else:
            texts[" > ".join(path)] += line + "\n"
    return texts


def children(texts: dict[str, str], path: str) -> list[str]:
    """The names of the headings one level below ``path``, in the order of the file."""
    below = (key.removeprefix(f"{path} > ") for key in texts if key.startswith(f"{path} > "))
    return [name for name in below if " > " not in name]


def items(text: str) -> list[str]:
    """The list items of a text, each without its bullet."""
    return [line.removeprefix("- ") for line in text.splitlines() if line.startswith("- ")]
