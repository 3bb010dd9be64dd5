"""What follows when a message could not be delivered: another way, or a human who learns of it; receipts; channels."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from bot import blocking, identity, receipts, takeover
from bot.clock import to_ms
from bot.errors import ChannelDownError, PermanentDeliveryError
from bot.outbox import Outbox
from flows.grammar import Opened, Typed
from storage import tables
from tests.stores import StoreUrls
from tests.support.town import EVERY_CHANNEL, Resident, StrictChannel, Town, open_town, send_all


@pytest.fixture
async def town(store_urls: StoreUrls, tmp_path: Path) -> AsyncIterator[Town]:
    """Every channel, in *alleen seintje*."""
    async with open_town(tmp_path, store_urls, extra=EVERY_CHANNEL) as opened:
        yield opened


class Refuses(StrictChannel):
    """A platform that takes nothing, for one reason."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error: Exception | None = error

    async def send(self, outgoing: object) -> str:
        """Refuses, as long as there is a reason."""
        if self.error is not None:
            raise self.error
        return await super().send(outgoing)  # type: ignore[arg-type]


async def on_two(town: Town) -> Resident:
    """Someone on WhatsApp, and before that on Telegram."""
    one = await town.resident("telegram")
    whom = await identity.find(town.house, "telegram", one.external_id)
    assert whom is not None
    await identity.attach_address(town.house, whom.person_id, "whatsapp", "31600000001")
    other = Resident(town, "whatsapp", "31600000001")
    town.clock.forward(minutes=1)
    await other.says(Typed("menu"))
    before = count(-9)  # numbers that are none of those in the tests
    await send_all(town, {"telegram": StrictChannel(), "whatsapp": StrictChannel(_numbers=before)})
    return other


async def answer(town: Town, one: Resident) -> None:
    """A caseworker's answer, an hour later."""
    noor = await town.colleague()
    town.clock.forward(hours=1)
    await takeover.take_over(town.house, one.conversation_id, noor)
    await takeover.reply(town.house, one.conversation_id, noor, "Dag.", seen_seq=999, client_id="a")


async def last(town: Town) -> tuple[str, str, str | None]:
    """Of the newest row: channel, state, reason."""
    row = (await town.rows(tables.outbox))[-1]
    return row.channel, row.state, row.reason


@pytest.mark.parametrize("code", ["undeliverable", "withheld", "template", "blocked", "rejected"])
async def test_another_channel_takes_it_on(town: Town, code: str) -> None:
    one = await on_two(town)
    await answer(town, one)
    other = StrictChannel()
    await send_all(town, {"whatsapp": Refuses(PermanentDeliveryError(code)), "telegram": other})
    ((_, text),) = other.took
    assert text.startswith("U heeft een bericht van Noor.")
    states = [(row.channel, row.state, row.reason) for row in (await town.rows(tables.outbox))[-2:]]
    assert states == [("whatsapp", "failed", code), ("telegram", "sent", None)]
    assert "fell_back" in await one.events()
    assert "undelivered" not in await one.events()
    (whatsapp,) = await town.rows(tables.address, channel="whatsapp")
    assert (whatsapp.blocked_at is not None) is (code == "blocked")


async def test_where_no_other_channel_is_left_a_human_learns_of_it(town: Town) -> None:
    one = await on_two(town)
    await answer(town, one)
    closed = Refuses(PermanentDeliveryError("undeliverable"))
    await send_all(town, {"whatsapp": closed, "telegram": closed})
    assert await last(town) == ("telegram", "failed", "undeliverable")
    assert (await one.events()).count("undelivered") == 1
    row = await one.row()
    assert row.queue == "waiting_us"
    assert row.due_at is not None


async def test_what_an_answer_promised_is_open_again_when_it_never_arrived(town: Town) -> None:
    one = await town.resident("telegram")
    await one.types("mens")
    await send_all(town, {"telegram": StrictChannel()})
    await answer(town, one)
    (promised,) = await town.rows(tables.promise, kind="answer")
    assert promised.kept_at is not None
    await send_all(town, {"telegram": Refuses(PermanentDeliveryError("undeliverable"))})
    (promised,) = await town.rows(tables.promise, kind="answer")
    assert promised.kept_at is None


async def test_a_notice_that_was_read_is_not_the_message_behind_it(town: Town) -> None:
    one = await on_two(town)
    await answer(town, one)
    await send_all(town, {"whatsapp": StrictChannel(), "telegram": StrictChannel()})
    for state in ("delivered", "read", "read"):
        await receipts.note(town.house, "whatsapp", "platform-1", state)
    assert (await last(town))[1] == "delivered"


