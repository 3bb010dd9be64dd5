"""What the own page says. Neutral where nobody showed yet that it is them (rule 11)."""

from __future__ import annotations

from collections.abc import Mapping

from flows.afspraak_regels import KINDS
from flows.checkin_woorden import FACES
from flows.grammar import Category
from flows.kanalen import NAMES
from flows.meten import AREAS, RATINGS
from flows.text import Text, t
from flows.voortgang_stappen import STEPS

# ---- before it is open ---------------------------------------------------------------------------------------------

ASK = t("mijn.ask", "Uw eigen pagina")
ASK_WHAT = t("mijn.ask.what", "Vul uw pincode in. Zei een medewerker dat u het bent? Dan is dat niet nodig.")
PIN = t("webchat.your_pin", "Uw pincode voor deze chat")
OPEN = t("mijn.open", "Open mijn pagina")
#: Why it does not open, by code; of what has to wait, the web chat has the words.
REFUSED: Mapping[str, Text] = {
    "link_gone": t("mijn.link_gone", "Deze link werkt niet meer. Vraag in de chat een nieuwe."),
    "closed": t("mijn.closed", "Deze pagina is dicht. Vraag in de chat een nieuwe link."),
    "pin_needed": t("webchat.pin.needed", "Wilt u ook uw pincode invullen?"),
    "pin_wrong": t("webchat.pin.wrong", "Deze pincode klopt niet. Wilt u het nog eens proberen?"),
    "pin_new": t("mijn.pin_new", "Uw pincode is nog nieuw. Een dag nadat u hem maakte, werkt hij hier."),
    "no_pin": t("mijn.no_pin", "U heeft nog geen pincode. Vraag in de chat of een medewerker u helpt."),
    "elsewhere": t("webchat.elsewhere", "Dit kwam niet van onze eigen pagina. Daarom hebben we er niets mee gedaan."),
    "malformed": t("webchat.malformed", "Er ging iets mis. Laad de pagina opnieuw en probeer het nog eens."),
    "not_sure": t("mijn.not_sure", "Zet eerst een vinkje als u het zeker weet."),
}

# ---- the page ------------------------------------------------------------------------------------------------------

TITLE = t("mijn.title", "Wat we van u weten")
INTRO = t("mijn.intro", "Dit bewaart {gemeente} van u. Deze pagina blijft een half uur open.")
FILE = t("mijn.file", "Bewaar alles als bestand")
FILE_WHAT = t("mijn.file.what", "Ook een computer kan dit bestand lezen. Uw foto’s en bestanden zitten erin.")
FILE_STAYS_HERE = t(
    "mijn.file.here",
    "Het bestand blijft op dit apparaat. Gebruikt iemand anders het ook? Let daar dan op.",
)
WIPE = t("gegevens.wipe", "Wis mijn gegevens")
CLOSE = t("mijn.close", "Sluit deze pagina")
CLOSED = t("mijn.close.done", "Deze pagina is nu dicht.")
BACK = t("mijn.back", "Terug naar uw pagina")
NOTHING = t("mijn.nothing", "Hier staat niets.")
EARLIER = t("webchat.earlier", "Eerdere berichten")
YOU, BOT = t("webchat.you", "U"), t("webchat.who.bot", "Chatbot")
FILES = t("mijn.files", "{count, plural, one {# bestand} other {# bestanden}}")

HEADINGS: Mapping[str, Text] = {
    "person": t("mijn.person", "Wie u bent"),
    "addresses": t("mijn.addresses", "Waar we u bereiken"),
    "sign_ups": t("mijn.sign_ups", "Uw vraag om hulp"),
    "phases": t("mijn.phases", "Waar u staat"),
    "appointments": t("mijn.appointments", "Uw afspraken met ons"),
    "agreements": t("agreements.page.title", "Wat we hebben afgesproken"),
    "check_ins": t("mijn.check_ins", "Hoe het ging"),
    "hard_moments": t("mijn.hard_moments", "Moeilijke momenten"),
    "measurements": t("mijn.measurements", "Wat u zelf vond"),
    "grades": t("mijn.grades", "Uw cijfers voor ons"),
    "signals": t("mijn.signals", "Wat anderen ons lieten weten"),
    "promises": t("mijn.promises", "Wat we u beloofden"),
    "alarms": t("mijn.alarms", "Toen we snel met u wilden praten"),
    "contacts": t("mijn.contacts", "Contact met ons"),
    "consents": t("mijn.consents", "Waar u ja of nee op zei"),
    "helpers": t("mijn.helpers", "Wie u helpt"),
    "requests": t("mijn.requests", "Uw vragen over uw gegevens"),
    "looks": t("mijn.looks", "Wie uw gegevens zag"),
    "notes": t("mijn.notes", "Notities van medewerkers"),
    "told_elsewhere": t("mijn.told", "Wat ons andere systeem weet"),
    "kept": t("mijn.kept", "Hoe lang we iets bewaren"),
    "messages": t("webchat.log", "Gesprek"),
}

