"""The coach's retrieval as a LangChain retriever, for use in other people's chains."""

from __future__ import annotations

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from coach.coach import Coach


class GuideRetriever(BaseRetriever):
    """Gives the passages for a question as LangChain documents, best first.

    A document's id is that of the passage; its metadata hold source, guide, section, heading,
    lines (from 1, both included) and score.

    Attributes:
        coach: the coach whose index is searched.
        guide: the slug of the guide to search; None for all.
        top: how many documents at most.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    coach: Coach
    guide: str | None = None
    top: int = 10

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        return [
            Document(
                id=hit.passage.id,
                page_content=hit.passage.text,
                metadata={
                    "source": hit.passage.source,
                    "guide": hit.passage.guide,
                    "section": hit.passage.section.value,
                    "heading": hit.passage.heading,
                    "lines": [hit.passage.span.first_line, hit.passage.span.last_line],
                    "score": hit.score,
                },
            )
            for hit in self.coach.search(query, self.guide, self.top)
        ]
