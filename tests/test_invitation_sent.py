"""How a calendar file reaches people: along with the message where the channel takes it, by its link everywhere."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import insert, update

from bot import identity, invitation, talk
from bot.channels.email import EmailChannel
from bot.channels.telegram import TelegramChannel
from bot.clock import to_ms
from bot.config import Smtp, Telegram
from bot.errors import PermanentDeliveryError
from bot.outbox import Outbox
from bot.server import make_app
from bot.talk import Talk
from flows.grammar import Opened, Tapped
from storage import conversations, tables
from tests.stores import StoreUrls
from tests.support.desk import open_balie
from tests.support.fake_smtp import MailServer
from tests.support.fake_telegram import TOKEN as BOT_TOKEN
from tests.support.fake_telegram import FakeTelegram
from tests.support.town import EVERY_CHANNEL, MONDAY, Resident, StrictChannel, Town, open_town, send_all
from tests.test_invitation import lines, read
from tests.test_seintje import FULL
from tests.test_undelivered import Refuses, on_two

HOUR = 3_600_000
DAY = 24 * HOUR
STARTS = to_ms(MONDAY) + 7 * DAY
TOKEN = "abcdefghijklmnopqrstuv"
EMAIL = "sam@voorbeeld.example"

Client = TestClient[web.Request, web.Application]


@pytest.fixture
async def town(store_urls: StoreUrls, tmp_path: Path) -> AsyncIterator[Town]:
    """Every channel; e-mail in full."""
    extra = EVERY_CHANNEL.replace("[channels.email]", "[channels.email]" + FULL)
    async with open_town(tmp_path, store_urls, extra=extra) as opened:
        yield opened


async def attached(town: Town, one: Resident, *, asked: bool = True, **other: Any) -> None:
    """As whoever books does it, in a transaction of theirs."""
    house = town.house
    values = {"token": TOKEN, "sequence": 0, "starts_at": STARTS, "ends_at": STARTS + HOUR, "place": "Plein 1"}
    async with house.db.begin() as conn:
        (row,) = await conversations.lock(conn, [one.conversation_id])
        await house.vault.prepare({row.key_id})
        under_way = Talk(house, row, to_ms(house.clock.now()))
        under_way.asked = asked
        invitation.attach(under_way, **{**values, **other})
        await talk.write(conn, under_way.staged, [under_way])


# ---- along with a message ------------------------------------------------------------------------------------------


async def test_on_telegram_it_is_a_document_under_its_words(town: Town) -> None:
    async with FakeTelegram().running() as fake:
        await fake.say(from_="5550001", start="")
        one = Resident(town, "telegram", "5550001")
        await one.says(Opened())
        await one.says(Tapped("welkom.hello:nl"))
        await send_all(town, {"telegram": StrictChannel()})
        await attached(town, one)
        bot = TelegramChannel(town.house, Telegram(token=BOT_TOKEN, api_url=fake.url))
        await bot.open()
        try:
            await Outbox(town.house, {"telegram": bot}).run_due()
        finally:
            await bot.close()
        assert fake.violations == []
        (sent,) = fake.sent
    assert (sent["kind"], sent["file"]["name"], sent["file"]["type"]) == ("file", "afspraak.ics", "text/calendar")
    assert sent["caption"] == f"Zet de afspraak in uw agenda: {invitation.link(town.house, TOKEN)}"
    (row,) = await town.rows(tables.outbox, message_id=(await town.rows(tables.attachment))[0].message_id)
    assert (row.state, row.style) == ("sent", "full")


async def test_by_mail_it_is_one_letter_with_the_file(town: Town) -> None:
    one = await town.resident()
    (person,) = await town.rows(tables.person)
    await identity.attach_address(town.house, person.id, "email", EMAIL)
    async with town.house.db.begin() as conn:
        of = update(tables.address).where(tables.address.c.channel == "email")
        await conn.execute(of.values(confirmed_at=1, in_full=1, preferred=1))
    town.clock.forward(hours=1)
    await attached(town, one, asked=False)
    server = MailServer()
    async with server.listening() as port:
        channel = EmailChannel(town.house, Smtp(host="127.0.0.1", port=port, sender="klopaan@v.example"))
        await Outbox(town.house, {"email": channel}).run_due()
    ((recipients, message),) = server.mail
    assert recipients == [EMAIL]
    (file,) = message.iter_attachments()
    assert (file.get_content_type(), file.get_filename()) == ("text/calendar", "afspraak.ics")
    assert file["Content-Type"].params["method"] == "PUBLISH"
    assert read(bytes(file.get_payload(decode=True))).location.value == "Plein 1"
    body = message.get_body(("plain",))
    assert body is not None
    assert invitation.link(town.house, TOKEN) in str(body.get_content())


@pytest.mark.parametrize("channel", ["webchat", "whatsapp"])
async def test_where_no_file_is_taken_nothing_is_said(town: Town, channel: str) -> None:
    one = await town.resident(channel)
    before = await one.messages()
    await attached(town, one)
    assert await one.messages() == before
    assert await town.rows(tables.attachment) == []


async def test_whatsapp_never_gets_the_file_also_when_it_takes_over(town: Town) -> None:
    one = await on_two(town)
    async with town.house.db.begin() as conn:
        of = tables.address.c.channel == "whatsapp"
        await conn.execute(update(tables.address).where(of).values(last_inbound_at=1))  # so it begins at the other
    await attached(town, one)
    (file,) = await town.rows(tables.attachment)
    (waiting,) = await town.rows(tables.outbox, message_id=file.message_id)
    assert waiting.channel == "telegram"
    async with town.house.db.begin() as conn:
        now = to_ms(town.clock.now())
        await conn.execute(update(tables.address).where(of).values(last_inbound_at=now))
    other = StrictChannel()
    await send_all(town, {"telegram": Refuses(PermanentDeliveryError("undeliverable")), "whatsapp": other})
    (took,) = [sent for sent in other.sent if "agenda" in sent.shown.text]
    assert took.file is None
    assert invitation.link(town.house, TOKEN) in took.shown.text


async def test_what_nobody_just_asked_for_goes_as_a_notice(town: Town) -> None:
    one = await town.resident("telegram")
    await send_all(town, {"telegram": StrictChannel()})
    town.clock.forward(hours=1)
    await attached(town, one, asked=False)
    platform = StrictChannel()
    await send_all(town, {"telegram": platform})
    (sent,) = platform.sent
    assert sent.file is None
    assert "afspraak" not in sent.shown.text


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "The appointment is cancelled."), ("ar", "أُلغي الموعد."), ("nl", "De afspraak gaat niet door.")],
)
async def test_words_and_file_are_in_the_persons_language(town: Town, language: str, said: str) -> None:
    one = await town.resident("telegram", at_menu=False)
    await one.says(Opened())
    await one.says(Tapped(f"welkom.hello:{language}"))
    await attached(town, one, cancelled=True, sequence=2)
    message = (await one.messages())[-1]
    assert (message.author, message.content.kind, message.content.language) == ("bot", "file", language)
    assert message.content.text.startswith(said)
    (file,) = await town.rows(tables.attachment)
    assert file.media_type == "text/calendar"
    event = read(town.house.vault.unseal(file.data_sealed, "attachment"))
    assert (event.status.value, event.sequence.value) == ("CANCELLED", "2")


async def test_the_desk_saves_it_and_shows_none_of_it(town: Town) -> None:
    async with open_balie(town) as balie:
        one = await town.resident("telegram")
        await attached(town, one)
        browser = await balie.browser(await balie.add_staff("noor", "Noor"))
        await browser.get(f"/desk/file/{one.conversation_id}")
        assert "Zet de afspraak in uw agenda" in browser.page
        (file,) = await town.rows(tables.attachment)
        answer = await browser.get(f"/desk/file/{one.conversation_id}/attachment/{file.id}")
        assert answer.headers["Content-Disposition"] == f'attachment; filename="bijlage-{file.id}.ics"'
        assert answer.headers["Content-Type"] == "text/calendar"
        assert (await answer.read()).startswith(b"BEGIN:VCALENDAR\r\n")


# ---- by its link ---------------------------------------------------------------------------------------------------


@pytest.fixture
async def client(town: Town) -> AsyncIterator[Client]:
    app = make_app(town.house, role="web", notifier=town.notifier)
    async with TestClient(TestServer(app)) as opened:
        yield opened


async def booked(town: Town, one: Resident, token: str = TOKEN, **other: Any) -> None:
    """An appointment in the agenda."""
    key_id = (await town.rows(tables.person))[-1].key_id
    await town.house.vault.prepare({key_id})
    details = json.dumps({"token": token, "place": "Plein 1", "remark": "Ik heb schulden"})
    values = {
        "conversation_id": one.conversation_id,
        "kind": "office",
        "starts_at": STARTS,
        "ends_at": STARTS + HOUR,
        "state": "booked",
        "made_at": to_ms(MONDAY),
        "calendar_index": invitation.index(town.house, token),
        "details_sealed": town.house.vault.seal_text(key_id, "appointment", details),
    }
    async with town.house.db.begin() as conn:
        await conn.execute(insert(tables.appointment).values({**values, **other}))


async def changed(town: Town, **values: Any) -> None:
    async with town.house.db.begin() as conn:
        await conn.execute(update(tables.appointment).values(**values))


async def test_the_link_gives_the_file(town: Town, client: Client) -> None:
    await booked(town, await town.resident())
    answer = await client.get(f"/a/{TOKEN}.ics")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8; method=PUBLISH"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="afspraak.ics"'
    assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert "Set-Cookie" not in answer.headers
    told = lines(await answer.read())
    assert (told["LOCATION"], told["SUMMARY"], told["SEQUENCE"]) == ("Plein 1", "Afspraak", "0")
    assert invitation.link(town.house, TOKEN).endswith(answer.url.path)


async def test_it_tells_how_things_stand_now(town: Town, client: Client) -> None:
    one = await town.resident()
    await booked(town, one)
    before = lines(await (await client.get(f"/a/{TOKEN}.ics")).read())
    town.clock.forward(minutes=1)
    await changed(town, starts_at=STARTS + DAY, ends_at=STARTS + DAY + HOUR, sequence=1)
    moved = lines(await (await client.get(f"/a/{TOKEN}.ics")).read())
    await one.says(Tapped("!taal"))
    await one.says(Tapped("woorden.language:ar"))
    town.clock.forward(minutes=1)
    await changed(town, state="cancelled", sequence=2)
    off = lines(await (await client.get(f"/a/{TOKEN}.ics")).read())
    assert before["UID"] == moved["UID"] == off["UID"]
    assert [told["SEQUENCE"] for told in (before, moved, off)] == ["0", "1", "2"]
    assert [told["STATUS"] for told in (before, moved, off)] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert [told["SUMMARY"] for told in (before, moved, off)] == ["Afspraak", "Afspraak", "موعد"]
    assert before["DTSTAMP"] < moved["DTSTAMP"] < off["DTSTAMP"]
    assert before["DTSTART"] < moved["DTSTART"] == off["DTSTART"]


async def test_looking_changes_nothing_and_robots_learn_nothing(town: Town, client: Client) -> None:
    await booked(town, await town.resident())
    before = await town.rows(tables.appointment), await town.rows(tables.event), await town.rows(tables.message)
    for _ in range(3):
        head = await client.head(f"/a/{TOKEN}.ics", headers={"User-Agent": "facebookexternalhit/1.1"})
        assert (head.status, await head.read()) == (200, b"")
        assert (await client.get(f"/a/{TOKEN}.ics")).status == 200
    assert before == (
        await town.rows(tables.appointment),
        await town.rows(tables.event),
        await town.rows(tables.message),
    )
    assert (await client.post(f"/a/{TOKEN}.ics")).status in (403, 405)


@pytest.mark.parametrize(
    "token",
    [
        "x" * 22,
        "x" * 21,
        "x" * 23,
        "x" * 5000,
        "%00",
        "%ED%A0%80",
        "..%2f..%2fetc",
        "é" * 22,
        "%0d%0aX-Evil:1",
        TOKEN.upper(),
    ],
)
@pytest.mark.parametrize("accepts", ["text/html", "text/calendar"])
async def test_whatever_is_no_token_is_not_there(town: Town, client: Client, token: str, accepts: str) -> None:
    await booked(town, await town.resident())
    answer = await client.get(f"/a/{token}.ics", headers={"Accept": accepts})
    assert answer.status == 404
    assert "Deze pagina bestaat niet." in await answer.text()
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("state", ["proposed", "withdrawn"])
async def test_what_was_never_made_or_was_taken_back_is_not_there(town: Town, client: Client, state: str) -> None:
    await booked(town, await town.resident(), state=state)
    assert (await client.get(f"/a/{TOKEN}.ics")).status == 404


async def test_a_month_after_its_end_it_is_gone(town: Town, client: Client) -> None:
    await booked(town, await town.resident(), state="held")
    town.clock.forward(days=37, hours=1)
    assert (await client.get(f"/a/{TOKEN}.ics")).status == 200
    town.clock.forward(minutes=1)
    assert (await client.get(f"/a/{TOKEN}.ics")).status == 404


async def test_of_who_was_erased_nothing_is_there(town: Town, client: Client) -> None:
    await booked(town, await town.resident())
    (person,) = await town.rows(tables.person)
    await town.house.vault.destroy(person.key_id, to_ms(town.clock.now()))
    answer = await client.get(f"/a/{TOKEN}.ics")
    assert answer.status == 404
    assert not re.search("(?i)afspraak|calendar", await answer.text())


async def test_the_place_of_someones_own_is_not_in_it(town: Town, client: Client) -> None:
    await booked(town, await town.resident(), kind="home")
    assert "LOCATION" not in lines(await (await client.get(f"/a/{TOKEN}.ics")).read())


async def test_a_worker_has_no_such_page(town: Town) -> None:
    app = make_app(town.house, role="worker", notifier=town.notifier)
    assert not [route for route in app.router.resources() if route.canonical.startswith("/a/")]
