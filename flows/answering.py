"""An answer to the screen a person is looking at: a button, a number, a near-miss, own words, several ticks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flows import alert, understanding
from flows.grammar import Choice, Json, Screen
from flows.session import Session
from flows.text import Tongue, t
from flows.walk import Walk

SKIP = Choice(
    "skip",
    "⏭️",
    t("step.skip", "Overslaan"),
    words=t("step.skip.words", "volgende, weet ik niet, later, sla over, verder, klaar"),
)
DONE = Choice(
    "done", "👉", t("step.done", "Klaar"), words=t("step.done.words", "verder, gereed, dit is het, dat was het")
)
ENOUGH = Choice(
    "enough",
    "✅",
    t("step.enough", "Zo is het genoeg"),
    event="enough",
    words=t("step.enough.words", "genoeg, dit is genoeg, meer niet, verder niets"),
)

#: Buttons that the grammar adds; they are no answers.
ADDED = frozenset({SKIP.id, DONE.id, ENOUGH.id})
#: Flows whose open questions ask people to tell something.
_TELLS = frozenset({"aanmelden", "overdracht"})


def all_choices(screen: Screen) -> tuple[Choice, ...]:
    """The screen's own choices and those that the grammar adds."""
    choices = list(screen.choices)
    if screen.many:
        choices.append(DONE)
    elif screen.saves and screen.skippable:
        choices.append(SKIP)
    if screen.enough:
        choices.append(ENOUGH)
    return tuple(choices)


def match(walk: Walk, text: str, tongue: Tongue) -> tuple[Choice, ...]:
    """The choices that own words mean. A number is that of a choice, where the screen does not read numbers in a way of
    its own. Where own words are an answer themselves, besides only a label or synonym counts."""
    offered = walk.session.offered
    if offered is None:
        return ()
    options = [_option(walk, choice, tongue) for choice in offered.choices]
    flow, _, screen = offered.screen.partition(".")  # what is shown may stand above where they are
    if understanding.is_number(text) and screen not in walk.flows[flow].counting:
        counted = understanding.match(text, options)
        if counted:
            return tuple(choice for choice in offered.choices if choice.id in counted)
    if _ticked(walk, text) or _read_first(walk, text):
        return ()
    if offered.free and not offered.many:
        same = _plain(text)
        found: tuple[str, ...] = tuple(
            option.id for option in options if same in {_plain(o) for o in (option.label, *option.words)}
        )[:1] or _declined(text, (SKIP.id, "no"), offered.choices)
    else:
        numbered = offered.many or not understanding.names_date(text)  # "2-1" is one day, or two boxes
        found = understanding.match(text, options, numbered=numbered) or _heard(walk, text)
        if offered.free and not found:
            found = _declined(text, (DONE.id,), offered.choices)
    if "yes" in found and len(found) > 1 and not offered.many:  # who agrees and says something else too does not agree
        return ()
    return tuple(choice for choice in offered.choices if choice.id in found)


def _option(walk: Walk, choice: Choice, tongue: Tongue) -> understanding.Option:
    language = walk.session.language
    words = tongue.say(choice.words, language).split(",") if choice.words else []
    return understanding.Option(choice.id, tongue.say(choice.label, language), tuple(word.strip() for word in words))


def told_beside(walk: Walk, text: str, picked: tuple[Choice, ...], tongue: Tongue) -> dict[str, Json]:
    """What is kept of a sentence that picks a choice and tells more, where the screen keeps that."""
    name = walk.flows[walk.top.flow].beside.get(walk.top.screen)
    if name is None or not understanding.tells_beside(text, [_option(walk, one, tongue) for one in picked]):
        return {}
    return {name: {"text": text}}


def named(walk: Walk, text: str, tongue: Tongue, *, loosely: bool) -> tuple[Choice, ...]:
    """The button on which just this stands: who types what they read means that, also where it is a global word
    elsewhere ("start"). ``loosely``: or which has it among its words ("what do I do now", where there are tips)."""
    offered, same = walk.session.offered, _plain(text)
    for choice in offered.choices if offered else ():
        words = tongue.say(choice.words, walk.session.language).split(",") if loosely and choice.words else []
        names = (tongue.say(choice.label, walk.session.language), *words)
        if same in map(_plain, names):
            return (choice,)
    return ()


def _plain(text: str) -> str:
    """``text`` in one spelling, without what it ends with."""
    return understanding.normalise(text).strip(" .!?؟…")


def _declined(text: str, ids: tuple[str, ...], choices: tuple[Choice, ...]) -> tuple[str, ...]:
    """Who answers an open question with no, does not know or wants to go on leaves it open: the first of ``ids``."""
    if not understanding.declines(text):
        return ()
    return tuple(id_ for id_ in ids if any(choice.id == id_ for choice in choices))[:1]


def _heard(walk: Walk, text: str) -> tuple[str, ...]:
    listen = walk.flows[walk.top.flow].heard.get(walk.top.screen)
    heard, offered = None if listen is None else listen(text), walk.session.offered
    if heard is None or offered is None:
        return ()
    # An id may name first what it is about ("money.p1"): which of those is asked, the screen knows.
    return tuple(choice.id for choice in offered.choices if heard in (choice.id, choice.id.rpartition(".")[2]))


