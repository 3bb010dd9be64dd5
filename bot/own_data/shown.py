"""All that is kept of a person as they read it: in their own language, the Dutch beside it where that is not the same
(rule 12). What has no words of its own stands in the file too, under its code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bot import reading
from bot.agreements.page import Both, both
from bot.clock import from_ms, to_ms
from bot.content import Content, without_tokens
from bot.helping.private import DESK
from bot.house import House
from bot.own_data import words
from bot.own_data.gathering import Own
from bot.own_data.proof import is_over
from flows.aanmelden_samenvatting import lines as sign_up_lines
from flows.grammar import Case, Moment
from flows.text import Euro, Json, Text, text_from_json, verbatim
from locales import own_name
from locales.formatting import without_controls

#: Messages on one page.
MESSAGES = 200

#: Parts of a line, in order.
Parts = Iterable[Text | None]


@dataclass(frozen=True, slots=True)
class Section:
    """What is kept of one kind: its name in the file, heading, and lines of some words each."""

    name: str
    heading: Both
    lines: tuple[tuple[Both, ...], ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A message of the conversation, as it was sent or received. ``at`` is ready to read."""

    seq: int
    at: str
    who: Both
    content: Content
    files: Both | None


async def sections(own: Own, language: str) -> list[Section]:
    """Everything but the conversation itself, in the order of the page."""
    told = _Telling(own, language)
    made = [await write(told) for write in _WRITERS]
    return [
        Section(name, told.both(words.HEADINGS[name]), tuple(tuple(map(told.both, line)) for line in lines if line))
        for (name, _), lines in zip(_ORDER, made, strict=True)
    ]


async def messages(own: Own, language: str, before: int | None) -> tuple[list[Said], int | None]:
    """At most `MESSAGES` messages in order, those before a number or the last ones, without those for the desk alone;
    and before which number there are more, if there are."""
    house, told = own.house, _Telling(own, language)
    last = 2**31 - 1 if before is None else before
    found = await reading.messages(house, own.visitor.conversation_id, before=last, limit=MESSAGES)
    who = {"resident": words.YOU, "bot": words.BOT, "helper": words.HEADINGS["helpers"]}
    shown = [
        Said(
            one.seq,
            told.say(words.WHEN.but(when=told.moment(one.at))),
            told.both(_name(own.names.get(one.staff_id or 0)) or who.get(one.author, words.A_COLLEAGUE)),
            without_tokens(one.content),
            told.both(words.FILES.but(count=len(one.attachments))) if one.attachments else None,
        )
        for one in found
        if one.private < DESK
    ]
    return shown, found[0].seq if len(found) == MESSAGES and found[0].seq > 1 else None


class _Telling:
    """Whose data are told, and in which language."""

    def __init__(self, own: Own, language: str) -> None:
        self.own, self.language = own, language
        self.house: House = own.house

    def both(self, text: Text) -> Both:
        """A text in the person's language and in Dutch."""
        if not text.context:  # typed by someone: there is nothing beside it
            return Both(without_controls(text.msgid), "")
        found = both(self.house, text, self.language)
        return found if found.words else Both(found.dutch, "")

    def say(self, text: Text) -> str:
        """A text in the person's language."""
        return self.house.tongue.say(text, self.language)

    def moment(self, at: int) -> datetime:
        """An instant by the clocks of the municipality."""
        return from_ms(at, self.house.calendar.zone)

    def when(self, at: Json) -> Text | None:
        """An instant of the file."""
        return None if not at else words.WHEN.but(when=_instant(at).astimezone(self.house.calendar.zone))

    def date(self, at: Json) -> date | None:
        """The day of it by the clocks of the municipality."""
        return None if not at else _instant(at).astimezone(self.house.calendar.zone).date()

    def day(self, at: Json) -> Text | None:
        """That day in words."""
        found = self.date(at)
        return None if found is None else words.WHEN.but(when=found)


_Lines = list[tuple[Text, ...]]
_Row = dict[str, Json]


async def _person(told: _Telling) -> _Lines:
    one = await told.own.person()
    since = told.date(one["created_at"])
    known = (
        (words.NAME, one["name"]),
        (words.PHONE, one["phone"]),
        (words.EMAIL, one["email"]),
        (words.LANGUAGE, own_name(str(one["language"]))),
    )
    lines = [(line.but(what=str(what)),) for line, what in known if what]
    return [*lines, *([(words.FROM.but(when=since),)] if since else [])]


async def _addresses(told: _Telling) -> _Lines:
    return [
        _line(
            _known(words.CHANNELS, one["channel"]),
            verbatim(str(one["identifier"])) if one["identifier"] and one["channel"] != "webchat" else None,
            told.day(one["created_at"]),
        )
        for one in await told.own.all("addresses")
    ]


async def _sign_ups(told: _Telling) -> _Lines:
    lines: _Lines = []
    moment = Moment(told.house.clock.now().astimezone(told.house.calendar.zone), "", told.house.gemeente)
    for one in await told.own.all("sign_ups"):
        answers = one["answers"]
        case = Case("aanmelden", "summary", answers if isinstance(answers, dict) else {}, {}, told.language, moment)
        until = told.date(one["closed_at"])
        lines.append(
            _line(told.day(one["opened_at"]), words.UNTIL.but(when=until) if until else None, _name(one["taken_by"]))
        )
        lines += [(line,) for line in sign_up_lines(case)]
    return lines


