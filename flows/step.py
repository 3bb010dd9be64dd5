"""One step of a conversation, in two pure halves.

``advance`` moves the session by what a person said: crisis words → global words → an answer to this screen → a wish for
another flow → not understood. ``show`` makes the message, once the shell has read what the screen needs.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from flows import (
    alert,
    answering,
    arriving,
    asides,
    beneath,
    brief,
    explaining,
    falling,
    lasting,
    places,
    speaking,
    understanding,
    voorlezen,
    warned,
)
from flows.grammar import (
    GLOBAL_WORDS,
    LANGUAGE,
    Button,
    Call,
    Case,
    Category,
    Choice,
    Due,
    HandedBack,
    Joined,
    Json,
    Jump,
    Moment,
    Opened,
    Picked,
    RaiseAlarm,
    Reply,
    Said,
    Sent,
    Tapped,
    Typed,
    World,
)
from flows.held import stop, while_held
from flows.landing import Landing, Turn, land
from flows.registry import all_flows
from flows.session import Offered, Session
from flows.text import Tongue, t
from flows.walk import HELLO, HOME, Walk, sound
from flows.woorden import language_named

#: Where a person who was not understood twice is asked whether a human may help (never a loop).
OFFER = ("overdracht", "offer")

MORE = t("step.more", "Nog iets? Kies het erbij. Is dit alles? Kies dan ‘Klaar’.")
MASKED = t(
    "step.masked",
    "Ik heb een nummer uit uw bericht gehaald. Een BSN of bankgegevens hebben we hier niet nodig. "
    "Zo blijft het veilig.",
)


def advance(session: Session, said: Said, moment: Moment, tongue: Tongue) -> Landing:
    """The first half: where ``said`` leads."""
    walk = Walk(sound(session, all_flows()), moment, all_flows())
    words = _words_of(said)
    category = understanding.crisis(words) if words else None
    category = None if explaining.only_a_word(walk, category, words) else category
    if moment.held:
        return while_held(walk, said, category)
    if isinstance(said, Typed | Sent) and said.masked:
        walk.notices.append(MASKED)
    if category is not None and alert.interrupts(walk.session, category, moment):
        return _crisis(walk, said, category, tongue)
    if category is not None and not alert.was_denied(walk.session, category, walk.moment):
        walk.effects.append(RaiseAlarm(category))
    if not walk.session.stack and (isinstance(said, Due) or _lasts(walk, said)):
        walk.begin("welkom")  # where they were is lost; what this is about is not
    if not walk.session.stack and not isinstance(said, Opened):
        word = arriving.first(walk, said, words, tongue)
        speaking.guess(walk, words)
        return land(walk) if word is None else _word(walk, word, words)
    match said:
        case Typed(text):
            return _typed(walk, text, tongue)
        case Tapped(data):
            return _tapped(walk, data)
        case Picked(screen, choices):
            return _picked(walk, screen, choices)
        case Sent():
            arriving.sent(walk, said)
        case Joined():
            arriving.joined(walk, said)
        case Opened():
            arriving.opened(walk, said)
        case Due(kind, about):
            return falling.due(walk, kind, about)
        case HandedBack(by, lapsed):
            walk.notices.append(arriving.handed_back(by, lapsed))
    return land(walk)


def refuse(landing: Landing, reason: str, moment: Moment) -> Landing:
    """An effect of a screen could not happen: the table says where ``reason`` leads from there. Where it says nothing,
    the same screen is shown with ``World.refused`` set. What the person's own words led to still happens."""
    if landing.aside is not None:
        return landing
    walk = Walk(landing.session, moment, all_flows())
    walk.notices.extend(landing.notices)
    walk.effects.extend(landing.effects)
    walk.spoke = landing.spoke
    walk.follow(reason)
    return land(walk)


