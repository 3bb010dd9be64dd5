"""Agenda mapping: what someone wants to talk about, and what first, before a talk [004] appendix 6.

The person chooses, and may leave it to the talk itself; what was ticked is kept at each tick.
"""

from __future__ import annotations

from dataclasses import replace

from flows.grammar import Call, Case, Choice, Effect, Json, Screen, Text, call, t, verbatim
from flows.measuring import Answer, EndMeasurement, Kind, Measurement
from flows.voorbereiden_regels import missing, then

#: What is kept of it (``Answer.area``): codes of ``TOPICS``, own words, and the code of what comes first.
CHOSEN, WORDS, FIRST = "topics", "words", "first"
OTHER, UNSAID = "other", "unsaid"

TOPICS: tuple[Choice, ...] = (
    Choice(
        "post",
        "✉️",
        t("voorbereiden.post", "Post en brieven"),
        words=t("voorbereiden.post.words", "brief, enveloppen, papieren, administratie"),
    ),
    Choice(
        "creditor",
        "📨",
        t("voorbereiden.creditor", "Een schuldeiser"),
        words=t("voorbereiden.creditor.words", "schuld, schulden, deurwaarder, incasso, incassobureau"),
    ),
    Choice(
        "rent",
        "🏠",
        t("voorbereiden.rent", "Huur of hypotheek"),
        words=t("voorbereiden.rent.words", "wonen, woning, huis, verhuurder"),
    ),
    Choice(
        "energy",
        "💡",
        t("voorbereiden.energy", "Energie en water"),
        words=t("voorbereiden.energy.words", "gas, stroom, licht"),
    ),
    Choice(
        "work",
        "🛠️",
        t("voorbereiden.work", "Werk en inkomen"),
        words=t("voorbereiden.work.words", "baan, loon, uitkering"),
    ),
    Choice(
        "allowances",
        "🧾",
        t("voorbereiden.allowances", "Toeslagen"),
        words=t("voorbereiden.allowances.words", "toeslag, huurtoeslag, zorgtoeslag, belasting"),
    ),
    Choice(
        "health",
        "🩺",
        t("voorbereiden.health", "Mijn gezondheid"),
        words=t("voorbereiden.health.words", "ziek, ziekte, dokter, zorg"),
    ),
    Choice(
        "children",
        "🧒",
        t("voorbereiden.children", "Mijn kinderen"),
        words=t("voorbereiden.children.words", "kind, zoon, dochter, school"),
    ),
    Choice(
        "partner",
        "👥",
        t("voorbereiden.partner", "Mijn partner"),
        words=t("voorbereiden.partner.words", "man, vrouw, relatie, scheiding, ex"),
    ),
    Choice(
        "business",
        "🏪",
        t("voorbereiden.business", "Mijn eigen bedrijf"),
        words=t("voorbereiden.business.words", "bedrijf, zaak, zzp, onderneming"),
    ),
    Choice(
        "stress",
        "🌧️",
        t("voorbereiden.stress", "Stress en zorgen"),
        words=t("voorbereiden.stress.words", "stress, zorgen, somber, slapen"),
    ),
    Choice(
        OTHER,
        "💬",
        t("voorbereiden.other", "Iets anders"),
        words=t("voorbereiden.other.words", "anders, nog iets"),
    ),
    Choice(
        UNSAID,
        "🤫",
        t("voorbereiden.unsaid", "Liever in het gesprek zelf"),
        short=t("voorbereiden.unsaid.short", "Liever in gesprek"),
        words=t("voorbereiden.unsaid.words", "liever niet, zeg ik liever niet, dat zeg ik dan wel"),
    ),
)
_TOPICS = {topic.id: topic for topic in TOPICS}
_ANY = Choice(
    "any",
    "🤷",
    t("voorbereiden.first.any", "Maakt niet uit"),
    words=t("voorbereiden.first.any.words", "alles, weet niet, geen idee, kies maar, geen voorkeur, goed, oké"),
)


# ---- what was said so far ------------------------------------------------------------------------------------------


def _words(case: Case) -> str | None:
    """Typed at the list, or when asked what else; who takes that tick away takes the words back."""
    return case.told("topics") or (case.told("own") if OTHER in case.all("topics") else None)


def _chosen(case: Case) -> tuple[str, ...]:
    """The codes that were ticked, in the order of the list; own words are something else."""
    ticked = {*case.all("topics"), *((OTHER,) if _words(case) else ())}
    return tuple(topic.id for topic in TOPICS if topic.id in ticked)


def _subjects(case: Case) -> tuple[str, ...]:
    """What there is to begin with."""
    return tuple(code for code in _chosen(case) if code != UNSAID)


def tells_of_other(case: Case) -> bool:
    """Something else was ticked, and not yet said."""
    return OTHER in case.all("topics") and not _words(case)


def has_several(case: Case) -> bool:
    """There is something to put first."""
    return len(_subjects(case)) > 1


def _keep(case: Case, mine: Measurement) -> tuple[Effect, ...]:
    """What this frame knows, kept; what is not chosen any more does not come first either."""
    if "topics" not in case.answers and "own" not in case.answers:
        return ()
    chosen: Json = [*_chosen(case)] or None
    said = {CHOSEN: chosen, WORDS: _words(case), FIRST: _first(case)}
    return tuple(Answer(mine.id, area, value) for area, value in said.items())


def _first(case: Case) -> str | None:
    picked = case.picked("first")
    return picked if has_several(case) and picked in _subjects(case) else None


