"""What can be answered at sign-up, and the summary of it in the person's own words."""

from __future__ import annotations

from flows.grammar import Case, Choice, Text, t, verbatim

FOR_WHOM = (
    Choice(
        "self",
        "🙋",
        t("aanmelden.for_whom.self", "Voor mijzelf"),
        words=t(
            "aanmelden.for_whom.self.words",
            "ik, ikzelf, mezelf, mijzelf, mij, wij, ons, mijn gezin, ik ben moeder, ik ben vader, "
            "alleenstaande moeder, alleenstaande vader",
        ),
    ),
    Choice(
        "helper",
        "👥",
        t("aanmelden.for_whom.helper", "Voor iemand anders"),
        event="other",
        words=t(
            "aanmelden.for_whom.helper.words",
            "mijn moeder, mijn mama, mijn vader, mijn papa, mijn ouders, mijn zoon, "
            "mijn dochter, mijn man, mijn vrouw, vriend, vriendin, buurvrouw, buurman, broer, zus, ander",
        ),
    ),
    Choice(
        "professional",
        "💼",
        t("aanmelden.for_whom.professional", "Voor mijn werk"),
        event="other",
        words=t("aanmelden.for_whom.professional.words", "professional, hulpverlener, wijkteam, begeleider, collega"),
    ),
    Choice(
        "bewindvoerder",
        "⚖️",
        t("aanmelden.for_whom.bewindvoerder", "Ik ben bewindvoerder"),
        event="other",
        words=t("aanmelden.for_whom.bewindvoerder.words", "bewindvoerder, bewind, bewindvoering, curator, mentor"),
    ),
    Choice(
        "young",
        "🎒",
        t("aanmelden.for_whom.young", "Ik ben jonger dan 18"),
        event="young",
        words=t("aanmelden.for_whom.young.words", "minderjarig, scholier"),
    ),
)

WORRIES = (
    Choice(
        "rent",
        "🏠",
        t("aanmelden.worries.rent", "Huur of hypotheek"),
        words=t("aanmelden.worries.rent.words", "huis, woning, huurachterstand, huurschuld"),
    ),
    Choice(
        "energy",
        "💡",
        t("aanmelden.worries.energy", "Energie of water"),
        words=t("aanmelden.worries.energy.words", "gas, stroom, licht, elektriciteit, energierekening"),
    ),
    Choice(
        "care",
        "🏥",
        t("aanmelden.worries.care", "Zorgverzekering"),
        words=t("aanmelden.worries.care.words", "zorg, zorgpremie, ziekenfonds, eigen risico"),
    ),
    Choice(
        "fines",
        "🚓",
        t("aanmelden.worries.fines", "Boetes"),
        words=t("aanmelden.worries.fines.words", "boete, cjib, verkeersboete"),
    ),
    Choice(
        "tax",
        "🧾",
        t("aanmelden.worries.tax", "Belasting of toeslagen"),
        short=t("aanmelden.worries.tax.short", "Belasting, toeslag"),
        words=t("aanmelden.worries.tax.words", "toeslag, terugbetalen, uitkering terug, belastingdienst, uwv"),
    ),
    Choice(
        "loans",
        "💳",
        t("aanmelden.worries.loans", "Lening of afbetaling"),
        words=t("aanmelden.worries.loans.words", "leningen, lenen, krediet, rood staan, achteraf betalen, klarna"),
    ),
    Choice(
        "bailiff",
        "⚖️",
        t("aanmelden.worries.bailiff", "Deurwaarder"),
        words=t("aanmelden.worries.bailiff.words", "incasso, incassobureau, beslag, dwangbevel"),
    ),
    Choice(
        "family",
        "👪",
        t("aanmelden.worries.family", "Geleend van familie"),
        words=t("aanmelden.worries.family.words", "familie, vrienden, geleend"),
    ),
    Choice(
        "business",
        "🏪",
        t("aanmelden.worries.business", "Mijn eigen bedrijf"),
        words=t("aanmelden.worries.business.words", "bedrijf, zaak, zzp, ondernemer, winkel"),
    ),
    Choice(
        "post",
        "📬",
        t("aanmelden.worries.post", "Ik open mijn post niet"),
        short=t("aanmelden.worries.post.short", "Post niet open"),
        words=t("aanmelden.worries.post.words", "post, brieven, enveloppen, ongeopende post"),
    ),
    Choice(
        "other", "✏️", t("aanmelden.worries.other", "Iets anders"), words=t("aanmelden.worries.other.words", "anders")
    ),
    Choice(
        "private",
        "🤐",
        t("aanmelden.worries.private", "Zeg ik liever niet"),
        words=t("aanmelden.worries.private.words", "liever niet, privé, geheim"),
    ),
)

