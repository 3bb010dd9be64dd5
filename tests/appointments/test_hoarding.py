"""Nobody empties the agenda: not by coming back as someone new from one machine, and not by booking and cancelling."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.conversation import CONVERSATIONS, Inbound, Known, Receipt
from bot.limiter import Limiter
from flows.agenda import Book, Cancel, Kind
from flows.grammar import Opened, Tapped
from storage import tables
from tests.stores import StoreUrls
from tests.support.agenda import TUESDAY, at, booked, check, does, known, rows, slot_at
from tests.support.town import Colleague, Resident, Town
from tests.webchat_app import HERE, Browser, new_id, running

FOUR_TAPS = ("welkom.hello:nl", "!go:afspraak", "afspraak.kind:office")


async def books_from(town: Town, place: str, name: str) -> Resident:
    """Someone new at the web chat takes the first moment there is."""
    one = Resident(town, "webchat", name)
    receipt = await town.conversations.receive(replace(one.inbound(Opened()), place=place))
    one.conversation_id = receipt.conversation_id
    for data in FOUR_TAPS:
        await town.conversations.receive(replace(one.inbound(Tapped(data)), place=place))
    for step in ("day", "time"):
        last = [message for message in await one.messages() if message.author == "bot"][-1]
        wanted = (button.data for button in last.content.buttons if button.data.startswith(f"afspraak.{step}:"))
        await town.conversations.receive(replace(one.inbound(Tapped(next(wanted))), place=place))
    return one


async def test_one_machine_that_is_someone_new_each_time_leaves_moments_for_others(town: Town, noor: Colleague) -> None:
    clock = [0.0]
    town.house.bookings = Limiter(3, 1 / 300, timer=lambda: clock[0], code="enough")
    for n in range(6):
        one = await books_from(town, "192.0.2.1", f"again-{n:015}")
        assert await one.screen() == ("afspraak.booked" if n < 3 else "afspraak.enough")
    assert len(await rows(town)) == 3
    last = (await one.messages())[-1].content
    assert "U heeft al afspraken" not in last.text
    assert any(button.data.endswith(":mens") for button in last.buttons)
    others = await books_from(town, "192.0.2.2", "someone-else-00000000")
    assert await others.screen() == "afspraak.booked"
    clock[0] += 300
    assert await (await books_from(town, "192.0.2.1", "an-hour-later-0000000")).screen() == "afspraak.booked"
    assert await town.rows(tables.event, kind="failed_step") == []
    await check(town)


async def test_a_shared_computer_has_room_for_a_busy_day(town: Town, noor: Colleague) -> None:
    for n in range(12):
        assert await (await books_from(town, "192.0.2.1", f"visitor-{n:013}")).screen() == "afspraak.booked"


async def test_who_books_and_cancels_all_day_is_offered_a_human(town: Town, noor: Colleague) -> None:
    one = await town.resident("telegram")
    for n in range(12):
        mine = await booked(one, at(f"{9 + n % 8:02}:00"), noor)
        assert await does(one, Cancel(mine.id)) is None
    wanted = Book(Kind.OFFICE, slot_at(at("10:00"), noor))
    assert await does(one, wanted) == "enough"
    assert len(await rows(town)) == 12
    town.clock.forward(days=1)
    assert await does(one, Book(Kind.OFFICE, slot_at(at("10:00", TUESDAY + timedelta(days=1)), noor))) is None
    assert len((await known(one)).standing) == 1
    await check(town)


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
async def test_what_comes_from_the_web_chat_says_from_which_network(
    store_urls: StoreUrls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = []
    async with running(store_urls, tmp_path) as (_, server):
        conversations = server.app[CONVERSATIONS]
        receive = conversations.receive

        async def noted(message: Inbound, known: Known | None = None) -> Receipt:
            places.append(message.place)
            assert message.place not in repr(message)
            return await receive(message, known)

        monkeypatch.setattr(conversations, "receive", noted)
        browser = Browser(server)
        for address in ("203.0.113.7", "2001:db8:1:2:3::4"):
            headers = {**HERE, "X-Forwarded-For": address}
            for path, what in (("start", {"flow": "afspraak"}), ("message", {"text": "menu"})):
                sent = {"client_id": new_id(), **what}
                assert (await browser.post(f"/chat/{path}", sent, headers=headers)).status == 200
        await browser.close()
    assert places == ["203.0.113.7"] * 2 + ["2001:db8:1:2::/64"] * 2
