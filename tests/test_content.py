"""What was sent is read back as it was, also when another release wrote it."""

from __future__ import annotations

import json

from bot.content import Content, SentButton, dumps, loads
from flows.text import t

WHOLE = Content(
    "Goedemiddag",
    "nl",
    kind="tap",
    texts=(t("test.hello", "Goedemiddag"),),
    buttons=(SentButton("a.b:c", "💬", "Verder", t("test.on", "Verder"), ticked=True),),
    origin="a.b",
    many=True,
    asks_text=True,
    safe=True,
    sensitive=True,
    bilingual=True,
)


def test_a_message_comes_back_as_it_was() -> None:
    assert loads(dumps(WHOLE)) == WHOLE
    assert loads(dumps(Content("Hoi", "nl"))) == Content("Hoi", "nl")


def test_what_a_newer_release_added_is_no_reason_not_to_show_a_message() -> None:
    newer = json.loads(dumps(WHOLE)) | {"voice": "of tomorrow"}
    assert loads(json.dumps(newer)) == WHOLE
