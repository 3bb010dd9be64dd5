"""Preparing a talk and measuring at the desk: who is invited when, and what is shown of it in picture and table."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import inviting
from bot.desk import chart, measured
from bot.desk.accounts import Staff
from bot.desk.page import environment
from bot.errors import Refused
from bot.kept import ENOUGH, Kept
from flows.grammar import Picked
from flows.measuring import SCALE, Kind
from flows.meten import AREAS
from storage import tables
from tests.support.desk import Balie, Browser
from tests.support.measuring import form, invited, kept_of, rates, spoke
from tests.support.town import MONDAY, Resident


def path(one: Resident, *more: object) -> str:
    return "/".join([f"/desk/file/{one.conversation_id}/measurements", *map(str, more)])


def words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def parts_of(page: str) -> str:
    return page[page.index('<div id="parts"') :]


async def press(browser: Browser, one: Resident, kind: str) -> int:
    """Presses *Uitnodigen* on the page as it is; gives the status."""
    found = re.search(rf'name="client_id" value="(invite-{kind}-\d+)"', browser.page)
    assert found is not None, "no button"
    return (await browser.post(path(one, "invite"), client_id=found[1], kind=kind)).status


async def test_nobody_is_invited_before_a_talk_and_it_says_why(balie: Balie, noor: Staff) -> None:
    one = await balie.resident("Sanne")
    browser = await balie.browser(noor)
    await browser.get(path(one))
    assert "Dit kan na een persoonlijk gesprek" in words(browser.page)
    assert "/measurements/invite" not in browser.page
    response = await browser.post(path(one, "invite"), client_id="invite-living-0", kind="living")
    assert response.status == 409
    assert 'role="alert"' in browser.page
    assert await balie.town.rows(tables.measurement) == []


@pytest.mark.parametrize("kind", Kind)
async def test_invite_and_take_back(balie: Balie, noor: Staff, kind: Kind) -> None:
    one = await balie.resident("Sanne", "ar")
    await spoke(balie.house, one, noor)
    browser = await balie.browser(noor)
    await browser.get(path(one))
    assert await press(browser, one, kind) == 303
    (heard,) = (await one.hears())[-1:]
    assert heard.content.origin == "voorbereiden.invited"
    assert heard.content.language == "ar"
    await browser.get(path(one))
    assert "open, nog niets ingevuld" in words(browser.page)
    assert await (await browser.get(f"/desk/file/{one.conversation_id}")).text()
    assert "open, nog niets ingevuld" in words(browser.page)
    assert "uitgenodigd" in words(browser.page)
    await browser.get(path(one))
    number = (await kept_of(balie.house, one))[0].id
    assert (await browser.post(path(one, number, "withdraw"), client_id=f"withdraw-{number}")).status == 303
    await browser.get(path(one))
    assert "ingetrokken" in words(browser.page)
    assert await press(browser, one, kind) == 303  # and asked again later
    assert len(await kept_of(balie.house, one)) == 2


async def test_the_same_form_twice_invites_once_and_two_colleagues_do(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    await spoke(balie.house, one, noor)
    browser, other = await balie.browser(noor), await balie.browser(await balie.add_staff("bas", "Bas"))
    for each in (browser, other):
        await each.get(path(one))
    assert [await press(browser, one, "living"), await press(browser, one, "living")] == [303, 303]
    assert await press(other, one, "living") == 303
    assert len(await kept_of(balie.house, one)) == 1
    response = await browser.post(path(one, "invite"), client_id="another-form", kind="living")
    assert response.status == 409
    assert "al zo’n uitnodiging open" in words(browser.page)


async def test_what_the_resident_wants_to_talk_about_is_read_in_dutch(balie: Balie, noor: Staff) -> None:
    one = await balie.resident("Sanne", "ar")
    number = await invited(balie.house, one, noor, Kind.AGENDA)
    await one.taps(f"!to:voorbereiden.topics:{number}")
    await one.says(Picked("voorbereiden.topics", ("post", "rent", "other")))
    await one.types("<b>أخي أقرضني مالا</b>")
    await one.taps("voorbereiden.first:rent")
    browser = await balie.browser(noor)
    await browser.get(path(one))
    said = words(parts_of(browser.page))
    assert "Eerst: Huur of hypotheek Post en brieven Huur of hypotheek Iets anders In eigen woorden:" in said
    assert "<b>أخي" not in browser.page
    assert "أخي أقرضني مالا" in said
    assert "(nog open)" in said


async def test_first_and_later_measurements_stand_side_by_side(balie: Balie, noor: Staff) -> None:
    one = await balie.resident("Sanne")
    first = await invited(balie.house, one, noor)
    await rates(one, first, money="m2", home="p1")
    await one.taps("voorbereiden.areas:enough")
    balie.town.clock.forward(days=30)
    second = await invited(balie.house, one, noor)
    await rates(one, second, money="p2", law="m1")
    browser = await balie.browser(noor)
    await browser.get(path(one))
    table = re.search(r"<table>.*?</table>", browser.page, re.DOTALL)
    assert table is not None
    assert "<caption>Dezelfde antwoorden als tabel: leefgebieden</caption>" in table[0]
    assert table[0].count('scope="col"') == 3
    assert table[0].count('scope="row"') == len(AREAS[Kind.LIVING])
    said = words(table[0])
    assert "Geld −− helemaal niet goed ++ heel goed" in said
    assert "Wonen + best goed niet ingevuld" in said
    assert "Politie en rechter niet ingevuld − niet zo goed" in said
    picture = re.search(r'<svg role="img" aria-label="([^"]*)"[^>]*data-area="money"', browser.page)
    assert picture is not None
    assert picture[1] == "Geld. meting 1: helemaal niet goed; meting 2: heel goed."
    for judging in ("totaal", "gemiddeld", "score", "cijfer"):
        assert judging not in said.lower()


async def test_nothing_is_styled_in_place(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    await rates(one, await invited(balie.house, one, noor), money="p1")
    browser = await balie.browser(noor)
    response = await browser.get(path(one))
    assert "<style" not in browser.page
    assert " style=" not in browser.page
    assert (
        "unsafe-inline" not in response.headers["Content-Security-Policy"].partition("style-src")[2].partition(";")[0]
    )


async def test_who_only_reads_along_sees_it_and_changes_nothing(balie: Balie, noor: Staff) -> None:
    one = await balie.resident("Sanne")
    number = await invited(balie.house, one, noor)
    await rates(one, number, money="p1")
    auditor = await balie.auditor(one)
    assert (await auditor.get(path(one))).status == 200
    assert "best goed" in words(auditor.page)
    assert "<button" not in parts_of(auditor.page)
    before = await balie.state()
    for end, more in (("invite", {"kind": "healthy"}), (f"{number}/withdraw", {})):
        assert (await auditor.post(path(one, end), client_id=form(), **more)).status == 403
    assert await balie.state() == before


async def test_a_look_is_on_record(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    browser = await balie.browser(noor)
    await browser.get(path(one))
    assert [row.staff_id for row in await balie.town.rows(tables.event, kind="looked")] == [noor.id]


async def test_who_is_not_signed_in_sees_and_does_nothing(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    await spoke(balie.house, one, noor)
    nobody = await balie.browser()
    assert (await nobody.get(path(one))).status == 303
    assert (await nobody.get(path(one, "parts"))).status == 401
    assert (await nobody.client.post(path(one, "invite"), data={"kind": "living"}, allow_redirects=False)).status == 401
    assert await kept_of(balie.house, one) == ()


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"client_id": "invite-living-0", "kind": "nothing"}, 400),
        ({"client_id": "invite-living-0"}, 400),
        ({"client_id": "x", "kind": "living"}, 400),
        ({"kind": "living"}, 400),
        ({"client_id": "<script>alert(1)</script>", "kind": "living"}, 400),
    ],
)
async def test_bad_forms_do_nothing(balie: Balie, noor: Staff, fields: dict[str, str], status: int) -> None:
    one = await balie.resident()
    await spoke(balie.house, one, noor)
    browser = await balie.browser(noor)
    await browser.get(path(one))
    assert (await browser.post(path(one, "invite"), **fields)).status == status
    assert await kept_of(balie.house, one) == ()


async def test_an_invitation_of_another_file_is_not_taken_back(balie: Balie, noor: Staff) -> None:
    one, other = await balie.resident(), await balie.resident()
    number = await invited(balie.house, one, noor)
    browser = await balie.browser(noor)
    await browser.get(path(other))
    for wrong in (number, 999, 10**17):
        response = await browser.post(path(other, wrong, "withdraw"), client_id=form())
        assert response.status == 409
    assert (await kept_of(balie.house, one))[0].ended_at is None


async def test_a_talk_that_was_held_counts_and_one_that_was_missed_does_not(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    await inviting_refused(balie, one, noor)
    columns = {"conversation_id": one.conversation_id, "kind": "office", "made_at": 1, "starts_at": 1, "ends_at": 2}
    sealed = balie.house.vault.seal_text(await key_of(balie, one), "appointment", "{}")
    async with balie.house.db.begin() as conn:
        row = {**columns, "state": "no_show", "details_sealed": sealed}
        await conn.execute(tables.appointment.insert().values(row))
    await inviting_refused(balie, one, noor)
    async with balie.house.db.begin() as conn:
        await conn.execute(tables.appointment.update().values(state="held"))
    await inviting.invite(balie.house, one.conversation_id, noor, Kind.LIVING, client_id=form())
    assert len(await kept_of(balie.house, one)) == 1


async def inviting_refused(balie: Balie, one: Resident, noor: Staff) -> None:
    with pytest.raises(Refused, match="no_talk_yet"):
        await inviting.invite(balie.house, one.conversation_id, noor, Kind.LIVING, client_id=form())


async def key_of(balie: Balie, one: Resident) -> int:
    ((key_id,),) = [(row.key_id,) for row in await balie.town.rows(tables.person, id=(await one.row()).person_id)]
    return int(key_id)


# ---- the picture, the table and what was said are one --------------------------------------------------------------

_CODES = [area.code for area in AREAS[Kind.HEALTHY]]
_ROUNDS = st.lists(st.dictionaries(st.sampled_from(_CODES), st.sampled_from(SCALE), min_size=1), min_size=1, max_size=5)


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(rounds=_ROUNDS)
def test_picture_and_table_say_what_was_answered(rounds: list[dict[str, int]]) -> None:
    at = int(MONDAY.timestamp() * 1000)
    kept = tuple(
        Kept(number, Kind.HEALTHY, "Noor", at, at, at, ENOUGH, said) for number, said in enumerate(rounds, start=1)
    )
    (both,) = measured.compared(kept)
    page = (
        environment()
        .get_template("_measurements.html")
        .render(
            staff=Staff(1, "noor", "Noor", "auditor"),
            csrf="",
            file=Kept,
            invitations=(),
            why_not="",
            past=(),
            subjects=(),
            compared=[(both, tuple(chart.pictures(both)))],
            measured=measured,
            chart=chart,
            when=lambda at: {"words": "toen", "agreed": "toen", "iso": "2026-11-23"},
        )
    )
    expected = {(code, place, value) for place, said in enumerate(rounds) for code, value in said.items()}
    drawn = {
        (svg[1], int(mark[1]) - 1, int(mark[2]))
        for svg in re.finditer(r'<svg role="img"[^>]*data-area="(\w+)">(.*?)</svg>', page, re.DOTALL)
        for mark in re.finditer(r'data-round="(\d+)" data-value="(-?\d)"', svg[2])
    }
    told = {
        (row[1], place, int(value[1]))
        for row in re.finditer(r'<tr data-area="(\w+)">(.*?)</tr>', page, re.DOTALL)
        for place, cell in enumerate(re.findall(r"<td.*?</td>", row[2], re.DOTALL))
        if (value := re.search(r'data-value="(-?\d)"', cell)) is not None
    }
    assert drawn == told == expected
    for picture in chart.pictures(both):
        for mark in picture.marks:
            if mark.cell.value is not None:
                assert (mark.x - chart.MIDDLE > 0) is (mark.cell.value > 0)
                assert chart.LEFT < mark.x < chart.WIDTH
            assert 0 < mark.y < picture.height
