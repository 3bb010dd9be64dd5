"""The table of terms: every table of the data is in it, every kind has its selection, and each goes on its day and not
the day before."""

from __future__ import annotations

import re
from argparse import Namespace
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, update

from bot.clock import from_ms, to_ms
from bot.commands import retention as command
from bot.config.retention import Retention as Terms
from bot.privacy import holding, retention
from bot.privacy.retention_rules import NOBODYS, RULES
from scripts.retention import PAGE, table
from storage import retention as store
from storage import tables
from storage.retention import OF_PEOPLE, ROWS
from tests.retention.test_erasing import filled
from tests.support.ending import closes, signs_up
from tests.support.town import MONDAY, Town

days = st.dates(date(2020, 1, 1), date(2032, 12, 31))


def test_every_table_is_in_the_table() -> None:
    told = {name for rule in RULES.values() for name in rule.tables}
    assert told | NOBODYS.keys() == {one.name for one in tables.metadata.sorted_tables}
    assert not told & NOBODYS.keys()


def test_every_kind_is_carried_out_and_has_a_term_of_the_configuration() -> None:
    assert RULES.keys() == {*ROWS, *OF_PEOPLE, "looks", "unreadable"}
    settable = {rule.term for rule in RULES.values() if rule.settable}
    assert settable == {one.name for one in fields(Terms)}
    for kind, several in ROWS.items():
        for rows in several:
            mine = {rows.table.name, *(child.name for child, _ in rows.children)}
            assert mine <= {*RULES[kind].tables}, kind


def test_the_page_is_the_table() -> None:
    assert table() in PAGE.read_text("utf-8")


@given(day=days, today=days, months=st.integers(1, 240))
def test_a_term_is_the_same_counted_on_and_back(day: date, today: date, months: int) -> None:
    """The day with the same number, or the last of a shorter month: what ends before today is past its term."""
    month = day.year * 12 + day.month - 1 + months
    ends = None
    for number in range(day.day, 0, -1):
        try:
            ends = date(month // 12, month % 12 + 1, number)
        except ValueError:
            continue
        break
    assert ends is not None
    assert (day < retention.kept_from(today, months)) == (ends < today)


#: Column by which each is past its term, and what makes a row of `filled` one that can be.
_AGED: dict[str, tuple[str, dict[str, Any]]] = {
    "outbox": ("due_at", {"state": "sent"}),
    "download": ("due_at", {"state": "done"}),
    "ping": ("due_at", {"state": "done"}),
    "registration": ("sent_at", {"state": "sent"}),
    "message": ("created_at", {}),
    "rating": ("ended_at", {"state": "settled"}),
    "data_request": ("done_at", {"state": "done"}),
    "personal_link": ("expires_at", {}),
}
_LIMIT = {"delivery": "delivery", "chat": "chat", "ratings": "rating", "requests": "request", "access": "access_real"}


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, rows.table.name) for kind in _LIMIT for rows in ROWS[kind] if rows.table.name in _AGED]
)
async def test_a_row_goes_the_day_after_its_term_and_not_while_it_is_held(town: Town, kind: str, name: str) -> None:
    one = await filled(town)
    aged, column = getattr(tables, name), _AGED[name][0]
    edge = getattr(retention.limits(town.house), _LIMIT[kind])
    (colleague,) = await town.rows(tables.staff)

    async def age(at: int) -> int:
        async with town.house.db.begin() as conn:
            await conn.execute(update(aged).values({column: at, **_AGED[name][1]}))
        planned = (await retention.plan(town.house)).counts.get(kind, 0)
        assert (await retention.run(town.house)).counts.get(kind, 0) == planned
        return planned

    before = len(await town.rows(aged))
    assert before
    assert await age(edge) == 0
    hold = {"reason": "een rechtszaak loopt nog", "until": "", "client_id": "abcdefgh"}
    await holding.place(town.house, one.conversation_id, colleague, **hold)
    held = name != "personal_link"  # which opens nothing any more
    assert await age(edge - 1) == (0 if held else before)
    async with town.house.db.begin() as conn:
        await conn.execute(update(tables.legal_hold).values(lifted_at=1))
    assert await age(edge - 1) == (before if held else 0)
    assert await town.rows(aged) == []
    assert [row.failed for row in [retention.Report.loads((await town.rows(tables.retention_run))[-1].report)]] == [[]]


