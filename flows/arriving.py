"""What comes in that is neither words nor a button: an arrival, a file, another channel, a human who is done."""

from __future__ import annotations

from dataclasses import replace

from flows import asides, explaining, kanalen_code, places, understanding, voorlezen
from flows.grammar import (
    Call,
    Case,
    Contact,
    HandOver,
    Joined,
    Json,
    Opened,
    Promised,
    Record,
    Said,
    Sent,
    Text,
    Typed,
    t,
)
from flows.text import Tongue
from flows.walk import UNSEEN, Walk
from flows.warned import standing
from flows.woorden import language_named


def opened(walk: Walk, said: Opened) -> None:
    """The first hello, a return, or a deep link into a flow."""
    first = not walk.session.stack
    if first and said.hint in walk.moment.gemeente.languages and said.hint is not None:
        walk.session = replace(walk.session, language=said.hint)
    if said.source:
        walk.session = replace(walk.session, facts={**walk.session.facts, "source": said.source})
        walk.effects.append(Record("source", {"source": said.source}))
    wanted = said.flow if said.flow in walk.moment.flows and said.flow in walk.flows else None
    if wanted is not None and not first and (said.place or walk.top.flow != wanted):
        places.enter(walk, wanted, said.place)
    if first:
        if wanted is not None:
            places.enter(walk, wanted, said.place)
        walk.call(Call("welkom", "hello", () if wanted is None else ((UNSEEN, True),)))


#: A first message of so many words tells something.
SENTENCE = 4


def first(walk: Walk, said: Said, words: str, tongue: Tongue) -> str | None:
    """Somebody's very first message: they are greeted, and what they want waits below. The global word to act on."""
    word = understanding.global_word(words)
    wish = "aanmelden" if word == "help" else understanding.intent(words, walk.moment.flows) if words else None
    named = places.called(walk, words, tongue) if word is None else None
    wish = named or places.wished(walk, words, wish)
    explained = None if named else explaining.asked(walk, words)
    opened(walk, Opened(wish if explained is None else explaining.LIST, place=places.named_in(wish, words)))
    if explained is not None:
        explaining.waits(walk, explained)
    match said:
        case Sent():
            sent(walk, said)
        case Joined():
            joined(walk, said)
        case Typed() if word is None and not voorlezen.heard(walk, words, tongue) and not asides.heard(walk, words):
            told(walk, words)
    named = language_named(words) if word == "taal" else None
    if named in walk.moment.gemeente.languages and named is not None:
        walk.session = replace(walk.session, language=named)
    return None if word == "help" or named is not None else word


def told(walk: Walk, words: str) -> bool:
    """Who tells something at the hello need not say it again at sign-up, and who is ashamed hears that others are too.
    False: they are elsewhere, or it is little."""
    if walk.top.flow != "welkom":
        return False
    ashamed = understanding.aside(words) == "ashamed"
    if ashamed:
        walk.notices.append(t("step.ashamed", "Fijn dat u ons schrijft. Veel mensen vinden dit lastig."))
    if walk.top.screen != "hello" or len(words.split()) < SENTENCE:
        return ashamed
    walk.notices.append(asides.FIRST_A_QUESTION)
    walk.keep("aanmelden", {"first_words": {"text": words}})
    return True


def asks_help(walk: Walk, text: str, tongue: Tongue) -> bool:
    """Whether the word *help* means the help itself, where nothing was chosen yet."""
    menu = walk.flows["aanmelden"].menu
    if walk.top.flow != "welkom" or menu is None:
        return False
    names = tongue.say(menu.words, walk.session.language).split(",") if menu.words else []
    same = understanding.normalise(text)
    return same in map(understanding.normalise, names) or understanding.wish(text, walk.moment.flows) == "aanmelden"


def want(walk: Walk, flow: str, place: str = "") -> None:
    """Somebody says where they want to go. Sign-up waits below the first hello, so that its questions are not lost."""
    greeting = (walk.top.flow, walk.top.screen) == ("welkom", "hello")
    places.enter(walk, flow, place)
    if greeting and flow == "aanmelden":
        walk.notices.append(asides.FIRST_A_QUESTION)
        walk.call(Call("welkom", "hello"))


def sent(walk: Walk, said: Sent) -> None:
    """A file is for a human; of one that could not be kept only the words with it are. The question stays."""
    if said.kind == "voice" and not said.problem:
        walk.spoke = True
        length: tuple[tuple[str, Json], ...] = () if said.seconds is None else (("seconds", said.seconds),)
        walk.effects.append(HandOver(VOICE_NOTE, told=(("language", walk.session.language), *length)))
        return
    walk.notices.append(outcome(said))
    if not said.problem or said.caption:
        walk.effects.append(HandOver("bestand"))


