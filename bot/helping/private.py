"""Which messages are for the person and the desk alone, decided when a message is written, and once more when a helper
reads: when in doubt it is not shown (docs/decisions/)."""

from __future__ import annotations

import re

from bot.content import TOKEN, Content
from flows import helping, understanding
from flows.grammar import Category

#: For everyone who is in the conversation; not for helpers; for the desk alone.
SHOWN, PRIVATE, DESK = 0, 1, 2

#: The kind of the event that a helper told of a danger, for the desk alone.
TOLD_BY_HELPER = "told_by_helper"

#: The code to come back with, or to join by, as it is shown; also with another dash or a space between.
_CODE = re.compile(r"\b[0-9A-Z]{4}[-–—\s]?[0-9A-Z]{3}[-–—\s]?[0-9A-Z]{3}\b", re.IGNORECASE)

#: Links in what is said of appointments and agreements open a video talk, or a list: they are the person's own.
_LINK = re.compile(r"https?://\S+")
_LINKED = ("afspraak", "afspraken", "voortgang")


def is_private(author: str, content: Content) -> bool:
    """Whether this message, whoever wrote it (resident|helper|caseworker|bot), is not for helpers because of what it
    is: of another flow, sensitive, with a code or a key in it, a file."""
    if content.sensitive or content.safe or content.kind not in ("text", "tap"):
        return True
    if author == "bot" and not helping.is_shown(content.origin):
        return True
    return helping.tells_apart(content.texts) or holds_key(content.text)


def holds_key(words: str) -> bool:
    """Whether there is a code or a link in ``words`` that opens a conversation."""
    if TOKEN.search(words):
        return True
    return any(_is_code(found[0]) for found in _CODE.finditer(words))


def _is_code(words: str) -> bool:
    """Ten letters may be a word, and ten digits a telephone number: codes have both, or their dashes."""
    signs = [sign for sign in words if sign.isalnum()]
    letters = sum(sign.isalpha() for sign in signs)
    return 0 < letters < len(signs) or (bool(letters) and len(words) > len(signs) and words == words.upper())


def is_shown(author: str, content: Content) -> bool:
    """The same when a helper reads it, and nothing that tells of a danger, whenever it was written."""
    if is_private(author, content):
        return False
    found: Category | None = understanding.crisis(content.text) if content.text else None
    return found is None or not found.is_danger


def for_helper(content: Content) -> str:
    """The words of what is shown, without links that are the person's own."""
    if content.origin.partition(".")[0] in _LINKED:
        return _LINK.sub("…", content.text)
    return content.text
