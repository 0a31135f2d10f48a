"""What the benchmarks of written answers ask, and the coach that they ask."""

from __future__ import annotations

from pathlib import Path

from coach.coach import Coach
from coach.errors import IndexMissing
from coach.ingestion import sync
from coach.settings import Settings
from coach.wiring import build_coach, load_encoder
from evals.benchmarks.scripted_model import NAME

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
_CAIO = "backend-developer-to-chief-ai-officer"
_NURSE = "registered-nurse-to-health-informatics-specialist"
_TEACHER = "teacher-to-instructional-designer"
_WEB = "web-developer-to-ux-designer"
QUESTIONS: tuple[tuple[str, str | None], ...] = (
    ("How long would it take me to go from backend dev to CAIO?", None),
    ("How does API Development carry over?", _CAIO),
    ("Do I have to stop coding?", _CAIO),
    ("Do I have to learn programming for health informatics?", _NURSE),
    ("Do I have to give up coding as a UX Designer?", _WEB),
    ("Do I need a master's degree?", _TEACHER),
    ("How do I learn Accessible Course Design?", _TEACHER),
    ("Do I need a degree in design?", _WEB),
)
"""Questions with the guide picked, about sources that true sentences can be copied from."""


def settings_for(folder: Path, address: str) -> Settings:
    """Settings for a data folder and the scripted model, with no wait for a turn of one's own."""
    return Settings(
        data=folder / "data", model=f"openai:{NAME}", model_url=address, model_calls=100
    )


def indexed(settings: Settings) -> Coach:
    """The coach of some settings, over an index of all guides that is made if it is not there."""
    try:
        return build_coach(settings)
    except IndexMissing:
        encoder = load_encoder(settings)
        sync([KNOWLEDGE], folder=settings.data, encoder=lambda: encoder, encoder_id=encoder.id)
        return build_coach(settings)
