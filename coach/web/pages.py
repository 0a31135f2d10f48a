"""Pages made on the server, without Gradio: whatever is filled in is escaped."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from coach.web.theme import ASSETS, NAME

TEMPLATES = Path(__file__).parent / "templates"


def page(template: str, status: int = 200, **shown: object) -> HTMLResponse:
    """A page of a template in ``coach/web/templates``, filled with what is to be shown."""
    content = _environment().get_template(template).render(assets=ASSETS, name=NAME, **shown)
    return HTMLResponse(content, status, headers={"cache-control": "no-store"})


def plain_page(title: str, text: str, status: int = 200) -> HTMLResponse:
    """A page with nothing but a heading, a line, and the way to the chat."""
    return page("plain.html", status, title=title, text=text)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
