"""The desk and the web chat in real browsers, side by side: someone asks, a caseworker answers, by keyboard alone."""

from __future__ import annotations

import itertools
import struct
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Locator, Page, Route, expect

from tests.end_to_end.conftest import PHONE, WIDE, NewPage, own_demo, violations

pytestmark = pytest.mark.asyncio(loop_scope="session")

demo = own_demo

_numbers = itertools.count(1)


async def start(page: Page, language: str = "Nederlands") -> None:
    """A resident begins."""
    await page.goto("/")
    await page.locator("#start-button").click()
    await page.get_by_role("button", name=language, exact=True).click()
    await expect(page.locator(".message.asks:not(.old)")).to_be_visible()


async def says(page: Page, text: str) -> None:
    """A resident types, and it arrives."""
    await page.locator("#message").fill(text)
    await page.locator("#message").press("Enter")
    await expect(page.locator("#log .own", has_text=text)).to_be_visible()


async def asks_for_a_human(page: Page) -> str:
    """Gives what was typed, which is nobody else's."""
    text = f"Ik heb een vraag, nummer {next(_numbers)}."
    await says(page, "mens")
    await says(page, text)
    return text


async def open_newest(desk: Page) -> None:
    """The file that came in last, found by its number."""
    await desk.goto("/desk")
    numbers = [int((await row.get_attribute("id") or "")[5:]) for row in await desk.locator("a.row").all()]
    await desk.goto(f"/desk/file/{max(numbers)}")


def message(desk: Page, text: str) -> Locator:
    return desk.locator("#messages .message", has_text=text)


async def test_a_resident_asks_and_a_caseworker_answers_with_both_pages_open(new_page: NewPage, signed_in: Any) -> None:
    desk, resident = await new_page(storage_state=signed_in, **WIDE), await new_page()
    await desk.goto("/desk")
    count = desk.locator("#queue-ours .count")
    before = int(await count.inner_text())
    await start(resident)
    text = await asks_for_a_human(resident)
    await expect(count).to_have_text(str(before + 1))  # by itself
    await open_newest(desk)
    await expect(message(desk, text)).to_be_visible()
    await desk.get_by_role("button", name="Overnemen").click()
    await expect(desk.locator("#text")).to_be_focused()
    await desk.locator("#text").fill("Goedemorgen, ik lees met u mee.")
    await desk.locator("#reply-form button").dblclick()
    await expect(message(desk, "ik lees met u mee")).to_have_count(1)
    await expect(resident.locator("#log")).to_contain_text("Goedemorgen, ik lees met u mee.")
    assert (await resident.locator("#log").inner_text()).count("Goedemorgen, ik lees met u mee.") == 1
    await expect(desk.locator("#text")).to_have_value("")
    await says(resident, "Dank u, dat is fijn.")
    await expect(message(desk, "dat is fijn")).to_be_visible()  # by itself
    bubbles = await resident.locator("#log .bot").count()
    await desk.get_by_role("button", name="Teruggeven aan de chatbot").click()
    await expect(resident.locator("#log .bot")).not_to_have_count(bubbles)


async def test_danger_stands_on_top_at_once(new_page: NewPage, signed_in: Any) -> None:
    desk, resident = await new_page(storage_state=signed_in, **PHONE), await new_page()
    await desk.goto("/desk")
    await start(resident)
    await says(resident, "ik wil niet meer leven")
    first = desk.locator("a.row").first
    await expect(first).to_contain_text("Direct gevaar")
    await expect(first).to_contain_text("Alarm niet bevestigd")
    await expect(desk.locator("#said")).to_have_text("Er is een nieuw dossier met crisis.")
    await first.click()
    await desk.get_by_role("button", name="Ik pak dit op").click()
    await expect(desk.locator(".warning:not(.standing)")).to_have_count(0)
    await expect(desk.locator(".warning.standing")).to_be_visible()  # until a human says that it is over


