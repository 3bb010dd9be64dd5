"""Whatever is said in whatever order: no message that is private is in anything that a helper is given."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from bot import takeover
from bot.errors import Refused
from flows.grammar import Tapped, Typed
from storage.migrate import upgrade
from tests.stores import sqlite_urls
from tests.support.helping import helped
from tests.support.town import open_town

#: Each has a word of its own, so that it is found wherever it turns up.
SAYINGS = (
    "ik wil niet meer leven zeker1",
    "mijn man slaat mij zeker2",
    "ik word uit mijn huis gezet zeker3",
    "er ligt beslag op mijn loon zeker4",
    "mijn code is 7K3D-9QX-2MF zeker5",
    "dank u wel zeker6",
    "0612345678",
    "menu",
    "mens",
    "stop",
    "waarom",
)
TAPS = (
    *("!go:aanmelden", "!go:crisis", "!go:kaarten", "!go:uitleg", "!go:naasten", "!go:afspraak", "!menu", "!mens"),
    *("aanmelden.for_whom:self", "crisis.violence:not_it", "crisis.life:not_it", "crisis.home:not_it", "!taal"),
)
ACTS = st.one_of(
    st.tuples(st.just("types"), st.sampled_from(SAYINGS)),
    st.tuples(st.just("taps"), st.sampled_from(TAPS)),
    st.tuples(st.just("helper types"), st.sampled_from(SAYINGS)),
    st.tuples(st.just("helper taps"), st.sampled_from(TAPS)),
    st.tuples(st.sampled_from(["holds", "answers", "hands back", "ends the crisis"]), st.just("")),
)


@settings(max_examples=8)
@given(st.lists(st.lists(ACTS, min_size=3, max_size=14), min_size=4, max_size=4))
def test_nothing_private_is_ever_in_what_a_helper_is_given(told: list[list[tuple[str, str]]]) -> None:
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        asyncio.run(_play(Path(folder), told))


async def _play(folder: Path, told: list[list[tuple[str, str]]]) -> None:
    urls = sqlite_urls(folder)
    await upgrade(urls.data, urls.keys)
    async with open_town(folder, urls) as town:
        noor = await town.colleague()
        for acts in told:
            one = await town.resident()
            helper, other = await helped(one), await helped(one, "Jan", may="follow")
            await one.taps("!menu")
            given_: list[str] = []
            in_danger = False
            for number, (act, words) in enumerate(acts):
                try:
                    match act:
                        case "types":
                            await one.types(words)
                        case "taps":
                            await one.taps(words)
                        case "helper types":
                            await helper.says(Typed(words))
                        case "helper taps":
                            await helper.says(Tapped(words))
                        case "holds":
                            await takeover.take_over(town.house, one.conversation_id, noor)
                        case "answers":
                            seen = (await one.row()).last_seq
                            await takeover.reply(
                                *(town.house, one.conversation_id, noor, f"antwoord {number} in gevaar={in_danger}."),
                                seen_seq=seen,
                                client_id=f"{number:036}",
                            )
                        case "hands back":
                            await takeover.hand_back(town.house, one.conversation_id, noor)
                        case "ends the crisis":
                            await takeover.crisis_over(
                                town.house, one.conversation_id, noor, seen=["life", "violence", "home", "seizure"]
                            )
                except Refused:
                    pass
                in_danger = (await one.row()).danger_at is not None
                given_ += [await helper.reads(), await other.reads()]
            said = "\n".join(given_)
            for sign in ("zeker1", "zeker2", "zeker3", "zeker4", "zeker5", "9QX", "gevaar=True", "113", "0800-2000"):
                assert sign not in said, sign
            private = {message.seq for message in await one.messages() if message.private}
            assert not private & {message.seq for message in [*await helper.sees(), *await other.sees()]}
