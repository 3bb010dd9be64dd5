"""How long what is kept, in one table: for each kind from when its term counts, how long it is, what goes, and where
that comes from. docs/municipality/retention.md is made of it, and a test holds every table of the data against it.

The terms of the municipality are in ``bot.config.retention``; what carries them out is ``bot.privacy.retention``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

AVG = "AVG art. 5 (1) (e): no longer than the purpose asks"


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind. ``term`` is a key of ``[retention]``, or words where it is nobody's to set; ``since`` what it counts
    from; ``goes`` what is removed, with what of the data's tables."""

    term: str
    since: str
    goes: str
    source: str
    tables: tuple[str, ...]
    settable: bool = True


#: By kind, in the order in which a run carries them out: whose file goes is someone without one from the next on.
RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "delivery": Rule(
            "delivery_days",
            "the day it was done with",
            "how messages went out and arrived, files that were fetched, what was planned and is over, what the "
            "municipality's registration was told",
            AVG,
            ("outbox", "download", "ping", "registration", "receipt", "received"),
        ),
        "chat": Rule(
            "chat_months",
            "the day it was said",
            "messages, photos, voice messages and files, whether or not help goes on",
            AVG + "; what matters for the help is in the file",
            ("message", "attachment", "outbox", "download"),
        ),
        "helpers": Rule(
            "chat_months",
            "the day they no longer helped",
            "names of family, friends and volunteers who could read along",
            AVG,
            ("helper",),
        ),
        "signals": Rule(
            "signal_months",
            "the day it came in",
            "early signals about nobody that we know, with their key",
            AVG,
            ("signal",),
        ),
        "ratings": Rule(
            "rating_months",
            "the day it was over; of remarks the end of their year",
            "that someone was asked for a grade, and remarks, which are nobody's; the counted grades stay",
            AVG,
            ("rating", "remark"),
        ),
        "requests": Rule(
            "request_months",
            "the day it was done",
            "what someone asked of their data",
            "AVG art. 5 (2): the municipality can show what it did with a request",
            ("data_request",),
        ),
        "access": Rule(
            "access_days",
            "the day it no longer opened anything",
            "personal links, sessions and sign-ins, used recovery codes, tries of a PIN or password",
            AVG,
            (
                "personal_link",
                "staff_session",
                "sign_in_link",
                "sign_in_attempt",
                "seen_token",
                "tries",
                "recovery_code",
                "event",
            ),
        ),
        "records": Rule(
            "look_months",
            "the day it happened",
            "what staff did that is of no file",
            "BIO2 8.15: logging",
            ("event",),
        ),
        "reports": Rule(
            "report_months", "the day of the run", "what runs like this one removed", AVG, ("retention_run",)
        ),
        "freed": Rule(
            "the day itself",
            "the day of the appointment",
            "appointments of who was erased, which the desk saw were off",
            AVG,
            ("appointment", "appointment_staff", "slot"),
            settable=False,
        ),
        "unreadable": Rule(
            "none",
            "a copy of the data from before was put back",
            "whoever was erased since: their key is gone, their rows go again",
            "AVG art. 17",
            ("person", "conversation", "address"),
            settable=False,
        ),
        "drafts": Rule(
            "unfinished_months",
            "the last contact, of who never signed up",
            "answers of a talk that was left half-way",
            AVG,
            ("conversation",),
        ),
        "signal_keys": Rule(
            "six months",
            "the day of the decision that ended the help",
            "by what an early signal finds the person",
            "the method [004] 1.10: six months after the decision it is no relapse any more",
            ("signal_key",),
            settable=False,
        ),
        "people": Rule(
            "visitor_months",
            "the last contact, of who has no file within its term",
            "everything: the person's key is destroyed, and no copy of the data can be read",
            AVG,
            ("person", "conversation", "address"),
        ),
        "files": Rule(
            "file_months",
            "the day of the decision that ended the help (beëindigingsbeschikking), or of the closing",
            "the whole file: sign-up, notes, appointments, agreements, measurements, check-ins, plans, signals, "
            "alarms, legal holds that were lifted, what happened; who was in touch lately stays, as a visitor",
            "Archiefwet: the municipality's own selection list says how long; check the default against it",
            (
                "case_file",
                "note",
                "appointment",
                "appointment_staff",
                "slot",
                "summary",
                "agreement",
                "phase",
                "measurement",
                "contact_plan",
                "check_in",
                "hard_moment",
                "rating",
                "signal",
                "signal_key",
                "registration",
                "alarm",
                "promise",
                "admission",
                "legal_hold",
                "event",
                "ping",
            ),
        ),
        "looks": Rule(
            "look_months",
            "the day of the look",
            "who looked into which file: numbers only, in a chain",
            "BIO2 8.15: logging; NEN 7513 keeps such a record at least five years",
            ("look",),
        ),
    }
)

#: Tables with nothing of a resident that could go, and why.
NOBODYS: Mapping[str, str] = MappingProxyType(
    {
        "staff": "accounts stay, switched off, as long as files say who did what",
        "team": "names of teams",
        "working_hours": "hours of staff",
        "other_hours": "hours of staff",
        "meeting": "lengths of talks",
        "phrase": "words of the municipality",
        "card": "words of the municipality",
        "wording": "words of the municipality",
        "wording_import": "words of the municipality",
        "grade": "counts that are nobody's",
        "lease": "which process does what",
        "channel_trouble": "which channel does not work",
        "spent_key": "numbers of keys, until these are destroyed",
    }
)
