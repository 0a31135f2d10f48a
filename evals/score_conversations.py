"""Ask the turns of ``cases/conversations.jsonl`` three ways and compare what is found.

    python -m evals.score_conversations [--data DIR] [--split dev|test|all] [--list-errors]

*raw* is the last turn alone, *rewrite* the standalone question that somebody wrote for it by hand,
and *resolved* the last turn with its history. Turns that depend on their history show how much of
the gap between raw and rewrite the history closes; standalone turns, whether it does them harm.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evals.score_questions import Case, is_dev

if TYPE_CHECKING:
    from coach.coach import Coach

CASES_FILE = Path(__file__).parent / "cases" / "conversations.jsonl"
STANDALONE = "standalone"
KINDS = (
    "pronoun",
    "ellipsis",
    "next",
    "why",
    "offer-accepted",
    "other-one",
    "ordinal",
    "subject-change",
    "guide-change",
    "compare",
    "correction",
    "profile",
    "ask-back",
    STANDALONE,
    "unanswerable",
    "small-talk",
)
WAYS = ("raw", "rewrite", "resolved")
DEPTH = 10
DEPENDENT_TARGET = 0.4
STANDALONE_TARGET = 0.98

Place = tuple[str, str]


@dataclass(frozen=True)
class Reply:
    """What came back: the answer's text, where its hits stand, best first, and whether it refused.

    A place is a guide's slug and a section; ``error`` is why there is no answer.
    """

    text: str
    places: tuple[Place, ...]
    refused: bool
    error: str = ""


@dataclass(frozen=True)
class Score:
    """One reply scored; a figure that does not apply to the case is None.

    Attributes:
        ndcg: nDCG@10 of the sections among the hits.
        vital: the part of the vital nuggets that the answer holds.
        right_guide: 1 if the first hit is from a guide of the gold, else 0.
        refused: 1 if the answer says that it does not give what was asked for, else 0.
    """

    ndcg: float | None
    vital: float | None
    right_guide: float | None
    refused: float


@dataclass(frozen=True)
class Scored:
    """A case with its replies and their scores, each by way."""

    case: Case
    replies: dict[str, Reply]
    scores: dict[str, Score]


def kind_of(case: Case) -> str:
    """The kind of a turn, which is one of its tags."""
    return next(kind for kind in KINDS if kind in case["tags"])


def ask(cases: Sequence[Case], coach: Coach) -> dict[str, list[Reply]]:
    """The replies to all cases, by way, in the order of the cases."""
    return {way: [_reply(case, way, coach) for case in cases] for way in WAYS}


def _reply(case: Case, way: str, coach: Coach) -> Reply:
    from coach.domain import Message, Turn
    from coach.errors import CoachError

    turn = Turn(
        question=case["rewrite"] if way == "rewrite" else case["question"],
        history=tuple(Message(**message) for message in case["history"])
        if way == "resolved"
        else (),
        guide=case["guide"],
    )
    try:
        answer = asyncio.run(coach.answer(turn))
    except CoachError as error:
        return Reply("", (), False, str(error))
    places = tuple((hit.passage.guide or "", hit.passage.section.value) for hit in answer.hits)
    return Reply(answer.text, places, answer.refused)


def run_of(places: Iterable[Place]) -> dict[str, float]:
    """The sections found, best first, as a run: a section counts where it stands first."""
    names = list(dict.fromkeys("/".join(place) for place in places))
    return {name: float(len(names) - rank) for rank, name in enumerate(names)}


def ndcg(gold: Sequence[dict[str, Any]], places: Sequence[Place]) -> float | None:
    """nDCG@10 of the sections found; None without gold, 0 where nothing was found."""
    import ir_measures

    judged = {f"{entry['source']}/{entry['section']}": int(entry["grade"]) for entry in gold}
    if not judged:
        return None
    measure = ir_measures.nDCG @ DEPTH
    figures = ir_measures.calc_aggregate([measure], {"turn": judged}, {"turn": run_of(places)})
    return float(figures[measure])


def score(case: Case, reply: Reply) -> Score:
    """Score one reply to one case."""
    vital = [nugget for nugget in case["nuggets"] if nugget["importance"] == "vital"]
    found = [nugget for nugget in vital if re.search(nugget["pattern"], reply.text, re.I)]
    guides = {entry["source"] for entry in case["gold"]}
    first = reply.places[0][0] if reply.places else None
    return Score(
        ndcg=ndcg(case["gold"], reply.places),
        vital=len(found) / len(vital) if vital else None,
        right_guide=float(first in guides) if guides else None,
        refused=float(reply.refused),
    )


def scored(cases: Sequence[Case], replies: dict[str, list[Reply]]) -> list[Scored]:
    """Each case with its replies and scores."""
    together = []
    for number, case in enumerate(cases):
        of_case = {way: replies[way][number] for way in WAYS}
        scores = {way: score(case, reply) for way, reply in of_case.items()}
        together.append(Scored(case, of_case, scores))
    return together


def mean(values: Iterable[float | None]) -> float | None:
    """The mean of the values that apply; None where none does."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def gap_closed(raw: float | None, rewrite: float | None, resolved: float | None) -> float | None:
    """The part of the gap from raw to rewrite that is closed; None where there is no gap."""
    if raw is None or rewrite is None or resolved is None or rewrite <= raw:
        return None
    return (resolved - raw) / (rewrite - raw)