WHEN = t("mijn.when", "op {when}")
FROM = t("mijn.from", "sinds {when}")
UNTIL = t("mijn.until", "tot {when}")
THROUGH = t("mijn.through", "tot en met {when}")
BY = t("agreements.page.by", "Uiterlijk {day}")
NAME, PHONE = t("mijn.name", "Naam: {what}"), t("mijn.phone", "Telefoon: {what}")
EMAIL, LANGUAGE = t("mijn.email", "E-mail: {what}"), t("mijn.language", "Taal: {what}")
UNASKED = t("gegevens.consents.unasked", "📨 We mogen u uit onszelf berichten sturen.")
QUIET = t("gegevens.consents.quiet", "🔕 We sturen u uit onszelf geen berichten.")
IN_FULL = t("kanalen.way.full", "E-mail: het hele bericht staat erin.")
NOTICE = t("kanalen.way.notice", "E-mail: u krijgt alleen een seintje.")
NO_MORE = t("kanalen.way.left", "{channel}: daar wilde u geen berichten meer.")
LET_IN = t("mijn.consent.helper", "{name} mag meelezen")
LET_OUT = t("mijn.consent.no_helper", "{name} mag niet meer meelezen")
SOMETHING = t("mijn.something", "Iets anders")
A_COLLEAGUE, OURSELVES = t("webchat.who.a_caseworker", "Medewerker"), t("mijn.ourselves", "Vanzelf, door onze computer")

_DONE = t("agreements.page.done", "Al gedaan")
#: How something stands, by part and code.
STATES: Mapping[str, Mapping[str, Text]] = {
    "appointments": {
        "proposed": t("mijn.state.proposed", "voorgesteld"),
        "booked": t("mijn.state.booked", "staat in de agenda"),
        "cancelled": t("mijn.state.cancelled", "afgezegd"),
        "withdrawn": t("mijn.state.cancelled", "afgezegd"),
        "held": t("mijn.state.held", "is geweest"),
        "no_show": t("mijn.state.no_show", "ging niet door"),
    },
    "agreements": {
        "open": t("mijn.state.open", "nog te doen"),
        "done": _DONE,
        "stuck": t("mijn.state.stuck", "lukte niet"),
        "dropped": t("mijn.state.dropped", "niet meer nodig"),
    },
    "requests": {
        "asked": t("mijn.state.asked", "ligt bij een medewerker"),
        "identified": t("mijn.state.identified", "u kunt verder"),
        "done": _DONE,
        "refused": t("mijn.state.refused", "niet gedaan"),
        "withdrawn": t("mijn.state.withdrawn", "ingetrokken"),
    },
    "helpers": {
        "invited": t("mijn.state.invited", "uitgenodigd"),
        "open": t("mijn.state.helps", "helpt u nu"),
        "ended": t("mijn.state.ended", "is gestopt"),
    },
}
MEETINGS: Mapping[str, Text] = {choice.id: choice.label for choice in KINDS}
PHASES: Mapping[str, Text] = {phase.value: step.name for phase, step in STEPS.items()}
FACE: Mapping[str, Text] = {face.code: face.label for face in FACES}
SCALE: Mapping[int, Text] = {rating.value: rating.label for rating in RATINGS}
AREA: Mapping[str, Text] = {area.code: area.label for areas in AREAS.values() for area in areas}
CHANNELS: Mapping[str, Text] = NAMES
#: What was heard in a conversation, without a word of blame.
ALARMS: Mapping[str, Text] = {
    Category.LIFE: t("mijn.alarm.life", "We dachten dat het heel slecht met u ging."),
    Category.VIOLENCE: t("mijn.alarm.violence", "We dachten dat u misschien niet veilig was."),
    Category.HOME: t("mijn.alarm.home", "Uw huis was in gevaar."),
    Category.UTILITIES: t("mijn.alarm.utilities", "Stroom, gas of water kon stoppen."),
    Category.CARE: t("mijn.alarm.care", "Uw zorgverzekering kon stoppen."),
    Category.FOOD: t("mijn.alarm.food", "U had geen eten."),
    Category.SEIZURE: t("mijn.alarm.seizure", "Er was een deurwaarder of beslag."),
}
CONTACT_ALARM = t("mijn.alarm.contact", "U wilde praten met wie u kent.")
SIGNALS: Mapping[str, Text] = {
    "rent": t("aanmelden.worries.rent", "Huur of hypotheek"),
    "energy": t("mijn.signal.energy", "Energie"),
    "water": t("mijn.signal.water", "Water"),
    "care": t("aanmelden.worries.care", "Zorgverzekering"),
}
AMOUNT = t("mijn.amount", "bedrag: {amount}")
PROMISES: Mapping[str, Text] = {
    "first_contact": t("mijn.promise.first_contact", "Het eerste contact"),
    "intake": t("mijn.promise.talk", "Een gesprek"),
    "first_talk": t("mijn.promise.talk", "Een gesprek"),
    "crisis_talk": t("mijn.promise.talk", "Een gesprek"),
    "answer": t("mijn.promise.answer", "Een antwoord"),
    "crisis": t("mijn.promise.soon", "Snel contact"),
    "decision": t("mijn.promise.decision", "Een besluit"),
    "news": t("mijn.promise.news", "Nieuws over hoe het gaat"),
    "evaluation": t("mijn.promise.evaluation", "Samen kijken of het contact nog goed is"),
}
KEPT, NOT_YET = t("mijn.promise.kept", "gedaan op {when}"), t("mijn.promise.not_yet", "nog niet gedaan")
LOOKS: Mapping[str, Text] = {
    "looked": t("mijn.look.looked", "bekeek uw gegevens"),
    "searched": t("mijn.look.searched", "zocht en vond u"),
    "emergency": t("mijn.look.emergency", "keek in een noodgeval"),
    "exported": t("mijn.look.exported", "maakte een overzicht waar u in staat"),
    "downloaded": t("mijn.look.downloaded", "bewaarde uw gegevens als bestand"),
    "erased": t("mijn.look.erased", "wiste gegevens"),
}
LOOKED_OTHERWISE = t("mijn.look.other", "deed iets met uw gegevens")
CONTACTS: Mapping[str, Text] = {
    "aanmelding": t("voortgang.aanmelding", "Aanmelding"),
    "telefoon": t("afspraak.kind.phone", "Telefoon"),
    "bezoek": t("mijn.contact.visit", "Bezoek of gesprek"),
}
CONTACT_OTHER = t("mijn.contact.message", "Bericht")
REQUESTS: Mapping[str, Text] = {
    "access": t("gegevens.know", "Wat weten jullie van mij?"),
    "erasure": t("gegevens.wipe", "Wis mijn gegevens"),
}
CHAT_KEPT = t("mijn.kept.chat", "Het gesprek: {months, plural, one {# maand} other {# maanden}}.")
FILE_KEPT = t("mijn.kept.file", "Uw dossier: {months, plural, one {# maand} other {# maanden}} nadat de hulp stopt.")
LOOKS_KEPT = t("mijn.kept.looks", "Wie uw gegevens zag: {months, plural, one {# maand} other {# maanden}}.")

