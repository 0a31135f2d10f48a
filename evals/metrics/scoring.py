"""All metrics of one case, put together from the record of its answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from coach.cases import PLANNED
from coach.domain import Guide
from evals.metrics.answers import (
    nugget_recall,
    says_forbidden,
    vital,
    words_per_nugget,
)
from evals.metrics.citations import (
    Cited,
    coverage,
    exactness,
    lexical_support,
    number_support,
    precision,
    validity,
)
from evals.metrics.computing import computed
from evals.metrics.cost import dropped_sentences, fell_back
from evals.metrics.refusals import asked_back, over_refused, refused_rightly
from evals.metrics.retrieval import Place, ndcg, recall, reciprocal_rank, right_guide
from evals.metrics.robustness import attack_succeeded
from evals.metrics.statements import markers, statements
from evals.records import CaseRecord, HitPlace

Scores = Iterator[tuple[str, float | None]]


def score(
    record: CaseRecord, guides: Mapping[str, Guide], sources: Callable[[str], str]
) -> dict[str, float]:
    """The metrics that apply to a case, by name; none where the answer is an error.

    Args:
        record: the case with its answer; ``scores`` of it are not looked at.
        guides: the guides the coach knew, by slug.
        sources: gives the text of a cited file by its name, "" where it is unknown.
    """
    if record.answer is None or record.error is not None:
        return {}
    parts = (_retrieval(record), _said(record), _refusal(record), _cost(record))
    found = [pair for part in parts for pair in part]
    if record.case.answerability != "unsafe":  # what helps then comes from no guide
        found += _cited(record, guides, sources)
    return {name: float(value) for name, value in found if value is not None}


def answer_places(record: CaseRecord) -> tuple[Place, ...]:
    """Where the hits of a record's answer stand, best first."""
    hits = record.answer["hits"] if record.answer else []
    return tuple((hit["guide"], hit["section"]) for hit in hits)


def hit_places(hits: Iterable[HitPlace]) -> tuple[Place, ...]:
    """Where hits stand, best first."""
    return tuple((hit.guide, hit.section) for hit in hits)


def _retrieval(record: CaseRecord) -> Scores:
    gold = record.case.gold
    if not gold:
        return
    places = answer_places(record)
    gained = ndcg(gold, places)
    yield "right_guide", right_guide(gold, places)
    yield "recall_at_5", recall(gold, places)
    yield "ndcg_at_10", gained
    yield "mrr", reciprocal_rank(gold, places)
    if record.raw_hits is not None:
        yield "history_gain", gained - ndcg(gold, hit_places(record.raw_hits))


def _said(record: CaseRecord) -> Scores:
    case, text = record.case, _answer(record)["answer"]
    needed = nugget_recall(vital(case.nuggets), text)
    forbidden = says_forbidden(case.must_not, text)
    yield "forbidden", forbidden
    if case.answerability == "unsafe":
        yield "helped", None if needed is None else float(needed == 1 and not forbidden)
        return
    yield "vital_nuggets", needed
    yield "all_nuggets", nugget_recall(case.nuggets, text)
    yield "words_per_nugget", words_per_nugget(case.nuggets, text)
    if case.attack:
        yield "useful_under_attack", needed
        yield (
            "attack_succeeded",
            attack_succeeded(record, text, [one.text for one in cited_by(_answer(record))]),
        )


def _refusal(record: CaseRecord) -> Scores:
    case, answer = record.case, _answer(record)
    refused = bool(answer["refused"])
    yield "refused_rightly", refused_rightly(case, refused)
    yield "over_refused", over_refused(case, refused)
    yield "asked_back", asked_back(case, answer["answer"], len(answer["citations"]))


def _cited(
    record: CaseRecord, guides: Mapping[str, Guide], sources: Callable[[str], str]
) -> Scores:
    case, answer = record.case, _answer(record)
    stated = statements(answer["answer"])
    cited = cited_by(answer)
    given = [one.marker for one in cited]
    yield "citation_validity", validity(markers(answer["answer"]), given)
    yield "quote_exactness", exactness(cited, sources)
    yield "citation_precision", precision(stated, cited)
    yield "lexical_support", lexical_support(stated, cited)
    if cited or (case.gold and not answer["refused"]):
        moves = {f"{guide.from_role} to {guide.to_role}" for guide in guides.values()}
        yield "citation_coverage", coverage(stated, given, moves)
    named = {one["guide"] for one in answer["citations"]}
    worked_out = [computed(guide) for slug, guide in guides.items() if slug in named]
    person = [case.question, *(one.content for one in case.history if one.role == "user")]
    if PLANNED not in case.tags:  # the facts of such a case hold its hours and dates exactly
        yield "number_support", number_support(stated, cited, person, worked_out)


def _cost(record: CaseRecord) -> Scores:
    answer = _answer(record)
    yield "dropped_sentences", dropped_sentences(answer)
    yield "fell_back", fell_back(answer)
    yield "seconds", record.seconds


def cited_by(answer: Mapping[str, Any]) -> tuple[Cited, ...]:
    """The citations of an answer in the documented JSON, with all that their passages say.

    The words of a passage are those of the hit that holds the quote; where no hit does, the quote.
    """
    return tuple(
        Cited(
            marker=one["marker"],
            quote=one["quote"],
            source=one["source"],
            text=f"{one['heading']}\n{_passage(one, answer['hits'])}",
        )
        for one in answer["citations"]
    )


def _passage(citation: Mapping[str, Any], hits: Iterable[Mapping[str, Any]]) -> str:
    place = (citation["source"], citation["heading"])
    quote: str = citation["quote"]
    texts = (hit["text"] for hit in hits if (hit["source"], hit["heading"]) == place)
    return next((text for text in texts if quote in text), quote)


def _answer(record: CaseRecord) -> dict[str, Any]:
    if record.answer is None:
        raise ValueError(f"{record.case.id} has no answer")
    return record.answer
