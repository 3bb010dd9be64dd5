"""Where each text is said (``make excerpts``): plays the transcripts of ``tests/transcripts`` and writes
``bot/texts/excerpts.json``, from which the desk shows a text on its screen.

The file holds contexts and kinds of values, no words: those are said when someone looks. ``python -m scripts.excerpts
check`` writes nothing and ends with 1 when the file is not what the transcripts play.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from bot.texts.excerpts import ELSE, PATH, contexts_of
from flows import numbers
from flows.grammar import Due, Picked, Reply, Said, Sent, Tapped, Typed
from flows.text import Euro, Short, Text, Value
from locales import extraction
from tests.transcripts import player

ROOT = Path(__file__).parents[1]
FOLDER = "tests/transcripts"
#: These say again in every language what others said.
REPEATED = (f"{FOLDER}/test_menu_names.py", f"{FOLDER}/test_typed_names.py")
#: Numbers and addresses that everyone is given: kept as they are.
PUBLIC = frozenset(value for value in vars(numbers).values() if isinstance(value, str) and value[:1].isdigit())


class Recorder:
    """Keeps of every turn that is played what is said for the first time, with the message before it and what the
    person did in between."""

    def __init__(self) -> None:
        self.replies: list[Any] = []
        self.turns: list[Any] = []
        self.labels: dict[str, set[tuple[str, str, str]]] = {}
        self._places: dict[str, int] = {}
        self._known: set[str] = set()

    def turn(self, chat: player.Chat, before: tuple[Reply, ...], said: Said) -> None:
        """One turn that was played."""
        for reply in chat.turn.replies:
            coded = _reply(reply)
            found = set(contexts_of(coded))
            if found <= self._known:
                continue
            self._known |= found
            last = self._place(_reply(before[-1], buttons=False)) if before else -1
            self.turns.append([last, _said(said, before), self._place(coded)])
        offered = chat.session.offered
        for choice in offered.choices if offered is not None else ():
            if choice.label.context:
                short, words = (text.context or ELSE if text else "" for text in (choice.short, choice.words))
                self.labels.setdefault(choice.label.context, set()).add((choice.icon, short, words))

    def written(self) -> str:
        """The file."""
        written = _written_labels()
        labels = {
            name: sorted(self.labels.get(name, set()) | written.get(name, set())) for name in _both(self, written)
        }
        lines = [
            *(
                f'"{name}": [\n{_lines(values)}\n]'
                for name, values in (("replies", self.replies), ("turns", self.turns))
            ),
            f'"labels": {{\n{_labels(labels)}\n}}',
        ]
        return "{\n" + ",\n".join(lines) + "\n}\n"

    def _place(self, coded: Any) -> int:
        key = _dumps(coded)
        if key not in self._places:
            self._places[key] = len(self.replies)
            self.replies.append(coded)
        return self._places[key]


def record() -> str:
    """Plays every transcript; gives the file. Raises ``RuntimeError`` when one of them fails."""
    recorder = Recorder()
    says = player.Chat.says

    def recorded(chat: player.Chat, said: Said) -> player.Chat:
        before = chat.turn.replies
        says(chat, said)
        recorder.turn(chat, before, said)
        return chat

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(player.Chat, "says", recorded)
        for measured in vars(player).values():  # what is checked of every turn takes longer than the turn
            if isinstance(measured, ModuleType) and hasattr(measured, "check"):
                patch.setattr(measured, "check", lambda *told: None)
        patch.setattr(player.Chat, "render", lambda chat: None)
        arguments = ["-q", "-q", "--no-header", "-p", "no:xdist", "-p", "no:cacheprovider"]
        if pytest.main([*arguments, *(f"--ignore={ROOT / path}" for path in REPEATED), str(ROOT / FOLDER)]):
            raise RuntimeError("a transcript fails")
    return recorder.written()


def main(arguments: list[str]) -> int:
    """Runs the command; the exit code."""
    made = record()
    if arguments != ["check"]:
        PATH.write_text(made, "utf-8")
    return int(made != PATH.read_text("utf-8"))


# ---- what is kept --------------------------------------------------------------------------------------------------


def _reply(reply: Reply, *, buttons: bool = True) -> Any:
    shown = [[button.icon, _text(button.label)] for button in reply.buttons] if buttons else []
    return [reply.origin, [_text(text) for text in reply.paragraphs], shown]


def _text(text: Text) -> Any:
    """A text with nothing in it is its context; what is in no language of ours is ``""``, but for signs."""
    if not text.context:
        return ["", {"": _sign(text.msgid)}] if _sign(text.msgid) != "w" else ""
    return [text.context, {name: _value(value) for name, value in text.values}] if text.values else text.context


def _value(value: Value) -> Any:
    match value:
        case Text():
            return {"text": _text(value)}
        case tuple():
            return {"texts": [_text(one) for one in value]}
        case str():
            return _sign(value)
        case int():
            return "number"
        case datetime():
            return "datetime"
        case date():
            return "date"
        case time():
            return "time"
        case Short(datetime()):
            return "short_datetime"
        case Short():
            return "short_date"
        case Euro():
            return "euro"


def _sign(words: str) -> str:
    """Icons and public numbers are kept as they are; of words only that they are words."""
    return f":{words}" if words in PUBLIC or (words and not any(one.isalnum() for one in words)) else "w"


def _said(said: Said, before: tuple[Reply, ...]) -> Any:
    """What the person did: a label that they tapped, or only of which kind it was."""
    if isinstance(said, Tapped):
        for reply in before:
            for button in reply.buttons:
                if button.data == said.data:
                    return ["tapped", button.icon, _text(button.label)]
        return ["tapped"]
    kinds: tuple[tuple[type, str], ...] = ((Typed, "typed"), (Picked, "picked"), (Sent, "sent"), (Due, "due"))
    return [next((name for kind, name in kinds if isinstance(said, kind)), "opened")]


def _written_labels() -> dict[str, set[tuple[str, str, str]]]:
    """Of every choice that is written out in a flow: by context of its label the icon, and the contexts of its short
    form and synonyms; a transcript may not come by each of them."""
    found: dict[str, set[tuple[str, str, str]]] = {}
    for one in extraction.choices():
        short, words = (ELSE if context is None else context for context in (one.short, one.words))
        found.setdefault(one.label, set()).add((one.icon, short, words))
    return found


def _both(recorder: Recorder, written: dict[str, Any]) -> Iterator[str]:
    yield from sorted(recorder.labels.keys() | written.keys())


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _lines(values: Iterable[Any]) -> str:
    return ",\n".join(map(_dumps, values))


def _labels(labels: dict[str, Any]) -> str:
    return ",\n".join(f"{_dumps(name)}: {_dumps(values)}" for name, values in labels.items())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