# ---- erasing -------------------------------------------------------------------------------------------------------

GOES, STAYS = t("mijn.wipe.goes", "Dit gaat weg"), t("mijn.wipe.stays", "Dit blijft nog")
PARTS: Mapping[str, Text] = {
    "chat": t("mijn.part.chat", "Het gesprek, met uw foto’s en bestanden"),
    "draft": t("mijn.part.draft", "Antwoorden waar u nog niet mee klaar was"),
    "helpers": t("mijn.part.helpers", "Wie u helpt, en hun toegang"),
    "links": t("mijn.part.links", "Uw persoonlijke links"),
    "grades": t("mijn.part.grades", "Dat we u om cijfers vroegen"),
    "moments": t("mijn.part.moments", "Uw moeilijke momenten"),
    "planned": t("mijn.part.planned", "Berichten die we nog zouden sturen"),
    "file": t("mijn.part.file", "Uw dossier: uw naam, uw afspraken en al het andere"),
}
FILE_STAYS = t("mijn.wipe.file", "Uw dossier, met uw naam en hoe we u bereiken.")
WHY: Mapping[str, Text] = {
    "open_case": t(
        "mijn.why.open_case", "We helpen u nu, en daar is het voor nodig. Stopt de hulp? Dan kan het later."
    ),
    "term": t("mijn.why.term", "De wet zegt dat we dit bewaren, om later te kunnen laten zien wat we deden."),
    "hold": t("mijn.why.hold", "Er loopt iets waarvoor we dit nu nog bewaren. Een medewerker kan er meer over zeggen."),
    "danger": t("mijn.why.danger", "We maken ons zorgen om u en willen eerst met u praten."),
}
KEPT_UNTIL = t("mijn.why.until", "Dit blijft tot en met {day}.")
NOT_NOW = t("mijn.wipe.not_now", "Nu kunnen we nog niets wissen.")
HUMAN = t("mijn.wipe.human", "Liever eerst praten? Typ ‘mens’ in de chat.")
MEANS = t("mijn.wipe.means", "Uw chat stopt dan. Wat weg is, kan niemand terughalen.")
LOST = t("mijn.wipe.lost", "Wat weg is, kan niemand terughalen.")
SURE = t("mijn.wipe.sure", "Ja, wis dit. Ik weet dat het niet terug kan.")
WIPE_NOW = t("mijn.wipe.now", "Wis het nu")
GONE = t("mijn.gone", "Het is gewist")
GONE_WHAT = t("mijn.gone.what", "Dank u dat u met ons praatte. Het ga u goed.")
GONE_PARTLY = t("mijn.gone.partly", "Wat we nog bewaren, gaat later vanzelf weg.")
#: Where the file stays, so does how we reach each other.
STILL = t("mijn.gone.still", "U kunt ons gewoon blijven schrijven.")
GONE_BACK = t("mijn.gone.back", "Wilt u later weer hulp? Dat kan altijd. Begin dan gewoon een nieuwe chat.")
