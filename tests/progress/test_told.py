"""Delays, creditors' answers, the decision, another contact: told at once, on file, and found back as news."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, insert, update

from bot import takeover
from bot.clock import to_ms
from bot.progress import acts
from flows.grammar import Opened, Tapped
from storage import tables
from tests.progress.conftest import signs_up
from tests.progress.test_moved import known
from tests.support.agenda import disable
from tests.support.town import MONDAY, Colleague, Resident, Town, origins
from tests.test_takeover import refusal

FRIDAY = date(2026, 11, 27)


# ---- delays ----------------------------------------------------------------------------------------------------------


async def test_a_delay_is_told_and_found_back_as_news(town: Town, sanne: Resident, noor: Colleague) -> None:
    await acts.tell_delay(
        town.house, sanne.conversation_id, noor, "creditors", words="Ik bel ze vrijdag.", client_id="12345678"
    )
    (told,) = await sanne.hears()
    assert told.content.origin == "voortgang.told_delay"
    assert "Noor schrijft: “Ik bel ze vrijdag.”" in told.content.text
    (news,) = (await known(town, sanne)).progress(town.house).news
    assert (news.kind, news.code, news.words, news.on) == ("delay", "creditors", "Ik bel ze vrijdag.", MONDAY.date())
    (found,) = await sanne.taps("!go:voortgang")
    assert "We wachten op antwoord" in found.content.text


async def test_our_own_delay_may_have_a_day_and_that_has_a_clock(town: Town, sanne: Resident, noor: Colleague) -> None:
    await takeover.spoke(
        town.house, sanne.conversation_id, noor, "telefoon", seen_seq=99, client_id="spoke-1", first_talk=True
    )
    await acts.tell_delay(town.house, sanne.conversation_id, noor, "busy", until=FRIDAY, client_id="12345678")
    (promised,) = await town.rows(tables.promise, kind="news")
    assert promised.kept_at is None
    assert (await sanne.row()).queue == "waiting_them"
    await town.move_to(MONDAY + timedelta(days=3, hours=1))
    assert (await sanne.row()).queue == "waiting_us"
    await acts.tell_delay(town.house, sanne.conversation_id, noor, "other", client_id="23456789")
    (promised,) = await town.rows(tables.promise, kind="news")
    assert promised.kept_at is not None
    assert (await sanne.row()).queue == "waiting_them"


async def test_the_day_by_which_one_hears_is_found_back_until_one_heard(
    town: Town, sanne: Resident, noor: Colleague, bas: Colleague
) -> None:
    promised, written = "U hoort uiterlijk vrijdag 27 november weer van ons.", "Noor schrijft: “Sorry daarvoor.”"
    house, number = town.house, sanne.conversation_id
    await acts.tell_delay(house, number, noor, "busy", words="Sorry daarvoor.", until=FRIDAY, client_id="12345678")
    await sanne.hears()
    await town.move_to(MONDAY + timedelta(days=1))
    await sanne.hears()
    (where,) = await sanne.taps("!go:voortgang")
    assert "maandag 23 november: ⏳ Het duurt iets langer. Het is druk bij ons." in where.content.text
    assert promised in where.content.text
    (news,) = await sanne.taps("voortgang.where:news")
    assert promised in news.content.text
    assert written in news.content.text
    await acts.tell_creditor(house, number, bas, "Vattenkracht", "asks", words="Dat doe ik.", client_id="23456789")
    await sanne.hears()
    await sanne.taps("!go:voortgang")
    (news,) = await sanne.taps("voortgang.where:news")
    assert promised not in news.content.text
    assert written in news.content.text
    assert "Bas schrijft: “Dat doe ik.”" in news.content.text


async def test_a_day_that_was_told_to_nobody_is_no_promise(town: Town, sanne: Resident, noor: Colleague) -> None:
    await acts.tell_delay(town.house, sanne.conversation_id, noor, "busy", until=FRIDAY, client_id="12345678")
    async with town.house.db.begin() as conn:
        await conn.execute(delete(tables.promise))
    await sanne.hears()
    (where,) = await sanne.taps("!go:voortgang")
    assert "Het duurt iets langer." in where.content.text
    assert "U hoort uiterlijk" not in where.content.text


async def test_a_farewell_found_back_is_of_who_went(
    town: Town, sanne: Resident, noor: Colleague, bas: Colleague
) -> None:
    await takeover.assign(town.house, sanne.conversation_id, noor.id, noor, client_id="assigned")
    await acts.introduce(town.house, sanne.conversation_id, bas, bas.id, words="Het ga u goed!", client_id="12345678")
    await sanne.hears()
    await sanne.taps("!go:voortgang")
    (news,) = await sanne.taps("voortgang.where:news")
    assert "Noor schrijft: “Het ga u goed!”" in news.content.text


async def test_what_reaches_nobody_keeps_no_promise(town: Town, sanne: Resident, noor: Colleague) -> None:
    """Or we would not be warned any more that the person waits to hear from us."""
    await acts.tell_delay(town.house, sanne.conversation_id, noor, "busy", until=FRIDAY, client_id="12345678")
    async with town.house.db.begin() as conn:
        await conn.execute(update(tables.address).values(blocked_at=to_ms(town.clock.now())))
    await acts.tell_delay(town.house, sanne.conversation_id, noor, "other", client_id="23456789")
    (promised,) = await town.rows(tables.promise, kind="news")
    assert promised.kept_at is None


@pytest.mark.parametrize(
    ("code", "until"),
    [
        ("creditors", FRIDAY),
        ("judge", FRIDAY),
        ("busy", MONDAY.date()),
        ("busy", date(2020, 1, 1)),
        ("busy", date(2028, 1, 1)),
    ],
)
async def test_a_day_of_someone_else_is_never_promised(
    town: Town, sanne: Resident, noor: Colleague, code: str, until: date
) -> None:
    telling = acts.tell_delay(town.house, sanne.conversation_id, noor, code, until=until, client_id="12345678")
    assert await refusal(telling) == "not_ours"
    assert await sanne.hears() == []


# ---- creditors -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", ["agreed", "refused", "asks", "other_offer"])
async def test_what_a_creditor_answered(town: Town, sanne: Resident, noor: Colleague, answer: str) -> None:
    await acts.tell_creditor(
        town.house, sanne.conversation_id, noor, "  Vatten\n kracht ", answer, client_id="12345678"
    )
    (told,) = await sanne.hears()
    assert told.content.origin == "voortgang.told_creditor"
    assert told.content.sensitive
    assert "Vatten kracht" in told.content.text
    (news,) = (await known(town, sanne)).progress(town.house).news
    assert (news.kind, news.code, news.name) == ("creditor", answer, "Vatten kracht")


async def test_nothing_of_it_stands_in_clear_in_the_database(town: Town, sanne: Resident, noor: Colleague) -> None:
    await acts.tell_creditor(town.house, sanne.conversation_id, noor, "Vattenkracht", "agreed", client_id="12345678")
    for table in (tables.event, tables.message, tables.conversation):
        assert all("Vattenkracht" not in str(tuple(row)) for row in await town.rows(table))


async def test_hostile_words_are_words(town: Town, sanne: Resident, noor: Colleague) -> None:
    name = "<b>{name}</b> {0} %s"
    await acts.tell_creditor(
        town.house, sanne.conversation_id, noor, name, "asks", words="{words}", client_id="12345678"
    )
    (told,) = await sanne.hears()
    assert name in told.content.text
    assert "{words}" in told.content.text
    house, number = town.house, sanne.conversation_id
    assert await refusal(acts.tell_creditor(house, number, noor, " ", "asks", client_id="23456789")) == "no_name"
    assert await refusal(acts.tell_creditor(house, number, noor, "x" * 81, "asks", client_id="23456789")) == "too_long"
    assert await refusal(acts.tell_creditor(house, number, noor, "x", "no", client_id="23456789")) == "no_answer"
    assert await refusal(acts.tell_delay(house, number, noor, "x", client_id="23456789")) == "no_reason"
    huge = acts.tell_delay(house, number, noor, "busy", words="x" * 601, client_id="23456789")
    assert await refusal(huge) == "too_long"


# ---- the decision ----------------------------------------------------------------------------------------------------


async def test_the_decision_that_was_waited_for_is_told_once(town: Town, sanne: Resident, noor: Colleague) -> None:
    await takeover.spoke(
        town.house, sanne.conversation_id, noor, "telefoon", seen_seq=99, client_id="spoke-1", first_talk=True
    )
    for _ in range(2):
        await acts.decided(town.house, sanne.conversation_id, noor)
    assert origins(await sanne.hears()) == ["voortgang.told_decision"]
    assert (await sanne.events()).count("contactmoment") == 3  # the sign-up, the talk and this
    (kept,) = await town.rows(tables.promise, kind="decision")
    assert kept.kept_at is not None


async def test_a_plan_that_changed_has_a_decision_of_its_own(town: Town, sanne: Resident, noor: Colleague) -> None:
    for number in ("first-one", "second-one"):
        await acts.tell_decision(town.house, sanne.conversation_id, noor, client_id=number)
    assert origins(await sanne.hears()) == ["voortgang.told_decision"] * 2
    assert (await sanne.events()).count("decided") == 2


# ---- another contact -------------------------------------------------------------------------------------------------


async def owed(town: Town, one: Resident, staff: Colleague, state: str = "open") -> int:
    """Something that this colleague is to do for them."""
    async with town.house.db.begin() as conn:
        made = {"conversation_id": one.conversation_id, "made_at": 1, "made_by": staff.id, "details_sealed": b"x"}
        number = (await conn.execute(insert(tables.summary).values(made).returning(tables.summary.c.id))).scalar_one()
        values = {"conversation_id": one.conversation_id, "summary_id": number, "place": 1, "staff_id": staff.id}
        rest = {"state": state, "changed_at": to_ms(town.clock.now()), "details_sealed": b"x"}
        statement = insert(tables.agreement).values({**values, **rest}).returning(tables.agreement.c.id)
        return int((await conn.execute(statement)).scalar_one())


async def test_what_a_third_colleague_does_stays_theirs(
    town: Town, sanne: Resident, noor: Colleague, bas: Colleague
) -> None:
    kim = await town.colleague("Kim")
    await takeover.assign(town.house, sanne.conversation_id, noor.id, noor, client_id="assigned")
    hers = await owed(town, sanne, kim)
    await acts.introduce(town.house, sanne.conversation_id, noor, bas.id, ready="fits", client_id="12345678")
    assert {row.id: row.staff_id for row in await town.rows(tables.agreement)} == {hers: kim.id}


async def test_file_case_and_tasks_go_over_and_both_say_so(
    town: Town, sanne: Resident, noor: Colleague, bas: Colleague
) -> None:
    await takeover.assign(town.house, sanne.conversation_id, noor.id, noor, client_id="assigned")
    open_one, done = await owed(town, sanne, noor), await owed(town, sanne, noor, "done")
    await acts.introduce(
        town.house, sanne.conversation_id, noor, bas.id, ready="fits", welcome="Tot gauw!", client_id="12345678"
    )
    (told,) = await sanne.hears()
    assert told.content.origin == "voortgang.told_contact"
    assert "Mijn collega weet veel van uw volgende stap." in told.content.text
    assert "Tot gauw!" in told.content.text
    assert "U hoeft uw verhaal niet nog een keer te vertellen." in told.content.text
    assert (await sanne.row()).assigned_to == bas.id
    (case,) = await town.rows(tables.case_file)
    assert case.taken_by == bas.id
    assert {row.id: row.staff_id for row in await town.rows(tables.agreement)} == {open_one: bas.id, done: noor.id}
    (shown,) = await sanne.taps("!go:voortgang")
    assert "Uw contact is Bas." in shown.content.text
    (news,) = (await known(town, sanne)).progress(town.house).news
    assert (news.kind, news.name) == ("contact", "Bas")


async def test_who_does_not_work_here_any_more_is_nobodys_contact(
    town: Town, sanne: Resident, noor: Colleague, bas: Colleague
) -> None:
    await takeover.assign(town.house, sanne.conversation_id, noor.id, noor, client_id="assigned")
    await disable(town, noor)
    (shown,) = await sanne.taps("!go:voortgang")
    assert "Uw contact" not in shown.content.text
    await acts.introduce(town.house, sanne.conversation_id, bas, bas.id, ready="other_work", client_id="12345678")
    (told,) = await sanne.hears()
    assert "Noor: “Ik krijg ander werk." in told.content.text


async def test_a_hold_stays_with_who_has_it(town: Town, sanne: Resident, noor: Colleague, bas: Colleague) -> None:
    await takeover.take_over(town.house, sanne.conversation_id, noor)
    await acts.introduce(town.house, sanne.conversation_id, noor, bas.id, words="Dag!", client_id="12345678")
    assert (await sanne.row()).held_by == noor.id
    await takeover.take_over(town.house, sanne.conversation_id, bas)
    assert (await sanne.row()).held_by == bas.id


async def test_what_cannot_be_is_refused(town: Town, sanne: Resident, noor: Colleague, bas: Colleague) -> None:
    house, number = town.house, sanne.conversation_id
    await takeover.assign(house, number, noor.id, noor, client_id="assigned")

    async def code(to: int, ready: str = "", words: str = "") -> str:
        return await refusal(acts.introduce(house, number, noor, to, ready=ready, words=words, client_id="12345678"))

    assert await code(99, ready="glad") == "no_colleague"
    assert await code(noor.id, ready="glad") == "same_contact"
    assert await code(bas.id) == "no_words"
    assert await code(bas.id, ready="x") == "no_words"
    assert await code(bas.id, words="x" * 601) == "too_long"
    assert (await sanne.row()).assigned_to == noor.id
    assert await sanne.hears() == []


async def test_typed_words_are_never_translated(town: Town, noor: Colleague, bas: Colleague) -> None:
    one = await town.resident(at_menu=False)
    await one.says(Opened(hint="ar"))
    await one.says(Tapped("welkom.hello:ar"))
    await signs_up(one)
    await takeover.assign(town.house, one.conversation_id, noor.id, noor, client_id="assigned")
    await acts.introduce(town.house, one.conversation_id, noor, bas.id, words="Het ga u goed!", client_id="12345678")
    (told,) = await one.hears()
    assert told.content.language == "ar"
    assert "بالهولندية" in told.content.text
    assert "Het ga u goed!" in told.content.text


async def test_whose_help_ended_is_told_how_it_went_and_not_that_they_never_signed_up(
    town: Town, sanne: Resident, noor: Colleague
) -> None:
    await acts.move(
        town.house, sanne.conversation_id, noor, "gesprek", "begin", also=["aanmelding"], client_id="12345678"
    )
    await acts.tell_delay(town.house, sanne.conversation_id, noor, "busy", until=FRIDAY, client_id="23456789")
    ended = update(tables.case_file).values(closed_at=to_ms(town.clock.now()), taken_by=noor.id)
    async with town.house.db.begin() as conn:
        await conn.execute(ended)
    await sanne.hears()
    told = (await sanne.taps("!go:voortgang"))[-1].content
    assert "De hulp is afgesloten op maandag 23 november" in told.text
    assert "Klaar: Aanmelding" in told.text
    assert next(button.label for button in told.buttons) == "Praten met Noor"
    (news,) = await sanne.taps("voortgang.where:news")
    assert "Het duurt iets langer" in news.content.text
    assert "27 november" not in news.content.text, "of help that ended nothing is promised any more"