def show(landing: Landing, world: World, moment: Moment) -> Turn:
    """The second half: the message, with what was read in ``world``."""
    session = landing.session
    if landing.silent:
        return Turn(session, (), landing.effects, landing.reason)
    frame = landing.frame
    flow = all_flows()[frame.flow]
    case = replace(Walk(session, moment, all_flows()).case(frame), world=world)
    screen = flow.screens[frame.screen](case)
    choices = answering.all_choices(screen)
    ticked = case.all(screen.saves) if screen.many and screen.saves else ()
    origin = f"{frame.flow}.{frame.screen}"
    body = brief.body(screen) if session.brief else screen.paragraphs
    notices = brief.shorter(landing.notices) if session.brief else landing.notices
    if landing.again and screen.many:
        body = (MORE,)
    above = screen.again if landing.above else None
    if above is not None:
        body = (above,)
    telling = flow.telling.get(frame.screen)
    facts = () if landing.asked is None or telling is None else telling.tell(landing.asked, case)
    heard = arriving.listened(case) if landing.spoke else ()
    why = (screen.why or t("step.why", "Dan weten we beter hoe we u kunnen helpen."),) if landing.why else ()
    reply = Reply(
        (*heard, *notices, *facts, *why, *body),
        tuple(_button(origin, choice, choice.id in ticked) for choice in choices),
        origin,
        many=screen.many,
        asks_text=screen.free,
        sensitive=screen.sensitive,
        safe=screen.safe,
        beside_dutch=flow.beside_dutch or screen.beside_dutch,
        picture=screen.picture if above is None else None,
        aloud=screen.aloud and above is None,
    )
    if landing.aside is None:
        terms = explaining.used((*body, *(choice.label for choice in choices)))
        offered = Offered(origin, choices, screen.saves, screen.many, screen.free, terms)
        session = replace(session, offered=offered, covered=beneath.still(session))
    done = screen.once is not None and _happened(frame.answers.get(screen.once), moment)
    arrived = landing.entered or (landing.again and screen.each_tick)
    on_arrival = screen.effects if arrived and not done else ()
    if on_arrival and screen.once is not None and landing.aside is None:
        session = session.with_top(replace(frame, answers={**frame.answers, screen.once: moment.now.isoformat()}))
    for effect in on_arrival:
        if isinstance(effect, RaiseAlarm):
            session = warned.keep(session, effect.category, moment, world)
    return Turn(session, (reply,), (*landing.effects, *on_arrival), landing.reason)


def _happened(at: Json, moment: Moment) -> bool:
    """Whether what happens once did, at ``at``; after a human's answer it may be wanted again."""
    return isinstance(at, str) and (moment.answered_at is None or moment.answered_at < datetime.fromisoformat(at))


# ---- crisis --------------------------------------------------------------------------------------------------------


def _crisis(walk: Walk, said: Said, category: Category, tongue: Tongue) -> Landing:
    """The crisis screen, on top of where the person was; an answer in the same words is kept below it. Who falls back
    on their own language is answered in it, and asked afterwards whether to go on so."""
    if isinstance(said, Typed) and walk.session.offered is not None and not walk.session.offered.free:
        picked = answering.match(walk, said.text, tongue)
        if picked:
            answering.answer(walk, picked)
    elif not walk.session.stack:
        arriving.opened(walk, Opened())
    speaking.cried(walk, _words_of(said))
    alert.raise_(walk, category, _words_of(said))
    return land(walk)


# ---- what was said -------------------------------------------------------------------------------------------------


