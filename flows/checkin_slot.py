"""How a check-in ends: what was kept, who answers and by when, and what is said to who comes when it is over."""

from __future__ import annotations

from collections.abc import Mapping

from flows.aftercare import BALANCES, CHANGES, FACES, QUESTIONS, RED, AnswerCheckIn, CheckIn, EndCheckIn, KnownContact
from flows.checkin_woorden import BY_CODE
from flows.contact_knoppen import PAUSE, talk_button
from flows.grammar import Case, Choice, Json, Promised, Screen, Text, t
from flows.numbers import LISTENING
from flows.reach import answer_here
from flows.warned import same_promise, standing

CLOSE = Choice(
    "close",
    "👌",
    t("checkin.close", "Oké"),
    event="close",
    words=t("checkin.close.words", "klaar, goed, prima, verder, menu, dank u, tot ziens"),
)


# ---- what was said -------------------------------------------------------------------------------------------------


def kept(case: Case, mine: CheckIn) -> tuple[AnswerCheckIn, ...]:
    """What was said here and is not kept yet; own words all together, as ``{"text": …}``."""
    answers = _said(case)
    before = mine.answers.get("words")
    words = str(before["text"]) if isinstance(before, dict) else ""
    for told in filter(None, (case.told("said"), case.told("changes"))):
        words = words if told in words else f"{words}\n{told}".strip()
    if words:
        answers["words"] = {"text": words}
    return tuple(
        AnswerCheckIn(mine.id, question, value)
        for question, value in answers.items()
        if mine.answers.get(question) != value
    )


def _said(case: Case) -> dict[str, Json]:
    """What was answered here, by question."""
    found: dict[str, Json] = {name: case.picked(name) for name in QUESTIONS if case.picked(name)}
    if case.screen in BY_CODE:
        found["mood"] = case.screen
    ticked = [one for one in CHANGES if one in case.all("changes")]
    if ticked:
        found["changes"] = list[Json](one for one in ticked if one != "none" or len(ticked) == 1)
    return found


# ---- the end -------------------------------------------------------------------------------------------------------


def ended(case: Case) -> Screen:
    """Thanks; a step forward is named; after a red answer who answers, and by when."""
    mine = case.world.get(CheckIn)
    if mine.state == "over":
        return over(case)
    answers = {**mine.answers, **_said(case)}
    red = any(answers.get(question) in values for question, values in RED.items())
    thanks = t("checkin.ended.nothing", "Dat is goed. Fijn dat u even keek.")
    if answers:
        thanks = t("checkin.ended", "Dank u wel dat u dit liet weten.")
    awful: tuple[Text, ...] = ()
    if answers.get("mood") == "awful":
        awful = (
            t(
                "checkin.ended.talk",
                "Wilt u nu met iemand praten? Bel de Luisterlijn: {phone}, dag en nacht.",
                phone=LISTENING,
            ),
        )
    talk = (talk_button(mine.contact),) if red and answers.get("contact") != "yes" else ()
    who = _human(case, mine, answers) if red else ()
    return Screen(
        (thanks, *_better(answers, mine), *who, *awful, *_after(mine, answers)),
        (*talk, CLOSE),
        effects=(*kept(case, mine), EndCheckIn(mine.id)) if mine.state == "asked" else (),
        sensitive=True,
    )


def _better(answers: Mapping[str, Json], mine: CheckIn) -> tuple[Text, ...]:
    """A step forward since the time before: named, and no more than that (rule 5)."""
    before = mine.before
    if before is None or answers.get("mood") == "awful":
        return ()
    if _place(answers.get("balance"), BALANCES) < _place(before.balance, BALANCES) < len(BALANCES):
        return (t("checkin.ended.balance", "Vorige keer was het krapper met geld. Dat is een mooie stap."),)
    known = before.mood in FACES and answers.get("mood") in FACES
    if known and _place(answers.get("mood"), FACES) > _place(before.mood, FACES):
        return (t("checkin.ended.mood", "Vorige keer ging het minder. Mooi dat het nu beter gaat."),)
    return ()


