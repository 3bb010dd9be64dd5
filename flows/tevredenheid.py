"""Tevredenheid: a grade for a promise of the NVVK Belofte that someone just saw kept or not, and one open question
[000] [002]. Offered once on each occasion; no is an answer as well."""

from __future__ import annotations

from flows.afspraak_regels import PERSON
from flows.flow import Flow, Lasting, Read, Reader, Telling
from flows.grammar import (
    BACK,
    Case,
    Choice,
    Effect,
    Interrupt,
    Json,
    Moment,
    Never,
    Outcome,
    Screen,
    Text,
    call,
    t,
    verbatim,
)
from flows.ratings import EndRating, Grade, Occasion, Promise, Rating, SayMore
from flows.tevredenheid_cijfer import GRADES, grade_in
from flows.understanding import intent, says_no

_BEGIN = t("tevredenheid.begin", "Cijfer geven")
_DECLINE = t("tevredenheid.decline", "Liever niet")
_NO = "decline"
#: From so many words on it is no slip at the buttons; at the invitation, where a number is no button either.
TELLS, TELLS_FIRST = 4, 3

flow = Flow(
    "tevredenheid",
    start="asked",
    apart=lambda words: grade_in(words) is not None,
    lasting={
        "first": Lasting("rating", _BEGIN, held="with_human", after="asked"),
        "last": Lasting("rating", _BEGIN, held="with_human", after="asked"),
        "declined": Lasting("rating", _DECLINE, held="declined"),
    },
    table=[
        ("next", "first", "last"),
        ("next", "last", "more"),
        ("next", "more", "ended"),
        *(("enough", screen, "ended") for screen in ("first", "last")),
        ("close", "*", BACK),
    ],
)

_CLOSE = Choice(
    "close",
    "👌",
    t("tevredenheid.close", "Oké"),
    event="close",
    words=t("tevredenheid.close.words", "klaar, goed, prima, verder, menu, dank u"),
)
_OPENING = {
    Occasion.SIGNED_UP: t("tevredenheid.sign_up", "U heeft zich bij ons aangemeld. Hoe was dat voor u?"),
    Occasion.INTAKE: t("tevredenheid.intake", "U heeft een gesprek met ons gehad. Hoe was dat voor u?"),
    Occasion.END: t("tevredenheid.end", "Wij hebben u een tijd geholpen. Hoe was dat voor u?"),
    Occasion.YEAR_ON: t("tevredenheid.year", "Een jaar geleden stopte onze hulp. Hoe kijkt u erop terug?"),
}
#: What is asked of each promise, and what the lowest and the highest grade mean there.
_QUESTIONS = {
    Promise.SIGN_UP: (
        t("tevredenheid.1", "Hoe makkelijk was het om u aan te melden?"),
        t("tevredenheid.1.scale", "1 is heel moeilijk. 10 is heel makkelijk."),
    ),
    Promise.TRUST: (
        t("tevredenheid.2", "Voelt u dat wij u vertrouwen?"),
        t("tevredenheid.2.scale", "1 is helemaal niet. 10 is helemaal wel."),
    ),
    Promise.CLEAR: (
        t("tevredenheid.3", "Hoe duidelijk is het voor u wat er gaat gebeuren?"),
        t("tevredenheid.3.scale", "1 is heel onduidelijk. 10 is heel duidelijk."),
    ),
    Promise.ABOARD: (
        t("tevredenheid.4", "Bleven wij u helpen, ook als iets niet lukte?"),
        t("tevredenheid.4.scale", "1 is helemaal niet. 10 is altijd."),
    ),
    Promise.CREDITORS: (
        t("tevredenheid.5", "Kreeg u door ons meer rust van uw schuldeisers?"),
        t("tevredenheid.5.scale", "1 is helemaal niet. 10 is heel veel meer rust."),
    ),
    Promise.FREE: (
        t("tevredenheid.6", "Hoe goed lukt het nu om zonder geldzorgen te leven?"),
        t("tevredenheid.6.scale", "1 is helemaal niet. 10 is heel goed."),
    ),
}


# ---- the invitation ------------------------------------------------------------------------------------------------


