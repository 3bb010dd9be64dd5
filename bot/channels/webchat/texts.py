"""Everything that the page itself says to residents; what is said in the conversation comes from the flows."""

from __future__ import annotations

from flows.grammar import GLOBAL_WORDS
from flows.text import Text, t

#: By the name under which template and script know them (``data-t``). Those with values are not in ``PAGE``.
PAGE: dict[str, Text] = {
    # the first screen
    "what": t("webchat.start.what", "Zorgen over geld? Dat hebben veel mensen. Wij denken graag met u mee."),
    "bot_first": t("webchat.start.bot", "U praat eerst met een chatbot. Dat is een computer."),
    "person_always": t("webchat.start.person", "Wilt u een mens? Dat kan altijd. U vraagt er gewoon om."),
    "start": t("webchat.start", "Start de chat"),
    "keeps": t(
        "webchat.start.keeps",
        "Na de start onthoudt dit toestel uw gesprek. Met ‘Snel weg’ wist u dat meteen. "
        "Met uw code komt u terug. Die staat bij ‘Meer’.",
    ),
    "languages": t("webchat.languages", "Andere taal"),
    "privacy": t("webchat.privacy", "Wat doen we met uw gegevens?"),
    # coming back
    "have_code": t("webchat.have_code", "Ik heb een code"),
    "your_code": t("webchat.your_code", "Uw code"),
    "code_example": t("webchat.code_example", "Een code ziet er zo uit: 7K3D-9QX-2MF"),
    "your_pin": t("webchat.your_pin", "Uw pincode voor deze chat"),
    "open": t("webchat.open", "Open mijn gesprek"),
    "back_title": t("webchat.back.title", "Welkom terug"),
    "back_what": t("webchat.back.what", "Er staat een gesprek voor u klaar. Wilt u het openen?"),
    # leaving
    "leave": t("webchat.leave", "Snel weg"),
    "leave_what": t(
        "webchat.leave.what",
        "U gaat naar een andere website. Wat dit toestel onthield, is dan weg. Twee keer Esc kan ook.",
    ),
    # the conversation
    "log": t("webchat.log", "Gesprek"),
    "earlier": t("webchat.earlier", "Eerdere berichten"),
    "new": t("webchat.new", "Nieuw bericht"),
    "choose": t("webchat.choose", "Kies een antwoord"),
    "none": t("webchat.none", "Niets aangevinkt"),
    "choose_many": t("webchat.choose_many", "U mag er meer kiezen"),
    "you": t("webchat.you", "U"),
    "today": t("webchat.today", "Vandaag"),
    "yesterday": t("webchat.yesterday", "Gisteren"),
    "photo": t("webchat.photo", "Foto"),
    "file": t("webchat.file", "Bestand"),
    "voice": t("webchat.voice", "Spraakbericht"),
    "save_picture": t("webchat.save_picture", "Bewaar dit plaatje"),
    "listen": t("webchat.listen", "Luister naar dit bericht"),
    "quiet": t("webchat.quiet", "Stop met voorlezen"),
    "only_last": t("webchat.only_last", "Alleen het laatste bericht"),
    # writing
    "to_writing": t("webchat.to_writing", "Naar uw bericht"),
    "your_message": t("webchat.your_message", "Uw bericht"),
    "type_here": t("webchat.type_here", "Typ uw bericht"),
    "send": t("webchat.send", "Versturen"),
    "more": t("webchat.more", "Meer"),
    "close": t("webchat.close", "Sluiten"),
    "attach": t("webchat.attach", "Foto, bestand of stem sturen"),
    "take_photo": t("webchat.take_photo", "Maak een foto"),
    "choose_file": t("webchat.choose_file", "Kies een foto of bestand"),
    "speak": t("webchat.speak", "Spreek iets in"),
    "recording": t("webchat.recording", "U kunt nu praten"),
    "stop_and_send": t("webchat.stop_and_send", "Klaar, verstuur"),
    "throw_away": t("webchat.throw_away", "Gooi weg"),
    "no_microphone": t(
        "webchat.no_microphone", "De microfoon staat uit. Zet hem aan in uw browser, of typ uw bericht."
    ),
    # on the way
    "sending": t("webchat.sending", "Wordt verstuurd"),
    "waits": t("webchat.waits", "Wacht op verbinding"),
    "offline": t("webchat.offline", "U heeft nu geen verbinding. We versturen uw bericht zodra het kan."),
    "keep_open": t("webchat.keep_open", "Wacht op verbinding. Laat deze pagina open."),
    "not_sent": t("webchat.not_sent", "Niet verstuurd"),
    "remove": t("webchat.remove", "Haal weg"),
    # settings
    "settings": t("webchat.settings", "Instellingen"),
    "size": t("webchat.size", "Grootte van de letters"),
    "size_1": t("webchat.size.1", "Gewoon"),
    "size_2": t("webchat.size.2", "Groot"),
    "size_3": t("webchat.size.3", "Heel groot"),
    "one": t("webchat.one", "Eén bericht tegelijk"),
    "later": t("webchat.later", "Later verder praten"),
    "code_what": t("webchat.code.what", "Schrijf deze code op. U komt er altijd mee terug, ook op een ander toestel."),
    "copy_code": t("webchat.copy_code", "Kopieer de code"),
    "copied": t("webchat.copied", "Gekopieerd"),
    "link": t("webchat.link", "Persoonlijke link"),
    "make_link": t("webchat.link.make", "Kopieer een nieuwe link"),
    "end_links": t("webchat.link.end", "Laat mijn links stoppen"),
    "links_ended": t("webchat.link.ended", "Uw links werken niet meer."),
    "pin": t("webchat.pin", "Pincode"),
    "pin_what": t("webchat.pin.what", "Met een pincode kan alleen u dit gesprek ergens anders openen."),
    "pin_new": t("webchat.pin.new", "Nieuwe pincode, 4 tot 8 cijfers"),
    "pin_now": t("webchat.pin.now", "Uw pincode van nu"),
    "pin_save": t("webchat.pin.save", "Bewaar de pincode"),
    "pin_remove": t("webchat.pin.remove", "Haal de pincode weg"),
    "pin_saved": t("webchat.pin.saved", "Uw pincode is bewaard."),
    "pin_removed": t("webchat.pin.removed", "Uw pincode is weg."),
    # global words
    "mens": t("webchat.word.mens", "Mens"),
    "menu": t("webchat.word.menu", "Menu"),
    "terug": t("webchat.word.terug", "Terug"),
    "stop": t("webchat.word.stop", "Stop berichten"),
    "opnieuw": t("webchat.word.opnieuw", "Opnieuw"),
    "taal": t("webchat.word.taal", "Andere taal"),
    "help": t("webchat.word.help", "Help"),
    "waarom": t("webchat.word.waarom", "Waarom vraagt u dit?"),
    "kort": t("webchat.word.kort", "Korter"),
    "voorlezen": t("voorlezen.label", "Voorlezen"),
    # what can go wrong
    "busy": t("webchat.busy", "Dat zijn veel berichten achter elkaar. Het gaat zo vanzelf verder."),
    "closed_here": t("webchat.closed_here", "Uw gesprek is hier gesloten. Met uw code komt u terug."),
    "too_long": t("webchat.too_long", "Dit bericht is te lang. Stuur het in twee of meer delen."),
    "files_full": t(
        "webchat.files_full", "Er kan nu geen bestand meer bij. Probeer het later nog eens. Typen kan wel."
    ),
    "wrong_type": t("webchat.wrong_type", "Dit bestand kunnen we niet openen. Stuur een foto, pdf of spraakbericht."),
    "malformed": t("webchat.malformed", "Er ging iets mis. Laad de pagina opnieuw en probeer het nog eens."),
    "elsewhere": t("webchat.elsewhere", "Dit kwam niet van onze eigen pagina. Daarom hebben we er niets mee gedaan."),
    "gone": t("webchat.gone", "Dit konden we niet vinden."),
    "failed": t("webchat.failed", "Er ging iets mis bij ons. We proberen het zo nog eens."),
    "unknown": t("webchat.unknown", "Deze code kennen we niet. Wilt u nog eens kijken of hij klopt?"),
    "link_gone": t("webchat.link.gone", "Deze link werkt niet meer. Met uw code komt u wel terug."),
    "pin_needed": t("webchat.pin.needed", "Wilt u ook uw pincode invullen?"),
    "pin_wrong": t("webchat.pin.wrong", "Deze pincode klopt niet. Wilt u het nog eens proberen?"),
    "pin_form": t("webchat.pin.form", "Een pincode heeft 4 tot 8 cijfers."),
}

