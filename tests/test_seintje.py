"""How a message leaves: in full, as a notice, as a template, later or not at all; decided when it is sent."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, update

from bot import content as contents
from bot import identity, takeover
from bot.clock import SPREAD, to_ms
from bot.content import Upload
from flows.grammar import Tapped, Typed
from storage import tables
from tests.stores import StoreUrls
from tests.support.town import EVERY_CHANNEL, MONDAY, Resident, StrictChannel, Town, open_town, send_all
from tests.test_pings import TOMORROW, unfinished

FULL = '\nstyle = "volledig"\nassessment = "DPIA 2026-11, vastgesteld"\n'
LINK = re.compile(r"http://localhost:\d+/c/([\w-]{32})")

#: A picture of one pixel.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001e221bc33"
    "0000000049454e44ae426082"
)


@pytest.fixture
async def town(store_urls: StoreUrls, tmp_path: Path) -> AsyncIterator[Town]:
    """Every channel, in *alleen seintje*."""
    async with open_town(tmp_path, store_urls, extra=EVERY_CHANNEL) as opened:
        yield opened


@pytest.fixture
async def full_town(store_urls: StoreUrls, tmp_path: Path) -> AsyncIterator[Town]:
    """Telegram and WhatsApp in full."""
    extra = EVERY_CHANNEL.replace('enough-for-a-token"', 'enough-for-a-token"' + FULL, 1)
    extra = extra.replace('verify_token = "made-up"', 'verify_token = "made-up"' + FULL, 1)
    async with open_town(tmp_path, store_urls, extra=extra) as opened:
        yield opened


async def sent(town: Town, channel: str = "telegram") -> StrictChannel:
    """What goes out now."""
    platform = StrictChannel()
    await send_all(town, {channel: platform})
    return platform


async def styles(town: Town) -> list[str | None]:
    return [row.style for row in await town.rows(tables.outbox)]


async def answered(
    town: Town, channel: str, text: str = "Dag. Ik bel u morgen.", uploads: tuple[Upload, ...] = ()
) -> Resident:
    """Someone whose caseworker wrote, an hour after they did."""
    one, noor = await town.resident(channel), await town.colleague()
    await sent(town, channel)
    town.clock.forward(hours=1)
    await takeover.take_over(town.house, one.conversation_id, noor)
    await takeover.reply(town.house, one.conversation_id, noor, text, seen_seq=1000, client_id="a", uploads=uploads)
    return one


async def test_what_was_just_asked_for_goes_in_full(town: Town) -> None:
    one = await town.resident("telegram", at_menu=False)
    await one.says(Typed("hallo"))
    platform = await sent(town)
    assert [text for _, text in platform.took] == [m.content.text for m in await one.messages() if m.author == "bot"]
    assert set(await styles(town)) == {"full"}


async def test_what_a_caseworker_wrote_goes_as_a_notice_that_names_them_and_opens_the_conversation(town: Town) -> None:
    one = await answered(town, "telegram")
    platform = await sent(town)
    ((_, text),) = platform.took
    assert text.startswith("U heeft een bericht van Noor.")
    assert "bel" not in text
    (token,) = LINK.findall(text)
    whom = await identity.use_link(town.house, token, None)
    assert whom.conversation_id == one.conversation_id
    assert platform.sent[0].template is None
    assert (await styles(town))[-1] == "nudge"


async def test_in_full_a_caseworkers_words_say_whose_they_are(full_town: Town) -> None:
    await answered(full_town, "telegram")
    ((_, text),) = (await sent(full_town)).took
    assert text == "Noor schrijft:\nDag. Ik bel u morgen."


async def test_an_answer_that_is_a_day_late_is_a_notice(town: Town) -> None:
    one = await town.resident("telegram", at_menu=False)
    await one.says(Typed("hallo"))
    town.clock.forward(days=1)
    ((_, text),) = (await sent(town)).took
    assert LINK.search(text)


async def test_a_file_goes_along_in_full(full_town: Town) -> None:
    await answered(full_town, "telegram", uploads=(Upload("image/png", PNG),))
    platform = await sent(full_town)
    words, picture = platform.sent
    assert (words.file, words.shown.text) == (None, "Noor schrijft:\nDag. Ik bel u morgen.")
    assert picture.file == Upload("image/png", PNG)
    assert words.key != picture.key


async def test_a_file_does_not_go_along_with_a_notice(town: Town) -> None:
    await answered(town, "telegram", uploads=(Upload("image/png", PNG),))
    (notice,) = (await sent(town)).sent
    assert notice.file is None


async def test_who_shares_their_telephone_gets_notices_everywhere(full_town: Town) -> None:
    one = await answered(full_town, "telegram")
    async with full_town.house.db.begin() as conn:
        await conn.execute(update(tables.person).values(phone_shared_at=to_ms(MONDAY)))
    ((_, text),) = (await sent(full_town)).took
    assert text.startswith("U heeft een bericht van Noor.")
    assert one.conversation_id


async def test_a_sensitive_answer_is_a_notice_and_two_of_one_moment_are_one(town: Town) -> None:
    one = await town.resident("telegram")
    await one.says(Tapped("welkom.menu:aanmelden"))
    await sent(town)
    await one.says(Typed("ik word mijn huis uitgezet"))
    platform = await sent(town)
    ((_, text),) = platform.took
    assert text.startswith("Uw antwoord staat klaar.")
    assert LINK.search(text)


@pytest.mark.parametrize("words", ["ik wil niet meer leven", "mijn man slaat mij"])
async def test_danger_is_answered_at_once_with_the_numbers_on_every_channel(town: Town, words: str) -> None:
    one = await town.resident("telegram")
    await sent(town)
    await one.says(Typed(words))
    texts = " ".join(text for _, text in (await sent(town)).took)
    assert "112" in texts
    assert not LINK.search(texts)


async def test_outside_the_window_a_template_goes_with_name_and_link(town: Town) -> None:
    one = await answered(town, "whatsapp")
    town.clock.forward(hours=24)
    platform = await sent(town, "whatsapp")
    (template,) = [part.template for part in platform.sent]
    assert template is not None
    assert (template.name, template.language, template.values[0]) == ("seintje", "nl", "Noor")
    assert LINK.search(template.values[1])
    assert (await styles(town))[-1] == "template"
    assert one.conversation_id


async def test_the_window_is_counted_from_when_the_person_sent_it_not_from_when_it_came(town: Town) -> None:
    one = await town.resident("whatsapp")
    late = one.inbound(Typed("menu"))
    await town.conversations.receive(
        type(late)(late.channel, late.external_id, "late", late.said, sent_at=to_ms(MONDAY - timedelta(hours=23.5)))
    )
    await sent(town, "whatsapp")
    (row,) = await town.rows(tables.address)
    assert row.last_inbound_at == to_ms(MONDAY - timedelta(hours=23.5))


async def test_without_an_approved_template_it_is_not_sent_and_someone_learns_of_it(town: Town) -> None:
    one = await answered(town, "whatsapp")
    async with town.house.db.begin() as conn:
        await conn.execute(update(tables.person).values(language="tr"))  # none of the approved ones
    town.clock.forward(hours=25)
    assert (await sent(town, "whatsapp")).took == []
    row = (await town.rows(tables.outbox))[-1]
    assert (row.state, row.reason) == ("failed", "no_template")
    assert (await one.events())[-1] == "undelivered"
    assert (await one.row()).queue == "waiting_us"


async def test_what_was_planned_is_a_notice_and_is_checked_again_when_it_is_sent(town: Town) -> None:
    one = await unfinished(town, "telegram")
    await sent(town)
    await town.move_to(TOMORROW)
    assert (await town.rows(tables.outbox))[-1].planned == 1
    evening = TOMORROW.replace(hour=21)
    town.clock.to(evening)
    assert (await sent(town)).took == []  # it was held up, and now it is too late in the day
    row = (await town.rows(tables.outbox))[-1]
    morning = (TOMORROW + timedelta(days=1)).replace(hour=9)
    assert row.state == "waiting"
    assert to_ms(morning) <= row.due_at < to_ms(morning + SPREAD)
    assert row.attempts == 0
    town.clock.to(TOMORROW + timedelta(days=1))
    ((_, text),) = (await sent(town)).took
    assert text.startswith("U heeft een bericht van Waterdrecht.")
    assert one.conversation_id


async def test_stop_and_a_cancelled_plan_reach_what_waits_to_be_sent(town: Town) -> None:
    for undo in ("stop", "cancel"):
        one = await unfinished(town, "telegram")
        await sent(town)
        await town.move_to(town.clock.now() + timedelta(days=1))
        if undo == "stop":
            await one.says(Typed("stop"))
            reason = "opted_out"
        else:
            await one.says(Tapped("aanmelden.worries:enough"))
            await one.says(Tapped("aanmelden.summary:yes"))
            reason = "cancelled"
        mine = await town.rows(tables.outbox, conversation_id=one.conversation_id, planned=1)
        assert [(row.state, row.reason) for row in mine] == [("dropped", reason)]


async def test_while_a_human_holds_the_conversation_what_was_planned_waits(town: Town) -> None:
    one, noor = await unfinished(town, "telegram"), await town.colleague()
    await sent(town)
    await town.move_to(TOMORROW)
    await takeover.take_over(town.house, one.conversation_id, noor)
    assert (await sent(town)).took == []
    assert (await town.rows(tables.outbox))[-1].due_at >= to_ms(TOMORROW + timedelta(hours=4))


async def test_what_was_planned_goes_in_the_language_that_was_chosen_since(full_town: Town) -> None:
    await unfinished(full_town, "telegram")
    await sent(full_town)
    await full_town.move_to(TOMORROW)
    async with full_town.house.db.begin() as conn:
        await conn.execute(update(tables.person).values(language="en"))
    ((_, text),) = (await sent(full_town)).took
    assert text.startswith("Hello")


async def test_a_long_list_turns_its_page_and_no_flow_hears_of_it(town: Town) -> None:
    one = await town.resident("whatsapp")
    await sent(town, "whatsapp")
    await one.says(Tapped("!go:aanmelden"))
    await one.says(Tapped("aanmelden.for_whom:self"))
    platform = StrictChannel()
    await send_all(town, {"whatsapp": platform})
    (first,) = [part.shown for part in platform.sent if part.shown.pages > 1]
    seen, screen = len(await one.messages()), await one.screen()
    pages = [first]
    for _ in range(first.pages - 1):
        await one.says(Tapped(pages[-1].buttons[-1].data))
        await send_all(town, {"whatsapp": platform})
        pages.append(platform.sent[-1].shown)
    data = [button.data for page in pages for button in page.buttons[:-1]]
    (said,) = [m.content for m in await one.messages() if m.content.origin == screen]
    assert data == [button.data for button in said.buttons]
    assert (len(await one.messages()), await one.screen()) == (seen, screen)


async def test_whoever_turns_the_page_of_an_old_list_gets_the_page(town: Town) -> None:
    one = await town.resident("whatsapp")
    await one.says(Tapped("!go:aanmelden"))
    await one.says(Tapped("aanmelden.for_whom:self"))
    await sent(town, "whatsapp")
    town.clock.forward(days=3)
    await one.says(Tapped("!page:2"))
    (page,) = (await sent(town, "whatsapp")).sent
    assert page.shown.buttons


async def test_a_page_that_is_not_there_and_nonsense_are_harmless(town: Town) -> None:
    one = await town.resident("whatsapp")
    for data in ("!page:99", "!page:", "!page:-1", "!page:٣", "!page:" + "9" * 300):
        await one.says(Tapped(data))
    await sent(town, "whatsapp")
    assert {row.state for row in await town.rows(tables.outbox)} == {"sent"}


async def test_someone_who_is_in_the_web_chat_now_is_answered_there(town: Town) -> None:
    one, noor = await town.resident("telegram"), await town.colleague()
    await sent(town)
    whom = await identity.find(town.house, "telegram", one.external_id)
    assert whom is not None
    await identity.attach_address(town.house, whom.person_id, "webchat", "browser")
    browser, other = Resident(town, "webchat", "browser"), await town.resident()
    town.clock.forward(hours=2)
    await browser.says(Typed("menu"))
    for _ in range(20):  # someone who says more, and is here as well
        await other.says(Typed("menu"))
    await takeover.take_over(town.house, one.conversation_id, noor)
    for number, (minutes, channel) in enumerate([(5, "webchat"), (30, "telegram")]):
        town.clock.forward(minutes=minutes)
        await takeover.reply(town.house, one.conversation_id, noor, "Dag.", seen_seq=1000, client_id=f"{number}")
        assert (await town.rows(tables.outbox))[-1].channel == channel


async def test_an_address_that_nobody_confirmed_gets_no_personal_link(town: Town) -> None:
    one = await town.resident()
    (person,) = await town.rows(tables.person)
    await identity.attach_address(town.house, person.id, "email", "sam@voorbeeld.example")
    noor = await town.colleague()
    town.clock.forward(hours=1)
    await takeover.take_over(town.house, one.conversation_id, noor)
    for number, confirmed in enumerate([False, True]):
        town.clock.forward(minutes=1)
        async with town.house.db.begin() as conn:
            at = to_ms(MONDAY) if confirmed else None
            await conn.execute(
                update(tables.address).where(tables.address.c.channel == "email").values(confirmed_at=at)
            )
        await takeover.reply(town.house, one.conversation_id, noor, "Dag.", seen_seq=99, client_id=f"{number}")
        platform = await sent(town, "email")
        ((_, text),) = platform.took
        assert bool(LINK.search(text)) is confirmed
        assert platform.sent[0].letter is not None
        assert "schuld" not in (platform.sent[0].letter.subject + platform.sent[0].letter.foot + text).lower()


async def test_what_is_stored_stays_what_was_meant(town: Town) -> None:
    one = await answered(town, "telegram")
    await sent(town)
    row = (await town.rows(tables.message))[-1]
    content = contents.loads(town.house.vault.unseal_text(row.content_sealed, "message"))
    assert content.text == "Dag. Ik bel u morgen."
    assert one.conversation_id


async def test_who_gives_an_address_for_e_mail_is_asked_there_whether_it_is_theirs(town: Town) -> None:
    one = await town.resident()
    for _ in range(2):
        await one.says(Tapped("!mens"))
        await one.says(Tapped("overdracht.asked:number"))
        await one.says(Typed("sam@voorbeeld.example"))
    (letter,) = (await sent(town, "email")).sent
    assert letter.external_id == "sam@voorbeeld.example"
    assert letter.letter is not None
    assert "/mail/" in letter.letter.foot
    assert not LINK.search(letter.shown.text)


async def test_a_notice_that_never_came_announces_nothing(town: Town) -> None:
    one = await answered(town, "telegram")
    await sent(town)
    (row,) = (await town.rows(tables.outbox))[-1:]
    again = {name: row._mapping[name] for name in ("conversation_id", "message_id", "address_id", "channel", "due_at")}
    for state, expected in [("delivered", 0), ("failed", 1)]:
        async with town.house.db.begin() as conn:  # something more of the same moment
            await conn.execute(update(tables.outbox).where(tables.outbox.c.id == row.id).values(state=state))
            await conn.execute(insert(tables.outbox).values(again))
        assert len((await sent(town)).took) == expected
        async with town.house.db.begin() as conn:
            await conn.execute(delete(tables.outbox).where(tables.outbox.c.id > row.id))
    assert one.conversation_id
