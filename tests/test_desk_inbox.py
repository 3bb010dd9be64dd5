"""The inbox: what runs out first on top, queues, clocks, search, and how much work a page is."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, insert

from bot import takeover
from bot.clock import AMSTERDAM, Calendar, to_ms
from bot.desk.wording import Countdown, countdown
from bot.reference import read_reference, reference
from flows.grammar import Urgency
from storage import inbox, tables
from tests.support.desk import Balie, Browser
from tests.support.town import MONDAY

ON_SQLITE = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)


def order(browser: Browser) -> list[int]:
    return [int(number) for number in re.findall(r'class="row" id="file-(\d+)"', browser.page)]


def counts(browser: Browser) -> dict[str, int]:
    found = re.findall(r'id="queue-(\w+)".*?class="count">(\d+)<', browser.page, re.DOTALL)
    return {queue: int(number) for queue, number in found}


# ---- what is on top ------------------------------------------------------------------------------------------------


async def test_crisis_is_on_top_then_what_runs_out_first(balie: Balie) -> None:
    now = to_ms(MONDAY)
    people = [await balie.resident() for _ in range(6)]
    columns: list[dict[str, int | str | None]] = [
        {"queue": "new", "due_at": now + 9},
        {"queue": "waiting_us", "due_at": now + 5},
        {"queue": "new", "due_at": None},
        {"queue": "new", "due_at": now + 7, "urgency": int(Urgency.CRISIS)},
        {"queue": "waiting_us", "due_at": now + 8, "urgency": int(Urgency.DANGER)},
        {"queue": "waiting_us", "due_at": now + 1, "urgency": int(Urgency.URGENT)},
    ]
    for one, values in zip(people, columns, strict=True):
        await balie.set(one, **values)
    browser = await balie.browser(await balie.add_staff("noor", "Noor"))
    await browser.get("/desk")
    numbers = [one.conversation_id for one in people]
    assert order(browser) == [numbers[place] for place in (4, 3, 5, 1, 0, 2)]


async def test_each_file_stands_in_its_queue_and_is_counted_there(balie: Balie) -> None:
    noor = await balie.add_staff("noor", "Noor")
    people = {queue: await balie.resident() for queue in ("new", "waiting_us", "waiting_them", "bot", "closed")}
    for queue, one in people.items():
        await balie.set(one, queue=queue)
    await balie.set(people["waiting_them"], urgency=int(Urgency.CRISIS), assigned_to=noor.id)
    browser = await balie.browser(noor)
    expected = {
        "ours": ["new", "waiting_us", "waiting_them"],
        "crisis": ["waiting_them"],
        **{one: [one] for one in people},
    }
    for queue, names in expected.items():
        await browser.get("/desk", params={"queue": queue})
        assert sorted(order(browser)) == sorted(people[name].conversation_id for name in names), queue
    assert counts(browser) == {
        "ours": 3, "crisis": 1, "new": 1, "waiting_us": 1, "check_ins": 0, "waiting_them": 1, "bot": 1, "mine": 1
    }  # fmt: skip
    await browser.get("/desk?queue=waiting_them&mine=1")
    assert order(browser) == [people["waiting_them"].conversation_id]
    await browser.get("/desk?queue=new&mine=1")
    assert order(browser) == []


async def test_an_alarm_that_nobody_acknowledged_stays_ours_whatever_the_queue(balie: Balie) -> None:
    one, noor = await balie.resident(), await balie.add_staff("noor", "Noor")
    await one.types("ik wil niet meer leven")
    await balie.set(one, queue="waiting_them", urgency=0, due_at=None)
    browser = await balie.browser(noor)
    await browser.get("/desk")
    assert order(browser) == [one.conversation_id]
    assert "Alarm niet bevestigd" in browser.page
    await takeover.acknowledge(balie.house, one.conversation_id, noor)
    await browser.get("/desk")
    assert order(browser) == []


async def test_a_row_says_who_why_in_which_language_and_with_whom(balie: Balie) -> None:
    one = await balie.resident("Fatima", "ar")
    noor, samir = await balie.add_staff("noor", "Noor"), await balie.add_staff("samir", "Samir <b>")
    await one.taps("!mens")
    browser = await balie.browser(noor)
    await browser.get("/desk")
    for words in ("Fatima", "Vraagt om een mens", "nog 2 werkdagen", "Arabisch", "niemand"):
        assert words in browser.page, words
    await takeover.take_over(balie.house, one.conversation_id, samir)
    await balie.own.presence.tell(one.conversation_id, samir.id, "typing")
    await balie.own.presence.tell(one.conversation_id, noor.id, "looking")
    await browser.get("/desk/rows")
    assert "Samir &lt;b&gt; typt" in browser.page
    assert "In gesprek met" in browser.page
    assert "Noor kijkt" not in browser.page, "nobody needs to be told of themselves"
    assert "<html" not in browser.page


async def test_a_whole_name_or_number_finds_a_file_also_a_closed_one(balie: Balie) -> None:
    one, other = await balie.resident("Fatima"), await balie.resident("Jan")
    vault = balie.house.vault
    await balie.set(one, tables.person, phone_index=vault.index("phone", "0612345678"))
    await balie.set(one, queue="closed")
    number = one.conversation_id
    browser = await balie.browser(await balie.add_staff("noor", "Noor"))
    names = ("fatima", " FATIMA ", "06 1234 5678", "+31 6 12345678")
    for words in (*names, reference(number), reference(number).lower(), f"k {number}", f"K{number}", f"{number}"):
        await browser.get("/desk", params={"q": words})
        assert order(browser) == [one.conversation_id], words
    assert f"K-{number:06}" in browser.page
    await browser.get("/desk", params={"q": "jan"})
    assert order(browser) == [other.conversation_id]
    for words in ("fat", "0612", "%", "' or 1=1 --", "<script>", "x" * 5000, "\x00"):
        found = await browser.get("/desk", params={"q": words})
        assert (found.status, order(browser)) == (200, []), words
        assert "Niets gevonden" in browser.page
        assert "<script>" not in browser.page


async def test_the_code_that_opens_a_conversation_finds_it_and_is_shown_nowhere(balie: Balie) -> None:
    """Residents read it out on the phone; who has it could go on as that resident."""
    one = await balie.resident("Fatima")
    await balie.set(one, queue="waiting_us")
    (row,) = await balie.town.rows(tables.person, id=(await one.row()).person_id)
    await balie.house.vault.prepare({row.key_id})
    code = balie.house.vault.unseal_text(row.code_sealed, "code")
    browser = await balie.browser(await balie.add_staff("noor", "Noor"))
    number = one.conversation_id
    for words in (code, code.lower().replace("-", " ")):
        found = await browser.get("/desk", params={"q": words})
        assert (found.status, found.headers["Location"]) == (303, f"/desk?q=K-{number:06}")
    for path in (found.headers["Location"], "/desk", f"/desk/file/{number}", f"/desk/file/{number}/parts"):
        assert (await browser.get(path)).status == 200
        assert f"K-{number:06}" in browser.page, path
        assert code not in browser.page, path


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("K-000123", 123),
        ("k-123", 123),
        ("K 000123", 123),
        ("K1234567", 1234567),
        ("123", 123),
        ("0612345678", None),
        ("K-", None),
        ("K-12-3", None),
        ("K-١٢٣", None),
        ("K-" + "9" * 13, None),
        ("Karim", None),
        ("", None),
    ],
)
def test_the_number_of_a_file_may_be_typed_in_any_way(words: str, number: int | None) -> None:
    assert read_reference(words) == number
    assert number is None or read_reference(reference(number)) == number


@ON_SQLITE
@pytest.mark.parametrize("query", ["queue=x", "page=0", "page=-1", "page=abc", "page=99999999999", "mine=7", "page=²"])
async def test_what_the_address_cannot_mean_is_as_if_not_said(balie: Balie, query: str) -> None:
    browser = await balie.browser(await balie.add_staff("noor", "Noor"))
    assert (await browser.get(f"/desk?{query}")).status == 200


# ---- how much work a page is ---------------------------------------------------------------------------------------


async def many(balie: Balie, number: int) -> None:
    """So many open files, with one key between them; made faster than by talking."""
    one = await balie.resident("Fatima")
    (person,) = await balie.town.rows(tables.person)
    (talk,) = await balie.town.rows(tables.conversation)
    people = [{**person._mapping, "id": n, "code_index": n.to_bytes(8, "big")} for n in range(1000, 1000 + number)]
    due = to_ms(MONDAY)
    talks = [
        {**talk._mapping, "id": n, "person_id": n, "queue": "waiting_us", "due_at": due + n}
        for n in range(1000, 1000 + number)
    ]
    async with balie.house.db.begin() as conn:
        await conn.execute(insert(tables.person), people)
        await conn.execute(insert(tables.conversation), talks)
    assert one.conversation_id < 1000


async def test_pages_of_fifty_lead_to_each_other(balie: Balie) -> None:
    await many(balie, 120)
    browser = await balie.browser(await balie.add_staff("noor", "Noor"))
    seen: list[int] = []
    for page in (1, 2, 3):
        await browser.get(f"/desk?page={page}")
        seen += order(browser)
        assert ('rel="next"' in browser.page, 'rel="prev"' in browser.page) == (page < 3, page > 1)
    assert seen == list(range(1000, 1120))


@ON_SQLITE
async def test_a_page_reads_and_decrypts_only_what_it_shows_however_many_are_open(
    balie: Balie, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = await balie.browser(await balie.add_staff("noor", "Noor"))
    await balie.own.free.lacking()  # at most once a minute, however many look
    work: list[dict[str, int]] = []
    for number in (60, 1000):
        await many(balie, number) if number == 60 else await _more(balie, number)
        statements, unsealed = _count(balie, monkeypatch)
        await browser.get("/desk")
        assert len(order(browser)) == inbox.PAGE
        work.append({"statements": len(statements), "unsealed": len(unsealed)})
        monkeypatch.undo()
    assert work[0] == work[1]
    assert work[0]["unsealed"] <= 3 * inbox.PAGE
    # who asks, rows, which one may open, reasons, counts, news, tasks, cards, unmarked, colleagues, channels; keys have
    # their own store
    assert work[0]["statements"] == 11


async def _more(balie: Balie, number: int) -> None:
    (person, *_) = await balie.town.rows(tables.person)
    (talk, *_) = await balie.town.rows(tables.conversation)
    numbers = range(5000, 5000 + number)
    async with balie.house.db.begin() as conn:
        people = [{**person._mapping, "id": n, "code_index": n.to_bytes(8, "big")} for n in numbers]
        await conn.execute(insert(tables.person), people)
        talks = [{**talk._mapping, "id": n, "person_id": n, "queue": "new", "due_at": None} for n in numbers]
        await conn.execute(insert(tables.conversation), talks)


def _count(balie: Balie, monkeypatch: pytest.MonkeyPatch) -> tuple[list[str], list[str]]:
    statements: list[str] = []
    unsealed: list[str] = []
    reader = balie.house.db._reader.sync_engine

    @event.listens_for(reader, "before_cursor_execute")
    def executed(conn: object, cursor: object, statement: str, *rest: object) -> None:
        if statement != "BEGIN":
            statements.append(statement)

    real = balie.house.vault.unseal_text

    def counted(blob: bytes, purpose: str) -> str:
        unsealed.append(purpose)
        return real(blob, purpose)

    monkeypatch.setattr(type(balie.house.vault), "unseal_text", lambda _, blob, purpose: counted(blob, purpose))
    return statements, unsealed


# ---- clocks --------------------------------------------------------------------------------------------------------

FRIDAY = MONDAY + timedelta(days=4)
SUNDAY = MONDAY.replace(day=29, hour=23)


@pytest.mark.parametrize(
    ("now", "due", "urgency", "expected"),
    [
        (MONDAY, MONDAY.replace(hour=17), 0, Countdown("over 7 uur", "uiterlijk 17:00", "soon")),
        (MONDAY, MONDAY.replace(hour=11, minute=30), 0, Countdown("over 1 uur en 30 min", "uiterlijk 11:30", "soon")),
        (MONDAY, MONDAY.replace(minute=1), 0, Countdown("over 1 minuut", "uiterlijk 10:01", "soon")),
        (MONDAY, MONDAY.replace(minute=45), 0, Countdown("over 45 minuten", "uiterlijk 10:45", "soon")),
        (MONDAY, MONDAY.replace(day=24, hour=17), 0, Countdown("nog 1 werkdag", "uiterlijk morgen 17:00", "calm")),
        (
            FRIDAY,
            FRIDAY.replace(day=30, hour=17),
            0,
            Countdown("nog 1 werkdag", "uiterlijk ma 30 november 17:00", "calm"),
        ),
        (
            FRIDAY,
            FRIDAY.replace(month=12, day=1, hour=17),
            0,
            Countdown("nog 2 werkdagen", "uiterlijk di 1 december 17:00", "calm"),
        ),
        (FRIDAY, SUNDAY, 0, Countdown("vandaag nog", "uiterlijk zo 29 november 23:00", "soon")),
        (MONDAY, MONDAY.replace(hour=9), 0, Countdown("te laat sinds 09:00", "09:00", "late")),
        (MONDAY, MONDAY, 0, Countdown("te laat sinds 10:00", "10:00", "late")),
        (
            MONDAY,
            MONDAY.replace(day=20, hour=17),
            0,
            Countdown("te laat sinds vr 20 november 17:00", "vr 20 november 17:00", "late"),
        ),
        (MONDAY, MONDAY.replace(hour=9), 3, Countdown("nu", "sinds 09:00", "late")),
    ],
)  # fmt: skip
def test_a_clock_counts_in_days_and_hours_on_which_we_work(
    now: datetime, due: datetime, urgency: int, expected: Countdown
) -> None:
    assert countdown(to_ms(due), now, urgency, Calendar(zone=AMSTERDAM)) == expected
