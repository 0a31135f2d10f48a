"""Run the check of sentences over the labelled ones and say how often it is right.

    python -m evals.score_checks [--data DIR] [--set dev|heldout] [--list-errors] [--json]

``evals/labels/README.md`` tells what the labels are and what they do not show.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from coach.coverage import rarity_in
from coach.domain import CheckStatus, Passage, Section, Value
from coach.encoder import Encoder, load_encoder
from coach.index import KnowledgeIndex, Snapshot
from coach.ingestion import sync
from coach.settings import DEFAULT_ENCODER

_LABELS = Path(__file__).parent / "labels"
SETS = {"dev": _LABELS / "sentences.jsonl", "heldout": _LABELS / "heldout.jsonl"}
KNOWLEDGE = Path(__file__).parents[1] / "knowledge"


class Kind(StrEnum):
    """What a sentence is, against the passages it cites."""

    SUPPORTED = "supported"
    GENERAL = "general"
    WRONG_NUMBER = "wrong number"
    WRONG_NAME = "wrong name"
    SWAPPED_SKILL = "swapped skill"
    WRONG_GUIDE = "wrong guide"
    NEGATED = "negated"
    OVER_CLAIMED = "over-claimed"
    UNCITED = "uncited"


class Place(Value):
    """Where a passage stands; ``heading`` is the last of its heading path."""

    guide: str
    section: Section
    heading: str


class Label(Value):
    """A sentence with the passages it was written for, and whether a person may see it.

    ``guide`` is the slug of the guide in focus; ``passages`` are numbered from 1; ``note`` says
    what is wrong, and is empty where nothing is.
    """

    id: str
    group: str
    question: str
    guide: str
    passages: tuple[Place, ...]
    sentence: str
    kind: Kind
    shown: bool
    note: str


class Judged(NamedTuple):
    """A label, whether the check failed the sentence, and the reason it gave."""

    label: Label
    failed: bool
    reason: str

    @property
    def wrong(self) -> bool:
        """Whether the check failed what may be shown, or passed what may not."""
        return self.failed == self.label.shown


class Rate(NamedTuple):
    """A share: ``part`` of ``whole``."""

    part: int
    whole: int

    @property
    def share(self) -> float | None:
        """The share in [0, 1]; None of nothing."""
        return self.part / self.whole if self.whole else None

    def __str__(self) -> str:
        return f"{self.part / self.whole:.3f} ({self.part}/{self.whole})" if self.whole else "n/a"


def load_labels(path: Path) -> tuple[Label, ...]:
    """The labels of a file, one JSON object a line.

    Raises:
        pydantic.ValidationError: a line is no label.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(Label.model_validate_json(line) for line in lines)


def passages_of(
    label: Label, guide_passages: Callable[[str], Sequence[Passage]]
) -> tuple[Passage, ...]:
    """The passages given with a sentence, in its order.

    Where a long passage was cut, its pieces share a heading, and the first is meant.

    Args:
        label: the sentence.
        guide_passages: the passages of a guide, by slug, in reading order.

    Raises:
        LookupError: a guide has no such passage.
    """
    return tuple(_passage_at(place, guide_passages(place.guide)) for place in label.passages)


def _passage_at(place: Place, passages: Sequence[Passage]) -> Passage:
    for passage in passages:
        if passage.section is place.section and passage.headings[-1] == place.heading:
            return passage
    raise LookupError(f"{place.guide} has no passage '{place.heading}' ({place.section}).")


def judge(labels: Iterable[Label], snapshot: Snapshot) -> list[Judged]:
    """Check each sentence against the passages it was written for.

    Raises:
        LookupError: the index lacks a passage or a guide.
    """
    from coach.answering.checking import Evidence, check_sentence

    rarity = rarity_in(lambda part: snapshot.document_frequencies((part,))[part], snapshot.size)
    judged = []
    for label in labels:
        evidence = Evidence(
            passages=passages_of(label, snapshot.guide_passages),
            said=label.question,
            guide=snapshot.guides[label.guide],
            guides=snapshot.guides,
            rarity=rarity,
        )
        check = check_sentence(label.sentence, evidence)
        judged.append(Judged(label, check.status is CheckStatus.FAILED, check.reason))
    return judged


