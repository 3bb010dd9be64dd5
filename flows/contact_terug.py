"""The one whom someone knows is there for them: an invitation, the end of help, and who comes back; never a new sign-up
unless that is wanted [004] 1.10, 3.1.9."""

from __future__ import annotations

from collections.abc import Mapping

from flows.afspraken_regels import human_answers
from flows.aftercare import AskContact, KnownContact
from flows.contact_knoppen import CLOSE, as_held, offered, talk_button
from flows.flow import Read
from flows.grammar import Case, Choice, HandOver, Json, Moment, Screen, Text, call, t, verbatim

#: So many lines are told of what remains open.
MOST_LINES = 10
_APPOINTMENT = Choice(
    "appointment",
    "📅",
    t("contact.appointment", "Afspraak maken"),
    short=t("contact.appointment.short", "Afspraak"),
    words=t("contact.appointment.words", "afspraak, gesprek, langskomen"),
    goes=call("afspraak"),
)


def successor(contact: KnownContact) -> tuple[Text, ...]:
    """Who took over, by name, where the one they knew has left."""
    if not contact.was or not contact.name:
        return ()
    return (
        t(
            "contact.successor",
            "{was} werkt hier niet meer. {name} neemt het over en kent uw verhaal.",
            was=contact.was,
            name=contact.name,
        ),
    )


# ---- talking with who is known ---------------------------------------------------------------------------------------


def talk(case: Case) -> Screen:
    """They are asked for, without a new sign-up; and by when there is an answer."""
    contact = case.world.get(KnownContact)
    if case.moment.held:
        return Screen(t("contact.talk.held", "Er leest nu een medewerker met u mee. Typ gerust verder."))
    reason = "wil praten, na afsluiting" if contact.closed and not contact.open_case else "wil praten"
    return Screen(
        (
            t("contact.talk", "Fijn dat u het zegt. {name} hoort het van ons.", name=contact.name)
            if contact.name
            else t("contact.talk.we", "Fijn dat u het zegt. Een collega leest dit gesprek."),
            *successor(contact),
            t("contact.talk.story", "Uw verhaal hoeft niet opnieuw."),
            *human_answers(case),
            t("contact.talk.type", "U kunt hier alvast typen wat er is."),
        ),
        (CLOSE,),
        free=True,
        why=t("contact.talk.why", "Dan weet wie u antwoordt alvast wat er is."),
        effects=(AskContact(reason) if contact.name else HandOver(reason),),
    )


def noted(case: Case) -> Screen:
    """What was typed for them is kept with the conversation."""
    return Screen(
        t("contact.noted", "Dank u. Uw bericht staat klaar. U kunt nog meer typen."),
        (CLOSE,),
        free=True,
        why=t("contact.talk.why", "Dan weet wie u antwoordt alvast wat er is."),
    )


def said(text: str, moment: Moment) -> Read:
    """Whatever is typed here is for the human; the message itself is what is kept."""
    return Read(None, "said", saves="typed")


# ---- an invitation ---------------------------------------------------------------------------------------------------


def invited(case: Case) -> Screen:
    """Just to see how it goes. What made us ask is not said: who it came from is nobody's business here."""
    contact = case.world.get(KnownContact)
    return Screen(
        (
            t("contact.invited", "{name} is benieuwd hoe het met u gaat.", name=contact.name)
            if contact.name
            else t("contact.invited.we", "We zijn benieuwd hoe het met u gaat."),
            *successor(contact),
            t("contact.invited.normal", "Soms gaat het even minder goed. Dat gebeurt bij iedereen."),
            t("contact.invited.talk", "Zullen we een keer praten? Het mag, het hoeft niet."),
        ),
        as_held(case, _APPOINTMENT, talk_button(contact), _NOT_NOW),
        why=t("contact.invited.why", "Dan kijken we samen of alles nog goed loopt."),
        sensitive=True,
    )


_NOT_NOW = Choice(
    "not_now",
    "👋",
    t("contact.not_now_button", "Nu liever niet"),
    event="not_now",
    words=t("contact.not_now_button.words", "nee, niet nu, later, hoeft niet, liever niet"),
)


def not_now(case: Case) -> Screen:
    """No is an answer too."""
    contact = case.world.get(KnownContact)
    return Screen(
        t("contact.not_now", "Dat is goed. Wilt u later wel praten? Dan kan dat altijd."),
        (offered(contact), CLOSE),
    )


def well(case: Case) -> Screen:
    """A yes where nothing was asked: it may be a wish to talk."""
    contact = case.world.get(KnownContact)
    return Screen(
        (
            t("contact.well", "Fijn. Wilt u nog met {name} praten?", name=contact.name)
            if contact.name
            else t("contact.well.we", "Fijn. Wilt u nog met iemand van ons praten?"),
            t("contact.well.free", "Het mag, het hoeft niet."),
        ),
        (talk_button(contact), CLOSE),
        why=t("contact.invited.why", "Dan kijken we samen of alles nog goed loopt."),
    )


