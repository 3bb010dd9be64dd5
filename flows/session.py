"""The dialogue state: a stack of frames, versioned, as JSON.

Frozen examples of every version stand in ``tests/sessions/`` and still load.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flows.grammar import BACK, Back, Call, Choice, Jump
from flows.text import Json, Text, text_from_json, text_to_json

VERSION = 1

#: Made once: for options other than its own, ``json.dumps`` makes an encoder at each call.
_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Frame:
    """One flow under way: where it is, what was answered, and the screens that *terug* goes back through."""

    flow: str
    screen: str
    answers: Mapping[str, Json] = field(default_factory=dict)
    trail: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Offered:
    """What the person last saw and may answer: kept as shown, so that "2" means the second of *that* list."""

    screen: str  # flow.screen
    choices: tuple[Choice, ...] = ()
    saves: str | None = None
    many: bool = False
    free: bool = False
    terms: tuple[str, ...] = ()  # words of the list that its text uses: *wat is dat?* asks for one of them


@dataclass(frozen=True, slots=True)
class Session:
    """The whole dialogue state of one conversation."""

    stack: tuple[Frame, ...] = ()
    language: str = "nl"
    language_sure: bool = False
    offered: Offered | None = None
    missed: int = 0  # times in a row that we did not understand
    brief: bool = False  # *kort*
    aloud: bool = False  # *voorlezen*
    facts: Mapping[str, Json] = field(default_factory=dict)  # of the person, across flows
    parked: tuple[Frame, ...] = ()  # flows left unfinished, one per flow
    raised: Mapping[str, str] = field(default_factory=dict)  # crisis category → when last raised (ISO)
    covered: Offered | None = None  # what was asked before something unasked came on top of it

    @property
    def top(self) -> Frame:
        """The frame that is being talked in."""
        return self.stack[-1]

    def with_top(self, frame: Frame) -> Session:
        """The same session with another frame on top."""
        return replace(self, stack=(*self.stack[:-1], frame))


def dumps(session: Session) -> str:
    """The session as compact JSON."""
    return _compact(
        {
            "version": VERSION,
            "stack": [_frame_to_json(frame) for frame in session.stack],
            "language": session.language,
            "language_sure": session.language_sure,
            "offered": _offered_to_json(session.offered),
            "missed": session.missed,
            "brief": session.brief,
            "facts": dict(session.facts),
            "parked": [_frame_to_json(frame) for frame in session.parked],
            "raised": dict(session.raised),
            **({"aloud": True} if session.aloud else {}),
            **({} if session.covered is None else {"covered": _offered_to_json(session.covered)}),
        }
    )


def loads(text: str) -> Session:
    """A session of any version so far. Raises ``ValueError`` when it is none."""
    data = json.loads(text)
    if not isinstance(data, dict) or data.get("version") != VERSION:
        raise ValueError("unknown version of the dialogue state")
    return Session(
        stack=tuple(_frame_from_json(frame) for frame in data["stack"]),
        language=data["language"],
        language_sure=data["language_sure"],
        offered=_offered_from_json(data["offered"]),
        missed=data["missed"],
        brief=data["brief"],
        aloud=data.get("aloud", False),
        facts=data["facts"],
        parked=tuple(_frame_from_json(frame) for frame in data["parked"]),
        raised=data["raised"],
        covered=_offered_from_json(data.get("covered")),
    )


def _offered_to_json(offered: Offered | None) -> Json:
    if offered is None:
        return None
    return {
        "screen": offered.screen,
        "choices": [_choice_to_json(choice) for choice in offered.choices],
        "saves": offered.saves,
        "many": offered.many,
        "free": offered.free,
        **({"terms": list[Json](offered.terms)} if offered.terms else {}),
    }


def _offered_from_json(data: dict[str, Any] | None) -> Offered | None:
    if data is None:
        return None
    choices = tuple(_choice_from_json(choice) for choice in data["choices"])
    terms = tuple(str(name) for name in data.get("terms", ()))
    return Offered(data["screen"], choices, data["saves"], data["many"], data["free"], terms)


def _frame_to_json(frame: Frame) -> Json:
    return [frame.flow, frame.screen, dict(frame.answers), list(frame.trail)]


def _frame_from_json(data: list[Json]) -> Frame:
    flow, screen, answers, trail = data
    if not (
        isinstance(flow, str) and isinstance(screen, str) and isinstance(answers, dict) and isinstance(trail, list)
    ):
        raise ValueError("not a frame")
    return Frame(flow, screen, answers, tuple(str(item) for item in trail))


def _choice_to_json(choice: Choice) -> Json:
    data: dict[str, Json] = {"id": choice.id, "label": text_to_json(choice.label)}
    if choice.event != "next":
        data["event"] = choice.event
    if choice.words is not None:
        data["words"] = text_to_json(choice.words)
    match choice.goes:
        case Call(flow, screen, answers):
            data["goes"] = ["call", flow, screen, dict(answers)]
        case Jump(flow, screen):
            data["goes"] = ["jump", flow, screen]
        case Back():
            data["goes"] = ["back"]
        case None:
            pass
    return data


def _choice_from_json(data: dict[str, Json]) -> Choice:
    words: Text | None = text_from_json(data["words"]) if "words" in data else None
    goes = None if data.get("goes") is None else _goes_from_json(data["goes"])
    return Choice(str(data["id"]), "", text_from_json(data["label"]), str(data.get("event", "next")), None, words, goes)


def _goes_from_json(data: Json) -> Call | Jump | Back:
    match data:
        case ["call", str(flow), screen, dict(answers)] if screen is None or isinstance(screen, str):
            return Call(flow, screen, tuple(answers.items()))
        case ["jump", str(flow), screen] if screen is None or isinstance(screen, str):
            return Jump(flow, screen)
        case ["back"]:
            return BACK
    raise ValueError(f"not a target: {data}")