async def _phases(told: _Telling) -> _Lines:
    return [
        _line(_known(words.PHASES, one["phase"]), told.day(one["began_at"]), told.day(one["ended_at"]))
        for one in await told.own.all("phases")
    ]


async def _appointments(told: _Telling) -> _Lines:
    lines: _Lines = []
    for one in await told.own.all("appointments"):
        details = one["details"] if isinstance(one["details"], dict) else {}
        names = one["with"] if isinstance(one["with"], list) else []
        said = (details.get(name) for name in ("place", "number", "companion", "help"))
        lines.append(
            _line(
                told.when(one["starts_at"]),
                _known(words.MEETINGS, one["kind"]),
                _known(words.STATES["appointments"], one["state"]),
                *(_name(name) for name in names),
                *(verbatim(words_) for words_ in said if isinstance(words_, str) and words_),
            )
        )
    return lines


async def _agreements(told: _Telling) -> _Lines:
    lines: _Lines = []
    for one in await told.own.all("agreements"):
        details = one["details"] if isinstance(one["details"], dict) else {}
        due = date.fromisoformat(str(one["due_on"])) if one["due_on"] else None
        lines.append(
            _line(
                _text(details.get("text")),
                _name(one["by"]) or words.YOU,
                words.BY.but(day=due) if due else None,
                _known(words.STATES["agreements"], one["state"]),
                _name(details.get("why")),
            )
        )
    for one in await told.own.all("summaries"):
        details = one["details"] if isinstance(one["details"], dict) else {}
        lines.append(_line(told.day(one["made_at"]), _name(one["made_by"]), *map(_name, details.values())))
    return lines


async def _check_ins(told: _Telling) -> _Lines:
    lines: _Lines = []
    for one in await told.own.all("check_ins"):
        answers = one["answers"] if isinstance(one["answers"], dict) else {}
        if answers or one["done_by"]:
            mood = _known(words.FACE, answers["mood"]) if answers.get("mood") else None
            lines.append(_line(told.day(one["due_at"]), mood, _name(answers.get("words")), _name(one["done_by"])))
    return lines


async def _hard_moments(told: _Telling) -> _Lines:
    lines: _Lines = []
    for one in await told.own.all("hard_moments"):
        details = one["details"] if isinstance(one["details"], dict) else {}
        day = words.WHEN.but(when=date.fromisoformat(str(one["next_on"])))
        lines.append(_line(day, *map(_name, details.values())))
    return lines


async def _measurements(told: _Telling) -> _Lines:
    lines: _Lines = []
    for one in await told.own.all("measurements"):
        kept = one["answers"] if isinstance(one["answers"], dict) else {}
        answers = kept.get("answers", kept)
        lines.append(_line(told.day(one["invited_at"]), _name(one["invited_by"])))
        for area, value in answers.items() if isinstance(answers, dict) else ():
            rated = words.SCALE.get(value) if isinstance(value, int) else None
            lines.append(_line(_known(words.AREA, area), rated or _name(value)))
    return lines


async def _grades(told: _Telling) -> _Lines:
    lines: _Lines = []
    for one in await told.own.all("grades"):
        answers = one["answers"] if isinstance(one["answers"], dict) else {}
        lines.append(_line(told.day(one["made_at"]), *(_name(str(value)) for value in answers.values())))
    return lines


async def _signals(told: _Telling) -> _Lines:
    lines: _Lines = []
    for one in await told.own.all("signals"):
        details = one["details"] if isinstance(one["details"], dict) else {}
        day = words.WHEN.but(when=date.fromisoformat(str(one["received_on"])))
        cents = details.get("amount")
        amount = words.AMOUNT.but(amount=Euro(cents)) if isinstance(cents, int) else None
        lines.append(_line(day, _known(words.SIGNALS, one["kind"]), amount, _name(details.get("sender"))))
    return lines


async def _promises(told: _Telling) -> _Lines:
    lines: _Lines = []
    for one in await told.own.all("promises"):
        kept, due = told.date(one["kept_at"]), told.date(one["due_at"])
        lines.append(
            _line(
                _known(words.PROMISES, one["kind"]),
                words.BY.but(day=due) if due else None,
                words.KEPT.but(when=kept) if kept else words.NOT_YET,
            )
        )
    return lines


async def _alarms(told: _Telling) -> _Lines:
    return [
        _line(
            told.day(one["raised_at"]),
            words.CONTACT_ALARM if one["kind"] == "contact" else _known(words.ALARMS, one["category"]),
        )
        for one in await told.own.all("alarms")
        if one["state"] != "false_alarm"
    ]


async def _contacts(told: _Telling) -> _Lines:
    return [
        _line(
            told.day(one["created_at"]),
            words.CONTACTS.get(str(_detail(one).get("kind")), words.CONTACT_OTHER),
            _name(one["by"]),
        )
        for one in await told.own.all("events")
        if one["kind"] == "contactmoment"
    ]


