"""Signing in at the municipality's own provider: what was begun, who somebody is there, tokens that count once. What
could be used again comes here hashed, who somebody is as a keyed index; all instants are real time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import insert_ignore
from storage.tables import seen_token, sign_in_attempt, staff, staff_session

_PRUNE = delete(sign_in_attempt).where(sign_in_attempt.c.expires_at <= bindparam("now"))
_BEGIN = insert(sign_in_attempt)
_TAKE = (
    delete(sign_in_attempt)
    .where(
        sign_in_attempt.c.state_hash == bindparam("state"),
        sign_in_attempt.c.browser_hash == bindparam("browser"),
        sign_in_attempt.c.expires_at > bindparam("now"),
    )
    .returning(
        sign_in_attempt.c.nonce,
        sign_in_attempt.c.verifier,
        sign_in_attempt.c.next_page,
        sign_in_attempt.c.purpose,
        sign_in_attempt.c.staff_id,
        sign_in_attempt.c.expires_at,
    )
)
_BY_SUBJECT = select(staff.c.id, staff.c.username, staff.c.role, staff.c.disabled_at).where(
    staff.c.subject_index == bindparam("subject")
)
_SUBJECT_OF = select(staff.c.subject_index).where(staff.c.id == bindparam("which"))
_LINK = update(staff).where(staff.c.id == bindparam("which")).values(subject_index=bindparam("subject"))
_SET_ROLE = update(staff).where(staff.c.id == bindparam("which")).values(role=bindparam("new"))
_TAKEN = select(func.lower(staff.c.username)).where(func.lower(staff.c.username).startswith(bindparam("beginning")))
_ADD = insert(staff).returning(staff.c.id)
_SEEN = insert_ignore(seen_token)
_SEEN_UNTIL = (
    update(seen_token)
    .where(seen_token.c.token_hash == bindparam("which"), seen_token.c.expires_at < bindparam("until"))
    .values(expires_at=bindparam("until"))
)
_SAID_GOODBYE = select(seen_token.c.token_hash).where(
    seen_token.c.token_hash.in_(bindparam("marks", expanding=True)), seen_token.c.expires_at >= bindparam("until")
)
_PRUNE_SEEN = delete(seen_token).where(seen_token.c.expires_at <= bindparam("now"))


async def begin(conn: AsyncConnection, now: int, **values: Any) -> None:
    """Note a sign-in that was begun (columns of ``sign_in_attempt``), and forget those whose time has passed."""
    await conn.execute(_PRUNE, {"now": now})
    await conn.execute(_BEGIN, values)


async def take(conn: AsyncConnection, state_hash: bytes, browser_hash: bytes, now: int) -> Row[*tuple[Any, ...]] | None:
    """Use up a sign-in that this browser began: ``(nonce, verifier, next_page, purpose, staff_id, expires_at)``. None:
    there is none, it was used, its time has passed, or another browser began it."""
    values = {"state": state_hash, "browser": browser_hash, "now": now}
    return (await conn.execute(_TAKE, values)).first()


async def by_subject(conn: AsyncConnection, subject: bytes) -> Row[*tuple[Any, ...]] | None:
    """``(id, username, role, disabled_at)`` of the account of somebody at the provider, a closed one too."""
    return (await conn.execute(_BY_SUBJECT, {"subject": subject})).first()


async def subject_of(conn: AsyncConnection, staff_id: int) -> bytes | None:
    """Who an account is at the provider."""
    found: bytes | None = (await conn.execute(_SUBJECT_OF, {"which": staff_id})).scalar_one_or_none()
    return found


async def link(conn: AsyncConnection, staff_id: int, subject: bytes | None) -> None:
    """Who an account is at the provider from now on. Raises IntegrityError when another account is."""
    await conn.execute(_LINK, {"which": staff_id, "subject": subject})


async def set_role(conn: AsyncConnection, staff_id: int, role: str) -> None:
    """Another role."""
    await conn.execute(_SET_ROLE, {"which": staff_id, "new": role})


async def taken(conn: AsyncConnection, beginning: str) -> set[str]:
    """Usernames that begin so, in small letters."""
    return set((await conn.execute(_TAKEN, {"beginning": beginning})).scalars())


async def add(conn: AsyncConnection, **values: Any) -> int:
    """Add an account (columns of ``staff``) and give its id. Raises IntegrityError when name or subject are taken."""
    return int((await conn.execute(_ADD, values)).scalar_one())


async def see(conn: AsyncConnection, token_hash: bytes, expires_at: int, now: int) -> bool:
    """Note a token that counts once; False when it was seen before."""
    await conn.execute(_PRUNE_SEEN, {"now": now})
    return (await conn.execute(_SEEN, {"token_hash": token_hash, "expires_at": expires_at})).rowcount == 1


async def note_goodbye(conn: AsyncConnection, marks: Iterable[bytes], until: int) -> None:
    """Keep until then that someone, or a session there, signed out: for a sign-in that is under way."""
    for mark in sorted(marks):  # in one order: two at once do not lock each other out
        await conn.execute(_SEEN, {"token_hash": mark, "expires_at": until})
        await conn.execute(_SEEN_UNTIL, {"which": mark, "until": until})


async def said_goodbye(conn: AsyncConnection, marks: Iterable[bytes], until: int) -> bool:
    """Whether one of these is kept until then or longer."""
    return (await conn.execute(_SAID_GOODBYE, {"marks": list(marks), "until": until})).first() is not None


async def end(conn: AsyncConnection, *, staff_id: int | None, session: bytes | None) -> None:
    """End the sessions that came from the provider: of an account, of one session there, or of both together, where
    those count of which the provider never said which session of its own they are. Neither ends none."""
    if staff_id is None and session is None:
        return
    statement = delete(staff_session).where(staff_session.c.way == "oidc")
    if staff_id is not None:
        statement = statement.where(staff_session.c.staff_id == staff_id)
    if session is not None:
        its, unknown = (
            staff_session.c.provider_session_index == session,
            staff_session.c.provider_session_index.is_(None),
        )
        statement = statement.where(its if staff_id is None else or_(its, unknown))
    await conn.execute(statement)
