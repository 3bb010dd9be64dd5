"""Delivery in words: by which way, whether it arrived, and what a caseworker can do when it did not."""

from __future__ import annotations

import html
import json
import re
from collections.abc import AsyncIterator
from typing import Any, Literal

import pytest
from sqlalchemy import insert

from bot import takeover
from bot.clock import to_ms
from bot.content import Delivery, Download
from bot.desk.accounts import Staff
from bot.desk.delivery import DOWN, PERMANENT, TEMPORARY, told, told_of_event, told_of_file, told_of_trouble
from flows.grammar import Sent
from flows.text import Json
from storage import tables
from tests.support.desk import Balie, open_balie
from tests.support.town import MONDAY, Resident, Town

#: Every code that the sender, the channels and the fetching of files may store.
LASTING = (
    *("blocked", "opted_out", "deactivated", "undeliverable", "withheld", "window_closed", "no_template", "template"),
    *("rejected", "too_big", "gone", "channel_off", "erased", "no_address"),
    *("too_late", "moved", "cancelled", "paused", "restored"),
)
PASSING = ("busy", "pair_rate", "timeout", "platform", "error", "later")
CLOSING = ("token", "unreachable", "certificate", "payment", "conflict")
CODES = (*LASTING, *PASSING, *CLOSING)


@pytest.fixture
async def balie(town: Town) -> AsyncIterator[Balie]:
    async with open_balie(town) as opened:
        opened.switch_on()
        yield opened


# ---- words ---------------------------------------------------------------------------------------------------------


def test_the_tables_know_every_code_and_no_other() -> None:
    assert set(PERMANENT) == set(LASTING)
    assert set(TEMPORARY) == set(PASSING)
    assert set(DOWN) == {*CLOSING, "template"}


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("channel", ["telegram", "email"])
def test_no_code_is_without_words_and_something_to_do(code: str, channel: str) -> None:
    for state, tone in (("failed", "late"), ("waiting", "soon")):
        words, advice, how = _parts(told([Delivery(channel, state, code, "full")]))
        assert how == tone
        assert "onbekend" not in words
        assert f"({code})" not in words
        assert re.fullmatch(r"[A-Z].{8,}[.?]", advice), advice
    told_in_place = _parts(told([Delivery(channel, "dropped", code)]))
    assert told_in_place[0].startswith("niet verstuurd")
    trouble = told_of_trouble(channel, code)
    assert "werkt nu niet" in trouble.what
    assert trouble.advice
    event = told_of_event({"reason": code, "channel": channel})
    assert event.what.startswith("niet aangekomen")
    assert event.advice
    file = told_of_file(Download("failed", code))
    assert file.words.startswith("Bestand niet opgehaald: ")
    assert file.advice


@pytest.mark.parametrize("channel", ["signal", ""])
def test_what_a_later_version_stored_is_said_as_it_is(channel: str) -> None:
    details: list[Json] = [None, [], {"reason": 7}, {"channel": None}]
    assert "onbekende reden (solar_flare)" in told([Delivery(channel, "failed", "solar_flare")]).words
    assert "onbekende reden" in told([Delivery(channel, "failed")]).words
    for detail in details:
        assert told_of_event(detail).what.startswith("niet aangekomen")
    assert told([Delivery(channel, "flown")]).words.startswith("flown")
    assert told_of_file(Download("failed")).advice


