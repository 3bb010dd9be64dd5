"""Cards as residents get them: in their language, by whom they know, next to the Dutch, and never half."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, update

from bot import cards
from bot.channels import start
from bot.clock import to_ms
from bot.content import Message
from flows.cards import NAMES
from flows.grammar import Opened, Tapped
from storage import tables
from tests.support.agenda import disable
from tests.support.town import Colleague, Resident, Town, origins

FLOWS = frozenset({"kaarten", "welkom"})


async def reads(town: Town, language: str = "nl", channel: str = "webchat") -> Resident:
    """A new person who chose that language."""
    one = await town.resident(channel, at_menu=False)
    await one.says(Opened())
    await one.says(Tapped(f"welkom.hello:{language}"))
    await one.hears()
    return one


async def opens(one: Resident, name: str) -> list[Message]:
    """A card by its link."""
    await one.says(start.read(f"kaarten-{name}", FLOWS))
    return await one.hears()


def told(messages: list[Message]) -> str:
    """All that was said, without what only tells in which order it is read."""
    text = "\n".join(one.content.text for one in messages)
    return text.replace("\u2068", "").replace("\u2069", "")


async def knows(town: Town, one: Resident, phone: str | None, name: str = "Fatma") -> Colleague:
    """A caseworker has this conversation."""
    her = await town.colleague(name)
    async with town.house.db.begin() as conn:
        await conn.execute(update(tables.staff).where(tables.staff.c.id == her.id).values(phone=phone))
        await conn.execute(
            update(tables.conversation)
            .where(tables.conversation.c.id == one.conversation_id)
            .values(assigned_to=her.id)
        )
    return her


async def test_a_draft_language_has_the_dutch_beside_it_and_one_voice(town: Town) -> None:
    one = await reads(town, "ar")
    dutch, arabic = await opens(one, "bailiff")
    assert (dutch.content.language, arabic.content.language) == ("nl", "ar")
    assert dutch.content.text.count("Mag ik uw pasje zien") == 1
    assert "Mag ik uw pasje zien" in arabic.content.text
    assert "هل يمكنني رؤية بطاقتك" in arabic.content.text
    assert not dutch.content.buttons
    assert arabic.content.dutch(town.house.tongue) == dutch.content.text
    dutch, arabic = await one.taps("kaarten.card:message")
    assert dutch.content.text.count("Beste deurwaarder,") == 1


async def test_the_picture_goes_with_both(town: Town) -> None:
    one = await reads(town, "en")
    await opens(one, "loan")
    messages = await one.taps("kaarten.card:picture")
    assert [message.content.picture is not None for message in messages] == [True, True]
    for message in messages:
        assert message.content.picture is not None
        drawn = await town.house.pictures.png(message.content.picture, message.content.language, town.house.tongue)
        assert drawn.startswith(b"\x89PNG")


async def test_whom_to_call_is_the_caseworker_that_they_know(town: Town) -> None:
    one = await reads(town)
    assert "Waterdrecht: 0999 123 456" in told(await opens(one, "rings"))
    her = await knows(town, one, "0999 123 400")
    assert "Fatma: 0999 123 400" in told(await opens(one, "loan"))
    async with town.house.db.begin() as conn:
        await conn.execute(update(tables.staff).values(phone=None))
    assert "Fatma: 0999 123 456" in told(await opens(one, "rings"))
    async with town.house.db.begin() as conn:
        values = {"disabled_at": to_ms(town.clock.now())}
        await conn.execute(update(tables.staff).where(tables.staff.c.id == her.id).values(values))
    assert "Waterdrecht: 0999 123 456" in told(await opens(one, "loan"))


async def test_or_else_who_took_their_case(town: Town) -> None:
    one = await reads(town)
    bas = await town.colleague("Bas")
    person = (await one.row()).person_id
    async with town.house.db.begin() as conn:
        values = {"author_id": person, "conversation_id": one.conversation_id, "answers_sealed": b"", "opened_at": 1}
        case = {"person_id": person, "capacity": "self", "taken_by": bas.id, **values}
        await conn.execute(insert(tables.case_file).values(case))
    assert "Bas: 0999 123 456" in told(await opens(one, "rings"))
    await one.says(Tapped("!menu"))
    assert "Bas is uw vaste contact." in told(await one.hears())
    await disable(town, bas)
    await one.says(Tapped("!menu"))
    assert "uw vaste contact" not in told(await one.hears())


async def test_dutch_that_was_changed_without_a_translation_reaches_only_who_reads_dutch(town: Town) -> None:
    noor = await town.colleague()
    words = {"do.1": {"nl": "Bel ons eerst.", "en": "Call us first."}}
    await cards.adjust(town.house, noor.id, "rings", shown=True, owner="", review_on="", words=words)
    assert "Bel ons eerst." in told(await opens(await reads(town), "rings"))
    assert "Call us first." in told(await opens(await reads(town, "en"), "rings"))
    arabic = told(await opens(await reads(town, "ar"), "rings"))
    assert "Bel ons eerst." not in arabic
    assert "هذه النصائح ليست جاهزة الآن" in arabic
    assert "0999 123 456" in arabic


async def test_a_change_of_language_at_a_card_is_a_change_of_the_card(town: Town) -> None:
    noor = await town.colleague()
    words = {"do.1": {"nl": "Bel ons eerst."}}
    await cards.adjust(town.house, noor.id, "rings", shown=True, owner="", review_on="", words=words)
    one = await reads(town)
    await opens(one, "rings")
    await one.types("taal")
    assert "These tips are not ready" in told(await one.taps("woorden.language:en"))
    await one.types("language")
    assert "Bel ons eerst." in told(await one.taps("woorden.language:nl"))


async def test_past_its_day_a_card_reaches_nobody_and_switched_off_it_is_nowhere(town: Town) -> None:
    noor = await town.colleague()
    await cards.adjust(town.house, noor.id, "rings", shown=True, owner="", review_on="2026-11-22", words={})
    await cards.adjust(town.house, noor.id, "loan", shown=False, owner="", review_on="", words={})
    one = await reads(town)
    assert "nu even niet klaar" in told(await opens(one, "rings"))
    (which,) = await one.taps("kaarten.card:other")
    names = [button.data.rpartition(":")[2] for button in which.content.buttons]
    assert "rings" in names
    assert "loan" not in names
    assert "nu even niet klaar" in told(await opens(one, "loan"))


async def test_other_words_stand_in_all_of_a_card(town: Town) -> None:
    noor = await town.colleague()
    words = {
        "say": {"nl": "Ik bel u terug.", "en": "I will call you back.", "ar": "سأتصل بكم لاحقًا."},
        "message": {"nl": "Dag,\nik bel u terug.\n[uw naam]", "en": "Hi,\nI will call.\n[name]", "ar": "مرحبا\n[اسمك]"},
    }
    await cards.adjust(town.house, noor.id, "rings", shown=True, owner="Team Geld", review_on="2026-12-01", words=words)
    one = await reads(town, "en")
    said = told((await opens(one, "rings"))[1:])
    assert "“Ik bel u terug.”\n\n“I will call you back.”" in said
    assert "These tips are from Team Geld. They are good up to and including 01-12-2026." in said
    said = told((await one.taps("kaarten.card:message"))[1:])
    assert "Dag,\nik bel u terug.\n[uw naam]\n\nHi,\nI will call.\n[name]" in said


async def test_a_crisis_and_its_card(town: Town) -> None:
    one = await reads(town)
    (crisis,) = await one.types("er staat een deurwaarder voor de deur")
    assert crisis.content.origin == "crisis.seizure"
    assert len(await town.rows(tables.alarm)) + len(await town.rows(tables.promise)) > 0
    button = next(each for each in crisis.content.buttons if each.icon == "🗣️")
    assert "🚪 Een deurwaarder aan de deur" in told(await one.taps(button.data))
    await one.types("menu")
    assert origins(await one.taps(button.data)) == ["kaarten.card"]  # however old


@pytest.mark.parametrize("language", ["nl", "en", "ar"])
@pytest.mark.parametrize("typed", ["er staat een deurwaarder voor de deur", "morgen wordt de stroom afgesloten"])
@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
async def test_who_taps_the_card_of_a_crisis_said_what_stood_on_its_button(
    town: Town, language: str, typed: str
) -> None:
    one = await reads(town, language)
    button = next(each for each in (await one.types(typed))[-1].content.buttons if each.icon == "🗣️")
    assert origins(await one.taps(button.data))[-1] == "kaarten.card"
    tapped = next(each for each in reversed(await one.messages()) if each.author == "resident").content
    assert (tapped.kind, tapped.text) == ("tap", button.label)
    assert tapped.dutch(town.house.tongue) == "Wat kan ik nu doen?"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
async def test_a_link_opens_every_card_on_telegram_too(town: Town, name: str) -> None:
    one = await town.resident("telegram")
    payload = start.payload(f"kaarten-{name}", "poster")
    assert len(payload) <= 64
    await one.says(start.read(payload, FLOWS))
    assert origins(await one.hears()) == ["kaarten.card"]
    assert "source" in await one.events()


@pytest.mark.parametrize(
    ("payload", "opened"),
    [
        ("kaarten-bailiff", Opened("kaarten", place="bailiff")),
        ("kaarten-one_creditor--poster", Opened("kaarten", "poster", place="one_creditor")),
        ("kaarten-", Opened("kaarten")),
        ("kaarten--poster", Opened("kaarten", "poster")),
        ("gone-bailiff", Opened()),
        ("-bailiff", Opened()),
    ],
)
def test_what_a_link_carries(payload: str, opened: Opened) -> None:
    assert start.read(payload, FLOWS) == opened
