"""Woordenlijst: what the words on letters mean, two plain sentences each, the Dutch word beside the translation.

Called from wherever such a word is met (``flows.explaining``), and back there again [002] promise 3.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from flows import data, understanding
from flows.afspraak_regels import PERSON
from flows.explaining import used
from flows.flow import Flow, Read, Telling
from flows.grammar import BACK, Case, Choice, Moment, Screen, Text, call, t, verbatim
from flows.links import links
from flows.registry import all_flows
from flows.warned import NOT_IT_WORDS

#: Themes in the order in which they are offered.
GROUPS = {"letters": "✉️", "people": "👥", "seizure": "🔒", "help": "🤝", "solving": "🧩", "money": "👛"}
#: Of the words that an explanation itself uses, so many can be asked for with a button.
ASKED_NEXT = 2
#: What is typed at the list and is longer (in words) is no word that is missing in it.
LONGEST = 3
#: The answer that tells that a crisis lies beneath what a word was asked at.
_CRISIS = "in_crisis"

flow = Flow(
    "woordenlijst",
    start="groups",
    table=[
        ("next", "groups", "group"),
        ("next", "group", "word"),
        ("next", "which", "word"),
        *(("groups", screen, "groups") for screen in ("group", "word", "which", "unknown")),
        *(("unknown", screen, "unknown") for screen in ("groups", "group")),
        *(("close", screen, BACK) for screen in ("groups", "word", "which")),
    ],
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word: how it is called, and what it means."""

    name: str
    icon: str
    group: str
    text: Text
    says: tuple[Text, ...]


def words() -> Mapping[str, Word]:
    """All words by name, in the order of the file."""
    return {
        name: Word(name, entry["icon"], entry["group"], entry["name"], entry["says"])
        for name, entry in data.load("words")["word"].items()
    }


def beside_dutch(case: Case, name: Text) -> Text:
    """What something is called, with the Dutch beside it: that stands on the letters."""
    if case.language == "nl":
        return name
    return t("woordenlijst.beside", "{name} (Nederlands: {dutch})", name=name, dutch=verbatim(name.msgid))


def ask(case: Case, *names: str) -> tuple[Choice, ...]:
    """Buttons that ask what a word means, for a screen that uses it; they come back to that screen."""
    beneath = {_CRISIS: True} if case.below == "crisis" or case.answers.get(_CRISIS) else {}
    return tuple(
        Choice(
            f"what_{word.name}"[:20],
            "❓",
            t("woordenlijst.ask", "Wat betekent {word}?", word=word.text),
            short=verbatim(word.text.msgid),
            goes=call("woordenlijst", "word", word=word.name, **beneath),
        )
        for word in map(words().__getitem__, names)
        if "woordenlijst" in case.moment.flows
    )


def ask_about(case: Case, *texts: Text) -> tuple[Choice, ...]:
    """Buttons that ask what the first of the words means that these texts use."""
    return ask(case, *used(texts)[:ASKED_NEXT])


_CLOSE_WORDS = t("woordenlijst.close.words", "door, ga door, oké, duidelijk, ik snap het, klaar, genoeg")
CLOSE = Choice("close", "👉", t("woordenlijst.close", "Verder"), event="close", words=_CLOSE_WORDS)
#: Back, too, for who says that it is not that: none of these words, or no crisis, which can be said there.
_NOT_IT = replace(CLOSE, words=t("woordenlijst.not_it", "{close}, {not_it}", close=_CLOSE_WORDS, not_it=NOT_IT_WORDS))
OTHERS = Choice(
    "groups",
    "📚",
    t("woordenlijst.groups", "Andere woorden"),
    event="groups",
    words=t("woordenlijst.groups.words", "meer woorden, ander woord, lijst, alle woorden"),
)
_WHY = t("woordenlijst.why", "Dan leggen we uit wat u wilt weten, en niet meer.")


@flow.screen()
def groups(case: Case) -> Screen:
    """By theme, or typed."""
    titles: Mapping[str, Text] = data.load("words")["title"]
    return Screen(
        (
            t("woordenlijst.start", "Veel woorden op brieven zijn moeilijk. Dat ligt niet aan u."),
            t("woordenlijst.start.how", "Typ het woord dat u zoekt, of kies waar het over gaat."),
        ),
        (*(Choice(name, icon, titles[name]) for name, icon in GROUPS.items()), CLOSE),
        saves="group",
        skippable=False,
        why=_WHY,
    )


