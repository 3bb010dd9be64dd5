"""A number on the fake Cloud API, without a town around it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, cast

import pytest

from bot.channels.rendering import Rendered, RenderedButton
from bot.channels.whatsapp import WhatsappChannel
from bot.config import Whatsapp
from bot.errors import DeliveryError
from bot.house import House
from bot.outgoing import Outgoing
from tests.support.fake_whatsapp import FakeWhatsapp

PHONE, BSUID = "31612345678", "NL.13491208655302741918"
CONFIG = Whatsapp(
    phone_number_id="1001",
    phone="+31 20 123 45 67",
    token="t",
    app_secret="a",
    verify_token="v",
    templates=(("seintje", "seintje_v1"),),
)


@asynccontextmanager
async def platform() -> AsyncIterator[FakeWhatsapp]:
    """The fake, with two people who have just written: one by number, one who hides it. Its clock stands still."""
    async with FakeWhatsapp(clock=lambda: 1_795_000_000.0).running() as fake:
        await fake.say(from_=PHONE, text="hallo")
        await fake.say(user_id=BSUID, text="hallo")
        yield fake


def made(told: list[str | None], **changes: Any) -> WhatsappChannel:
    """A channel that is not open yet; ``told`` is what the operator hears."""

    async def report(name: str, code: str | None) -> None:
        assert name == "whatsapp"
        told.append(code)

    return WhatsappChannel(cast(House, None), replace(CONFIG, **changes), report)


@asynccontextmanager
async def opened(api_url: str, told: list[str | None] | None = None) -> AsyncIterator[WhatsappChannel]:
    """A channel at work."""
    number = made([] if told is None else told, api_url=api_url)
    await number.open()
    try:
        yield number
    finally:
        await number.close()


def shown(text: str = "Dag.", kind: Any = "text", *buttons: RenderedButton) -> Rendered:
    """A message that fits."""
    return Rendered(text, "nl", "ltr", kind, buttons)


def out(what: Rendered | None = None, to: str = PHONE, **more: Any) -> Outgoing:
    """The same for the sender."""
    return Outgoing(key="1", address_id=1, external_id=to, shown=what or shown(), **more)


async def refused(number: WhatsappChannel, outgoing: Outgoing | None = None) -> DeliveryError:
    """Why it could not be sent."""
    with pytest.raises(DeliveryError) as caught:
        await number.send(outgoing or out())
    return caught.value
