"""Leefgebieden and financieel gezond: how things go by someone's own experience, on −− − + ++ [004] appendix 2, 3, 6.

No norms and no examples of what is enough: only their own experience counts. Any order, any left out, any changed.
"""

from __future__ import annotations

from dataclasses import dataclass

from flows.grammar import Case, Choice, Screen, Text, t, verbatim
from flows.measuring import SCALE, Answer, EndMeasurement, Kind, Measurement
from flows.voorbereiden_regels import missing, then


@dataclass(frozen=True, slots=True)
class Area:
    """Something that can go well or not: its code never changes meaning, ``ask`` is the whole question."""

    code: str
    icon: str
    label: Text
    ask: Text
    words: Text


#: Leefgebieden [004] appendix 2.
LIVING = (
    Area(
        "money",
        "💶",
        t("meten.money", "Geld"),
        t("meten.money.ask", "Hoe gaat het met uw geld?"),
        t("meten.money.words", "geldzaken, financiën, inkomen, schulden"),
    ),
    Area(
        "work",
        "🛠️",
        t("meten.work", "Werk en bezigheden"),
        t("meten.work.ask", "Hoe gaat het met uw werk, of met wat u overdag doet?"),
        t("meten.work.words", "baan, dagbesteding, school, opleiding, vrijwilligerswerk"),
    ),
    Area(
        "home",
        "🏠",
        t("meten.home", "Wonen"),
        t("meten.home.ask", "Hoe gaat het met wonen?"),
        t("meten.home.words", "huis, woning, huisvesting"),
    ),
    Area(
        "family",
        "👪",
        t("meten.family", "Gezin en relatie"),
        t("meten.family.ask", "Hoe gaat het thuis, met uw gezin of uw relatie?"),
        t("meten.family.words", "kinderen, partner, huwelijk, familie thuis"),
    ),
    Area(
        "mind",
        "💭",
        t("meten.mind", "Hoe ik me voel"),
        t("meten.mind.ask", "Hoe voelt u zich, in uw hoofd?"),
        t("meten.mind.words", "psychisch, geestelijk, stress, somber, gevoel"),
    ),
    Area(
        "body",
        "🩺",
        t("meten.body", "Mijn gezondheid"),
        t("meten.body.ask", "Hoe gaat het met uw gezondheid?"),
        t("meten.body.words", "lichaam, lichamelijk, ziek, fit"),
    ),
    Area(
        "habits",
        "🎲",
        t("meten.habits", "Lastige gewoontes"),
        t(
            "meten.habits.ask",
            "Soms is iets lastig om mee te stoppen, zoals drinken, gokken of drugs. Hoe gaat dat bij u?",
        ),
        t("meten.habits.words", "verslaving, alcohol, gokken, drugs, roken, gamen"),
    ),
    Area(
        "daily",
        "🧺",
        t("meten.daily", "Gewone dingen thuis"),
        t("meten.daily.ask", "Hoe gaan de gewone dingen thuis, zoals koken, schoonmaken en slapen?"),
        t("meten.daily.words", "huishouden, dagelijks leven, koken, slapen"),
    ),
    Area(
        "network",
        "🤝",
        t("meten.network", "Mensen om mij heen"),
        t("meten.network.ask", "Hoe gaat het met de mensen om u heen, zoals vrienden en familie?"),
        t("meten.network.words", "vrienden, familie, buren, netwerk, alleen"),
    ),
    Area(
        "part",
        "🎈",
        t("meten.part", "Meedoen"),
        t("meten.part.ask", "Hoe gaat het met meedoen, bijvoorbeeld in de buurt of bij een club?"),
        t("meten.part.words", "buurt, vereniging, sport, cursus"),
    ),
    Area(
        "law",
        "⚖️",
        t("meten.law", "Politie en rechter"),
        t(
            "meten.law.ask",
            "Hoe gaat het met zaken bij de politie of een rechter? Heeft u die niet, sla dit dan gerust over.",
        ),
        t("meten.law.words", "justitie, reclassering, strafzaak"),
    ),
)
#: Financieel gezond [004] appendix 3, the eight parts that docs/rules.md names.
HEALTHY = (
    Area(
        "will",
        "💪",
        t("meten.will", "Zin om door te gaan"),
        t("meten.will.ask", "Zin houden om aan uw geldzaken te werken: hoe gaat dat?"),
        t("meten.will.words", "motivatie, zin, moed"),
    ),
    Area(
        "balance",
        "💶",
        t("meten.balance", "Rondkomen"),
        t("meten.balance.ask", "Rondkomen met wat er binnenkomt: hoe gaat dat?"),
        t("meten.balance.words", "inkomsten, uitgaven, inkomen, budget"),
    ),
    Area(
        "paying",
        "🧾",
        t("meten.paying", "Betalen en bijhouden"),
        t("meten.paying.ask", "Op tijd betalen en het bijhouden: hoe gaat dat?"),
        t("meten.paying.words", "betalen, bijhouden, rekeningen, overzicht"),
    ),
    Area(
        "saving",
        "🐖",
        t("meten.saving", "Sparen en lenen"),
        t("meten.saving.ask", "Sparen, lenen en verzekeren: hoe gaat dat?"),
        t("meten.saving.words", "sparen, lenen, verzekeren, verzekering"),
    ),
    Area(
        "buying",
        "🛒",
        t("meten.buying", "Bewust kopen"),
        t("meten.buying.ask", "Eerst nadenken, dan pas kopen: hoe gaat dat?"),
        t("meten.buying.words", "kopen, winkelen, boodschappen"),
    ),
    Area(
        "order",
        "🗂️",
        t("meten.order", "Geldzaken ordenen"),
        t("meten.order.ask", "Uw post en papieren op orde houden: hoe gaat dat?"),
        t("meten.order.words", "post, papieren, administratie, ordenen"),
    ),
    Area(
        "ahead",
        "🛡️",
        t("meten.ahead", "Schulden voorkomen"),
        t("meten.ahead.ask", "Geen nieuwe schulden maken: hoe gaat dat?"),
        t("meten.ahead.words", "voorkomen, nieuwe schulden"),
    ),
    Area(
        "skills",
        "🧠",
        t("meten.skills", "Zelf regelen"),
        t("meten.skills.ask", "Zelf dingen regelen, zoals bellen of een brief lezen: hoe gaat dat?"),
        t("meten.skills.words", "vaardigheden, bellen, lezen, schrijven, internet"),
    ),
)
AREAS = {Kind.LIVING.value: LIVING, Kind.HEALTHY.value: HEALTHY}


