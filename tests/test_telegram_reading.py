"""Telegram: what updates say, in the shapes that they have, and in any other."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels import start
from bot.channels.telegram.reading import LARGEST, Malformed, Read, number, read
from bot.content import Media
from bot.inbound import Inbound
from flows.grammar import Opened, Said, Sent, Tapped, Typed
from tests.support.telegram_updates import (
    AT,
    BOT,
    CHAT,
    GROUP,
    PHOTO,
    REAL,
    SAM,
    edited,
    file,
    membership,
    message,
    places,
    tapped,
)

FLOWS = frozenset({"aanmelden", "welkom"})
MOST = 10 * 1024 * 1024


def say(update: dict[str, Any], most: int = MOST) -> Said | None:
    found = read(update, FLOWS, most).inbound
    return found.said if found else None


# ---- text and commands ---------------------------------------------------------------------------------------------


def test_a_message_is_what_was_typed_by_whom_and_when() -> None:
    expected = Inbound(
        "telegram", "5550001", "update:900", Typed("Ik heb hulp nodig"), hint="tr", sent_at=AT * 1000
    )  # fmt: skip
    assert read(REAL[0], FLOWS, MOST) == Read("5550001", expected)


@pytest.mark.parametrize(
    ("code", "hint"), [("nl", "nl"), ("pt-br", "pt"), ("AR", "ar"), ("", None), ("ckb", None), ("é9", None), (7, None)]
)
def test_the_language_of_the_app_is_a_hint(code: Any, hint: str | None) -> None:
    found = read(message(text="hoi", **{"from": {**SAM, "language_code": code}}), FLOWS, MOST).inbound
    assert found is not None
    assert found.hint == hint


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("/start", Opened(hint="tr")),
        ("/start aanmelden--huisarts", Opened("aanmelden", "huisarts", "tr")),
        ("/start aanmelden", Opened("aanmelden", None, "tr")),
        ("/start --poster_2", Opened(None, "poster_2", "tr")),
        ("/start@WaterdrechtBot aanmelden", Opened("aanmelden", None, "tr")),
        ("/START aanmelden", Opened("aanmelden", None, "tr")),
        ("/start nergens--huisarts", Opened(None, "huisarts", "tr")),
        ("/start aanmelden--" + "x" * 41, Opened("aanmelden", None, "tr")),
        ("/start <script>--é", Opened(hint="tr")),
        ("/start code-7K3D9QX2MF", Typed("7K3D-9QX-2MF")),
        ("/start code-7k3d-9qx-2mf", Typed("7K3D-9QX-2MF")),
        ("/start code-7K3D", Opened(hint="tr")),
        ("/menu", Typed("menu")),
        ("/mens@WaterdrechtBot", Typed("mens")),
        ("/mens ik heb geen eten", Typed("mens ik heb geen eten")),
        ("/ 50 euro", Typed("/ 50 euro")),
        ("1/2", Typed("1/2")),
        ("/een/pad", Typed("/een/pad")),
    ],
)
def test_commands_and_links(text: str, said: Said) -> None:
    assert say(message(text=text)) == said


@pytest.mark.parametrize(
    ("flow", "source"), [("aanmelden", "huisarts"), ("aanmelden", ""), ("", "poster"), ("welkom", "a--b"), ("", "")]
)
def test_a_link_that_we_make_is_one_that_we_read(flow: str, source: str) -> None:
    assert start.read(start.payload(flow, source), FLOWS) == Opened(flow or None, source or None)


def test_a_link_to_join_is_read_as_the_code() -> None:
    assert start.read(start.joining("7K3D-9QX-2MF"), FLOWS) == Typed("7K3D-9QX-2MF")
    with pytest.raises(ValueError, match="at most 40"):
        start.payload("aanmelden", "bij de huisarts")


def test_an_edit_is_heard_for_it_may_be_a_cry_for_help() -> None:
    found = read(edited(text="Ik wil niet meer leven"), FLOWS, MOST).inbound
    assert found is not None
    assert (found.message_id, found.said, found.sent_at) == (
        "update:901",
        Typed("Ik wil niet meer leven"),
        (AT + 60) * 1000,
    )
    assert say(edited(photo=PHOTO, caption="help mij")) == Typed("help mij")
    assert say(edited(location={"latitude": 52.1, "longitude": 5.1})) is None, "it only moved on"


# ---- files ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("held", "said", "media"),
    [
        ({"photo": PHOTO, "caption": "brief"}, Sent("photo", "brief"), Media("AgAC-2", 250_000)),
        ({"voice": file(duration=34)}, Sent("voice", seconds=34), Media("AgAC-1", 2048)),
        ({"voice": file(duration=0)}, Sent("voice"), Media("AgAC-1", 2048)),
        ({"voice": file(duration="34")}, Sent("voice"), Media("AgAC-1", 2048)),
        ({"voice": file(duration=10**12)}, Sent("voice"), Media("AgAC-1", 2048)),
        ({"video_note": file(duration=34)}, Sent("file"), Media("AgAC-1", 2048)),
        ({"audio": file(mime_type="audio/mpeg")}, Sent("voice"), Media("AgAC-1", 2048)),
        ({"document": file(mime_type="application/pdf")}, Sent("file"), Media("AgAC-1", 2048)),
        ({"document": file(mime_type="image/png")}, Sent("photo"), Media("AgAC-1", 2048)),
        ({"document": file(None)}, Sent("file"), Media("AgAC-1", None)),
        ({"video": file(), "caption": "kijk"}, Sent("file", "kijk"), Media("AgAC-1", 2048)),
        ({"video_note": file()}, Sent("file"), Media("AgAC-1", 2048)),
        ({"animation": file(), "document": file(mime_type="video/mp4")}, Sent("file"), Media("AgAC-1", 2048)),
    ],
)
def test_files(held: dict[str, Any], said: Said, media: Media) -> None:
    found = read(message(**held), FLOWS, MOST).inbound
    assert found is not None
    assert (found.said, found.media) == (said, (media,))


def test_a_file_that_cannot_be_kept_is_said_to_be() -> None:
    for most, size in ((MOST, MOST + 1), (100 * 1024 * 1024, LARGEST + 1)):
        found = read(message(document=file(size), caption="brief"), FLOWS, most).inbound
        assert found is not None
        assert (found.said, found.media) == (Sent("file", "brief", problem="too_big"), ())
    assert say(message(document=file(LARGEST)), most=100 * 1024 * 1024) == Sent("file")


def test_of_a_photo_the_largest_size_that_can_be_kept() -> None:
    found = read(message(photo=PHOTO), FLOWS, 1000).inbound
    assert found is not None
    assert found.media == (Media("AgAC-1", 900),)
    assert say(message(photo=PHOTO), most=100) == Sent("photo", problem="too_big")
    assert say(message(photo=[])) == Sent("photo", problem="unknown")


@pytest.mark.parametrize(
    ("held", "said"),
    [
        ({"sticker": file(emoji="👍")}, Typed("👍")),
        ({"dice": {"emoji": "🎲", "value": 3}}, Typed("🎲")),
        ({"contact": {"phone_number": "+31612345678", "first_name": "Sam"}}, Typed("+31612345678")),
        ({"sticker": file()}, Sent("file", problem="unknown")),
        ({"location": {"latitude": 1.0, "longitude": 2.0}}, Sent("file", problem="unknown")),
        ({"poll": {"id": "1", "question": "?", "options": []}}, Sent("file", problem="unknown")),
        ({"something_of_next_year": {"a": 1}}, Sent("file", problem="unknown")),
        ({"pinned_message": {"message_id": 1}}, None),
        ({"message_auto_delete_timer_changed": {"message_auto_delete_time": 86400}}, None),
        ({}, None),
    ],
)
def test_whatever_a_person_sends_has_an_answer(held: dict[str, Any], said: Said | None) -> None:
    assert say(message(**held)) == said


# ---- taps, blocking, others ----------------------------------------------------------------------------------------


def test_a_tap_is_what_its_button_sends_back() -> None:
    expected = Inbound("telegram", "5550001", "callback:4382", Tapped("welkom.hello:nl"), hint="tr")
    assert read(tapped(), FLOWS, MOST) == Read("5550001", expected, query="4382")


def test_a_tap_on_a_button_of_long_ago_is_heard() -> None:
    under = {"chat": CHAT, "message_id": 8, "date": 0}
    assert say(tapped(message=under)) == Tapped("welkom.hello:nl")


@pytest.mark.parametrize("data", [None, 5, "", "x" * 65, "a b", "\0", "é", "\ud800"])
def test_what_no_button_of_ours_sends_back_is_only_answered(data: Any) -> None:
    assert read(tapped(data=data), FLOWS, MOST) == Read("5550001", query="4382")


def test_a_tap_outside_a_chat_with_us_is_not_ours() -> None:
    update = tapped(inline_message_id="1")
    del update["callback_query"]["message"]
    assert read(update, FLOWS, MOST) == Read()
    assert read(tapped(message={"chat": GROUP, "message_id": 8, "date": AT}), FLOWS, MOST) == Read()


def test_who_blocks_the_bot_or_comes_back_is_told() -> None:
    assert read(membership("kicked"), FLOWS, MOST) == Read("5550001", blocked=True)
    assert read(membership("member"), FLOWS, MOST) == Read("5550001", blocked=False)
    assert read(membership("administrator", GROUP), FLOWS, MOST) == Read()
    assert read(membership("kicked", GROUP), FLOWS, MOST) == Read()


@pytest.mark.parametrize(
    "update",
    [
        message(text="hallo", chat=GROUP),
        message(text="hallo", chat={**GROUP, "type": "channel"}),
        message(text="hallo", **{"from": BOT}),
        edited(text="hallo", chat=GROUP),
        {"update_id": 1, "channel_post": {"message_id": 1}},
        {"update_id": 1, "poll": "anything"},
        {"update_id": 1},
    ],
)
def test_groups_and_other_kinds_are_nothing_to_us(update: dict[str, Any]) -> None:
    assert read(update, FLOWS, MOST) == Read()


# ---- any input -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "update",
    [
        *(None, [], "text", 7, {}, {"update_id": "7"}, {"update_id": True}, {"update_id": 10**30}),
        *({"update_id": 1, kind: None} for kind in ("message", "edited_message", "callback_query", "my_chat_member")),
        message(chat=None, text="x"),
        message(chat={"id": "5550001", "type": "private"}, text="x"),
        message(chat={"id": 2**60, "type": "private"}, text="x"),
        message(chat={"id": 5}, text="x"),
        tapped(id=None),
        tapped(id="é"),
        tapped(message={"chat": 5}),
        {"update_id": 1, "my_chat_member": {"chat": CHAT, "new_chat_member": "kicked"}},
    ],
)
def test_what_is_no_update_is_refused(update: object) -> None:
    with pytest.raises(Malformed):
        read(update, FLOWS, MOST)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=6,
)


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    update = copy.deepcopy(draw(st.sampled_from(REAL)))
    for _ in range(draw(st.integers(1, 4))):
        if found := places(update):
            holder, name = draw(st.sampled_from(found))
            if draw(st.booleans()):
                holder[name] = draw(ANYTHING)
            elif isinstance(holder, dict):
                del holder[name]
    return update


def is_read_or_refused(update: Any) -> None:
    try:
        found = read(update, FLOWS, MOST)
    except Malformed:
        return
    assert number(update) == update["update_id"]
    if found.inbound is not None:
        inbound = found.inbound
        assert inbound.external_id == found.chat != ""
        told = (inbound.external_id, inbound.message_id, inbound.hint, [one.reference for one in inbound.media])
        json.dumps(told, ensure_ascii=False).encode()
        assert inbound.sent_at is None or inbound.sent_at > 0
        if isinstance(inbound.said, Tapped):
            inbound.said.data.encode("ascii")


@given(mutated() | ANYTHING)
@settings(max_examples=1_000)
def test_any_update_is_read_or_refused(update: Any) -> None:
    is_read_or_refused(update)


@pytest.mark.soak
@given(mutated() | ANYTHING)
@settings(max_examples=100_000)
def test_any_of_very_many_updates_is_read_or_refused(update: Any) -> None:
    is_read_or_refused(update)


def test_the_real_ones_are_all_read() -> None:
    assert [type(say(update)).__name__ for update in REAL] == (
        ["Typed", "Opened", "Sent", "Sent", "Sent", "Sent", "Typed", "Typed", "NoneType", "Typed", "Tapped", "NoneType"]
    )