def _place(answer: Json, order: tuple[str, ...]) -> int:
    """Where an answer stands in its order; what was not answered comes after all."""
    return order.index(answer) if isinstance(answer, str) and answer in order else len(order)


def _human(case: Case, mine: CheckIn, answers: Mapping[str, Json]) -> tuple[Text, ...]:
    """Who reads it and by which day they answer; after a crisis its own promise, never a later day (rule 4)."""
    contact = mine.contact
    if answers.get("contact") == "no":
        return (*_reads(contact), t("checkin.ended.no", "U wilt nu geen contact. Toch praten? Dat kan altijd."))
    warned = standing(case.facts, case.moment)
    if warned is not None:
        return (*same_promise(case, warned), *answer_here(case))
    again = t("checkin.ended.again", "U hoeft zich niet opnieuw aan te melden.")
    if "first_contact" not in case.moment.gemeente.promises:
        return (*_answers(contact), again, *answer_here(case))
    day = case.world.get(Promised).first_contact
    if contact.name is None:
        by_day = t("checkin.ended.day.someone", "Een medewerker neemt contact op, uiterlijk {day}.", day=day)
    else:
        by_day = t("checkin.ended.day", "{name} neemt contact op, uiterlijk {day}.", name=contact.name, day=day)
    return (by_day, again, *answer_here(case))


def _reads(contact: KnownContact) -> tuple[Text, ...]:
    if contact.name is None:
        return (t("checkin.ended.reads.someone", "Een medewerker leest uw antwoorden."),)
    return (t("checkin.ended.reads", "{name} leest uw antwoorden.", name=contact.name),)


def _answers(contact: KnownContact) -> tuple[Text, ...]:
    if contact.name is None:
        return (t("checkin.ended.answers.someone", "Een medewerker neemt contact met u op."),)
    return (t("checkin.ended.answers", "{name} neemt contact met u op.", name=contact.name),)


def _after(mine: CheckIn, answers: Mapping[str, Json]) -> tuple[Text, ...]:
    """What becomes of the wish to go on, or not: a human decides."""
    name = mine.contact.name
    match answers.get("go_on"):
        case "yes" if name:
            return (t("checkin.ended.go_on", "{name} kijkt met u hoe we verdergaan.", name=name),)
        case "yes":
            return (t("checkin.ended.go_on.someone", "Een medewerker kijkt met u hoe we verdergaan."),)
        case "no":
            return (t("checkin.ended.alone", "U gaat zelf verder. Mooi. Terugkomen mag altijd."),)
    return ()


# ---- not this time, or over ----------------------------------------------------------------------------------------


def declined(case: Case) -> Screen:
    """They want none this time; a pause is one tap away."""
    mine = case.world.get(CheckIn)
    if not mine.id or mine.state == "answered":
        return over(case)
    text = t("checkin.declined", "Dat is goed. Dan slaan we deze keer over.")
    if mine.answers:
        text = t("checkin.declined.kept", "Dat is goed. Wat u al zei, is bewaard.")
    return Screen(
        text,
        (PAUSE, *(() if case.moment.held else (CLOSE,))),
        effects=(*kept(case, mine), EndCheckIn(mine.id, declined=True)) if mine.state == "asked" else (),
        sensitive=True,
    )


def over(case: Case) -> Screen:
    """Answered before, too late, or never theirs: said kindly, and a human is near."""
    mine = case.world.get(CheckIn)
    if mine.state == "answered":
        text: tuple[Text, ...] = (
            t("checkin.answered", "U heeft dit al laten weten. Dank u wel."),
            t("checkin.answered.talk", "Gaat het nu anders? Vertel het ons gerust."),
        )
    else:
        passed = t("checkin.over", "Deze vraag is al voorbij. Dat geeft niet.")
        late = (t("checkin.over.late", "Fijn dat u iets laat horen."),) if case.screen in BY_CODE else ()
        text = (
            *(late if mine.id else ()),
            passed if mine.id else t("checkin.none", "Er staat nu geen vraag voor u klaar."),
            t("checkin.over.talk", "Wilt u vertellen hoe het gaat? Dat kan altijd."),
        )
    return Screen(text, (talk_button(mine.contact), *(() if case.moment.held else (CLOSE,))), sensitive=True)