@dataclass(frozen=True, slots=True)
class Rating:
    """A place on the scale."""

    code: str
    value: int
    icon: str
    label: Text
    words: Text


#: From worst to best, with words for who knows nothing of scales; ``value`` is of ``flows.measuring.SCALE``.
RATINGS = (
    Rating(
        "m2",
        SCALE[0],
        "➖➖",
        t("meten.rate.m2", "Helemaal niet goed"),
        t("meten.rate.m2.words", "heel slecht, erg slecht, helemaal niet, verschrikkelijk, vreselijk, rampzalig"),
    ),
    Rating(
        "m1",
        SCALE[1],
        "➖",
        t("meten.rate.m1", "Niet zo goed"),
        t("meten.rate.m1.words", "niet goed, gaat niet goed, slecht, matig, lastig, moeilijk, minder, niet zo best"),
    ),
    Rating(
        "p1",
        SCALE[2],
        "➕",
        t("meten.rate.p1", "Best goed"),
        t("meten.rate.p1.words", "goed, gaat goed, gaat wel, het gaat wel, gaat best, oké, ok, prima, niet slecht"),
    ),
    Rating(
        "p2",
        SCALE[3],
        "➕➕",
        t("meten.rate.p2", "Heel goed"),
        t("meten.rate.p2.words", "erg goed, uitstekend, geweldig, super, top, perfect"),
    ),
)
_BY_VALUE = {rating.value: rating for rating in RATINGS}
#: The button that takes an answer back.
NONE = "none"
#: What people type for the signs on the buttons.
_SIGNS = str.maketrans({"➖": "-", "−": "-", "–": "-", "—": "-", "➕": "+", "＋": "+", "﹣": "-"})
_TYPED = {"--": "m2", "-": "m1", "+": "p1", "++": "p2"}


def areas(case: Case) -> Screen:
    """Everything that can be told of, what is left first; each tap is kept at once."""
    mine = case.world.get(Measurement)
    if mine.ended or mine.kind not in AREAS:
        return missing(case)
    said = _just_said(case, mine)
    answers = dict(mine.answers)
    if said is not None:
        area, value = said
        answers[area.code] = value
    open_: list[Choice] = []
    done: list[Choice] = []
    for area in AREAS[mine.kind]:
        rating = rating_of(answers.get(area.code))
        (open_ if rating is None else done).append(
            Choice(area.code, area.icon if rating is None else rating.icon, area.label, words=area.words)
        )
    return Screen(
        (*_kept(said), *_left(len(open_), len(done))),
        (*open_, *done),
        saves="area",
        skippable=False,
        enough=True,
        effects=() if said is None else (Answer(mine.id, said[0].code, said[1]),),
        sensitive=True,
        why=t(
            "meten.areas.why",
            "Zo ziet u zelf hoe het gaat. In een gesprek kijkt u er samen met {name} naar.",
            name=mine.name,
        ),
    )


