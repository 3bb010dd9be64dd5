"""What the turns of a conversation ask for, done in the same transaction. One handler for each kind of effect."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import allowed, joining, letters, measurements, standing, terms
from bot.agenda import making
from bot.agreements import making as agreements
from bot.channels import limits
from bot.channels.limits import EMAIL
from bot.clock import to_ms
from bot.clocks import URGENCY, ask_human, crisis_due, due, promises, set_clock
from bot.contact import answering as check_ins
from bot.contact import known, moments
from bot.contact import making as contact
from bot.helping import keeping as helpers
from bot.own_data import asking as own_data
from bot.ratings import answering, asking
from bot.talk import Talk
from flows.aftercare import (
    AcceptPlan,
    AgreePlan,
    AnswerCheckIn,
    AskContact,
    DropMoment,
    EndCheckIn,
    EndPlan,
    KeepMoment,
    PausePlan,
    ResumePlan,
)
from flows.agenda import Accept, Amend, Book, Cancel, Confirm, Decline, Differently, Move, NoSlots
from flows.agreements import AnswerSummary, MailAgreements, Postpone, SayFirst, Stuck, TickOff
from flows.grammar import (
    CancelPings,
    Category,
    Effect,
    EmailInFull,
    FalseAlarm,
    HandOver,
    LeaveChannel,
    OptIn,
    OptOut,
    PlanPing,
    Prefer,
    RaiseAlarm,
    Record,
    RefuseCode,
    SetContact,
    SetLanguage,
    SharedTelephone,
    SignUp,
    Urgency,
)
from flows.helpers import EndHelper, EndHelpers, Invite
from flows.measuring import Answer, EndMeasurement
from flows.own_data import AskOwnData, WithdrawOwnData
from flows.ratings import EndRating, Grade, Occasion, SayMore
from flows.text import Json
from flows.understanding import ascii_digits, normalise
from storage.tables import address, alarm, case_file, promise

_STANDING = select(alarm.c.id, alarm.c.category_sealed, alarm.c.state).where(
    alarm.c.conversation_id == bindparam("conversation"), alarm.c.state != "false_alarm", alarm.c.kind == "crisis"
)


async def _hand_over(talk: Talk, effect: HandOver, conn: AsyncConnection) -> None:
    at = due(talk, promises(talk).first_contact)
    talk.record("handover", {"reason": effect.reason, **dict(effect.told)})
    if effect.urgency is Urgency.NORMAL:
        ask_human(talk, effect.urgency, at)
        if "first_contact" in talk.house.gemeente.promises:  # a municipality that adopted none names no day either
            talk.staged.add(promise, conversation_id=talk.id, kind="answer", made_at=talk.now, due_at=at)
    elif effect.clock is not None:
        at = crisis_due(talk, effect.clock, talk.now)
        ask_human(talk, effect.urgency, at)
        talk.staged.add(promise, conversation_id=talk.id, kind="answer", made_at=talk.now, due_at=at)
    else:  # a crisis: its own clock was set, and its day was told, by the alarm (RaiseAlarm)
        ask_human(talk, effect.urgency, talk.columns["due_at"] or at)


async def _raise_alarm(talk: Talk, effect: RaiseAlarm, conn: AsyncConnection) -> None:
    category = effect.category
    urgency = URGENCY[category]
    at = crisis_due(talk, category, talk.now)
    ask_human(talk, urgency, at)
    await terms.begin_with_crisis(talk, category, conn)
    talk.record("alarm", {"category": category.value})
    talk.staged.add(promise, conversation_id=talk.id, kind="crisis", made_at=talk.now, due_at=at)
    if category.is_danger:
        talk.columns["paused_at"] = talk.now
        talk.columns["danger_at"] = talk.columns["danger_at"] or talk.now
    if urgency < Urgency.CRISIS:  # seizure goes to the urgent queue, without an alarm (the crisis table)
        return
    told = {state for _, known, state in await _alarms(talk, conn) if known is category}
    # Once more is not one to escalate; and a human who acts on it and holds the conversation reads what is said of it.
    if "raised" not in told and not ("acknowledged" in told and talk.held and not category.is_danger):
        talk.staged.add(
            alarm,
            conversation_id=talk.id,
            raised_at=talk.now,
            kind="crisis",
            staff_id=None,
            urgency=int(urgency),
            category_sealed=talk.seal("alarm", category.value),
            next_at=talk.now,
        )


async def _false_alarm(talk: Talk, effect: FalseAlarm, conn: AsyncConnection) -> None:
    alarms = await _alarms(talk, conn)
    talk.staged.quiet_alarms += [
        (number, talk.now) for number, category, state in alarms if category is effect.category and state == "raised"
    ]
    talk.record("false_alarm", {"category": effect.category.value})
    left = await standing.read(talk, conn)
    # A danger that a human acts on is still one: only the person's own denial ends the pause.
    if effect.category.is_danger and not any(known.is_danger for known in left.crises):
        talk.columns["paused_at"] = talk.columns["danger_at"] = None
    set_clock(talk, left)


async def _alarms(talk: Talk, conn: AsyncConnection) -> list[tuple[int, Category, str]]:
    """The alarms of this conversation that were not denied: number, kind, and ``raised`` or ``acknowledged``."""
    rows = await conn.execute(_STANDING, {"conversation": talk.id})
    unseal = talk.house.vault.unseal_text
    return [(row.id, Category(unseal(row.category_sealed, "alarm")), row.state) for row in rows]


async def _plan_ping(talk: Talk, effect: PlanPing, conn: AsyncConnection) -> None:
    at = allowed.sending_time(talk.house.calendar, effect.at, talk.id)
    talk.staged.plans.append(
        {
            "conversation_id": talk.id,
            "kind": effect.kind,
            "created_at": talk.now,
            "due_at": to_ms(at),
            "about_sealed": None if effect.about is None else talk.seal("ping", json.dumps(effect.about)),
        }
    )


async def _cancel_pings(talk: Talk, effect: CancelPings, conn: AsyncConnection) -> None:
    talk.staged.cancels.append((talk.id, effect.kinds, "cancelled"))


async def _opt_out(talk: Talk, effect: OptOut, conn: AsyncConnection) -> None:
    talk.opted_out_at = talk.now
    talk.staged.people.append((talk.person_id, {"opted_out_at": talk.now}))
    talk.staged.cancels.append((talk.id, None, "opted_out"))
    await contact.stop_all(talk, conn, "opted_out")
    talk.record("consent", {"unasked": False})


async def _opt_in(talk: Talk, effect: OptIn, conn: AsyncConnection) -> None:
    talk.opted_out_at = None
    talk.staged.people.append((talk.person_id, {"opted_out_at": None}))
    await making.remind_again(talk, conn)
    if not await known.help_ended(talk, conn):
        await agreements.remind_again(talk, conn)
    await contact.go_on(talk, conn)
    talk.record("consent", {"unasked": True})


async def _set_language(talk: Talk, effect: SetLanguage, conn: AsyncConnection) -> None:
    talk.staged.people.append((talk.person_id, {"language": effect.language}))


async def _sign_up(talk: Talk, effect: SignUp, conn: AsyncConnection) -> None:
    """Registered: who signed up and in which capacity, date, reason, contact details [003] module 5."""
    dates = promises(talk)
    first_contact = due(talk, dates.first_contact)
    talk.staged.add(
        case_file,
        person_id=talk.person_id,
        author_id=talk.person_id,
        conversation_id=talk.id,
        opened_at=talk.now,
        capacity=effect.capacity,
        answers_sealed=talk.seal("case", json.dumps(dict(effect.answers), ensure_ascii=False)),
    )
    ask_human(talk, effect.urgency, first_contact)
    talk.columns["queue"] = "new"
    adopted = talk.house.gemeente.promises
    if "first_contact" in adopted:
        talk.staged.add(promise, conversation_id=talk.id, kind="first_contact", made_at=talk.now, due_at=first_contact)
    await terms.begin_with_sign_up(talk, dates.intake if "intake" in adopted else None, conn)
    if effect.capacity == "self":
        await asking.on(talk, conn, Occasion.SIGNED_UP)
    talk.record("signup", {"capacity": effect.capacity, "channel": talk.channel})
    if talk.opted_out_at is not None:  # who signs up after all wants to be reached
        await _opt_in(talk, OptIn(), conn)
    else:
        await moments.plan_all(talk, conn)
    talk.record("contactmoment", {"kind": "aanmelding", "channel": talk.channel, "by": effect.capacity})


async def _set_contact(talk: Talk, effect: SetContact, conn: AsyncConnection) -> None:
    vault = talk.house.vault
    values: dict[str, Any] = {}
    if effect.name is not None:
        values["name_sealed"] = talk.seal("name", effect.name)
        values["name_index"] = vault.index("name", normalise(effect.name))
    if effect.phone is not None:
        values["phone_sealed"] = talk.seal("phone", effect.phone)
        values["phone_index"] = vault.index("phone", digits(effect.phone))
    if effect.email is not None:
        values["email_sealed"] = talk.seal("email", effect.email)
        values["email_index"] = vault.index("email", letters.normalised(effect.email))
        if talk.house.config.channels.email is not None:
            added = await letters.add_address(talk.house, conn, talk.person_id, talk.key_id, effect.email, talk.now)
            if added is not None:  # a first letter, so that they can say that the address is theirs
                talk.send(talk.columns["last_seq"], beside=(added, EMAIL.channel))
    if values:
        talk.staged.people.append((talk.person_id, values))


def digits(phone: str) -> str:
    """A telephone number as it is indexed: digits only, the Dutch country code as a nought."""
    kept = "".join(character for character in ascii_digits(phone) if character.isdecimal())
    for prefix in ("0031", "31"):
        if kept.startswith(prefix) and len(kept) >= len(prefix) + 9:
            return "0" + kept[len(prefix) :].lstrip("0")
    return kept


async def _shared_telephone(talk: Talk, effect: SharedTelephone, conn: AsyncConnection) -> None:
    talk.staged.people.append((talk.person_id, {"phone_shared_at": talk.now}))
    talk.record("shared_telephone")


async def _prefer(talk: Talk, effect: Prefer, conn: AsyncConnection) -> None:
    mine = address.c.person_id == talk.person_id
    await conn.execute(update(address).where(mine).values(preferred=0))
    chosen = update(address).where(mine, address.c.channel == effect.channel)
    if effect.channel == limits.WEBCHAT.channel:  # a browser that was made to forget us is never taken up again
        await conn.execute(chosen.where(address.c.left_at.is_(None)).values(preferred=1))
    else:
        await conn.execute(chosen.values(preferred=1, left_at=None))
    talk.record("preferred_channel", {"channel": effect.channel})


async def _email_in_full(talk: Talk, effect: EmailInFull, conn: AsyncConnection) -> None:
    mine = (address.c.person_id == talk.person_id, address.c.channel == "email")
    await conn.execute(update(address).where(*mine).values(in_full=int(effect.on)))
    talk.record("consent", {"email_in_full": effect.on})


async def _refuse_code(talk: Talk, effect: RefuseCode, conn: AsyncConnection) -> None:
    if talk.address_id is not None:
        await joining.refuse(conn, talk.address_id)


async def _leave_channel(talk: Talk, effect: LeaveChannel, conn: AsyncConnection) -> None:
    left = (address.c.person_id == talk.person_id, address.c.channel == effect.channel, address.c.left_at.is_(None))
    await conn.execute(update(address).where(*left).values(left_at=talk.now, preferred=0))
    talk.record("consent", {"channel": effect.channel, "messages": False})


async def _record(talk: Talk, effect: Record, conn: AsyncConnection) -> None:
    detail: Json = effect.detail
    talk.record(effect.kind, detail)


async def _answer_summary(talk: Talk, effect: AnswerSummary, conn: AsyncConnection) -> None:
    if await agreements.answer(talk, effect, conn) and effect.answer != "agreed":
        await _hand_over(talk, HandOver(f"samenvatting: {_ASKED[effect.answer]}"), conn)


async def _stuck(talk: Talk, effect: Stuck, conn: AsyncConnection) -> None:
    """A human looks at it too, but no answer is promised: who took another day needs none."""
    if await agreements.stuck(talk, effect, conn):
        talk.record("handover", {"reason": "een actie lukt niet"})
        ask_human(talk, Urgency.NORMAL, due(talk, promises(talk).first_contact))


#: Why a human is asked, by the answer to *klopt dit?*.
_ASKED = {"change": "iets klopt niet", "question": "een vraag"}

HANDLERS: dict[type[Effect], Callable[[Talk, Any, AsyncConnection], Awaitable[None]]] = {
    HandOver: _hand_over,
    RaiseAlarm: _raise_alarm,
    FalseAlarm: _false_alarm,
    PlanPing: _plan_ping,
    CancelPings: _cancel_pings,
    OptOut: _opt_out,
    OptIn: _opt_in,
    SetLanguage: _set_language,
    SignUp: _sign_up,
    SetContact: _set_contact,
    SharedTelephone: _shared_telephone,
    Prefer: _prefer,
    EmailInFull: _email_in_full,
    RefuseCode: _refuse_code,
    LeaveChannel: _leave_channel,
    Record: _record,
    Book: making.book,
    Accept: making.accept,
    Decline: making.decline,
    Move: making.move,
    Cancel: making.cancel,
    Confirm: making.confirm,
    Amend: making.amend,
    Differently: making.differently,
    NoSlots: making.no_slots,
    Answer: measurements.answer,
    EndMeasurement: measurements.end,
    Grade: answering.grade,
    SayMore: answering.say_more,
    EndRating: answering.end,
    AnswerSummary: _answer_summary,
    SayFirst: agreements.say_first,
    TickOff: agreements.tick_off,
    Stuck: _stuck,
    Postpone: agreements.postpone,
    MailAgreements: agreements.mail,
    AgreePlan: contact.agree,
    AcceptPlan: contact.accept,
    PausePlan: contact.pause,
    ResumePlan: contact.resume,
    EndPlan: contact.end,
    AnswerCheckIn: check_ins.answer,
    EndCheckIn: check_ins.end,
    KeepMoment: moments.keep,
    DropMoment: moments.drop,
    AskContact: known.ask,
    Invite: helpers.invite,
    EndHelper: helpers.end,
    EndHelpers: helpers.end_all,
    AskOwnData: own_data.ask,
    WithdrawOwnData: own_data.withdraw,
}


#: Effects that write at once instead of staging, so that the database can refuse them (``Refused``; then the step is
#: taken again): they are tried on a savepoint, and nothing of them stays when a later effect fails.
FALLIBLE: set[type[Effect]] = {Book, Accept, Decline, Move, Cancel, Confirm, Amend, Differently}
FALLIBLE |= {AnswerSummary, SayFirst, TickOff, Stuck, Postpone}
FALLIBLE |= {AgreePlan, AcceptPlan, PausePlan, ResumePlan, EndPlan, AnswerCheckIn, EndCheckIn, KeepMoment, DropMoment}
FALLIBLE |= {Invite, EndHelper, EndHelpers}
FALLIBLE |= {AskContact, OptIn, OptOut, SignUp, AskOwnData, WithdrawOwnData}


async def apply(talk: Talk, effects: tuple[Effect, ...], conn: AsyncConnection) -> None:
    """Does what a turn asks for. Raises ``Refused`` when one of them cannot be; then none of them was done."""
    if any(type(effect) in FALLIBLE for effect in effects):
        async with conn.begin_nested():
            for effect in effects:
                await HANDLERS[type(effect)](talk, effect, conn)
    else:
        for effect in effects:
            await HANDLERS[type(effect)](talk, effect, conn)
