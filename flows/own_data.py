"""What someone asks of their own data, as flows know it (AVG art. 15, 17 and 20)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from flows.grammar import Effect, Need


class Asked(StrEnum):
    """What can be asked. The database knows the code in clear."""

    ACCESS = "access"
    ERASURE = "erasure"


@dataclass(frozen=True, slots=True)
class OwnData(Need):
    """How this person can show that it is them. ``way``: ``pin`` (an own PIN that is old enough), ``known`` (a
    colleague said that it is them), ``new_pin`` (in ``hours`` the PIN is old enough), or ``none``. ``link`` opens the
    own page, once, within ``minutes``; empty in the last two. ``due``: the day by which a request that nobody answered
    yet will be. ``open``: a request is open that can be taken back, answered or not."""

    way: str
    link: str = ""
    minutes: int = 60
    hours: int = 0
    due: date | None = None
    open: bool = False


@dataclass(frozen=True, slots=True)
class OwnConsents(Need):
    """What someone says yes to. ``unasked``: messages that nobody asked for."""

    unasked: bool


@dataclass(frozen=True, slots=True)
class AskOwnData(Effect):
    """A colleague is asked to say that it is them; one that is open already stays as it is."""

    kind: Asked


@dataclass(frozen=True, slots=True)
class WithdrawOwnData(Effect):
    """It is no longer asked."""

    kind: Asked