async def test_keys_alone_suffice(new_page: NewPage, signed_in: Any) -> None:
    desk, resident = await new_page(storage_state=signed_in, **WIDE), await new_page()
    await start(resident)
    await asks_for_a_human(resident)
    await desk.goto("/desk")
    keys = desk.keyboard
    await keys.press("j")
    await keys.press("ArrowDown")
    await keys.press("k")
    await expect(desk.locator("a.row").first).to_be_focused()
    await keys.press("/")
    await keys.type("jk?")
    await expect(desk.locator("#q")).to_have_value("jk?")
    await keys.press("Escape")
    await open_newest(desk)
    address = desk.url
    await desk.wait_for_load_state()
    await keys.press("t")
    await expect(desk.locator("#text")).to_be_focused()
    await keys.type("tr?n")  # keys that mean something elsewhere
    await expect(desk.locator("#text")).to_have_value("tr?n")
    await keys.press("Control+Enter")
    await expect(desk.locator("#text")).to_have_value("")
    await expect(desk.locator("#text")).to_be_focused()
    await expect(message(desk, "tr?n")).to_have_count(1)
    await desk.wait_for_load_state()  # a new page: until then nobody listens to keys
    await keys.press("Escape")
    await keys.press("n")
    await expect(desk.locator("#note")).to_be_focused()
    await keys.type("belt morgen terug")
    await keys.press("Control+Enter")
    await expect(desk.locator(".notes")).to_contain_text("belt morgen terug")
    await expect(desk.locator("#note")).to_have_value("")
    await desk.wait_for_load_state()
    await keys.press("r")
    await expect(desk.locator("#text")).to_be_focused()
    await keys.press("Escape")
    await keys.press("?")
    await expect(desk.locator("#help")).to_be_visible()
    assert await violations(desk) == []
    await desk.locator("#shortcuts").press("Space")
    await keys.press("Escape")
    await keys.press("r")
    await expect(desk.locator("#text")).not_to_be_focused()
    await desk.evaluate("localStorage.clear()")
    await desk.goto(address)
    await keys.press("Escape")
    await desk.wait_for_url("**/desk")
    await keys.press("Tab")
    await expect(desk.locator(".skip").first).to_be_focused()


async def test_a_draft_survives_a_reload_and_is_gone_once_sent(new_page: NewPage, signed_in: Any) -> None:
    desk, resident = await new_page(storage_state=signed_in, **WIDE), await new_page()
    await start(resident)
    await asks_for_a_human(resident)
    await open_newest(desk)
    await desk.keyboard.press("t")
    await expect(desk.locator("#text")).to_be_focused()
    await desk.locator("#text").fill("Half af")
    await desk.reload()
    await expect(desk.locator("#text")).to_have_value("Half af")
    # The line breaks on the way back: it was sent, and the page does not know. Sending it again is the same answer.
    number = await desk.locator("#reply-form [name=client_id]").input_value()
    form = {name: await desk.locator(f"#reply-form [name={name}]").input_value() for name in ("csrf", "seen", "text")}
    await desk.request.post(f"{desk.url.split('#')[0]}/reply", form={**form, "client_id": number})
    await desk.reload()
    await expect(desk.locator("#text")).to_have_value("Half af")
    await desk.keyboard.press("r")
    await desk.keyboard.press("Control+Enter")
    await expect(desk.locator("#text")).to_have_value("")
    await expect(message(desk, "Half af")).to_have_count(1)
    await desk.reload()
    await expect(desk.locator("#text")).to_have_value("")


