"""What a helper may see of a conversation, and what they may do in it: lists of what may, so that whatever is new is
the person's own until someone decides otherwise.

A helper never sees crisis or violence, nor what identifies the person; when in doubt it is not shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flows import lasting, understanding
from flows.agenda import Accept, Amend, Book, Cancel, Confirm, Decline, Differently, Move, NoSlots
from flows.agreements import Postpone, Stuck, TickOff
from flows.grammar import (
    CancelPings,
    Due,
    Effect,
    HandedBack,
    HandOver,
    Joined,
    Opened,
    Picked,
    PlanPing,
    RaiseAlarm,
    Said,
    Sent,
    Tapped,
    Typed,
)
from flows.landing import Turn
from flows.registry import all_flows
from flows.session import Session
from flows.text import Text

#: Flows of which a helper sees what is said.
SHOWN = frozenset(
    ("afspraak", "afspraken", "kaarten", "overdracht", "recht", "uitleg", "voortgang", "welkom", "woorden")
) | {"woordenlijst"}
#: Screens of these that are the person's own all the same: how to reach them, and with whom they share a telephone.
OWN = frozenset(
    {
        "afspraak.access",
        "afspraak.number",
        "afspraak.reached",
        "afspraken.mail",
        "overdracht.number",
        "overdracht.number_saved",
        "welkom.hello",
        "welkom.own_phone",
        "welkom.shared",
        "woorden.language",
        "woorden.language_offer",
        "woorden.restart",
        "woorden.started",
        "woorden.stopped",
    }
)
#: Beginnings of the contexts of texts that tell of a crisis where they stand in another flow.
_APART = ("crisis", "warned", "taking")

#: Flows in which a helper who may act answers.
ACTS = SHOWN - {"woorden"}
#: What comes of that at most: nothing that is consent, or changes who the person is, how they are reached and what is
#: known of them. What was agreed in a talk they confirm themselves.
DONE: tuple[type[Effect], ...] = (
    Accept,
    Amend,
    Book,
    Cancel,
    CancelPings,
    Confirm,
    Decline,
    Differently,
    HandOver,
    Move,
    NoSlots,
    PlanPing,
    Postpone,
    Stuck,
    TickOff,
)
#: Global words that are the person's own.
_THEIRS = frozenset({"stop", "taal", "opnieuw"})


def is_shown(origin: str) -> bool:
    """Whether what this screen (``flow.screen``) says is for helpers too. What has no flow is not."""
    return origin.partition(".")[0] in SHOWN and origin not in OWN


def tells_apart(texts: Iterable[Text]) -> bool:
    """Whether one of ``texts``, or what is filled in there, belongs to a flow that is not for helpers."""
    return any(_is_apart(text.context) for text in _all(texts))


def _is_apart(context: str) -> bool:
    name, _, rest = context.partition(".")
    if name in _APART or f"{name}.{rest.partition('.')[0]}" in OWN:
        return True
    return name in all_flows() and name not in SHOWN


def _all(texts: Iterable[Text]) -> Iterator[Text]:
    for text in texts:
        yield text
        for _, value in text.values:
            if isinstance(value, Text):
                yield from _all((value,))
            elif isinstance(value, tuple):
                yield from _all(value)


def is_own_step(before: Session, said: Said, turn: Turn, words: str) -> bool:
    """Whether all of a step is the person's own: what was said on a screen that is, or leads to one, or has a sign of a
    crisis (``words`` are what was typed), and what was answered."""
    if any(isinstance(effect, RaiseAlarm) for effect in turn.effects):
        return True
    if before.raised and words and understanding.crisis(words) is not None:  # one that was raised, or denied, lately
        return True
    if any(not is_shown(reply.origin) for reply in turn.replies):
        return True
    match said:
        case Joined() | Sent():  # a code; and what is in a file nobody looked at
            return True
        case Due() | HandedBack() | Opened():
            return False
        case Tapped(data):
            return not _is_shown_tap(data) or (_led_on(before, turn) and not _was_shown(before))
        case Picked(screen, _):
            return not is_shown(screen)
    return _led_on(before, turn) and not _was_shown(before)


def _led_on(before: Session, turn: Turn) -> bool:
    """Whether the bot answered: in a human's hold what stood before is nobody's question."""
    return bool(turn.replies) or before.offered != turn.session.offered


def _was_shown(before: Session) -> bool:
    return before.offered is not None and is_shown(before.offered.screen)


def _is_shown_tap(data: str) -> bool:
    if data.startswith("!go:"):
        return data.removeprefix("!go:") in SHOWN
    if (found := lasting.read(data, all_flows())) is not None:
        return is_shown(f"{found[0].flow}.{found[0].screen}")
    return data.startswith("!") or is_shown(data.rpartition(":")[0])


def may_try(session: Session, said: Said, *, held: bool) -> bool:
    """Whether a helper may say this here. While a human holds the conversation they may write."""
    if isinstance(said, Tapped):
        return may_tap(said.data) and (held or said.data.startswith("!") or _asks(session))
    if isinstance(said, Picked):
        return is_shown(said.screen) and _asks(session)
    return isinstance(said, Typed) and (held or _asks(session))


def _asks(session: Session) -> bool:
    """Whether what stands there now is a question that a helper may answer."""
    offered = session.offered
    return offered is not None and is_shown(offered.screen) and offered.screen.partition(".")[0] in ACTS


def may_tap(data: str) -> bool:
    """Whether this button may be a helper's to tap."""
    if data.removeprefix("!") in _THEIRS:
        return False
    if data.startswith("!go:"):
        return data.removeprefix("!go:") in ACTS
    return _is_shown_tap(data)


def may_do(before: Session, turn: Turn) -> bool:
    """Whether what a helper said may have come to this."""
    return (
        all(isinstance(effect, DONE) for effect in turn.effects)
        and all(is_shown(reply.origin) and not (reply.sensitive or reply.safe) for reply in turn.replies)
        and turn.session.language == before.language
        and turn.session.facts == before.facts
        and (not turn.session.stack or turn.session.top.flow in ACTS or turn.session.stack == before.stack)
    )
