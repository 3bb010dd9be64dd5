"""What the transcripts of the progress share: how someone stands, and what the desk tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from flows.grammar import Json
from flows.progress import AHEAD, News, Phase, Progress, Stage
from tests.transcripts.player import TONGUE, Chat

SINCE = date(2026, 11, 2)
#: Everything that the desk can tell, one of each.
DUES: tuple[tuple[str, Json], ...] = (
    ("voortgang.told", {"what": "begin", "phase": "plan", "also": ["gesprek"], "again": False}),
    ("voortgang.told", {"what": "begin", "phase": "rust", "also": [], "again": True}),
    ("voortgang.told", {"what": "end", "phase": "gesprek", "also": []}),
    ("voortgang.told", {"what": "skip", "phase": "rust", "also": []}),
    ("voortgang.told", {"what": "stop", "phase": "regelen", "also": []}),
    ("voortgang.told", {"what": "undo", "phase": "plan", "also": []}),
    ("voortgang.told", {"what": "delay", "code": "creditors", "words": "", "until": None, "by": "Fatma"}),
    ("voortgang.told", {"what": "creditor", "code": "agreed", "name": "Vattenkracht", "words": "", "by": "Fatma"}),
    ("voortgang.told", {"what": "decision"}),
    (
        "voortgang.told",
        {"what": "contact", "name": "Samir", "was": "Fatma", "code": "glad", "words": "", "welcome": ""},
    ),
)


def standing(states: Mapping[Phase, str], *news: News, times: Mapping[Phase, int] | None = None) -> Progress:
    """Someone with a case for whom each phase is so; what is not named still comes."""
    return Progress(
        tuple(
            Stage(
                phase,
                states.get(phase, "next"),
                SINCE if states.get(phase, "next") in ("now", "done", "stopped") else None,
                times=(times or {}).get(phase, 1),
            )
            for phase in Phase
        ),
        case=True,
        contact_name="Fatma",
        news=news,
    )


#: The plan is being made.
PLANNING = standing({Phase.SIGN_UP: "done", Phase.TALK: "done", Phase.PLAN: "now"})
NEWS = (
    News("creditor", date(2026, 11, 20), "refused", "Vattenkracht", "We bellen nog eens."),
    News("delay", date(2026, 11, 18), "judge"),
    News("decision", date(2026, 11, 16)),
    News("contact", date(2026, 11, 9), name="Fatma"),
)
FULL = replace(PLANNING, news=NEWS)


def stands(chat: Chat, progress: Progress = AHEAD) -> Chat:
    """This is how it is with the person."""
    chat.known[Progress] = progress
    return chat


def shown(chat: Chat) -> tuple[list[tuple[str, ...]], str]:
    """The picture of the last turn, in the person's language: each block with its role and lines; and what it says for
    who cannot see it."""
    (picture,) = [reply.picture for reply in chat.turn.replies if reply.picture is not None]
    language = chat.session.language
    blocks = [(block.role, *(TONGUE.say(line, language) for line in block.lines)) for block in picture.blocks]
    return blocks, TONGUE.say(picture.alt, language)
