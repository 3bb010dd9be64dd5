"""What of a person's rows stands in their file, by table, and what does not and why (AVG art. 15 and 20).

The names in the file are a promise to whoever reads it by a program (docs/municipality/own-data.md): a column may be
renamed, its name here may not. tests/test_own_data_file.py walks every table and fails for a column that is in neither
list, so that nothing new is forgotten.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, exists, or_

from bot.helping.private import DESK, TOLD_BY_HELPER
from storage.tables import (
    address,
    admission,
    agreement,
    alarm,
    appointment,
    attachment,
    case_file,
    check_in,
    contact_plan,
    conversation,
    data_request,
    download,
    event,
    hard_moment,
    helper,
    legal_hold,
    measurement,
    message,
    note,
    outbox,
    person,
    personal_link,
    phase,
    ping,
    promise,
    rating,
    registration,
    signal,
    summary,
)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed column in the file: under ``name``, opened for ``purpose``; ``json``: it holds JSON."""

    name: str
    column: str
    purpose: str
    json: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one table. ``gives``: columns by their name in the file; instants become ISO 8601, ``*_by`` and
    ``staff_id`` the name of a colleague. ``leaves``: columns that are left out, and why."""

    name: str
    table: Table
    by: str  # person_id or conversation_id
    gives: tuple[str, ...]
    sealed: tuple[Sealed, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)
    leaves: Mapping[str, str] = field(default_factory=dict)
    only: ColumnElement[bool] | None = None

    @property
    def key(self) -> Column[int] | None:
        """What its rows are read in order of."""
        return self.table.c.get("id")


_WHOSE = "whose it is: all of the file is of one person"
_NUMBER = "a number of our own"
_INDEX = "reckoned from what stands beside it with a key, and of no use without that"
_WORK = "how our programs share their work"
_OPENS = "a key: who has the file would have more than the file"

_told = event.alias()
#: What became of an alarm: no row of these says which alarm it was.
_OF_ALARMS = ("alarm_acknowledged", "crisis_over")


def told_by_helper(conversation_id: ColumnElement[Any], *instants: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a helper told of a danger at one of these instants, so that what was written then came of it. The event
    says so as long as the file does, and the message for the desk alone goes before.

    What a helper said of a danger is the helper's to tell, and who reads along here may be that danger itself (AVG art.
    15 (4)): that there was a danger says as much as the words."""
    came = or_(*(_told.c.created_at == at for at in instants))
    return exists().where(_told.c.conversation_id == conversation_id, _told.c.kind == TOLD_BY_HELPER, came)


def _since_told(conversation_id: ColumnElement[Any], at: ColumnElement[Any]) -> ColumnElement[bool]:
    earlier = _told.c.created_at <= at
    return exists().where(_told.c.conversation_id == conversation_id, _told.c.kind == TOLD_BY_HELPER, earlier)


#: Of every table where they occur.
LEAVES: Mapping[str, str] = {
    "person_id": _WHOSE,
    "conversation_id": _WHOSE,
    "author_id": _WHOSE,
    "key_id": _NUMBER,
    "claimed_until": _WORK,
    "attempts": _WORK,
}

PERSON = Part(
    "person",
    person,
    "id",
    ("created_at", "language", "opted_out_at", "phone_shared_at", "reduced_at"),
    (
        Sealed("name", "name_sealed", "name"),
        Sealed("phone", "phone_sealed", "phone"),
        Sealed("email", "email_sealed", "email"),
    ),
    leaves={
        "id": _NUMBER,
        "code_index": _INDEX,
        "name_index": _INDEX,
        "phone_index": _INDEX,
        "email_index": _INDEX,
        "code_sealed": _OPENS,
        "pin_sealed": _OPENS,
        "pin_since": _OPENS,
        "merged_into": "who became one with another is in the file of that one",
        "erased_at": "who was erased has no file",
    },
)
CONVERSATION = Part(
    "conversation",
    conversation,
    "person_id",
    (
        *("created_at", "updated_at", "queue", "urgency", "due_at", "assigned_to", "held_by", "held_at", "hold_until"),
        *("paused_at", "danger_at", "last_inbound_at", "last_staff_at", "notice_at"),
    ),
    (Sealed("dialogue", "session_sealed", "session", json=True),),
    renamed={"assigned_to": "with", "held_by": "held_with"},
    leaves={"id": _NUMBER, "last_seq": _NUMBER, "team_id": _WORK},
)

