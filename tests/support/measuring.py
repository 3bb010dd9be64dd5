"""Invitations at the desk of a ``Town``, and what residents answer."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Protocol

from bot import inviting, measurements, takeover
from bot.content import Message
from bot.house import House
from bot.kept import Kept
from flows.measuring import Kind
from flows.text import Json
from tests.support.town import Resident

_FORMS = count(1)


class Who(Protocol):
    """A caseworker."""

    @property
    def id(self) -> int:
        """Number of the account."""

    @property
    def name(self) -> str:
        """As residents see it."""


def form() -> str:
    """The number of a form that was not sent before."""
    return f"form-of-test-{next(_FORMS)}"


async def spoke(house: House, one: Resident, staff: Who) -> None:
    """They met, and that is on file."""
    seen = (await one.row()).last_seq
    await takeover.spoke(house, one.conversation_id, staff, "bezoek", seen_seq=seen, client_id=form())


async def invited(house: House, one: Resident, staff: Who, kind: str = Kind.LIVING) -> int:
    """After a talk; gives the number of the invitation."""
    await spoke(house, one, staff)
    await inviting.invite(house, one.conversation_id, staff, kind, client_id=form())
    return (await kept_of(house, one))[-1].id


async def kept_of(house: House, one: Resident) -> tuple[Kept, ...]:
    """All invitations of this person, oldest first."""
    key = house.vault.key_of((await one.row()).session_sealed)
    await house.vault.prepare([key])
    async with house.db.read() as conn:
        return await measurements.of(house, conn, one.conversation_id)


async def answers(house: House, one: Resident) -> Mapping[str, Json]:
    """What was answered to the last of them."""
    return (await kept_of(house, one))[-1].answers


async def rates(one: Resident, number: int, **areas: str) -> list[Message]:
    """Opens the invitation and answers: the code of an area and that of a rating (``money="m1"``)."""
    heard = await one.taps(f"!to:voorbereiden.areas:{number}")
    for area, rating in areas.items():
        await one.taps(f"voorbereiden.areas:{area}")
        heard = await one.taps(f"voorbereiden.rate:{area}.{rating}")
    return heard