def row_of(results: Sequence[Scored]) -> dict[str, float | None]:
    """The figures of a set of turns: of each way, and the gap closed in nDCG."""
    row: dict[str, float | None] = {"turns": float(len(results))}
    for figure in ("ndcg", "vital", "right_guide", "refused"):
        for way in WAYS:
            row[f"{figure} {way}"] = mean(getattr(one.scores[way], figure) for one in results)
    row["gap closed"] = gap_closed(row["ndcg raw"], row["ndcg rewrite"], row["ndcg resolved"])
    return row


def depends(case: Case) -> bool:
    """Whether a turn has gold to find and needs its history for it."""
    return bool(case["gold"]) and kind_of(case) != STANDALONE


def report_of(results: Sequence[Scored]) -> dict[str, dict[str, float | None]]:
    """The rows: turns that depend on history, standalone ones, then each kind that occurs.

    The row of standalone turns has ``kept``, their nDCG with history over that without.
    """
    standalone = row_of([one for one in results if kind_of(one.case) == STANDALONE])
    alone, together = standalone["ndcg raw"], standalone["ndcg resolved"]
    standalone["kept"] = together / alone if alone and together is not None else None
    rows = {"depending": row_of([one for one in results if depends(one.case)])}
    for kind in KINDS:
        of_kind = [one for one in results if kind_of(one.case) == kind]
        if kind == STANDALONE:
            rows[kind] = standalone
        elif of_kind:
            rows[kind] = row_of(of_kind)
    return rows


def shown(value: float | None) -> str:
    """A figure as the table shows it."""
    return "-" if value is None else f"{value:.3f}"


def table_lines(rows: dict[str, dict[str, float | None]]) -> list[str]:
    """The report as a table; each figure as raw, rewrite, resolved."""
    headings = {
        "ndcg": f"nDCG@{DEPTH}",
        "vital": "vital nuggets",
        "right_guide": "right guide",
        "refused": "refused",
    }
    columns = "".join(f"{heading:20}" for heading in headings.values())
    lines = [
        f"each: {', '.join(WAYS)}",
        f"{'kind':15}{'turns':>5}  {columns}gap closed",
    ]
    for name, row in rows.items():
        figures = "".join(
            f"{' '.join(shown(row[f'{figure} {way}']) for way in WAYS):20}" for figure in headings
        )
        lines.append(f"{name:15}{row['turns']:5.0f}  {figures}{shown(row['gap closed'])}")
    closed, kept = rows["depending"]["gap closed"], rows[STANDALONE]["kept"]
    return [
        *lines,
        "",
        f"gap closed by history: {shown(closed)} (target {DEPENDENT_TARGET:.2f})",
        f"nDCG kept by standalone turns: {shown(kept)} (target {STANDALONE_TARGET:.2f})",
    ]


def error_lines(results: Sequence[Scored]) -> list[str]:
    """The turns that are worse with their history than their rewrite is, the worst first."""
    lines: list[str] = []
    for one in sorted(results, key=lambda one: -_loss(one)):
        if _loss(one) <= 0:
            break
        case, reply = one.case, one.replies["resolved"]
        lines += ["", f"== {case['id']} [{kind_of(case)}] lost {_loss(one):.3f}"]
        lines += [f"   {message['role']}: {message['content']}" for message in case["history"]]
        lines += [f"   Q: {case['question']}", f"   means: {case['rewrite']}"]
        lines += [f"   A: {line}" for line in (reply.error or reply.text).splitlines() if line]
        lines += [f"   gold: {entry['source']}/{entry['section']}" for entry in case["gold"]]
        lines += [f"   hits: {', '.join('/'.join(place) for place in reply.places[:3])}"]
    return lines


def _loss(one: Scored) -> float:
    """What is lost against the rewrite in nDCG and in vital nuggets, never below 0 in either."""
    best, got = one.scores["rewrite"], one.scores["resolved"]
    ranking = max(0.0, (best.ndcg or 0.0) - (got.ndcg or 0.0))
    return ranking + max(0.0, (best.vital or 0.0) - (got.vital or 0.0))


def chosen(cases: Sequence[Case], split: str) -> list[Case]:
    """The cases of a split, or all."""
    return [case for case in cases if split == "all" or is_dev(case) == (split == "dev")]


def main() -> None:
    """Ask, score and print."""
    parser = argparse.ArgumentParser(description="Score follow-up questions.")
    parser.add_argument("--data", type=Path, default=Path(".coach"), help="folder of the index")
    parser.add_argument("--split", choices=["dev", "test", "all"], default="dev")
    parser.add_argument("--list-errors", action="store_true", help="dev turns that lose, in full")
    parser.add_argument("--json", action="store_true", help="the figures as one JSON object")
    options = parser.parse_args()

    from coach.settings import Settings
    from coach.wiring import build_coach

    every = [json.loads(line) for line in CASES_FILE.read_text(encoding="utf-8").splitlines()]
    cases = chosen(every, options.split)
    results = scored(cases, ask(cases, build_coach(Settings(data=options.data))))
    rows = report_of(results)
    errors = sum(bool(reply.error) for one in results for reply in one.replies.values())
    if options.json:
        sys.stdout.write(json.dumps({"split": options.split, "errors": errors, "rows": rows}))
        sys.stdout.write("\n")
        return
    lines = [f"{len(cases)} turns of the {options.split} split, {errors} errors"]
    lines += table_lines(rows)
    if options.list_errors:
        # The other split is for figures only: whoever reads its cases starts to tune on them.
        lines += error_lines([one for one in results if is_dev(one.case)])
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