def _typed(walk: Walk, text: str, tongue: Tongue) -> Landing:
    offered = walk.session.offered
    # What is a global word elsewhere is an answer where it is asked for: "english", or "bel mij" (*mens*).
    asked_for = offered is not None and offered.saves in (LANGUAGE, "how")
    picked = answering.match(walk, text, tongue) if asked_for else ()
    word = understanding.global_word(text)
    picked = picked or (answering.named(walk, text, tongue, loosely=word == "help") if word else ())
    names_language = offered is not None and offered.saves == "interpreter" and language_named(text) is not None
    word = None if picked or names_language else word
    if word == "help" and arriving.asks_help(walk, text, tongue):
        arriving.want(walk, "aanmelden")
        return land(walk)
    if not picked and (walk.top.flow, walk.top.screen) == HELLO:
        speaking.guess(walk, text)
    if word is not None:
        return _word(walk, word, text)
    if voorlezen.heard(walk, text, tongue) or offered is None or not text:
        return land(walk)
    telling = walk.flows[walk.top.flow].telling.get(walk.top.screen)
    fact = None if telling is None or picked else telling.find(text)
    if fact is not None:
        walk.session = replace(walk.session, missed=0)
        return replace(land(walk), asked=fact, above=True)
    if not picked and explaining.heard(walk, text, tongue):
        speaking.guess(walk, understanding.without_word(text))
        return land(walk)
    if not picked and asides.heard(walk, text):
        if offered.saves == LANGUAGE:
            speaking.guess(walk, text)
        walk.session = replace(walk.session, missed=0)
        return replace(land(walk), above=not walk.entered)
    if asides.puzzled(walk, text) and walk.session.missed == 0:
        walk.session = replace(walk.session, missed=1)
        return replace(land(walk), why=True, above=True)
    if asides.puzzled(walk, text):
        return _not_understood(walk)
    picked = () if places.is_off_menu(walk, text) else picked or answering.match(walk, text, tongue)
    wish = None if picked or offered.free else understanding.intent(text, walk.moment.flows)
    wish = wish if picked or offered.free else places.wished(walk, text, wish)
    named, notes = None, explaining.takes_notes(walk)
    if (notes or not offered.free) and not answering.named(walk, text, tongue, loosely=True):
        named = places.called(walk, text, tongue, loosely=notes and not picked)
    if named not in (None, walk.top.flow) and walk.top.flow != HOME.flow:
        picked = ()  # what is read in the menu is no near-miss of a button here
    if picked:
        flow, beside = walk.top.flow, answering.told_beside(walk, text, picked, tongue)
        answering.overhear(walk, text)
        answering.answer(walk, picked)
        walk.keep(flow, beside)
    elif named is not None and named != walk.top.flow:
        arriving.want(walk, named, places.named_in(named, text) if named == places.KEEPING else "")
        walk.session = replace(walk.session, missed=0)
    elif not beneath.understands(walk, text, tongue) and answering.own_words(walk, text):
        pass
    elif wish in GLOBAL_WORDS:
        return _word(walk, wish)
    elif language_named(text) is not None:
        return _word(walk, "taal", text)
    elif not (telling and wish in telling.flows) and beneath.typed(walk, text, tongue):
        pass
    elif wish is not None and wish in walk.flows and (wish != walk.top.flow or telling):
        arriving.want(walk, wish, places.named_in(wish, text))
        walk.session = replace(walk.session, missed=0)
    elif named is not None and not notes:  # they are there already
        walk.session = replace(walk.session, missed=0)
        return _wanted(walk, named)
    elif walk.session.missed == 0 and arriving.told(walk, text):
        walk.session = replace(walk.session, missed=1)
    elif not (answering.left_open(walk, text) or _answered_at_offer(walk, text) or speaking.guess(walk, text)):
        return _not_understood(walk)
    speaking.guess(walk, text)
    here = f"{walk.top.flow}.{walk.top.screen}"
    return replace(land(walk), again=bool(picked) and offered.many and offered.screen == here)


def _tapped(walk: Walk, data: str) -> Landing:
    if data.startswith("!go:"):
        return _wanted(walk, data.removeprefix("!go:"))
    if data.startswith("!") and data[1:] in GLOBAL_WORDS:
        return _word(walk, data[1:])
    if data == voorlezen.TAP:
        voorlezen.turn(walk, on=not walk.session.aloud)
        return land(walk)
    if (found := lasting.read(data, walk.flows)) is not None:
        lasting.go(walk, found[0])
        walk.session = replace(walk.session, missed=0)
        return land(walk)
    beneath.tapped(walk, data.rpartition(":")[0])
    choice = answering.offered_choice(walk.session, data)
    if choice is None:
        walk.notices.append(t("step.old_button", "Die knop hoort bij een eerdere vraag. Hier zijn we nu:"))
        return land(walk)
    offered = walk.session.offered
    if (
        offered is not None
        and offered.many
        and offered.saves
        and choice.event == "next"
        and choice.id not in answering.ADDED
    ):
        answering.tick(walk, offered.saves, choice.id)
        walk.session = replace(walk.session, missed=0)
        return replace(land(walk), again=True)
    answering.pick(walk, choice)
    walk.session = replace(walk.session, missed=0)
    return land(walk)


def _wanted(walk: Walk, flow: str) -> Landing:
    if flow not in walk.moment.flows or flow not in walk.flows:
        walk.begin("welkom")
    elif walk.top.flow != flow or _begins_anew(walk):
        walk.begin(flow)
    return land(walk)