def _ticked(walk: Walk, text: str) -> tuple[str, ...]:
    ticker = walk.flows[walk.top.flow].tickers.get(walk.top.screen)
    return () if ticker is None else ticker(text)


def _read_first(walk: Walk, text: str) -> bool:
    flow, screen = walk.flows[walk.top.flow], walk.top.screen
    read = flow.readers[screen](text, walk.moment) if screen in flow.first_readers else None
    return read is not None and not read.last


def answer(walk: Walk, picked: tuple[Choice, ...]) -> None:
    """Several at once only where several may be ticked; elsewhere the first counts."""
    offered = walk.session.offered
    if offered is not None and offered.many and offered.saves:
        ticks = [choice.id for choice in picked if choice.id not in ADDED and choice.event == "next"]
        for ticked in ticks:
            tick(walk, offered.saves, ticked, only_add=True)
        rest = [choice for choice in picked if choice.id not in ticks]
        if rest:
            pick(walk, rest[0])
    else:
        pick(walk, picked[0])
    walk.session = replace(walk.session, missed=0)


def own_words(walk: Walk, text: str) -> bool:
    """An answer in the person's own words. False: none is asked for, or the screen's reader makes no sense of it."""
    offered = walk.session.offered
    reader = walk.flows[walk.top.flow].readers.get(walk.top.screen)
    if offered is None or not (offered.free or reader):
        return False
    if walk.top.flow in _TELLS and offered.saves and understanding.agrees(text):
        return _tell(walk)
    event, name = "next", offered.saves
    value: Json = {"text": text}
    if offered.many and offered.saves:
        ids = dict.fromkeys((*walk.case().all(offered.saves), *_ticked(walk, text)))
        value = {"text": text, "ids": list[Json](ids)}
    if reader is not None:
        read = reader(text, walk.moment)
        if read is None:
            return False
        event, value, name = read.event, read.value, read.saves or name
        walk.keep(walk.top.flow, read.also)
        if read.notice is not None:
            walk.notices.append(read.notice)
    if name and not overhear(walk, text):
        walk.save(name, value)
    walk.follow(event)
    walk.session = replace(walk.session, missed=0)
    return True


def _tell(walk: Walk) -> bool:
    """Yes is no answer to an open question: they are asked to go on, once."""
    if walk.session.missed:
        return False
    walk.notices.append(t("step.tell", "Vertel het gerust. U kunt het hier typen."))
    walk.session = replace(walk.session, missed=1)
    return True


def left_open(walk: Walk, text: str) -> bool:
    """Who does not have or want what is asked goes on. False: there is no such no, or an answer is needed."""
    offered = walk.session.offered
    skip = [choice for choice in offered.choices if choice.id == SKIP.id] if offered and offered.free else []
    if not skip or not understanding.refuses(text):
        return False
    answer(walk, tuple(skip))
    return True


def overhear(walk: Walk, text: str) -> bool:
    """Keeps the answer to a later question of the flow. True: there was nothing else in ``text``."""
    asked = walk.session.offered.saves if walk.session.offered else None
    for name, find in walk.flows[walk.top.flow].overheard.items():
        said = None if name in (asked, *walk.top.answers) else find(text)
        if isinstance(said, dict):
            walk.save(name, said)
            reached = str(said["text"])
            walk.notices.append(t("step.reached", "Dank u, dan kunnen we u bereiken op {contact}.", contact=reached))
            return text.strip(" .,") == reached or not any(map(str.isalpha, text))
    return False


def offered_choice(session: Session, data: str) -> Choice | None:
    """The choice behind a button of the screen that is shown now; None for a button of an earlier one."""
    offered = session.offered
    screen, _, choice_id = data.rpartition(":")
    if offered is None or screen != offered.screen or screen != f"{session.top.flow}.{session.top.screen}":
        return None
    return next((choice for choice in offered.choices if choice.id == choice_id), None)


def tick(walk: Walk, name: str, choice_id: str, *, only_add: bool = False) -> None:
    """Ticks a box, or takes the tick away."""
    ticked = list(walk.case().all(name))
    if choice_id not in ticked:
        ticked.append(choice_id)
    elif not only_add:
        ticked.remove(choice_id)
    keep_ticks(walk, name, ticked)


def keep_ticks(walk: Walk, name: str, ticked: Sequence[str]) -> None:
    """Keeps which boxes are ticked; what was told beside them stays."""
    before = walk.top.answers.get(name)
    ids = list[Json](ticked)
    walk.save(name, {**before, "ids": ids} if isinstance(before, dict) else ids)


def pick(walk: Walk, choice: Choice) -> None:
    """Keeps what was picked and follows the table."""
    offered = walk.session.offered
    if choice.goes is not None:
        walk.go(choice.goes)
        return
    if offered is not None and offered.saves:
        if choice.id == "skip":
            walk.forget(offered.saves)
        elif choice.id not in ADDED:
            walk.save(offered.saves, choice.id)
    if choice.event == "false_alarm":
        category = walk.top.answers.get("category")
        if isinstance(category, str):
            alert.deny(walk, category)
    walk.follow(choice.event)
