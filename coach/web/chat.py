"""The chat page: its parts on the screen and what happens when a person uses them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from functools import partial
from typing import Any, Protocol

import gradio as gr
from fastapi import Request

from coach.accounts import Account
from coach.domain import Guide, Preferences
from coach.errors import CoachError, DatabaseUnusable
from coach.plans import Plans
from coach.web.conversations import Answerer, Conversation, Conversations
from coach.web.daily_tokens import DailyTokens, WritingAnswerer
from coach.web.database_threads import ask_database
from coach.web.examples import example_questions
from coach.web.guide_cards import render_guides
from coach.web.limits import Followed, TurnLimits, too_quick
from coach.web.rendering import (
    escape,
    render_conversation,
    render_welcome,
)
from coach.web.request_ids import on_behalf_of
from coach.web.screens import Screens
from coach.web.theme import HEADER, PANEL_HEAD, SIDEBAR, SOURCES, TITLE

log = logging.getLogger(__name__)

# Hands the part of the page to our script, which turns clicks on data-event into Gradio's events.
ATTACH = "window.pathwayCoach.attach(element, trigger, watch)"
# Nothing here is meant for other programs: they have the command line.
PRIVATE: dict[str, Any] = {
    "api_visibility": "private",
    "show_progress": "hidden",
    "concurrency_limit": None,
}
QUEUE_LENGTH = 500
# What Gradio keeps of a tab grows with each answer and is never let go of but for this. A tab that
# is used again gets it anew, in a millisecond; of ours there are the picker's choices in it, which
# is why no guide is held against them.
TABS_WITH_STATE = 20

EMPTY_QUESTION = "Type a question first."
STILL_THERE = "Your text is still in the box."
NOT_HERE = "This conversation is not here any more. It may have been deleted."
TOO_MANY_OPEN = "Very many of your answers are open at once. Close some pages, then try again."
UNREACHABLE = "Your conversations cannot be opened just now. Please try again in a minute."

Updates = dict[Any, Any]


class GuidingAnswerer(WritingAnswerer, Protocol):
    """What the page needs of the coach."""

    def guides(self) -> tuple[Guide, ...]:
        """Return the guides at hand."""


class ChatPage:
    """The page's parts and handlers, over one coach and one store of conversations."""

    def __init__(
        self,
        coach: GuidingAnswerer,
        conversations: Conversations,
        plans: Plans,
        question_limit: int,
        limits: TurnLimits,
        tokens: DailyTokens | None = None,
    ) -> None:
        self._coach = coach
        self._tokens = tokens
        self._conversations = conversations
        self._plans = plans
        self._question_limit = question_limit
        self._limits = limits
        self._followed = Followed()
        self._screens = Screens()

    def build(self) -> gr.Blocks:
        """Lay out the page and connect its parts."""
        guides = _readable(self._coach)
        page: gr.Blocks
        with gr.Blocks(title=TITLE, analytics_enabled=False) as page:
            header = _html(HEADER, "header")
            sidebar = _html(SIDEBAR, "sidebar")
            with gr.Column(elem_id="talk"):
                self._welcome = _html(_welcome(guides), "welcome")
                self._conversation = _html("", "conversation")
                with gr.Column(elem_id="composer"):
                    self._notice = _html("", "notice")
                    with gr.Column(elem_id="ask-card"):
                        self._question = gr.Textbox(
                            placeholder="Ask about a career move",
                            label="Your question",
                            show_label=False,
                            container=False,
                            lines=1,
                            max_lines=6,
                            elem_id="question",
                        )
                        with gr.Row(elem_id="ask-row"):
                            self._picker = gr.Dropdown(
                                _choices(guides),
                                value="",
                                label="Answer from",
                                filterable=False,
                                container=False,
                                elem_id="picker",
                            )
                            send = gr.Button("Ask", variant="primary", elem_id="send")
                            stop = gr.Button("Stop", elem_id="stop")
                    self._identifier = gr.Textbox(visible="hidden", elem_id="conversation-id")
            with gr.Column(elem_id="panel"):
                _html(PANEL_HEAD, "panel-head")
                _html(SOURCES, "sources-panel")
                self._guide_cards = _html(render_guides(guides), "guides-panel")
            self._connect(page, header, sidebar, send, stop)
        # The queue runs no more handlers at once than this, whatever their own limits: 40 unless
        # it is said, and each person who waits for an answer holds one.
        page.max_threads = QUEUE_LENGTH
        page.state_session_capacity = TABS_WITH_STATE
        page.queue(default_concurrency_limit=None, max_size=QUEUE_LENGTH, api_open=False)
        return page

    def _connect(
        self,
        page: gr.Blocks,
        header: gr.HTML,
        sidebar: gr.HTML,
        send: gr.Button,
        stop: gr.Button,
    ) -> None:
        shown = [self._conversation, self._notice, self._question, self._identifier]
        asked = [self._question, self._picker, self._identifier]
        context = [self._picker, self._identifier]
        turn = {**PRIVATE, "trigger_mode": "multiple"}
        page.load(
            self.open,
            self._identifier,
            [*shown, self._welcome, self._picker, self._guide_cards],
            js="() => window.pathwayCoach.remembered()",
            **PRIVATE,
        )
        # What comes of the picker is looked up among the guides of now: see TABS_WITH_STATE.
        raw: dict[str, Any] = {"preprocess": False}
        gr.on([send.click, self._question.submit], self.ask, asked, shown, **turn, **raw)
        chips = [self._welcome.example_select, self._conversation.example_select]
        gr.on(chips, self.ask_suggested, context, shown, **turn, **raw)
        self._conversation.retry(self.retry, self._identifier, shown, **turn)
        stop.click(self.stop, self._identifier, None, queue=False, **PRIVATE)
        gr.on([header.clear, sidebar.clear], self.start_again, self._identifier, shown, **PRIVATE)
        sidebar.select(self.show, None, shown, **PRIVATE)
        self._guide_cards.select(self.choose, None, [self._picker], queue=False, **PRIVATE)
        self._picker.change(
            self.suggest, self._picker, self._welcome, queue=False, **PRIVATE, **raw
        )
        self._question.input(None, None, self._notice, js="() => ''")
        self._identifier.change(
            None,
            self._identifier,
            None,
            js="(identifier) => window.pathwayCoach.remember(identifier)",
        )

    async def open(self, identifier: str, request: gr.Request) -> AsyncIterator[Updates]:
        """Fill a page that was opened or loaded again, and follow a turn that still runs."""
        guides = await self._guides()
        yield {
            self._picker: gr.update(choices=_choices(guides)),
            self._guide_cards: render_guides(guides),
            self._welcome: _welcome(guides),
        }
        try:
            conversation = await self._conversations.find(_owner(request), identifier)
        except DatabaseUnusable:
            yield self._told(UNREACHABLE)
            return
        if conversation is not None:
            yield {self._identifier: conversation.identifier}
            async for updates in self._follow(conversation, request):
                yield updates

    async def show(self, event: gr.EventData, request: gr.Request) -> AsyncIterator[Updates]:
        """Show the conversation picked in the list; what it showed before goes on unseen."""
        try:
            conversation = await self._conversations.find(_owner(request), str(event.value))
        except DatabaseUnusable:
            yield self._told(UNREACHABLE)
            return
        if conversation is None:
            yield self._told(NOT_HERE)
            return
        yield {self._notice: "", self._identifier: conversation.identifier}
        async for updates in self._follow(conversation, request):
            yield updates

    async def ask(
        self, question: str, guide: str, identifier: str, request: gr.Request
    ) -> AsyncIterator[Updates]:
        """Ask what was typed; what cannot be asked stays in the box with a line on why."""
        question = question.strip()
        problem = self._problem(question)
        if not problem and (refusal := await self._take(request)):
            problem = f"{refusal} {STILL_THERE}"
        if problem:
            yield self._told(problem)
            return
        conversation = await self._ask(question, guide, identifier, request)
        if conversation is None:
            yield self._told(f"{UNREACHABLE} {STILL_THERE}")
            return
        asked = {self._question: "", self._notice: ""}
        yield {**asked, self._identifier: conversation.identifier}
        async for updates in self._follow(conversation, request):
            yield updates

    async def ask_suggested(
        self, event: gr.EventData, guide: str, identifier: str, request: gr.Request
    ) -> AsyncIterator[Updates]:
        """Ask a question of ours; what the person is typing stays."""
        question = str(event.value).strip()
        if self._problem(question):
            return
        if refusal := await self._take(request):
            yield self._told(refusal)
            return
        conversation = await self._ask(question, guide, identifier, request)
        if conversation is None:
            yield self._told(UNREACHABLE)
            return
        yield {self._notice: "", self._identifier: conversation.identifier}
        async for updates in self._follow(conversation, request):
            yield updates

    async def retry(self, identifier: str, request: gr.Request) -> AsyncIterator[Updates]:
        """Answer the last question again."""
        try:
            conversation = await self._conversations.find(_owner(request), identifier)
        except DatabaseUnusable:
            yield self._told(UNREACHABLE)
            return
        if conversation is None:
            return
        if refusal := await self._take(request):
            yield self._told(refusal)
            return
        answerer = await self._answerer(_owner(request))
        plans = await self._kept_plans(request)
        with on_behalf_of(_inner(request)):
            await conversation.retry(answerer, plans)
        yield {self._notice: ""}
        async for updates in self._follow(conversation, request):
            yield updates

    async def stop(self, identifier: str, request: gr.Request) -> None:
        """Stop the answer under way; what it has shown stays."""
        await self._conversations.stop(_owner(request), identifier)

    async def start_again(self, identifier: str, request: gr.Request) -> AsyncIterator[Updates]:
        """Show an empty conversation; an answer under way in the old one ends."""
        screen = self._screens.of(_session(request))
        screen.shows = ""
        await self._conversations.end(_owner(request), identifier)
        async with screen.lock:
            yield {self._conversation: "", self._notice: "", self._identifier: ""}
        yield gr.skip()

    async def suggest(self, guide: str) -> str:
        """Fit the first questions to the guide picked."""
        return _welcome(await self._guides(), guide)

    async def choose(self, event: gr.EventData) -> Updates:
        """Pick the guide whose card was used, if it is still there."""
        guides = await self._guides()
        if event.value not in {guide.slug for guide in guides}:
            unchanged: Updates = gr.skip()  # Gradio would take an empty one for a value
            return unchanged
        return {self._picker: gr.update(choices=_choices(guides), value=event.value)}

    async def _ask(
        self, question: str, guide: str, identifier: str, request: gr.Request
    ) -> Conversation | None:
        """Start a turn; None where the conversation it belongs to cannot be opened."""
        owner = _owner(request)
        try:
            conversation = await self._conversations.find(owner, identifier)
        except DatabaseUnusable:
            return None
        known = {known.slug for known in await self._guides()} if guide else set()
        # A guide may have left since the page was opened.
        answerer = await self._answerer(owner)
        plans = await self._kept_plans(request)
        # With nothing to wait for until its turn runs: what is idle may be dropped.
        conversation = conversation or self._conversations.start(owner)
        with on_behalf_of(_inner(request)):
            await conversation.ask(answerer, question, guide if guide in known else None, plans)
        return conversation

    async def _answerer(self, owner: str) -> Answerer:
        return await self._tokens.answerer(owner) if self._tokens else self._coach

    async def _kept_plans(self, request: gr.Request) -> Mapping[str, Preferences]:
        """What the plans of who asks are built of; none while the database is away."""
        account: Account | None = _inner(request).state.account
        if account is None:
            return {}
        try:
            return await ask_database(partial(self._plans.preferences, account.id))
        except DatabaseUnusable as error:
            log.warning("The plans that somebody keeps cannot be read: %s", error)
            return {}

    async def _follow(
        self, conversation: Conversation, request: gr.Request
    ) -> AsyncIterator[Updates]:
        if self._followed.full(*_from(request)):
            yield self._told(TOO_MANY_OPEN)
            return
        screen = self._screens.of(_session(request))
        screen.shows = conversation.identifier
        with self._followed.one_more(*_from(request)):
            async for _ in conversation.follow():
                async with screen.lock:
                    if conversation.ended or screen.shows != conversation.identifier:
                        break
                    # As it is by now: what was true when we began to wait may be overtaken.
                    drawn = render_conversation(
                        conversation.exchanges, human_asked=conversation.human_asked
                    )
                    yield {self._conversation: drawn}
        # Gradio sends the last update of a handler once more when the handler ends, which may be
        # long after another has drawn; it is one that changes nothing.
        yield gr.skip()

    def _problem(self, question: str) -> str:
        if not question:
            return EMPTY_QUESTION
        if len(question) > self._question_limit:
            return (
                f"That is {len(question):,} characters. Please keep a question "
                f"under {self._question_limit:,}. {STILL_THERE}"
            )
        return ""

    async def _take(self, request: gr.Request) -> str:
        """Count a question of this visitor; say why not where they may not ask it now."""
        if self._followed.full(*_from(request)):
            return TOO_MANY_OPEN
        wait = await self._limits.take(*_from(request))
        return too_quick(wait) if wait else ""

    def _told(self, problem: str) -> Updates:
        return {self._notice: f'<p role="status">{escape(problem)}</p>'}

    async def _guides(self) -> tuple[Guide, ...]:
        return await asyncio.to_thread(_readable, self._coach)


