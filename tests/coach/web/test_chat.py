"""Who draws when: the handlers of one tab, driven as Gradio drives them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import date
from pathlib import Path

import gradio as gr
import pytest
from starlette.requests import Request

from coach.accounts import Account, Accounts, Role
from coach.database import Database, migrate, open_database
from coach.domain import Answer, Coverage, CoverageStatus, Guide, Preferences, Turn
from coach.plans import Plans
from coach.transcripts import Transcripts
from coach.web.chat import NOT_HERE, QUEUE_LENGTH, TOO_MANY_OPEN, ChatPage, Updates
from coach.web.conversations import Conversations, State
from coach.web.limits import FOLLOWED_BY_A_VISITOR, TurnLimits


class WaitingCoach:
    """Answers at once, or never."""

    def __init__(self) -> None:
        self.turns: list[Turn] = []

    def guides(self) -> tuple[Guide, ...]:
        return ()

    async def stream(self, turn: Turn) -> AsyncIterator[Answer]:
        self.turns.append(turn)
        yield Answer(
            text=f"Answer to {turn.question}",
            refused=False,
            coverage=Coverage(status=CoverageStatus.COVERED),
        )
        if turn.question == "wait":
            await asyncio.Event().wait()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(None, tmp_path)
    migrate(opened)
    yield opened
    opened.close()


@pytest.fixture
def conversations(database: Database) -> Conversations:
    return Conversations(Transcripts(database))


@pytest.fixture
async def page(conversations: Conversations, database: Database) -> ChatPage:
    """The page; built inside a loop, for outside of one Gradio leaves loops of its own behind."""
    page = ChatPage(WaitingCoach(), conversations, Plans(database), 100, TurnLimits(100))
    page.build()
    return page


def from_tab(session: str = "tab", account: Account | None = None) -> gr.Request:
    scope = {
        "type": "http",
        "headers": [],
        "client": ("127.0.0.1", 1),
        "state": {"visitor": "me", "owner": "me", "account": account},
    }
    return gr.Request(request=Request(scope), session_hash=session)


def last_of(owner: str, database: Database) -> str:
    """The identifier of somebody's last conversation."""
    return Transcripts(database).conversations(owner)[0].id


def value_in(updates: Updates, part: str) -> str | None:
    """What an update sets a part of the page to; None where it leaves it alone."""
    if updates == gr.skip():
        return None
    return next((value for key, value in updates.items() if key.elem_id == part), None)


def drawn(updates: Updates) -> str | None:
    """What an update draws as the conversation; None where it leaves it alone."""
    return value_in(updates, "conversation")


async def begin(
    page: ChatPage, question: str, identifier: str = ""
) -> tuple[AsyncIterator[Updates], str]:
    """Ask, up to where the question is taken and nothing is drawn yet."""
    handler = page.ask(question, "", identifier, from_tab())
    taken = await anext(handler)
    assert drawn(taken) is None
    return handler, value_in(taken, "conversation-id") or ""


async def until(handler: AsyncIterator[Updates], text: str) -> None:
    async for updates in handler:
        if text in (drawn(updates) or ""):
            return


async def test_one_handler_draws_only_when_the_other_ones_update_is_on_its_way(
    page: ChatPage,
) -> None:
    older, identifier = await begin(page, "wait")
    await until(older, "Answer to wait")
    newer, _ = await begin(page, "quick", identifier)
    shown: list[str | None] = []

    async def show(handler: AsyncIterator[Updates]) -> str | None:
        nonlocal shown
        async for updates in handler:
            shown += [drawn(updates)]
        return shown[-1]

    drawing = asyncio.ensure_future(show(newer))
    await asyncio.wait({drawing}, timeout=0.1)
    assert shown == [], "the older handler's last update may still be overtaken"
    async with asyncio.timeout(5):
        repeated = await asyncio.gather(show(older), drawing)
    assert repeated == [None, None], "what is sent again at the end changes nothing"
    last = [text for text in shown if text is not None][-1]
    assert "Answer to quick" in last
    assert 'data-state="answering"' not in last


async def test_handler_that_is_given_up_lets_the_others_draw(page: ChatPage) -> None:
    lost, _ = await begin(page, "wait")
    await until(lost, "Answer to wait")
    await lost.aclose()  # type: ignore[attr-defined]
    newer, _ = await begin(page, "quick")
    async with asyncio.timeout(5):
        await until(newer, "Answer to quick")


