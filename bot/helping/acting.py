"""What a helper writes or taps in the conversation, in one transaction like everything else that is said there.

A list says what they may (``flows.helping``); the rest is the person's own. A sign of a crisis comes before all of it:
the desk is told, with who wrote it, and the helper gets the text that is fixed for it. In the person's own conversation
nothing of a danger is said, for whoever wrote it may be who they are in danger of, or stand beside them
(docs/decisions/).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import effects, taking
from bot.content import Content
from bot.errors import Refused
from bot.helping import keeping
from bot.helping.keeping import Guest
from bot.helping.private import DESK, PRIVATE, TOLD_BY_HELPER
from bot.house import House
from bot.takeover import locked
from bot.talk import Talk, rendered
from flows import helping, understanding
from flows.crisis import REASONS, urgency_of
from flows.grammar import Category, Contact, HandOver, Promised, RaiseAlarm, Reply, Tapped, Typed, World
from flows.landing import Landing, Turn
from flows.session import Frame, Session
from flows.step import show
from flows.text import t
from storage import conversations
from storage import helpers as store

TOLD = t(
    "meelezen.told",
    "Dank u. Ons team krijgt dit nu te lezen. Is er direct gevaar? Bel 112.",
)
READ = t("meelezen.read", "Dank u. Iemand van ons team leest dit.")


@dataclass(frozen=True, slots=True)
class Said:
    """What became of it. ``seq`` is its place in the conversation, 0 when it was there already; ``texts`` are for who
    wrote it alone, and stored nowhere."""

    seq: int
    texts: tuple[str, ...] = ()


async def say(house: House, guest: Guest, said: Typed | Tapped, client_id: str, language: str) -> Said:
    """Says it, once for each ``client_id``. Refused: ``nothing`` (they do not help any more), ``only_reads``,
    ``theirs`` (only the person can), and what the conversation refuses; then nothing was changed."""
    safe = taking.safe(said)
    assert isinstance(safe, Typed | Tapped)
    async with locked(house, guest.conversation_id) as (one, conn):
        row = await keeping.still(one, conn, guest)
        if row is None or one.person_id != guest.person_id:
            raise Refused("nothing")
        if row.may != "act":
            raise Refused("only_reads")
        key = {"scope": f"helper:{guest.id}", "external_index": house.vault.index("received", client_id)}
        if not await conversations.receive(conn, [{**key, "received_at": one.now}]):
            return Said(0)
        words = taking.words_of(safe)
        category = understanding.crisis(words) if words else None
        if category is not None:
            return await _crisis(one, conn, guest, words, category, language)
        since = one.columns["danger_at"]
        if since is not None and words and await store.told_of_danger(conn, one.id, guest.id, since):
            _waits(one)
            seq = one.add_message("helper", Content(words, language), helper_id=guest.id, private=DESK)
            return Said(seq, (house.tongue.say(READ, language),))
        if since is not None or not helping.may_try(one.session, safe, held=one.held):
            raise Refused("theirs")
        return await _step(one, conn, guest, safe)


async def _step(one: Talk, conn: AsyncConnection, guest: Guest, said: Typed | Tapped) -> Said:
    before, seq = one.session, 0

    def keep(turn: Turn) -> None:
        nonlocal seq
        if not helping.may_do(before, turn):
            raise Refused("theirs")
        if isinstance(said, Tapped):
            content = taking.tapped(said, before, one.house.tongue)
        else:
            content = Content(said.text, before.language)
        seq = one.add_message("helper", content, helper_id=guest.id, send=True)

    await taking.step(said, one, conn, stage=keep)
    if one.held:
        _waits(one)
    return Said(seq)


def _waits(one: Talk) -> None:
    """It is a human's turn. That the helper was here is not that the person was."""
    if one.columns["queue"] in ("bot", "waiting_them", "closed"):
        one.columns["queue"] = "waiting_us"
    if one.columns["due_at"] is None:
        one.columns["due_at"] = one.columns["hold_until"] or one.now


async def _crisis(
    one: Talk, conn: AsyncConnection, guest: Guest, words: str, category: Category, language: str
) -> Said:
    """Whatever else goes on: the alarm is raised. Where the dialogue of the person was it stays."""
    private = DESK if category.is_danger else PRIVATE
    seq = one.add_message("helper", Content(words, language), helper_id=guest.id, private=private)
    by = HandOver(f"{REASONS[category]} (geschreven door een helper)", urgency_of(category))
    if category.is_danger:
        one.record(TOLD_BY_HELPER, {"helper": guest.id})
    await effects.apply(one, (RaiseAlarm(category), by), conn)
    if not category.is_danger:
        return Said(seq, (one.house.tongue.say(TOLD, language),))
    return Said(seq, tuple(content.text for content in rendered(_fixed(one, category), language, one.house)))


def _fixed(one: Talk, category: Category) -> Reply:
    """The text for this danger, as for someone of whom nothing is known: it goes to the helper."""
    frame = Frame("crisis", category.value, {"category": category.value})
    moment = replace(taking.moment_of(one), channel="")
    world = World({Promised: one.house.promised(one.now), Contact: Contact("", has_pin=False, contact_name=None)})
    (reply,) = show(Landing(Session(), aside=frame), world, moment).replies
    return replace(reply, buttons=())