def _welcome(guides: Sequence[Guide], chosen: str = "") -> str:
    return render_welcome(example_questions(guides, chosen or None))


def _readable(coach: GuidingAnswerer) -> tuple[Guide, ...]:
    """Return the guides at hand; none while they cannot be read, for the page still opens."""
    try:
        return coach.guides()
    except CoachError:
        return ()


def _html(value: str, identifier: str) -> gr.HTML:
    return gr.HTML(
        value, elem_id=identifier, js_on_load=ATTACH, apply_default_css=False, padding=False
    )


def _choices(guides: Sequence[Guide]) -> list[tuple[str, str | int | float]]:
    return [
        ("Any guide", ""),
        *((f"{guide.from_role} → {guide.to_role}", guide.slug) for guide in guides),
    ]


def _from(request: gr.Request) -> tuple[str, str]:
    """Return who asks, as our middleware knows them from their cookie, and their address."""
    inner = _inner(request)
    return str(inner.state.visitor), inner.client.host if inner.client else ""


def _owner(request: gr.Request) -> str:
    """Return whose conversations they are: the visitor's, or the account's that is signed in."""
    return str(_inner(request).state.owner)


def _session(request: gr.Request) -> str:
    """Return the name of the tab that asks."""
    return str(request.session_hash)


def _inner(request: gr.Request) -> Request:
    """Return the request that Gradio's wraps."""
    inner: Request = request.request  # type: ignore[assignment]
    return inner