async def test_a_call_is_put_on_file_with_the_keyboard(new_page: NewPage, signed_in: Any) -> None:
    desk, resident = await new_page(storage_state=signed_in, **PHONE), await new_page()
    await start(resident)
    await asks_for_a_human(resident)
    await open_newest(desk)
    text = await asks_for_a_human(resident)
    await expect(message(desk, text)).to_be_visible()  # read, so nothing stands in the way
    await desk.locator("#how").focus()
    await desk.keyboard.press("ArrowDown")
    await desk.keyboard.press("Tab")
    await desk.keyboard.type("Gebeld: dinsdag om tien uur.")
    await desk.keyboard.press("Control+Enter")
    await expect(desk.locator(".history")).to_contain_text("Contact buiten de chat: telefoon")
    await expect(desk.locator(".facts")).to_contain_text("Wacht op inwoner")
    await expect(desk.locator("#notes")).to_contain_text("Gebeld: dinsdag om tien uur.")
    assert await violations(desk) == []


async def test_of_a_file_that_became_one_with_another_the_page_keeps_what_is_typed(
    new_page: NewPage, signed_in: Any
) -> None:
    desk, resident = await new_page(storage_state=signed_in, **WIDE), await new_page()
    await start(resident)
    await asks_for_a_human(resident)
    await open_newest(desk)
    await expect(desk.locator("#moved")).to_be_hidden()
    await desk.locator("#note").fill("Half af")

    async def merged(route: Route) -> None:
        await route.fulfill(status=409, content_type="text/html", body="")

    await desk.route("**/parts?*", merged)
    await says(resident, "Er is nog iets.")
    await expect(desk.locator("#moved")).to_be_visible()
    await expect(desk.locator("#note")).to_have_value("Half af")
    assert await violations(desk) == []


async def test_the_newest_message_stays_in_sight_below_a_photo(new_page: NewPage, signed_in: Any) -> None:
    desk, resident = await new_page(storage_state=signed_in, **WIDE), await new_page()
    await start(resident)
    await asks_for_a_human(resident)
    await open_newest(desk)
    await desk.keyboard.press("t")
    await expect(desk.locator("#text")).to_be_focused()
    await desk.locator("#file").set_input_files({"name": "brief.png", "mimeType": "image/png", "buffer": _png(600)})
    await desk.locator("#reply-form button").click()
    await expect(desk.locator("#messages img")).to_have_count(1)
    await desk.locator("#text").fill("Dit is de brief.")
    await desk.locator("#reply-form button").click()
    await expect(message(desk, "Dit is de brief.")).to_be_in_viewport()
    await desk.reload()
    await expect(desk.locator("#messages img")).to_have_js_property("naturalHeight", 600)
    await expect(message(desk, "Dit is de brief.")).to_be_in_viewport()


async def test_a_photo_is_seen_at_the_desk(new_page: NewPage, signed_in: Any) -> None:
    desk, resident = await new_page(storage_state=signed_in, **WIDE), await new_page()
    await start(resident)
    await asks_for_a_human(resident)
    await resident.locator("input[type=file]").first.set_input_files(
        {"name": "brief.png", "mimeType": "image/png", "buffer": _png()}
    )
    await open_newest(desk)
    photo = desk.locator(".attached img")
    await expect(photo).to_be_visible()
    assert await photo.evaluate("image => image.decode().then(() => image.naturalWidth)") == 2


def _png(size: int = 2) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress((b"\0" + b"\x80" * 3 * size) * size)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", rows)
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("size", "scheme"),
    [(WIDE, "light"), (WIDE, "dark"), (PHONE, "dark"), ({"viewport": {"width": 320, "height": 640}}, "light")],
    ids=["wide-light", "wide-dark", "phone-dark", "320-light"],
)
async def test_no_page_has_a_barrier_or_overflows(
    new_page: NewPage, signed_in: Any, size: dict[str, Any], scheme: str
) -> None:
    resident = await new_page()
    await start(resident, "العربية")
    await says(resident, "mens")
    await says(resident, "سيطردوننا من البيت")
    desk = await new_page(storage_state=signed_in, color_scheme=scheme, **size)
    await open_newest(desk)
    await expect(desk.locator('#messages [lang="ar"][dir="rtl"]').first).to_be_visible()
    file = desk.url
    stranger = await new_page(color_scheme=scheme, **size)
    for page, path in (
        (desk, file),
        (desk, f"{file}/plan?with="),
        (desk, f"{file}/plan?for=propose&kind=home"),
        (desk, "/desk"),
        (desk, "/desk?q=niemand"),
        (desk, "/desk/file/999999"),
        (stranger, "/desk"),
    ):
        await page.goto(path)
        assert await violations(page) == [], path
        wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert await page.evaluate(wider) <= 0, path


