"""What a file's invitations and answers look like at the desk: side by side, for the talk and not for judging. So no
totals, no averages, no order of better and worse."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.desk.wording import MEASUREMENTS
from bot.kept import DECLINED, ENOUGH, WITHDRAWN, Kept
from flows.measuring import Kind
from flows.meten import AREAS, RATINGS, Rating, rating_of
from flows.voorbereiden_gesprek import CHOSEN, FIRST, TOPICS, WORDS

#: What can be asked, in the order in which it is shown.
ABOUT = {
    Kind.AGENDA: "De inwoner kiest waarover het gesprek gaat, en wat eerst.",
    Kind.LIVING: "Hoe het gaat op elf gebieden van het leven, naar eigen ervaring.",
    Kind.HEALTHY: "Hoe het gaat met acht delen van de geldzaken, naar eigen ervaring.",
}
#: The scale as it is read: its signs as the resident has them, and in words.
SIGNS = {"m2": "−−", "m1": "−", "p1": "+", "p2": "++"}
WORDS_OF = {rating.code: rating.label.msgid.lower() for rating in RATINGS}
_STATES = {
    ENOUGH: "klaar",
    DECLINED: "de inwoner wilde dit liever niet",
    WITHDRAWN: "ingetrokken",
}
_TOPICS = {topic.id: topic.label.msgid for topic in TOPICS}


@dataclass(frozen=True, slots=True)
class Invited:
    """One kind, and whether somebody can be invited to it: ``open`` is the invitation that stands, ``client_id`` the
    number of the form for a new one, the same until there is one more."""

    kind: str
    title: str
    about: str
    open: Kept | None
    client_id: str


@dataclass(frozen=True, slots=True)
class Subjects:
    """What someone wants to talk about, in Dutch; ``words`` as they typed them."""

    kept: Kept
    topics: tuple[str, ...]
    first: str
    words: str


@dataclass(frozen=True, slots=True)
class Cell:
    """An answer: its sign and in words; ``value`` None: left out."""

    value: int | None
    sign: str
    words: str


@dataclass(frozen=True, slots=True)
class Row:
    """One area, with an answer for each round."""

    code: str
    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """A measurement and the later ones of its kind, oldest first."""

    kind: str
    title: str
    rounds: tuple[Kept, ...]
    rows: tuple[Row, ...]


def invitations(kept: Sequence[Kept]) -> tuple[Invited, ...]:
    """Each kind, and the newest of it that is open."""
    found = []
    for kind, about in ABOUT.items():
        mine = [one for one in kept if one.kind == kind]
        stands = next((one for one in reversed(mine) if one.ended_at is None), None)
        found.append(Invited(kind, MEASUREMENTS[kind], about, stands, f"invite-{kind}-{len(mine)}"))
    return tuple(found)


def subjects(kept: Iterable[Kept]) -> tuple[Subjects, ...]:
    """What was answered about talks, newest first; nothing of who answered nothing."""
    found = (_subjects(one) for one in reversed(tuple(kept)) if one.kind == Kind.AGENDA)
    return tuple(one for one in found if one.topics or one.words)


def compared(kept: Sequence[Kept]) -> tuple[Compared, ...]:
    """The measurements in which something was answered, by kind."""
    found = []
    for kind, areas in AREAS.items():
        rounds = tuple(one for one in kept if one.kind == kind and any(rating_of(it) for it in one.answers.values()))
        rows = tuple(
            Row(area.code, area.label.msgid, tuple(_cell(rating_of(one.answers.get(area.code))) for one in rounds))
            for area in areas
        )
        if rounds:
            found.append(Compared(kind, MEASUREMENTS[kind], rounds, rows))
    return tuple(found)


def state_of(one: Kept) -> str:
    """How it stands, in words."""
    if one.ended_at is None:
        return "open, er is al iets ingevuld" if one.answers else "open, nog niets ingevuld"
    state = _STATES.get(one.end, "klaar")
    return f"{state}, er is niets ingevuld" if one.end == ENOUGH and not one.answers else state


def summary_of(kept: Sequence[Kept]) -> tuple[str, ...]:
    """What the file's own page says of it: what stands, and what was answered last, each on a line."""
    lines = [f"{MEASUREMENTS[one.kind]}: {state_of(one)}" for one in kept if one.ended_at is None]
    done = next((one for one in reversed(kept) if one.ended_at is not None), None)
    if done is not None:
        lines.append(f"{MEASUREMENTS[done.kind]}: {state_of(done)}")
    return tuple(lines)


def _subjects(one: Kept) -> Subjects:
    chosen, words, first = one.answers.get(CHOSEN), one.answers.get(WORDS), one.answers.get(FIRST)
    return Subjects(
        one,
        tuple(_TOPICS[str(code)] for code in chosen if str(code) in _TOPICS) if isinstance(chosen, list) else (),
        _TOPICS.get(str(first), ""),
        words if isinstance(words, str) else "",
    )


def _cell(rating: Rating | None) -> Cell:
    if rating is None:
        return Cell(None, "", "niet ingevuld")
    return Cell(rating.value, SIGNS[rating.code], WORDS_OF[rating.code])