async def test_ended_conversation_is_drawn_no_more(
    page: ChatPage, conversations: Conversations
) -> None:
    older, identifier = await begin(page, "wait")
    await until(older, "Answer to wait")
    clearing = asyncio.ensure_future(anext(page.start_again(identifier, from_tab())))
    assert [drawn(updates) async for updates in older] == [None]
    assert drawn(await clearing) == ""
    kept = await conversations.find("me", identifier)
    assert kept is not None
    assert [exchange.state for exchange in kept.exchanges] == [State.STOPPED]


async def whole(handler: AsyncIterator[Updates]) -> list[Updates]:
    async with asyncio.timeout(20):
        return [updates async for updates in handler]


def picked(identifier: str) -> gr.EventData:
    return gr.EventData(None, {"value": identifier})


async def test_conversation_picked_is_shown_and_the_one_before_goes_on_unseen(
    page: ChatPage, conversations: Conversations
) -> None:
    done, first = await begin(page, "quick")
    await until(done, "Answer to quick")
    await done.aclose()  # type: ignore[attr-defined]
    older, second = await begin(page, "wait")
    await until(older, "Answer to wait")
    unseen = asyncio.ensure_future(whole(older))
    shown = await whole(page.show(picked(first), from_tab()))
    assert value_in(shown[0], "conversation-id") == first
    assert "Answer to quick" in (drawn(shown[1]) or "")
    under_way = await conversations.find("me", second)
    assert under_way is not None
    assert under_way.busy
    await under_way.stop()
    assert [drawn(updates) for updates in await unseen] == [None]


async def test_one_visitor_cannot_take_up_all_places_with_one_answer_that_takes_long(
    page: ChatPage, conversations: Conversations
) -> None:
    asked, identifier = await begin(page, "wait")
    await until(asked, "Answer to wait")
    followers = [asked]
    for number in range(FOLLOWED_BY_A_VISITOR - 1):
        followers.append(page.show(picked(identifier), from_tab(f"tab {number}")))
        await until(followers[-1], "Answer to wait")

    *_, told = await whole(page.show(picked(identifier), from_tab("one more")))
    (refused,) = await whole(page.ask("Me too?", "", "", from_tab("one more")))
    assert TOO_MANY_OPEN in (value_in(told, "notice") or "")
    assert TOO_MANY_OPEN in (value_in(refused, "notice") or "")

    await conversations.end_all("me")
    for follower in followers:
        await whole(follower)
    again, _ = await begin(page, "quick")
    await until(again, "Answer to quick")


async def test_conversation_of_somebody_else_is_not_here(page: ChatPage) -> None:
    done, identifier = await begin(page, "quick")
    await until(done, "Answer to quick")
    thief = from_tab()
    thief.request.state.owner = "somebody else"
    (told,) = [updates async for updates in page.show(picked(identifier), thief)]
    assert NOT_HERE in (value_in(told, "notice") or "")


async def test_tabs_do_not_wait_for_one_another(page: ChatPage) -> None:
    held, _ = await begin(page, "wait")
    await until(held, "Answer to wait")
    other = page.ask("quick", "", "", from_tab("another tab"))
    async with asyncio.timeout(5):
        await until(other, "Answer to quick")


async def test_as_many_are_answered_at_once_as_the_queue_holds(
    conversations: Conversations, database: Database
) -> None:
    """Gradio runs 40 handlers at once unless it is told, so that the 41st person would wait."""
    page = ChatPage(WaitingCoach(), conversations, Plans(database), 100, TurnLimits(100)).build()
    page.run_startup_events()

    assert len(page._queue.active_jobs) == QUEUE_LENGTH


async def test_who_is_signed_in_is_answered_with_the_plans_they_keep(
    conversations: Conversations, database: Database
) -> None:
    accounts, plans, coach = Accounts(database), Plans(database), WaitingCoach()
    ana, ben = accounts.add("ana", Role.USER), accounts.add("ben", Role.USER)
    wanted = Preferences(hours_a_week=6, start=date(2027, 1, 4))
    plans.save(ana.id, "nurse-to-analyst", wanted, None)
    page = ChatPage(coach, conversations, plans, 100, TurnLimits(100))
    page.build()

    for account in (ana, ben, None):
        async for _ in page.ask("What next?", "", "", from_tab(account=account)):
            pass
    async for _ in page.retry(last_of("me", database), from_tab(account=ana)):
        pass

    kept = {"nurse-to-analyst": wanted}
    assert [turn.plans for turn in coach.turns] == [kept, {}, {}, kept]