async def test_nobody_looks_after_who_only_said_hello_and_closed_the_door(town: Town) -> None:
    one = await town.resident("telegram", at_menu=False)
    await one.says(Opened())
    await send_all(town, {"telegram": Refuses(PermanentDeliveryError("blocked"))})
    assert (await one.row()).queue == "bot"
    assert (await one.events())[-2:] == ["blocked", "undelivered"]


async def test_who_blocked_us_and_writes_again_is_answered(town: Town) -> None:
    one = await town.resident("telegram")
    await blocking.set_blocked(town.house, "telegram", one.external_id, True)
    await blocking.set_blocked(town.house, "telegram", one.external_id, True)
    assert (await one.events()).count("blocked") == 1
    await one.says(Typed("menu"))
    platform = StrictChannel()
    await send_all(town, {"telegram": platform})
    assert platform.took
    await blocking.set_blocked(town.house, "telegram", one.external_id, False)  # taken back already
    await blocking.set_blocked(town.house, "telegram", "someone-else", True)
    assert "unblocked" not in await one.events()
    assert len(await town.rows(tables.person)) == 1


async def test_a_channel_that_does_not_work_rests_loses_nothing_and_holds_up_no_other(town: Town) -> None:
    people = [await town.resident(channel) for channel in ("telegram", "whatsapp")]
    down, up = Refuses(ChannelDownError("token", retry_after=timedelta(0))), StrictChannel()
    outbox = Outbox(town.house, {"telegram": down, "whatsapp": up})
    for _ in range(5):
        await outbox.run_due()
    assert [who for who, _ in up.took[:1]] == [people[1].external_id]
    assert [(one.channel, one.code) for one in await town.house.health.troubles()] == [("telegram", "token")]
    waiting = await town.rows(tables.outbox, channel="telegram", state="waiting")
    assert len(waiting) == 3
    assert {row.attempts for row in waiting} == {0}
    down.error = None
    for _ in range(5):
        await outbox.run_due()
    assert await town.rows(tables.outbox, state="waiting") == []
    assert await town.house.health.troubles() == []


async def test_receipts_move_a_message_forward_only(town: Town) -> None:
    one = await town.resident("whatsapp", at_menu=False)
    await one.says(Opened())
    await send_all(town, {"whatsapp": StrictChannel()})
    for state, expected in [("delivered", "delivered"), ("read", "read"), ("delivered", "read"), ("failed", "read")]:
        await receipts.note(town.house, "whatsapp", "platform-1", state, "undeliverable" if state == "failed" else None)
        assert (await last(town))[1] == expected
    await receipts.note(town.house, "whatsapp", "of-nobody", "read")


@pytest.mark.parametrize("then", ["delivered", "read", "failed"])
async def test_a_receipt_that_is_here_before_the_answer_of_the_platform_counts(town: Town, then: str) -> None:
    one = await on_two(town)
    await answer(town, one)
    await receipts.note(town.house, "whatsapp", "platform-1", "delivered")
    await receipts.note(town.house, "whatsapp", "platform-1", then, "undeliverable" if then == "failed" else None)
    other = StrictChannel()
    await send_all(town, {"whatsapp": StrictChannel(), "telegram": other})
    row = (await town.rows(tables.outbox, channel="whatsapp"))[-1]
    assert row.state == ("delivered" if then == "read" else then)  # it was a notice
    assert len(other.took) == (then == "failed")


async def test_a_message_that_failed_after_it_was_taken_goes_another_way(town: Town) -> None:
    one = await on_two(town)
    await answer(town, one)
    other = StrictChannel()
    await send_all(town, {"whatsapp": StrictChannel(), "telegram": other})
    for _ in range(2):  # platforms tell twice
        await receipts.note(town.house, "whatsapp", "platform-1", "failed", "undeliverable")
    await send_all(town, {"whatsapp": StrictChannel(), "telegram": other})
    assert len(other.took) == 1


async def test_a_channel_that_was_switched_off_is_left_for_another(town: Town) -> None:
    one = await on_two(town)
    await answer(town, one)
    other = StrictChannel()
    await send_all(town, {"telegram": other})
    assert len(other.took) == 1
    assert [row.reason for row in await town.rows(tables.outbox, state="failed")] == ["channel_off"]
    assert one.conversation_id


