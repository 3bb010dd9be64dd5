"""The handoff card: what a caseworker needs so that nobody has to tell it twice (docs/rules.md)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from bot.clock import from_ms
from bot.desk import ending_words, touch_words, wording
from bot.desk.delivery import Why, told_of_event
from bot.desk.ways import Address, Outlook, Way, outlook, ways
from bot.house import House
from flows.aanmelden_samenvatting import lines
from flows.crisis import REASONS, urgency_of
from flows.grammar import Case, Category, Moment
from flows.session import Session
from flows.text import Json
from storage.inbox import CHECK_INS
from storage.promises import BY_TALK, TERM_WARNINGS

#: The events that are told on the card.
KINDS = tuple(wording.EVENTS)

_SIGN_UP = "aanmelden"
#: What a number is called among the ways to reach a person.
_PHONE = "Telefoon"

#: Those that say why a human is asked; an alarm does through the crises that stand.
_WHY = (
    *("handover", "failed_step", "lapsed", "signup", "undelivered", "not_reminded", "no_slots"),
    *("signal", "signal_call", *CHECK_INS, *TERM_WARNINGS),
)

#: The reason with which the sign-up hands over who is under 18.
MINOR = "jonger dan 18"


@dataclass(frozen=True, slots=True)
class Warned:
    """An alarm: the code of its category, its state, and who acknowledged it. Instants in milliseconds UTC."""

    category: str
    state: str  # raised|acknowledged|false_alarm
    raised_at: int
    acknowledged_at: int | None
    by: str | None


@dataclass(frozen=True, slots=True)
class Stands:
    """A crisis that was not denied and that nobody called over: the code of its category, and since when."""

    category: str
    since: int


@dataclass(frozen=True, slots=True)
class Happened:
    """An event on the file, and which member of staff it is of, if any."""

    kind: str
    at: int
    by: str | None
    detail: Json

    def told(self, name: str) -> str | None:
        """A word of its detail."""
        value = self.detail.get(name) if isinstance(self.detail, dict) else None
        return value if isinstance(value, str) else None


@dataclass(frozen=True, slots=True)
class Note:
    """A private note."""

    id: int
    at: int
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Promised:
    """What was promised, its code and in words; kept or still running."""

    kind: str
    what: str
    due_at: int
    kept_at: int | None


@dataclass(frozen=True, slots=True)
class Card:
    """Everything in Dutch. ``answers`` are pairs of a question and what was answered, in the person's own words."""

    language: str
    language_name: str
    capacity: str | None
    signed_up_at: int | None
    taken_by: str | None
    answers: tuple[tuple[str, str], ...]
    promises: tuple[Promised, ...]
    alarms: tuple[Warned, ...]
    reason: str | None
    reason_at: int | None
    history: tuple[Happened, ...]
    reach: tuple[tuple[str, str], ...]
    ways: tuple[Way, ...]
    outlook: Outlook  # how an answer would go
    undelivered: Why | None  # what became of the last message, and what to do
    cautions: tuple[str, ...]  # read before anything else
    remarks: tuple[str, ...]
    crises: Mapping[int, str]  # when a crisis was recognised → which
    said: Mapping[int, str]  # when a crisis was recognised → the address of the message
    standing: tuple[Stands, ...]  # the worst first

    @property
    def warning(self) -> Warned | None:
        """The alarm that nobody acknowledged yet; of several the worst, of equals the newest."""
        raised = (one for one in self.alarms if one.state == "raised")
        return max(raised, key=lambda one: urgency_of(Category(one.category)), default=None)

    @property
    def can_be_called(self) -> bool:
        """Whether a number is known: given to us, or that of WhatsApp."""
        return any(label == _PHONE for label, _ in self.reach) or any(way.channel == "whatsapp" for way in self.ways)

    @property
    def awaits_talk(self) -> bool:
        """Whether there is still to be a first talk."""
        return any(one.kind in BY_TALK and one.kept_at is None for one in self.promises)


def build(
    *,
    language: str,
    session: Session | None,
    signed_up: tuple[str, Json, int] | None,
    taken_by: str | None,
    promises: Iterable[tuple[str, int, int | None]],
    alarms: Sequence[Warned],
    events: Sequence[Happened],
    crises: Mapping[Category, int],
    said: Mapping[int, str],
    reach: Mapping[str, str | None],
    addresses: Sequence[Address],
    opted_out: bool,
    phone_shared: bool,
    undelivered: bool,
    house: House,
) -> Card:
    """The card of what was read. ``signed_up``: capacity, answers, instant; ``events`` newest first; ``addresses`` in
    the order in which we try them."""
    answers = signed_up[1] if signed_up else _unfinished(session)
    capacity = signed_up[0] if signed_up else _capacity(answers)
    shown = _promised(promises)
    why = next((one for one in events if _says_why(one, shown, undelivered, events)), None)
    remarks = [f"Wil geen berichten uit zichzelf van {house.gemeente.name} (stop)."] if opted_out else []
    remarks += ["Deelt deze telefoon met anderen: schrijf neutraal."] if phone_shared else []
    contact = ((_PHONE, reach["phone"]), ("E-mail", reach["email"]))
    return Card(
        language=language,
        language_name=wording.language_name(language),
        capacity=None if capacity is None else wording.CAPACITIES.get(capacity, capacity),
        signed_up_at=signed_up[2] if signed_up else None,
        taken_by=taken_by,
        answers=_answered(answers, house),
        promises=shown,
        alarms=tuple(alarms),
        reason=reason(crises) if why is None else reason(crises, why.kind, why.detail),
        reason_at=None if why is None else why.at,
        history=tuple(events),
        reach=tuple((label, value) for label, value in contact if value),
        ways=ways(addresses, house),
        outlook=outlook(addresses, language=language, phone=reach["phone"], phone_shared=phone_shared, house=house),
        cautions=_cautions(answers, events, signed_up is not None),
        undelivered=_undelivered(events) if undelivered else None,
        remarks=tuple(remarks),
        crises={
            event.at: wording.category(found)
            for event in events
            if event.kind == "alarm" and (found := event.told("category"))
        },
        said=said,
        standing=tuple(Stands(category.value, crises[category]) for category in _worst_first(crises)),
    )


