"""The questions of a sign-up: each may be skipped, *zo is het genoeg* ends them all (rule 2)."""

from __future__ import annotations

import re
from dataclasses import replace

from flows.aanmelden_afloop import PERSON, TO_MENU
from flows.aanmelden_samenvatting import (
    CONTACT,
    EXTRA,
    HOW,
    INTERPRETER,
    LETTER,
    NOT_ON,
    URGENCY,
    WHEN,
    WORRIES,
    for_other,
)
from flows.flow import Read
from flows.grammar import BACK, Case, Choice, Contact, Moment, Record, Screen, SetContact, Text, t
from flows.kanalen import app_instead
from flows.reach import contact_in, given, on_webchat
from flows.understanding import ascii_digits, called


def knows(case: Case) -> Screen:
    """On behalf of someone: only with that person's knowledge."""
    return Screen(
        t("aanmelden.knows", "Mooi dat u meehelpt. Weet die persoon dat u ons schrijft?"),
        (
            Choice(
                "yes",
                "✅",
                t("aanmelden.knows.yes", "Ja, die weet het"),
                words=t("aanmelden.knows.yes.words", "we doen het samen, samen"),
            ),
            Choice("no", "🤫", t("aanmelden.knows.no", "Nee, nog niet")),
        ),
        saves="knows",
        why=t("aanmelden.knows.why", "We schrijven pas iets op over iemand als die dat weet."),
    )


def advice(case: Case) -> Screen:
    """Without that person's knowledge: advice only, no name or debts asked or kept."""
    return Screen(
        (
            t("aanmelden.advice", "Fijn dat u meedenkt. We vragen dan niet naar de naam of de schulden."),
            t("aanmelden.advice.talk", "Wat vaak helpt: luister rustig en oordeel niet. Vertel dat er hulp is."),
            t("aanmelden.advice.together", "Bied aan om samen te gaan. Samen aanmelden kan hier altijd."),
            t(
                "aanmelden.advice.geldfit",
                "Zelf vragen? Geldfit denkt gratis mee: {phone}.",
                phone=case.moment.gemeente.geldfit_phone,
            ),
        ),
        (
            Choice(
                "yes",
                "🤝",
                t("aanmelden.advice.yes", "We doen het samen"),
                words=t("aanmelden.advice.yes.words", "samen, die weet het nu, ja"),
            ),
            PERSON,
            replace(TO_MENU, goes=BACK),
        ),
        saves="knows",
        skippable=False,
        why=t("aanmelden.advice.why", "We schrijven pas iets op over iemand als die dat weet."),
    )


def organisation(case: Case) -> Screen:
    """Professionals and bewindvoerders [001]: from where."""
    return Screen(
        t("aanmelden.organisation", "Van welke organisatie bent u?"),
        saves="organisation",
        free=True,
        enough=True,
        why=t("aanmelden.organisation.why", "Dan weten we met wie we samenwerken."),
    )


def about(case: Case) -> Screen:
    """Whom the sign-up is about; that person knows."""
    return Screen(
        t("aanmelden.about", "Hoe heet de persoon om wie het gaat? Een voornaam is genoeg."),
        saves="about",
        free=True,
        enough=True,
        why=t("aanmelden.about.why", "Dan weten we over wie u het heeft als we u spreken."),
    )


def worries(case: Case) -> Screen:
    """Where the worries are; any worry, big or small [002]."""
    normal = t("aanmelden.worries.normal", "Veel mensen hebben zorgen over geld. U bent niet de enige.")
    return Screen(
        (
            *(() if for_other(case) else (normal,)),
            t("aanmelden.worries", "Waar zijn er zorgen over? Kies wat past, of typ het zelf."),
        ),
        WORRIES,
        saves="worries",
        many=True,
        free=True,
        enough=True,
        why=t("aanmelden.worries.why", "Dan helpt iemand u die hier veel van weet."),
        short=t("aanmelden.worries", "Waar zijn er zorgen over? Kies wat past, of typ het zelf."),
    )


def urgency(case: Case) -> Screen:
    """What cannot wait, by the crisis table."""
    return Screen(
        t("aanmelden.urgency", "Is er iets dat niet kan wachten?"),
        URGENCY,
        saves="urgency",
        free=True,
        enough=True,
        why=t("aanmelden.urgency.why", "Heeft het haast? Dan helpen we u eerder."),
    )


def letter(case: Case) -> Screen:
    """A letter with a date: what it is about decides how fast."""
    return Screen(
        t("aanmelden.letter", "Goed dat u dit zegt. Waar gaat de brief over?"),
        LETTER,
        saves="letter",
        free=True,
        enough=True,
        why=t("aanmelden.letter.why", "Sommige brieven hebben haast. Dan bellen we eerder."),
    )