async def _consents(told: _Telling) -> _Lines:
    names = {one["id"]: one["name"] for one in await told.own.all("helpers")}
    said = [one for one in await told.own.all("events") if one["kind"] == "consent"]
    return [
        _line(told.day(one["created_at"]), _consent(_detail(one), names))
        for one in said
        # That a link was opened, or a time was over, is no yes and no no.
        if "helper" not in _detail(one) or _detail(one).get("what") in ("given", "withdrawn")
    ]


def _consent(detail: Mapping[str, Json], names: Mapping[Json, Json]) -> Text:
    if detail.get("messages") is False:
        return words.NO_MORE.but(channel=_known(words.CHANNELS, detail.get("channel")))
    if "email_in_full" in detail:
        return words.IN_FULL if detail["email_in_full"] else words.NOTICE
    if "unasked" in detail:
        return words.UNASKED if detail["unasked"] else words.QUIET
    if "helper" in detail:
        said = words.LET_IN if detail.get("what") == "given" else words.LET_OUT
        return said.but(name=_name(names.get(detail["helper"])) or verbatim("–"))
    return words.SOMETHING


async def _helpers(told: _Telling) -> _Lines:
    lines: _Lines = []
    for one in await told.own.all("helpers"):
        ends = _instant(one["ends_at"])
        is_over = one["state"] == "ended" or ends <= told.house.clock.now()
        state = words.STATES["helpers"]["ended"] if is_over else _known(words.STATES["helpers"], one["state"])
        last = (ends - timedelta(milliseconds=1)).astimezone(told.house.calendar.zone).date()
        until = told.day(one["ended_at"] or one["ends_at"]) if is_over else words.THROUGH.but(when=last)
        lines.append(_line(_name(one["name"]), state, until))
    return lines


async def _requests(told: _Telling) -> _Lines:
    return [
        _line(
            told.day(one["asked_at"]),
            _known(words.REQUESTS, one["kind"]),
            None if _is_over(told, one) else _known(words.STATES["requests"], one["state"]),
        )
        for one in await told.own.all("requests")
    ]


def _is_over(told: _Telling, one: _Row) -> bool:
    """A colleague said that it is them, too long ago to go on with it."""
    if one["state"] != "identified" or one["identified_how"] == "pin" or not one["identified_at"]:
        return False
    return is_over(to_ms(_instant(one["identified_at"])), to_ms(told.house.clock.now()))


async def _looks(told: _Telling) -> _Lines:
    return [
        _line(
            told.when(one["at"]),
            _name(one["by"]) or (words.YOU if one["kind"] == "downloaded" else words.OURSELVES),
            words.LOOKS.get(str(one["kind"]), words.LOOKED_OTHERWISE),
        )
        for one in await told.own.looks()
    ]


async def _notes(told: _Telling) -> _Lines:
    return [
        _line(told.day(one["created_at"]), _name(one["by"]), _name(one["text"])) for one in await told.own.all("notes")
    ]


async def _elsewhere(told: _Telling) -> _Lines:
    return [
        _line(told.day(one["sent_at"] or one["made_at"]), verbatim(str(one["kind"])))
        for one in await told.own.all("told_elsewhere")
    ]


async def _kept(told: _Telling) -> _Lines:
    terms = told.house.config.retention
    return [
        (words.CHAT_KEPT.but(months=terms.chat_months),),
        (words.FILE_KEPT.but(months=terms.file_months),),
        (words.LOOKS_KEPT.but(months=terms.look_months),),
    ]


_ORDER: tuple[tuple[str, Callable[[_Telling], Any]], ...] = (
    ("person", _person),
    ("addresses", _addresses),
    ("sign_ups", _sign_ups),
    ("phases", _phases),
    ("appointments", _appointments),
    ("agreements", _agreements),
    ("check_ins", _check_ins),
    ("hard_moments", _hard_moments),
    ("measurements", _measurements),
    ("grades", _grades),
    ("signals", _signals),
    ("promises", _promises),
    ("alarms", _alarms),
    ("contacts", _contacts),
    ("consents", _consents),
    ("helpers", _helpers),
    ("requests", _requests),
    ("looks", _looks),
    ("notes", _notes),
    ("told_elsewhere", _elsewhere),
    ("kept", _kept),
)
_WRITERS = tuple(write for _, write in _ORDER)


# ---- parts ---------------------------------------------------------------------------------------------------------


def _line(*parts: Text | None) -> tuple[Text, ...]:
    return tuple(part for part in parts if part is not None)


def _known(labels: Mapping[str, Text], code: Json) -> Text:
    return labels.get(str(code), words.SOMETHING)


def _name(said: Json) -> Text | None:
    """What a human is called, or typed."""
    return verbatim(said) if isinstance(said, str) and said else None


def _text(kept: Json) -> Text | None:
    try:
        return text_from_json(kept)
    except ValueError:
        return None


def _detail(one: _Row) -> dict[str, Json]:
    detail = one["detail"]
    return detail if isinstance(detail, dict) else {}


def _instant(at: Json) -> datetime:
    return datetime.fromisoformat(str(at))
