"""The coaches' pages by their addresses, over the real guides and both databases."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from anyio import run_process
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy import text as sql

from coach.accounts import Accounts, Role
from coach.coach import Coach
from coach.database import Database
from coach.database.tables import AuditRow
from coach.domain import Check, CheckStatus, Turn
from coach.review.case_making import PendingCases
from coach.review.correcting import Corrections, drafted
from coach.review.insights import RUBRIC
from coach.review.queue import ReviewQueue
from coach.transcripts import Entry, Transcripts, Verdict
from coach.web.identity import SESSION_COOKIE, IdentityMiddleware, NotAllowed, refuse
from coach.web.review import review_router
from coach.web.security import SecurityMiddleware
from coach.web.visitors import VisitorMiddleware
from tests.coach.review.made import REFUSED, keep
from tests.coach.review.made import coach as new_coach
from tests.coach.transcripts.made import ANSWER, OWNER, entry
from tests.coach.web.doors import OWN, text

KNOWLEDGE = Path(__file__).parents[3] / "knowledge"
GUIDE = "backend-developer-to-chief-ai-officer"
QUESTION = "How long would it take me to go from backend dev to CAIO? I am jo@example.org"
HERE = {"sec-fetch-site": "same-origin"}
ALL = dict.fromkeys(RUBRIC, "2")
PASSWORD = "correct horse battery"


@pytest.fixture
def review_app(database: Database, coach: Coach) -> FastAPI:
    app = FastAPI()
    app.add_exception_handler(NotAllowed, refuse)
    app.include_router(review_router(coach, database, KNOWLEDGE))
    app.add_middleware(IdentityMiddleware, accounts=Accounts(database))
    app.add_middleware(VisitorMiddleware)
    app.add_middleware(SecurityMiddleware)
    return app


def client_of(app: FastAPI, database: Database, name: str, role: Role) -> httpx.AsyncClient:
    """A browser of somebody signed in."""
    accounts = Accounts(database)
    token = accounts.start_session(accounts.add(name, role))
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        base_url=OWN,
        headers=HERE,
        cookies={SESSION_COOKIE: token},
    )


@pytest_asyncio.fixture
async def ada(review_app: FastAPI, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(review_app, database, "Ada", Role.COACH) as client:
        yield client


async def real_turn(database: Database, coach: Coach) -> Entry:
    """A turn that the real coach answered, with a thumbs down."""
    answer = await coach.answer(Turn(question=QUESTION))
    turn = entry(QUESTION, answer=answer)
    transcripts = Transcripts(database)
    transcripts.record(turn)
    transcripts.give_feedback(OWNER, turn.turn_id, Verdict.DOWN, (), "Is that all?")
    return turn


@pytest.mark.parametrize("role", [None, Role.USER, Role.EVALS])
async def test_nobody_else_gets_in(
    review_app: FastAPI, database: Database, role: Role | None
) -> None:
    turn = keep(database)
    item = f"/review/items/{turn.turn_id}"
    asked = [
        *[("GET", path) for path in ("", "/gaps", "/gaps.csv", "/gaps.md", "/asked", "/agreement")],
        ("POST", "/next"),
    ]
    addresses = [(method, f"/review{path}") for method, path in asked]
    addresses += [("GET", f"{item}{path}") for path in ("", "/guide.diff", "/test")]
    posts = ("look", "claim", "release", "skip", "done", "correction", "test", "test/check")
    addresses += [("POST", f"{item}/{path}") for path in posts]
    for method, address in addresses:
        if role is None:
            transport = httpx.ASGITransport(review_app)
            client = httpx.AsyncClient(transport=transport, base_url=OWN, headers=HERE)
        else:
            name = f"{role} {len(Accounts(database).accounts())}"
            client = client_of(review_app, database, name, role)
        async with client:
            answer = await client.request(method, address)
        if role is None and method == "GET":
            assert answer.status_code == 303
            assert answer.headers["location"].startswith("/sign-in")
        else:
            assert answer.status_code == (401 if role is None else 403), address
        assert "What does it cost?" not in answer.text
    with database.reading() as session:
        assert session.scalars(select(AuditRow)).all() == []
    assert ReviewQueue(database).claim(turn.turn_id, new_coach(database, "Ada"))


async def test_admin_gets_in(review_app: FastAPI, database: Database) -> None:
    async with client_of(review_app, database, "Root", Role.ADMIN) as root:
        assert (await root.get("/review")).status_code == 200


async def test_other_sites_can_have_nothing_changed(
    ada: httpx.AsyncClient, database: Database
) -> None:
    turn = keep(database, turn_id="turn-1")

    answer = await ada.post(
        f"/review/items/{turn.turn_id}/claim", headers={"sec-fetch-site": "cross-site"}
    )

    assert answer.status_code == 403
    assert ReviewQueue(database).claim("turn-1", new_coach(database, "Ben"))


async def test_from_the_queue_to_done_and_on_to_the_next(
    ada: httpx.AsyncClient, database: Database, coach: Coach
) -> None:
    first = await real_turn(database, coach)
    keep(database, "What does it cost?", turn_id="turn-1")

    queue = await ada.get("/review")
    taken = await ada.post("/review/next")
    item = await ada.get(taken.headers["location"])
    done = await ada.post(
        f"/review/items/{first.turn_id}/done", data={**ALL, "tags": "Late, late", "notes": "Hm"}
    )
    ended = await ada.post("/review/items/turn-1/done", data=ALL)

    assert text(queue).index(QUESTION) < text(queue).index("What does it cost?")
    assert "The person gave it a thumbs down." in queue.text
    assert taken.headers["location"] == f"/review/items/{first.turn_id}"
    shown = text(item)
    assert "You have it." in shown
    assert "Is that all?" in shown
    assert "<mark>" in shown
    assert "18-24 months" in shown
    assert re.search(r"Score \d+\.\d\d · by meaning \d\.\d\d", shown)
    assert done.headers["location"] == "/review/items/turn-1"
    assert ended.headers["location"] == "/review?said=empty"
    after = text(await ada.get(f"/review/items/{first.turn_id}"))
    assert re.search(r"<b>You</b>.*late</p><p>Hm</p>", after, flags=re.DOTALL)


async def test_review_without_all_its_parts_is_not_kept(
    ada: httpx.AsyncClient, database: Database
) -> None:
    keep(database, turn_id="turn-1")
    await ada.post("/review/items/turn-1/claim")
    for data in ({}, {**ALL, "tone": "3"}, {**ALL, "tone": ""}):
        answer = await ada.post("/review/items/turn-1/done", data=data)
        assert answer.headers["location"] == "/review/items/turn-1?said=rate"
    assert "Rate all five first." in text(await ada.get("/review/items/turn-1?said=rate"))


async def test_what_another_coach_holds_can_be_read_and_not_changed(
    ada: httpx.AsyncClient, database: Database
) -> None:
    keep(database, turn_id="turn-1")
    ReviewQueue(database).claim("turn-1", new_coach(database, "Ben"))

    item = await ada.get("/review/items/turn-1")

    assert "ben has it." in text(item)
    assert "Keep the correction" not in text(item)
    doings = (("claim", {}, "taken"), ("done", ALL, "lost"), ("correction", {"text": "x"}, "lost"))
    for path, data, said in doings:
        answer = await ada.post(f"/review/items/turn-1/{path}", data=data)
        assert answer.headers["location"] == f"/review/items/turn-1?said={said}"
    assert "Another coach has this just now" in text(await ada.get(f"{item.url}?said=taken"))


async def test_what_nobody_holds_can_be_read_and_not_changed(
    ada: httpx.AsyncClient, database: Database
) -> None:
    turn = keep(database, turn_id="turn-1")

    item = await ada.get("/review/items/turn-1")

    assert "Claim it to review or correct it." in text(item)
    assert "Keep the correction" not in text(item)
    for path, data in (("done", ALL), ("correction", {"text": "Mine"})):
        answer = await ada.post(f"/review/items/turn-1/{path}", data=data)
        assert answer.headers["location"] == "/review/items/turn-1?said=lost"
    transcript = Transcripts(database).load(OWNER, turn.conversation_id)
    assert transcript is not None
    assert transcript.turns[0].correction is None


def fields(page: httpx.Response) -> dict[str, str]:
    """What a browser would send of the page of an item without anything touched."""
    found = re.search(r'name="base" value="([^"]+)"', page.text)
    assert found is not None
    sent = {"base": found[1]}
    for name, value in re.findall(
        r'<textarea name="([^"]+)"[^>]*>\n?(.*?)</textarea>', page.text, flags=re.DOTALL
    ):
        sent[html.unescape(name)] = html.unescape(value)
    return sent


@pytest.mark.parametrize("press", ["done", "look", "claim", "correction"])
async def test_nothing_typed_is_lost_whatever_is_pressed(
    ada: httpx.AsyncClient, database: Database, coach: Coach, press: str
) -> None:
    turn = await real_turn(database, coach)
    item = f"/review/items/{turn.turn_id}"
    await ada.post(f"{item}/claim")
    passage = next(one for one in coach.guide_passages(GUIDE) if one.section == "salary")
    typed = {
        **fields(await ada.get(item)),
        "correct": "1",
        "tags": "late",
        "notes": "My note",
        "text": "My answer",
        "passages": passage.id,
        "facts": "My fact",
        f"edit:{passage.id}": "My change",
        "guide": GUIDE,
        "section": "faq",
    }

    answer = await ada.post(f"{item}/{press}", data=typed)

    shown = text(answer)
    assert answer.status_code == (409 if press == "done" else 200)
    assert ("Rate all five first." in shown) == (press == "done")
    for words in ("My answer", "My fact", "My change", "My note"):
        assert f"\n{words}</textarea>" in shown
    assert 'value="late"' in shown
    assert re.search(r'name="correct" value="1"[^>]* checked', shown)
    assert re.search(rf'value="{re.escape(passage.id)}" form="work" checked', shown)
    assert f"<option selected>{GUIDE}</option>" in shown
    assert "<option selected>faq</option>" in shown


async def test_done_keeps_a_correction_that_was_begun_and_no_other(
    ada: httpx.AsyncClient, database: Database
) -> None:
    keep(database, turn_id="turn-1")
    keep(database, turn_id="turn-2")
    for name, words in (("turn-1", "Mine"), ("turn-2", "")):
        await ada.post(f"/review/items/{name}/claim")
        sent = {**fields(await ada.get(f"/review/items/{name}")), **ALL, "text": words}
        done = await ada.post(f"/review/items/{name}/done", data=sent)
        assert done.status_code == 303

    account = new_coach(database, "Ben")
    drafts = []
    for name in ("turn-1", "turn-2"):
        opened = ReviewQueue(database).read(name, account)
        assert opened is not None
        assert len(opened.reviews) == 1
        drafts.append(opened.draft.text if opened.draft else None)
    assert drafts == ["Mine", None]


async def test_correction_of_another_is_not_undone_by_one_who_did_not_touch_it(
    ada: httpx.AsyncClient, database: Database
) -> None:
    keep(database, turn_id="turn-1")
    item, queue, ben = "/review/items/turn-1", ReviewQueue(database), new_coach(database, "Ben")
    await ada.post(f"{item}/claim")
    sent = {**fields(await ada.get(item)), **ALL, "notes": "Hm"}
    account = Accounts(database).find("Ada")
    assert account is not None
    queue.release("turn-1", account.id)
    queue.claim("turn-1", ben)
    Corrections(database).save("turn-1", ben, drafted("Ben's", [], []))

    refused = await ada.post(f"{item}/done", data=sent)
    queue.release("turn-1", ben)
    again = await ada.post(f"{item}/claim", data={**sent, **fields(refused)})
    await ada.post(f"{item}/done", data={**sent, **fields(again)})

    assert "You do not hold this any more" in text(refused)
    assert "\nHm</textarea>" in text(again)
    opened = queue.read("turn-1", ben)
    assert opened is not None
    assert opened.draft is not None
    assert opened.draft.text == "Ben's"
    assert [one.review.notes for one in opened.reviews] == ["Hm"]


async def test_what_the_person_says_meanwhile_is_shown_before_the_review_is_kept(
    ada: httpx.AsyncClient, database: Database
) -> None:
    turn = keep(database, turn_id="turn-1")
    item = "/review/items/turn-1"
    await ada.post(f"{item}/claim")
    sent = {**fields(await ada.get(item)), **ALL, "notes": "Hm"}
    Transcripts(database).ask_human(OWNER, turn.conversation_id)

    first = await ada.post(f"{item}/done", data=sent)
    second = await ada.post(f"{item}/done", data=sent)

    assert "The person has said something more" in text(first)
    assert "The person asked for a human." in text(first)
    assert "\nHm</textarea>" in text(first)
    assert second.headers["location"] == "/review?said=empty"


async def test_item_with_all_its_reviews_can_still_be_corrected(
    ada: httpx.AsyncClient, database: Database
) -> None:
    keep(database, turn_id="turn-1")
    item = "/review/items/turn-1"
    await ada.post(f"{item}/claim")
    await ada.post(f"{item}/done", data=ALL)

    await ada.post(f"{item}/claim")
    page = await ada.get(item)
    again = await ada.post(f"{item}/done", data={**fields(page), **ALL})
    await ada.post(f"{item}/correction", data={"text": "Later"})
    await ada.post(f"{item}/release")

    assert "This has all its reviews." in text(page)
    assert "Keep the correction" in text(page)
    assert "yours was not kept" in text(again)
    assert ReviewQueue(database).counts().done == 1


async def test_facts_are_ticked_among_the_sentences_of_a_passage(
    ada: httpx.AsyncClient, database: Database, coach: Coach
) -> None:
    turn = await real_turn(database, coach)
    item = f"/review/items/{turn.turn_id}"
    await ada.post(f"{item}/claim")
    page = await ada.get(item)
    offered = re.findall(r'name="fact" value="([^"]+)"', page.text)
    fact = next(html.unescape(one) for one in offered if "18-24 months" in one)

    kept = await ada.post(
        f"{item}/correction",
        data={**fields(page), "text": "x", "fact": fact, "facts": "6 hours"},
    )

    opened = ReviewQueue(database).read(turn.turn_id, new_coach(database, "Ben"))
    assert opened is not None
    assert opened.draft is not None
    assert opened.draft.facts == (fact, "6 hours")
    shown = text(kept)
    assert f'value="{fact}" form="work" checked' in shown
    assert "\n6 hours</textarea>" in shown, "what is ticked is not typed, too"


async def test_other_answers_have_their_passages_and_checks_too(
    ada: httpx.AsyncClient, database: Database
) -> None:
    check = Check(sentence="In 3 days.", status=CheckStatus.FAILED, reason="Not in the source.")
    before = keep(database, "First?", answer=ANSWER.model_copy(update={"checks": (check,)}))
    turn = keep(database, turn_id="turn-1", conversation_id=before.conversation_id)

    shown = text(await ada.get(f"/review/items/{turn.turn_id}"))

    other = shown[shown.index("First?") : shown.index('id="focus"')]
    assert "Its passages and checks" in other
    assert "Timeline: <mark>6-9 months</mark>" in other
    assert "Score 2.50 · by meaning 0.75" in other
    assert "In 3 days." in other


async def test_progress_is_how_much_of_all_is_done(
    ada: httpx.AsyncClient, database: Database
) -> None:
    for number in range(4):
        keep(database, turn_id=f"turn-{number}")
    await ada.post("/review/items/turn-1/claim")
    await ada.post("/review/items/turn-1/done", data=ALL)

    shown = text(await ada.get("/review"))

    assert '<progress max="4" value="1">1</progress>' in shown
    assert "<strong>1</strong> of 4 reviewed" in shown


async def test_correction_becomes_a_test_and_a_change_of_the_guide(
    ada: httpx.AsyncClient, database: Database, coach: Coach
) -> None:
    turn = await real_turn(database, coach)
    item = f"/review/items/{turn.turn_id}"
    assert turn.answer is not None
    passage = next(one for one in coach.guide_passages(GUIDE) if one.section == "timeline")
    other = next(one for one in coach.guide_passages(GUIDE) if one.section == "salary")
    await ada.post(f"{item}/claim")

    kept = await ada.post(
        f"{item}/correction",
        data={
            "text": "",
            "passages": passage.id,
            "facts": "18-24 months\r\n",
            f"edit:{passage.id}": passage.text.replace("18-24", "20-24"),
        },
    )
    diff = await ada.get(f"{item}/guide.diff")
    look = await ada.get(f"{item}/test")
    made = await ada.post(f"{item}/test", data={"answerability": "answerable"})

    assert kept.headers["location"] == f"{item}?said=corrected"
    transcript = Transcripts(database).load(OWNER, turn.conversation_id)
    assert transcript is not None
    assert transcript.turns[0].correction is not None
    assert transcript.turns[0].correction.text == passage.text.strip()
    assert diff.headers["content-disposition"] == 'attachment; filename="guide.diff"'
    assert passage.source == f"{KNOWLEDGE}/{GUIDE}.md"
    assert f"+++ b/knowledge/{GUIDE}.md\n" in diff.text
    assert "20-24" in diff.text
    assert "jo@example.org" not in look.text
    assert "I am [e-mail]" in text(look)
    assert 'class="problem"' not in look.text
    assert made.headers["location"] == f"{item}?said=test"
    (case,) = PendingCases(database).pending()
    assert case.question.endswith("I am [e-mail]")
    assert "On the pending list" in text(await ada.get(item))
    # A change of another section joins it, with this one posted as the page shows it.
    page = await ada.get(item)
    more = {**fields(page), f"edit:{other.id}": f"{other.text} More."}
    await ada.post(f"{item}/correction", data={**more, "facts": "20 weeks"})
    both = (await ada.get(f"{item}/guide.diff")).text
    assert "20-24" in both
    assert "More." in both
    await run_process(["git", "apply", "--check"], input=both.encode(), cwd=KNOWLEDGE.parent)
    assert "was set aside" in text(await ada.get(item))
    again = {**more, "text": "x", f"edit:{passage.id}": passage.text}
    await ada.post(f"{item}/correction", data=again)
    assert "20-24" not in (await ada.get(f"{item}/guide.diff")).text
    answerless = await ada.post(f"{item}/correction", data={**more, "text": ""})
    assert "A change of the guide is kept with an answer." in text(answerless)


async def test_test_with_a_problem_is_not_made(ada: httpx.AsyncClient, database: Database) -> None:
    keep(database, turn_id="turn-1")
    item = "/review/items/turn-1"
    await ada.post(f"{item}/claim")
    assert (await ada.get(f"{item}/test")).status_code == 404
    await ada.post(f"{item}/correction", data={"text": "It is free."})

    look = await ada.post(f"{item}/test/check", data={"answerability": "answerable"})
    made = await ada.post(f"{item}/test", data={"answerability": "answerable"})

    assert "Pick the passages that hold the answer." in text(look)
    assert "disabled" in look.text
    assert "Pick the passages that hold the answer." in text(made)
    assert PendingCases(database).pending() == []


async def test_names_are_written_over_before_the_test_is_kept(
    ada: httpx.AsyncClient, database: Database
) -> None:
    first = keep(database, "I am Joanna Kowalski.")
    keep(database, "And I, Joanna?", turn_id="turn-1", conversation_id=first.conversation_id)
    item = "/review/items/turn-1"
    await ada.post(f"{item}/claim")
    await ada.post(f"{item}/correction", data={"text": "It is free."})
    given = {"question": "And somebody who was fired?", "without_history": "on"}

    look = await ada.get(f"{item}/test")
    checked = await ada.post(f"{item}/test/check", data=given)
    await ada.post(f"{item}/test", data=given)

    assert "Joanna Kowalski" in text(look)
    assert "Joanna" not in text(checked)
    (case,) = PendingCases(database).pending()
    assert (case.question, case.history) == ("And somebody who was fired?", ())


async def test_no_test_is_kept_by_one_who_holds_the_item_no_more(
    ada: httpx.AsyncClient, database: Database
) -> None:
    keep(database, turn_id="turn-1")
    item = "/review/items/turn-1"
    await ada.post(f"{item}/claim")
    await ada.post(f"{item}/correction", data={"text": "It is free."})
    await ada.post(f"{item}/release")

    made = await ada.post(f"{item}/test", data={"question": "What is it?"})

    assert made.status_code == 409
    assert "You do not hold this any more" in text(made)
    assert "\nWhat is it?</textarea>" in text(made)
    assert PendingCases(database).pending() == []


@pytest.mark.parametrize(
    "query", ["state=nowhere", "since=yesterday", "section=x", "reason=because"]
)
async def test_filter_that_is_none_is_told(ada: httpx.AsyncClient, query: str) -> None:
    answer = await ada.get(f"/review?{query}")

    assert answer.status_code == 422
    assert "check the fields" in answer.text


async def test_filters_and_pages_go_together(ada: httpx.AsyncClient, database: Database) -> None:
    for number in range(27):
        keep(database, f"Question {number}, with words & more?")
    keep(database, "Another?")

    first = await ada.get("/review", params={"text": "words & more", "state": "all"})
    more = re.search(r'class="more" href="([^"]+)"', first.text)
    assert more is not None
    second = await ada.get("/review" + text(httpx.Response(200, text=more[1])))

    assert first.text.count('class="item"') == 25
    assert second.text.count('class="item"') == 2
    assert "Another?" not in second.text


async def test_what_is_not_in_the_queue_is_not_found(ada: httpx.AsyncClient) -> None:
    answer = await ada.get("/review/items/none")

    assert answer.status_code == 404
    assert "It may have been deleted." in answer.text


async def test_gaps_are_listed_and_taken_away(ada: httpx.AsyncClient, database: Database) -> None:
    for question in ("=cover letter tips", "How do I write a cover letter?"):
        refused = REFUSED.model_copy(update={"resolved_question": question})
        keep(database, question, answer=refused)

    shown = await ada.get("/review/gaps")
    table = await ada.get("/review/gaps.csv")
    listed = await ada.get("/review/gaps.md")

    assert "2 times, 1 person" in text(shown)
    rows = list(csv.reader(io.StringIO(table.text, newline="")))
    assert {rows[1][0], rows[1][5]} == {"'=cover letter tips", "How do I write a cover letter?"}
    assert listed.text.startswith("# What the guides do not answer")
    with database.reading() as session:
        actions = session.scalars(select(AuditRow.action)).all()
    assert actions == ["read gaps"] * 3


async def test_what_people_ask_and_agreement_are_shown(
    ada: httpx.AsyncClient, database: Database
) -> None:
    keep(database)

    assert "1 question is kept." in (await ada.get("/review/asked")).text
    assert "baker-to-welder" in (await ada.get("/review/asked")).text
    assert "not defined" in (await ada.get("/review/agreement")).text


async def test_every_read_of_a_conversation_is_audited(
    ada: httpx.AsyncClient, database: Database
) -> None:
    turn = keep(database, turn_id="turn-1")

    await ada.get("/review/items/turn-1")
    await ada.get("/review")

    account = Accounts(database).find("Ada")
    assert account is not None
    with database.reading() as session:
        rows = session.scalars(select(AuditRow).order_by(AuditRow.id)).all()
    assert [(row.account_id, row.action, row.conversation_id) for row in rows] == [
        (account.id, "read transcript", turn.conversation_id),
        (account.id, "read queue", None),
    ]


async def test_unreachable_database_is_told_in_a_page_and_logged(
    review_app: FastAPI, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async with client_of(review_app, database, "Ada", Role.COACH) as ada:
        with database.writing() as session:
            session.execute(sql("DROP TABLE review_skips"))
        answer = await ada.get("/review")

    assert answer.status_code == 503
    assert "Please try again in a minute" in answer.text
    (failure,) = [one.getMessage() for one in caplog.records if one.name == "coach.web.review"]
    assert failure.startswith("A request of the coaches' pages failed: ")
