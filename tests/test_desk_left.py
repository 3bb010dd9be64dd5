"""Who went away from the page (snel weg) is answered where they still are; else the desk says that it waits."""

from __future__ import annotations

from bot import identity, takeover
from bot.desk.accounts import Staff
from storage import tables
from tests.support.desk import Balie
from tests.support.town import Resident


async def test_who_left_the_page_reads_it_at_coming_back_and_the_desk_says_so(balie: Balie, noor: Staff) -> None:
    one = await balie.resident("Fatima")
    file = f"/desk/file/{one.conversation_id}"
    await one.taps("!mens")
    browser = await balie.browser(noor)
    await browser.get(file)
    assert "ging weg van de pagina" not in browser.page
    balie.town.clock.forward(minutes=1)
    whom = await identity.find(balie.house, "webchat", one.external_id)
    assert whom is not None
    await identity.forget_address(balie.house, whom)
    balie.town.clock.forward(minutes=1)
    await takeover.take_over(balie.house, one.conversation_id, noor)
    await browser.get(file)
    assert "Deze inwoner ging weg van de pagina" in browser.page
    fields = {"client_id": browser.field("client_id"), "seen": browser.field("seen"), "text": "Bent u er nog?"}
    assert (await browser.post(f"{file}/reply", **fields)).status == 303
    await browser.get(file)
    answered = browser.page[browser.page.index("Bent u er nog?") - 600 : browser.page.index("Bent u er nog?")]
    assert "leest dit bij terugkomst" in answered
    assert "verstuurd" not in answered
    assert browser.page.count("leest dit bij terugkomst") == 1, "what was said before is not waiting"
    await identity.attach_address(balie.house, whom.person_id, "webchat", "another-browser")
    await browser.get(file)
    assert "weg van de pagina" not in browser.page
    assert "bij terugkomst" not in browser.page
    await takeover.reply(balie.house, one.conversation_id, noor, "Fijn!", seen_seq=99, client_id="answer-1234")
    back = await identity.find(balie.house, "webchat", "another-browser")
    assert back is not None
    assert (await balie.town.rows(tables.outbox))[-1].address_id == back.address_id


async def test_who_left_the_page_is_answered_where_they_still_are(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    whom = await identity.find(balie.house, "webchat", one.external_id)
    assert whom is not None
    elsewhere = await identity.attach_address(balie.house, whom.person_id, "webchat", "first-browser")
    newest = await identity.attach_address(balie.house, whom.person_id, "webchat", "newest-browser")
    for browser in ("first-browser", "newest-browser"):
        await Resident(balie.town, "webchat", browser).types("hallo")
    last = await identity.find(balie.house, "webchat", "newest-browser")
    assert last is not None
    await identity.forget_address(balie.house, last)
    await takeover.take_over(balie.house, one.conversation_id, noor)
    await takeover.reply(balie.house, one.conversation_id, noor, "Dag!", seen_seq=99, client_id="answer-1234")
    assert newest > elsewhere
    assert (await balie.town.rows(tables.outbox))[-1].address_id == elsewhere
