"""One step inside the transaction: what a person said becomes messages and effects; also what a human did."""

from __future__ import annotations

import contextlib
import logging
import traceback
from collections.abc import Callable
from dataclasses import replace

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import clocks, effects, needs
from bot.channels.rendering import MORE
from bot.clock import from_ms, hold_until, to_ms
from bot.content import Content
from bot.errors import Refused
from bot.inbound import Inbound
from bot.privacy.masking import clean, mask
from bot.talk import Talk
from flows import handing_back, helping, lasting, registry, understanding, voorlezen
from flows.grammar import (
    GLOBAL_WORDS,
    Call,
    Moment,
    Picked,
    RaiseAlarm,
    Reply,
    Said,
    Sent,
    Tapped,
    Typed,
    Urgency,
)
from flows.numbers import EMERGENCY, SUICIDE
from flows.session import Session
from flows.step import Landing, Turn, advance, refuse, show
from flows.text import Text, Tongue, t, verbatim
from flows.words import LABELS
from storage import conversations

log = logging.getLogger(__name__)

#: The shell's own ping that ends a hold (``bot.falling``).
HOLD_LAPSES = "hold.lapses"

#: How often a step is taken again because an effect was refused; after that it is a bug.
RETAKES = 3

FAILED = Reply(
    (
        t(
            "taking.failed",
            "Er ging iets mis bij ons. Dat ligt niet aan u. Uw bericht is bewaard. Een medewerker kijkt ernaar.",
        ),
    ),
    origin="taking.failed",
)


#: The same when it was a cry for help that failed: where to turn at once, whatever is wrong with us.
FAILED_IN_DANGER = Reply(
    (
        *FAILED.paragraphs,
        t(
            "taking.failed.danger",
            "Is er direct gevaar? Bel {emergency}. Wilt u praten? Bel {suicide}, dag en nacht.",
            emergency=EMERGENCY,
            suicide=SUICIDE,
        ),
    ),
    origin="taking.failed",
    safe=True,
)


#: In the place of an answer that is nobody's.
_APART = t("taking.apart", "(uw antwoord, zonder naam)")


def moment_of(talk: Talk) -> Moment:
    """The circumstances of a step in ``talk``, now."""
    house = talk.house
    now = from_ms(talk.now, house.calendar.zone)
    notice_at, last = talk.columns["notice_at"], talk.columns["last_inbound_at"]
    answered = talk.columns["last_staff_at"]
    is_open = house.calendar.is_open(now)
    return Moment(
        now=now,
        channel=talk.channel or "",
        gemeente=house.gemeente,
        flows=house.flows,
        drafts=house.drafts,
        held=talk.held,
        open=is_open,
        # once for each time that we are closed: the notice of an earlier evening has an opening after it
        notice_due=not is_open
        and (notice_at is None or to_ms(house.calendar.next_opening(from_ms(notice_at))) <= talk.now),
        answered_at=None if answered is None else from_ms(answered, house.calendar.zone),
        quiet_since=None if last is None else from_ms(last, house.calendar.zone),
    )


async def take(what: Inbound, talk: Talk, conn: AsyncConnection) -> int:
    """Handles what a person said; gives the sequence number of their message (0: none was kept, as for an arrival)."""
    said = safe(what.said)
    if isinstance(said, Tapped) and said.data.startswith(MORE):
        return await _turn_page(said, talk, conn)
    before, seq = talk.session, 0

    def keep(turn: Turn) -> None:
        nonlocal seq
        seq = _keep(said, before, what, talk, apart=_is_apart(said, before, turn.session))

    await step(said, talk, conn, stage=keep)
    _heard(talk, seq)
    return seq


async def say_back(said: Said, talk: Talk, conn: AsyncConnection) -> None:
    """Lets the bot speak when a human's hold is over. A bug in that is no reason to go on holding."""
    talk.session = handing_back.resumed(talk.session)
    if not await interrupt(said, talk, conn):
        talk.say(FAILED)


async def interrupt(said: Said, talk: Talk, conn: AsyncConnection) -> bool:
    """Something that a human did at the desk is told to the person. A bug in that does not undo what was done; False:
    it could not be told, and the desk hears of that."""
    outer, before, told = talk.staged, talk.snapshot(), True
    try:
        await step(said, talk, conn)
    except DBAPIError:
        raise
    except Exception as error:
        log.error("a step failed: %s in %s", type(error).__name__, place_of(error))
        talk.restore(before)
        unsaid(talk)
        told = False
    outer.merge(talk.staged)
    talk.staged = outer
    return told