async def test_what_was_left_is_not_written_to_unless_they_write_from_there(town: Town) -> None:
    one = await on_two(town)
    async with town.house.db.begin() as conn:
        statement = update(tables.address).where(tables.address.c.channel == "whatsapp")
        await conn.execute(statement.values(left_at=to_ms(town.clock.now())))
    await answer(town, one)
    whatsapp, telegram = StrictChannel(), StrictChannel()
    await send_all(town, {"whatsapp": whatsapp, "telegram": telegram})
    assert (len(whatsapp.took), len(telegram.took)) == (0, 1)
    await one.says(Typed("stop"))
    await send_all(town, {"whatsapp": whatsapp, "telegram": telegram})
    assert (len(whatsapp.took), len(telegram.took)) == (1, 1)


@pytest.mark.parametrize("told", ["at once", "by a receipt"])
async def test_a_window_that_is_closed_to_the_platform_is_closed_and_a_template_goes(town: Town, told: str) -> None:
    one = await town.resident("whatsapp")
    await send_all(town, {"whatsapp": StrictChannel(_numbers=count(-9))})
    await answer(town, one)
    platform = StrictChannel()
    if told == "at once":
        await send_all(town, {"whatsapp": Refuses(PermanentDeliveryError("window_closed"))})
    else:
        await send_all(town, {"whatsapp": platform})
        await receipts.note(town.house, "whatsapp", "platform-1", "failed", "window_closed")
        await send_all(town, {"whatsapp": platform})
    await send_all(town, {"whatsapp": platform})
    if told == "at once":  # even of a template: then a human has to know
        assert (await one.events()).count("undelivered") == 1
        assert platform.sent == []
    else:
        assert [part.template is not None for part in platform.sent] == [False, True]
        assert "undelivered" not in await one.events()


async def test_who_waits_for_news_of_a_message_is_told_when_it_can_be_read(town: Town) -> None:
    one = await town.resident("whatsapp", at_menu=False)
    await one.says(Opened())
    await send_all(town, {"whatsapp": StrictChannel()})
    looks: list[asyncio.Task[tuple[str, str, str | None]]] = []
    writing: list[bool] = []

    def told(_: str) -> None:
        lock = town.house.db._write_lock
        writing.append(lock is not None and lock.locked())
        looks.append(asyncio.create_task(last(town)))

    town.house.signals.hear(str(one.conversation_id), told)
    await receipts.note(town.house, "whatsapp", "platform-1", "delivered")
    assert [await look for look in looks] == [("whatsapp", "delivered", None)]
    assert writing == [False]


async def with_letter(town: Town, *, confirmed: bool) -> Resident:
    """Someone on Telegram who gave an e-mail address; its first letter was sent."""
    one = await town.resident("telegram")
    whom = await identity.find(town.house, "telegram", one.external_id)
    assert whom is not None
    number = await identity.attach_address(town.house, whom.person_id, "email", "sam@voorbeeld.example")
    async with town.house.db.begin() as conn:
        statement = update(tables.address).where(tables.address.c.id == number)
        await conn.execute(statement.values(confirmed_at=to_ms(town.clock.now()) if confirmed else None))
    await send_all(town, {"telegram": StrictChannel(_numbers=count(-9))})
    return one


@pytest.mark.parametrize("confirmed", [True, False])
async def test_an_address_that_nobody_confirmed_is_no_way_to_leave_a_message_to(town: Town, confirmed: bool) -> None:
    one = await with_letter(town, confirmed=confirmed)
    async with town.house.db.begin() as conn:  # what is preferred is Telegram
        statement = update(tables.address).where(tables.address.c.channel == "telegram")
        await conn.execute(statement.values(preferred=1))
    await answer(town, one)
    mail = StrictChannel()
    await send_all(town, {"telegram": Refuses(PermanentDeliveryError("undeliverable")), "email": mail})
    assert len(mail.took) == confirmed
    assert ("undelivered" in await one.events()) is not confirmed


async def test_what_they_have_already_goes_no_third_way(town: Town) -> None:
    one = await on_two(town)
    await one.says(Typed("menu"))
    await send_all(town, {"whatsapp": StrictChannel(_numbers=count(100)), "telegram": StrictChannel()})
    (row,) = (await town.rows(tables.outbox, channel="whatsapp"))[-1:]
    beside = {"conversation_id": row.conversation_id, "message_id": row.message_id, "due_at": row.due_at}
    (mail,) = [await identity.attach_address(town.house, 1, "email", "sam@voorbeeld.example")]
    async with town.house.db.begin() as conn:
        await conn.execute(insert(tables.outbox).values(**beside, address_id=mail, channel="email"))
    telegram = StrictChannel()
    await send_all(town, {"email": Refuses(PermanentDeliveryError("undeliverable")), "telegram": telegram})
    assert telegram.took == []
    assert (await one.events())[-1] == "undelivered"
