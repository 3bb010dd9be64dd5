"""A resident and who helps them, for tests: let in by the flow itself, and reading as their page does."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from bot.helping import acting, keeping, shown
from bot.helping.acting import Said
from bot.helping.keeping import Guest
from bot.helping.shown import Shown
from bot.takeover import locked
from flows.grammar import Tapped, Typed
from tests.support.town import Resident, Town


@dataclass
class Helping:
    """A helper's browser."""

    town: Town
    token: str

    async def guest(self) -> Guest | None:
        """As the page finds who asks."""
        return await keeping.find(self.town.house, self.token)

    async def sees(self) -> list[Shown]:
        """The messages on the page; none when there is nothing to see."""
        guest = await self.guest()
        return [] if guest is None else await shown.messages(self.town.house, guest)

    async def reads(self) -> str:
        """All the words on it, with the buttons."""
        return "\n".join(" ".join([one.text, *(button.label for button in one.buttons)]) for one in await self.sees())

    async def says(self, said: Typed | Tapped, client_id: str | None = None) -> Said:
        """Writes or taps."""
        guest = await self.guest()
        assert guest is not None
        return await acting.say(self.town.house, guest, said, client_id or str(uuid4()), "nl")


async def link_for(one: Resident, name: str = "Samira", may: str = "act", days: int = 30) -> str:
    """The resident lets someone in; gives the token of the link that they pass on."""
    for data in ("!go:naasten", "naasten.alone:yes", "naasten.list:add"):
        await one.taps(data)
    await one.types(name)
    for data in (f"naasten.may:{may}", f"naasten.how_long:{days}", "naasten.agree:yes"):
        await one.taps(data)
    (said,) = await one.taps("naasten.invited:link")
    await one.taps("!menu")
    return said.content.text.partition("/m/")[2].split()[0]


async def opened(town: Town, link: str) -> Helping:
    """The link, opened in a browser of its own."""
    guest = await keeping.look(town.house, link)
    assert guest is not None
    token = str(uuid4())
    async with locked(town.house, guest.conversation_id) as (one, conn):
        assert await keeping.still_invited(one, conn, guest, link)
        assert await keeping.open_(one, conn, guest, token)
    return Helping(town, token)


async def helped(one: Resident, name: str = "Samira", may: str = "act", days: int = 30) -> Helping:
    """Someone who helps from now on."""
    helping = await opened(one.town, await link_for(one, name, may, days))
    await one.hears()
    return helping
