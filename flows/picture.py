"""What a picture holds, before it is drawn (``bot.pictures``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from flows.text import Text, Tongue, Value


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a picture: ``role`` says what it is (a card: ``do|dont|say|call|from``; a process: ``done|now|next|
    skipped|stopped``), ``lines`` what it says."""

    role: str
    lines: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """Something to look at or to keep, drawn in the person's language when it goes (``bot.pictures``). ``alt`` is what
    it says for who cannot see it (`told`); the file has a neutral name (rule 11)."""

    kind: Literal["card", "process"]
    title: Text
    blocks: tuple[Block, ...]
    alt: Text

    def told(self, language: str, tongue: Tongue) -> str:
        """``alt`` in ``language``, as it is drawn: what has its Dutch beside it is said once in Dutch."""
        once = {name: _once(value, language, tongue) for name, value in self.alt.values}
        return tongue.say(self.alt.but(**once), language)


def _once(value: Value, language: str, tongue: Tongue) -> Value:
    inner = [one for _, one in value.values if isinstance(one, Text)] if isinstance(value, Text) else []
    return inner[0] if len(inner) > 1 and len({tongue.say(one, language) for one in inner}) == 1 else value