async def test_what_is_held_while_a_run_is_under_way_stays(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    one = await filled(town)
    (colleague,) = await town.rows(tables.staff)
    town.clock.to(MONDAY + timedelta(days=400))
    found = store.past

    async def then_held(*args: Any) -> Any:
        keys = await found(*args)
        if keys and not await town.rows(tables.legal_hold):
            hold = {"reason": "een rechtszaak loopt nog", "until": "", "client_id": "abcdefgh"}
            await holding.place(town.house, one.conversation_id, colleague, **hold)
        return keys

    monkeypatch.setattr(store, "past", then_held)
    assert (await retention.plan(town.house)).counts["chat"] > 0
    assert "chat" not in (await retention.run(town.house)).counts
    assert await one.messages()


async def test_what_is_of_nobody_goes_with_its_key(town: Town) -> None:
    colleague = await town.colleague()
    key, later = await town.house.vault.new_keys(2, 1)
    edge = retention.limits(town.house)
    row = {"kind": "rent", "received_on": "2026-01-01", "entered_by": colleague.id, "route": "ordinary"}
    async with town.house.db.begin() as conn:
        for number, at in ((key, edge.signal - 1), (later, edge.signal)):
            sealed = {"key_id": number, "details_sealed": b"x", "line_index": bytes([number % 256])}
            await conn.execute(insert(tables.signal).values(**row, **sealed, entered_at=at))
        for year in (edge.remark_year - 1, edge.remark_year):
            words = {"key_id": 10_000 + year, "words_sealed": b"x", "occasion": "end"}
            await conn.execute(insert(tables.remark).values(**words, year=year))
    done = await retention.run(town.house)
    assert done.counts == {"signals": 1, "ratings": 1}
    assert [row.key_id for row in await town.rows(tables.signal)] == [later]
    assert [row.year for row in await town.rows(tables.remark)] == [edge.remark_year]
    await town.house.vault.prepare([key, later])
    assert await town.house.vault.destroyed([key, later]) == {key}


async def test_sign_ins_and_tries_go_by_the_real_clock(town: Town) -> None:
    colleague = await town.colleague()
    edge = retention.limits(town.house).access_real
    async with town.house.db.begin() as conn:
        for number, at in enumerate((edge - 1, edge)):
            token = bytes([number])
            who = {"staff_id": colleague.id}
            session = {"token_hash": token, "created_at": 1, "expires_at": at}
            await conn.execute(insert(tables.staff_session).values(**session, **who))
            await conn.execute(insert(tables.sign_in_link).values(token_hash=token, expires_at=at, **who))
            await conn.execute(insert(tables.seen_token).values(token_hash=token, expires_at=at))
            await conn.execute(insert(tables.tries).values(scope=str(number), count=1, last_at=at))
            code = {"code_index": token, "made_at": 1, "used_at": at}
            await conn.execute(insert(tables.recovery_code).values(**code, **who))
    town.clock.to(MONDAY + timedelta(days=300))
    assert (await retention.run(town.house)).counts == {"access": 5}
    assert len(await town.rows(tables.recovery_code)) == 1
    assert from_ms(edge).date() < datetime.now(UTC).date()


async def test_signal_keys_wait_for_a_hold_and_then_go(town: Town) -> None:
    colleague = await town.colleague()
    one = await signs_up(await town.resident())
    async with town.house.db.begin() as conn:
        row = {"conversation_id": one.conversation_id, "key_index": b"k", "made_at": 1, "made_by": colleague.id}
        await conn.execute(insert(tables.signal_key).values(row))
    await closes(town, one, colleague, tell=False)
    hold = {"reason": "een rechtszaak loopt nog", "until": "", "client_id": "abcdefgh"}
    await holding.place(town.house, one.conversation_id, colleague, **hold)
    await town.move_to(MONDAY + timedelta(days=200))
    assert len(await town.rows(tables.signal_key)) == 1
    (held,) = await town.rows(tables.legal_hold)
    await holding.lift(town.house, one.conversation_id, colleague, held.id)
    assert (await retention.plan(town.house)).counts["signal_keys"] == 1
    assert (await retention.run(town.house)).counts["signal_keys"] == 1
    assert await town.rows(tables.signal_key) == []
    assert (await one.events())[-1] == "signal_keys"


async def test_one_kind_that_fails_keeps_no_other_back(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    one = await town.resident()
    town.clock.to(MONDAY + timedelta(days=400))

    async def fails(*_: Any) -> int:
        raise ValueError

    with monkeypatch.context() as patched:
        patched.setattr("storage.retention.past", fails)
        done = await retention.run(town.house)
    assert set(done.failed) == ROWS.keys()
    assert done.counts["people"] == 1
    assert await town.rows(tables.conversation, id=one.conversation_id, queue="merged")
    assert (await retention.run(town.house)).failed == []


async def test_the_command_counts_removes_and_tells(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    await town.resident()
    town.clock.to(MONDAY + timedelta(days=400))
    for action in ("plan", "run"):
        assert await command.run(town.house, Namespace(action=action)) == 0
        said = capsys.readouterr().out
        assert re.search(r"^1\tpeople\teverything", said, re.MULTILINE), action
    assert await command.run(town.house, Namespace(action="run")) == 0
    assert "people" not in capsys.readouterr().out
    async with town.house.db.begin() as conn:
        await conn.execute(insert(tables.retention_run).values(began_at=to_ms(town.clock.now()), dry=0))
    assert await command.run(town.house, Namespace(action="report")) == 0
    last, third, second, first = capsys.readouterr().out.splitlines()
    assert "did not come to its end" in last
    assert "people" not in third
    assert re.search(r"\trun\t.*people 1", second)
    assert re.search(r"\tdry\t.*people 1", first)
