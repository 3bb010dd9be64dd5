"""One message, one transaction: handled once, in order of receipt, and a bug in a step touches nobody else."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import effects
from bot.conversation import Receipt
from bot.errors import Refused
from bot.privacy.masking import LONGEST
from bot.privacy.vault import EXPIRES_AFTER
from bot.talk import Talk
from flows import registry, understanding
from flows.grammar import Case, Effect, HandOver, Opened, Screen, Tapped, Target, Typed, Urgency, t
from storage import conversations as queries
from storage import tables
from tests.support.town import MONDAY, Resident, Town, local, origins, screen_replaced

SIGN_UP = ("!go:aanmelden", "aanmelden.for_whom:self", "aanmelden.worries:enough")


def broken(case: Case) -> Screen:
    raise ZeroDivisionError("on purpose: the words of a person might stand here")


async def test_a_cry_for_help_at_the_end_of_the_longest_message_is_heard(town: Town) -> None:
    """Whatever a channel lets in is kept and read to its last word (rule 7)."""
    cry = " Ik wil niet meer leven."
    text = ("Ik leg het uit. " * LONGEST)[: LONGEST - len(cry)] + cry
    one = await town.resident()
    await one.types(text)
    (alarm,) = await town.rows(tables.alarm)
    assert alarm.urgency == Urgency.DANGER
    assert text in [message.content.text for message in await one.messages()]


# ---- once ----------------------------------------------------------------------------------------------------------


async def test_the_same_message_twice_in_one_batch_is_handled_once(town: Town) -> None:
    one = await town.resident()
    first, second = await asyncio.gather(
        one.says(Typed("mens"), message_id="same"), one.says(Typed("mens"), message_id="same")
    )
    assert [first.duplicate, second.duplicate] == [False, True]
    assert second.seq == 0
    assert origins(await one.hears()) == ["overdracht.asked"]


async def test_the_same_message_again_later_is_handled_once(town: Town) -> None:
    one = await town.resident()
    await one.types("mens", message_id="same")
    again = await one.says(Typed("mens"), message_id="same")
    assert again == Receipt(one.conversation_id, 0, duplicate=True)
    assert await one.hears() == []


async def test_two_processes_that_get_the_same_messages_handle_each_once(town: Town) -> None:
    people = [await town.resident() for _ in range(4)]
    other = await town.another_process()
    doubled = [one.inbound(Typed(f"bericht {n}")) for n in range(5) for one in people]
    receipts = await asyncio.gather(
        *(process.receive(message) for message in doubled for process in (town.conversations, other))
    )
    assert Counter(receipt.duplicate for receipt in receipts) == {True: 20, False: 20}
    for one in people:
        typed = [found.content.text for found in await one.messages() if found.author == "resident"]
        assert sorted(typed[1:]) == [f"bericht {n}" for n in range(5)]  # the first is the tap on the language


async def test_nobody_can_suppress_the_message_of_someone_else(town: Town) -> None:
    one, other = await town.resident(), await town.resident()
    await one.types("mens", message_id="chosen by the page")
    assert origins(await other.types("mens", message_id="chosen by the page")) == ["overdracht.asked"]


async def test_where_the_platform_numbers_the_messages_a_number_counts_for_the_whole_channel(town: Town) -> None:
    telegram = await town.resident("telegram")
    await telegram.types("mens", message_id="77")
    assert (await telegram.says(Typed("mens"), message_id="77")).duplicate
    whatsapp = await town.resident("whatsapp")
    assert not (await whatsapp.says(Typed("mens"), message_id="77")).duplicate


async def test_messages_of_one_person_keep_their_order(town: Town) -> None:
    people = [await town.resident() for _ in range(3)]
    sent = [f"verhaal {n}" for n in range(12)]
    for one in people:
        await one.types("mens")
    await asyncio.gather(*(one.says(Typed(text)) for text in sent for one in people))
    for one in people:
        messages = await one.messages()
        assert [message.content.text for message in messages if message.content.text in sent] == sent
        assert [message.seq for message in messages] == list(range(1, len(messages) + 1))


async def test_someone_new_who_arrives_twice_at_once_is_one_person(town: Town) -> None:
    newcomer = Resident(town, "webchat", "someone-new-in-two-tabs")
    other = await town.another_process()
    receipts = await asyncio.gather(
        *(
            process.receive(newcomer.inbound(Opened(), f"{number}"))
            for number, process in enumerate((town.conversations, other) * 3)
        )
    )
    assert len({receipt.conversation_id for receipt in receipts}) == 1
    assert len(await town.rows(tables.person)) == 1
    assert len(await town.rows(tables.address)) == 1


async def test_what_a_message_leads_to_is_there_for_the_next_in_the_same_batch(town: Town) -> None:
    """A page that was offline sends everything at once."""
    one = await town.resident()
    await asyncio.gather(
        *(one.says(Tapped(data)) for data in (*SIGN_UP, "aanmelden.summary:yes", "!menu", *SIGN_UP)),
        one.says(Tapped("aanmelden.summary:yes")),
    )
    assert len(await town.rows(tables.case_file)) == 1


async def test_the_message_of_someone_whose_address_went_away_is_taken_as_of_someone_new(town: Town) -> None:
    """The platform numbers its messages: that the first try knew the number already must not suppress the second."""
    newcomer = Resident(town, "telegram", "erased-and-back-again")
    known = await town.conversations.ensure(newcomer.channel, newcomer.external_id)
    await town.conversations.ensure(newcomer.channel, "a later one, so that SQLite gives no number twice")
    async with town.house.db.begin() as conn:
        await conn.execute(delete(tables.address).where(tables.address.c.id == known.address_id))
    receipt = await newcomer.says(Typed("hallo"))
    assert not receipt.duplicate
    assert receipt.conversation_id != known.conversation_id
    assert origins(await newcomer.hears()) == ["welkom.hello"]


async def test_a_session_that_cannot_be_read_begins_again_and_that_is_on_record(town: Town) -> None:
    """As after going back to an older release: rather greet once more than fall silent."""
    one = await town.resident()
    row = await one.row()
    async with town.house.db.begin() as conn:
        of_person = select(tables.person.c.key_id).where(tables.person.c.id == row.person_id)
        key_id = (await conn.execute(of_person)).scalar_one()
        await town.house.vault.prepare([key_id])
        sealed = town.house.vault.seal_text(key_id, "session", '{"version": 999}')
        which = tables.conversation.c.id == row.id
        await conn.execute(update(tables.conversation).where(which).values(session_sealed=sealed))
    assert origins(await one.types("hallo")) == ["welkom.hello"]
    assert "session_unreadable" in await one.events()


# ---- a bug in a step -----------------------------------------------------------------------------------------------


async def test_whoever_cries_for_help_hears_where_to_turn_even_when_we_fail(town: Town) -> None:
    one = await town.resident()
    with screen_replaced("crisis", "life", broken):
        heard = await one.types("ik wil niet meer leven")
    assert "112" in heard[-1].content.text
    assert "113" in heard[-1].content.text


async def test_a_bug_in_a_step_is_told_to_the_person_and_to_a_human(town: Town) -> None:
    one = await town.resident()
    with screen_replaced("overdracht", "asked", broken):
        heard = await one.types("mens")
    assert origins(heard) == ["taking.failed"]
    kept = [message for message in await one.messages() if message.author == "resident"][-1]
    assert (kept.content.text, kept.unhandled) == ("mens", True)
    row = await one.row()
    assert (row.queue, row.urgency, local(row.due_at)) == ("waiting_us", 1, MONDAY)
    assert (await one.events())[-1] == "failed_step"


async def test_after_a_bug_the_next_message_works_from_where_the_person_was(town: Town) -> None:
    one = await town.resident()
    await one.taps("!go:aanmelden")
    with screen_replaced("overdracht", "asked", broken):
        await one.types("mens")
    assert await one.screen() == "aanmelden.for_whom"
    assert origins(await one.taps("aanmelden.for_whom:self")) == ["aanmelden.worries"]


async def test_a_bug_for_one_person_does_not_touch_the_others_in_the_batch(town: Town) -> None:
    people = [await town.resident() for _ in range(6)]
    with screen_replaced("overdracht", "asked", broken):
        await asyncio.gather(*(one.says(Typed("mens" if n % 2 else "help")) for n, one in enumerate(people)))
    heard = [origins(await one.hears()) for one in people]
    assert heard == [["woorden.help"], ["taking.failed"]] * 3


async def test_a_bug_at_a_cry_for_help_still_raises_the_alarm(town: Town) -> None:
    one = await town.resident()
    with screen_replaced("crisis", "life", broken):
        await one.types("ik wil niet meer leven")
    (alarm,) = await town.rows(tables.alarm)
    assert (alarm.urgency, alarm.state) == (3, "raised")
    assert (await one.row()).urgency == 3


async def test_a_bug_in_reading_for_a_crisis_loses_no_message(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    one = await town.resident()

    def crisis(text: str) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(understanding, "crisis", crisis)
        assert origins(await one.types("een verhaal")) == ["taking.failed"]
    assert [message.content.text for message in await one.messages() if message.unhandled] == ["een verhaal"]


async def test_a_bug_leaves_nothing_of_its_own_step(town: Town) -> None:
    one = await town.resident()
    for data in SIGN_UP:
        await one.taps(data)
    with screen_replaced("aanmelden", "registered", broken):
        await one.taps("aanmelden.summary:yes")
    assert await town.rows(tables.case_file) == []
    assert await town.rows(tables.promise) == []
    await one.taps("aanmelden.summary:yes")
    assert len(await town.rows(tables.case_file)) == 1


async def test_a_bug_in_an_effect_leaves_nothing_of_what_was_to_be_said(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await town.resident()

    async def hand_over(talk: Talk, effect: HandOver, conn: AsyncConnection) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setitem(effects.HANDLERS, HandOver, hand_over)
        assert origins(await one.types("mens")) == ["taking.failed"]
    assert [message.content.text for message in await one.messages()].count("mens") == 1
    assert await one.screen() == "welkom.menu"


# ---- a database that fails -----------------------------------------------------------------------------------------


async def everything(town: Town) -> dict[str, int]:
    async with town.house.db.read() as conn:
        return {
            table.name: (await conn.execute(select(func.count()).select_from(table))).scalar_one()
            for table in tables.metadata.sorted_tables
        }


class _Busy(Exception):
    """A refusal that passes, on both engines."""

    sqlstate = "40001"
    sqlite_errorcode = 5


def failing(times: int, cause: Exception) -> Callable[..., Any]:
    """``write_back`` that fails so often, after everything else of the batch was written."""
    own, left = queries.write_back, [times]

    async def write_back(conn: AsyncConnection, rows: Any) -> None:
        if left[0]:
            left[0] -= 1
            raise OperationalError("UPDATE conversation", {}, cause)
        await own(conn, rows)

    return write_back


async def test_a_refusal_that_passes_is_tried_again(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    one = await town.resident()
    monkeypatch.setattr(queries, "write_back", failing(2, _Busy()))
    assert origins(await one.types("mens")) == ["overdracht.asked"]
    assert [row.kind for row in await town.rows(tables.event)].count("handover") == 1


async def test_a_refusal_that_stays_is_answered_with_an_error_and_nothing_is_half_written(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await town.resident()
    before = await everything(town)
    with monkeypatch.context() as broken_disk:
        broken_disk.setattr(queries, "write_back", failing(10**6, OSError("disk is full")))
        with pytest.raises(OperationalError):
            await one.says(Typed("mens"), message_id="again")
    assert await everything(town) == before
    assert origins(await one.types("mens", message_id="again")) == ["overdracht.asked"]


async def test_one_row_that_cannot_be_stored_does_not_stop_the_rest_of_the_batch(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [await town.resident() for _ in range(4)]
    own = queries.write_back

    async def write_back(conn: AsyncConnection, rows: Any) -> None:
        if any(row["id"] == people[2].conversation_id for row in rows):
            raise OperationalError("UPDATE conversation", {}, OSError("this page of the disk"))
        await own(conn, rows)

    monkeypatch.setattr(queries, "write_back", write_back)
    done = await asyncio.gather(*(one.says(Typed("mens")) for one in people), return_exceptions=True)
    assert [isinstance(each, OperationalError) for each in done] == [False, False, True, False]
    assert [len(await one.hears()) for one in people] == [1, 1, 0, 1]


# ---- effects that can be refused -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TakeLastPlace(Effect):
    """As booking a slot will be."""


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The codes with which the next ``TakeLastPlace`` are refused; it writes first, as a booking would."""
    codes: list[str] = []

    async def take(talk: Talk, effect: TakeLastPlace, conn: AsyncConnection) -> None:
        await conn.execute(tables.lease.insert().values(name=f"place {talk.id} {len(codes)}", holder="x", expires_at=0))
        talk.record("place_taken")
        if codes:
            raise Refused(codes.pop(0))

    monkeypatch.setitem(effects.HANDLERS, TakeLastPlace, take)
    monkeypatch.setattr(effects, "FALLIBLE", {TakeLastPlace})
    return codes