def place(case: Case) -> Screen:
    """Postcode digits or neighbourhood."""
    question = (
        t("aanmelden.place.other", "Wat is de postcode of buurt van die persoon?")
        if for_other(case)
        else t("aanmelden.place", "Wat is uw postcode of buurt?")
    )
    return Screen(
        (question, t("aanmelden.place.digits", "Bij een postcode zijn de vier cijfers genoeg.")),
        saves="place",
        free=True,
        enough=True,
        why=t("aanmelden.place.why", "Elke gemeente helpt haar eigen inwoners. Zo komt u op de goede plek."),
        short=question,
    )


def read_place(text: str, moment: Moment) -> Read:
    """Four digits decide whose resident this is; a name counts when it is that of a municipality we know."""
    gemeente = moment.gemeente
    digits = next((word for word in _numbers(text) if len(word) == 4), None)
    if digits is not None and gemeente.postcodes and not _within(int(digits), gemeente.postcodes):
        there = next((other for other in gemeente.elsewhere if _within(int(digits), other.postcodes)), None)
        return Read({"text": text, "elsewhere": there.name if there else ""}, event="elsewhere")
    if digits is None:
        named = next((other for other in gemeente.elsewhere if other.name.casefold() in text.casefold()), None)
        if named is not None:
            return Read({"text": text, "elsewhere": named.name}, event="elsewhere")
    return Read({"text": text})


def read_corrected(text: str, moment: Moment) -> Read | None:
    """Who was told that a postcode is of elsewhere may type the right one there; a telephone number is none."""
    if contact_in(text) is not None or not any(len(number) == 4 for number in _numbers(text)):
        return None
    return replace(read_place(text, moment), saves="place")


def _numbers(text: str) -> list[str]:
    digits = ascii_digits(text)
    return "".join(char if char.isascii() and char.isdigit() else " " for char in digits).split()


def _within(digits: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= digits <= last for first, last in ranges)


def elsewhere(case: Case) -> Screen:
    """A doorverwijzing to the right municipality as far as known, else Geldfit: nobody leaves empty-handed."""
    gemeente = case.moment.gemeente
    answer = case.answers.get("place")
    name = str(answer.get("elsewhere", "")) if isinstance(answer, dict) else ""
    there = next((other for other in gemeente.elsewhere if other.name == name), None)
    if there is None:
        where: tuple[Text, ...] = (
            t("aanmelden.elsewhere.unknown", "Deze postcode hoort bij een andere gemeente. Daar helpen ze u graag."),
            t(
                "aanmelden.elsewhere.geldfit",
                "Geldfit zoekt gratis met u de juiste plek: {phone}.",
                phone=gemeente.geldfit_phone,
            ),
        )
    else:
        where = (t("aanmelden.elsewhere", "Dit hoort bij {name}. Daar helpen ze u graag.", name=there.name),)
        if there.phone:
            where = (*where, t("aanmelden.elsewhere.phone", "U kunt bellen: {phone}", phone=there.phone))
        if there.website:
            where = (*where, t("aanmelden.elsewhere.website", "Of kijk op: {website}", website=there.website))
        if not (there.phone or there.website):
            where = (
                *where,
                t(
                    "aanmelden.elsewhere.geldfit",
                    "Geldfit zoekt gratis met u de juiste plek: {phone}.",
                    phone=gemeente.geldfit_phone,
                ),
            )
    return Screen(
        (*where, t("aanmelden.elsewhere.stay", "Klopt dit niet, of komt u er niet uit? Dan gaan we hier verder.")),
        (
            Choice(
                "on",
                "👉",
                t("aanmelden.elsewhere.on", "Hier verdergaan"),
                words=t("aanmelden.elsewhere.on.words", "verder, door, toch hier"),
            ),
            Choice("place", "📍", t("aanmelden.elsewhere.place", "Postcode verbeteren"), event="place"),
            PERSON,
            Choice("close", "👋", t("aanmelden.elsewhere.close", "Ik weet genoeg"), event="close"),
        ),
        why=t("aanmelden.elsewhere.why", "Elke gemeente helpt haar eigen inwoners. Zo komt u op de goede plek."),
        effects=(Record("doorverwijzing", {"naar": name or "Geldfit"}),),
    )


def name(case: Case) -> Screen:
    """What to call you."""
    return Screen(
        t("aanmelden.name", "Hoe mogen we u noemen? Een voornaam is genoeg."),
        saves="name",
        free=True,
        enough=True,
        why=t("aanmelden.name.why", "Dat praat prettiger. Een andere naam mag ook."),
    )


