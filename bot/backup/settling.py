"""What ends when a backup is put back: what the machine that is gone may have done since, and what opened doors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, bindparam, delete, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import (
    channel_trouble,
    helper,
    lease,
    outbox,
    personal_link,
    registration,
    sign_in_attempt,
    sign_in_link,
    staff_session,
)

#: Why a message is not sent, a contact not told, a helper not there any more.
RESTORED = "restored"

_NOW: ColumnElement[int] = bindparam("now", type_=BigInteger)

#: By what is told of it. What fell due before now was in all likelihood sent by the machine that is gone; what is due
#: later was not.
_ENDS: Mapping[str, Any] = {
    "messages": update(outbox)
    .where(outbox.c.state == "waiting", outbox.c.due_at <= _NOW)
    .values(state="dropped", reason=RESTORED, claimed_until=None),
    "registrations": update(registration)
    .where(registration.c.state == "waiting", registration.c.due_at <= _NOW)
    .values(state="failed", reason=RESTORED, claimed_until=None),
    # Whoever had one may have been sent away since.
    "links": update(personal_link)
    .where(personal_link.c.revoked_at.is_(None), personal_link.c.expires_at > _NOW)
    .values(revoked_at=_NOW),
    "helpers": update(helper)
    .where(helper.c.state != "ended")
    .values(state="ended", ended_at=_NOW, ended_how=RESTORED, invite_index=None, browser_index=None),
}
#: These are of machines and browsers that are not here.
_GONE = (staff_session, sign_in_link, sign_in_attempt, lease, channel_trouble)


async def settle(conn: AsyncConnection, now: int) -> dict[str, int]:
    """Ends it, in the transaction that put it back; gives how many of each. ``now`` in milliseconds UTC.

    Alarms are left: twice rather than never. So is what was planned, which is checked again when it falls due.
    """
    counts = {what: (await conn.execute(statement, {"now": now})).rowcount for what, statement in _ENDS.items()}
    for table in _GONE:
        await conn.execute(delete(table))
    return counts
