"""``klopaan play``: a conversation in the terminal, on the pure core alone; ``--transcript`` prints it as a test."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.channels import limits, rendering
from bot.channels.rendering import Rendered
from bot.clock import Calendar, SystemClock, Terms, promised
from bot.privacy.masking import clean, mask
from flows import registry
from flows.grammar import (
    GLOBAL_WORDS,
    Contact,
    Gemeente,
    Moment,
    Need,
    OpenCase,
    Opened,
    Promised,
    Said,
    Tapped,
    Typed,
    World,
)
from flows.session import Session, dumps, loads
from flows.step import Turn, advance, show
from locales import Catalogs, load

ZONE = ZoneInfo("Europe/Amsterdam")
GEMEENTE = Gemeente("Waterveen", phone="0999 123 456", outside_hours="0999 112 233", crisis_phone="0999 123 999")


@dataclass(slots=True)
class Player:
    """One conversation without a database: the world is a made-up municipality."""

    language: str
    tongue: Catalogs
    now: Callable[[], datetime] = field(default=lambda: SystemClock().now().astimezone(ZONE))
    session: Session = field(default_factory=Session)
    lines: list[str] = field(default_factory=list)  # the transcript so far

    def say(self, said: Said) -> tuple[Turn, tuple[Rendered, ...]]:
        """One step; the session goes through JSON, as between two messages."""
        now = self.now()
        moment = Moment(now, limits.WEBCHAT.channel, GEMEENTE, frozenset(registry.all_flows()))
        landing = advance(loads(dumps(self.session)), said, moment, self.tongue)
        turn = show(landing, world(landing.needs, now), moment)
        self.session = turn.session
        shown = tuple(
            part
            for reply in turn.replies
            for part in rendering.render(reply, turn.session.language, self.tongue, limits.WEBCHAT)
        )
        return turn, shown


def world(needs: Iterable[type[Need]], now: datetime) -> World:
    """Answers for every need, the same each time."""
    answers: dict[type[Need], Need] = {
        Promised: promised(now, Calendar(), Terms()),
        Contact: Contact("7K3D-9QX-2MF", has_pin=False, contact_name=None),
        OpenCase: OpenCase(None, None),
    }
    return World({need: answers[need] for need in needs})


def play(flow: str | None, language: str, *, transcript: bool, read: Callable[[], str | None]) -> int:
    """Plays until the input ends. ``read`` gives a line, or None at the end. Gives the exit status."""
    flows = registry.all_flows()
    tongue = load(("nl", *([language] if language != "nl" else [])))
    if flow is not None and flow not in flows:
        print(f"There is no flow {flow}. There are: {', '.join(sorted(flows))}.", file=sys.stderr)
        return 2
    player = Player(language, tongue, session=Session(language=language, language_sure=True))
    turn, shown = player.say(Opened())
    turn, shown = player.say(Tapped(f"!go:{flow}" if flow else "!menu"))
    start = flow or "welkom"
    player.lines.append(f"chat.starts({start!r}){_sees(shown)}")
    _print(shown)
    while (line := read()) is not None:
        said, call = _said(line.strip(), shown)
        turn, shown = player.say(said)
        player.lines.append(f"chat.{call}{_sees(shown)}")
        _print(shown)
        for effect in turn.effects:
            print(f"    → {effect}")
    if transcript:
        print("\ndef test_played(chat: Chat) -> None:")
        print("\n".join(f"    {line}" for line in player.lines))
    return 0


def _said(line: str, shown: tuple[Rendered, ...]) -> tuple[Said, str]:
    """A number is a tap on that button; ``!word`` a global word's button; everything else is typed."""
    buttons = shown[-1].buttons if shown else ()
    if line.isdecimal() and 0 < int(line) <= len(buttons):
        button = buttons[int(line) - 1]
        return Tapped(button.data), f"taps({button.title!r})"
    if line.startswith("!") and line[1:] in GLOBAL_WORDS:
        return Tapped(line), f"taps({line!r})"
    masked = mask(clean(line))
    return Typed(masked.text, masked.kinds), f"types({line!r})"


def _sees(shown: tuple[Rendered, ...]) -> str:
    if not shown:
        return ""
    titles = [button.title for button in shown[-1].buttons]
    words = "\n\n".join(part.text for part in shown)
    return f".sees({words!r}" + (f", buttons={titles!r})" if titles else ")")


def _print(shown: tuple[Rendered, ...]) -> None:
    for part in shown:
        print(f"\n{part.text}")
        for number, button in enumerate(part.buttons, 1):
            print(f"  {number}. {button.title}")
