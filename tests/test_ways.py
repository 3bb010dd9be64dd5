"""How someone is reached: what the database knows of it, and what they change."""

from __future__ import annotations

import json
import re
from typing import Any

from sqlalchemy import insert

from storage import tables
from tests.support.town import Resident, Town


async def add_address(town: Town, one: Resident, channel: str, **values: Any) -> None:
    """One more address of the same person, newer than the others."""
    person_id = (await one.row()).person_id
    count = len(await town.rows(tables.address))
    row = {
        "person_id": person_id,
        "channel": channel,
        "external_index": f"{channel}-{count}".encode(),
        "external_sealed": b"-",
        "created_at": 10**13 + count,
    }
    async with town.house.db.begin() as conn:
        await conn.execute(insert(tables.address).values(row | values))


async def addresses(town: Town, column: str) -> dict[str, Any]:
    """What stands in ``column`` of the newest address of each channel."""
    return {row.channel: getattr(row, column) for row in await town.rows(tables.address)}


async def told(town: Town, one: Resident, kind: str) -> Any:
    """The last event of this kind, opened."""
    row = (await town.rows(tables.event, conversation_id=one.conversation_id, kind=kind))[-1]
    return json.loads(town.house.vault.unseal_text(row.detail_sealed, "event"))


async def test_each_channel_is_one_way_and_works_where_one_address_does(town: Town) -> None:
    one = await town.resident()
    await add_address(town, one, "telegram", blocked_at=1)
    await add_address(town, one, "telegram", preferred=1)
    await add_address(town, one, "whatsapp", left_at=1, preferred=1)
    await add_address(town, one, "email")
    (heard,) = await one.taps("!go:kanalen")
    assert heard.content.text.split("\n\n") == [
        "Hier kunnen we u nu schrijven:",
        "E-mail: nog niet. Open onze e-mail en zeg daarin ja, dan kan het.",
        "WhatsApp: daar wilde u geen berichten meer.",
        "Telegram: dat werkt.",
        "Website: dat werkt.",
        "We schrijven u het eerst via Telegram.",
        "Wat wilt u doen?",
    ]


async def test_one_channel_goes_first(town: Town) -> None:
    one = await town.resident("telegram")
    await add_address(town, one, "whatsapp", preferred=1)
    await one.taps("!go:kanalen")
    await one.taps("kanalen.ways:first")
    await one.taps("kanalen.first:telegram")
    assert await addresses(town, "preferred") == {"telegram": 1, "whatsapp": 0}
    assert await told(town, one, "preferred_channel") == {"channel": "telegram"}


async def test_email_in_full_is_asked_for_and_taken_back(town: Town) -> None:
    one = await town.resident()
    await add_address(town, one, "email", confirmed_at=1)
    for style, in_full in (("full", 1), ("notice", 0)):
        await one.taps("!menu")
        await one.taps("!go:kanalen")
        await one.taps("kanalen.ways:style")
        await one.taps(f"kanalen.style:{style}")
        assert await addresses(town, "in_full") == {"webchat": 0, "email": in_full}
        assert await told(town, one, "consent") == {"email_in_full": bool(in_full)}


async def test_a_channel_that_was_left_gets_nothing_and_loses_its_place(town: Town) -> None:
    one = await town.resident("telegram")
    await add_address(town, one, "whatsapp", preferred=1)
    await one.taps("!go:kanalen")
    await one.taps("kanalen.ways:leave")
    await one.taps("kanalen.leave:whatsapp")
    left = await addresses(town, "left_at")
    assert left["telegram"] is None
    assert left["whatsapp"]
    assert await addresses(town, "preferred") == {"telegram": 0, "whatsapp": 0}
    assert await told(town, one, "consent") == {"channel": "whatsapp", "messages": False}


async def test_a_channel_that_was_left_is_taken_up_again(town: Town) -> None:
    one = await town.resident("telegram")
    await add_address(town, one, "whatsapp", left_at=1)
    await one.taps("!go:kanalen")
    await one.taps("kanalen.ways:first")
    await one.taps("kanalen.first:whatsapp")
    assert await addresses(town, "left_at") == {"telegram": None, "whatsapp": None}
    assert await addresses(town, "preferred") == {"telegram": 0, "whatsapp": 1}


async def test_a_browser_that_was_made_to_forget_us_is_not_taken_up_again(town: Town) -> None:
    one = await town.resident()
    await add_address(town, one, "telegram")
    await add_address(town, one, "webchat", left_at=1)
    await one.taps("!go:kanalen")
    await one.taps("kanalen.ways:first")
    await one.taps("kanalen.first:webchat")
    assert [(row.channel, row.left_at, row.preferred) for row in await town.rows(tables.address)] == [
        ("webchat", None, 1),
        ("telegram", None, 0),
        ("webchat", 1, 0),
    ]


async def test_a_new_code_is_shown_with_links_where_there_are_any(town: Town) -> None:
    town.house.links = {"whatsapp": lambda payload: f"https://wa.example/{payload}", "x": lambda payload: None}
    one = await town.resident("telegram")
    await one.taps("!go:kanalen")
    (heard,) = await one.taps("kanalen.ways:app")
    (found,) = await town.rows(tables.personal_link)
    code = re.search(r"Typ hem daar: (\S+)", heard.content.text)
    assert code is not None
    assert found.token_hash == town.house.vault.index("join", code[1])
    assert f"chat op onze website: {town.house.config.web.public_url}" in heard.content.text