@pytest.mark.parametrize(
    ("deliveries", "words"),
    [
        ([Delivery("webchat", "sent", None, "full")], "verstuurd in de webchat"),
        ([Delivery("webchat", "read", None, "full")], "gelezen in de webchat"),
        ([Delivery("whatsapp", "waiting")], "wordt verstuurd via WhatsApp"),
        ([Delivery("whatsapp", "delivered", None, "full")], "aangekomen via WhatsApp"),
        (
            [Delivery("telegram", "sent", None, "nudge")],
            "verstuurd via Telegram, als seintje met een link naar de webchat",
        ),
        (
            [Delivery("whatsapp", "sent", None, "template")],
            "verstuurd via WhatsApp, als seintje (goedgekeurd sjabloon) met een link naar de webchat",
        ),
        (
            [Delivery("whatsapp", "read", None, "template")],
            "seintje gelezen via WhatsApp (goedgekeurd sjabloon); het bericht zelf staat in de webchat",
        ),
        (
            [Delivery("whatsapp", "delivered", None, "nudge")],
            "seintje aangekomen via WhatsApp; het bericht zelf staat in de webchat",
        ),
        ([Delivery("telegram", "read", None, "nudge")], "gelezen in de webchat, na een seintje via Telegram"),
        ([Delivery("email", "read", None, "announced")], "gelezen in de webchat, na een seintje via e-mail"),
        ([Delivery("whatsapp", "read", None, "full")], "gelezen via WhatsApp"),
        (
            [Delivery("telegram", "sent", None, "announced")],
            "staat in de webchat; het seintje ervoor, via Telegram, wijst ernaar",
        ),
        ([Delivery("email", "dropped", "opted_out")], "niet verstuurd via e-mail (de inwoner wil daar geen berichten)"),
        ([Delivery("whatsapp", "dropped", "replaced")], "niet verstuurd via WhatsApp"),
        ([Delivery("whatsapp", "dropped", "moved")], "niet verstuurd via WhatsApp (de afspraak is intussen verzet)"),
        (
            [Delivery("whatsapp", "failed", "blocked"), Delivery("email", "sent", None, "nudge")],
            "niet aangekomen via WhatsApp (de inwoner heeft ons daar geblokkeerd); daarna "
            "verstuurd via e-mail, als seintje met een link naar de webchat",
        ),
        (
            [Delivery("whatsapp", "failed", "blocked"), Delivery("telegram", "failed", "deactivated")],
            "niet aangekomen via WhatsApp (de inwoner heeft ons daar geblokkeerd); daarna "
            "ook niet aangekomen via Telegram (dit account bestaat niet meer)",
        ),
    ],
)  # fmt: skip
def test_the_story_of_a_message(deliveries: list[Delivery], words: str) -> None:
    assert told(deliveries).words == words


def test_only_what_went_wrong_in_the_end_asks_for_something() -> None:
    arrived = told([Delivery("whatsapp", "failed", "blocked"), Delivery("email", "delivered", None, "full")])
    assert (arrived.advice, arrived.tone) == ("", "calm")
    tried = told([Delivery("whatsapp", "failed", "timeout")])
    assert "vanzelf" not in tried.advice, "after the last try nothing happens by itself"
    waits = told([Delivery("whatsapp", "waiting", "timeout")])
    assert "vanzelf opnieuw" in waits.advice
    down = told([Delivery("whatsapp", "waiting", "token")])
    assert "beheerder" in down.advice
    assert "gaat het bericht vanzelf weg" in down.advice


def _parts(one: Any) -> tuple[str, str, str]:
    return one.words, one.advice, one.tone


# ---- on the pages --------------------------------------------------------------------------------------------------


async def undelivered(balie: Balie, one: Resident, reason: str, channel: str) -> None:
    """As the sender records it."""
    row = await one.row()
    (person,) = await balie.town.rows(tables.person, id=row.person_id)
    await balie.house.vault.prepare({person.key_id})
    detail = balie.house.vault.seal_text(person.key_id, "event", json.dumps({"reason": reason, "channel": channel}))
    async with balie.house.db.begin() as conn:
        await conn.execute(
            insert(tables.event).values(
                conversation_id=row.id,
                person_id=row.person_id,
                kind="undelivered",
                created_at=to_ms(MONDAY),
                detail_sealed=detail,
            )
        )
    await balie.set(one, queue="waiting_us", due_at=to_ms(MONDAY))


