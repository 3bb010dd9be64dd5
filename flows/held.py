"""While a human holds the conversation the bot is silent (rule 8), with the exceptions that are here."""

from __future__ import annotations

from dataclasses import replace

from flows import alert, answering, arriving, falling, handing_back, kanalen_code, lasting, understanding, voorlezen
from flows.grammar import Call, Category, Due, Joined, OptOut, RaiseAlarm, RefuseCode, Said, Sent, Tapped, Typed
from flows.landing import Landing, land
from flows.session import Frame
from flows.walk import Walk

#: Below what became of a file or a code.
_HELD = Frame("overdracht", "held")
_EVENING = Frame("overdracht", "evening")


def while_held(walk: Walk, said: Said, category: Category | None) -> Landing:
    """What ``said`` leads to now."""
    if category is not None and category.is_danger:
        words = said.text if isinstance(said, Typed) else said.caption if isinstance(said, Sent) else ""
        alert.raise_(walk, category, words)
        return land(walk)
    if category is not None and not alert.was_denied(walk.session, category, walk.moment):
        walk.effects.append(RaiseAlarm(category))
    word = understanding.global_word(said.text) if isinstance(said, Typed) else None
    if word == "stop" or said == Tapped("!stop"):
        return stop(walk)
    if isinstance(said, Due):
        return falling.due(walk, said.kind, said.about)
    if isinstance(said, Tapped) and walk.session.stack and walk.top.flow == "crisis":
        choice = answering.offered_choice(walk.session, said.data)
        if choice is not None and choice.event == "false_alarm":
            answering.pick(walk, choice)
            return replace(land(walk), aside=Frame("crisis", "denied"), reason="denied")
    found = lasting.read(said.data, walk.flows) if isinstance(said, Tapped) else None
    if found is not None and found[1].held is not None:
        aside = replace(found[0], screen=found[1].held)
        if found[1].asks:
            walk.session = handing_back.asking(walk.session, found[0])
        return replace(land(walk), aside=aside, entered=True, reason="lasting")
    if isinstance(said, Joined) and said.asks:
        return replace(land(walk), aside=Frame(*kanalen_code.JOINING), reason="outcome")
    if said == Tapped(kanalen_code.JOIN_NO):
        arriving.leave_question(walk)
        walk.notices.append(kanalen_code.NOT_JOINED)
        walk.effects.append(RefuseCode())
        return replace(land(walk), aside=_HELD, reason="outcome")
    if isinstance(said, Joined):
        arriving.leave_question(walk)
    if isinstance(said, Joined) or (isinstance(said, Sent) and said.problem):  # nobody else can tell them
        walk.notices.append(arriving.outcome(said))
        return replace(land(walk), aside=_HELD, reason="outcome")
    voorlezen.heard_in_hold(walk, said)
    if alert.nobody_answers(walk.moment) and isinstance(said, Typed | Sent):
        return replace(land(walk), aside=_EVENING, reason="notice")
    return Landing(walk.session, effects=tuple(walk.effects), silent=True, reason="held")


def stop(walk: Walk) -> Landing:
    """*Stop*: nothing unasked any more, and out of what was under way; acknowledged once (rule 10)."""
    walk.effects.append(OptOut())
    walk.park()
    walk.call(Call("woorden", "stopped"))
    return land(walk)