def failed_rate(judged: Iterable[Judged], kind: Kind) -> Rate:
    """How many sentences of a kind the check failed: its recall, for kinds not to be shown."""
    failed = [one.failed for one in judged if one.label.kind is kind]
    return Rate(sum(failed), len(failed))


def kept_rate(judged: Iterable[Judged], kind: Kind) -> Rate:
    """How many sentences of a kind the check lets through."""
    failed = failed_rate(judged, kind)
    return Rate(failed.whole - failed.part, failed.whole)


def precision(judged: Iterable[Judged]) -> Rate:
    """How many of the sentences that failed were not to be shown."""
    rightly = [not one.label.shown for one in judged if one.failed]
    return Rate(sum(rightly), len(rightly))


def figures_of(judged: Sequence[Judged]) -> dict[str, Rate]:
    """All figures by name, in the order they are printed; a kind without sentences has none."""
    kinds = {one.label.kind: one.label.shown for one in judged}
    rates = {
        f"{kind} {'kept' if kinds[kind] else 'found'}": (
            kept_rate(judged, kind) if kinds[kind] else failed_rate(judged, kind)
        )
        for kind in Kind
        if kind in kinds
    }
    return rates | {"precision of failed": precision(judged)}


def error_lines(judged: Iterable[Judged]) -> list[str]:
    """Each sentence that was judged wrongly, with its label and the check's reason."""
    lines: list[str] = []
    for one in judged:
        if one.wrong:
            label = one.label
            lines += ["", f"== {label.id} [{label.kind}] {'failed' if one.failed else 'passed'}"]
            lines += [f"   {label.sentence}"]
            lines += [f"   label: {label.note}"] if label.note else []
            lines += [f"   check: {one.reason}"]
    return lines


def as_json(rates: dict[str, Rate]) -> str:
    """The figures as one JSON object: name to part, whole and share (null of nothing)."""
    return json.dumps(
        {
            name: {"part": rate.part, "whole": rate.whole, "share": rate.share}
            for name, rate in rates.items()
        }
    )


def build_index(folder: Path, encoder: Encoder) -> None:
    """Index the guides of the repository into a folder."""
    report = sync([KNOWLEDGE], folder=folder, encoder=lambda: encoder, encoder_id=encoder.id)
    if report.problems:
        raise SystemExit("\n".join(str(problem) for problem in report.problems))


def judge_in(folder: Path, encoder: Encoder, labels: Sequence[Label]) -> list[Judged]:
    """Check sentences against the index of a data folder."""
    index = KnowledgeIndex.open(folder, encoder_id=encoder.id, dimensions=encoder.dimensions)
    try:
        with index.snapshot() as snapshot:
            return judge(labels, snapshot)
    finally:
        index.close()


def main(arguments: Sequence[str] | None = None) -> None:
    """Judge the sentences and print the figures.

    Raises:
        SystemExit: the mistakes of the held-out set were asked for.
    """
    parser = argparse.ArgumentParser(description="Score the check of single sentences.")
    parser.add_argument("--data", type=Path, help="folder of an index of knowledge/")
    parser.add_argument("--set", choices=SETS, default="dev")
    parser.add_argument("--list-errors", action="store_true", help="print what was judged wrongly")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args(arguments)
    if options.list_errors and options.set == "heldout":
        parser.error("The held-out set is for figures only; list the errors of --set dev.")
    if options.list_errors and options.json:
        parser.error("Choose one of --list-errors and --json.")
    labels = load_labels(SETS[options.set])
    encoder = load_encoder(DEFAULT_ENCODER, None)
    if options.data:
        judged = judge_in(options.data, encoder, labels)
    else:
        with tempfile.TemporaryDirectory(prefix="pathway-coach-") as made:
            build_index(Path(made), encoder)
            judged = judge_in(Path(made), encoder, labels)
    rates = figures_of(judged)
    if options.json:
        sys.stdout.write(as_json(rates) + "\n")
        return
    lines = [f"{len(labels)} sentences of the {options.set} set"]
    lines += error_lines(judged) if options.list_errors else []
    lines += ["", *(f"{name:25} {rate}" for name, rate in rates.items())]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