async def test_a_message_that_did_not_arrive_is_seen_in_the_inbox_and_on_the_file(balie: Balie, noor: Staff) -> None:
    one, other = await balie.resident("Fatima"), await balie.resident("Jan")
    await balie.set(other, queue="waiting_us")
    await balie.add_address(one, "whatsapp", "31612345678")
    await balie.went(one, "whatsapp", "failed", reason="blocked")
    await undelivered(balie, one, "blocked", "whatsapp")
    browser = await balie.browser(noor)
    await browser.get("/desk")
    why = "Niet aangekomen via WhatsApp (de inwoner heeft ons daar geblokkeerd)"
    assert "</span>Niet aangekomen</span> Via WhatsApp (de inwoner heeft ons daar geblokkeerd)" in browser.page
    assert browser.page.count("</span>Niet aangekomen</span>") == 1
    await browser.get(f"/desk/file/{one.conversation_id}")
    page = re.sub(r"\s+", " ", html.unescape(browser.page))
    caution = re.search(r'id="undelivered">(.*?)</p>', page)
    assert caution is not None
    assert "Het laatste bericht is niet aangekomen via WhatsApp" in caution[1]
    assert "Bel de inwoner" in caution[1]
    assert f"<dt>Waarom een mens</dt><dd>{why}" in page
    assert "Bericht niet aangekomen: WhatsApp" in page, "what happened"
    assert re.search(r'class="delivery late"><span aria-hidden="true">! </span>verstuurd|delivery late', page)


@pytest.mark.parametrize("later", ["a message that arrived", "a call"])
async def test_what_did_not_arrive_is_no_reason_any_more_once_someone_was_reached(
    balie: Balie, noor: Staff, later: str
) -> None:
    one = await balie.resident()
    await one.types("mens")
    await balie.add_address(one, "whatsapp", "31612345678")
    await balie.went(one, "whatsapp", "failed", reason="blocked")
    await undelivered(balie, one, "blocked", "whatsapp")
    if later == "a call":
        await takeover.spoke(balie.house, one.conversation_id, noor, "telefoon", seen_seq=99, client_id="1")
    else:
        await balie.went(one, "whatsapp", "sent")
    browser = await balie.browser(noor)
    for page in ("/desk?queue=waiting_us", "/desk?queue=waiting_them", f"/desk/file/{one.conversation_id}"):
        await browser.get(page)
        assert "iet aangekomen</span>" not in browser.page
        assert "blokkeerd)" not in re.sub("<li id=.*?</li>", "", browser.page, flags=re.DOTALL)
    assert re.search(r"<dt>Waarom een mens</dt><dd>Vraagt om een mens", browser.page)


