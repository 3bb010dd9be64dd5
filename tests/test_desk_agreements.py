"""What was agreed, on the file's page: what is open and of whom, what is new, what became of it; and what one does."""

from __future__ import annotations

import re
from datetime import date

import pytest
from aiohttp import ClientResponse

from bot import takeover
from bot.agreements.acts import Line
from bot.desk.accounts import Staff
from storage import tables
from tests.support.agreements import BRING, FREE, NEXT, PAPERS, POST, TODAY, TUESDAY
from tests.support.desk import Balie, Browser
from tests.support.desk_agenda import history
from tests.support.desk_agreements import agreed, agreements, panel, part
from tests.support.town import Resident

pytestmark = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)


async def opened(balie: Balie, staff: Staff, one: Resident) -> Browser:
    """The file's page in a browser of its own."""
    browser = await balie.browser(staff)
    assert (await browser.get(f"/desk/file/{one.conversation_id}")).status == 200
    return browser


async def presses(browser: Browser, one: Resident, button: str, **other: str) -> ClientResponse:
    """A button of the panel, by its id, with what stands in its form."""
    found = re.search(
        rf'<form[^>]*action="([^"]*)"[^>]*>((?:(?!</form>).)*id="{button}".*?)</form>', browser.page, re.DOTALL
    )
    assert found is not None, button
    given = dict(re.findall(r'name="(\w+)" value="([^"]*)"', found[2]))
    response = await browser.post(found[1], **{**given, **other})
    if response.status == 303:
        await browser.get(f"/desk/file/{one.conversation_id}")
    return response


