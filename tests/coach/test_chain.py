from __future__ import annotations

from langchain_core.runnables import RunnableLambda

from coach.chain import GuideRetriever
from coach.coach import Coach
from tests.coach.asking import CAIO, NURSE, source_text

QUESTION = "How long does it take to become a CAIO?"


def test_the_documents_are_the_passages_of_the_search_best_first(coach: Coach) -> None:
    documents = GuideRetriever(coach=coach, top=5).invoke(QUESTION)

    hits = coach.search(QUESTION, None, 5)
    assert [document.id for document in documents] == [hit.passage.id for hit in hits]
    assert [document.metadata["score"] for document in documents] == [hit.score for hit in hits]
    assert "18-24 months" in documents[0].page_content


def test_the_metadata_say_where_the_text_stands(coach: Coach) -> None:
    document = GuideRetriever(coach=coach, top=1).invoke(QUESTION)[0]

    first, last = document.metadata["lines"]
    lines = source_text(document.metadata["source"]).splitlines(keepends=True)
    assert document.page_content in "".join(lines[first - 1 : last])
    assert document.metadata["guide"] == CAIO
    assert document.metadata["section"] == "timeline"
    assert document.metadata["heading"].startswith("Backend Developer")


def test_a_guide_can_be_fixed(coach: Coach) -> None:
    documents = GuideRetriever(coach=coach, guide=NURSE).invoke("How long does it take?")

    assert {document.metadata["guide"] for document in documents} == {NURSE}
    assert len(documents) == 10


async def test_it_works_in_a_chain_and_without_blocking(coach: Coach) -> None:
    chain = GuideRetriever(coach=coach, top=2) | RunnableLambda(len)

    assert await chain.ainvoke(QUESTION) == 2