URGENCY = (
    Choice(
        "letter",
        "✉️",
        t("aanmelden.urgency.letter", "Brief met een datum"),
        event="letter",
        words=t("aanmelden.urgency.letter.words", "brief, een brief, datum, dagvaarding"),
    ),
    Choice(
        "cutoff",
        "🔌",
        t("aanmelden.urgency.cutoff", "Stroom of water stopt"),
        event="cutoff",
        short=t("aanmelden.urgency.cutoff.short", "Stroom, water stopt"),
        words=t("aanmelden.urgency.cutoff.words", "afsluiting, afgesloten, gas, stroom, water, energie"),
    ),
    Choice(
        "bailiff",
        "🚪",
        t("aanmelden.urgency.bailiff", "Deurwaarder komt"),
        event="seizure",
        words=t("aanmelden.urgency.bailiff.words", "deurwaarder, deurwaarder aan de deur"),
    ),
    Choice(
        "seized",
        "🔒",
        t("aanmelden.urgency.seized", "Beslag op geld"),
        event="seizure",
        words=t("aanmelden.urgency.seized.words", "beslag, loonbeslag, rekening geblokkeerd, bankbeslag"),
    ),
    Choice(
        "food",
        "🍞",
        t("aanmelden.urgency.food", "Geen eten vandaag"),
        event="food",
        words=t("aanmelden.urgency.food.words", "geen eten, honger, eten"),
    ),
    Choice(
        "none",
        "🙂",
        t("aanmelden.urgency.none", "Nee, nu niet"),
        words=t("aanmelden.urgency.none.words", "nee, geen, niets, niks, geen haast, gaat wel"),
    ),
)

LETTER = (
    Choice(
        "home",
        "🏠",
        t("aanmelden.letter.home", "Het huis uit"),
        event="home",
        words=t("aanmelden.letter.home.words", "ontruiming, huis, woning, uitzetting, huisuitzetting"),
    ),
    Choice(
        "utilities",
        "💡",
        t("aanmelden.letter.utilities", "Stroom, gas of water"),
        event="utilities",
        words=t("aanmelden.letter.utilities.words", "stroom, gas, water, energie, warmte, afsluiting"),
    ),
    Choice(
        "care",
        "🏥",
        t("aanmelden.letter.care", "Zorgverzekering"),
        event="care",
        words=t("aanmelden.letter.care.words", "zorg, verzekering"),
    ),
    Choice(
        "court",
        "⚖️",
        t("aanmelden.letter.court", "Rechter of deurwaarder"),
        event="seizure",
        short=t("aanmelden.letter.court.short", "Rechter, deurwaarder"),
        words=t("aanmelden.letter.court.words", "rechtbank, dagvaarding, dwangbevel, beslag, vonnis"),
    ),
    Choice("other", "✏️", t("aanmelden.letter.other", "Iets anders"), words=t("aanmelden.letter.other.words", "anders")),
    Choice(
        "unknown",
        "🤷",
        t("aanmelden.letter.unknown", "Dat weet ik niet"),
        words=t("aanmelden.letter.unknown.words", "weet niet, geen idee"),
    ),
)

