"""The desk's Dutch: clocks in working time, and words for what the database keeps as codes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from babel import Locale

from bot import lengths
from bot.clock import DAY, Calendar, from_ms
from flows.agenda import Kind
from flows.arriving import VOICE_NOTE
from flows.grammar import Category, Json, Urgency
from locales.formatting import say_date

Tone = Literal["late", "soon", "calm"]


@dataclass(frozen=True, slots=True)
class Countdown:
    """How much time is left: in words, with the exact moment, and how pressing it is (for sign and colour)."""

    words: str
    exact: str
    tone: Tone


QUEUES = {
    "ours": "Aan ons",
    "crisis": "Crisis",
    "new": "Nieuw",
    "waiting_us": "Wacht op ons",
    "waiting_them": "Wacht op inwoner",
    "check_ins": "Check-ins",
    "bot": "Bij de chatbot",
    "closed": "Gesloten",
}
URGENCIES = {
    Urgency.NORMAL: "",
    Urgency.URGENT: "Spoed",
    Urgency.CRISIS: "Crisis",
    Urgency.DANGER: "Direct gevaar",
}
CATEGORIES = {
    Category.LIFE: "leven in gevaar",
    Category.VIOLENCE: "geweld of dreiging",
    Category.HOME: "huis kwijtraken",
    Category.UTILITIES: "afsluiting van energie of water",
    Category.CARE: "zorgverzekering stopt",
    Category.FOOD: "geen eten",
    Category.SEIZURE: "deurwaarder of beslag",
}
CAPACITIES = {
    "self": "Voor zichzelf",
    "helper": "Voor een naaste",
    "professional": "Professional, voor een ander",
    "bewindvoerder": "Bewindvoerder",
}
PROMISES = {
    "first_contact": "Eerste contact",
    "intake": "Intake",
    "answer": "Antwoord",
    "crisis": "Contact bij crisis",
    "first_talk": "Eerste gesprek (Wgs)",
    "crisis_talk": "Gesprek bij crisis (Wgs)",
    "decision": "Beschikking",
    "news": "Nieuws over de voortgang",
    "evaluation": "Evaluatie",
}
#: Ways to meet (``flows.agenda.Kind``).
MEETINGS: dict[str, str] = {
    Kind.PHONE: "Bellen",
    Kind.OFFICE: "Op kantoor",
    Kind.HOME: "Bij de inwoner thuis",
    Kind.ELSEWHERE: "Op een andere plek",
    Kind.VIDEO: "Videobellen",
    Kind.CALL: "Samen een schuldeiser bellen",
    Kind.PAPERS: "Samen papieren ordenen",
}
#: What people are invited to (``flows.measuring.Kind``), and what becomes of it.
MEASUREMENTS: dict[str, str] = {
    "agenda": "Gesprek voorbereiden",
    "living": "Leefgebieden",
    "healthy": "Financieel gezond",
}
_MEASURED = {
    "invited": "uitgenodigd",
    "enough": "de inwoner is klaar",
    "declined": "de inwoner wilde dit liever niet",
    "withdrawn": "ingetrokken",
}
CHANNELS = {"webchat": "webchat", "telegram": "Telegram", "whatsapp": "WhatsApp", "email": "e-mail"}
#: How people spoke outside the chat (``takeover.SPOKEN``).
SPOKEN = {"telefoon": "Telefoon", "bezoek": "Bezoek of afspraak", "anders": "Op een andere manier"}
ROLES = {
    "caseworker": "medewerker",
    "coordinator": "coördinator",
    "beheerder": "beheerder",
    "auditor": "auditor, alleen lezen",
}

#: What came in and could not be kept, by the kind of the message; too big or of a type that we do not take.
NOT_KEPT = {
    "photo": "Foto niet bewaard: te groot, of een soort die we niet aannemen.",
    "voice": "Spraakbericht niet bewaard: te groot, of een soort die we niet aannemen.",
    "file": "Bestand niet bewaard: te groot, of een soort die we niet aannemen.",
}

#: What happened with a file; names of staff stand beside it.
EVENTS = {
    "hold_placed": "Vastgezet: niet wissen",
    "hold_lifted": "Niet langer vastgezet",
    "erased": "Gegevens gewist op verzoek; wat moet blijven, bleef",
    "signup": "Aanmelding afgerond",
    "handover": "Mens gevraagd",
    "alarm": "Crisis herkend",
    "false_alarm": "Inwoner: geen crisis",
    "alarm_acknowledged": "Alarm bevestigd",
    "contact_acknowledged": "Vraag om contact bevestigd",
    "crisis_over": "Crisis afgerond",
    "taken_over": "Overgenomen",
    "handed_back": "Teruggegeven aan de chatbot",
    "lapsed": "Overname verlopen",
    "assigned": "Toegewezen",
    "failed_step": "Storing: bericht niet verwerkt",
    "deadline_near": "Termijn loopt af",
    "deadline_passed": "Termijn voorbij",
    "decided": "Beschikking verstuurd",
    "phase": "Stap",
    "progress": "Voortgang verteld",
    "contact": "Ander contact",
    "undelivered": "Bericht niet aangekomen",
    "not_reminded": "Herinnering aan een afspraak niet verstuurd: er is geen weg naar de inwoner",
    "fell_back": "Bericht langs een andere weg gestuurd",
    "blocked": "Inwoner blokkeerde ons op een kanaal",
    "unblocked": "Inwoner liet ons op een kanaal weer toe",
    "number_changed": "Inwoner kreeg een ander nummer; naar het oude gaat niets meer",
    "contactmoment": "Contact buiten de chat",
    "no_slots": "Inwoner vond geen vrij moment",
    "appointment_proposed": "Momenten voorgesteld",
    "appointment_booked": "Afspraak gemaakt",
    "appointment_moved": "Afspraak verzet",
    "appointment_link": "Link gegeven",
    "appointment_cancelled": "Afspraak afgezegd",
    "appointment_confirmed": "Inwoner zei te komen",
    "appointment_said": "Inwoner schreef iets bij een afspraak",
    "appointment_held": "Afspraak geweest",
    "appointment_no_show": "Niet verschenen",
    "summary_sent": "Afspraken verstuurd",
    "summary_answered": "Inwoner antwoordde op de afspraken",
    "summary_first": "Inwoner zei wat het eerst komt",
    "agreement_done": "Inwoner: gedaan",
    "agreement_undone": "Inwoner: toch niet gedaan",
    "agreement_stuck": "Inwoner: lukt niet",
    "agreement_moved": "Inwoner koos een andere dag",
    "agreement_settled": "Afspraak aangepast",
    "task_due": "Een taak van ons is vandaag aan de beurt",
    "agreements_mailed": "Inwoner liet de afspraken ook mailen",
    "measurement": "Voorbereiding of meting",
    "rights": "Inwoner wil samen nakijken of hier recht op is",
    "contact_plan": "Contact houden",
    "check_in_red": "Check-in vraagt iemand",
    "check_in_silent": "Geen antwoord op check-in",
    "check_in_unreached": "Check-in kon niet weg",
    "check_in_due": "Contact is vandaag aan ons",
    "check_in_held": "Contact gehad",
    "check_in_go_on": "Inwoner aan het einde van volgen",
    "following_over": "Volgen is voorbij: nazorg kan beginnen",
    "no_aftercare": "Nazorg is niet mogelijk",
    "hard_moment": "Moeilijk moment",
    "introduced": "Inwoner is nu van de opvolger",
    "evaluated": "Geëvalueerd",
    "closed": "Hulp afgesloten",
    "reopened": "Hulp weer geopend",
    "put_away": "Weer naar Gesloten",
    "signal": "Vroegsignaal",
    "signal_after": "Vroegsignaal na de hulp",
    "signal_invited": "Uitgenodigd na een vroegsignaal",
    "signal_call": "Bellen na een vroegsignaal",
    "signal_done": "Vroegsignaal opgepakt",
    "signal_keys": "Herkennen bij een vroegsignaal",
    "pin_removed": "Pincode verwijderd",
    "data_asked": "Inwoner vroeg om de eigen gegevens",
    "data_withdrawn": "Inwoner trok die vraag in",
    "data_identified": "Gezegd dat het de inwoner zelf is",
    "data_refused": "Verzoek over gegevens geweigerd",
    "data_shown": "Inwoner opende de eigen pagina",
    "data_downloaded": "Inwoner nam de eigen gegevens mee",
    "links_ended": "Persoonlijke links ingetrokken",
    "merge": "Samengevoegd met een ander dossier van deze inwoner",
}

#: What the desk says when something is refused, by code, and what then.
REFUSALS = {
    "no_how": "Kies hoe u weet dat dit de inwoner zelf is.",
    "no_why": "Schrijf waarom het niet kan. De inwoner leest dat.",
    "settled": "Dit verzoek is net al beantwoord, of de inwoner trok het in.",
    "not_sure_erase": "Er is niets gewist. Kruis eerst aan dat het weg mag.",
    "is_held": "Er kan nu niets weg. Op de pagina staat waarom.",
    "held_by_other": "Een collega heeft dit gesprek. Overleg even, of vraag om een overdracht. "
    "Teruggeven aan de chatbot kan die collega, of een coördinator.",
    "not_held": "U heeft dit gesprek niet overgenomen. Neem het eerst over; uw tekst blijft staan.",
    "not_acted": "Van deze crisis weet nog niemand. Neem het gesprek over of bevestig het alarm; daarna kunt u "
    "zeggen dat de crisis voorbij is.",
    "newer_crisis": "Er kwam net een crisis bij. Kijk eerst wat de inwoner schreef.",
    "newer_message": "Er kwam net een bericht bij. Lees dat eerst, en leg het contact dan vast; wat u typte, staat bij "
    "de notities.",
    "no_way": "Kies eerst hoe u de inwoner sprak.",
    "newer_reply": "Een collega antwoordde net. Lees dat antwoord eerst; uw tekst staat er nog.",
    "empty": "Er staat nog niets om te versturen.",
    "wrong_type": "Dit bestand kan niet mee. Kies een foto, een pdf of een spraakbericht. Uw tekst staat er nog.",
    "too_big": "Dit bestand is te groot. Kies een kleiner bestand; uw tekst staat er nog.",
    "links_stay": "De links werken nog. Kruis eerst aan dat de inwoner dit wil, of dat een ander de link heeft.",
    "not_sure": "De pincode is er nog. Kruis eerst aan dat u zeker weet wie u spreekt.",
    "moved": "Dit dossier is samengevoegd met een ander dossier van dezelfde inwoner. U ziet nu dat dossier. "
    "Er is niets veranderd; wat u typte, staat er nog.",
    "too_long": "Dit is te lang voor één bericht. Maak er twee berichten van.",
    "gone": "Dit dossier bestaat niet of niet meer.",
    "erased": "De gegevens van deze persoon zijn gewist. Er is niets meer te lezen.",
    "not_allowed": "Met uw rol kunt u wel meelezen, maar niets veranderen.",
    "not_yours": "Deze uren zijn van een collega of van het team. Een coördinator kan ze veranderen.",
    "no_colleague": "Deze collega is niet bekend, of kan geen dossiers krijgen.",
    "no_kind": "Kies eerst wat voor afspraak het wordt.",
    "no_link": "Dit is geen link naar een videogesprek. Een link begint met https://, heeft geen spaties, en is "
    "hooguit 500 tekens lang. Er is niets veranderd, en de inwoner kreeg geen bericht.",
    "not_video": "Dit is geen videogesprek: er hoort geen link bij. Er is niets veranderd, en de inwoner kreeg geen "
    "bericht.",
    "no_moment": "Kies een moment dat nog komt, binnen een jaar en op een heel kwartier, zoals 10:15 uur.",
    "slot_taken": "Dit moment is bezet. Er is niets veranderd, en de inwoner kreeg geen bericht. Kies een ander.",
    "resident_busy": "De inwoner heeft dan al een afspraak. Er is niets veranderd, en de inwoner kreeg geen bericht. "
    "Kies een ander moment.",
    "none_chosen": "Kies ten minste één moment. Er is nog niets verstuurd.",
    "too_many": "U kunt hooguit drie momenten tegelijk voorstellen. Er is nog niets verstuurd.",
    "no_phone": "Dit is geen telefoonnummer. Gebruik cijfers en spaties, zoals 010 123 45 67. Er is niets veranderd.",
    "no_email": "Dit is geen e-mailadres. Schrijf het zoals naam@gemeente.nl. Er is niets veranderd.",
    "no_role": "Deze pagina hoort niet bij uw rol.",
    "shut": "Dit dossier is van een ander team. In een noodgeval kunt u het openen, met een reden.",
    "why_held": "Schrijf in een paar woorden waarom; ten minste tien letters.",
    "no_hold_day": "Kies als laatste dag vandaag of later, of laat die leeg.",
    "no_hold": "Dit was al opgeheven.",
    "why_open": "Schrijf in een paar woorden waarom; ten minste tien letters.",
    "no_period": "Kies voor hoe lang.",
    "in_emergency": "U opende dit dossier in een noodgeval. Wie erin mag, verandert het team zelf of een coördinator.",
    "no_team": "Dit team is er niet (meer). Kijk nog eens naar de lijst.",
    "team_name": "Een team heeft een naam van ten hoogste 60 letters, die nog geen ander team heeft.",
    "team_left": "Kies welk team de dossiers en collega's overneemt.",
    "successor_circle": "Dan zou iemand zichzelf opvolgen. Kies een andere collega. Er is niets veranderd.",
    "no_case": "Deze inwoner heeft zich nog niet aangemeld. Er is niets gedaan.",
    "no_phase": "Kies eerst een stap, en wat ermee gebeurt.",
    "newer_phase": "Een collega veranderde net een stap. Kijk hoe het nu staat; er is niets gedaan.",
    "is_now": "Deze stap is al bezig. Er is niets gedaan.",
    "not_now": "Deze stap is niet (meer) bezig. Er is niets gedaan.",
    "is_skipped": "Deze stap stond al op niet nodig. Er is niets gedaan.",
    "was_done": "Deze stap is al klaar. Er is niets gedaan.",
    "nothing_to_undo": "Bij deze stap is niets om terug te draaien.",
    "no_reason": "Kies eerst waardoor het langer duurt.",
    "not_ours": "Deze dag kan niet. Kies een dag binnen drie maanden, en alleen als het druk is bij ons: een dag "
    "van een ander beloven we nooit.",
    "no_name": "Vul in welke schuldeiser antwoordde.",
    "no_answer": "Kies eerst wat de schuldeiser antwoordde.",
    "no_words": "Kies een zin voor wie gaat, of schrijf er zelf een.",
    "newer_contact": "Het vaste contact is intussen iemand anders: kijk hieronder. Er is niets veranderd.",
    "same_contact": "Deze collega is al het vaste contact. Kies een ander.",
    "no_appointment": "Deze afspraak is net veranderd of afgezegd. Er is niets gedaan; u ziet hoe het nu staat.",
    "not_yet": "Deze afspraak is nog niet begonnen. Daarna kunt u zeggen hoe het ging.",
    "too_many_lines": "Hooguit 20 regels in één samenvatting: meer onthoudt niemand. Er is niets veranderd.",
    "no_day": "Kies een dag die nog komt, binnen een jaar. Er is niets veranderd.",
    "no_sentence": "Deze zin staat niet meer in het zinnenboek. Kies een andere.",
    "not_translated": "Niet alles is er in de taal van de inwoner. Er is niets verstuurd.",
    "newer_summary": "Een collega stuurde net ook een samenvatting. Er is niets verstuurd. Klopt uw lijst nog? "
    "Verstuur hem dan nu.",
    "agreement_gone": "Deze afspraak is net veranderd. Er is niets gedaan; u ziet hoe het nu staat.",
    "no_talk_yet": "Dit kan na een persoonlijk gesprek: een afspraak die geweest is, of een contact dat u bij "
    "‘Contact gehad?’ vastlegt. Tot dan gaat er geen uitnodiging uit.",
    "already_invited": "Er staat al zo’n uitnodiging open. Er is niets verstuurd.",
    "danger_first": "Op dit dossier staat direct gevaar. Nu vragen we niets. Spreek de inwoner eerst zelf.",
    "no_invitation": "Deze uitnodiging hoort niet bij dit dossier. Er is niets veranderd.",
    "no_end_reason": "Kies eerst waarom de hulp stopt. Er is niets afgesloten.",
    "no_end_day": "Kies de dag van de beschikking: niet vóór de aanmelding, en niet later dan vandaag.",
    "too_many_open": "Hooguit tien regels over wat nog open staat. Er is niets afgesloten.",
    "has_appointment": "Er komt nog een afspraak. Zeg die eerst af, of sluit af als die geweest is.",
    "not_closed": "Deze hulp is niet (meer) afgesloten. Er is niets veranderd.",
    "no_signal": "Dit signaal staat hier niet (meer). Er is niets veranderd.",
    "keys_over": "De zes maanden na de beschikking zijn voorbij: een signaal komt hier niet meer. Er is niets bewaard.",
    "too_many_keys": "Er staan al vijf kenmerken bij dit dossier. Haal ze eerst weg.",
    "signal_kind": "Kies wat niet betaald is: huur, energie, water of zorgverzekering.",
    "signal_received": "De dag van ontvangst klopt niet: niet in de toekomst, en hooguit een jaar geleden.",
    "signal_surname": "De achternaam klopt niet: alleen letters, spaties, punten en streepjes.",
    "signal_born": "De geboortedatum klopt niet. Schrijf die zoals 31-12-1980.",
    "signal_postcode": "De postcode klopt niet. Schrijf die zoals 1234 AB.",
    "signal_number": "Het huisnummer klopt niet. Schrijf het zoals 12, 12a of 12-2.",
    "signal_phone": "Het telefoonnummer klopt niet.",
    "signal_email": "Het e-mailadres klopt niet.",
    "signal_amount": "Het bedrag klopt niet. Schrijf het zoals 123,45.",
    "signal_sender": "De naam van wie het meldt klopt niet: letters, cijfers en gewone leestekens.",
    "signal_nobody": "Vul in over wie het gaat: achternaam, geboortedatum, postcode en huisnummer samen, of een "
    "telefoonnummer of e-mailadres.",
    "signal_too_long": "Een van de velden is te lang: hooguit 80 tekens.",
    "signal_short": "Deze regel heeft te weinig kolommen.",
    "import_big": "Dit bestand is te groot: hooguit 2 MB. Er is niets vastgelegd.",
    "import_encoding": "Dit bestand is niet in UTF-8. Kies bij het opslaan ‘CSV UTF-8’. Er is niets vastgelegd.",
    "import_header": "De eerste regel klopt niet. Daar horen de namen van de kolommen, elk één keer, met ten minste "
    "soort en datum. Er is niets vastgelegd.",
    "import_shape": "Dit is geen CSV-bestand dat we kunnen lezen. Er is niets vastgelegd.",
    "import_empty": "In dit bestand staat geen enkel signaal.",
    "import_lines": "Dit bestand heeft meer dan 5.000 regels. Maak er twee bestanden van. Er is niets vastgelegd.",
    "import_gone": "Dit bestand wacht niet meer. Kies het opnieuw.",
    "wrong": "Deze gebruikersnaam en dit wachtwoord horen niet bij elkaar.",
    "wrong_password": "Dit wachtwoord klopt niet. Er is nog niets gedaan.",
    "short_password": "Dit is te kort. Neem ten minste 12 tekens. Er is niets veranderd.",
    "long_password": "Dit is te lang: hooguit 200 tekens. Er is niets veranderd.",
    "not_same": "De twee zijn niet gelijk. Er is niets veranderd.",
    "wrong_code": "Deze code klopt niet, of is al gebruikt. Wacht op de volgende code en probeer het nog eens.",
    "has_second": "Uw tweede stap is al ingesteld. Er is niets veranderd.",
    "no_local": "Hier logt u in via uw gemeente, en niet met een wachtwoord.",
    "oidc_old": "Dit inloggen was verlopen of al gebruikt. Begin opnieuw.",
    "oidc_refused": "Het inloggen bij uw gemeente ging niet door. Probeer het opnieuw.",
    "oidc_wrong": "Het antwoord van uw gemeente klopte niet. U bent niet ingelogd. Probeer het opnieuw; gaat het weer "
    "mis, vraag dan uw beheerder.",
    "oidc_weak": "U logde bij uw gemeente in zonder de stap die voor de balie nodig is. Vraag uw beheerder.",
    "oidc_group": "Bij uw gemeente hoort u bij geen groep die in de balie mag. Vraag uw beheerder.",
    "oidc_closed": "Uw account bij de balie is gesloten. Vraag uw beheerder.",
    "oidc_other": "U logde bij uw gemeente in als iemand anders. Er is niets gedaan.",
    "oidc_down": "Inloggen bij uw gemeente lukt nu niet: er komt geen antwoord. Probeer het zo opnieuw.",
    "no_proof": "U heeft geen wachtwoord en geen tweede stap. Vraag uw beheerder om een eenmalige link, en log daarmee "
    "opnieuw in. Dan kan dit tien minuten lang.",
    "wait": "Te vaak geprobeerd. Wacht een paar minuten en probeer het dan opnieuw.",
    "busy": "Het is nu te druk. Probeer het zo opnieuw.",
    "used_link": "Deze link is al gebruikt of verlopen. Vraag uw beheerder om een nieuwe.",
    "old_form": "Deze pagina was verlopen. Er is niets veranderd. Open de pagina opnieuw en probeer het nog eens.",
    "bad_form": "Dit formulier is niet goed aangekomen. Er is niets veranderd.",
    "signed_out": "U bent niet meer ingelogd.",
    "no_card": "Deze kaart bestaat niet. Er is niets veranderd.",
    "card_owner_long": "De naam van wie de kaart bijhoudt is te lang: hooguit 80 tekens. Er is niets veranderd.",
    "card_date": "Vul een datum in voor de controle, hooguit drie jaar vooruit. Er is niets veranderd.",
    "card_too_long": "Een van de zinnen is te lang. Korte zinnen zijn beter te lezen. Er is niets veranderd.",
    "card_no_dutch": "Vul bij elke regel ook de Nederlandse zin in. Er is niets veranderd.",
    "card_no_lines": "Een kaart heeft minstens één ‘doen’ en één ‘niet doen’. Er is niets veranderd.",
    "no_page": "Deze pagina bestaat niet.",
}


def countdown(due_at: int, now: datetime, urgency: int, calendar: Calendar) -> Countdown:
    """The time left until ``due_at`` (milliseconds UTC), counted in days and hours on which we are open."""
    due = from_ms(due_at)
    exact = moment(due_at, now, calendar)
    if urgency == Urgency.DANGER:
        return Countdown("nu", f"sinds {exact}" if due <= now else exact, "late")
    if due <= now:
        return Countdown(f"te laat sinds {exact}", exact, "late")
    today, last = calendar.day_of(now), calendar.day_of(due)
    exact = f"uiterlijk {exact}"
    if last == today:
        return Countdown(f"over {_span(due - now)}", exact, "soon")
    days = sum(calendar.is_own_day(today + n * DAY) for n in range(1, (last - today).days + 1))
    if not days:  # it ends on a day that we are closed: what is left is today
        return Countdown("vandaag nog", exact, "soon")
    return Countdown(f"nog {days} werkdag{'en' if days > 1 else ''}", exact, "calm")


def moment(at: int, now: datetime, calendar: Calendar) -> str:
    """``14:05`` today, ``gisteren 14:05``, else ``ma 16 november 14:05``; with the year when it is another one."""
    local = from_ms(at, calendar.zone)
    clock, days = f"{local:%H:%M}", (calendar.day_of(now) - local.date()).days
    near = {0: clock, 1: f"gisteren {clock}", -1: f"morgen {clock}"}
    if days in near:
        return near[days]
    weekday, day, month = say_date(local.date(), "nl").split(" ")
    year = "" if local.year == calendar.day_of(now).year else f" {local.year}"
    return f"{weekday[:2]} {day} {month}{year} {clock}"


def language_name(language: str) -> str:
    """``Arabisch``."""
    name = Locale.parse(language).get_display_name("nl") or language
    return name[0].upper() + name[1:]


def handover(detail: Json) -> str | None:
    """Why a human was asked for."""
    told = detail if isinstance(detail, dict) else {}
    reason, seconds, language = (told.get(name) for name in ("reason", "seconds", "language"))
    if reason == VOICE_NOTE and isinstance(language, str):
        return voice_note(seconds if isinstance(seconds, int) else 0, language)
    return reason if isinstance(reason, str) else None


def voice_note(seconds: int, language: str) -> str:
    """``spraakbericht · 0:34 · gesprek in het Turks``: how long, where that is known (0: not), and the language of the
    conversation, which need not be that of the voice."""
    length = [lengths.clock(seconds)] if seconds else []
    return " · ".join(["spraakbericht", *length, f"gesprek in het {language_name(language)}"])


def category(code: str) -> str:
    """What kind of crisis it is; a code of a later version is said as it is."""
    return CATEGORIES[Category(code)] if code in set(Category) else code


def term(kind: str, day: str) -> str:
    """What has to happen by law or promise, and until when: ``eerste gesprek (Wgs), uiterlijk maandag 21 december``.
    ``day`` as in ISO 8601."""
    what = PROMISES.get(kind, kind)
    return f"{what[:1].lower()}{what[1:]}, uiterlijk {say_date(date.fromisoformat(day), 'nl')}"


def measurement(kind: str, what: str) -> str:
    """What happened with an invitation: ``leefgebieden, uitgenodigd``; a code of a later version is said as it is."""
    title = MEASUREMENTS[kind].lower() if kind in MEASUREMENTS else kind
    return f"{title}, {_MEASURED.get(what, what)}"


def size(count: int) -> str:
    """So many bytes, as people say it: ``12 kB``, ``3,4 MB``."""
    kilobytes = max(1, round(count / 1024))
    return f"{kilobytes} kB" if kilobytes < 1000 else f"{count / 1024 / 1024:.1f} MB".replace(".", ",")


def capital(words: str) -> str:
    """With a capital at the beginning."""
    return words[:1].upper() + words[1:]


def _span(left: timedelta) -> str:
    minutes = max(1, left // timedelta(minutes=1))
    hours, rest = divmod(minutes, 60)
    if not hours:
        return "1 minuut" if minutes == 1 else f"{minutes} minuten"
    return f"{hours} uur" if hours >= 3 or not rest else f"{hours} uur en {rest} min"
