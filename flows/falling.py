"""What was planned falls due and comes back in: its flow says what becomes of it now."""

from __future__ import annotations

from dataclasses import replace

from flows.grammar import Again, Call, Goto, Interrupt, Json, Never
from flows.landing import Landing, land
from flows.session import Frame
from flows.walk import Walk


def due(walk: Walk, kind: str, about: Json) -> Landing:
    """``kind`` is ``flow.name``, or ``flow.name:number`` where several of a name can wait."""
    name, _, ping = kind.partition(":")[0].partition(".")
    flow = walk.flows.get(name)
    if flow is None or ping not in flow.dues:
        return Landing(walk.session, silent=True, reason="unknown")
    everywhere = (*reversed(walk.session.stack), *walk.session.parked)
    frame = next((frame for frame in everywhere if frame.flow == name), Frame(name, flow.start))
    case = replace(walk.case(frame), facts={**walk.session.facts, "about": about})
    outcome = flow.dues[ping](case)
    if walk.moment.held:
        return _while_held(walk, name, outcome)
    match outcome:
        case Never(reason, effects):
            return Landing(walk.session, effects=effects, silent=True, reason=reason)
        case Again(notice, effects, answers):
            if frame in walk.session.parked:
                walk.begin(name)
                walk.notices.clear()
            _uncover(walk, frame)
            walk.keep(name, answers)
            walk.notices.append(notice)
            walk.effects.extend(effects)
        case Goto(screen, effects):
            walk.begin(name, screen)
            walk.effects.extend(effects)
        case Interrupt(screen, answers, effects):
            walk.cover(Call(name, screen, tuple(answers.items())), above=_asks(walk))
            walk.effects.extend(effects)
    return land(walk)


def _asks(walk: Walk) -> bool:
    """Whether the screen that is shown waits for an answer, or has others before it to go back to."""
    offered = walk.session.offered
    here = f"{walk.top.flow}.{walk.top.screen}"
    asked = offered is not None and offered.screen == here and (offered.saves is not None or offered.free)
    return asked or bool(walk.top.trail)


def _uncover(walk: Walk, frame: Frame) -> None:
    """What interrupted the flow gives way where nothing is lost by it: its buttons work however old they are."""
    while frame in walk.session.stack[:-1] and not walk.top.trail and walk.flows[walk.top.flow].lasting:
        walk.back()


def _while_held(walk: Walk, name: str, outcome: Again | Goto | Interrupt | Never) -> Landing:
    """Only what may interrupt a human is said, beside the conversation."""
    match outcome:
        case Interrupt(screen, answers, effects):
            walk.effects.extend(effects)
            return replace(land(walk), aside=Frame(name, screen, answers), entered=True, reason="due")
        case Never(reason, effects):
            return Landing(walk.session, effects=effects, silent=True, reason=reason)
    return Landing(walk.session, silent=True, reason="held")
