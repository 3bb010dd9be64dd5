"""An app with codes, as somebody at the desk has on their telephone; and who has to have one."""

from __future__ import annotations

import re
from dataclasses import replace

import pyotp

from bot.desk.sessions import real_now
from tests.support.desk import Balie, Browser


def require_second(balie: Balie) -> None:
    """This municipality asks everyone for a second step."""
    config = balie.house.config
    balie.house.config = replace(config, desk=replace(config.desk, second_factor="required"))


class App:
    """Makes codes of the secret that it was given, ``steps`` of half a minute away from now."""

    def __init__(self, secret: str) -> None:
        self._totp = pyotp.TOTP(secret)

    def code(self, steps: int = 0) -> str:
        """Six digits."""
        return self._totp.generate_otp(real_now() // 30_000 + steps)


async def enrol(browser: Browser) -> tuple[App, list[str]]:
    """Sets a second step up, with a code of a moment ago, so that this moment's is still to be used; gives the app and
    the recovery codes."""
    await browser.get("/desk/second/set-up")
    app = shown_app(browser)
    assert (await browser.post("/desk/second/set-up", code=app.code(-1))).status == 200, browser.page
    return app, recovery_codes(browser)


def shown_app(browser: Browser) -> App:
    """An app with the secret that the page shows."""
    found = re.search(r'class="secret" dir="ltr" translate="no">([A-Z2-7 ]+)<', browser.page)
    assert found, browser.page
    return App(found[1].replace(" ", ""))


def recovery_codes(browser: Browser) -> list[str]:
    """Those that the page shows."""
    return re.findall(r"<li>([a-z0-9]{5}-[a-z0-9]{5})</li>", browser.page)
