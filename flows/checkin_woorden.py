"""What a check-in knows of faces and of the time before: how it opens, how a face is typed, what is heard in it."""

from __future__ import annotations

from dataclasses import dataclass

from flows.aftercare import Before, CheckIn, PlanKind
from flows.grammar import Case, Text, t
from flows.understanding import says_no


@dataclass(frozen=True, slots=True)
class Face:
    """One of `flows.aftercare.FACES`: ``heard`` is what is said first when it was tapped."""

    code: str
    icon: str
    label: Text
    words: Text
    heard: Text


#: Best first, as people know them from elsewhere.
FACES = (
    Face(
        "great",
        "😀",
        t("checkin.great", "Heel goed"),
        t("checkin.great.words", "erg goed, super, geweldig, fantastisch, top, uitstekend, perfect, kan niet beter"),
        t("checkin.great.heard", "😀 Wat fijn dat het heel goed gaat!"),
    ),
    Face(
        "good",
        "🙂",
        t("checkin.good", "Goed"),
        t("checkin.good.words", "gaat goed, het gaat goed, gaat wel goed, prima, best goed, lekker, fijn, oké, ok"),
        t("checkin.good.heard", "🙂 Fijn om te horen dat het goed gaat."),
    ),
    Face(
        "so_so",
        "😐",
        t("checkin.so_so", "Gaat wel"),
        t("checkin.so_so.words", "het gaat wel, gaat, zozo, mwah, redelijk, niet slecht, zijn gangetje, rustig"),
        t("checkin.so_so.heard", "😐 Het gaat wel. Dank u dat u het zegt."),
    ),
    Face(
        "bad",
        "🙁",
        t("checkin.bad", "Niet zo goed"),
        t("checkin.bad.words", "niet goed, niet zo best, minder goed, matig, moeilijk, zwaar, lastig, niet zo lekker"),
        t("checkin.bad.heard", "🙁 Dank u dat u het zegt. Een moeilijke tijd hoort erbij."),
    ),
    Face(
        "awful",
        "😢",
        t("checkin.awful", "Slecht"),
        t(
            "checkin.awful.words",
            "heel slecht, erg slecht, kut, klote, verschrikkelijk, vreselijk, rot, waardeloos, ellendig, beroerd, "
            "heel moeilijk, heel zwaar",
        ),
        t("checkin.awful.heard", "😢 Goed dat u het zegt. U hoeft dit niet alleen te doen."),
    ),
)
BY_CODE = {face.code: face for face in FACES}
#: Faces and signs that people type instead of tapping one.
_TYPED = {
    "great": "😀😃😄😁😆🤩🥳😍😂🤣💪🎉",
    "good": "🙂😊☺😌😉😇👍",
    "so_so": "😐😑😶🤷🤔😬",
    "bad": "🙁☹😕😟😔😞😒👎🥺",
    "awful": "😢😭😩😫😖😣😡😠🤬😱💔😰🤯",
}
_BY_SIGN = {sign: face for face, signs in _TYPED.items() for sign in signs}
#: What is chosen by who wants none this time.
DECLINE = "decline"
#: Faces for which the time before was a hard one.
_HARD = frozenset({"awful", "bad"})
#: What changed the time before, by what is asked of it now.
_CHANGED = {
    "work": t("checkin.before.work", "Vorige keer veranderde er iets in uw werk. Hoe gaat het nu met u?"),
    "family": t("checkin.before.family", "Vorige keer veranderde er iets bij u thuis. Hoe gaat het nu met u?"),
    "home": t("checkin.before.home", "Vorige keer veranderde er iets aan uw woning. Hoe gaat het nu met u?"),
    "health": t("checkin.before.health", "Vorige keer ging het over uw gezondheid. Hoe gaat het nu met u?"),
    "allowances": t("checkin.before.allowances", "Vorige keer veranderde uw toeslag of uitkering. Hoe gaat het nu?"),
}


def hear_mood(text: str) -> str | None:
    """The one face among what was typed, or a plain no; None: there is none, or there are several."""
    if says_no(text):
        return DECLINE
    found = {_BY_SIGN[sign] for sign in text if sign in _BY_SIGN}
    return found.pop() if len(found) == 1 else None


def opening(mine: CheckIn, case: Case) -> tuple[Text, ...]:
    """How it begins: the first time with who asks, later with what was said the time before."""
    if mine.again:
        return (t("checkin.again", "Misschien kwam mijn bericht niet uit. Hoe gaat het met u?"),)
    if mine.before is not None:
        return (_after(mine.before),)
    return (*_who_asks(mine, case), t("checkin.mood", "Hoe gaat het met u?"))


def _who_asks(mine: CheckIn, case: Case) -> tuple[Text, ...]:
    gemeente, name = case.moment.gemeente.name, mine.contact.name
    since: tuple[Text, ...] = ()
    if mine.kind in (PlanKind.FOLLOW, PlanKind.AFTERCARE):
        since = (t("checkin.first.since", "We hebben een tijd samengewerkt. We denken nog aan u."),)
    if name is None:
        who = t("checkin.first.we", "Wij van {gemeente} vragen hoe het met u gaat.", gemeente=gemeente)
    else:
        who = t("checkin.first", "{name} van {gemeente} vraagt hoe het met u gaat.", name=name, gemeente=gemeente)
    return (*since, who, t("checkin.first.minute", "Het duurt een minuut. Overslaan mag altijd."))


def _after(before: Before) -> Text:
    """What weighed most comes first."""
    if before.mood in _HARD:
        return t("checkin.before.hard", "Vorige keer was het een zware tijd. Hoe gaat het nu met u?")
    changed = next((_CHANGED[change] for change in before.changes if change in _CHANGED), None)
    if changed is not None:
        return changed
    if before.balance == "no":
        return t("checkin.before.tight", "Vorige keer was het krap met geld. Hoe gaat het nu met u?")
    if before.mood == "so_so":
        return t("checkin.before.so_so", "Vorige keer ging het wel. Hoe gaat het nu met u?")
    if before.mood is not None:
        return t("checkin.before.good", "Vorige keer ging het goed met u. Hoe gaat het nu?")
    return t("checkin.before", "Fijn dat we contact houden. Hoe gaat het nu met u?")