# ---- the end of help, and afterwards ---------------------------------------------------------------------------------


def closed(case: Case) -> Screen:
    """Help ended: what remains open, and that they are always welcome back, straight to who they know."""
    contact = case.world.get(KnownContact)
    return Screen(
        (
            *_ended(case),
            *_words_of(case, contact),
            *_open(case),
            t("contact.closed.back", "U bent altijd welkom. Opnieuw aanmelden hoeft dan niet.")
            if contact.name is None
            else t(
                "contact.closed.back.name",
                "U bent altijd welkom. U komt dan meteen bij {name}. Opnieuw aanmelden hoeft niet.",
                name=contact.name,
            ),
            t("contact.closed.data", "We bewaren uw gegevens niet langer dan nodig. Vragen wat we weten, mag altijd."),
        ),
        as_held(case, offered(contact), *_list(case), CLOSE),
        sensitive=True,
    )


def _ended(case: Case) -> tuple[Text, ...]:
    if case.picked("reason") == "afgerond":
        return (
            t("contact.closed.done", "De hulp is klaar. Dat heeft u gedaan, stap voor stap."),
            t("contact.closed.done.proud", "Daar mag u trots op zijn."),
        )
    return (t("contact.closed", "Onze hulp stopt nu. Wat u al deed, is niet voor niets geweest."),)


def _words_of(case: Case, contact: KnownContact) -> tuple[Text, ...]:
    words, name = case.picked("words"), case.picked("name") or contact.name
    if not words:
        return ()
    if not name:
        return (t("contact.closed.note.we", "💬 {words}", words=verbatim(words)),)
    if case.language == "nl":
        return (t("contact.closed.note", "{name} schrijft: {words}", name=name, words=verbatim(words)),)
    return (t("contact.closed.note.dutch", "{name} schrijft in het Nederlands: {words}", name=name, words=words),)


def _open(case: Case) -> tuple[Text, ...]:
    """Lines that a human typed, in Dutch."""
    told = case.answers.get("open")
    typed = [str(one) for one in told[:MOST_LINES]] if isinstance(told, list) else []
    if not typed:
        return ()
    heading = (
        t("contact.closed.open", "Dit loopt nog:")
        if case.language == "nl"
        else t("contact.closed.open.dutch", "Dit loopt nog (in het Nederlands):")
    )
    return (heading, *(t("contact.closed.line", "📌 {words}", words=verbatim(one)) for one in typed))


def _list(case: Case) -> tuple[Choice, ...]:
    """To what was agreed and is not done yet."""
    count = case.answers.get("agreements")
    return (_MY_LIST,) if isinstance(count, int) and count > 0 else ()


_MY_LIST = Choice("list", "📋", t("afspraken.list_button", "Mijn lijst"), goes=call("afspraken"))


def comes_back(case: Case, contact: KnownContact) -> bool:
    """Whether someone whose help ended is here again, and did not say that they want to sign up anew."""
    return contact.closed is not None and not contact.open_case and "anew" not in case.answers


def welcome_back(case: Case, contact: KnownContact, *others: Choice) -> Screen:
    """Someone whose help ended wants help again: straight to who they know; ``others`` beside that."""
    return Screen(
        (
            t("contact.back", "Welkom terug. Goed dat u er weer bent."),
            *(
                successor(contact)
                or (
                    (t("contact.back.known", "{name} kent u al. Uw verhaal hoeft niet opnieuw.", name=contact.name),)
                    if contact.name
                    else (t("contact.back.we", "We kennen u al. Uw verhaal hoeft niet opnieuw."),)
                )
            ),
            t("contact.back.normal", "Dat iets weer lastig wordt, gebeurt vaker. Dat is heel gewoon."),
            t("contact.back.ask", "Wat wilt u?"),
        ),
        as_held(case, talk_button(contact), _APPOINTMENT, *others),
        why=t("contact.back.why", "Zo komt u meteen bij iemand die u kent."),
    )


def back(case: Case) -> Screen:
    """The same, where it was not sign-up that they came from."""
    return welcome_back(case, case.world.get(KnownContact), anew({}), CLOSE)


def anew(answers: Mapping[str, Json]) -> Choice:
    """A sign-up of its own, for something else; with what was said at sign-up before this."""
    return Choice(
        "anew",
        "🙋",
        t("contact.back.anew", "Opnieuw aanmelden"),
        words=t("contact.back.anew.words", "aanmelden, iets anders, iets nieuws, voor iemand anders"),
        goes=call("aanmelden", "for_whom", **{**answers, "anew": True}),
    )
