"""A flow: its table on top, one function per screen below it.

The table is the truth. It builds one shared ``transitions`` machine, on which ``step`` triggers events, from which the
drawings in ``docs/flows`` are made and which the model check walks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from transitions import Machine

from flows.grammar import Back, Call, Case, Gemeente, Json, Jump, Moment, Need, Outcome, Screen, Target
from flows.text import Text

ScreenFunction: TypeAlias = Callable[[Case], Screen]
Condition: TypeAlias = Callable[[Case], bool]


def every(*conditions: Condition) -> Condition:
    """Holds when all of ``conditions`` do."""
    return lambda case: all(condition(case) for condition in conditions)


@dataclass(frozen=True, slots=True)
class Row:
    """On ``event`` at ``source`` (``*``: any screen) go to ``target``, when ``when`` holds. First match wins."""

    event: str
    source: str
    target: Target
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Menu:
    """A flow's place in the menu: lower ``order`` comes first. Where ``when`` does not hold it is not shown; one that
    does not ``resume`` begins anew each time."""

    order: int
    icon: str
    label: Text
    short: Text | None = None
    words: Text | None = None
    when: Callable[[Gemeente], bool] | None = None
    resume: bool = True


@dataclass(frozen=True, slots=True)
class Read:
    """What own words meant on a screen: the event they trigger, the value to keep (under ``saves``, if that is another
    name than the screen's own), something to say first, and what else they answered, by name. ``last``: only where they
    mean no button, also on a screen that is read before its buttons."""

    value: Json
    event: str = "next"
    notice: Text | None = None
    saves: str | None = None
    also: Mapping[str, Json] = field(default_factory=dict)
    last: bool = False


@dataclass(frozen=True, slots=True)
class Lasting:
    """A screen that a button leads to however old its message is (``!to:flow.screen:number``). ``answer`` is the name
    under which the number is known there, ``label`` what stood on the button. While a human holds the conversation
    ``held`` is shown beside it; None: nothing is. What ``asks`` is asked when the human is done. ``after`` is the
    screen of the flow below which the button stood, where *terug* leads to that; then there is one of these screens at
    a time about one number."""

    answer: str
    label: Text
    held: str | None = None
    asks: bool = False
    after: str | None = None


Reader: TypeAlias = Callable[[str, Moment], Read | None]


@dataclass(frozen=True, slots=True)
class Telling:
    """What screens tell of: ``find`` sees in own words which of its facts someone asks for, ``tell`` says it. A wish
    for one of ``flows`` is about it too, and no answer to a question below; nor is what ``about`` finds to be meant for
    it where an open question takes anything."""

    find: Callable[[str], str | None]
    tell: Callable[[str, Case], tuple[Text, ...]]
    flows: frozenset[str]
    about: Callable[[str, Moment], bool]


class _Model:
    """What the shared machine moves: only a state."""

    state: str = ""


class Flow:
    """One conversation. ``table`` rows are ``(event, source, target[, when])``; ``shares`` names answers that are facts
    about the person and so outlive the flow; ``beside_dutch`` marks crisis, privacy and card texts (rule 12);
    ``lasting`` are screens by name that buttons of old messages still lead to; ``places`` have a name of their own in
    deep links (``flow-place``): a screen, with what is known there. ``apart``: what is answered in it is nobody's, and
    is not kept as what this person said; it finds out whether own words are such an answer, also where none is asked.
    """

    def __init__(
        self,
        name: str,
        *,
        start: str,
        table: Iterable[tuple[str, str, Target] | tuple[str, str, Target, Condition]],
        menu: Menu | None = None,
        shares: tuple[str, ...] = (),
        beside_dutch: bool = False,
        lasting: Mapping[str, Lasting] | None = None,
        places: Mapping[str, Call] | None = None,
        apart: Callable[[str], bool] | None = None,
    ) -> None:
        self.name = name
        self.start = start
        self.rows = tuple(Row(*row) for row in table)
        self.menu = menu
        self.shares = shares
        self.beside_dutch = beside_dutch
        self.lasting = dict(lasting or {})
        self.places = dict(places or {})
        self.apart = apart
        self.screens: dict[str, ScreenFunction] = {}
        self.needs: dict[str, tuple[type[Need], ...]] = {}
        self.readers: dict[str, Reader] = {}
        self.first_readers: set[str] = set()
        self.counting: set[str] = set()
        self.tickers: dict[str, Callable[[str], tuple[str, ...]]] = {}
        self.heard: dict[str, Callable[[str], str | None]] = {}
        self.overheard: dict[str, Callable[[str], Json]] = {}
        self.beside: dict[str, str] = {}
        self.dues: dict[str, Callable[[Case], Outcome]] = {}
        self.telling: dict[str, Telling] = {}

    def screen(self, *, needs: tuple[type[Need], ...] = ()) -> Callable[[ScreenFunction], ScreenFunction]:
        """Registers the function below as the screen of its name."""

        def register(function: ScreenFunction) -> ScreenFunction:
            name = function.__name__.rstrip("_")
            self.screens[name] = function
            self.needs[name] = needs
            return function

        return register

    def reads(self, screen: str, *, first: bool = False, counts: bool = False) -> Callable[[Reader], Reader]:
        """Registers the function below to make sense of own words typed on ``screen``; None: not understood. ``first``:
        before they are compared with the labels, where those are near to each other ("10:00", "10:30"). ``counts``: a
        number alone is no button's either (an hour, a grade)."""

        def register(function: Reader) -> Reader:
            self.readers[screen] = function
            self.first_readers |= {screen} if first else set()
            self.counting |= {screen} if counts else set()
            return function

        return register

    def ticks(self, screen: str, function: Callable[[str], tuple[str, ...]]) -> None:
        """``function`` finds in own words which boxes of ``screen`` they mean, before labels are looked for: the words
        themselves are kept too. Empty: they are compared with the labels."""
        self.tickers[screen] = function

    def hears(self, function: Callable[[str], str | None], *screens: str) -> None:
        """``function`` finds in a sentence which choice of ``screens`` it means, where no label is named in it."""
        self.heard.update(dict.fromkeys(screens, function))

    def overhears(self, name: str, function: Callable[[str], Json]) -> None:
        """``function`` finds the answer ``name`` in what is said at another open question; None: it is not there."""
        self.overheard[name] = function

    def keeps(self, name: str, *screens: str) -> None:
        """What is told on ``screens`` beside a choice ("slecht, mijn man is weg") is kept too, as the answer ``name``
        of the screen that follows."""
        self.beside.update(dict.fromkeys(screens, name))

    def tells(self, telling: Telling, *screens: str) -> None:
        """``screens`` tell of something: what is asked about it is answered, with the same screen again. Where such a
        one came on top of a question, what means nothing here may be the answer to that."""
        self.telling.update(dict.fromkeys(screens, telling))

    def due(self, name: str) -> Callable[[Callable[[Case], Outcome]], Callable[[Case], Outcome]]:
        """Registers the function below for pings of kind ``flow.name``."""

        def register(function: Callable[[Case], Outcome]) -> Callable[[Case], Outcome]:
            self.dues[name] = function
            return function

        return register

    def is_final(self, screen: str) -> bool:
        """Whether the flow is over at ``screen``: from there no row leads to another screen of the flow."""
        return not any(row.source == screen and isinstance(row.target, (str, tuple)) for row in self.rows)

    def follow(self, screen: str, event: str, case: Case) -> Target | None:
        """Where ``event`` leads from ``screen``; None when the table has no such row."""
        handler = self.machine.events.get(event)
        if handler is None or screen not in self.machine.states:
            return None
        model = _Model()
        model.state = screen
        if not handler.trigger(model, case):
            return None
        return self._targets[model.state]

    @cached_property
    def _targets(self) -> dict[str, Target]:
        return {_state(row.target): row.target for row in self.rows}

    @cached_property
    def machine(self) -> Machine:
        """The shared machine. States outside the flow are written ``call:flow.screen``, ``jump:…`` and ``back``."""
        machine = Machine(
            model=None,
            states=[*self.screens, *(name for name in self._targets if name not in self.screens)],
            initial=self.start,
            auto_transitions=False,
            ignore_invalid_triggers=True,
        )
        for row in self.rows:
            machine.add_transition(
                row.event,
                list(self.screens) if row.source == "*" else row.source,
                _state(row.target),
                conditions=[row.when] if row.when else None,
            )
        return machine


def _state(target: Target) -> str:
    match target:
        case str():
            return target
        case Call(flow, screen, answers):
            told = ",".join(f"{name}={value}" for name, value in answers)
            return f"call:{flow}.{screen or 'start'}" + (f"({told})" if told else "")
        case Jump(flow, screen):
            return f"jump:{flow}.{screen or 'start'}"
        case Back():
            return "back"
        case (screen, called):
            return f"{screen} after {_state(called)}"