def read_name(text: str, moment: Moment) -> Read | None:
    """The name alone; a number that picks a button elsewhere is none."""
    return None if re.fullmatch(r"\d{1,3}[ .]*", text.strip()) else Read({"text": called(text)})


def how(case: Case) -> Screen:
    """How to be in touch; several are fine."""
    return Screen(
        t("aanmelden.how", "Hoe wilt u graag contact met ons? U kunt meer dan één ding kiezen."),
        HOW,
        saves="how",
        many=True,
        free=True,
        enough=True,
        why=t("aanmelden.how.why", "Dan doen we het op de manier die u fijn vindt."),
        effects=_known_now(SetContact(name=case.told("name"))),
    )


def when(case: Case) -> Screen:
    """Part of day."""
    return Screen(
        t("aanmelden.when", "Wanneer komt het u goed uit? Kies wat past, of typ het zelf."),
        WHEN,
        saves="when",
        many=True,
        free=True,
        enough=True,
        why=t("aanmelden.when.why", "Dan storen we u niet op een lastig moment."),
    )


def not_on(case: Case) -> Screen:
    """Not on these days."""
    return Screen(
        t("aanmelden.not_on", "Zijn er dagen waarop u liever geen contact heeft? Geen? Kies dan ‘Klaar’."),
        NOT_ON,
        saves="not_on",
        many=True,
        free=True,
        enough=True,
        why=t("aanmelden.not_on.why", "Dan houden we die dagen vrij voor u."),
    )


def contact(case: Case) -> Screen:
    """A number or e-mail address, or the code to come back by oneself."""
    if not on_webchat(case):
        return Screen(
            t("aanmelden.contact.phone", "Op welk nummer kunnen we u bellen?"),
            saves="contact",
            free=True,
            enough=True,
            why=t("aanmelden.contact.phone.why", "We bellen u alleen hierover, op de tijden die u koos."),
        )
    apps, app = app_instead(case)
    return Screen(
        (
            t("aanmelden.contact", "Wat is uw telefoonnummer of e-mailadres?"),
            t("aanmelden.contact.reason", "Als u deze chat sluit, kunnen we u anders niet vinden."),
            t(
                "aanmelden.contact.code",
                "Komt u liever zelf terug? Dat kan met uw code: {code}.",
                code=case.world.get(Contact).code,
            ),
            *apps,
        ),
        (*CONTACT, *app),
        saves="contact",
        free=True,
        enough=True,
        why=t("aanmelden.contact.why", "Dan kunnen we u antwoord geven. We gebruiken het nergens anders voor."),
        short=t("aanmelden.contact", "Wat is uw telefoonnummer of e-mailadres?"),
    )


def interpreter(case: Case) -> Screen:
    """An interpreter, never a child (rule 13)."""
    return Screen(
        t("aanmelden.interpreter", "Wilt u een tolk bij het gesprek? Uw kind hoeft niet te vertalen."),
        INTERPRETER,
        saves="interpreter",
        free=True,
        enough=True,
        why=t("aanmelden.interpreter.why", "Dan kunt u praten in de taal die u het beste kent."),
    )


def _known_now(contact: SetContact) -> tuple[SetContact, ...]:
    """Who stops halfway can be called by name, found and reached as well."""
    return (contact,) if contact != SetContact() else ()


def anything(case: Case) -> Screen:
    """Anything to add, in own words, as a photo or spoken."""
    return Screen(
        t("aanmelden.anything", "Wilt u nog iets vertellen? Typen of inspreken kan, maar het hoeft niet."),
        (
            Choice(
                "no",
                "👌",
                t("aanmelden.anything.no", "Nee, dit is het"),
                words=t("aanmelden.anything.no.words", "nee, niets, niks, dat was het"),
            ),
        ),
        saves="anything",
        free=True,
        skippable=False,
        enough=True,
        why=t("aanmelden.anything.why", "Soms is er iets wat wij niet vragen, maar wat u wel belangrijk vindt."),
        effects=_known_now(SetContact(phone=given(case, "phone"), email=given(case, "email"))),
    )


def extra(case: Case) -> Screen:
    """Optional, and said to be: the entrepreneurs' team and the young people's team."""
    return Screen(
        (
            t("aanmelden.extra", "Voor ondernemers en jongeren hebben we eigen teams. Past een van die twee?"),
            t("aanmelden.extra.free", "Deze vraag kunt u rustig overslaan."),
        ),
        EXTRA,
        saves="extra",
        enough=True,
        why=t("aanmelden.extra.why", "Dan denkt het team mee dat hier veel van weet."),
        short=t("aanmelden.extra", "Voor ondernemers en jongeren hebben we eigen teams. Past een van die twee?"),
    )