async def test_without_scripts_everything_works_by_reloading(new_page: NewPage, signed_in: Any) -> None:
    resident = await new_page()
    await start(resident)
    await asks_for_a_human(resident)
    desk = await new_page(storage_state=signed_in, java_script_enabled=False, **WIDE)
    await open_newest(desk)
    await desk.get_by_role("button", name="Overnemen").click()
    await desk.locator("#text").fill("Zonder scripts")
    await desk.locator("#reply-form button").click()
    await expect(message(desk, "Zonder scripts")).to_have_count(1)


async def test_an_appointment_is_made_with_the_keyboard_and_the_resident_hears(
    new_page: NewPage, signed_in: Any
) -> None:
    desk, resident = await new_page(storage_state=signed_in, **PHONE), await new_page()
    await start(resident)
    await asks_for_a_human(resident)
    await open_newest(desk)
    await desk.locator("#plan-book").press("Enter")
    await desk.locator("#with").press("Home")  # whoever has time
    await desk.get_by_role("button", name="Vrije momenten tonen").press("Enter")
    await desk.locator(".choices input").first.press("Space")
    await desk.keyboard.press("Enter")
    await expect(desk.locator("#appointments")).to_contain_text("bellen, met")
    await expect(desk.locator("#appointments")).to_be_in_viewport()
    await expect(resident.locator("#log")).to_contain_text("Er is een afspraak voor u gemaakt.")
    sure = desk.locator("#appointments details").first
    await sure.locator("summary").press("Enter")
    await says(resident, "tot maandag dan")
    await expect(message(desk, "tot maandag dan")).to_be_visible()
    await expect(sure.get_by_role("button")).to_be_visible()  # what is unfolded stays so
    assert await violations(desk) == []


async def test_the_link_of_a_video_talk_is_typed_while_the_resident_writes(new_page: NewPage, signed_in: Any) -> None:
    desk, resident = await new_page(storage_state=signed_in, **PHONE), await new_page()
    await start(resident)
    await asks_for_a_human(resident)
    await open_newest(desk)
    await desk.goto(f"{desk.url}/plan?kind=video&with=")
    await desk.locator(".choices input").first.check()
    await desk.locator(".settle button").click()
    # Arriving at the place an address names takes the focus away, once, when everything is loaded.
    await desk.wait_for_url("**#appointments")
    link = desk.get_by_label("Link van het videogesprek")
    await link.fill("https://video.voorbeeld.nl/")
    await says(resident, "is er al een link?")
    await expect(message(desk, "is er al een link?")).to_be_visible()
    await expect(link).to_have_value("https://video.voorbeeld.nl/")
    await expect(link).to_be_focused()
    assert await violations(desk) == []
    await link.press("End")
    await desk.keyboard.type("fatma")
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_role("link", name="https://video.voorbeeld.nl/fatma")).to_be_visible()
    await expect(resident.locator("#log")).to_contain_text("https://video.voorbeeld.nl/fatma")
    await expect(link).to_be_hidden()
    assert await violations(desk) == []
    await desk.get_by_text("Andere link").click()
    await expect(link).to_have_value("https://video.voorbeeld.nl/fatma")
    await link.fill("http:nergens")
    await link.press("Enter")
    await expect(desk.locator("#refused")).to_contain_text("Dit is geen link")
    await expect(link).to_have_value("http:nergens")