HOW = (
    Choice(
        "chat",
        "💬",
        t("aanmelden.how.chat", "Hier in de chat"),
        words=t("aanmelden.how.chat.words", "chat, chatten, hier, appen, bericht"),
    ),
    Choice(
        "phone",
        "📞",
        t("aanmelden.how.phone", "Telefoon"),
        words=t("aanmelden.how.phone.words", "bellen, bel, bel maar, telefonisch, bel mij, mobiel"),
    ),
    Choice(
        "visit",
        "🏢",
        t("aanmelden.how.visit", "Op kantoor"),
        words=t("aanmelden.how.visit.words", "langskomen, kantoor, gemeentehuis, ik kom naar u"),
    ),
    Choice(
        "home",
        "🏠",
        t("aanmelden.how.home", "Bij mij thuis"),
        words=t("aanmelden.how.home.words", "thuis, huisbezoek, bij mij"),
    ),
    Choice(
        "elsewhere",
        "📍",
        t("aanmelden.how.elsewhere", "Op een andere plek"),
        words=t("aanmelden.how.elsewhere.words", "ergens anders, buurthuis, bibliotheek, andere plek"),
    ),
)

WHEN = (
    Choice(
        "morning",
        "🌅",
        t("aanmelden.when.morning", "In de ochtend"),
        words=t("aanmelden.when.morning.words", "ochtend, ochtends"),
    ),
    Choice(
        "afternoon",
        "☀️",
        t("aanmelden.when.afternoon", "In de middag"),
        words=t("aanmelden.when.afternoon.words", "middag, middags"),
    ),
    Choice(
        "evening",
        "🌙",
        t("aanmelden.when.evening", "In de avond"),
        words=t("aanmelden.when.evening.words", "avond, avonds, na het werk"),
    ),
)

NOT_ON = (
    Choice("mon", "🗓️", t("aanmelden.not_on.mon", "Maandag")),
    Choice("tue", "🗓️", t("aanmelden.not_on.tue", "Dinsdag")),
    Choice("wed", "🗓️", t("aanmelden.not_on.wed", "Woensdag")),
    Choice("thu", "🗓️", t("aanmelden.not_on.thu", "Donderdag")),
    Choice("fri", "🗓️", t("aanmelden.not_on.fri", "Vrijdag")),
)

CONTACT = (
    Choice(
        "returns",
        "🔑",
        t("aanmelden.contact.returns", "Ik kom zelf terug"),
        words=t("aanmelden.contact.returns.words", "zelf terug, code, liever niet, nee"),
    ),
)

INTERPRETER = (
    Choice(
        "no",
        "👍",
        t("aanmelden.interpreter.no", "Nee, niet nodig"),
        words=t("aanmelden.interpreter.no.words", "nee, geen tolk, hoeft niet"),
    ),
    Choice(
        "yes",
        "🗣️",
        t("aanmelden.interpreter.yes", "Ja, graag een tolk"),
        words=t("aanmelden.interpreter.yes.words", "ja, ja graag, tolk"),
    ),
)

EXTRA = (
    Choice(
        "neither",
        "👌",
        t("aanmelden.extra.neither", "Nee, geen van beide"),
        words=t("aanmelden.extra.neither.words", "nee, geen, niet"),
    ),
    Choice(
        "business",
        "🏪",
        t("aanmelden.extra.business", "Eigen bedrijf"),
        words=t("aanmelden.extra.business.words", "zzp, ondernemer, zaak"),
    ),
    Choice(
        "young",
        "🎓",
        t("aanmelden.extra.young", "Jonger dan 27"),
        words=t("aanmelden.extra.young.words", "jong, student"),
    ),
    Choice(
        "both", "🎒", t("aanmelden.extra.both", "Allebei"), words=t("aanmelden.extra.both.words", "beide, alle twee")
    ),
)


def for_other(case: Case) -> bool:
    """Whether the sign-up is about someone other than who writes."""
    return case.picked("for_whom") in ("helper", "professional", "bewindvoerder")


