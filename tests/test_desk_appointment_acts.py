"""What a caseworker does with the appointments of a file: each act, each refusal, twice, and two at once."""

from __future__ import annotations

import asyncio
import re
from html import unescape

import pytest

from bot.agenda import making
from bot.desk.accounts import Staff
from bot.takeover import locked
from storage import tables
from tests.support.desk import Balie
from tests.support.desk_agenda import (
    agreed,
    booked,
    chosen,
    give_hours,
    history,
    on,
    path,
    plan,
    press,
    press_here,
    section,
    starts,
)
from tests.support.town import local


@pytest.fixture
async def samir(balie: Balie) -> Staff:
    return await balie.add_staff("samir", "Samir", "coordinator")


# ---- a new one -----------------------------------------------------------------------------------------------------


async def test_a_free_moment_is_taken_and_the_file_opens_at_its_appointments(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    await give_hours(balie, noor.id, kinds="office")
    browser = await balie.browser(noor)
    fields = await plan(browser, one, "?kind=office")
    response = await browser.post(path(one, "appointments/book"), **fields, moment=chosen(on(1, "10:00"), noor))
    assert (response.status, response.headers["Location"]) == (303, f"{path(one)}#appointments")
    (row,) = await agreed(balie, one)
    assert (row.kind, starts(row), row.state, row.made_by) == ("office", on(1, "10:00"), "booked", noor.id)
    await browser.get(path(one))
    assert "morgen 10:00 , op kantoor, met Noor" in section(browser.page)
    assert "Plek Stadhuis" in section(browser.page)
    assert history(browser.page)[0] == "Afspraak gemaakt: op kantoor, morgen 10:00 Noor, 10:00"


async def test_the_same_form_twice_is_one_appointment(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    browser = await balie.browser(noor)
    fields = {**await plan(browser, one), "moment": chosen(on(1, "10:00"), noor)}
    posts = await asyncio.gather(*(browser.post(path(one, "appointments/book"), **fields) for _ in range(3)))
    assert [one.status for one in posts] == [303] * 3
    assert len(await agreed(balie, one)) == 1


@pytest.mark.parametrize("act", ["book", "propose"])
async def test_who_asked_for_a_human_and_got_a_moment_waits_for_us_no_longer(
    balie: Balie, noor: Staff, act: str
) -> None:
    one = await balie.resident("Fatima")
    await one.types("mens")
    browser = await balie.browser(noor)
    await browser.get("/desk?queue=waiting_us")
    assert "Fatima" in browser.page
    moment = {"moment" if act == "book" else "moment-1-1": chosen(on(1, "10:00"), noor)}
    fields = {**await plan(browser, one, f"?for={act}"), "seen": browser.field("seen"), **moment}
    assert (await browser.post(path(one, "appointments", act), **fields)).status == 303
    await browser.get("/desk?queue=waiting_us")
    assert "Fatima" not in browser.page
    await browser.get("/desk?queue=waiting_them")
    assert "Fatima" in browser.page
    await browser.get(path(one))
    assert "Contact buiten de chat" not in " ".join(history(browser.page)), "the appointment itself stands there"


@pytest.mark.parametrize("seen", ["", "-1", "x", "9" * 30, "٣"])
async def test_a_question_that_came_in_meanwhile_waits_on(balie: Balie, noor: Staff, seen: str) -> None:
    one = await balie.resident("Fatima")
    browser = await balie.browser(noor)
    fields = {**await plan(browser, one), "moment": chosen(on(1, "10:00"), noor)}
    known = {"seen": browser.field("seen") if seen == "" else seen}
    await one.types("mens")
    assert (await browser.post(path(one, "appointments/book"), **fields, **known)).status == 303
    assert len(await agreed(balie, one)) == 1
    assert (await one.row()).queue == "waiting_us"


async def test_a_question_that_came_in_while_moments_were_looked_at_waits_on_too(balie: Balie, noor: Staff) -> None:
    one = await balie.resident("Fatima")
    await give_hours(balie, noor.id)
    browser = await balie.browser(noor)
    await browser.get(path(one))
    (link,) = re.findall(r'href="([^"]+)" id="plan-book"', browser.page)
    await one.types("mens")
    await browser.get(unescape(link))
    later = next(found for found in re.findall(r'href="([^"]+)"', browser.page) if "from=" in found)
    await browser.get(unescape(later))
    (moment, *_) = re.findall(r'name="moment" required value="([^"]+)"', browser.page)
    fields = {name: browser.field(name) for name in ("client_id", "kind", "from", "showing", "seen")}
    assert (await browser.post(path(one, "appointments/book"), **fields, moment=moment)).status == 303
    assert len(await agreed(balie, one)) == 1
    assert (await one.row()).queue == "waiting_us"


async def test_a_moment_at_which_the_resident_has_something_else_is_refused_in_words(
    balie: Balie, noor: Staff, samir: Staff
) -> None:
    one = await balie.resident()
    number = await booked(balie, one, noor, on(1, "10:00"), kind="office")
    other = await booked(balie, one, samir, on(1, "14:00"), samir)
    browser = await balie.browser(samir)
    fields = await plan(browser, one, "?kind=office")
    typed = {"day": on(1, "0:00").date().isoformat(), "time": "10:30", "with": str(samir.id)}
    before = await balie.state()
    assert (await browser.post(path(one, "appointments/book"), **fields, **typed)).status == 409
    assert "De inwoner heeft dan al een afspraak." in browser.page
    assert 'value="10:30"' in browser.page, "what was typed still stands there"
    assert (await browser.post(path(one, "appointments/propose"), **fields, **typed)).status == 409
    assert "De inwoner heeft dan al een afspraak." in browser.page
    assert (await browser.post(path(one, "appointments", other, "move"), **fields, **typed)).status == 409
    assert "De inwoner heeft dan al een afspraak." in browser.page
    assert await balie.state() == before
    assert [row.id for row in await agreed(balie, one)] == [number, other]


async def test_any_moment_can_be_typed_also_outside_hours_and_with_a_place(
    balie: Balie, noor: Staff, samir: Staff
) -> None:
    one = await balie.resident()
    browser = await balie.browser(noor)
    fields = {
        **await plan(browser, one, "?kind=elsewhere"),
        "day": "2026-11-28",
        "time": "20:15",
        "place": " bij \n u ",
    }
    who = {"with": str(samir.id), "also": str(noor.id)}
    assert (await browser.post(path(one, "appointments/book"), **fields, **who)).status == 303
    (row,) = await agreed(balie, one)
    assert starts(row) == on(5, "20:15")
    await browser.get(path(one))
    assert "za 28 november 20:15 , op een andere plek, met Samir en Noor" in section(browser.page)
    assert "Plek bij u" in section(browser.page)


async def test_two_caseworkers_at_once_on_one_moment(balie: Balie, noor: Staff, samir: Staff) -> None:
    one, other = await balie.resident(), await balie.resident()
    await give_hours(balie, noor.id)
    browsers = [await balie.browser(staff) for staff in (noor, samir)]
    fields = [await plan(browser, who) for browser, who in zip(browsers, (one, other), strict=True)]
    moment = chosen(on(1, "10:00"), noor)
    answers = await asyncio.gather(
        *(
            browser.post(path(who, "appointments/book"), **form, moment=moment)
            for browser, form, who in zip(browsers, fields, (one, other), strict=True)
        )
    )
    assert sorted(answer.status for answer in answers) == [303, 409]
    assert len(await balie.town.rows(tables.appointment)) == 1
    loser = next(browser for browser, answer in zip(browsers, answers, strict=True) if answer.status == 409)
    assert "Dit moment is bezet" in loser.page
    assert f'value="{moment}"' not in loser.page, "what can be had now stands on the page again"


REFUSED: list[tuple[dict[str, str], int, str]] = [
    ({"kind": "nonsense", "moment": "OK"}, 400, "wat voor afspraak"),
    ({"kind": "", "moment": "OK"}, 400, "wat voor afspraak"),
    ({}, 400, "Kies een moment"),
    ({"moment": "PAST"}, 400, "Kies een moment"),
    ({"moment": "99999999999999-1"}, 400, "Kies een moment"),
    ({"moment": "nonsense"}, 400, "niet goed aangekomen"),
    ({"moment": "1-2-3-4"}, 400, "niet goed aangekomen"),
    ({"moment": "\u0661\u0662-1"}, 400, "niet goed aangekomen"),
    ({"moment": "NOBODY"}, 400, "Deze collega"),
    ({"moment": "OK", "moment2": "OK"}, 400, "Kies een moment"),
    ({"day": "2026-11-24", "time": "10:07", "with": "OK"}, 400, "Kies een moment"),
    ({"day": "2026-11-23", "time": "09:45", "with": "OK"}, 400, "Kies een moment"),
    ({"day": "2026-11-22", "time": "10:00", "with": "OK"}, 400, "Kies een moment"),
    ({"day": "2028-11-24", "time": "10:00", "with": "OK"}, 400, "Kies een moment"),
    ({"day": "9999-12-31", "time": "23:45", "with": "OK"}, 400, "Kies een moment"),
    ({"day": "morgen", "time": "10:00", "with": "OK"}, 400, "Kies een moment"),
    ({"day": "2026-11-24", "time": "25:00", "with": "OK"}, 400, "Kies een moment"),
    ({"day": "2026-11-24", "time": "", "with": "OK"}, 400, "Kies een moment"),
    ({"day": "2026-11-24", "time": "10:00"}, 400, "Deze collega"),
    ({"day": "2026-11-24", "time": "10:00", "with": "AUDITOR"}, 400, "Deze collega"),
    ({"day": "2026-11-24", "time": "10:00", "with": "x"}, 400, "niet goed aangekomen"),
    ({"moment": "OK", "client_id": "short"}, 400, "niet goed aangekomen"),
    ({"moment": "OK", "client_id": ""}, 400, "niet goed aangekomen"),
]


@pytest.mark.parametrize(("typed", "status", "words"), REFUSED)
async def test_what_cannot_be_is_refused_in_words(
    balie: Balie, noor: Staff, typed: dict[str, str], status: int, words: str
) -> None:
    one = await balie.resident()
    auditor = await balie.add_staff("ans", "Ans", "auditor")
    browser = await balie.browser(noor)
    told = {
        "moment": {
            "OK": chosen(on(1, "10:00"), noor),
            "PAST": chosen(on(0, "9:45"), noor),
            "NOBODY": chosen(on(1, "10:00"), auditor),
        },
        "with": {"OK": str(noor.id), "AUDITOR": str(auditor.id)},
    }
    fields = {**await plan(browser, one, "?kind=home"), "place": "Dorpsstraat 1"}
    fields |= {name: told.get(name.rstrip("2"), {}).get(value, value) for name, value in typed.items()}
    before = await balie.state()
    assert (await browser.post(path(one, "appointments/book"), **fields)).status == status
    assert words in browser.page
    assert await balie.state() == before
    assert await agreed(balie, one) == []
    if "niet goed" not in words:
        assert 'value="Dorpsstraat 1"' in browser.page or "nonsense" in typed.values() or typed.get("kind") == ""


# ---- several to choose from ----------------------------------------------------------------------------------------


async def test_up_to_three_moments_are_proposed_of_whoever(balie: Balie, noor: Staff, samir: Staff) -> None:
    one = await balie.resident()
    browser = await balie.browser(noor)
    fields = await plan(browser, one, "?for=propose")
    moments = {"moment-1-1": chosen(on(1, "10:00"), noor), "moment-2-1": chosen(on(2, "9:00"), samir)}
    typed = {"day": "2026-11-26", "time": "19:00", "with": str(noor.id), "also": ""}
    assert (await browser.post(path(one, "appointments/propose"), **fields, **moments, **typed)).status == 303
    await browser.get(path(one))
    words = section(browser.page)
    assert "Voorgesteld morgen 10:00 , bellen, met Noor Voorgesteld, de inwoner koos nog niet" in words
    assert "wo 25 november 09:00 , bellen, met Samir" in words
    assert "do 26 november 19:00" in words
    assert history(browser.page)[0].startswith("Momenten voorgesteld: bellen")
    assert [row.state for row in await agreed(balie, one)] == ["proposed"] * 3
    assert await balie.town.rows(tables.slot) == [], "until one is chosen nobody has them"


async def test_more_than_three_or_none_are_not_proposed(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    browser = await balie.browser(noor)
    fields = await plan(browser, one, "?for=propose")
    moments = {f"moment-{hour}": chosen(on(1, f"{hour}:00"), noor) for hour in range(10, 14)}
    for some, words in ((moments, "hooguit drie momenten"), ({}, "Kies ten minste één moment.")):
        assert (await browser.post(path(one, "appointments/propose"), **fields, **some)).status == 400
        assert words in browser.page
        assert "Momenten voorstellen" in browser.page
    assert await agreed(balie, one) == []


# ---- what stands already -------------------------------------------------------------------------------------------


async def test_another_moment_for_what_stands(balie: Balie, noor: Staff, samir: Staff) -> None:
    one = await balie.resident()
    number = await booked(balie, one, noor, on(1, "10:00"), kind="office", place="Kamer 3")
    browser = await balie.browser(noor)
    fields = await plan(browser, one, f"?for=move:{number}")
    moment = chosen(on(2, "11:30"), noor, samir)
    assert (await browser.post(path(one, "appointments", number, "move"), **fields, moment=moment)).status == 303
    (row,) = await agreed(balie, one)
    assert (starts(row), row.state) == (on(2, "11:30"), "booked")
    taken = [(slot.staff_id, local(slot.starts_at)) for slot in await balie.town.rows(tables.slot)]
    assert {at.date() for _, at in taken if at} == {on(2, "0:00").date()}, "the old moment is free"
    await browser.get(path(one))
    assert "wo 25 november 11:30 , op kantoor, met Noor en Samir" in section(browser.page)
    assert history(browser.page)[0] == "Afspraak verzet: van morgen 10:00 naar wo 25 november 11:30 Noor, 10:00"


async def test_a_moment_that_was_just_taken_leaves_it_as_it_was(balie: Balie, noor: Staff) -> None:
    one, other = await balie.resident(), await balie.resident()
    number = await booked(balie, one, noor, on(1, "10:00"))
    browser = await balie.browser(noor)
    fields = await plan(browser, one, f"?for=move:{number}")
    await booked(balie, other, noor, on(1, "14:00"))
    moment = chosen(on(1, "14:00"), noor)
    assert (await browser.post(path(one, "appointments", number, "move"), **fields, moment=moment)).status == 409
    assert "Dit moment is bezet" in browser.page
    assert "Dat blijft staan" in browser.page
    assert starts((await agreed(balie, one))[0]) == on(1, "10:00")


async def test_what_was_cancelled_meanwhile_is_neither_moved_nor_cancelled_again(
    balie: Balie, noor: Staff, samir: Staff
) -> None:
    one = await balie.resident()
    number = await booked(balie, one, noor, on(1, "10:00"))
    browser = await balie.browser(noor)
    fields = await plan(browser, one, f"?for=move:{number}")
    assert (await press(await balie.browser(samir), one, number, "cancel")).status == 303
    before = await balie.state()
    moment = chosen(on(1, "14:00"), noor)
    for act, sent in (("move", {**fields, "moment": moment}), ("cancel", {"client_id": "abcdefgh"})):
        assert (await browser.post(path(one, "appointments", number, act), **sent)).status == 409
        assert "net veranderd of afgezegd" in browser.page
        assert "Afgezegd door Samir" in section(browser.page)
    assert await balie.state() == before


async def test_cancelling_asks_first_and_frees_the_moment(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    number = await booked(balie, one, noor, on(1, "10:00"))
    browser = await balie.browser(noor)
    await browser.get(path(one))
    asks = re.search(rf'<details id="sure-{number}">\s*<summary>Afzeggen</summary>(.*?)</details>', browser.page, re.S)
    assert asks is not None
    assert "Weet u het zeker? De inwoner krijgt meteen bericht" in asks[1]
    assert f'id="cancel-{number}"' in asks[1]
    assert (await press(browser, one, number, "cancel")).status == 303
    assert await balie.town.rows(tables.slot) == []
    await browser.get(path(one))
    assert history(browser.page)[0] == "Afspraak afgezegd: bellen, morgen 10:00 Noor, 10:00"


async def test_how_it_went_is_said_afterwards_and_can_be_put_right(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    number = await booked(balie, one, noor, on(1, "10:00"))
    browser = await balie.browser(noor)
    await browser.get(path(one))
    assert 'id="held-' not in browser.page
    refused = await browser.post(path(one, "appointments", number, "held"), client_id="abcdefgh")
    assert refused.status == 409
    assert "nog niet begonnen" in browser.page
    balie.town.clock.to(on(1, "11:00"))
    for act, state, words in (
        ("no-show", "no_show", "✗ Niet verschenen"),
        ("held", "held", "✓ Geweest"),
        ("no-show", "no_show", "✗ Niet verschenen"),
    ):
        assert (await press(browser, one, number, act)).status == 303
        assert (await agreed(balie, one))[0].state == state
        await browser.get(path(one))
        assert words in section(browser.page)
        assert (
            "De inwoner kreeg al bericht dat het niet lukte, en hoort hier niets van." in section(browser.page)
            if state == "no_show"
            else "De inwoner krijgt dan een vriendelijk bericht, met nieuwe momenten." in section(browser.page)
        )
    lines = history(browser.page)
    assert [line for line in lines if "Contact buiten de chat" in line] == [], "told once"
    assert lines[0] == "Niet verschenen: bellen, 10:00 Noor, 11:00"


async def test_the_same_button_of_two_colleagues_counts_once(balie: Balie, noor: Staff, samir: Staff) -> None:
    one = await balie.resident()
    number = await booked(balie, one, noor, on(1, "10:00"))
    balie.town.clock.to(on(1, "11:00"))
    browsers = [await balie.browser(staff) for staff in (noor, samir)]
    for browser in browsers:
        await browser.get(path(one))
    answers = await asyncio.gather(*(press_here(browser, one, number, "no-show") for browser in browsers))
    assert [answer.status for answer in answers] == [303, 303]
    assert (await one.events()).count("appointment_no_show") == 1


async def test_what_the_person_did_stands_in_the_history_as_theirs(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    number = await booked(balie, one, noor, on(1, "10:00"))
    async with locked(balie.house, one.conversation_id) as (talk, conn):
        (row,) = await agreed(balie, one)
        await making.end(talk, conn, row, "cancelled", news="cancelled")
        talk.record("appointment_confirmed", {"appointment": number})
        talk.record("appointment_said", {"appointment": number, "remark": "x"})
    browser = await balie.browser(noor)
    await browser.get(path(one))
    assert history(browser.page)[:3] == [
        "Inwoner schreef iets bij een afspraak 10:00",
        "Inwoner zei te komen 10:00",
        "Afspraak afgezegd: bellen, morgen 10:00, door de inwoner 10:00",
    ]
    assert "Afgezegd door de inwoner" in section(browser.page)
