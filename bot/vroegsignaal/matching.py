"""Who a signal is about: by blind indexes only, so that nothing readable is compared or kept (docs/decisions/0024)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.house import House
from flows.understanding import normalise
from storage import signals as store

if TYPE_CHECKING:
    from bot.vroegsignaal.entering import Entered

#: Words before a surname, which one writes in front, another behind, and a third not at all.
_PARTICLES = frozenset(
    {"van", "de", "der", "den", "het", "t", "ter", "ten", "te", "in", "op", "aan", "bij", "von", "la", "le", "du"}
)


def key_words(surname: str, born: str, postcode: str, number: str) -> tuple[str, str, str, str]:
    """The same person in the same words, however they were written. ``born`` is ISO 8601."""
    words = normalise(surname.replace("-", " ").replace("’", "").replace(".", " ").replace(",", " ")).split()
    name = [word for word in words if word not in _PARTICLES] or words
    house = "".join(char for char in number.lower() if char.isalnum())
    return " ".join(sorted(name)), born, postcode.replace(" ", "").upper(), house


def key_index(house: House, surname: str, born: str, postcode: str, number: str) -> bytes:
    """What is stored of a person's surname, day of birth (ISO 8601), postcode and house number."""
    return house.vault.index("signal.key", "|".join(key_words(surname, born, postcode, number)))


async def find(house: House, conn: AsyncConnection, one: Entered) -> set[int]:
    """The conversations of whom a signal may be about. Who was found by telephone or e-mail alone, while they are known
    by a name that the signal gives otherwise, is somebody else at that address."""
    whole = one.surname and one.born and one.postcode and one.number
    key = key_index(house, one.surname, one.born, one.postcode, one.number) if whole else None
    named = set() if key is None else await store.by_key(conn, key)
    reached = await store.by_reach(
        conn,
        phone=house.vault.index("phone", one.phone) if one.phone else None,
        email=house.vault.index("email", one.email) if one.email else None,
    )
    if key is not None:
        reached -= await store.with_keys(conn, reached - named)
    return named | reached
