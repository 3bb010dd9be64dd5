"""What was agreed, as the desk shows it: what is open of whom, what is new, what was before; in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.agreements.acts import LONGEST_LINE, LONGEST_NOTE, MOST, Task
from bot.clock import DAY
from bot.desk.access import Item, Sent
from locales.formatting import say_date

#: Why a summary was not sent, where these words differ from those for other pages.
REFUSED = {
    "too_many": f"Hooguit {MOST} regels in één samenvatting: meer onthoudt niemand. Er is niets verstuurd.",
    "too_long": f"Dit is te lang: een regel heeft hooguit {LONGEST_LINE} tekens, en uw woord erbij hooguit "
    f"{LONGEST_NOTE}. Er is niets verstuurd.",
    "empty": "Er staat nog geen regel. Zoek een zin, of typ zelf een regel.",
    "no_colleague": "Een collega in deze lijst is niet bekend. Kies wie het doet. Er is niets verstuurd.",
    "held_by_other": "Een collega heeft dit gesprek. Overleg even, of vraag om een overdracht. Er is niets verstuurd; "
    "wat u typte, staat er nog.",
}

#: What the person answered to *klopt dit?*, and what they did with something that they do.
ANSWERED = {
    "agreed": ("✓", "De inwoner zei: dit klopt"),
    "change": ("✎", "De inwoner zei: iets klopt niet"),
    "question": ("?", "De inwoner heeft een vraag"),
}
NEWS = {
    "done": ("✓", "gedaan"),
    "stuck": ("✗", "lukt niet"),
    "moved": ("→", "andere dag gekozen"),
    "open": ("↺", "toch niet gedaan"),
}


@dataclass(frozen=True, slots=True)
class Due:
    """By when: in words, and ``late``, ``soon`` (today) or ``calm``."""

    words: str
    tone: str


@dataclass(frozen=True, slots=True)
class Panel:
    """``theirs`` and ``ours`` are open, in the order of their days; ``news`` is what the person did that nobody saw,
    ``seen`` up to when it is shown (milliseconds UTC); ``over`` is done or dropped, the last first."""

    newest: Sent | None
    earlier: tuple[Sent, ...]
    theirs: tuple[Item, ...]
    ours: tuple[Item, ...]
    over: tuple[Item, ...]
    news: tuple[Item, ...]
    seen: int


def panel(sent: Sequence[Sent]) -> Panel:
    """What a file's page shows of it."""
    every = sorted((line for one in sent for line in one.lines), key=in_order)
    waiting = [line for line in every if line.state in ("open", "stuck")]
    news = tuple(line for line in every if line.news)
    return Panel(
        sent[0] if sent else None,
        tuple(sent[1:]),
        tuple(line for line in waiting if not line.ours),
        tuple(line for line in waiting if line.ours),
        tuple(sorted((line for line in every if line.state in ("done", "dropped")), key=lambda line: -line.changed_at)),
        news,
        max((line.changed_at for line in news), default=0),
    )


def in_order(line: Item | Task) -> tuple[bool, date, int]:
    """By day; what has none comes last."""
    return line.due is None, line.due or date.min, line.id


def by(day: date | None, today: date) -> Due:
    """Until when, as a colleague reads it."""
    if day is None:
        return Due("geen dag", "calm")
    if day < today:
        return Due(f"te laat: uiterlijk {_said(day, today)}", "late")
    return Due("uiterlijk vandaag", "soon") if day == today else Due(f"uiterlijk {_said(day, today)}", "calm")


def _said(day: date, today: date) -> str:
    near = {-1: "gisteren", 1: "morgen"}.get((day - today).days)
    return near or say_date(day, "nl") + ("" if day.year == today.year else f" {day.year}")


def form_id(line: Item, act: str) -> str:
    """The number of a form: the same until the agreement changes, so that two colleagues who do the same do it once."""
    return f"agreement-{line.id}-{line.changed_at}-{act}"


# ---- tasks ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Group:
    """Tasks of one span of days."""

    title: str
    tasks: tuple[Task, ...]


def groups(tasks: Iterable[Task], today: date) -> tuple[Group, ...]:
    """Late first, then today, this week, later, and what has no day; without what is empty."""
    sunday = today + (6 - today.weekday()) * DAY
    found: dict[str, list[Task]] = {name: [] for name in ("Te laat", "Vandaag", "Deze week", "Later", "Zonder dag")}
    for one in sorted(tasks, key=in_order):
        found[_span(one.due, today, sunday)].append(one)
    return tuple(Group(title, tuple(some)) for title, some in found.items() if some)


def _span(day: date | None, today: date, sunday: date) -> str:
    if day is None:
        return "Zonder dag"
    if day < today:
        return "Te laat"
    if day == today:
        return "Vandaag"
    return "Deze week" if day <= sunday else "Later"