def reason(
    crises: Mapping[Category, int], kind: str | None = None, detail: Json = None, *, marked: bool = False
) -> str | None:
    """Why a human is asked, in words: first the crises that stand, then the reason that was given last, or what
    happened; a reason that only names such a crisis again is left out. ``marked``: a mark beside it says already that
    something did not arrive."""
    told = _told(kind, detail)
    if told and marked:
        told = told.removeprefix("niet aangekomen ")
    if kind is None or told in {REASONS[category] for category in crises}:
        last = None
    else:
        last = wording.capital(told) if told else wording.EVENTS.get(kind, kind)
    known = wording.capital(", ".join(wording.category(category) for category in _worst_first(crises)))
    return ". ".join(words for words in (known, last) if words) or None


def _says_why(event: Happened, promises: Iterable[Promised], undelivered: bool, events: Iterable[Happened]) -> bool:
    """Whether this still is why a human is asked: what arrived, a term that was kept, and no free moment once one was
    chosen are no reason any more."""
    if event.kind == "no_slots":
        return not any(one.kind == "appointment_booked" and one.at >= event.at for one in events)
    if event.kind in ("check_in_silent", "check_in_due"):
        return not any(one.at >= event.at and one.told("result") in ("answered", "held") for one in events)
    if event.kind in TERM_WARNINGS:
        return any(one.kind == event.told("kind") and one.kept_at is None for one in promises)
    return event.kind in _WHY and (event.kind != "undelivered" or undelivered)


def _told(kind: str | None, detail: Json) -> str | None:
    if kind == "undelivered":
        return told_of_event(detail).what
    if kind in CHECK_INS:
        return touch_words.why(kind, detail)
    if kind == "signal_call":
        return ending_words.why(detail)
    if kind in TERM_WARNINGS and isinstance(detail, dict):
        return f"{wording.EVENTS[kind]}: {wording.term(str(detail['kind']), str(detail['day']))}"
    if kind == "no_slots" and isinstance(detail, dict) and (asked := wording.MEETINGS.get(str(detail.get("kind")))):
        return f"{wording.EVENTS[kind]}: {asked[:1].lower()}{asked[1:]}"
    return wording.handover(detail)


def _worst_first(crises: Mapping[Category, int]) -> list[Category]:
    return sorted(crises, key=lambda category: (-urgency_of(category), crises[category]))


def _undelivered(events: Sequence[Happened]) -> Why:
    return told_of_event(next((event.detail for event in events if event.kind == "undelivered"), None))


def _unfinished(session: Session | None) -> Mapping[str, Json]:
    """What was answered so far in a sign-up that is under way or was left."""
    frames = () if session is None else (*session.stack, *session.parked)
    return next((frame.answers for frame in frames if frame.flow == _SIGN_UP), {})


def _promised(promises: Iterable[tuple[str, int, int | None]]) -> tuple[Promised, ...]:
    """Each kind once: the earliest that is still open, or else the one that was kept last."""
    shown: dict[str, Promised] = {}
    for kind, due, kept in promises:
        one, known = Promised(kind, wording.PROMISES.get(kind, kind), due, kept), shown.get(kind)
        if known is None or _counts_more(one, known):
            shown[kind] = one
    return tuple(sorted(shown.values(), key=lambda one: (one.kept_at is not None, one.due_at)))


def _counts_more(one: Promised, other: Promised) -> bool:
    if one.kept_at is None or other.kept_at is None:
        return one.kept_at is None and (other.kept_at is not None or one.due_at < other.due_at)
    return one.kept_at > other.kept_at


def _cautions(answers: Json | Mapping[str, Json], events: Sequence[Happened], signed_up: bool) -> tuple[str, ...]:
    """What changes how a human may go on: someone else who does not know of this, someone under 18."""
    known = answers if isinstance(answers, Mapping) else {}
    found = []
    if known.get("for_whom") in ("helper", "professional", "bewindvoerder") and known.get("knows") == "no":
        found.append("De ander weet hiervan niet: neem geen contact met die persoon op.")
    asked = any(event.told("reason") == MINOR for event in events)
    if known.get("for_whom") == "young" or (asked and not signed_up and "for_whom" not in known):
        found.append("Jonger dan 18: geen schulddossier. Hiervoor gelden andere regels.")
    return tuple(found)


def _capacity(answers: Json | Mapping[str, Json]) -> str | None:
    value = answers.get("for_whom") if isinstance(answers, Mapping) else None
    return value if value in wording.CAPACITIES else None


def _answered(answers: Json | Mapping[str, Json], house: House) -> tuple[tuple[str, str], ...]:
    """The summary that the person confirmed or would be shown, line by line, in Dutch."""
    if not isinstance(answers, Mapping):
        return ()
    moment = Moment(from_ms(0, house.calendar.zone), "", house.gemeente)
    case = Case(_SIGN_UP, "summary", cast(Mapping[str, Any], answers), {}, "nl", moment)
    said = (house.tongue.say(line, "nl").partition(": ") for line in lines(case))
    return tuple((label, value) for label, _, value in said)