def lines(case: Case) -> tuple[Text, ...]:
    """What was answered, a line each; what was skipped is not there."""
    answered = (
        ("for_whom", t("aanmelden.summary.for_whom", "Aanmelding: {what}"), FOR_WHOM),
        ("first_words", t("aanmelden.summary.first_words", "Uw eerste bericht: {what}"), ()),
        ("about", t("aanmelden.summary.about", "Het gaat om: {what}"), ()),
        ("organisation", t("aanmelden.summary.organisation", "Organisatie: {what}"), ()),
        ("worries", t("aanmelden.summary.worries", "Zorgen: {what}"), WORRIES),
        ("urgency", t("aanmelden.summary.urgency", "Haast: {what}"), URGENCY),
        ("letter", t("aanmelden.summary.letter", "Brief over: {what}"), LETTER),
        ("place", t("aanmelden.summary.place", "Postcode of buurt: {what}"), ()),
        ("name", t("aanmelden.summary.name", "Naam: {what}"), ()),
        ("how", t("aanmelden.summary.how", "Contact: {what}"), HOW),
        ("when", t("aanmelden.summary.when", "Beste tijd: {what}"), WHEN),
        ("not_on", t("aanmelden.summary.not_on", "Liever niet op: {what}"), NOT_ON),
        ("contact", t("aanmelden.summary.contact", "Bereikbaar: {what}"), CONTACT),
        ("interpreter", t("aanmelden.summary.interpreter", "Tolk: {what}"), INTERPRETER),
        ("anything", t("aanmelden.summary.anything", "Verder: {what}"), ()),
        ("extra", t("aanmelden.summary.extra", "Bedrijf of jonger dan 27: {what}"), EXTRA),
    )
    found = ((line, _said(case, name, choices)) for name, line, choices in answered)
    return tuple(line.but(what=what) for line, what in found if what)


def _said(case: Case, name: str, choices: tuple[Choice, ...]) -> tuple[Text, ...]:
    labels = {choice.id: choice.label for choice in choices}
    told = case.told(name)
    return (*(labels[id_] for id_ in case.all(name) if id_ in labels), *((verbatim(told),) if told else ()))


KEEP = Choice(
    "keep",
    "↩️",
    t("aanmelden.change.keep", "Toch niets"),
    words=t("aanmelden.change.keep.words", "nee, niets, niks, klopt toch, klaar, verder"),
)


def change_choices(case: Case) -> tuple[Choice, ...]:
    """A button per question that fits this person, also for what was skipped, and one to change nothing."""
    asked = _asked_for(case)
    return (*(choice for choice in CHANGES if choice.id in asked), KEEP)


def _asked_for(case: Case) -> frozenset[str]:
    capacity = case.picked("for_whom")
    names = {"for_whom", "worries", "urgency", "place", "name", "how", "when", "interpreter", "anything", "extra"}
    if for_other(case):
        names.add("about")
    if capacity in ("professional", "bewindvoerder"):
        names.add("organisation")
    if case.moment.channel == "webchat" or "phone" in case.all("how"):
        names.add("contact")
    return frozenset(names)


CHANGES = (
    Choice("for_whom", "🙋", t("aanmelden.change.for_whom", "Voor wie"), event="change_for_whom"),
    Choice("about", "👤", t("aanmelden.change.about", "Om wie het gaat"), event="change_about"),
    Choice("organisation", "🏢", t("aanmelden.change.organisation", "Organisatie"), event="change_organisation"),
    Choice("worries", "💭", t("aanmelden.change.worries", "De zorgen"), event="change_worries"),
    Choice("urgency", "⏰", t("aanmelden.change.urgency", "De haast"), event="change_urgency"),
    Choice("place", "📍", t("aanmelden.change.place", "Postcode of buurt"), event="change_place"),
    Choice("name", "🏷️", t("aanmelden.change.name", "Naam"), event="change_name"),
    Choice(
        "how",
        "💬",
        t("aanmelden.change.how", "Hoe we contact hebben"),
        event="change_how",
        short=t("aanmelden.change.how.short", "Soort contact"),
    ),
    Choice("when", "🕘", t("aanmelden.change.when", "Dag en tijd"), event="change_when"),
    Choice("contact", "📞", t("aanmelden.change.contact", "Nummer of e-mail"), event="change_contact"),
    Choice("interpreter", "🗣️", t("aanmelden.change.interpreter", "Tolk"), event="change_interpreter"),
    Choice(
        "anything",
        "✏️",
        t("aanmelden.change.anything", "Wat u nog wilt zeggen"),
        event="change_anything",
        short=t("aanmelden.change.anything.short", "Nog iets zeggen"),
    ),
    Choice("extra", "🏪", t("aanmelden.change.extra", "Bedrijf of leeftijd"), event="change_extra"),
)