assert set(GLOBAL_WORDS) <= set(PAGE)

TITLE = t("webchat.title", "Welkom bij de chat van {gemeente}")
CALL = t("webchat.call", "Liever bellen? {phone}")
NO_SCRIPT = t("webchat.no_script", "Deze chat werkt niet in uw browser.")
LINK_WHAT = t(
    "webchat.link.what",
    "Met deze link opent u dit gesprek op een ander toestel. Hij werkt {days, plural, one {# dag} other {# dagen}}. "
    "Bewaar hem alleen voor uzelf.",
)
PIN_FORGOTTEN = t("webchat.pin.forgotten", "Pincode vergeten? Bel de gemeente: {phone}. Een medewerker helpt u verder.")
PIN_FORGOTTEN_ASK = t("webchat.pin.forgotten_ask", "Pincode vergeten? Vraag het aan uw medewerker.")
TOO_BIG = t("webchat.too_big", "Dit bestand is te groot. Het mag hooguit {mb} MB zijn.")
WAIT = t(
    "webchat.wait",
    "Er is een paar keer iets verkeerds ingevuld. Voor uw veiligheid wachten we even. "
    "Over {minutes, plural, one {# minuut} other {# minuten}} kunt u het nog eens proberen.",
)
#: Who wrote.
BOT = t("webchat.who.bot", "Chatbot")
CASEWORKER = t("webchat.who.caseworker", "{name}, medewerker")
A_CASEWORKER = t("webchat.who.a_caseworker", "Medewerker")
HELPER = t("webchat.who.helper", "Uw helper")