@flow.screen(needs=(Rating,))
def asked(case: Case) -> Screen:
    """Why, and that it is without a name; one tap leads on, one says no for good."""
    mine = case.world.get(Rating)
    if not mine.open:
        return _over(case, mine)
    later = Choice(
        "later",
        "🕒",
        t("tevredenheid.later", "Straks"),
        event="close",
        words=t("tevredenheid.later.words", "nu niet, later, morgen, een andere keer"),
    )
    return Screen(
        (
            _OPENING[Occasion(mine.occasion)],
            t("tevredenheid.asked", "Met uw cijfer maken wij onze hulp beter. Uw naam staat er niet bij."),
            t("tevredenheid.asked.free", "Het duurt een minuut. Het mag, het hoeft niet."),
        ),
        (
            Choice(
                "begin",
                "⭐",
                t("tevredenheid.go_on", "Verder gaan") if mine.answers else _BEGIN,
                words=t("tevredenheid.begin.words", "ja, graag, oké, cijfer, begin, start, verder, nu"),
                goes=call("tevredenheid", "first" if len(mine.promises) > 1 else "last", rating=mine.id),
                lasting=True,
            ),
            later,
            Choice(
                _NO,  # and not "no", nor called so: it is for good, so that only a plain no declines
                "🙅",
                _DECLINE,
                words=t(
                    "tevredenheid.decline.words",
                    "liever niet, nee liever niet, geen zin, hoeft niet, wil ik niet, rot op, donder op, ga weg",
                ),
                goes=call("tevredenheid", "declined", rating=mine.id),
                lasting=True,
            ),
        ),
        sensitive=True,
        why=t("tevredenheid.asked.why", "Zo zien wij wat goed gaat, en wat beter kan. Bij de cijfers staat geen naam."),
    )


def _hear_no(text: str) -> str | None:
    return _NO if says_no(text) else None


def _read_asked(text: str, moment: Moment) -> Read | None:
    """A number is a grade, never the place of a button: 3 is no *rather not*, which is for good. What it is a grade
    for, is asked first. What is told goes along to the open question, for who goes on."""
    if isinstance(grade_in(text), int):
        return Read(None, "again", t("tevredenheid.first", "Fijn. Kies eerst ‘Cijfer geven’. Dan leest u de vraag."))
    if not _tells(text, moment, TELLS_FIRST):
        return None
    notice = t("tevredenheid.told_asked", "Dank u. Kies ‘Cijfer geven’. Dan schrijf ik dit erbij.")
    return Read({"text": text}, "again", notice, saves="told_asked", last=True)


def _tells(text: str, moment: Moment, least: int) -> bool:
    """Whether it is a story, of so many words: no question, and no wish for something else."""
    asks = "?" in text or "؟" in text
    return len(text.split()) >= least and not asks and intent(text, moment.flows) is None


flow.hears(_hear_no, "asked")
flow.reads("asked", first=True, counts=True)(_read_asked)
flow.tells(
    Telling(
        find=lambda text: None,
        tell=lambda asked, case: (),
        flows=frozenset({"tevredenheid", "contact"}),
        about=lambda text, moment: grade_in(text) is not None,  # *hoe was dat?* asks for it, not what lies below
    ),
    "asked",
)


@flow.screen(needs=(Rating,))
def declined(case: Case) -> Screen:
    """They want none of it, and are not asked again."""
    mine = case.world.get(Rating)
    if not mine.open:
        return _over(case, mine)
    return Screen(
        (
            t("tevredenheid.declined", "Dat is helemaal goed. U hoeft geen cijfer te geven."),
            t("tevredenheid.declined.never", "Wij vragen dit niet nog een keer."),
        ),
        () if case.moment.held else (_CLOSE,),
        effects=(EndRating(mine.id, declined=True),),
        sensitive=True,
    )


@flow.screen(needs=(Rating,))
def with_human(case: Case) -> Screen:
    """A human holds the conversation: this waits."""
    mine = case.world.get(Rating)
    if not mine.open:
        return _over(case, mine)
    return Screen(
        t("tevredenheid.with_human", "U praat nu met een medewerker. Deze vraag blijft staan voor later."),
        sensitive=True,
    )


# ---- the grades ----------------------------------------------------------------------------------------------------


@flow.screen(needs=(Rating,))
def first(case: Case) -> Screen:
    """The first of two promises."""
    return _grade(case, 0)


@flow.screen(needs=(Rating,))
def last(case: Case) -> Screen:
    """The last promise, or the only one."""
    return _grade(case, -1)


def _grade(case: Case, place: int) -> Screen:
    """The highest grade first: a list of WhatsApp shows nine, and the fewest people look for the lowest [000]."""
    mine = case.world.get(Rating)
    if not mine.open:
        return _over(case, mine)
    promise = Promise(mine.promises[place])
    question, scale = _QUESTIONS[promise]
    before = mine.answers.get(promise)
    # With the rating and its promise in it: an old button never answers another question than its own.
    choices = tuple(
        Choice(f"{mine.id}.{promise}.{grade}", _face(grade), verbatim(f"{grade}")) for grade in reversed(GRADES)
    )
    said: tuple[Text, ...] = ()
    if isinstance(before, int):  # which one, nobody at the desk may read here
        said = (t("tevredenheid.before", "U gaf al een cijfer. U mag dat veranderen."),)
    return Screen(
        (question, scale, *said),
        choices,
        saves=case.screen,
        enough=True,
        effects=_kept(case, mine),
        sensitive=True,
        why=t("tevredenheid.grade.why", "Het gaat om wat u zelf vindt. Een laag cijfer is net zo welkom."),
        short=question,
    )