@pytest.mark.parametrize("purpose", ["book", "propose"])
async def test_moments_of_another_choice_than_stands_above_them_are_not_taken(
    new_page: NewPage, signed_in: Any, purpose: str
) -> None:
    """Who chooses another kind, and then a moment that was there already, would book what nobody wanted."""
    resident = await new_page()
    await start(resident)
    await asks_for_a_human(resident)
    desk = await new_page(storage_state=signed_in, java_script_enabled=False, **PHONE)
    await open_newest(desk)
    await desk.locator(f"#plan-{purpose}").click()
    settle, hint = desk.locator(".settle button"), desk.get_by_text("U koos iets anders.")
    await expect(settle).to_be_visible()
    await expect(hint).to_be_hidden()
    await desk.locator("#kind").select_option("video")
    await expect(settle).to_be_hidden()
    await expect(desk.locator("#other")).to_be_hidden()
    await expect(hint).to_be_visible()
    await desk.get_by_role("button", name="Vrije momenten tonen").click()
    await expect(settle).to_be_visible()
    await expect(hint).to_be_hidden()
    await desk.locator("#with").select_option("")
    await expect(settle).to_be_hidden()


async def test_an_appointment_is_made_and_cancelled_without_scripts(new_page: NewPage, signed_in: Any) -> None:
    resident = await new_page()
    await start(resident)
    await asks_for_a_human(resident)
    desk = await new_page(storage_state=signed_in, java_script_enabled=False, **PHONE)
    await open_newest(desk)
    await desk.get_by_role("link", name="Nieuwe afspraak").click()
    other = desk.locator("#other")
    if not await other.get_by_label("Dag").is_visible():
        await other.locator("summary").click()
    await other.get_by_label("Dag").fill((datetime.now(UTC) + timedelta(days=9)).date().isoformat())
    await other.get_by_label("Tijd").fill("07:00")  # before anyone's hours
    await other.get_by_role("button").click()
    await expect(desk.locator("#appointments")).to_contain_text("bellen, met")
    await desk.locator("#appointments summary").click()
    await desk.get_by_role("button", name="Ja, afzeggen").click()
    await expect(desk.locator("#appointments")).to_contain_text("Afgezegd door")


async def test_an_answer_brings_a_photo_that_the_resident_sees(new_page: NewPage, signed_in: Any) -> None:
    desk, resident = await new_page(storage_state=signed_in, **WIDE), await new_page()
    await start(resident)
    await asks_for_a_human(resident)
    await open_newest(desk)
    await desk.get_by_role("button", name="Overnemen").click()
    await expect(desk.locator("#text")).to_be_focused()
    await desk.locator("#text").fill("Zo ziet de brief eruit.")
    await desk.locator("#file").set_input_files(
        {"name": "brief.png", "mimeType": "image/png", "buffer": _png() + bytes(11 * 1024 * 1024)}
    )
    await desk.keyboard.press("Control+Enter")
    said = "document.getElementById('file').validationMessage"
    assert "te groot" in await desk.evaluate(said), "before anything is sent"
    await expect(desk.locator("#text")).to_have_value("Zo ziet de brief eruit.")
    await desk.locator("#file").set_input_files({"name": "brief.png", "mimeType": "image/png", "buffer": _png()})
    assert await violations(desk) == []
    await desk.locator("#text").press("Control+Enter")
    await expect(message(desk, "Zo ziet de brief eruit.").locator("img")).to_be_visible()
    await expect(desk.locator("#text")).to_have_value("")
    photo = resident.locator("#log .message", has_text="Zo ziet de brief eruit.").locator("img")
    await expect(photo).to_be_visible()
    assert await photo.evaluate("image => image.decode().then(() => image.naturalWidth)") == 2
    await desk.locator("#file").set_input_files({"name": "x.png", "mimeType": "image/png", "buffer": b"MZ no picture"})
    await desk.locator("#text").fill("Nog een")
    await desk.locator("#text").press("Control+Enter")
    await expect(desk.locator("#refused")).to_contain_text("Dit bestand kan niet mee.")
    await expect(desk.locator("#text")).to_have_value("Nog een")
