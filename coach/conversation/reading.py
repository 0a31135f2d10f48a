"""Messages of a conversation as they are read, each read once."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from threading import Lock
from typing import TypeVar
from weakref import WeakKeyDictionary

from coach.conversation.phrases import ASKING_WHICH, OFFERING
from coach.conversation.profile import Told, told
from coach.conversation.values import Listed, Reply
from coach.domain import Guide, Section
from coach.terms import fold, words
from coach.understanding import Catalogue, Item, Understanding, understand

_MOST_KEPT = 1024
_BULLET = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+(?P<text>\S.*)$", re.MULTILINE)
_MARKER = re.compile(r"\s*\[\d+\]")
_EMPHASIS = re.compile(r"\*\*|__")
_BRIEF = 60
_LEAST_NAME = 3

K = TypeVar("K")
T = TypeVar("T")
_Key = tuple[str, tuple[str, ...]]


class _Kept:
    """What was read against one catalogue, the oldest dropped first."""

    def __init__(self) -> None:
        self.understood: dict[_Key, Understanding] = {}
        self.replies: dict[_Key, Reply] = {}
        self.told: dict[str, Told] = {}
        self.names: dict[str, set[str]] = {}


_kept: WeakKeyDictionary[Catalogue, _Kept] = WeakKeyDictionary()
_lock = Lock()


class Reader:
    """Reads the messages of conversations against one catalogue.

    Messages come again with every turn, so what was read is kept as long as the catalogue lives.
    """

    def __init__(self, catalogue: Catalogue, known: Callable[[str], bool]) -> None:
        self.catalogue = catalogue
        self.known = known
        with _lock:
            self._kept = _kept.setdefault(catalogue, _Kept())

    def understand(self, text: str, guides: Sequence[str]) -> Understanding:
        """A message of the person's, read with some guides in focus."""
        key = (text, tuple(guides))
        found = self._kept.understood.get(key)
        if found is None:
            found = understand(text, self.catalogue, self.known, focus=guides)
            _keep(self._kept.understood, key, found)
        return found

    def told(self, text: str) -> Told:
        """What a message of the person's tells about them."""
        found = self._kept.told.get(text)
        if found is None:
            found = told(text, self.catalogue, self.known)
            _keep(self._kept.told, text, found)
        return found

    def reply(self, text: str, guides: Sequence[str]) -> Reply:
        """A message of the coach's, given while some guides were in focus."""
        key = (text, tuple(guides))
        found = self._kept.replies.get(key)
        if found is None:
            found = self._read_reply(text, guides)
            _keep(self._kept.replies, key, found)
        return found

    def holders(self, text: str) -> tuple[str, ...]:
        """The guides that have an item of which the whole name of several words is said."""
        names = self._kept.names
        if not names:
            found: dict[str, set[str]] = {}
            for slug, guide in self.catalogue.guides.items():
                for item in all_items(guide):
                    parts = words(item.name)
                    if len(parts) > 1:
                        found.setdefault(f" {' '.join(parts)} ", set()).add(slug)
            names = self._kept.names = found
        said = f" {' '.join(words(text))} "
        longest = max((name for name in names if name in said), key=len, default="")
        return tuple(sorted(names.get(longest, ())))

    def _read_reply(self, text: str, guides: Sequence[str]) -> Reply:
        text = _MARKER.sub("", text).strip()
        bullets = [match["text"] for match in _BULLET.finditer(text)]
        opening = _BULLET.sub("", text).strip()
        named = moves_named(opening, self.catalogue)
        if not named and opening and len(opening.split()) <= _BRIEF:
            move = self.understand(opening, ()).move
            named = move.guides if len(move.guides) == 1 and not move.unknown_roles else ()
        about = guides if len(guides) == 1 else named
        guide = self.catalogue.guides[about[0]] if len(about) == 1 else None
        items = items_named(text, guide) if guide else ()
        listed = [self._entry(bullet, guide) for bullet in bullets]
        if len(listed) < 2 and len(items) > 1:
            listed = [Listed(text=item.name, item=item) for item in items]
        offer = OFFERING.search(text)
        return Reply(
            items=items,
            listed=tuple(listed),
            guides=named,
            asks_which=bool(ASKING_WHICH.search(opening)),
            offer=offer["offer"].strip() if offer and len(offer["offer"].split()) > 1 else "",
        )

    def _entry(self, bullet: str, guide: Guide | None) -> Listed:
        text = _EMPHASIS.sub("", bullet).strip().rstrip(".")
        moves = moves_named(text, self.catalogue)
        if moves:
            return Listed(text=text, guides=moves)
        items = items_named(text, guide) if guide else ()
        if items:
            return Listed(text=text, item=items[0])
        head = text.split(":")[0]
        targets = tuple(
            slug for slug, one in self.catalogue.guides.items() if fold(one.to_role) == fold(head)
        )
        return Listed(text=text, guides=targets)


def _keep(kept: dict[K, T], key: K, value: T) -> None:
    with _lock:
        while len(kept) >= _MOST_KEPT:
            del kept[next(iter(kept))]
        kept[key] = value


def moves_named(text: str, catalogue: Catalogue) -> tuple[str, ...]:
    """The guides whose move a text spells out: "Teacher to Instructional Designer"."""
    said = fold(_EMPHASIS.sub("", text))
    return tuple(
        slug
        for slug, guide in catalogue.guides.items()
        if re.search(rf"\b{re.escape(fold(f'{guide.from_role} to {guide.to_role}'))}\b", said)
    )


def items_named(text: str, guide: Guide) -> tuple[Item, ...]:
    """The guide's items whose whole name stands in a text, in the order of the text.

    Capitals count: "to lead without the title" is prose and not the phase of that name.
    """
    said = _EMPHASIS.sub("", text)
    found: list[tuple[int, int, Item]] = []
    for item in all_items(guide):
        name = item.name
        start = said.find(name)
        if start >= 0 and len(name) >= _LEAST_NAME:
            found.append((start, start + len(name), item))
    # A longer name wins over one that it holds, and the first of equal names over the others.
    found.sort(key=lambda entry: (entry[0], -entry[1]))
    kept: list[tuple[int, int, Item]] = []
    for start, end, item in found:
        if all(end <= other[0] or other[1] <= start for other in kept):
            kept.append((start, end, item))
    return tuple(item for _, _, item in kept)


def all_items(guide: Guide) -> list[Item]:
    """A guide's items: skills to learn, phases, skills that carry over, then resources."""
    found = []
    for section, names in (
        (Section.SKILL_GAP, [gap.name.value for gap in guide.skill_gaps]),
        (Section.PHASE, [phase.name.value for phase in guide.phases]),
        (Section.TRANSFERABLE_SKILL, [skill.name.value for skill in guide.transferable_skills]),
    ):
        found += [_item(guide, section, index, name) for index, name in enumerate(names)]
    held = [
        *((Section.SKILL_GAP, index, gap.resources) for index, gap in enumerate(guide.skill_gaps)),
        *((Section.PHASE, index, phase.resources) for index, phase in enumerate(guide.phases)),
    ]
    for section, index, resources in held:
        for resource in resources:
            item = _item(guide, section, index, resource.title)
            found.append(item.model_copy(update={"resource": resource.title}))
    return found


def _item(guide: Guide, section: Section, index: int, name: str) -> Item:
    return Item(guide=guide.slug, section=section, index=index, name=name, strength=1.0)