async def unhandled(what: Inbound, talk: Talk, conn: AsyncConnection) -> int:
    """After a bug: the message is kept, a human gets it, and both are told; a crisis in it is still one (rule 7)."""
    said = safe(what.said)
    seq = _keep(said, talk.session, what, talk, unhandled=True)
    clocks.ask_human(talk, Urgency.URGENT, talk.now)
    words = words_of(said)
    category = None
    with contextlib.suppress(Exception):  # it may be this that failed: the message goes to a human all the same
        category = understanding.crisis(words) if words else None
    if category is not None:
        await effects.apply(talk, (RaiseAlarm(category),), conn)
    danger = category is not None and category.is_danger
    if not talk.held or danger:
        talk.say(FAILED_IN_DANGER if danger else FAILED)
    talk.record("failed_step")
    _heard(talk, seq)
    return seq


def unsaid(talk: Talk) -> None:
    """After a bug in something that nobody asked for: nobody waits for an answer, but a human should know of it."""
    clocks.ask_human(talk, Urgency.URGENT, talk.now)
    talk.record("failed_step")


def place_of(error: BaseException) -> str:
    """Where an error was raised, for the log: file and line, never a word of what was said."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno}" if frames else "?"


# ---- the step ------------------------------------------------------------------------------------------------------


async def step(
    said: Said,
    talk: Talk,
    conn: AsyncConnection,
    *,
    stage: Callable[[Turn], None] = lambda turn: None,
    kind: str | None = None,
    expires_at: int | None = None,
) -> Turn:
    """Advance, read, show, stage, do the effects. A refused effect throws the turn away and takes the step again.
    ``stage`` keeps what was said; ``kind`` is of the ping that led to it, and what it says is not sent after
    ``expires_at`` (milliseconds UTC)."""
    moment = moment_of(talk)
    landing = advance(talk.session, said, moment, talk.house.tongue)
    refused: str | None = None
    outer, before = talk.staged, talk.snapshot()
    words = words_of(said)
    for _ in range(RETAKES):
        world = await needs.read(landing, talk, conn, refused)
        turn = show(landing, world, moment)
        stage(turn)
        talk.session = turn.session
        for reply in turn.replies:
            talk.say(reply, kind=kind, expires_at=expires_at)
        _notice(landing, talk)
        try:
            await effects.apply(talk, turn.effects, conn)  # last: what the database refuses is found here
        except Refused as error:
            talk.restore(before)
            refused = error.code
            landing = refuse(landing, error.code, moment)
        else:
            in_danger = {before.columns["danger_at"], talk.columns["danger_at"]} != {None}
            if in_danger or helping.is_own_step(before.session, said, turn, words):
                talk.hide_step()
            outer.merge(talk.staged)
            talk.staged = outer
            return turn
    raise RuntimeError("an effect was refused again and again")


def _notice(landing: Landing, talk: Talk) -> None:
    if landing.reason == "notice":
        talk.columns["notice_at"] = talk.now


def _heard(talk: Talk, seq: int) -> None:
    """A person was here; where they wrote (``seq``), in a human's hold, it is that human's turn now."""
    talk.heard()
    if talk.held and seq:
        talk.columns["queue"] = "waiting_us"
        if talk.columns["due_at"] is None:
            talk.columns["due_at"] = talk.columns["hold_until"]


async def _turn_page(said: Tapped, talk: Talk, conn: AsyncConnection) -> int:
    """Another page of a list that is longer than the channel's: the same message again, and no step of any flow."""
    talk.heard()
    page = said.data.removeprefix(MORE)
    seq = await conversations.last_said(conn, talk.id)
    if not talk.held and seq is not None and page.isascii() and page.isdecimal() and len(page) < 3:
        talk.send(seq, page=int(page))
    return 0


# ---- what is kept of it --------------------------------------------------------------------------------------------


def safe(said: Said) -> Said:
    """Control characters gone, BSN, IBAN and card numbers masked, before anything else sees the text (rule 3)."""
    match said:
        case Typed(text):
            masked = mask(clean(text))
            return Typed(masked.text, masked.kinds)
        case Sent():
            masked = mask(clean(said.caption))
            return replace(said, caption=masked.text, masked=masked.kinds)
    return said


