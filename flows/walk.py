"""Moving through flows: frames pushed, popped and parked. What a step changes, before anything is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flows.flow import Flow
from flows.grammar import (
    LANGUAGE,
    Back,
    Call,
    Case,
    Category,
    Effect,
    FalseAlarm,
    Json,
    Jump,
    Moment,
    SetLanguage,
    Target,
)
from flows.session import Frame, Session
from flows.text import Text, t

#: So that *terug* works far enough and a session stays small.
TRAIL = 40
#: Said once, in the language itself, by whoever chooses one that nobody confirmed (rule 12).
DRAFT = t(
    "walk.draft",
    "Niemand heeft deze vertaling nog goed nagekeken. Er kunnen foutjes in staan. Klopt iets niet? Typ ‘mens’.",
)
HOME = Frame("welkom", "menu")
#: The first question of all, which asks the language.
HELLO = ("welkom", "hello")
#: An answer of a frame that was put upon a screen before that was shown: going back there is arriving.
UNSEEN = "unseen"


class Walk:
    """One step under way: the session as it changes, what is said first, what must happen."""

    def __init__(self, session: Session, moment: Moment, flows: dict[str, Flow]) -> None:
        self.session = session
        self.moment = moment
        self.flows = flows
        self.notices: list[Text] = []
        self.effects: list[Effect] = []
        self.entered = False  # the screen that is shown was newly arrived at
        self.spoke = False  # a voice note came, of which is said who listens to it and by when

    @property
    def top(self) -> Frame:
        """The frame that is being talked in."""
        return self.session.top

    def case(self, frame: Frame | None = None) -> Case:
        """What conditions and due functions see of ``frame`` (the top one if not given): no world yet."""
        frame = frame or self.top
        stack = self.session.stack
        return Case(
            frame.flow,
            frame.screen,
            frame.answers,
            self.session.facts,
            self.session.language,
            self.moment,
            parked=frozenset(parked.flow for parked in self.session.parked),
            below=stack[-2].flow if len(stack) > 1 else None,
        )

    def save(self, name: str, value: Json) -> None:
        """Keeps an answer; the one about language changes the conversation's."""
        frame = self.top
        self.session = self.session.with_top(replace(frame, answers={**frame.answers, name: value}))
        if name in self.flows[frame.flow].shares:
            self.session = replace(self.session, facts={**self.session.facts, name: value})
        if name == LANGUAGE and isinstance(value, str):
            self.speak(value)

    def speak(self, language: str) -> None:
        """The person chose ``language`` (ISO 639-1)."""
        self.session = replace(self.session, language=language, language_sure=True)
        self.effects.append(SetLanguage(language))
        if language in self.moment.drafts:
            self.notices.append(DRAFT)

    def keep(self, flow: str, answers: Mapping[str, Json]) -> None:
        """Adds to the answers of ``flow``, wherever it lies in the stack."""
        stack = tuple(
            replace(frame, answers={**frame.answers, **answers}) if frame.flow == flow else frame
            for frame in self.session.stack
        )
        self.session = replace(self.session, stack=stack)

    def forget(self, name: str) -> None:
        """Drops an answer: skipped after all."""
        frame = self.top
        kept = {key: value for key, value in frame.answers.items() if key != name}
        self.session = self.session.with_top(replace(frame, answers=kept))

    def follow(self, event: str) -> bool:
        """Takes the row of the table for ``event``. False: there is none, nothing moved."""
        frame = self.top
        target = self.flows[frame.flow].follow(frame.screen, event, self.case())
        if target is None:
            return False
        if event == "false_alarm":
            category = frame.answers.get("category")
            if isinstance(category, str):
                self.effects.append(FalseAlarm(Category(category)))
        self.go(target)
        if event == "false_alarm" and not self.moment.held and (self.top.flow, self.top.screen) != HELLO:
            self.notices.append(t("step.not_it", "Goed dat u het zegt. We gaan verder waar u was."))
        if event == "restart":
            self.restart()
        return True

    def go(self, target: Target) -> None:
        """Moves to ``target``."""
        match target:
            case str():
                self.move(target)
            case Call():
                self.call(target)
            case Jump(flow, screen):
                self.begin(flow, screen)
            case Back():
                self.back()
            case (str(screen), Call() as called):
                self.move(screen)
                self.call(called)

    def move(self, screen: str) -> None:
        """To another screen of the same flow; going to one on the trail shortens the trail to it."""
        frame = self.top
        trail = frame.trail
        if screen in trail:
            trail = trail[: trail.index(screen)]
        elif screen != frame.screen:
            trail = (*trail, frame.screen)[-TRAIL:]
        self.session = self.session.with_top(replace(frame, screen=screen, trail=trail))
        self.entered = True

    def call(self, target: Call, *, above: bool = False) -> None:
        """Pushes a frame that comes back here. Calling the flow that is on top already only changes its screen, unless
        it must come back to that (``above``)."""
        screen = target.screen or self.flows[target.flow].start
        frame, stack = Frame(target.flow, screen, dict(target.answers)), self.session.stack
        lasting = self.flows[target.flow].lasting.get(screen)
        if lasting is not None and lasting.after is not None:
            frame = replace(frame, answers={**self.said(frame), **frame.answers}, trail=(lasting.after,))
        if stack and stack[-1].flow == target.flow and not above:
            stack = stack[:-1]
        self.session = replace(self.session, stack=(*stack, frame))
        self.entered = True

    def said(self, frame: Frame) -> Mapping[str, Json]:
        """What was answered so far of that which a lasting button leads to, where they are in the middle of it."""
        name = self.flows[frame.flow].lasting[frame.screen].answer
        here = bool(self.session.stack) and self.top.flow == frame.flow
        return self.top.answers if here and self.top.answers.get(name) == frame.answers.get(name) else {}

    def cover(self, target: Call, *, above: bool) -> None:
        """Pushes what nobody asked for just now; what was asked before can still be answered (``flows.beneath``)."""
        question, depth = self.session.offered, len(self.session.stack)
        self.call(target, above=above)
        if len(self.session.stack) > depth:
            self.session = replace(self.session, covered=question)

    def begin(self, flow: str, screen: str | None = None) -> None:
        """Leaves what is under way (parked where it is worth resuming) for ``flow``, which resumes if it was parked."""
        self.park()
        if flow == HOME.flow and screen is None:
            screen = HOME.screen
        resumed = next((frame for frame in self.session.parked if frame.flow == flow), None)
        others = tuple(frame for frame in self.session.parked if frame.flow != flow)
        if resumed is not None and screen is None:
            self.notices.append(t("step.resume", "We gaan verder waar u was."))
            self.session = replace(self.session, stack=(resumed,), parked=others)
            self.entered = False  # what its screen does on arrival was done the first time
        else:
            frame = replace(resumed or Frame(flow, ""), screen=screen or self.flows[flow].start)
            self.session = replace(self.session, stack=(frame,), parked=others)
            self.entered = True

    def park(self) -> None:
        """Empties the stack; flows from the menu that were begun and not finished are kept for later."""
        parked = {frame.flow: frame for frame in self.session.parked}
        for frame in self.session.stack:
            flow = self.flows[frame.flow]
            resumes = flow.menu is not None and flow.menu.resume
            if resumes and frame.trail and not flow.is_final(frame.screen):
                parked[frame.flow] = frame
        self.session = replace(self.session, stack=(), parked=tuple(parked.values()))

    def back(self) -> None:
        """Pops a frame; what lies below is shown again, not arrived at anew (unless nobody saw it yet). Below the last
        one lies the menu."""
        stack, unseen = self.session.stack[:-1], self.top.answers.get(UNSEEN) is True
        if stack:
            self.session = replace(self.session, stack=stack)
            self.entered = unseen
        else:
            self.session = replace(self.session, stack=(HOME,))
            self.entered = True

    def previous(self) -> None:
        """*Terug*: the screen before, else back out of this flow."""
        frame = self.top
        if frame.trail:
            self.session = self.session.with_top(replace(frame, screen=frame.trail[-1], trail=frame.trail[:-1]))
        else:
            self.back()

    def restart(self) -> None:
        """*Opnieuw*: the flow on top from its beginning, without its answers."""
        flow = self.flows[self.top.flow]
        start = HOME.screen if flow.name == HOME.flow else flow.start
        self.session = self.session.with_top(Frame(flow.name, start))
        self.entered = True


def sound(session: Session, flows: dict[str, Flow]) -> Session:
    """A session of another release may stand on a screen that is gone, or lead back to one: then the rest counts."""

    def known(frame: Frame) -> bool:
        return frame.flow in flows and frame.screen in flows[frame.flow].screens

    def mended(frame: Frame) -> Frame:
        screens = flows[frame.flow].screens
        if all(screen in screens for screen in frame.trail):
            return frame
        return replace(frame, trail=tuple(screen for screen in frame.trail if screen in screens))

    stack = tuple(mended(frame) for frame in session.stack if known(frame))
    parked = tuple(mended(frame) for frame in session.parked if known(frame))
    if (stack, parked) == (session.stack, session.parked):
        return session
    if session.stack and not stack:
        stack = (HOME,)
    offered = session.offered if session.stack and known(session.top) else None
    return replace(session, stack=stack, parked=parked, offered=offered)