def _begins_anew(walk: Walk) -> bool:
    """Whether who chooses the flow that they are in wants its beginning: it is a list, and they are at one of it."""
    flow = walk.flows[walk.top.flow]
    return flow.menu is not None and not flow.menu.resume and walk.top.screen != flow.start


def _picked(walk: Walk, screen: str, choices: tuple[str, ...]) -> Landing:
    beneath.tapped(walk, screen)
    offered = walk.session.offered
    here = f"{walk.top.flow}.{walk.top.screen}"
    if offered is None or not offered.many or not offered.saves or screen != offered.screen or screen != here:
        return _tapped(walk, f"{screen}:")
    known = [choice.id for choice in offered.choices if choice.id in choices and choice.id not in answering.ADDED]
    answering.keep_ticks(walk, offered.saves, known)
    enough = answering.ENOUGH.id in choices and any(choice.id == answering.ENOUGH.id for choice in offered.choices)
    walk.follow(answering.ENOUGH.event if enough else "next")
    walk.session = replace(walk.session, missed=0)
    return land(walk)


def _answered_at_offer(walk: Walk, text: str) -> bool:
    """Who is offered a human, and then answers what was not understood before, needs none."""
    if (walk.top.flow, walk.top.screen) != OFFER or len(walk.session.stack) < 2:
        return False
    name, asked = walk.top.answers.get("saves"), walk.session.stack[-2]
    reader = walk.flows[asked.flow].readers.get(asked.screen)
    read = None if reader is None or not isinstance(name, str) else reader(text, walk.moment)
    if read is None or not isinstance(name, str):
        return False
    walk.back()
    walk.save(name, read.value)
    walk.notices.extend(() if read.notice is None else (read.notice,))
    walk.follow(read.event)
    walk.session = replace(walk.session, missed=0)
    return True


def _not_understood(walk: Walk) -> Landing:
    """Once: kindly again. Twice: may a human help? After that a human is asked. Never a loop."""
    missed = walk.session.missed + 1
    walk.session = replace(walk.session, missed=missed)
    if missed == 1:
        walk.notices.append(
            t("step.unclear", "Dat begreep ik niet goed. Kies een knop, of typ het nummer van uw keuze.")
        )
    elif (walk.top.flow, walk.top.screen) != OFFER:
        saves = walk.session.offered.saves if walk.session.offered else None
        walk.call(Call(*OFFER, (("saves", saves),)), above=True)
    else:
        walk.call(Call("overdracht", "unclear"))
        walk.session = replace(walk.session, missed=0)
    return replace(land(walk), above=missed == 1)


# ---- global words (rule 1) and what was planned --------------------------------------------------------------------


def _word(walk: Walk, word: str, text: str = "") -> Landing:
    walk.session = replace(walk.session, missed=0)
    why = False
    match word:
        case "mens":
            walk.call(Call("overdracht", "asked"))
        case "menu":
            walk.begin("welkom")
        case "terug":
            walk.previous()
        case "stop":
            return stop(walk)
        case "opnieuw" if walk.top.answers or walk.top.trail:
            walk.call(Call("woorden", "restart"))
        case "opnieuw":
            walk.restart()
        case "taal" if not speaking.asked(walk, text):
            walk.call(Call("woorden", "language"))
        case "help":
            walk.cover(Call("woorden", "help"), above=False)
        case "waarom":
            why = True
        case "kort":
            walk.session = replace(walk.session, brief=not walk.session.brief)
    return replace(land(walk), why=why, above=why)


# ---- shared --------------------------------------------------------------------------------------------------------


def _lasts(walk: Walk, said: Said) -> bool:
    return isinstance(said, Tapped) and lasting.read(said.data, walk.flows) is not None


def _words_of(said: Said) -> str:
    match said:
        case Typed(text):
            return text
        case Sent(_, caption):
            return caption
    return ""


def _button(origin: str, choice: Choice, ticked: bool) -> Button:
    if isinstance(choice.goes, Jump) and choice.goes.screen is None:
        data = f"!go:{choice.goes.flow}"
    else:
        data = lasting.data_of(choice) or f"{origin}:{choice.id}"
    return Button(data, choice.icon, choice.label, choice.short, ticked)


__all__ = ["Case", "Landing", "Turn", "advance", "refuse", "show"]