def _keep(
    said: Said, session: Session, what: Inbound, talk: Talk, *, unhandled: bool = False, apart: bool = False
) -> int:
    """The person's message as it stands in the conversation; an arrival leaves none. ``said`` is what may be kept of
    ``what`` they said; ``apart``: only that they did."""
    content: Content
    match said:
        case Typed() | Tapped() if apart:
            words = talk.house.tongue.say(_APART, session.language)
            content = Content(words, session.language, kind="tap", texts=(_APART,))
        case Typed(text):
            content = Content(text, session.language)
        case Sent():
            content = Content(said.caption, session.language, kind=said.kind, seconds=said.seconds or 0)
        case Tapped() | Picked():
            content = tapped(said, session, talk.house.tongue)
        case _:
            return 0
    return talk.add_message("resident", content, uploads=what.uploads, media=what.media, unhandled=unhandled)


def _is_apart(said: Said, before: Session, after: Session) -> bool:
    """Whether what was said went on with questions whose answers are nobody's: colleagues read this conversation. What
    led anywhere else (a crisis, *mens*, another flow) was said to us."""
    asked = before.offered
    flow = None if asked is None else registry.all_flows().get(asked.screen.partition(".")[0])
    if asked is None or flow is None or flow.apart is None or after.top.flow != flow.name:
        return False
    if isinstance(said, Typed) and flow.apart(said.text):
        return True  # also where none was asked yet, or not any more
    return asked.saves is not None and after.top != before.top


def tapped(said: Tapped | Picked, session: Session, tongue: Tongue) -> Content:
    """A tap as it stands in the conversation: what was on the buttons."""
    texts = _labels(said, session)
    words = ", ".join(tongue.say(label, session.language) for label in texts)
    return Content(words, session.language, kind="tap", texts=texts)


def words_of(said: Said) -> str:
    """What was typed, as far as anything was."""
    return said.text if isinstance(said, Typed) else said.caption if isinstance(said, Sent) else ""


def _labels(said: Tapped | Picked, session: Session) -> tuple[Text, ...]:
    """What stood on the buttons, as the person saw them."""
    # Also those of a question that something came on top of: an answer to it still is one (``flows.beneath``).
    asked = {each.screen: each.choices for each in (session.covered, session.offered) if each is not None}
    if isinstance(said, Picked):
        ticked = (choice.label for choice in asked.get(said.screen, ()) if choice.id in said.choices)
        return tuple(ticked) or (verbatim("–"),)
    if (found := lasting.read(said.data, registry.all_flows())) is not None:
        goes = Call(found[0].flow, found[0].screen, tuple(found[0].answers.items()))
        shown = [choice.label for choices in asked.values() for choice in choices if choice.goes == goes]
        return (shown[-1] if shown else found[1].label,)  # of an older message it is no longer known
    flow = registry.all_flows().get(said.data.removeprefix("!go:"))
    if flow is not None and flow.menu is not None:
        return (flow.menu.label,)
    if said.data[1:] in GLOBAL_WORDS:
        return (LABELS[said.data[1:]],)
    if said.data == voorlezen.TAP:
        return (voorlezen.LABEL,)
    screen, _, chosen = said.data.rpartition(":")
    if screen in asked:
        return tuple(choice.label for choice in asked[screen] if choice.id == chosen) or (verbatim("–"),)
    return (t("taking.old_button", "(een knop van een eerdere vraag)"),)


# ---- a human's hold -----------------------------------------------------------------------------------------------


def release(talk: Talk) -> None:
    """No human holds the conversation any more."""
    talk.columns.update(held_by=None, held_at=None, hold_until=None)


def hold(talk: Talk, staff_id: int) -> None:
    """This human holds it, until the hold time has passed without an answer."""
    until = to_ms(hold_until(from_ms(talk.now), talk.house.calendar, talk.house.config.terms))
    if talk.columns["held_by"] != staff_id:
        talk.columns["held_at"] = talk.now
    talk.columns.update(held_by=staff_id, hold_until=until)
    talk.staged.plans.append(
        {
            "conversation_id": talk.id,
            "kind": HOLD_LAPSES,
            "created_at": talk.now,
            "due_at": until,
            "about_sealed": None,
        }
    )