async def test_nothing_yet_is_said_with_what_to_do(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    browser = await opened(balie, noor, one)
    assert panel(browser.page) == "Wat we afspraken Nog niets afgesproken. Afspraken maken"
    assert f'href="/desk/file/{one.conversation_id}/summary?seen={(await one.row()).last_seq}"' in browser.page


async def test_what_is_open_of_whom_and_until_when(balie: Balie, noor: Staff) -> None:
    one = await balie.resident("Fatima", "ar")
    lines = (Line(POST, NEXT), Line(FREE), Line(PAPERS, TODAY, noor.id))
    await agreed(balie, one, noor, *lines, note="Tot snel")
    browser = await opened(balie, noor, one)
    said = panel(browser.page)
    assert "Samenvatting van 10:00, Noor De inwoner antwoordde nog niet. De inwoner doet Open uw post" in said
    assert "Open uw post en doe alles in een map. uiterlijk dinsdag 1 december" in said
    assert "Bel Kees van de woningbouw." in said
    assert "Wij doen Wij zoeken samen met u uw papieren uit. Noor · uiterlijk vandaag" in said
    assert "Nieuw:" not in said
    assert history(browser.page)[0].startswith("Afspraken verstuurd Noor")
    balie.town.clock.forward(days=9)
    await browser.get(f"/desk/file/{one.conversation_id}")
    said = panel(browser.page)
    assert "te laat: uiterlijk gisteren" in said
    assert "te laat: uiterlijk maandag 23 november" in said


async def test_what_the_resident_did_is_news_until_it_is_seen(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    first, second, third = await agreed(balie, one, noor, Line(POST, NEXT), Line(FREE), Line(BRING.but(document="x")))
    browser = await opened(balie, noor, one)
    for number, act in ((first, "done"), (second, "stuck")):
        await one.taps(f"!to:afspraken.{act}:{number}")
    await one.types("de lijn is steeds bezet")
    await browser.get(f"/desk/file/{one.conversation_id}/parts?after=0")
    news = part(browser.page, "agreed-news")
    assert "Nieuw: ✓ gedaan : Open uw post en doe alles in een map." in news
    assert "Nieuw: ✗ lukt niet : Bel Kees van de woningbouw." in news
    assert "de lijn is steeds bezet" in news
    await browser.get(f"/desk/file/{one.conversation_id}")
    balie.town.clock.forward(minutes=1)
    await one.taps(f"!to:afspraken.done:{third}")
    assert (await presses(browser, one, "agreed-seen")).status == 303
    news = part(browser.page, "agreed-news")
    assert "gedaan : Neem x mee naar het gesprek." in news, "what came since is news still"
    assert "Kees" not in news
    assert "✗ lukt niet" in panel(browser.page), "it is no news, but it still is so"
    assert (await presses(browser, one, "agreed-seen")).status == 303
    assert part(browser.page, "agreed-news") == ""
    assert "Klaar: 2" in panel(browser.page)
    told = history(browser.page)
    assert any(line.startswith("Inwoner: gedaan") for line in told)
    assert any(line.startswith("Inwoner: lukt niet") for line in told)


@pytest.mark.parametrize(
    ("answer", "words", "said"),
    [
        ("agreed", None, "De inwoner zei: dit klopt"),
        ("change", "het is dinsdag", "De inwoner zei: iets klopt niet: het is dinsdag"),
        ("question", "waar is dat?", "De inwoner heeft een vraag: waar is dat?"),
    ],
)
async def test_what_the_resident_answered(balie: Balie, noor: Staff, answer: str, words: str | None, said: str) -> None:
    one = await balie.resident("Fatima")
    await agreed(balie, one, noor, Line(POST))
    (summary,) = await balie.town.rows(tables.summary)
    await one.taps(f"!to:afspraken.{answer}:{summary.id}")
    if words is not None:
        await one.types(words)
    browser = await opened(balie, noor, one)
    assert said in panel(browser.page)
    await browser.get("/desk")
    row = re.search(rf'<a class="row" id="file-{one.conversation_id}".*?</a>', browser.page, re.DOTALL)
    if words is None:
        assert row is None, "there is nothing to answer"
    else:
        assert row is not None
        assert "amenvatting" in row[0]


async def test_what_does_not_work_out_waits_for_us_with_why(balie: Balie, noor: Staff) -> None:
    one = await balie.resident("Fatima")
    (number,) = await agreed(balie, one, noor, Line(POST))
    await one.taps(f"!to:afspraken.stuck:{number}")
    await one.types("de lijn is bezet")
    browser = await balie.browser(noor)
    await browser.get("/desk")
    row = re.search(rf'<a class="row" id="file-{one.conversation_id}".*?</a>', browser.page, re.DOTALL)
    assert row is not None
    assert "lukt niet" in row[0]


# ---- what one does -------------------------------------------------------------------------------------------------


async def test_done_dropped_another_day_and_open_again(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    theirs, ours = await agreed(balie, one, noor, Line(POST, NEXT), Line(PAPERS, NEXT, noor.id))
    browser = await opened(balie, noor, one)

    async def state(number: int) -> tuple[str, str | None]:
        balie.town.clock.forward(minutes=1)
        (row,) = await balie.town.rows(tables.agreement, id=number)
        return row.state, row.due_on

    await presses(browser, one, f"done-{ours}", state="done")
    assert await state(ours) == ("done", "2026-12-01")
    await presses(browser, one, f"open-{ours}", state="open")
    assert await state(ours) == ("open", "2026-12-01")
    await presses(browser, one, f"day-{theirs}", due="2026-12-24")
    assert await state(theirs) == ("open", "2026-12-24")
    await presses(browser, one, f"day-{theirs}", due="")
    assert await state(theirs) == ("open", None)
    await presses(browser, one, f"drop-{theirs}", state="dropped")
    assert await state(theirs) == ("dropped", None)
    assert "– Hoeft niet meer: Open uw post" in panel(browser.page)
    await presses(browser, one, f"done-{ours}", state="done")
    assert "Alles is gedaan of hoeft niet meer." in panel(browser.page)
    told = [said.content.origin for said in await one.hears()]
    assert len(told) == 6, "the resident heard of each, once"
    assert sum(line.startswith("Afspraak aangepast") for line in history(browser.page)) == 6


async def test_two_who_do_the_same_do_it_once(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    (ours,) = await agreed(balie, one, noor, Line(PAPERS, NEXT, noor.id))
    samir = await balie.add_staff("samir", "Samir")
    first, second = await opened(balie, noor, one), await opened(balie, samir, one)
    await presses(first, one, f"done-{ours}", state="done")
    await presses(second, one, f"done-{ours}", state="done")
    assert len(await one.hears()) == 1


@pytest.mark.parametrize(
    ("due", "status"),
    [("2026-11-22", 400), ("2028-01-01", 400), ("nonsense", 400), ("2026-02-30", 400), ("2026-11-24", 303)],
)
async def test_only_a_day_that_comes(balie: Balie, noor: Staff, due: str, status: int) -> None:
    one = await balie.resident()
    (number,) = await agreed(balie, one, noor, Line(POST, NEXT))
    browser = await opened(balie, noor, one)
    assert (await presses(browser, one, f"day-{number}", due=due)).status == status
    if status != 303:
        assert "Kies een dag die nog komt" in part(browser.page, "refused")
        assert (await agreements(balie, one))[0].due_on == NEXT.isoformat()
    else:
        assert date.fromisoformat(str((await agreements(balie, one))[0].due_on)) == TUESDAY


async def test_a_colleague_who_has_the_conversation_is_not_talked_over(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    (number,) = await agreed(balie, one, noor, Line(PAPERS, None, noor.id))
    browser = await opened(balie, noor, one)
    await takeover.take_over(balie.house, one.conversation_id, await balie.add_staff("samir", "Samir"))
    assert (await presses(browser, one, f"done-{number}", state="done")).status == 409
    assert (await agreements(balie, one))[0].state == "open"


async def test_of_another_file_nothing_changes(balie: Balie, noor: Staff) -> None:
    one, other = await balie.resident(), await balie.resident()
    (number,) = await agreed(balie, other, noor, Line(POST))
    browser = await opened(balie, noor, one)
    address = f"/desk/file/{one.conversation_id}/agreements"
    for wanted in (number, 0, 999, 10**17):
        form = {"client_id": "abcdefgh", "state": "dropped"}
        assert (await browser.post(f"{address}/{wanted}/settle", **form)).status == 409
        assert "Deze afspraak is net veranderd." in browser.page
    assert (await agreements(balie, other))[0].state == "open"


@pytest.mark.parametrize(
    "form",
    [{}, {"state": "stuck"}, {"state": "done", "client_id": ""}, {"state": "", "due": "2026-12-01"}, {"at": "now"}],
)
async def test_what_no_page_of_ours_sends_is_refused(balie: Balie, noor: Staff, form: dict[str, str]) -> None:
    one = await balie.resident()
    (number,) = await agreed(balie, one, noor, Line(POST))
    browser = await opened(balie, noor, one)
    address = f"/desk/file/{one.conversation_id}/agreements"
    assert (await browser.post(f"{address}/{number}/settle", **{"client_id": "abcdefgh", **form})).status == 400
    await browser.get("/desk")
    assert (await browser.post(f"{address}/seen", **form)).status == 400
    assert (await agreements(balie, one))[0].state == "open"


async def test_an_auditor_sees_it_all_and_changes_nothing(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    (number,) = await agreed(balie, one, noor, Line(POST))
    await one.taps(f"!to:afspraken.done:{number}")
    browser = await balie.auditor(one)
    await browser.get(f"/desk/file/{one.conversation_id}")
    assert "gedaan : Open uw post" in panel(browser.page)
    (section,) = re.findall(r'<section class="box" id="agreements".*?</section>', browser.page, re.DOTALL)
    assert "<form" not in section
    assert "Afspraken maken" not in section
    address = f"/desk/file/{one.conversation_id}/agreements"
    for path, form in ((f"{number}/settle", {"state": "open"}), ("seen", {"at": "9999999999999"})):
        await browser.get("/desk")
        assert (await browser.post(f"{address}/{path}", client_id="abcdefgh", **form)).status == 403
    assert (await agreements(balie, one))[0].news == "done"


async def test_earlier_summaries_stay_to_be_read(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    await agreed(balie, one, noor, Line(POST), note="De eerste keer")
    balie.town.clock.forward(days=1)
    await agreed(balie, one, await balie.add_staff("samir", "Samir"), Line(FREE))
    browser = await opened(balie, noor, one)
    said = panel(browser.page)
    assert "Samenvattingen: 2" in said
    assert "De eerste keer" in said
    assert said.index("10:00, Samir.") < said.index("gisteren 10:00, Noor.")
    assert "Open uw post" in said.partition("Samenvattingen")[0], "what is open stays open"


async def test_the_personal_link_to_the_list_is_no_way_in_for_who_reads_along(balie: Balie, noor: Staff) -> None:
    one = await balie.town.resident("telegram")
    await agreed(balie, one, noor, Line(POST, NEXT))
    await one.taps("!go:afspraken")
    await one.taps("afspraken.standing:more")
    (said,) = await one.taps("afspraken.more:paper")
    (token,) = re.findall(r"/c/([\w-]{32})", said.content.text)
    browser = await opened(balie, noor, one)
    assert token not in browser.page
    assert "/c/…?taal=nl" in browser.page
