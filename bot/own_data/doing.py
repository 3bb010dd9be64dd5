"""A colleague erases what someone asked to erase."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from bot.errors import Refused
from bot.house import House
from bot.privacy import erasing
from bot.takeover import Staff
from storage import requests as store


async def erase(house: House, staff: Staff, asked: Row[*tuple[Any, ...]]) -> erasing.Plan:
    """Erases as far as that may be; ``asked`` is the request's row. Refused: ``settled`` (it is not one to erase that a
    colleague said is theirs), ``is_held`` (nothing may go now)."""
    if asked.kind != "erasure":
        raise Refused("settled")
    try:
        if (await erasing.plan(house, asked.person_id)).held:
            raise Refused("is_held")
        async with house.db.read() as conn:
            row = await store.one(conn, asked.id)
        if row is None or row.state != "identified":
            raise Refused("settled")
        done = await erasing.erase(house, asked.person_id, by_staff=staff.id, why="asked")  # and so is the request
    except erasing.NobodyThere:
        raise Refused("settled") from None
    if done.held:  # since this very moment
        raise Refused("is_held")
    return done
