"""What was planned falls due: what a flow wants to say is checked again and comes in at the top, said, put off, or
dropped with its reason; the shell's own is seen to by whoever planned it."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import allowed, closing, deadlines, taking, terms, undelivered
from bot.agenda import making as agenda
from bot.agenda import reminding
from bot.agreements import making as agreements
from bot.agreements import reminding as agreements_reminding
from bot.allowed import Allowed
from bot.clock import to_ms
from bot.contact import falling as contact
from bot.contact import moments, scheduling
from bot.helping import keeping as helpers
from bot.inbound import Fallen
from bot.privacy.vault import Unreadable
from bot.ratings import due as ratings
from bot.talk import Talk
from bot.vroegsignaal import sorting
from flows.grammar import Due, HandedBack
from flows.text import Json
from storage import closing as cases
from storage import conversations, signals

Fall = Callable[[Fallen, Talk, AsyncConnection], Awaitable[None]]


async def _nothing(ping: Fallen, about: Json, reason: str, talk: Talk, conn: AsyncConnection) -> None:
    pass


async def _as_is(ping: Fallen, about: Json, talk: Talk, conn: AsyncConnection) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Planned:
    """What a kind of message wants besides rule 9. ``recheck``: whether it may go now. ``dropped``: it never will, for
    that reason. ``going``: it is said now, in this transaction. ``expires_at``: when it is of no use any more, in
    milliseconds UTC. ``moment``: what is on file of it as a contact moment. All get what was planned with it.
    ``ahead`` reads what these need for many that fall due together, and leaves it in ``Talk.ahead``; it may not be
    there: of two for one person that of the second is not."""

    recheck: Callable[[Fallen, Json, Talk, AsyncConnection], Awaitable[Allowed]]
    dropped: Callable[[Fallen, Json, str, Talk, AsyncConnection], Awaitable[None]] = _nothing
    going: Callable[[Fallen, Json, Talk, AsyncConnection], Awaitable[None]] = _as_is
    expires_at: Callable[[Fallen, Json, Talk], int | None] = lambda ping, about, talk: None
    moment: Callable[[Fallen, Json], Mapping[str, Json]] = lambda ping, about: {}
    ahead: Callable[[Sequence[tuple[Fallen, Json, Talk]], AsyncConnection], Awaitable[None]] | None = None


async def _rule_9(ping: Fallen, about: Json, talk: Talk, conn: AsyncConnection) -> Allowed:
    return await allowed.unasked(talk, conn)


async def read_ahead(fallen: Sequence[tuple[Fallen, Talk]], conn: AsyncConnection) -> None:
    """Reads for many that are due, of a person each, what is checked again of each."""
    said = [(ping, one) for ping, one in fallen if _own(ping) is None]
    if not said:
        return
    since = allowed.week_before(said[0][1].now)
    counted = await conversations.planned_since(conn, [one.id for _, one in said], since)
    firsts = {one.id: ping for ping, one in reversed(fallen)}  # what comes after it finds what that led to
    alike: dict[int, tuple[Planned, list[tuple[Fallen, Json, Talk]]]] = {}
    for ping, one in said:
        one.unasked_lately = counted.get(one.id, 0)
        planned = _planned(ping)
        if planned.ahead is not None and firsts[one.id] is ping:
            with contextlib.suppress(Unreadable):  # it fails on its own, when it is its turn
                alike.setdefault(id(planned), (planned, []))[1].append((ping, _about(ping, one), one))
    for planned, theirs in alike.values():
        assert planned.ahead is not None
        await planned.ahead(theirs, conn)


async def fall(ping: Fallen, talk: Talk, conn: AsyncConnection) -> None:
    """Sees to a ping that is due and locked (``storage.due``)."""
    own = _own(ping)
    if own is not None:
        await own(ping, talk, conn)
        return
    planned, about = _planned(ping), _about(ping, talk)
    may = await planned.recheck(ping, about, talk, conn)
    if may.later is not None:
        talk.staged.postponed.append((ping.ping_id, to_ms(may.later)))
        return
    if may.reason is not None:
        talk.staged.ended.append((ping.ping_id, "dropped", may.reason))
        await planned.dropped(ping, about, may.reason, talk, conn)
        return
    talk.staged.ended.append((ping.ping_id, "done", None))
    await planned.going(ping, about, talk, conn)
    expires_at = planned.expires_at(ping, about, talk)
    turn = await taking.step(Due(ping.kind, about), talk, conn, kind=ping.kind, expires_at=expires_at)
    kind = ping.kind.partition(":")[0]
    if turn.replies:
        told: dict[str, Json] = {"kind": kind, "channel": talk.channel, "by": "bot"}
        talk.record("contactmoment", {**told, **planned.moment(ping, about)})
    else:
        talk.record("ping_dropped", {"kind": kind, "reason": turn.reason})


async def erased(pings: Sequence[Fallen], conn: AsyncConnection) -> None:
    """Of whoever was erased nothing can be read: what was planned for them, and is locked, ends; nothing finds them."""
    await conversations.end_pings(conn, [(ping.ping_id, "dropped", undelivered.ERASED) for ping in pings])
    for conversation_id in {ping.conversation_id for ping in pings}:
        await cases.drop_keys(conn, conversation_id)


async def failed(ping: Fallen, talk: Talk, conn: AsyncConnection) -> None:
    """A bug in seeing to a ping ended it: what it stood for has its reason all the same."""
    if _own(ping) is None:
        await _planned(ping).dropped(ping, _about(ping, talk), "failed", talk, conn)
    elif ping.kind == scheduling.HUMAN:  # a check-in by a human: the ones after it come all the same
        await contact.dropped(ping, _about(ping, talk), "failed", talk, conn)


def _own(ping: Fallen) -> Fall | None:
    return next((one for prefix, one in OWN.items() if ping.kind.startswith(prefix)), None)


def _planned(ping: Fallen) -> Planned:
    return next((one for prefix, one in PLANNED.items() if ping.kind.startswith(prefix)), _ANY)


def _about(ping: Fallen, talk: Talk) -> Json:
    """What was planned with it. Raises ``Unreadable``."""
    if ping.about_sealed is None:
        return None
    about: Json = json.loads(talk.house.vault.unseal_text(ping.about_sealed, "ping"))
    return about


async def _lapse(ping: Fallen, talk: Talk, conn: AsyncConnection) -> None:
    """A hold without an answer ends by itself: the bot says so, and the file waits for us (rule 8)."""
    until = talk.columns["hold_until"]
    if talk.held and until is not None and until > talk.now:
        await conversations.postpone_ping(conn, ping.ping_id, until)
        return
    if not await conversations.finish_ping(conn, ping.ping_id, "done", None) or not talk.held:
        return
    taking.release(talk)
    if talk.columns["queue"] != "waiting_them":  # else nothing was asked since our answer: nothing of it is late
        talk.columns["due_at"] = talk.columns["due_at"] or talk.now
    talk.columns["queue"] = "waiting_us"
    talk.record("lapsed")
    await taking.say_back(HandedBack("", lapsed=True), talk, conn)


_ANY = Planned(_rule_9)

#: The shell's own pings, by the beginning of their kind: nothing is said because of them but what they see to
#: themselves. What stops a person's messages stops none of them (``storage.conversations.cancel_all_pings``).
OWN: Mapping[str, Fall] = {
    taking.HOLD_LAPSES: _lapse,
    terms.PREFIX: deadlines.fall,
    agreements.OURS: agreements_reminding.fall,
    "ratings.": ratings.fall,
    helpers.ENDS: helpers.fall,
    closing.KEYS_END: closing.keys_end,
    signals.ANSWERED: sorting.answered,
    scheduling.SILENT: contact.silent,
    scheduling.HUMAN: contact.human,
    scheduling.LEFT: contact.left,
    scheduling.RESUME: contact.resume,
    scheduling.OVER: contact.over,
}

#: Messages of flows that want more than rule 9, by the beginning of their kind.
PLANNED: Mapping[str, Planned] = {
    **dict.fromkeys(
        agenda.REMINDERS,
        Planned(
            reminding.recheck, dropped=reminding.dropped, going=reminding.supersede, expires_at=reminding.expires_at
        ),
    ),
    signals.INVITED: Planned(sorting.recheck, dropped=sorting.dropped, going=sorting.going),
    contact.PREFIX: Planned(
        contact.recheck,
        dropped=contact.dropped,
        going=contact.going,
        moment=contact.moment,
        ahead=contact.read_ahead,
    ),
    moments.DUE: Planned(moments.recheck, dropped=moments.dropped, going=moments.going),
    agreements.DUE: Planned(agreements_reminding.recheck, expires_at=agreements_reminding.expires_at),
}
