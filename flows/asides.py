"""Said in passing, whatever was asked: that someone is under 18, and short questions about the help itself. Those get
a short true answer, and the same question again."""

from __future__ import annotations

from flows import understanding
from flows.grammar import Call, Gemeente, HandOver, Text, t
from flows.ratings import FLOW as GRADES
from flows.walk import HOME, Walk

#: Where the chat itself talks; elsewhere what is typed is for a human.
HERE = frozenset(
    {
        "aanmelden",
        "afspraak",
        "afspraken",
        "contact",
        "checkin",
        "kaarten",
        "kanalen",
        "recht",
        "tevredenheid",
        "uitleg",
        "voorbereiden",
        "voortgang",
        "welkom",
        "woorden",
        "woordenlijst",
    }
)
#: A question about the help is short (in words): in what is longer it may be about anything.
LONGEST = 8
FIRST_A_QUESTION = t("step.first_words", "Dank u, uw bericht is binnen. Eerst een korte vraag.")
YOUNG = HandOver("jonger dan 18")
#: Asked before anything else: the language, and who else holds this telephone (rule 11).
_FIRST_QUESTIONS = frozenset({("welkom", "hello"), ("welkom", "own_phone")})
#: What is typed here is for the human who was asked.
_FOR_A_HUMAN = frozenset(
    {
        ("aanmelden", "minor"),
        ("aanmelden", "registered"),
        ("afspraak", "none_fits"),
        ("afspraak", "preference"),
        ("afspraken", "change"),
        ("afspraken", "question"),
        ("contact", "talk"),
        ("contact", "noted"),
    }
)


def heard(walk: Walk, text: str) -> bool:
    """Sees to what is said in passing. False: there is nothing of that kind in ``text``."""
    if walk.top.flow not in HERE:
        return False
    if understanding.aside(text) == "young":
        return _young(walk)
    kind = understanding.courtesy(text)
    if kind is not None and (walk.top.flow, walk.top.screen) not in _FOR_A_HUMAN:
        walk.notices.extend(_kind(walk, kind))
        return True
    if _asks_progress(walk, text):
        return True
    said = answer(text, walk.moment.gemeente)
    if walk.top.flow == GRADES and understanding.aside(text) == "readers" and said:
        said = (t("asides.readers.grades", "Bij uw antwoord staat geen naam. Wij leren ervan, meer niet."),)
    walk.notices.extend(said)
    return bool(said)


def _asks_progress(walk: Walk, text: str) -> bool:
    """Goes where it is told how long one's own help takes, or what the letter with the decision means, unless a
    question waits for an answer."""
    offered, asked = walk.session.offered, understanding.aside(text)
    if "voortgang" not in walk.moment.flows or offered is None or offered.saves is not None or offered.free:
        return False
    if asked == "letter" and len(text.split()) <= LONGEST:
        walk.call(Call("voortgang", "decision"))
        return True
    at_menu = (walk.top.flow, walk.top.screen) == (HOME.flow, HOME.screen)
    if asked != "duration" or not (at_menu or understanding.intent(text, {"voortgang"})):
        return False
    walk.call(Call("voortgang", "where"))
    return True


def for_a_human(walk: Walk) -> bool:
    """Whether what is typed here is for the human who was asked."""
    return (walk.top.flow, walk.top.screen) in _FOR_A_HUMAN


def puzzled(walk: Walk, text: str) -> bool:
    """Whether somebody typed no more than a question mark or dots at a question of the chat."""
    asked = walk.session.offered is not None and (walk.session.offered.saves or walk.session.offered.choices)
    here = walk.top.flow in HERE and (walk.top.flow, walk.top.screen) not in _FOR_A_HUMAN
    return bool(asked and here and text.strip() and not text.strip("?؟!.… "))


def _kind(walk: Walk, kind: str) -> tuple[Text, ...]:
    if kind == "thanks":
        return (t("asides.thanks", "Graag gedaan."),)
    if walk.top.screen == "hello":  # that is a greeting itself
        return ()
    return (t("asides.greeting", "Hallo. Fijn dat u er bent."),)


def _young(walk: Walk) -> bool:
    """Under 18: no debt case, a human. Someone who is registered or was told already is not told once more."""
    if "aanmelden" not in walk.moment.flows or (walk.top.flow, walk.top.screen) in _FOR_A_HUMAN:
        return False
    asked = walk.top if (walk.top.flow, walk.top.screen) in _FIRST_QUESTIONS else None
    if walk.top.flow == "aanmelden":
        walk.move("minor")
    else:
        walk.begin("aanmelden", "minor")
    walk.save("for_whom", "young")
    if asked is not None:  # the hello first; the human is asked at once, for a screen below is not arrived at
        walk.effects.append(YOUNG)
        walk.notices.append(FIRST_A_QUESTION)
        walk.call(Call(asked.flow, asked.screen))
    return True


def answer(text: str, gemeente: Gemeente) -> tuple[Text, ...]:
    """What there is to say to a short question about the help; nothing when it is none."""
    match understanding.aside(text) if len(text.split()) <= LONGEST else None:
        case "cost":
            return (t("asides.cost", "Onze hulp is gratis. Aanmelden ook."),)
        case "readers":
            return (t("asides.readers", "Alleen de mensen die u helpen, lezen uw berichten."),)
        case "papers":
            return (t("asides.papers", "Voor de aanmelding hoeft u geen BSN en geen papieren te geven."),)
        case "robot":
            return (t("welkom.hello.person", "Ik ben een computer. Typ ‘mens’ en een medewerker leest met u mee."),)
        case "phone" if gemeente.phone:
            return (t("asides.phone", "U kunt ons bellen: {phone}.", phone=gemeente.phone),)
        case "creditors":
            return (
                t("asides.creditors", "Aanmelden stopt uw schuldeisers nog niet."),
                t("asides.creditors.when", "Dat kan pas als wij hun schrijven of iets met hen afspreken."),
            )
        case "duration":
            return (
                *soon(gemeente),
                t("asides.duration.talk", "Daarna komt een eerste gesprek."),
                t("asides.duration", "Hoelang de hulp duurt, is voor iedereen anders."),
            )
    return ()


def soon(gemeente: Gemeente) -> tuple[Text, ...]:
    """By when who signs up hears something, where that is promised."""
    contact = t(
        "asides.duration.contact",
        "Na uw aanmelding hoort u iets binnen {days, plural, one {# werkdag} other {# werkdagen}}.",
        days=gemeente.first_contact_days,
    )
    return (contact,) if "first_contact" in gemeente.promises else ()
