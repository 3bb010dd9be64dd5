"""Coming back: codes, links and the PIN on them; second addresses."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.event import listen, remove

from bot import identity
from bot.errors import Refused
from bot.house import House
from bot.identity import FREE_TRIES, Wait, Whom, read_code
from bot.privacy.vault import Unreadable
from storage.tables import event, person, personal_link
from tests.stores import StoreUrls
from tests.webchat_app import HERE, Browser, running


@dataclass(frozen=True, slots=True)
class Known:
    """Someone with a conversation, in a browser, and a second browser of theirs or of anyone."""

    house: House
    browser: Browser
    other: Browser
    code: str

    async def whom(self) -> Whom:
        """The person, as they are found by the cookie."""
        assert self.browser.token is not None
        found = await identity.find(self.house, "webchat", self.browser.token)
        assert found is not None
        return found

    async def set_pin(self, pin: str) -> None:
        """A PIN on the code and on links."""
        await identity.set_pin(self.house, await self.whom(), pin, None)


@pytest.fixture
async def known(store_urls: StoreUrls, tmp_path: Path) -> AsyncIterator[Known]:
    async with running(store_urls, tmp_path) as (house, server):
        browser, other = Browser(server), Browser(server)
        await browser.start()
        yield Known(house, browser, other, (await browser.get("/chat/settings")).data["code"])
        await browser.close()
        await other.close()


def test_codes_are_easy_to_read_out_and_never_the_same() -> None:
    codes = {identity.new_code() for _ in range(2000)}
    assert len(codes) == 2000
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{3}){2}", code) for code in codes)


@pytest.mark.parametrize("typed", ["7k3d-9qx-1m0", " 7K3D 9QX iMo ", "7k3d9qxLmO", "٧K3D-٩QX-١M٠"])
def test_a_code_may_be_typed_in_any_way(typed: str) -> None:
    assert read_code(typed) == "7K3D-9QX-1M0"


@pytest.mark.parametrize("typed", ["", "7K3D-9QX-1M", "7K3D-9QX-1MU", "7K3D-9QX-1M00", "💡" * 10])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert read_code(typed) is None


async def test_the_code_opens_the_conversation_in_another_browser(known: Known) -> None:
    assert (await known.other.post("/chat/resume", {"code": known.code.lower().replace("-", " ")})).status == 200
    assert [one["seq"] for one in await known.other.messages()] == [1]
    await known.other.says("menu")
    assert len(await known.browser.messages()) == 3


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
async def test_an_unknown_code_is_said_to_be_so(known: Known) -> None:
    answer = await known.other.post("/chat/resume", {"code": "0000-000-000"})
    assert (answer.status, answer.data["error"]) == (404, "unknown")
    assert known.other.token is None


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
async def test_guessing_codes_comes_to_a_halt_and_typing_mistakes_do_not(known: Known) -> None:
    answers = [(await known.other.post("/chat/resume", {"code": "0000-000-000"})).status for _ in range(40)]
    assert answers[:10] == [404] * 10
    assert answers[-1] == 429


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
async def test_guessing_behind_a_proxy_stops_the_guesser_and_no_one_else(known: Known) -> None:
    async def guess(seen_by_the_proxies: str) -> int:
        headers = {"X-Forwarded-For": seen_by_the_proxies}
        return (await known.other.post("/chat/resume", {"code": "0000-000-000"}, headers=headers)).status

    for number in range(40):  # what the guesser writes in front changes nothing
        last = await guess(f"192.0.2.{number}, 203.0.113.1, 10.0.0.1")
    assert last == 429
    assert await guess("203.0.113.2, 10.0.0.1") == 404


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("told", "other"),
    [
        # HAProxy adds a line of its own below the one that the guesser wrote.
        (("192.0.2.{0}", "203.0.113.1"), ("192.0.2.1", "203.0.113.2")),
        (("192.0.2.{0}, 10.0.0.9", "203.0.113.1, 10.0.0.1"), ("203.0.113.2, 10.0.0.1",)),
        (("2001:db8:1:2::{0}",), ("2001:db8:1:3::1",)),
        (("[2001:db8:1:2::1]:40{0}",), ("[2001:db8:1:3::1]:4000",)),
        (("203.0.113.1:40{0}",), ("203.0.113.2:4000",)),
    ],
)
async def test_a_guesser_has_one_place_however_the_address_is_told(
    known: Known, told: tuple[str, ...], other: tuple[str, ...]
) -> None:
    async def guess(lines: Iterable[str]) -> int:
        headers = [*HERE.items(), *(("X-Forwarded-For", line) for line in lines)]
        return (await known.other.client.post("/chat/resume", json={"code": "0000-000-000"}, headers=headers)).status

    answers = [await guess(line.format(number) for line in told) for number in range(10, 50)]
    assert answers[-1] == 429
    assert await guess(other) == 404


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
async def test_an_ipv4_address_in_the_form_of_ipv6_is_itself(known: Known) -> None:
    async def guess(address: str) -> int:
        headers = {"X-Forwarded-For": f"{address}, ::ffff:10.0.0.1"}
        return (await known.other.post("/chat/resume", {"code": "0000-000-000"}, headers=headers)).status

    for number in range(40):
        last = await guess("203.0.113.1" if number % 2 else "::ffff:203.0.113.1")
    assert last == 429
    assert await guess("::ffff:203.0.113.2") == 404


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
async def test_a_link_opens_it_too_until_it_is_ended(known: Known) -> None:
    url = (await known.browser.post("/chat/link", {})).data["url"]
    token = url.rpartition("/c/")[2]
    assert (await known.other.client.get(f"/c/{token}")).status == 200
    assert known.other.token is None
    assert (await known.other.post("/chat/resume", {"link": token})).status == 200
    assert (await known.browser.post("/chat/link/end", {})).status == 200
    answer = await known.other.post("/chat/resume", {"link": token})
    assert (answer.status, answer.data["error"]) == (404, "link_gone")


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
async def test_the_page_of_a_link_tells_a_robot_nothing(known: Known) -> None:
    token = await identity.make_link(known.house, (await known.whom()).person_id)
    pages = [await (await known.other.client.get(f"/c/{link}")).text() for link in (token, "A" * 32)]
    assert pages[0] == pages[1]
    async with known.house.db.read() as conn:
        assert (await conn.execute(select(personal_link.c.token_hash))).scalar_one() not in token.encode()


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
async def test_a_link_expires(known: Known) -> None:
    token = await identity.make_link(known.house, (await known.whom()).person_id)
    async with known.house.db.begin() as conn:
        await conn.execute(update(personal_link).values(expires_at=personal_link.c.created_at))
    with pytest.raises(Refused) as refused:
        await identity.use_link(known.house, token, None)
    assert refused.value.code == "unknown"


async def test_a_pin_is_asked_for_and_counted(known: Known) -> None:
    await known.set_pin("0428")
    asked = await known.other.post("/chat/resume", {"code": known.code})
    assert (asked.status, asked.data["error"]) == (401, "pin_needed")
    for _ in range(FREE_TRIES):
        wrong = await known.other.post("/chat/resume", {"code": known.code, "pin": "9999"})
        assert (wrong.status, wrong.data["error"]) == (401, "pin_wrong")
    waits = await known.other.post("/chat/resume", {"code": known.code, "pin": "0428"})
    assert (waits.status, waits.data["error"]) == (429, "wait")
    assert 0 < int(waits.headers["Retry-After"]) <= 300
    assert "5 minuten" in waits.data["text"]
    assert known.other.token is None


async def test_after_the_wait_the_right_pin_opens_and_forgets_the_wrong_ones(known: Known) -> None:
    await known.set_pin("0428")
    for _ in range(FREE_TRIES):
        await known.other.post("/chat/resume", {"code": known.code, "pin": "9999"})
    async with known.house.db.begin() as conn:  # five minutes go by
        await conn.execute(
            update(event).where(event.c.kind == "pin_tried").values(created_at=event.c.created_at - 300_000)
        )
    for pin in ("٠٤٢٨", "0428"):
        assert (await known.other.post("/chat/resume", {"code": known.code, "pin": pin})).status == 200
    for _ in range(FREE_TRIES):
        assert (await known.other.post("/chat/resume", {"code": known.code, "pin": "1"})).data["error"] == "pin_wrong"


async def test_waiting_grows_with_every_wrong_pin(known: Known) -> None:
    await known.set_pin("0428")
    waits = []
    for _ in range(FREE_TRIES + 3):
        try:
            await identity.resume(known.house, known.code, "9999")
        except Wait as wait:
            waits.append(wait.seconds)
            async with known.house.db.begin() as conn:  # the wait is over
                moved = event.c.created_at - wait.seconds * 1000
                await conn.execute(update(event).where(event.c.kind == "pin_tried").values(created_at=moved))
            with pytest.raises(Refused, match="pin_wrong"):
                await identity.resume(known.house, known.code, "9999")
        except Refused:
            continue
    assert len(waits) == 3
    assert waits[0] < waits[1] < waits[2]


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
async def test_someone_elses_wrong_pin_stops_nobody_else(known: Known) -> None:
    await known.set_pin("0428")
    for _ in range(FREE_TRIES + 1):
        await known.other.post("/chat/resume", {"code": known.code, "pin": "9999"})
    third = Browser(known.other.client.server)  # type: ignore[arg-type] # it is the TestServer that it was given
    await third.start()
    code = (await third.get("/chat/settings")).data["code"]
    assert (await known.other.post("/chat/resume", {"code": code})).status == 200
    await third.close()


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
async def test_a_pin_is_four_to_eight_digits_and_changing_it_takes_the_old_one(known: Known) -> None:
    for pin in ("123", "123456789", "12a4", "١٢٣", ""):
        assert (await known.browser.post("/chat/pin", {"pin": pin})).status == 422
    assert (await known.browser.post("/chat/pin", {"pin": "1234"})).status == 200
    assert (await known.browser.get("/chat/settings")).data["has_pin"] is True
    assert (await known.browser.post("/chat/pin", {"pin": "5678"})).data["error"] == "pin_needed"
    assert (await known.browser.post("/chat/pin", {"pin": None, "current": "0000"})).data["error"] == "pin_wrong"
    assert (await known.browser.post("/chat/pin", {"current": "1234"})).status == 400
    assert (await known.browser.post("/chat/pin", {"pin": None, "current": "1234"})).status == 200
    assert (await known.browser.get("/chat/settings")).data["has_pin"] is False


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
async def test_a_pin_is_stored_as_a_slow_hash_that_only_the_persons_key_opens(known: Known) -> None:
    await known.set_pin("0428")
    whom = await known.whom()
    async with known.house.db.read() as conn:
        stored = (await conn.execute(select(person.c.pin_sealed))).scalar_one()
    assert b"argon2" not in stored
    vault = known.house.vault
    await vault.prepare([whom.key_id])
    assert vault.unseal_text(stored, "pin").startswith("$argon2id$")
    await vault.destroy(whom.key_id, 0)
    with pytest.raises(Unreadable):
        await identity.resume(known.house, known.code, "0428")


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
async def test_counting_wrong_pins_reads_no_further_back_than_a_day(known: Known) -> None:
    await known.set_pin("0428")
    read: list[str] = []

    def note(conn: object, cursor: object, statement: str, *_: object) -> None:
        if "max(" in statement:
            read.append(statement)

    listen(Engine, "before_cursor_execute", note)
    try:
        with pytest.raises(Refused, match="pin_wrong"):
            await identity.resume(known.house, known.code, "9999")
    finally:
        remove(Engine, "before_cursor_execute", note)
    (statement,) = read
    assert statement.partition("max(")[2].count("created_at >") == 2, "the newest right one is looked for in it too"


async def test_a_second_address_leads_to_the_same_person_and_never_takes_anothers(known: Known) -> None:
    whom = await known.whom()
    added = await identity.attach_address(known.house, whom.person_id, "telegram", "made up")
    assert await identity.attach_address(known.house, whom.person_id, "telegram", "made up") == added
    found = await identity.find(known.house, "telegram", "made up")
    assert found is not None
    assert (found.person_id, found.address_id) == (whom.person_id, added)
    await known.other.start()
    assert known.other.token is not None
    with pytest.raises(Refused) as refused:
        await identity.attach_address(known.house, whom.person_id, "webchat", known.other.token)
    assert refused.value.code == "taken"