def booking(case: Case) -> Screen:
    """Says what was refused, and tries again."""
    words = "Het is gelukt." if case.world.refused is None else "Net weg. Nu wel."
    return Screen(t(f"test.booking.{case.world.refused}", words), effects=(TakeLastPlace(),))


async def test_when_an_effect_is_refused_nothing_of_the_first_try_is_seen(town: Town, refused: list[str]) -> None:
    one = await town.resident()
    refused.append("slot_taken")

    def shown(case: Case) -> Screen:
        if case.world.refused is not None:
            return Screen(t("test.refused", "Net weg."))
        return booking(case)

    with screen_replaced("overdracht", "asked", shown):
        heard = await one.types("mens")
    assert [message.content.text for message in heard] == ["Net weg."]
    assert await town.rows(tables.lease) == []
    assert "place_taken" not in await one.events()
    assert [message.content.text for message in await one.messages()].count("mens") == 1


async def test_when_an_effect_is_refused_what_the_person_said_still_counts(town: Town, refused: list[str]) -> None:
    one = await town.resident(at_menu=False)
    await one.says(Opened())
    refused.append("slot_taken")
    with screen_replaced("welkom", "menu", booking):
        await one.taps("welkom.hello:en")
    assert refused == []
    assert [row.language for row in await town.rows(tables.person)] == ["en"]