def _face(grade: int) -> str:
    return ("😢", "🙁", "😐", "🙂", "😀")[(grade - 1) // 2]


def _reads_grade(screen: str) -> Reader:
    """A number is the grade, not the place of a button; what is told beside it is kept."""
    told = f"told_{screen}"

    def read(text: str, moment: Moment) -> Read | None:
        words: dict[str, Json] = {told: {"text": text}} if len(text.split()) > TELLS else {}
        match grade_in(text):
            case int() as grade:
                return Read(f"{grade}", also=words)
            case "whole":
                whole = t("tevredenheid.whole", "Een heel cijfer kan ik bewaren. Welk cijfer kiest u?")
                return Read(None, "again", whole)
            case "range":
                return Read(None, "again", t("tevredenheid.range", "Kies een cijfer van 1 tot en met 10."))
        if not _tells(text, moment, TELLS):
            return None
        notice = t("tevredenheid.told", "Dank u, dat schrijf ik erbij. Welk cijfer hoort daarbij?")
        return Read({"text": text}, "again", notice, saves=told)

    return read


for _name in ("first", "last"):
    flow.reads(_name, first=True, counts=True)(_reads_grade(_name))


# ---- the open question, and the end --------------------------------------------------------------------------------


@flow.screen(needs=(Rating,))
def more(case: Case) -> Screen:
    """What could be better, in own words."""
    mine = case.world.get(Rating)
    if not mine.open:
        return _over(case, mine)
    return Screen(
        (
            t("tevredenheid.more", "Wat kunnen wij beter doen?"),
            t("tevredenheid.more.names", "U kunt het hier typen. Noem liever geen namen."),
        ),
        saves="words",
        free=True,
        effects=_kept(case, mine),
        sensitive=True,
        why=t("tevredenheid.more.why", "Uw idee helpt ook andere mensen."),
    )


@flow.screen(needs=(Rating,))
def ended(case: Case) -> Screen:
    """Thanks, and a human for who wants one: offered to all, so that nobody at the desk reads who gave a low grade."""
    mine = case.world.get(Rating)
    if not mine.id:
        return _over(case, mine)
    words = "\n".join(filter(None, map(case.told, ("told_asked", "told_first", "told_last", "words"))))
    thanks: tuple[Text, ...] = (t("tevredenheid.ended.nothing", "Dat is goed. U hoeft niets te zeggen."),)
    if mine.answers or _grades(case, mine) or words:
        talk = t("tevredenheid.ended.talk", "Ging iets niet goed? Wilt u erover praten? Dat kan altijd.")
        thanks = (t("tevredenheid.ended", "Dank u wel. Hier leren wij van."), talk)
    more: tuple[Effect, ...] = ()
    if mine.open:
        more = (*_kept(case, mine), *((SayMore(mine.id, {"text": words}),) if words else ()), EndRating(mine.id))
    return Screen(thanks, (PERSON, _CLOSE), effects=more, sensitive=True)


def _grades(case: Case, mine: Rating) -> dict[str, int]:
    """What was said here, by promise."""
    said = ((name, case.picked(name)) for name in ("first", "last"))
    places = {"first": 0, "last": -1}
    return {mine.promises[places[name]]: int(grade.rpartition(".")[2]) for name, grade in said if grade is not None}


def _kept(case: Case, mine: Rating) -> tuple[Grade, ...]:
    """What was said here and is not kept yet."""
    return tuple(
        Grade(mine.id, promise, grade)
        for promise, grade in _grades(case, mine).items()
        if mine.answers.get(promise) != grade
    )


def _over(case: Case, mine: Rating) -> Screen:
    """There is nothing to grade (any more), or an old button was never of this person."""
    text = t("tevredenheid.none", "Er staat nu geen vraag voor u klaar.")
    if mine.id:
        text = t("tevredenheid.over", "Deze vraag is voorbij. U hoeft er niets meer mee te doen.")
    talk = t("tevredenheid.over.talk", "Wilt u iets bespreken? Dat kan altijd.")
    return Screen((text, talk), () if case.moment.held else (PERSON, _CLOSE))


# ---- what falls due ------------------------------------------------------------------------------------------------


@flow.due("ask")
def ask(case: Case) -> Outcome:
    """Looked at just now: it may be asked. Never while a human is talking."""
    about = case.facts.get("about")
    number = about.get("rating") if isinstance(about, dict) else None
    if case.moment.held or not isinstance(number, int):
        return Never("held" if case.moment.held else "geen vraag")
    return Interrupt("asked", {"rating": number})
