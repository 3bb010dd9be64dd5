"""The screens behind the global words: language, stop, help and starting again (rules 1, 10 and 12)."""

from __future__ import annotations

from flows.agenda import Appointments
from flows.flow import Flow, Telling
from flows.grammar import BACK, LANGUAGE, Case, Choice, OptIn, Screen, Text, call, jump, t, verbatim
from flows.understanding import Option, match

#: Languages by their own name, with what else people call them. Never translated: everyone looks for their own.
NAMES = {
    "nl": ("Nederlands", "nl, dutch, hollands, هولندي"),
    "en": ("English", "engels, إنجليزي"),
    "ar": ("العربية", "arabisch, arabic, عربي"),
    "tr": ("Türkçe", "turks, turkish"),
    "pl": ("Polski", "pools, polish"),
    "uk": ("Українська", "oekraïens, ukrainian"),
    "fa": ("فارسی", "perzisch, farsi, dari, persian"),
    "ti": ("ትግርኛ", "tigrinya"),
    "so": ("Soomaali", "somalisch, somali"),
    "es": ("Español", "spaans, spanish"),
    "fr": ("Français", "frans, french"),
    "pap": ("Papiamentu", "papiaments, papiamento"),
}

flow = Flow(
    "woorden",
    start="help",
    table=[
        ("next", "language", BACK),
        ("next", "language_offer", BACK),
        ("next", "help", BACK),
        ("next", "restart", BACK),
        ("restart", "restart", BACK),  # the flow below begins again
        ("menu", "stopped", BACK),
        ("start", "stopped", "started"),
        ("menu", "started", BACK),
    ],
)


def languages(case: Case, *codes: str) -> tuple[Choice, ...]:
    """A button per language, each in its own name."""
    return tuple(
        Choice(code, "🌍", verbatim(NAMES[code][0]), words=verbatim(NAMES[code][1])) for code in codes if code in NAMES
    )


_NAMED = tuple(
    Option(code, own, tuple(word.strip() for word in others.split(","))) for code, (own, others) in NAMES.items()
)


def language_named(text: str) -> str | None:
    """The language (ISO 639-1) that the whole of ``text`` names, in whatever language."""
    return next(iter(match(text, _NAMED, numbered=False)), None)


@flow.screen()
def language(case: Case) -> Screen:
    """Which language, at any time."""
    return Screen(
        t("woorden.language", "In welke taal wilt u praten?"),
        languages(case, *case.moment.gemeente.languages),
        saves=LANGUAGE,
        skippable=False,
        why=t("woorden.language.why", "Dan praten we verder in de taal die u fijn vindt."),
    )


@flow.screen()
def language_offer(case: Case) -> Screen:
    """Someone writes in another language: asked in that one, confirmed with one tap."""
    return Screen(
        t("woorden.language_offer", "Wilt u verder in deze taal?"),
        languages(case, str(case.answers["offer"]), str(case.answers["was"])),
        saves=LANGUAGE,
        skippable=False,
        why=t("woorden.language_offer.why", "U schreef net in een andere taal. Misschien praat dat fijner voor u."),
    )


def _stands(case: Case) -> tuple[Text, ...]:
    """The appointments that *stop* leaves as they are (rule 10)."""
    moments = tuple(
        t("woorden.stopped.moment", "{moment}", moment=one.at) for one in case.world.get(Appointments).standing
    )
    return (t("woorden.stopped.stands", "Uw afspraak blijft staan: {moments}.", moments=moments),) if moments else ()


@flow.screen(needs=(Appointments,))
def stopped(case: Case) -> Screen:
    """*Stop* is acknowledged once, with how to come back and what still stands; it never stops help. No button works in
    a human's hold."""
    if case.moment.held:
        return Screen(
            (
                t("woorden.stopped", "Dat is goed. We sturen u uit onszelf geen berichten meer."),
                *_stands(case),
                t("woorden.stopped.held", "De medewerker in dit gesprek leest gewoon wat u typt, en kan u schrijven."),
                t("woorden.stopped.held.back", "Is de medewerker klaar? Typ dan ‘menu’ en u kunt hier weer verder."),
            )
        )
    return Screen(
        (
            t("woorden.stopped", "Dat is goed. We sturen u uit onszelf geen berichten meer."),
            *_stands(case),
            t("woorden.stopped.person", "Een medewerker kan u nog wel schrijven, als dat nodig is."),
            t("woorden.stopped.back", "Wilt u later toch verder? Typ ‘menu’. U bent altijd welkom."),
        ),
        (
            Choice(
                "start",
                "🔔",
                t("woorden.stopped.start", "Toch weer berichten"),
                event="start",
                short=t("woorden.stopped.start.short", "Weer berichten"),
                words=t("woorden.stopped.start.words", "start, berichten aan, toch wel"),
            ),
            Choice("menu", "🏠", t("woorden.to_menu", "Naar het menu"), event="menu"),
        ),
    )


@flow.screen()
def started(case: Case) -> Screen:
    """Unasked messages are welcome again."""
    return Screen(
        t("woorden.started", "Fijn. U krijgt weer bericht van ons als er iets is."),
        (Choice("menu", "🏠", t("woorden.to_menu", "Naar het menu"), event="menu"),),
        effects=(OptIn(),),
    )


@flow.screen()
def help_(case: Case) -> Screen:
    """What can always be said."""
    return Screen(
        (
            t("woorden.help", "Deze woorden kunt u altijd typen:"),
            t("woorden.help.person_menu", "‘Mens’: een medewerker leest mee. ‘Menu’: u gaat naar het begin."),
            t("woorden.help.back_restart", "‘Terug’: naar de vraag hiervoor. ‘Opnieuw’: u begint weer van voren."),
            t("woorden.help.language_short", "‘Taal’: een andere taal. ‘Kort’: ik praat korter."),
            t("woorden.help.why_stop", "‘Waarom’: ik leg uit waarom ik iets vraag. ‘Stop’: geen berichten meer."),
        ),
        (
            Choice("on", "👉", t("woorden.go_on", "Verder"), words=t("woorden.go_on.words", "door, ga door, oké")),
            Choice("mens", "💬", t("woorden.help.person", "Praten met een mens"), goes=call("overdracht", "asked")),
            Choice("menu", "🏠", t("woorden.to_menu", "Naar het menu"), goes=jump("welkom", "menu")),
            Choice("taal", "🌍", t("woorden.help.language", "Andere taal"), goes=call("woorden", "language")),
            Choice("opnieuw", "🔄", t("woorden.help.restart", "Opnieuw beginnen"), goes=call("woorden", "restart")),
        ),
    )


#: Who reads this may still answer the question below it.
flow.tells(Telling(lambda text: None, lambda asked, case: (), frozenset(), lambda text, moment: False), "help")


@flow.screen()
def restart(case: Case) -> Screen:
    """Nobody loses answers by one word."""
    return Screen(
        t("woorden.restart", "Wilt u opnieuw beginnen? Uw antwoorden van nu gaan dan weg."),
        (
            Choice("yes", "🔄", t("woorden.restart.yes", "Ja, opnieuw"), event="restart"),
            Choice("no", "👉", t("woorden.restart.no", "Nee, ik ga verder")),
        ),
        why=t("woorden.restart.why", "Zo raakt u niet per ongeluk uw antwoorden kwijt."),
    )