async def test_a_refused_effect_leaves_the_neighbours_in_the_batch_alone(town: Town, refused: list[str]) -> None:
    one, other = await town.resident(), await town.resident()
    refused.append("slot_taken")

    def shown(case: Case) -> Screen:
        return booking(case) if case.world.refused is None else Screen(t("test.refused", "Net weg."))

    with screen_replaced("overdracht", "asked", shown):
        await asyncio.gather(one.says(Typed("mens")), other.says(Typed("mens")))
    assert [message.content.text for message in await one.hears()] == ["Net weg."]
    assert [message.content.text for message in await other.hears()] == ["Het is gelukt."]
    assert len(await town.rows(tables.lease)) == 1


async def test_an_effect_that_is_refused_without_end_is_a_bug(
    town: Town, refused: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await town.resident()
    refused.extend(["slot_taken"] * 50)
    flow = registry.all_flows()["overdracht"]
    own = flow.follow

    def follow(screen: str, event: str, case: Case) -> Target | None:
        # where a refusal leads back to the same screen, its effect happens again
        return "asked" if event == "slot_taken" else own(screen, event, case)

    monkeypatch.setattr(flow, "follow", follow)
    with screen_replaced("overdracht", "asked", booking):
        heard = await one.types("mens")
    assert origins(heard) == ["taking.failed"]
    assert await town.rows(tables.lease) == []


async def test_who_was_erased_and_writes_again_is_new(town: Town) -> None:
    one = await town.resident("telegram")
    other, before = await town.another_process(), one.conversation_id
    await other.receive(one.inbound(Typed("menu")))
    (gone,) = await town.rows(tables.person)
    await town.house.vault.destroy(gone.key_id, 0)
    await one.types("hallo")
    assert one.conversation_id != before
    assert (await one.messages())[0].content.text == "hallo"
    assert (await other.receive(one.inbound(Typed("nog iets")))).conversation_id == one.conversation_id
    assert len(await town.rows(tables.person)) == 2
    (old,) = await town.rows(tables.address, person_id=gone.id)
    assert (old.external_sealed, old.left_at is not None) == (b"", True)


async def test_a_process_that_stood_still_in_the_middle_loses_no_message(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that is starved or frozen for a minute: the key that was at hand is too old to be used."""
    one = await town.resident()
    vault, own, late = town.house.vault, registry.all_flows()["overdracht"].screens["asked"], [0.0]
    timer = vault._timer
    monkeypatch.setattr(vault, "_timer", lambda: timer() + sum(late))

    def stands_still(case: Case) -> Screen:
        if len(late) == 1:
            late.append(2 * EXPIRES_AFTER)
        return own(case)

    with screen_replaced("overdracht", "asked", stands_still):
        heard = await one.types("mens")
    assert len(late) == 2
    assert origins(heard) == ["overdracht.asked"]
    assert "failed_step" not in await one.events()