def _again(mine: Measurement) -> Call:
    """The list once more, with what is kept ticked."""
    ticked = mine.answers.get(CHOSEN)
    words, first = mine.answers.get(WORDS), mine.answers.get(FIRST)
    topics: Json = [code for code in ticked if code in _TOPICS] if isinstance(ticked, list) else []
    said: dict[str, Json] = {"measurement": mine.id, "topics": topics}
    if isinstance(words, str):
        said["own"] = {"text": words}
    if isinstance(first, str):
        said["first"] = first
    return call("voorbereiden", "topics", **said)


# ---- screens -------------------------------------------------------------------------------------------------------


def topics(case: Case) -> Screen:
    """What matters most; who comes back after a while sees what they chose."""
    mine = case.world.get(Measurement)
    if mine.ended or mine.kind != Kind.AGENDA:
        return missing(case)
    if "topics" not in case.answers and (mine.answers.get(CHOSEN) or mine.answers.get(WORDS)):
        return _overview(mine)
    return Screen(
        (
            t("voorbereiden.topics", "Waar wilt u het over hebben in het gesprek?"),
            t("voorbereiden.topics.free", "Kies wat voor u telt, of typ het zelf. Eén ding is ook goed."),
        ),
        TOPICS,
        saves="topics",
        many=True,
        free=True,
        enough=True,
        effects=_keep(case, mine),
        each_tick=True,
        sensitive=True,
        why=_WHY.but(name=mine.name),
        short=t("voorbereiden.topics", "Waar wilt u het over hebben in het gesprek?"),
    )


_WHY = t("voorbereiden.why", "Dan praat u over wat voor u telt. {name} leest dit voor het gesprek.")


def own(case: Case) -> Screen:
    """Something else, in their own words."""
    mine = case.world.get(Measurement)
    if mine.ended or mine.kind != Kind.AGENDA:
        return missing(case)
    return Screen(
        t("voorbereiden.own", "Wat wilt u nog meer bespreken? Typ het gerust in uw eigen woorden."),
        saves="own",
        free=True,
        enough=True,
        effects=_keep(case, mine),
        sensitive=True,
        why=_WHY.but(name=mine.name),
    )


def first(case: Case) -> Screen:
    """What comes first."""
    mine = case.world.get(Measurement)
    if mine.ended or mine.kind != Kind.AGENDA:
        return missing(case)
    return Screen(
        t("voorbereiden.first", "Waar wilt u mee beginnen?"),
        (*(_TOPICS[code] for code in _subjects(case)), _ANY),
        saves="first",
        enough=True,
        effects=_keep(case, mine),
        sensitive=True,
        why=t("voorbereiden.first.why", "Soms is er weinig tijd. Zo komt eerst wat u het belangrijkst vindt."),
    )


def summary(case: Case) -> Screen:
    """What they chose, to look at and to change."""
    mine = case.world.get(Measurement)
    if mine.ended or mine.kind != Kind.AGENDA:
        return missing(case)
    said = {CHOSEN: list[Json](_chosen(case)), WORDS: _words(case), FIRST: _first(case)}
    shown = replace(mine, answers={**mine.answers, **said})
    return replace(_overview(shown), effects=_keep(case, mine))


def _overview(mine: Measurement) -> Screen:
    return Screen(
        (*lines(mine), t("voorbereiden.summary.ask", "Is het zo goed?")),
        (
            Choice(
                "good",
                "✅",
                t("voorbereiden.summary.good", "Zo is het goed"),
                event="good",
                words=t("voorbereiden.summary.good.words", "ja, klopt, goed, genoeg, klaar"),
            ),
            Choice(
                "change",
                "✏️",
                t("voorbereiden.summary.change", "Iets veranderen"),
                words=t("voorbereiden.summary.change.words", "nee, anders, veranderen, aanpassen"),
                goes=_again(mine),
            ),
        ),
        sensitive=True,
        why=_WHY.but(name=mine.name),
    )


def lines(mine: Measurement) -> tuple[Text, ...]:
    """What is kept, in the person's language; their own words as they typed them."""
    kept = mine.answers.get(CHOSEN)
    codes = [code for code in kept if code in _TOPICS] if isinstance(kept, list) else []
    words, begins = mine.answers.get(WORDS), mine.answers.get(FIRST)
    labels = tuple(_TOPICS[code].label for code in map(str, codes) if code != UNSAID)
    told: list[Text] = []
    if labels:
        told.append(t("voorbereiden.summary", "U wilt praten over: {topics}.", topics=labels))
    if isinstance(words, str):
        told.append(t("voorbereiden.summary.told", "In uw eigen woorden: {words}", words=verbatim(words)))
    if isinstance(begins, str) and begins in _TOPICS:
        told.append(t("voorbereiden.summary.first", "Eerst: {topic}.", topic=_TOPICS[begins].label))
    if UNSAID in codes:
        told.append(t("voorbereiden.summary.unsaid", "De rest vertelt u liever in het gesprek zelf. Dat is goed."))
    return tuple(told) or (t("voorbereiden.summary.nothing", "U koos nog niets. Dat mag ook in het gesprek zelf."),)


def noted(case: Case) -> Screen:
    """Done; the talk is still theirs. No day is named: that is for who agrees on one."""
    mine = case.world.get(Measurement)
    if mine.ended or mine.kind != Kind.AGENDA:
        return missing(case)
    more, choices = then(mine)
    return Screen(
        (
            t("voorbereiden.noted", "Dank u wel. {name} leest dit voor het gesprek.", name=mine.name),
            t("voorbereiden.noted.free", "In het gesprek mag het ook over iets anders gaan."),
            *more,
        ),
        choices,
        effects=(*_keep(case, mine), EndMeasurement(mine.id)),
        sensitive=True,
    )
