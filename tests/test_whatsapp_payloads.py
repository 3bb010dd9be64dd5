"""WhatsApp: what the platform posts, translated; and nothing that it posts can spoil what stands next to it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings

from bot.channels.whatsapp.payloads import UNREADABLE, Arrived, Delivery, Renumbered, Status, read
from bot.channels.whatsapp.refusals import OPERATORS
from bot.content import Media
from flows.grammar import Opened, Said, Sent, Tapped, Typed
from tests.support.whatsapp_payloads import (
    KINDS,
    NUMBER,
    PHONES,
    SILENT,
    USER_IDS,
    Call,
    call,
    calls,
    change,
    message,
    status,
)

PHONE = PHONES[0]
FLOWS = frozenset({"aanmelden", "overdracht"})


def delivered(*messages: Any, **value: Any) -> Delivery:
    return read(call(change(messages=list(messages), **value)), NUMBER, FLOWS)


def one(told: dict[str, Any]) -> Arrived:
    (arrived,) = delivered(told).arrived
    return arrived


def said(**content: Any) -> Said:
    return one({"id": "wamid.1", "from": PHONE, "timestamp": "1795000000", **content}).said


@pytest.mark.parametrize(
    ("kind", "expected", "media"),
    [
        ("text", Typed("ik wil hulp"), None),
        ("button", Tapped("!mens"), None),
        ("button_reply", Tapped("welkom.hello:nl"), None),
        ("list_reply", Tapped("!menu"), None),
        ("image", Sent("photo", "de brief"), "2754859441498128"),
        ("voice", Sent("voice"), "1908647269898587"),
        ("video", Sent("file"), "1166846181421424"),
        ("document", Sent("file"), "1376223850470843"),
        ("contacts", Typed("+31 6 1234"), None),
        ("sticker", UNREADABLE, None),
        ("location", UNREADABLE, None),
        ("unsupported", UNREADABLE, None),
        ("order", UNREADABLE, None),
        ("edit", Typed("ik wil mijn hulp"), None),
        ("welcome", Opened(), None),
    ],
)
def test_every_kind_is_translated(kind: str, expected: Said, media: str | None) -> None:
    arrived = one(message(kind, "wamid.1", PHONE, at=7))
    assert arrived == Arrived(
        "wamid.1", expected, PHONE, None, (Media(media),) if media else (), (1_795_000_000 + 7) * 1000
    )


def test_every_kind_is_in_one_of_these_tests() -> None:
    covered = test_every_kind_is_translated.pytestmark[0].args[1]  # type: ignore[attr-defined]
    assert {kind for kind, _, _ in covered} | SILENT == set(KINDS)


@pytest.mark.parametrize("kind", sorted(SILENT - {"system"}))
def test_what_says_nothing_is_counted(kind: str) -> None:
    delivery = delivered(message(kind, "wamid.1", PHONE))
    assert delivery.arrived == []
    assert delivery.ignored == {KINDS[kind]["type"]: 1}


@pytest.mark.parametrize("type_", ["user_changed_number", "customer_changed_number"])
def test_who_has_another_number_is_told(type_: str) -> None:
    body = message("system", "wamid.1", PHONE, at=7)
    body["system"]["type"] = type_
    delivery = delivered(body)
    assert (delivery.arrived, delivery.ignored) == ([], {})
    assert delivery.renumbered == [Renumbered("wamid.1", PHONE, (1_795_000_000 + 7) * 1000)]


@pytest.mark.parametrize("type_", ["customer_identity_changed", "", None, ["user_changed_number"]])
def test_other_notices_are_counted(type_: Any) -> None:
    body = message("system", "wamid.1", PHONE)
    body["system"]["type"] = type_
    delivery = delivered(body)
    assert (delivery.arrived, delivery.renumbered, delivery.ignored) == ([], [], {"system": 1})


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("start aanmelden--poster", Opened("aanmelden", "poster")),
        ("  START Aanmelden--Poster_3 ", Opened("aanmelden", "poster_3")),
        ("Start aanmelden", Opened("aanmelden")),
        ("start aanmelden-rings", Opened("aanmelden", place="rings")),
        ("start aanmelden--", Opened("aanmelden")),
        ("start --huisarts", Opened(None, "huisarts")),
        ("start weg--poster", Opened(None, "poster")),
        ("start code-7K3D9QX2MF", Typed("7K3D-9QX-2MF")),
        ("start", Typed("start")),
        ("start maar", Typed("start maar")),
        ("start opnieuw", Typed("start opnieuw")),
        ("start aanmelden--poster graag", Typed("start aanmelden--poster graag")),
        ("7K3D-9QX-2MF", Typed("7K3D-9QX-2MF")),
    ],
)
def test_a_deep_link_opens_and_words_stay_words(words: str, expected: Said) -> None:
    assert said(type="text", text={"body": words}) == expected


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"type": None},
        {"type": ["text"]},
        {"type": "text"},
        {"type": "text", "text": "ik wil hulp"},
        {"type": "text", "text": {"body": None}},
        {"type": "text", "text": {"body": ""}},
        {"type": "button", "button": {}},
        {"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": {"response_json": "{}"}}},
        {"type": "interactive", "interactive": {"type": "button_reply", "button_reply": {"title": "x"}}},
        {"type": "contacts", "contacts": [{"name": {"formatted_name": "B"}}]},
        {"type": "edit", "edit": {"message": {"type": "image", "image": {"id": "1"}}}},
        {"type": "whatever_comes_next", "whatever_comes_next": {}},
    ],
)
def test_a_message_that_cannot_be_read_is_still_a_message(content: dict[str, Any]) -> None:
    assert said(**content) == UNREADABLE


@pytest.mark.parametrize("media_id", [None, "", "../../me", "1/2", "1?x=y", 12, "a" * 200])
def test_a_file_without_a_sound_id_is_not_fetched(media_id: Any) -> None:
    arrived = one({"id": "wamid.1", "from": PHONE, "type": "image", "image": {"id": media_id, "caption": "de brief"}})
    assert (arrived.said, arrived.media) == (Sent("photo", "de brief", problem="unknown"), ())


def test_half_an_emoji_is_no_text_that_could_be_stored() -> None:
    (arrived,) = delivered(
        *json.loads(r'[{"id": "w", "from": "31612345678", "type": "text", "text": {"body": "\ud83d"}}]')
    ).arrived
    assert arrived.said == Typed("?")


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ({"from": PHONE}, (PHONE, None)),
        ({"from": f"+{PHONE}"}, (PHONE, None)),
        ({"from": PHONE, "from_user_id": USER_IDS[0]}, (PHONE, USER_IDS[0])),
        ({"from_user_id": USER_IDS[1]}, (None, USER_IDS[1])),
        ({"from": USER_IDS[0]}, (None, USER_IDS[0])),
        ({"from": "", "from_user_id": USER_IDS[0]}, (None, USER_IDS[0])),
        ({}, ("31600000001", USER_IDS[1])),
    ],
)
def test_who_wrote(who: dict[str, Any], expected: tuple[str | None, str | None]) -> None:
    told = {"id": "wamid.1", "type": "text", "text": {"body": "x"}, **who}
    contact = {"profile": {"name": "Made Up"}, "wa_id": "31600000001", "user_id": USER_IDS[1]}
    (arrived,) = delivered(told, contacts=[contact]).arrived
    assert (arrived.phone, arrived.user_id) == expected
    assert "Made Up" not in repr(arrived)
    assert PHONE not in repr(arrived)


@pytest.mark.parametrize(
    "who", [{}, {"from": "12"}, {"from": "３１６１２３４５６７８"}, {"from": "nl.12"}, {"from": 31612345678}]
)
def test_who_is_nobody_is_not_taken(who: dict[str, Any]) -> None:
    delivery = delivered({"id": "wamid.1", "type": "text", "text": {"body": "x"}, **who})
    assert (delivery.arrived, delivery.ignored) == ([], {"malformed": 1})


def test_order_is_by_time_and_then_by_place() -> None:
    times = {"a": 5, "b": 3, "c": 3, "d": 9}
    messages = [message("text", name, PHONE, at=at) for name, at in times.items()]
    assert [each.message_id for each in delivered(*messages).arrived] == ["b", "c", "a", "d"]


@pytest.mark.parametrize("timestamp", [None, "", "now", "-5", 0, True, "9" * 40, 10**30, 1.5])
def test_a_time_that_is_none_is_left_out(timestamp: Any) -> None:
    told = message("text", "wamid.1", PHONE) | {"timestamp": timestamp}
    assert one(told).sent_at is None


def test_only_our_own_number() -> None:
    body = call(
        change("999", messages=[message("text", "wamid.1", PHONE)]),
        change(messages=[message("text", "wamid.2", PHONE)]),
        {"field": "account_update", "value": {"event": "made up"}},
    )
    delivery = read(body, NUMBER, FLOWS)
    assert [each.message_id for each in delivery.arrived] == ["wamid.2"]
    assert delivery.ignored == {"not_ours": 1}


# ---- receipts ------------------------------------------------------------------------------------------------------


def test_statuses_are_ours_and_sent_tells_nothing() -> None:
    told = [
        status("wamid.1", "sent"),
        status("wamid.1", "delivered"),
        status("wamid.1", "read"),
        status("wamid.2", "played"),
        status("wamid.3", "failed", 131047),
        status("wamid.4", "failed"),
        status("wamid.5", "deleted"),
        status("", "read"),
        None,
    ]
    delivery = delivered(statuses=told)
    assert delivery.statuses == [
        Status("wamid.1", "delivered"),
        Status("wamid.1", "read"),
        Status("wamid.2", "read"),
        Status("wamid.3", "failed", "window_closed"),
        Status("wamid.4", "failed", "undeliverable"),
    ]
    assert delivery.ignored == {"status": 4}


def test_what_the_operator_has_to_mend_is_told_wherever_it_stands() -> None:
    delivery = delivered(
        statuses=[status("wamid.1", "failed", 131042), status("wamid.2", "failed", 131026)],
        errors=[{"code": "190", "title": "made up"}, {"code": True}, "odd"],
    )
    assert delivery.troubles == ["payment", "token"]
    assert set(delivery.troubles) <= OPERATORS


# ---- whatever comes ------------------------------------------------------------------------------------------------


def nothing_is_lost(posted: Call) -> None:
    body = json.loads(json.dumps(posted.body))
    if not isinstance(body, dict):
        return
    arrived = read(body, NUMBER, FLOWS).arrived
    found = {each.message_id: each.phone or each.user_id for each in arrived}
    assert {message_id: found.get(message_id) for message_id in posted.valid} == posted.valid
    for each in arrived:
        assert each.phone or each.user_id
        repr(each.said).encode()


@given(calls("a"))
@settings(max_examples=1_000)
def test_nothing_valid_is_lost_beside_what_is_not(posted: Call) -> None:
    nothing_is_lost(posted)


@pytest.mark.soak
@given(calls("a"))
@settings(max_examples=100_000)
def test_nothing_valid_is_lost_in_any_company(posted: Call) -> None:
    nothing_is_lost(posted)
