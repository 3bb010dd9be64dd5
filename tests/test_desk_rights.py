"""What a resident would like to look at together stands on the card, in Dutch."""

from __future__ import annotations

from bot.desk.accounts import Staff
from tests.support.desk import Balie


async def test_the_ticked_list_is_on_file_in_dutch(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    for data in ("!go:recht", "recht.monthly:huurtoeslag", "recht.monthly:teruggaaf", "recht.monthly:enough"):
        await one.taps(data)
    assert "rights" in await one.events()
    browser = await balie.browser(noor)
    await browser.get(f"/desk/file/{one.conversation_id}")
    assert "Inwoner wil samen nakijken of hier recht op is: Huurtoeslag, Belasting terug" in browser.page
