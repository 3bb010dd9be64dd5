"""The number by which people name a file. It opens nothing: the person's own code does, and is shown to nobody."""

from __future__ import annotations

import re

#: As it is shown, with or without what is only there to be read easily; a longer bare number is a telephone number.
_SHAPE = re.compile(r"(?:K[- ]?([0-9]{1,12})|([0-9]{1,6}))", re.IGNORECASE)


def reference(conversation_id: int) -> str:
    """``K-000123``."""
    return f"K-{conversation_id:06}"


def read_reference(words: str) -> int | None:
    """The number of the conversation, from a reference as someone typed it. None: it is none."""
    found = _SHAPE.fullmatch(words.strip())
    return int(found[1] or found[2]) if found else None
