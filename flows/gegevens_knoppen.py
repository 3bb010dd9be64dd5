"""The buttons of *mijn gegevens*: what can be asked, and those that stand on more than one of its screens."""

from __future__ import annotations

from flows.grammar import BACK, Choice, t

LIST = Choice("back", "↩️", t("gegevens.back", "Mijn gegevens"), event="back")
DONE = Choice("close", "🏠", t("gegevens.done", "Naar het menu"), goes=BACK)
ASK = Choice(
    "ask",
    "🙋",
    t("gegevens.ask", "Vraag een mens"),
    event="ask",
    words=t("gegevens.ask.words", "ja, graag, goed, oké, vraag maar, medewerker"),
)
#: Who has a PIN and lost it is not shut out: a colleague can know that it is them as well.
FORGOT = Choice(
    "ask",
    "🙋",
    t("gegevens.forgot", "Pincode vergeten"),
    event="ask",
    words=t("gegevens.forgot.words", "vergeten, kwijt, weet ik niet, ik weet mijn pincode niet, medewerker"),
)
WITHDRAW = Choice("withdraw", "✋", t("gegevens.withdraw", "Vraag intrekken"), event="withdraw")
GO_ON = Choice("next", "👉", t("gegevens.next", "Verder"), words=t("gegevens.next.words", "oké, goed, door, ja"))

#: What can be asked.
WHAT = (
    Choice(
        "know",
        "📄",
        t("gegevens.know", "Wat weten jullie van mij?"),
        event="know",
        short=t("gegevens.know.short", "Wat u van mij weet"),
        words=t("gegevens.know.words", "bekijken, inzien, zien, opvragen, mijn dossier, alles, downloaden"),
    ),
    Choice(
        "seen",
        "👀",
        t("gegevens.seen", "Wie zag mijn gegevens?"),
        event="seen",
        short=t("gegevens.seen.short", "Wie keek erin?"),
        words=t("gegevens.seen.words", "wie keek, wie heeft gekeken, wie ziet dit, wie leest mee"),
    ),
    Choice(
        "yes",
        "✅",
        t("gegevens.yes", "Waar ik ja op zei"),
        event="yes",
        words=t("gegevens.yes.words", "toestemming, toestemmingen, ja gezegd, intrekken"),
    ),
    Choice(
        "wipe",
        "🗑️",
        t("gegevens.wipe", "Wis mijn gegevens"),
        event="wipe",
        words=t("gegevens.wipe.words", "wissen, verwijderen, weg, weghalen, vergeet mij, delete"),
    ),
    Choice("close", "👌", t("gegevens.close", "Niets, zo is het goed"), event="close"),
)