async def test_what_did_not_arrive_after_a_call_is_seen_again(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    await balie.add_address(one, "whatsapp", "31612345678")
    await takeover.spoke(balie.house, one.conversation_id, noor, "telefoon", seen_seq=99, client_id="1")
    await balie.went(one, "whatsapp", "failed", reason="blocked")
    await undelivered(balie, one, "blocked", "whatsapp")
    browser = await balie.browser(noor)
    await browser.get("/desk")
    assert "</span>Niet aangekomen</span>" in browser.page


@pytest.mark.parametrize(("state", "marked"), [("waiting", False), ("sent", False), ("dropped", True)])
async def test_the_mark_is_of_the_last_way_that_was_tried(balie: Balie, noor: Staff, state: str, marked: bool) -> None:
    one = await balie.resident()
    await balie.set(one, queue="waiting_us")
    await balie.add_address(one, "whatsapp", "31612345678")
    await balie.add_address(one, "email", "fatima@voorbeeld.example")
    await balie.went(one, "whatsapp", "failed", reason="blocked")
    await balie.went(one, "email", state)
    browser = await balie.browser(noor)
    await browser.get("/desk")
    assert ("</span>Niet aangekomen</span>" in browser.page) is marked
    await browser.get(f"/desk/file/{one.conversation_id}")
    assert ('id="undelivered"' in browser.page) is marked


async def test_the_page_tells_the_story_of_each_message(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    await balie.add_address(one, "whatsapp", "31612345678")
    await balie.add_address(one, "email", "fatima@voorbeeld.example")
    await balie.went(one, "whatsapp", "failed", reason="no_template")
    await balie.went(one, "email", "waiting", reason="busy")
    browser = await balie.browser(noor)
    await browser.get(f"/desk/file/{one.conversation_id}")
    assert "niet aangekomen via WhatsApp (er is geen sjabloon ingesteld" in browser.page
    assert "; daarna nog niet verstuurd via e-mail (het platform is druk)" in browser.page
    assert '<p class="advice soon">Het wordt vanzelf opnieuw geprobeerd. Heeft het haast? Bel dan.</p>' in browser.page


@pytest.mark.parametrize(
    ("state", "reason", "words"),
    [
        ("waiting", None, "Bestand wordt opgehaald."),
        ("waiting", "busy", "Dat lukt nog niet: het platform is druk."),
        ("failed", "too_big", "Bestand niet opgehaald: het is te groot. Vraag de inwoner om een kleiner bestand"),
        ("failed", "gone", "Bestand niet opgehaald: het platform heeft het niet meer."),
        ("failed", "wrong_type", "Bestand niet opgehaald: dit soort bestand nemen we niet aan."),
        ("done", None, ""),
    ],
)
async def test_a_file_that_is_not_here_yet_or_never_will_be_is_told_of(
    balie: Balie, noor: Staff, state: str, reason: str | None, words: str
) -> None:
    one = await balie.resident()
    await one.types("kijk")
    row = await one.row()
    said = next(message for message in await one.messages() if message.content.text == "kijk")
    async with balie.house.db.begin() as conn:
        await conn.execute(
            insert(tables.download).values(
                message_id=said.id,
                conversation_id=row.id,
                channel="telegram",
                reference_sealed=b"",
                state=state,
                reason=reason,
                due_at=0,
            )
        )
    browser = await balie.browser(noor)
    await browser.get(f"/desk/file/{one.conversation_id}")
    shown = re.findall(r'<p class="advice[^>]*>(?:<span[^>]*>[^<]*</span>)?([^<]*)</p>', browser.page)
    assert len(shown) == bool(words)
    assert all(words in one for one in shown)


@pytest.mark.parametrize(("kind", "words"), [("photo", "Foto"), ("voice", "Spraakbericht"), ("file", "Bestand")])
@pytest.mark.parametrize("held", [True, False])
async def test_what_came_in_and_could_not_be_kept_has_words(
    balie: Balie, noor: Staff, kind: Literal["photo", "voice", "file"], words: str, held: bool
) -> None:
    one = await balie.resident()
    if held:
        await takeover.take_over(balie.house, one.conversation_id, noor)
    await one.says(Sent(kind, "", problem="too_big"))
    browser = await balie.browser(noor)
    await browser.get(f"/desk/file/{one.conversation_id}")
    assert f"{words} niet bewaard: te groot, of een soort die we niet aannemen." in browser.page
    await one.sends("image/jpeg", b"\xff\xd8\xff made up")
    await browser.get(f"/desk/file/{one.conversation_id}")
    assert browser.page.count(" niet bewaard: ") == 1
    assert "Bewaar foto (1 kB)" in browser.page


async def test_a_voice_note_is_told_with_its_length_and_the_language_of_the_conversation(
    balie: Balie, noor: Staff
) -> None:
    one = await balie.resident()
    await one.says(Sent("voice", seconds=94))
    browser = await balie.browser(noor)
    await browser.get("/desk")
    assert "Spraakbericht · 1:34 · gesprek in het Nederlands" in browser.page
    await browser.get(f"/desk/file/{one.conversation_id}")
    assert browser.page.count("Spraakbericht · 1:34 · gesprek in het Nederlands") == 2, "the message, and why a human"
    assert "Mens gevraagd: spraakbericht · 1:34 · gesprek in het Nederlands" in browser.page


async def test_of_a_voice_note_whose_length_nobody_knows_the_language_is_told(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    await one.says(Sent("voice"))
    browser = await balie.browser(noor)
    await browser.get("/desk")
    assert "Spraakbericht · gesprek in het Nederlands" in browser.page