@flow.screen()
def group(case: Case) -> Screen:
    """The words of one theme."""
    wanted = case.picked("group")
    shown = [word for word in words().values() if word.group == wanted] or list(words().values())[:6]
    return Screen(
        t("woordenlijst.group", "Welk woord wilt u weten?"),
        (*_buttons(case, shown), OTHERS),
        saves="word",
        skippable=False,
        why=_WHY,
    )


@flow.screen()
def which(case: Case) -> Screen:
    """*Wat is dat?*, where several such words were read."""
    read = case.all("read")
    shown = [word for word in words().values() if word.name in read] or list(words().values())[:6]
    return Screen(
        t("woordenlijst.which", "Welk woord bedoelt u?"),
        (*_buttons(case, shown), _NOT_IT),
        saves="word",
        skippable=False,
        why=_WHY,
    )


def _buttons(case: Case, shown: Iterable[Word]) -> tuple[Choice, ...]:
    return tuple(
        Choice(word.name, word.icon, beside_dutch(case, word.text), short=verbatim(word.text.msgid)) for word in shown
    )


@flow.screen()
def word(case: Case) -> Screen:
    """One word, and where else to go from there."""
    known = words()
    this = known.get(case.picked("word") or "") or next(iter(known.values()))
    others = [name for name in used(this.says) if name != this.name][:ASKED_NEXT]
    return Screen(
        (
            t("woordenlijst.word", "{icon} {word}", icon=verbatim(this.icon), word=beside_dutch(case, this.text)),
            *this.says,
            *links(case, f"woord.{this.name}"),
        ),
        (_NOT_IT if case.answers.get(_CRISIS) else CLOSE, *ask(case, *others), *_further(case, this), OTHERS),
        why=_WHY,
    )


def _further(case: Case, this: Word) -> tuple[Choice, ...]:
    """Where the chat has more about a word than two sentences."""
    places = (
        (
            ("beslag", "loonbeslag", "bankbeslag", "ontruiming", "dwangbevel"),
            ("crisis", "which"),
            Choice("urgent", "🚨", t("crisis.menu", "Spoed"), goes=call("crisis")),
        ),
        (
            ("beschikking", "bezwaar"),
            ("voortgang", "decision"),
            Choice("decision", "📨", t("woordenlijst.decision", "Over die brief"), goes=call("voortgang", "decision")),
        ),
        (
            ("toeslag", "kwijtschelding"),
            ("recht", "monthly"),
            Choice("rights", "🧾", t("woordenlijst.rights", "Wat mis ik nog?"), goes=call("recht")),
        ),
        (
            ("schuldhulp", "stabiliseren", "schuldregeling", "nazorg"),
            ("uitleg", "start"),
            Choice("how", "📖", t("woordenlijst.how", "Zo gaat de hulp"), goes=call("uitleg")),
        ),
    )
    return tuple(
        choice
        for names, (flow_name, screen), choice in places
        if this.name in names
        and flow_name in case.moment.flows
        and case.below != flow_name
        and screen in all_flows()[flow_name].screens
    )


@flow.screen()
def unknown(case: Case) -> Screen:
    """A word that is not in the list is for a human to explain."""
    return Screen(
        (
            t("woordenlijst.unknown", "Dat woord staat nog niet in mijn lijst."),
            t("woordenlijst.unknown.person", "Een medewerker legt het u graag uit."),
        ),
        (PERSON, OTHERS),
    )


@flow.reads("groups")
@flow.reads("group")
def _not_listed(text: str, moment: Moment) -> Read | None:
    """A word or three that mean nothing else are a word that we do not have."""
    means_more = (
        understanding.agrees(text)
        or understanding.declines(text)
        or understanding.courtesy(text) is not None
        or understanding.intent(text, moment.flows) is not None
    )
    letters = any(map(str.isalpha, text))
    return None if means_more or not letters or len(text.split()) > LONGEST else Read(None, "unknown", saves="unknown")


#: Nobody is asked anything here: what they type may be the answer to the question below.
flow.tells(
    Telling(lambda text: None, lambda fact, case: (), frozenset({"woordenlijst"}), lambda text, moment: False), "word"
)
