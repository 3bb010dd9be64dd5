"""Whatever a person sends, in whatever order: a session that loads, and outside a human's hold an answer."""

from __future__ import annotations

import asyncio
from typing import TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import takeover
from bot.content import Upload
from flows import registry
from flows.grammar import GLOBAL_WORDS, Opened, Picked, Said, Sent, Tapped, Typed
from flows.session import dumps, loads
from storage import tables
from tests.support.town import MONDAY, Colleague, Resident, Town, origins

#: Everything that ever stood on a button, of any screen: most are old ones wherever they are tapped.
SCREENS = sorted(f"{flow.name}.{screen}" for flow in registry.all_flows().values() for screen in flow.screens)
IDS = (
    "yes",
    "no",
    "skip",
    "enough",
    "done",
    "on",
    "nl",
    "ar",
    "self",
    "helper",
    "phone",
    "chat",
    "not_it",
    "change",
    "",
)

taps = st.one_of(
    st.builds("{}:{}".format, st.sampled_from(SCREENS), st.sampled_from(IDS)),
    st.sampled_from([f"!{word}" for word in GLOBAL_WORDS]),
    st.sampled_from([f"!go:{name}" for name in (*registry.all_flows(), "nergens", "")]),
    st.text(max_size=200),  # forged
)
words = st.one_of(
    st.text(alphabet=st.characters(), max_size=60),  # control characters, half of emoji, every script
    st.sampled_from(
        [
            *GLOBAL_WORDS,
            "1",
            "٢",
            "99999999999999999999",
            "👩‍👩‍👧‍👦" * 30,
            "\x00\x01\x7f\u202e\ufeff",
            "مرحبا, ik need hulp 帮助 помощь",
            "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!͖̬̰̙̗̿̋ͥͥ̂ͣ̐́́͜͞",
            "a" * 9_999,
            "huur " * 2_000,
            "{name} %s {{7*7}} <script>alert(1)</script> '; DROP TABLE person; --",
            "ik wil niet meer leven",
            "ik word uit huis gezet",
            "nee",
            "ik wil hulp",
            "mijn bsn is 123456782",
        ]
    ),
)
photo = Upload("image/jpeg", b"\xff\xd8\xff made up")
voice = Upload("audio/ogg", b"OggS made up")
said = st.one_of(
    st.builds(Typed, words),
    st.builds(Tapped, taps),
    st.builds(
        Picked,
        st.one_of(st.sampled_from(SCREENS), st.text(max_size=40)),
        st.lists(st.one_of(st.sampled_from(IDS), st.text(max_size=20)), max_size=5).map(tuple),
    ),
    st.builds(Sent, st.sampled_from(["photo", "voice", "file"]), words),
    st.builds(Opened, st.one_of(st.none(), st.text(max_size=20), st.sampled_from(sorted(registry.all_flows())))),
)
Step: TypeAlias = Said | int
#: Half of the time a button that is really there, so that conversations get somewhere.
step = st.one_of(said, st.integers(0, 30))


async def do(one: Resident, what: Step) -> None:
    """One step: anything at all, or the so-manieth button of what was last shown."""
    if isinstance(what, int):
        offered = (await one.session()).offered
        choices = offered.choices if offered else ()
        if offered is None or not choices:
            return
        what = Tapped(f"{offered.screen}:{choices[what % len(choices)].id}")
    uploads = (photo,) if isinstance(what, Sent) else ()
    await one.says(what, *uploads)


async def holds(town: Town, channel: str, steps: list[Step]) -> None:
    one = await town.resident(channel, at_menu=False)
    await one.says(Opened())
    assert await one.hears()
    for what in steps:
        await do(one, what)
        heard = await one.hears()
        assert heard, f"no answer to {what!r}"
        assert not any(message.content.origin == "taking.failed" for message in heard), f"a bug at {what!r}"
        assert all(message.content.text.strip() for message in heard)
        session = await one.session()
        assert loads(dumps(session)) == session
        flow = registry.all_flows()[session.top.flow]
        assert session.top.screen in flow.screens
    assert not any(message.unhandled for message in await one.messages())


CHANNELS = ("webchat", "telegram", "whatsapp")
#: The municipality goes on from one example to the next; every person in it is new.
FEW = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
MANY = settings(FEW, max_examples=3_000)


async def answered(town: Town, plays: list[list[Step]]) -> None:
    await asyncio.gather(
        *(holds(town, channel, steps) for channel, steps in zip(CHANNELS * len(plays), plays, strict=False))
    )


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
@given(plays=st.lists(st.lists(step, max_size=15), min_size=1, max_size=3))
@FEW
async def test_any_sequence_is_answered(town: Town, plays: list[list[Step]]) -> None:
    await answered(town, plays)


@pytest.mark.soak
@given(plays=st.lists(st.lists(step, max_size=60), min_size=1, max_size=6))
@MANY
async def test_any_long_sequence_is_answered(town: Town, plays: list[list[Step]]) -> None:
    await answered(town, plays)


#: What the bot may say while a human holds the conversation (rule 8).
EXCEPTIONS = {
    "crisis.life",
    "crisis.violence",
    "crisis.denied",
    "woorden.stopped",
    "overdracht.evening",
    "overdracht.held",
}


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
@given(steps=st.lists(step, max_size=12), hour=st.integers(0, 23))
@FEW
async def test_in_a_hold_any_sequence_is_kept_and_only_the_exceptions_are_answered(
    town: Town, steps: list[Step], hour: int
) -> None:
    town.clock.to(MONDAY.replace(hour=hour))
    one = await town.resident()
    noor = Colleague(1, "Noor") if await town.rows(tables.staff) else await town.colleague()
    await takeover.take_over(town.house, one.conversation_id, noor)
    for what in steps:
        await do(one, what)
        heard = origins(await one.hears())
        assert set(heard) <= EXCEPTIONS, f"{heard} to {what!r}"
    assert (await one.row()).held_by == noor.id
    assert not any(message.unhandled for message in await one.messages())
