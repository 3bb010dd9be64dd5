"""What was played in the terminal, written as a test for ``tests/transcripts``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, fields
from datetime import date, datetime
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

from flows.agenda import Slot
from flows.grammar import Effect, Reply, Tapped, Typed
from flows.step import Turn
from locales import Catalogs

_ZONE = ZoneInfo("Europe/Amsterdam")
_WIDTH = 120


class Transcript:
    """A test in the making; ``str`` gives its source. It begins with a person whose ``language`` is known."""

    def __init__(self, tongue: Catalogs, language: str) -> None:
        self._tongue = tongue
        self._calls = [_call("chat.speaking", [repr(language)]) + ".opens()"]
        self._names: dict[str, set[str]] = {}  # that the test uses, by module
        self._dates: set[str] = set()
        self._buttons: dict[str, list[str]] = {}  # what the buttons in sight send, by label

    def add(self, said: Tapped | Typed, turn: Turn) -> None:
        """One turn: what was done, and everything that followed."""
        self._calls.append(f"chat.{self._did(said)}{self._saw(turn)}")
        self._buttons = {}
        for button in turn.replies[-1].buttons if turn.replies else ():
            label = f"{button.icon} {self._tongue.say(button.label, self._language(turn))}"
            self._buttons.setdefault(label, []).append(button.data)

    def __str__(self) -> str:
        player = ["Chat", *(["ZONE"] if "datetime" in self._dates else [])]
        named = sorted(self._names.items())
        imports = [("datetime", self._dates), *named, ("tests.transcripts.player", player)]
        lines = ["from __future__ import annotations", ""]
        for module, names in imports:
            if names:
                lines += [f"from {module} import {', '.join(sorted(names, key=_as_imported))}"]
                lines += [""] if module == "datetime" else []
        body = [f"    {line}" for call in self._calls for line in call.splitlines()]
        return "\n".join([*lines, "", "", "def test_played(chat: Chat) -> None:", *body])

    def _did(self, said: Tapped | Typed) -> str:
        if isinstance(said, Typed):
            masked = [f"masked={self._source(sorted(said.masked))}"] if said.masked else []
            return _call("types", [repr(said.text), *masked])
        labels = [label for label, data in self._buttons.items() if data[0] == said.data]
        return _call("taps", [repr(labels[0])]) if labels else _call("taps_data", [repr(said.data)])

    def _saw(self, turn: Turn) -> str:
        effects = [self._source(effect) for effect in turn.effects]
        if not turn.replies:
            return _call(".is_silent", effects)
        language = self._language(turn)
        seen = [repr(self._tongue.say(text, language)) for reply in turn.replies for text in reply.paragraphs]
        if buttons := [repr(title) for reply in turn.replies for title in self._titles(reply, language)]:
            seen.append("buttons=" + _call("", buttons, "[]"))
        if effects:
            seen.append("effects=" + _call("", effects, "[]"))
        for reply in turn.replies:
            if reply.picture is not None:
                seen.append(f"picture={reply.picture.told(language, self._tongue)!r}")
        if any(reply.aloud for reply in turn.replies):
            seen.append("aloud=True")
        return _call(".sees", seen)

    def _titles(self, reply: Reply, language: str) -> Iterable[str]:
        for button in reply.buttons:
            yield ("☑️ " if button.ticked else "") + f"{button.icon} {self._tongue.say(button.label, language)}"

    def _language(self, turn: Turn) -> str:
        return turn.session.language if turn.session.language in self._tongue.languages else "nl"

    def _source(self, value: object) -> str:
        """The expression that makes ``value`` again; the names in it are imported."""
        match value:
            case Enum():
                return f"{self._imported(type(value))}.{value.name}"
            case datetime():
                self._dates.add("datetime")
                at = value.astimezone(_ZONE)
                parts = [at.year, at.month, at.day, at.hour, at.minute, at.second, at.microsecond]
                while len(parts) > 5 and not parts[-1]:
                    parts.pop()
                return f"datetime({', '.join(map(str, parts))}, tzinfo=ZONE)"
            case date():
                self._dates.add("date")
                return f"date({value.year}, {value.month}, {value.day})"
            case Mapping():
                return "{" + ", ".join(f"{self._source(key)}: {self._source(value[key])}" for key in value) + "}"
            case list():
                return f"[{', '.join(map(self._source, value))}]"
            case tuple():
                return f"({', '.join(map(self._source, value))}{',' if len(value) == 1 else ''})"
            case Effect() | Slot():
                given = [(item, getattr(value, item.name)) for item in fields(value)]  # type: ignore[arg-type] # each kind is a dataclass
                arguments = [f"{item.name}={self._source(one)}" for item, one in given if one != _default(item)]
                return _call(self._imported(type(value)), arguments)
        return repr(value)

    def _imported(self, kind: type) -> str:
        self._names.setdefault(kind.__module__, set()).add(kind.__name__)
        return kind.__name__


def _default(item: Field[Any]) -> object:
    return item.default if item.default_factory is MISSING else item.default_factory()


def _call(name: str, arguments: list[str], brackets: str = "()") -> str:
    """On one line where that fits, else an argument a line."""
    line = f"{name}{brackets[0]}{', '.join(arguments)}{brackets[1]}"
    if len(line) <= _WIDTH // 2 and "\n" not in line:
        return line
    inner = "".join(f"    {part}\n" for argument in arguments for part in f"{argument},".splitlines())
    return f"{name}{brackets[0]}\n{inner}{brackets[1]}"


def _as_imported(name: str) -> tuple[bool, str]:
    """Constants first, as the linter sorts them."""
    return not name.isupper(), name
