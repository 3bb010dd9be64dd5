"""What stands in a picture beside the words of its blocks: the headings of a card."""

from __future__ import annotations

from collections.abc import Mapping

from flows.text import Text, t

#: Above the blocks of a card, by role; the one it comes from has none.
HEADINGS: Mapping[str, Text] = {
    "do": t("pictures.do", "Doe dit wel"),
    "dont": t("pictures.dont", "Let op"),
    "say": t("pictures.say", "Dit kunt u zeggen"),
    "call": t("pictures.call", "Wie u kunt bellen"),
}