#: In the order of the file.
PARTS: tuple[Part, ...] = (
    Part(
        "addresses",
        address,
        "person_id",
        (
            *("channel", "created_at", "last_inbound_at", "blocked_at", "left_at", "confirmed_at"),
            *("preferred", "in_full"),
        ),
        (Sealed("identifier", "external_sealed", "external"),),
        leaves={"id": _NUMBER, "external_index": _INDEX},
    ),
    Part(
        "sign_ups",
        case_file,
        "person_id",
        ("opened_at", "closed_at", "capacity", "taken_by", "ended_on", "reason"),
        (Sealed("answers", "answers_sealed", "case", json=True),),
        leaves={"id": _NUMBER},
    ),
    Part(
        "phases",
        phase,
        "conversation_id",
        ("phase", "state", "began_at", "ended_at", "set_by"),
        leaves={"id": _NUMBER, "case_id": _NUMBER},
    ),
    Part(
        "appointments",
        appointment,
        "conversation_id",
        (
            *("id", "kind", "starts_at", "ends_at", "state", "made_at", "made_by", "coming_at", "ended_at", "ended_by"),
            *("sequence", "news"),
        ),
        (Sealed("details", "details_sealed", "appointment", json=True),),
        leaves={"calendar_index": _OPENS},
    ),
    Part(
        "summaries",
        summary,
        "conversation_id",
        ("id", "made_at", "made_by", "answer", "answered_at"),
        (Sealed("details", "details_sealed", "summary", json=True),),
    ),
    Part(
        "agreements",
        agreement,
        "conversation_id",
        ("summary_id", "place", "staff_id", "due_on", "state", "changed_at", "news"),
        (Sealed("details", "details_sealed", "agreement", json=True),),
        renamed={"summary_id": "summary", "staff_id": "by"},
        leaves={"id": _NUMBER},
    ),
    Part(
        "contact_plans",
        contact_plan,
        "conversation_id",
        (
            *("id", "kind", "state", "rhythm", "weekday", "part", "way", "made_at", "made_by", "began_at", "until"),
            *("paused_until", "ended_at", "reason"),
        ),
    ),
    Part(
        "check_ins",
        check_in,
        "conversation_id",
        ("plan_id", "number", "due_at", "state", "reason", "asked_at", "again_at", "done_at", "done_by"),
        (Sealed("answers", "answers_sealed", "check_in", json=True),),
        renamed={"plan_id": "plan"},
        leaves={"id": _NUMBER},
    ),
    Part(
        "hard_moments",
        hard_moment,
        "conversation_id",
        ("kind", "next_on", "made_at", "dropped_at"),
        (Sealed("details", "details_sealed", "moment", json=True),),
        leaves={"id": _NUMBER},
    ),
    Part(
        "measurements",
        measurement,
        "conversation_id",
        ("kind", "invited_at", "invited_by", "answered_at", "ended_at"),
        (Sealed("answers", "answers_sealed", "measurement", json=True),),
        leaves={"id": _NUMBER},
    ),
    Part(
        "grades",
        rating,
        "conversation_id",
        ("occasion", "promises", "state", "reason", "made_at", "asked_at", "ended_at"),
        (Sealed("answers", "answers_sealed", "rating", json=True),),
        leaves={"id": _NUMBER, "case_id": _NUMBER},
    ),
    Part(
        "signals",
        signal,
        "conversation_id",
        ("kind", "received_on", "entered_at", "entered_by", "route", "state", "done_at", "done_by"),
        (Sealed("details", "details_sealed", "signal", json=True),),
        leaves={"id": _NUMBER, "line_index": _INDEX},
    ),
    Part(
        "promises",
        promise,
        "conversation_id",
        ("kind", "made_at", "due_at", "kept_at"),
        leaves={"id": _NUMBER},
        only=~told_by_helper(promise.c.conversation_id, promise.c.made_at),
    ),
    Part(
        "alarms",
        alarm,
        "conversation_id",
        (
            *("raised_at", "urgency", "kind", "staff_id", "state", "level", "next_at", "acknowledged_at"),
            "acknowledged_by",
        ),
        (Sealed("category", "category_sealed", "alarm"),),
        renamed={"staff_id": "first_told"},
        leaves={"id": _NUMBER, "last_error": _WORK},
        only=~told_by_helper(alarm.c.conversation_id, alarm.c.raised_at),
    ),
    Part(
        "requests",
        data_request,
        "person_id",
        (
            "kind",
            "state",
            "asked_at",
            "due_at",
            "identified_how",
            "identified_by",
            "identified_at",
            "done_at",
            "done_by",
        ),
        (Sealed("detail", "detail_sealed", "data_request", json=True),),
        leaves={"id": _NUMBER},
    ),
    Part(
        "helpers",
        helper,
        "person_id",
        ("id", "may", "state", "invited_at", "opened_at", "ends_at", "ended_at", "ended_how"),
        (Sealed("name", "name_sealed", "helper"),),
        leaves={"invite_index": _OPENS, "browser_index": _OPENS, "from_seq": _NUMBER},
    ),
    Part(
        "admissions",
        admission,
        "conversation_id",
        ("staff_id", "kind", "granted_by", "created_at", "expires_at", "ended_at", "seen_at", "seen_by"),
        (Sealed("reason", "reason_sealed", "admission"),),
        renamed={"staff_id": "who"},
        leaves={"id": _NUMBER},
    ),
    Part(
        "legal_holds",
        legal_hold,
        "conversation_id",
        ("placed_at", "placed_by", "until", "lifted_at", "lifted_by"),
        leaves={
            "id": _NUMBER,
            "reason_sealed": "it may be about someone else, or about a case in law: asked for at the desk",
        },
    ),
    Part(
        "planned",
        ping,
        "conversation_id",
        ("kind", "created_at", "due_at", "state", "reason"),
        (Sealed("about", "about_sealed", "ping", json=True),),
        leaves={"id": _NUMBER, "aside_until": _WORK},
    ),
    Part(
        "events",
        event,
        "person_id",
        ("kind", "created_at", "staff_id"),
        (Sealed("detail", "detail_sealed", "event", json=True),),
        renamed={"staff_id": "by"},
        leaves={"id": _NUMBER, "case_id": _NUMBER},
        only=and_(
            event.c.kind != TOLD_BY_HELPER,
            or_(
                event.c.kind.not_in(("alarm", "handover")),
                ~told_by_helper(event.c.conversation_id, event.c.created_at),
            ),
            or_(event.c.kind.not_in(_OF_ALARMS), ~_since_told(event.c.conversation_id, event.c.created_at)),
        ),
    ),
    Part(
        "told_elsewhere",
        registration,
        "conversation_id",
        ("kind", "number", "state", "reason", "made_at", "due_at", "sent_at"),
        (Sealed("payload", "payload_sealed", "registration", json=True),),
        leaves={"id": _NUMBER},
    ),
    Part(
        "notes",
        note,
        "conversation_id",
        ("staff_id", "created_at"),
        (Sealed("text", "text_sealed", "note"),),
        renamed={"staff_id": "by"},
        leaves={"id": _NUMBER},
    ),
    Part(
        "links",
        personal_link,
        "person_id",
        ("purpose", "created_at", "expires_at", "revoked_at", "used_at"),
        leaves={"token_hash": _OPENS, "used_by": _NUMBER},
    ),
    Part(
        "messages",
        message,
        "conversation_id",
        ("id", "seq", "created_at", "author", "staff_id", "helper_id", "private", "unhandled"),
        (Sealed("content", "content_sealed", "message", json=True),),
        renamed={"staff_id": "by", "helper_id": "helper"},
        leaves={"address_id": "the channel stands with its deliveries"},
        only=message.c.private < DESK,
    ),
    Part(
        "deliveries",
        outbox,
        "conversation_id",
        ("message_id", "channel", "state", "reason", "style", "planned", "kind", "sent_at", "due_at", "expires_at"),
        renamed={"message_id": "message"},
        leaves={
            "id": _NUMBER,
            "address_id": _NUMBER,
            "asked": _WORK,
            "page": _WORK,
            "parts": _WORK,
            "external_index": _INDEX,
        },
    ),
    Part(
        "not_fetched",
        download,
        "conversation_id",
        ("message_id", "channel", "state", "reason", "due_at"),
        renamed={"message_id": "message"},
        leaves={
            "id": _NUMBER,
            "reference_sealed": "the platform's own name of a file; what was fetched is an attachment",
        },
        only=download.c.state != "done",
    ),
    Part(
        "attachments",
        attachment,
        "conversation_id",
        ("id", "message_id", "created_at", "media_type", "size"),
        renamed={"message_id": "message"},
        leaves={"data_sealed": "the file itself lies beside this one"},
    ),
)

#: Tables that point at a person or a conversation and are in the file in another way, or not at all.
ELSEWHERE: Mapping[str, str] = {
    "look": "who looked stands under “looks” (bot.privacy.looks)",
    "appointment_staff": "who an appointment is with stands with it",
    "slot": "the time of an appointment, which stands with it",
    "signal_key": _INDEX,
}


def whose(part: Part, person_id: int, conversation_id: int) -> ColumnElement[bool]:
    """Which rows of a part are of this person."""
    mine = part.table.c[part.by] == (conversation_id if part.by == "conversation_id" else person_id)
    if part.table is event:  # of those that hang on the conversation only
        mine = mine | (event.c.conversation_id == conversation_id)
    return mine if part.only is None else and_(mine, part.only)
