"""The letter with the decision (beschikking), explained: what it says, and what one can do with it [004] 1.6. The chat
decides nothing."""

from __future__ import annotations

from flows.afspraak_regels import PERSON
from flows.grammar import Case, Choice, Screen, call, t
from flows.numbers import LEGAL_HELP

CLOSE = Choice(
    "close",
    "👌",
    t("voortgang.close", "Zo is het goed"),
    event="close",
    words=t("voortgang.close.words", "klaar, goed, prima, oké, nee, niets"),
)
_LETTER = Choice(
    "letter",
    "📨",
    t("voortgang.letter", "Terug naar de brief"),
    event="letter",
    short=t("voortgang.letter.short", "De brief"),
)


def decision(case: Case) -> Screen:
    """What the letter is, what it says, and that the plan need not be signed."""
    choices = (
        Choice(
            "together",
            "📖",
            t("voortgang.decision.together", "Samen lezen"),
            words=t("voortgang.decision.together.words", "samen, help mij lezen, ik begrijp de brief niet, uitleggen"),
            goes=call("afspraak"),
        ),
        Choice(
            "objection",
            "✋",
            t("voortgang.decision.objection", "Ik ben het er niet mee eens"),
            event="objection",
            short=t("voortgang.decision.objection.short", "Niet mee eens"),
            words=t("voortgang.decision.objection.words", "bezwaar, bezwaar maken, oneens, niet mee eens"),
        ),
        Choice(
            "second",
            "👀",
            t("voortgang.decision.second", "Iemand anders laten kijken"),
            event="second",
            short=t("voortgang.decision.second.short", "Iemand anders"),
            words=t("voortgang.decision.second.words", "second opinion, tweede mening, iemand anders"),
        ),
        Choice(
            "complaint",
            "😟",
            t("voortgang.decision.complaint", "Ik heb een klacht"),
            event="complaint",
            words=t("voortgang.decision.complaint.words", "klacht, klagen, niet tevreden"),
        ),
        CLOSE,
    )
    return Screen(
        (
            t("voortgang.decision", "De gemeente stuurt u een brief met een besluit. Dat heet een beschikking."),
            t(
                "voortgang.decision.says",
                "Daarin staat of u hulp krijgt, en welke hulp. Het plan van aanpak zit erbij.",
            ),
            t("voortgang.decision.unsigned", "U hoeft het plan niet te tekenen."),
            t("voortgang.decision.changes", "Verandert het plan later? Dan krijgt u een nieuwe brief."),
            t("voortgang.decision.role", "Ik leg alleen uit. Het besluit zelf staat in de brief."),
        ),
        () if case.moment.held else choices,
        why=t("voortgang.decision.why", "Dan weet u wat de brief betekent, en wat u ermee kunt."),
        beside_dutch=True,
    )


def objection(case: Case) -> Screen:
    """Bezwaar: within six weeks (Awb art. 6:7), by letter or form."""
    return Screen(
        (
            t("voortgang.objection", "Bent u het niet eens met het besluit? Dan mag u bezwaar maken."),
            t("voortgang.objection.weeks", "Dat kan tot zes weken nadat de brief is verstuurd. Wacht niet te lang."),
            t(
                "voortgang.objection.how",
                "U stuurt een brief of een formulier naar de gemeente. In uw brief staat hoe, en waarheen.",
            ),
            t(
                "voortgang.objection.help",
                "Hulp erbij is heel gewoon. Vraag een medewerker, of het Juridisch Loket: {site}.",
                site=LEGAL_HELP,
            ),
        ),
        (PERSON, _LETTER, CLOSE),
        why=t("voortgang.objection.why", "Dan weet u hoe u nee kunt zeggen tegen een besluit."),
        beside_dutch=True,
    )


def complaint(case: Case) -> Screen:
    """Klacht: about how someone was treated, not about what was decided."""
    return Screen(
        (
            t("voortgang.complaint", "Bent u niet tevreden over hoe we met u omgaan? Zeg het ons. Wij leren ervan."),
            t("voortgang.complaint.how", "U vertelt het aan een medewerker, of u stuurt een klacht naar de gemeente."),
            t("voortgang.complaint.safe", "Een klacht is nooit een reden om u minder te helpen."),
        ),
        (PERSON, _LETTER, CLOSE),
        why=t("voortgang.complaint.why", "Dan weet u waar u met een klacht terechtkunt."),
        beside_dutch=True,
    )


def second(case: Case) -> Screen:
    """Second opinion: someone else looks too."""
    return Screen(
        (
            t("voortgang.second", "U mag altijd vragen of iemand anders ook eens kijkt. Dat is heel gewoon."),
            t("voortgang.second.ours", "Dat kan een andere medewerker van ons zijn."),
            t(
                "voortgang.second.other",
                "Het kan ook iemand buiten de gemeente zijn, zoals het Juridisch Loket: {site}.",
                site=LEGAL_HELP,
            ),
        ),
        (PERSON, _LETTER, CLOSE),
        why=t("voortgang.second.why", "Twee mensen zien soms meer dan één."),
        beside_dutch=True,
    )
