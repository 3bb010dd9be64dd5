"""Contacts of every kind and age read in one shape."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.registration.moments import CONTACT, Contact, read
from bot.registration.payloads import SUBJECTS, subject
from flows.aftercare import PlanKind
from flows.agenda import Kind
from flows.text import Json
from storage import tables
from tests.registration.telling import called
from tests.support.town import Town

AT = 1_800_000_000_000


@pytest.mark.parametrize(
    ("detail", "staff", "shape"),
    [
        (
            {"kind": "aanmelding", "channel": "whatsapp", "by": "self"},
            None,
            ("whatsapp", "self", "received", "in", True),
        ),
        (
            {"kind": "bericht", "channel": "webchat", "by": "caseworker"},
            3,
            ("webchat", "caseworker", "sent", "out", None),
        ),
        (
            {"kind": "tevredenheid", "channel": "email", "by": "self", "result": "declined"},
            None,
            ("email", "self", "declined", "in", True),
        ),
        ({"kind": "telefoon", "by": "caseworker"}, 3, ("telefoon", "caseworker", "spoken", "out", True)),
        ({"kind": "home", "at": 5, "by": "caseworker"}, 3, ("huisbezoek", "caseworker", "spoken", "out", True)),
        (
            {"kind": "afspraak", "what": "no_show", "channel": "email", "by": "caseworker"},
            None,
            ("email", "caseworker", "no_show", "out", False),
        ),
        ({"kind": "afspraak.soon", "channel": "telegram", "by": "bot"}, None, ("telegram", "bot", "sent", "out", None)),
        (
            {"kind": "waakvlam", "channel": "webchat", "by": "bot", "result": "answered"},
            None,
            ("webchat", "bot", "answered", "out", True),
        ),
        (
            {"kind": "nazorg", "means": "phone", "by": "caseworker", "result": "held"},
            3,
            ("telefoon", "caseworker", "held", "out", True),
        ),
        (
            {"kind": "volgen", "channel": "webchat", "result": "asked"},
            None,
            ("webchat", "bot", "asked", "out", None),
        ),
        (None, None, (None, "bot", "sent", "out", None)),
    ],
)
def test_each_kind(detail: Json, staff: int | None, shape: tuple[object, ...]) -> None:
    one = read(detail, AT, staff)
    assert (one.channel, one.by, one.result, one.direction, one.succeeded) == shape
    assert one.staff == staff
    assert one.at == (5 if isinstance(detail, dict) and "at" in detail else AT)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda of: st.dictionaries(st.text(), of)))
def test_any_detail_reads(detail: Json) -> None:
    one = read(detail, AT)
    assert isinstance(one, Contact)
    assert one.kind
    assert len(subject(one.kind)) <= 200


@given(
    st.dictionaries(st.sampled_from(["kind", "channel", "by", "at", "what", "result", "direction", "means"]), st.text())
)
def test_words_of_a_later_release_read(detail: dict[str, Json]) -> None:
    one = read(detail, AT)
    assert one.direction in ("in", "out")
    assert one.at == AT


@pytest.mark.parametrize("at", [True, "5", 10**20, -(10**20), 1.5, None])
def test_an_instant_that_is_none_is_when_it_was_put_on_file(at: Json) -> None:
    assert read({"kind": "phone", "at": at}, AT).at == AT


def test_every_plan_and_every_appointment_has_a_neutral_subject() -> None:
    for kind in (*PlanKind, *Kind):
        assert kind in SUBJECTS
    assert not [words for words in SUBJECTS.values() if "schuld" in words.casefold()]
    assert subject("checkin.ask") == "Contact houden"
    assert subject("something.new") == "Contact"


async def test_all_that_is_put_on_file_says_of_what_and_by_whom(town: Town) -> None:
    """With whatever this release puts there on the way from hello to a call."""
    one, noor = await town.resident(), await town.colleague()
    for data in ("!go:aanmelden", "aanmelden.for_whom:self", "aanmelden.worries:enough", "aanmelden.summary:yes"):
        await one.taps(data)
    await called(town, one, noor)
    events = await town.rows(tables.event, conversation_id=one.conversation_id, kind=CONTACT)
    vault = town.house.vault
    await vault.prepare({vault.key_of(row.detail_sealed) for row in events})
    details = [json.loads(vault.unseal_text(row.detail_sealed, "event")) for row in events]
    assert [detail["kind"] for detail in details] == ["aanmelding", "telefoon"]
    assert [read(detail, 0).direction for detail in details] == ["in", "out"]
    assert all(detail["by"] for detail in details)
