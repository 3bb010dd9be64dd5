"""One person, several channels: a code that is shown in one conversation and typed in another makes them one.

A join code is a bearer secret of half an hour. Only its keyed index is stored: what lies in the database cannot be
tried out on a stolen copy.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.house import House
from bot.identity import new_code, real_now
from storage.tables import personal_link

#: How long a join code can be used, in real time, also in the demo.
JOIN_MINUTES = 30

_JOIN = "join"


async def new_join_code(house: House, person_id: int, conn: AsyncConnection) -> str:
    """A code with which this person's other channels join, once and within `JOIN_MINUTES`; it ends their earlier ones.

    Written in the caller's transaction.
    """
    code, now = new_code(), real_now()
    await conn.execute(
        update(personal_link)
        .where(
            personal_link.c.person_id == person_id,
            personal_link.c.purpose == _JOIN,
            personal_link.c.used_at.is_(None),
            personal_link.c.revoked_at.is_(None),
        )
        .values(revoked_at=now)
    )
    await conn.execute(
        insert(personal_link).values(
            token_hash=house.vault.index(_JOIN, code),
            person_id=person_id,
            created_at=now,
            expires_at=now + timedelta(minutes=JOIN_MINUTES) // timedelta(milliseconds=1),
            purpose=_JOIN,
        )
    )
    return code