#: Why a human is asked who listens to a voice note.
VOICE_NOTE = "spraakbericht"


def listened(case: Case) -> tuple[Text, ...]:
    """Who listens to a voice note that just came, and by when they answer (rule 4): never a later day than was promised
    after a crisis."""
    name = case.world.get(Contact).contact_name
    who = (
        t("step.voice.by", "Dank u, uw spraakbericht is binnen. {name} luistert ernaar.", name=name)
        if name
        else t("step.voice", "Dank u, uw spraakbericht is binnen. Een medewerker luistert ernaar.")
    )
    if standing(case.facts, case.moment) is not None or "first_contact" not in case.moment.gemeente.promises:
        return (who,)
    day = case.world.get(Promised).first_contact
    return (who, t("overdracht.day", "U krijgt antwoord uiterlijk {day}.", day=day))


def joined(walk: Walk, said: Joined) -> None:
    """Another channel is the same conversation from now on: whatever asked for that is over, and who else holds this
    telephone is asked where nobody was yet (rule 11), but never in a crisis. Before that comes the question whether
    the code is theirs, on top of where they were."""
    if said.asks:
        if (walk.top.flow, walk.top.screen) != kanalen_code.JOINING:
            walk.call(Call(*kanalen_code.JOINING), above=True)
        return
    walk.notices.append(outcome(said))
    if not said.ok:
        leave_question(walk)
        return
    while walk.follow("joined"):
        pass
    asked = "own_phone" in walk.session.facts or walk.moment.channel == "webchat"
    if not asked and walk.top.flow != "crisis" and walk.top.screen != "hello":
        walk.call(Call("welkom", "own_phone"))


def leave_question(walk: Walk) -> None:
    """The question about a code was answered, or asks nothing any more."""
    if walk.session.stack and (walk.top.flow, walk.top.screen) == kanalen_code.JOINING:
        walk.back()


def outcome(said: Sent | Joined) -> Text:
    """What became of a code from another channel, or of a file."""
    match said:
        case Joined(ok=True):
            return t("step.joined", "Gelukt. Dit gesprek loopt nu ook hier.")
        case Joined(pin=True):
            return t(
                "step.joined.pin",
                "Deze code werkt hier niet, want u heeft een pincode. Maak een andere code in uw oude chat. "
                "Typ daar ‘menu’ en kies ‘Mijn berichten’.",
            )
        case Joined():
            return t(
                "step.joined.wrong",
                "Deze code werkt niet meer, of er zit een foutje in. Een nieuwe code maakt u in uw oude chat. "
                "Typ daar ‘menu’ en kies ‘Mijn berichten’.",
            )
        case Sent(problem="too_big"):
            return t(
                "step.too_big",
                "Dit is te groot, ik kan het niet bewaren. Stuur liever een foto of een kleiner bestand. "
                "Lukt het niet? Typ ‘mens’ en een medewerker helpt u.",
            )
        case Sent(problem="unknown"):
            return t(
                "step.unknown_kind",
                "Dit kan ik niet openen. Een foto, een spraakbericht of typen kan wel. "
                "Lukt het niet? Typ ‘mens’ en een medewerker helpt u.",
            )
        case Sent():
            return _thanks(said)


def _thanks(said: Sent) -> Text:
    """What is said when a photo, voice note or file arrives (rule 3: no papers, a photo cannot be masked)."""
    match said.kind:
        case "photo":
            return t(
                "step.photo",
                "Dank u, uw foto is binnen. Een medewerker kan hem zien. "
                "Let op: in een foto kan ik geen gegevens afdekken. U hoeft geen papieren te sturen.",
            )
        case _:
            return t(
                "step.file",
                "Dank u, uw bestand is binnen. Een medewerker kan het zien. U hoeft geen papieren te sturen.",
            )


def handed_back(by: str, lapsed: bool) -> Text:
    """A human is done with this conversation, or did not answer in it for too long."""
    if lapsed:
        return t(
            "step.lapsed",
            "Er is nu geen medewerker in dit gesprek. Uw bericht blijft staan en wordt gelezen. "
            "U kunt hier ook zelf verder.",
        )
    return t("step.handed_back", "{name} is klaar met antwoorden. Ik ben de chatbot en help u weer verder.", name=by)
