"""The Dutch of the text pages: what a text is part of, how far it is, and why words were refused."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.desk.wording import language_name
from bot.texts.checks import Finding
from bot.texts.exchange import LARGEST, MOST
from locales.formatting import say_date
from locales.wordings import TextState

#: A mark and a word for how far a translation is.
STATES: dict[TextState, tuple[str, str]] = {
    "missing": ("✗", "ontbreekt"),
    "stale": ("↻", "verouderd"),
    "draft": ("✎", "concept"),
    "confirmed": ("✓", "bevestigd"),
}
#: What that means.
MEANINGS: dict[TextState, str] = {
    "missing": "Er is nog geen vertaling: wie deze taal leest, ziet het Nederlands.",
    "stale": "Het Nederlands is veranderd sinds deze vertaling gemaakt of bevestigd werd. Klopt ze nog?",
    "draft": "Nog niemand die deze taal van huis uit spreekt heeft deze vertaling bevestigd.",
    "confirmed": "Iemand die deze taal van huis uit spreekt vindt deze vertaling goed.",
}
#: Which texts, besides those of one state.
OWN = "own"

#: What a text is part of, by the first word of its context.
PARTS = {
    "welkom": "Welkom en menu",
    "aanmelden": "Aanmelden",
    "crisis": "Crisis",
    "overdracht": "Een mens erbij",
    "afspraak": "Afspraak maken",
    "afspraken": "Mijn afspraken",
    "agreements": "De lijst op papier",
    "phrasebook": "Zinnenboek",
    "kaarten": "Kaarten",
    "voortgang": "Waar sta ik",
    "recht": "Waar heb ik recht op",
    "uitleg": "Uitleg",
    "woordenlijst": "Wat woorden betekenen",
    "contact": "Contact houden",
    "checkin": "Hoe gaat het",
    "tevredenheid": "Cijfers geven",
    "voorbereiden": "Gesprek voorbereiden",
    "meten": "Meten",
    "kanalen": "Andere kanalen",
    "woorden": "Woorden die altijd werken",
    "step": "Overal in het gesprek",
    "webchat": "De webchat zelf",
    "mail": "E-mail",
    "seintje": "Seintjes",
    "pictures": "Plaatjes",
    "gemeente": "Zinnen van uw gemeente",
}
#: Small parts that belong nowhere else.
_EVERYWHERE = "step"

#: Why words were refused; ``{}`` is what it is about.
FINDINGS = {
    "still_dutch": "Dit is nog hetzelfde als het Nederlands.",
    "other_values": "Tussen accolades hoort hetzelfde te staan als in het Nederlands. Het gaat om: {}.",
    "plural_forms": "Deze taal heeft meer vormen voor een aantal. Zet ze er allemaal bij (one, few, many, other …).",
    "braces": "Een accolade hoort bij iets dat wordt ingevuld, zoals {{naam}}. Er staat er een te veel of te weinig.",
    "not_counted": "Hier kan geen meervoud: wat wordt ingevuld, is geen getal.",
    "not_its_letters": "Dit is niet in de letters van deze taal.",
    "lost_number": "Een nummer uit het Nederlands staat er niet: {}.",
    "empty_text": "Er staat niets. Wilt u de standaardtekst? Kies dan ‘Terug naar de standaardtekst’.",
    "too_long_text": "Dit is te lang: hooguit {} tekens.",
    "too_long_label": "Dit past niet op een knop. Er is plaats voor {} tekens.",
    "global_word": "Dit woord heeft in het gesprek al een andere betekenis. Kies een ander woord voor deze knop.",
    "other_words_to_type": "De woorden tussen ‘ ’ typen inwoners over. In deze taal begrijpt Klopaan ze niet zo.",
    "not_understood": "Inwoners typen dit over, maar Klopaan begrijpt het niet: {}.",
    "commas": "Zet tussen de woorden gewone komma’s, en tussen twee komma’s een woord.",
    "fixed_text": "WhatsApp keurt deze tekst vooraf goed. Alleen de configuratie kan hem veranderen.",
    "gone_text": "Deze tekst is niet bekend.",
    "other_page": "Deze tekst wordt op een andere plek veranderd.",
    "po_plural": "Deze regel heeft de meervouden van een ander programma. Hier staan alle vormen in één tekst.",
    "po_other_dutch": "Het Nederlands is intussen anders: “{}”",
}
#: What may be hard to read.
REMARKS = {
    "difficult_word": "Een moeilijk woord: “{}”. Misschien liever: {}.",
    "long_sentence": "Een zin van {} woorden. Korter leest beter.",
    "long_sentences": "De zinnen zijn lang: gemiddeld {} woorden.",
    "hard_to_read": "Er staan veel lange woorden in.",
    "foreign_words": "Misschien niet in deze taal: {}.",
}
#: Why something was not done.
REFUSALS = {
    "wrong_text": "Zo kan deze tekst niet. Er is nog niets bewaard.",
    "hard_text": "Deze tekst is misschien moeilijk te lezen, om wat hieronder staat. Er is nog niets bewaard. Wilt u "
    "hem toch zo? Zet dan het vinkje.",
    "other_text": "Een collega heeft deze tekst net veranderd. Hieronder staat wat er nu is, en wat u typte. Er is nog "
    "niets bewaard; bewaart u opnieuw, dan geldt wat u typte.",
    "not_speaker": "Zet eerst het vinkje: alleen wie de taal van huis uit spreekt, bevestigt een vertaling.",
    "gone_text": "Deze tekst is niet bekend, of er is niets aan veranderd.",
    "other_page": FINDINGS["other_page"],
    "po_language": "Dit bestand is niet voor de taal die u koos, of er staat geen taal in.",
    "po_big": f"Dit bestand is te groot: hooguit {LARGEST // (1024 * 1024)} MB.",
    "po_encoding": "Dit bestand is niet in UTF-8. Vraag het vertaalbureau om UTF-8.",
    "po_shape": "Dit is geen PO-bestand, of het is beschadigd.",
    "po_many": f"Er staan te veel teksten in dit bestand: hooguit {MOST}.",
    "po_empty": "Er staan geen teksten in dit bestand.",
    "po_gone": "Dit bestand wacht niet meer. Kies het opnieuw.",
    "no_file": "Kies eerst een bestand.",
}
#: What was done, in the record of a text.
ACTS = {
    "changed": "andere woorden",
    "imported": "andere woorden, uit een bestand",
    "standard": "terug naar de standaardtekst",
    "confirmed": "bevestigd",
    "taken_back": "bevestiging teruggenomen",
}
#: What the person did before a screen, where it is no tap.
DID = {
    "tapped": "tikte op een knop",
    "typed": "typte iets",
    "picked": "vinkte iets aan",
    "sent": "stuurde een bestand",
    "opened": "kwam binnen",
    "due": "",
}


def part_of(context: str) -> str:
    """The part to which a text belongs, as a name of ``PARTS``."""
    name = context.partition(".")[0]
    return name if name in PARTS else _EVERYWHERE


def state(name: TextState) -> str:
    """``✎ concept``."""
    return " ".join(STATES[name])


def finding(one: Finding) -> str:
    """Why, in a sentence."""
    return (FINDINGS.get(one.code) or REMARKS[one.code]).format(*one.about.split("\t"))


def note(name: TextState) -> str:
    """Of a translation in a file, for who translates: they may read no Dutch but that of the texts."""
    return f"State: {name} ({STATES[name][1]})"


def room(limit: int) -> str:
    """How much fits, for who translates."""
    return f"At most {limit} characters (hooguit {limit} tekens)"


def into(language: str) -> str:
    """``het Turks``."""
    return f"het {language_name(language)}"


def texts(number: int) -> str:
    """``1 tekst``, ``2 teksten``."""
    return "1 tekst" if number == 1 else f"{number} teksten"


def day(moment: datetime) -> str:
    """``16 maart 2027``: it may be long ago."""
    return f"{say_date(moment.date(), 'nl').partition(' ')[2]} {moment.year}"


def names(languages: Iterable[str]) -> str:
    """``Engels, Turks``."""
    return ", ".join(language_name(code) for code in languages)
