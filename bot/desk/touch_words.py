"""The desk's Dutch for keeping in touch: plans, check-ins, hard moments, and what happened with them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.contact.reading import Answers, KeptCheckIn, KeptPlan
from bot.desk.wording import SPOKEN
from flows.aftercare import RHYTHMS, Means, MomentKind, Part, PlanKind, Rhythm
from flows.checkin_woorden import BY_CODE
from locales.formatting import say_date

KINDS: dict[str, str] = {
    PlanKind.FIXED: "Vast contactmoment",
    PlanKind.WATCH: "Waakvlam",
    PlanKind.FOLLOW: "Volgen",
    PlanKind.AFTERCARE: "Nazorg",
}
#: What each kind is for, where one is chosen.
ABOUT: dict[str, str] = {
    PlanKind.FIXED: "vanaf het begin",
    PlanKind.WATCH: "tijdens het aflossen",
    PlanKind.FOLLOW: "hooguit een half jaar",
    PlanKind.AFTERCARE: "hooguit een jaar",
}
RHYTHM_WORDS: dict[str, str] = {
    Rhythm.WEEK: "elke week",
    Rhythm.TWO_WEEKS: "om de twee weken",
    Rhythm.MONTH: "elke maand",
    Rhythm.TWO_MONTHS: "om de twee maanden",
    Rhythm.QUARTER: "elk kwartaal",
    Rhythm.HALF_YEAR: "elk half jaar",
    Rhythm.ONCE: "één keer, daarna niet meer",
}
PARTS: dict[str, str] = {
    Part.MORNING: "in de ochtend",
    Part.AFTERNOON: "in de middag",
    Part.EVENING: "in de avond",
}
MEANS: dict[str, str] = {
    Means.CHAT: "in de chat",
    Means.PHONE: "door te bellen",
    Means.VISIT: "op bezoek",
}
WEEKDAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
#: What stands for each kind and rhythm in the form that agrees on one.
CHOICES: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = tuple(
    (
        f"{KINDS[kind]} ({ABOUT[kind]})",
        tuple((f"{kind.value}:{rhythm.value}", f"{KINDS[kind]}, {RHYTHM_WORDS[rhythm]}") for rhythm in rhythms),
    )
    for kind, rhythms in RHYTHMS.items()
)
#: How someone is: the face that they tapped, and its words, worst first as in ``flows.aftercare.FACES``.
FACES = {code: (BY_CODE[code].icon, BY_CODE[code].label.msgid.lower()) for code in reversed(BY_CODE)}
BALANCES = {"yes": "ja", "just": "net aan", "no": "nee"}
CHANGES = {
    "work": "werk",
    "family": "gezin of relatie",
    "home": "wonen",
    "health": "gezondheid",
    "allowances": "toeslag of uitkering",
    "none": "niets",
}
YES_NO = {"yes": "ja", "no": "nee"}
#: The questions of a check-in, as the desk names them.
QUESTIONS = {
    "mood": "Hoe gaat het",
    "balance": "Komt rond",
    "changes": "Veranderd",
    "contact": "Wil contact",
    "go_on": "Wil dat het doorgaat",
}
MOMENTS: dict[str, str] = {
    MomentKind.BIRTHDAY: "Verjaardag",
    MomentKind.DECEMBER: "Feestdagen in december",
    MomentKind.HOLIDAY_PAY: "Vakantiegeld",
    MomentKind.BILL: "Een rekening die eens per jaar komt",
    MomentKind.OTHER: "Iets anders",
}
NO_AFTERCARE = {
    "not_wanted": "De inwoner wil het niet",
    "not_reached": "De inwoner is niet te bereiken",
    "moved": "De inwoner is verhuisd",
    "died": "De inwoner is overleden",
    "elsewhere": "De inwoner krijgt dit ergens anders",
    "other": "Iets anders",
}
#: Why a caseworker ends a plan (``bot.contact.plans.ENDED``).
ENDED = {
    "goals_met": "De doelen zijn gehaald",
    "other_plan": "Er komt iets anders voor in de plaats",
    "not_wanted": "De inwoner wil het niet meer",
    "not_reached": "De inwoner is niet te bereiken",
    "other": "Iets anders",
}
#: Why a plan ended or is paused, or a contact did not take place.
REASONS = {
    **{code: said[:1].lower() + said[1:] for code, said in (NO_AFTERCARE | ENDED).items()},
    "replaced": "er kwam een ander voor in de plaats",
    "declined": "de inwoner wilde dit nu liever niet",
    "paused": "gepauzeerd door ons",
    "paused_by_person": "gepauzeerd door de inwoner",
    "opted_out": "de inwoner wil geen berichten uit zichzelf (stop)",
    "no_address": "er was geen weg om te schrijven",
    "too_late": "het mocht pas weer toen het te laat was",
    "crisis": "er was een crisis",
    "over": "de langste tijd was voorbij",
    "alone": "de inwoner kan zelf verder",
    "once": "het ene contact is geweest",
    "closed": "de hulp is afgesloten",
    "merged": "dit dossier werd samengevoegd",
    "erased": "de gegevens zijn gewist",
}
#: Events that ask a human to look at how someone is, and what the inbox says of them.
ASKS = {
    "check_in_red": "check-in: kijk even mee",
    "check_in_silent": "geen antwoord op check-in",
    "check_in_unreached": "check-in kon niet weg",
    "check_in_due": "belmoment vandaag",
    "check_in_go_on": "einde van volgen: beslis wat er komt",
    "following_over": "volgen is voorbij: nazorg kan beginnen",
}
_PLAN = {
    "proposed": "voorgesteld",
    "agreed": "afgesproken",
    "paused": "gepauzeerd",
    "resumed": "gaat weer door",
    "once": "nog één contact, daarna niet meer",
    "ended": "gestopt",
}
_MOMENT = {"kept": "bewaard", "dropped": "weggehaald"}
#: Why something was refused, where these words differ from those for other pages.
REFUSED = {
    "no_case": "Er loopt nu geen hulp: nog niet aangemeld, of afgesloten. Er is niets gedaan.",
    "no_plan": "Er staat nu geen contact houden (meer) waarbij dit kan. Kijk hieronder hoe het nu is.",
    "plan_over": "Deze soort contact heeft al zo lang geduurd als mag: volgen een half jaar, nazorg een jaar. Kies "
    "iets anders. Er is niets veranderd.",
    "bad_plan": "Kies een soort en hoe vaak. Bellen en bezoek kunnen alleen op maandag tot en met vrijdag.",
    "no_reason": "Kies eerst waarom. Er is niets veranderd.",
    "no_day": "Kies een dag die nog komt, binnen een jaar. Er is niets veranderd.",
    "opted_out": "Deze inwoner wil geen berichten uit zichzelf (stop). Dat kan alleen de inwoner zelf veranderen.",
    "no_answer": "Dit antwoord past niet bij de vraag. ‘Niets’ gaat niet samen met een verandering.",
    "no_way": "Kies eerst hoe het contact was.",
    "contact_gone": "Dit contact is net al vastgelegd of voorbij. Kijk hieronder hoe het nu is.",
    "too_long": "Uw tekst is te lang. Er is niets veranderd.",
}


def day(when: date) -> str:
    """``maandag 23 november 2026``."""
    return f"{say_date(when, 'nl')} {when.year}"


def plan(one: KeptPlan) -> str:
    """How contact was agreed: ``Waakvlam: elke maand, op dinsdag in de middag, in de chat``."""
    weekday = "" if one.weekday is None else f"op {WEEKDAYS[one.weekday]} "
    when = "" if one.means is Means.VISIT and one.weekday is None else f", {weekday}{PARTS[one.part]}"
    return f"{KINDS[one.kind]}: {RHYTHM_WORDS[one.rhythm]}{when}, {MEANS[one.means]}"


def state(one: KeptCheckIn) -> str:
    """What became of a contact, in words."""
    match one.state:
        case "planned":
            return "staat gepland"
        case "asked" if one.means is not Means.CHAT:
            return "is nu aan ons"
        case "asked" if one.answers is not None and one.answers.given:
            return "half ingevuld"
        case "asked":
            return "nog geen antwoord, twee keer gevraagd" if one.again_at else "gevraagd, nog geen antwoord"
        case "answered":
            return "beantwoord"
        case "silent":
            return "geen antwoord"
        case "held":
            return f"contact gehad, door {one.by}" if one.by else "contact gehad"
    why = REASONS.get(one.reason or "", "")
    return f"ging niet door{f': {why}' if why else ''}"


def answered(said: Answers | None) -> tuple[tuple[str, str, str], ...]:
    """What was said, question by question: its name, a sign, and the words."""
    if said is None:
        return ()
    found = []
    if said.mood in FACES:
        found.append((QUESTIONS["mood"], *FACES[said.mood]))
    if said.balance in BALANCES:
        found.append((QUESTIONS["balance"], "", BALANCES[said.balance]))
    if said.changes:
        found.append((QUESTIONS["changes"], "", changes(said)))
    if said.contact in YES_NO:
        found.append((QUESTIONS["contact"], "", YES_NO[said.contact]))
    if said.go_on in YES_NO:
        found.append((QUESTIONS["go_on"], "", YES_NO[said.go_on]))
    return tuple(found)


def changes(said: Answers) -> str:
    """``werk en wonen``."""
    *others, last = (CHANGES.get(each, each) for each in said.changes)
    return f"{', '.join(others)} en {last}" if others else last


def why(kind: str, detail: Any) -> str | None:
    """Why a human looks, for the inbox and the card; None for other events."""
    told = detail if isinstance(detail, Mapping) else {}
    if kind == "check_in_due" and told.get("means") == Means.VISIT:
        return "bezoek vandaag"
    if kind == "check_in_red":
        red = _red(told)
        return f"check-in: {red}" if red else ASKS[kind]
    if kind == "check_in_go_on" and told.get("go_on"):
        return "einde van volgen: de inwoner wil dat het doorgaat"
    return ASKS.get(kind)


def no_aftercare(reason: str) -> str:
    """Why no aftercare is possible, in a sentence."""
    said = NO_AFTERCARE.get(reason, "")
    return said[:1].lower() + said[1:]


def event(kind: str, detail: Any) -> str:
    """What an event tells, after its name; empty for other events."""
    if not isinstance(detail, Mapping):
        return ""
    match kind:
        case "contact_plan":
            reason = REASONS.get(str(detail.get("reason")), "")
            until = detail.get("until")
            last = f" tot en met {day(date.fromisoformat(until))}" if isinstance(until, str) else ""
            named = KINDS.get(str(detail.get("kind")), "").lower()
            return f": {named} {_PLAN.get(str(detail.get('what')), '')}{last}{f', {reason}' if reason else ''}"
        case "check_in_red":
            quiet = "; wil nu geen contact" if detail.get("quiet") else ""
            return f": {_red(detail)}{quiet}"
        case "check_in_held" if detail.get("kind") in KINDS:
            return f": {KINDS[detail['kind']].lower()}, {SPOKEN[detail['how']].lower()}"
        case "check_in_due":
            return f": {'bezoek' if detail.get('means') == Means.VISIT else 'bellen'}"
        case "check_in_go_on":
            return f": {'wil dat het doorgaat' if detail.get('go_on') else 'kan zelf verder'}"
        case "no_aftercare":
            words = f" ({detail['words']})" if detail.get("words") else ""
            return f": {no_aftercare(str(detail.get('reason')))}{words}"
        case "introduced":
            return f": {detail.get('was')} → {detail.get('name')}"
        case "hard_moment":
            return f" {_MOMENT.get(str(detail.get('what')), '')}"
    return ""


def _red(told: Mapping[str, Any]) -> str:
    """Which answers ask for a human."""
    found = []
    if told.get("contact") == "yes":
        found.append("wil contact")
    if told.get("mood") in ("awful", "bad"):
        found.append(f"het gaat {FACES[told['mood']][1]}")
    if told.get("balance") == "no":
        found.append("komt niet rond")
    return ", ".join(found)