def rate(case: Case) -> Screen:
    """How one of them goes."""
    mine = case.world.get(Measurement)
    area = None if mine.ended else _area(mine, case.picked("area"))
    if area is None:
        return missing(case)
    before = rating_of(mine.answers.get(area.code))
    # With the area in it: an old button never answers another question than its own.
    ratings = tuple(Choice(f"{area.code}.{one.code}", one.icon, one.label, words=one.words) for one in RATINGS)
    take_back = Choice(
        f"{area.code}.{NONE}",
        "🧽",
        t("meten.rate.none", "Antwoord weghalen"),
        words=t("meten.rate.none.words", "weghalen, wissen, verwijderen"),
    )
    return Screen(
        (
            area.ask,
            *((t("meten.rate.before", "U zei eerder: {rating}.", rating=before.label),) if before else ()),
        ),
        (*ratings, *((take_back,) if before else ())),
        saves="rating",
        enough=True,
        sensitive=True,
        why=t("meten.rate.why", "Het gaat om wat u zelf vindt. Er is geen goed of fout antwoord."),
        short=area.ask,
    )


def ended(case: Case) -> Screen:
    """It is enough."""
    mine = case.world.get(Measurement)
    if mine.ended or mine.kind not in AREAS:
        return missing(case)
    told: tuple[Text, ...] = (t("meten.ended.nothing", "Dat is goed. U hoeft niets in te vullen."),)
    if any(rating_of(mine.answers.get(area.code)) for area in AREAS[mine.kind]):
        told = (
            t("meten.ended", "Dank u wel. Dit is bewaard."),
            t("meten.ended.talk", "{name} kijkt er samen met u naar in een gesprek.", name=mine.name),
        )
    more, choices = then(mine)
    return Screen(
        (*told, *more),
        choices,
        effects=(EndMeasurement(mine.id),),
        sensitive=True,
    )


def hear_sign(text: str) -> str | None:
    """The signs of the scale, typed; of which area it is, the screen knows."""
    return _TYPED.get("".join(text.split()).translate(_SIGNS))


def rating_of(value: object) -> Rating | None:
    """The place on the scale that an answer is; None for anything else."""
    return None if isinstance(value, bool) or not isinstance(value, int) else _BY_VALUE.get(value)


def _area(mine: Measurement, code: str | None) -> Area | None:
    return next((area for area in AREAS.get(mine.kind, ()) if area.code == code), None)


def _just_said(case: Case, mine: Measurement) -> tuple[Area, int | None] | None:
    """What was answered just before this screen. None: nothing."""
    code, _, rating = (case.picked("rating") or "").rpartition(".")
    area = _area(mine, code)
    chosen = next((one.value for one in RATINGS if one.code == rating), None)
    if area is None or (chosen is None and rating != NONE):
        return None
    return area, chosen


def _kept(said: tuple[Area, int | None] | None) -> tuple[Text, ...]:
    if said is None:
        return ()
    area, value = said
    rating = rating_of(value)
    if rating is None:
        return (t("meten.areas.taken_back", "{area}: uw antwoord is weg.", area=area.label),)
    return (
        t(
            "meten.areas.kept",
            "{area}: {sign} {rating}. Dat is bewaard.",
            area=area.label,
            sign=verbatim(rating.icon),
            rating=rating.label,
        ),
    )


def _left(left: int, done: int) -> tuple[Text, ...]:
    """What to do now, and how much there is still, for who wants to."""
    if not done:
        return (
            t("meten.areas", "Waar wilt u beginnen? Kies een onderwerp."),
            t("meten.areas.free", "U bepaalt de volgorde. Een paar is ook goed."),
        )
    if not left:
        return (t("meten.areas.all", "U heeft nu alles gehad. U mag nog iets veranderen. Of kies ‘Zo is het genoeg’."),)
    return (
        t(
            "meten.areas.left",
            "Nog {left}, als u wilt. Kies er een, of stop wanneer u wilt. Iets veranderen mag ook.",
            left=left,
        ),
    )
