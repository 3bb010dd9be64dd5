"""Plays a conversation: what the person does, and the whole turn that follows.

At every turn the session goes through JSON, and every reply is rendered in every language for every channel. The screen
is checked to be short for who asked for *kort*, its buttons to be picked by number, a voice note to be heard there. A
turn is compared whole: its text, its buttons and its effects; what a turn does beyond what a test says, fails the test.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

from bot.channels.limits import LIMITS
from bot.channels.rendering import render
from bot.pictures.written import write
from bot.play import CARDS, HELPERS, INVITATION, JOIN_CODE, OF_AGENDA, OWN_DATA, WAYS
from bot.play_agenda import MadeUpAgenda
from bot.play_agreements import MadeUpAgreements
from bot.play_contact import OF_CONTACT, MadeUpContact
from bot.play_measurements import MadeUpMeasurements
from bot.play_ratings import MadeUpRatings
from flows import handing_back
from flows.aftercare import AcceptPlan, AgreePlan
from flows.agenda import Accept, Appointment, Book, Move
from flows.agreements import Agreements, Summary
from flows.cards import Cards
from flows.grammar import (
    Contact,
    Due,
    Effect,
    Elsewhere,
    Gemeente,
    HandedBack,
    HandOver,
    JoinCode,
    Json,
    Moment,
    Need,
    OpenCase,
    Opened,
    Picked,
    Promised,
    Said,
    Sent,
    Tapped,
    Typed,
    Ways,
    World,
)
from flows.helpers import Helpers, Invitation
from flows.landing import Landing
from flows.measuring import Measurement
from flows.own_data import OwnConsents, OwnData
from flows.progress import AHEAD, Progress
from flows.ratings import Rating
from flows.registry import all_flows
from flows.session import Frame, Session, dumps, loads
from flows.step import Turn, advance, refuse, show
from locales import extraction, load
from tests.support import briefly, numbered, spoken
from tests.support.pictures import checked

ZONE = ZoneInfo("Europe/Amsterdam")
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=ZONE)

#: What the first question offers to who reads Dutch.
IN_LANGUAGES = [
    "🌍 Nederlands",
    "🌍 English",
    "🌍 العربية",
    "🌍 Türkçe",
    "🌍 Polski",
    "🌍 Українська",
    "🌍 فارسی",
    "🌍 Français",
]

#: The menu of everyone who did nothing yet.
MENU = [
    "🙋 Ik wil hulp",
    "📅 Afspraak maken",
    "🗣️ Wat zeg ik tegen een schuldeiser?",
    "🗓️ Mijn afspraken",
    "🧭 Waar sta ik?",
    "🧾 Waar heb ik recht op?",
    "📖 Uitleg",
    "🤝 Laat iemand meelezen",
    "💬 Praten met een mens",
    "🚨 Spoed",
]

#: Replies are rendered in every language that is whole; tests/test_catalogs.py fails for one that is not.
_SOURCES = extraction.extract()
_ALL = extraction.languages()
LANGUAGES = ("nl", *(name for name in _ALL if not extraction.problems(name, _SOURCES)))
#: The municipality's own sentences, as a configuration gives them in every language.
_OWN = {code: {"gemeente.outside_hours": f"({code})", "gemeente.food_help": f"({code})"} for code in _ALL}
TONGUE = load(("nl", *_ALL), _OWN, strict=set(LANGUAGES) >= set(_ALL))

GEMEENTE = Gemeente(
    name="Waterdrecht",
    phone="010 123 45 67",
    privacy_url="https://waterdrecht.example/privacy",
    postcodes=((2900, 2999),),
    elsewhere=(Elsewhere("Polderhoek", ((3100, 3199),), "010 765 43 21", "polderhoek.example/geld"),),
    crisis_phone="010 123 45 00",
    outside_hours="bel 010 123 45 99",
    food_help="Voedselbank Waterdrecht, Kade 1, elke dag vanaf 10 uur.",
)

#: What the shell may refuse.
Refusable: TypeAlias = Accept | Book | Move | AcceptPlan | AgreePlan


class Chat:
    """A person in a conversation; every method that does something returns the chat, so that it reads as a script."""

    def __init__(self, gemeente: Gemeente = GEMEENTE, *, rendering: bool = True) -> None:
        self.rendering = rendering
        self.session = Session()
        self.moment = Moment(MONDAY, "webchat", gemeente, frozenset(all_flows()))
        self.known: dict[type[Need], Need] = {}
        self.agenda = MadeUpAgenda()
        self.agreements = MadeUpAgreements()
        self.measurements = MadeUpMeasurements()
        self.keeping = MadeUpContact()
        self.ratings = MadeUpRatings()
        self.refusals: list[str] = []
        self.turn = Turn(self.session, (), ())
        self.taps_made = 0

    # ---- circumstances

    def on(self, channel: str) -> Chat:
        """Another channel than the web chat."""
        self.moment = replace(self.moment, channel=channel)
        return self

    def speaking(self, language: str) -> Chat:
        """The language was confirmed before."""
        self.session = replace(self.session, language=language, language_sure=True)
        return self

    def waits(self, time: timedelta) -> Chat:
        """Time passes; nobody writes."""
        quiet_since = self.moment.quiet_since or self.moment.now
        self.moment = replace(self.moment, now=self.moment.now + time, quiet_since=quiet_since)
        return self

    def closed(self) -> Chat:
        """Outside the municipality's hours."""
        self.moment = replace(self.moment, open=False)
        return self

    def held(self, *, notice_due: bool = False) -> Chat:
        """A human took over."""
        self.moment = replace(self.moment, held=True, notice_due=notice_due)
        return self

    def was_answered(self) -> Chat:
        """A human answered just now."""
        self.moment = replace(self.moment, answered_at=self.moment.now)
        return self

    def has_case(self, contact_name: str | None = None) -> Chat:
        """A case is open for this person."""
        self.known[OpenCase] = OpenCase(date(2026, 11, 2), contact_name)
        self.known[Contact] = Contact("mus-742-eik", False, contact_name)
        return self

    def has(self, *appointments: Appointment) -> Chat:
        """What stands in the agenda for this person, or stood there."""
        self.agenda.all += appointments
        return self

    def agreed(self, *summaries: Summary) -> Chat:
        """What was agreed in talks, the newest first."""
        self.agreements.all += summaries
        return self

    def refused(self, *reasons: str) -> Chat:
        """The next effects that may be refused are, for these reasons."""
        self.refusals += reasons
        return self

    # ---- what the person does

    def opens(self, flow: str | None = None, source: str | None = None, hint: str | None = None) -> Chat:
        """Arrives, with or without a deep link."""
        return self.says(Opened(flow, source, hint))

    def starts(self, flow: str) -> Chat:
        """Past the first hello: from the menu into ``flow``."""
        if not self.session.stack:
            self.opens().taps("🌍 Nederlands")
            if self.turn.replies[0].origin == "welkom.own_phone":
                self.taps("🔒 Ja, alleen ik")
            self.taps_made = 0
        if flow == "menu":
            return self
        return self.taps_data(f"!go:{flow}")

    def taps(self, label: str) -> Chat:
        """A button of the last message, by icon and label as the person sees them."""
        for button in self.turn.replies[-1].buttons:
            if label == f"{button.icon} {TONGUE.say(button.label, self._language())}":
                return self.taps_data(button.data)
        raise AssertionError(f"no button {label!r} but {self.buttons()}")

    def taps_data(self, data: str) -> Chat:
        """A button by what it sends back: an old one too."""
        self.taps_made += 1
        return self.says(Tapped(data))

    def picks(self, *labels: str) -> Chat:
        """Ticks several boxes and sends them together."""
        reply = self.turn.replies[-1]
        shown = {f"{b.icon} {TONGUE.say(b.label, self._language())}": b.data.rpartition(":")[2] for b in reply.buttons}
        return self.says(Picked(reply.origin, tuple(shown[label] for label in labels)))

    def types(self, text: str, masked: Iterable[str] = ()) -> Chat:
        """Writes."""
        return self.says(Typed(text, frozenset(masked)))

    def sends(self, sent: Sent) -> Chat:
        """A photo, voice note or file."""
        return self.says(sent)

    def is_due(self, kind: str, about: Json = None) -> Chat:
        """Something planned falls due."""
        return self.says(Due(kind, about))

    def is_handed_back(self, by: str = "Fatma", *, lapsed: bool = False) -> Chat:
        """The human is done."""
        self.moment = replace(self.moment, held=False)
        self.session = handing_back.resumed(self.session)
        return self.says(HandedBack(by, lapsed))

    def says(self, said: Said) -> Chat:
        """One turn: the session as it was stored, a step, the session as it will be stored."""
        written = dumps(self.session)
        stored = loads(written)
        assert dumps(stored) == written, "the session does not survive JSON"
        landing = advance(stored, said, self.moment, TONGUE)
        world = self._world(landing)
        self.turn = show(landing, world, self.moment)
        while (reason := self._refusal()) is not None:
            landing = refuse(landing, reason, self.moment)
            world = replace(self._world(landing), refused=reason)
            self.turn = show(landing, world, self.moment)
        briefly.check(landing, world, self.moment, TONGUE)
        numbered.check(self.turn.session, self.moment, TONGUE)
        spoken.check(self.turn.session, self.moment, TONGUE)
        self.agenda.apply(self.turn.effects)
        self.agreements.apply(self.turn.effects)
        self.measurements.apply(self.turn.effects)
        self.keeping.apply(self.turn.effects, self.moment.now)
        self.ratings.apply(self.turn.effects)
        self.session = self.turn.session
        if not isinstance(said, Due):
            self.moment = replace(self.moment, quiet_since=None)
        if self.rendering:
            self.render()
        return self

    # ---- the whole turn

    def sees(
        self,
        *paragraphs: str,
        buttons: list[str] | None = None,
        effects: Iterable[Effect] = (),
        picture: str | None = None,
        aloud: bool = False,
    ) -> Chat:
        """Exactly this text, these buttons and these effects; a picture is told by what it says for who cannot see it.
        ``aloud``: it goes as a voice note too."""
        assert self.texts() == list(paragraphs)
        assert self.buttons() == (buttons or [])
        assert list(self.turn.effects) == list(effects)
        assert self.pictures() == ([] if picture is None else [picture])
        assert any(reply.aloud for reply in self.turn.replies) == aloud
        return self

    def at(self, origin: str, *effects: Effect, notice: str | None = None) -> Chat:
        """On this screen, which another test compares whole; with exactly these effects and this said first."""
        assert [reply.origin for reply in self.turn.replies] == [origin]
        assert list(self.turn.effects) == list(effects)
        if notice is not None:
            assert self.texts()[0] == notice
        return self

    def hands_over(self, reason: str) -> Chat:
        """A human was asked for, for ``reason``, and nothing else happened."""
        assert [(type(effect), effect.reason) for effect in self.turn.effects if isinstance(effect, HandOver)] == [
            (HandOver, reason)
        ]
        assert len(self.turn.effects) == 1
        return self

    def is_silent(self, *effects: Effect) -> Chat:
        """Nothing is said, for a reason."""
        assert self.turn.replies == ()
        assert self.turn.reason
        assert list(self.turn.effects) == list(effects)
        return self

    def texts(self) -> list[str]:
        """The paragraphs of the last turn, in the person's language."""
        return [TONGUE.say(text, self._language()) for reply in self.turn.replies for text in reply.paragraphs]

    def buttons(self) -> list[str]:
        """The buttons of the last turn, a tick in front of what is ticked."""
        return [
            ("☑️ " if button.ticked else "") + f"{button.icon} {TONGUE.say(button.label, self._language())}"
            for reply in self.turn.replies
            for button in reply.buttons
        ]

    def pictures(self) -> list[str]:
        """What the pictures of the last turn say for who cannot see them."""
        shown = [reply.picture for reply in self.turn.replies if reply.picture is not None]
        return [TONGUE.say(picture.alt, self._language()) for picture in shown]

    def answers(self, flow: str = "aanmelden") -> Mapping[str, Json]:
        """What is kept of ``flow``, wherever its frame is."""
        frames = (*self.session.stack, *self.session.parked)
        return next(frame.answers for frame in frames if frame.flow == flow)

    # ---- shared

    def _language(self) -> str:
        return self.session.language if self.session.language in TONGUE.languages else "nl"

    def _world(self, landing: Landing) -> World:
        return World({need: self._read(need, landing.frame) for need in landing.needs})

    def _refusal(self) -> str | None:
        """Why the agenda does not do what this turn asks of it, or a plan to keep in touch cannot be agreed."""
        asked = [effect for effect in self.turn.effects if isinstance(effect, Refusable)]
        if any(isinstance(effect, Book | Move) and not effect.slot.staff for effect in asked):
            return "slot_taken"
        return self.refusals.pop(0) if asked and self.refusals else None

    def _read(self, need: type[Need], frame: Frame) -> Need:
        if need in OF_AGENDA and need not in self.known:
            return self.agenda.read(need, frame, self.moment.now)
        if need is Agreements and need not in self.known:
            return self.agreements.read(frame)
        if need is Measurement:
            return self.measurements.read(frame)
        if need is Rating:
            return self.ratings.read(frame)
        if need in OF_CONTACT and need not in self.known:
            return self.keeping.read(need, frame)
        return {**self._defaults(), **self.known}[need]

    def _defaults(self) -> dict[type[Need], Need]:
        reads_at = self.moment.now if self.moment.open else datetime(2026, 11, 24, 9, 0, tzinfo=ZONE)
        return {
            Promised: Promised(
                first_contact=date(2026, 11, 25),
                intake=date(2026, 12, 3),
                crisis=date(2026, 11, 24),
                food=date(2026, 11, 24),
                seizure=date(2026, 11, 25),
                reads_at=reads_at,
            ),
            Contact: Contact("mus-742-eik", False, None),
            OpenCase: OpenCase(None, None),
            Ways: WAYS,
            JoinCode: JOIN_CODE,
            OwnData: OWN_DATA,
            OwnConsents: OwnConsents(unasked=True),
            Cards: CARDS,
            Progress: AHEAD,
            Helpers: HELPERS,
            Invitation: INVITATION,
        }

    def render(self) -> None:
        """Every reply in every language on every channel, all pages of long lists, and its picture; raises where
        one does not fit, or a letter cannot be drawn."""
        for reply in self.turn.replies:
            for language in LANGUAGES:
                if reply.picture is not None:
                    checked(write(reply.picture, language, TONGUE))
                for limits in LIMITS.values():
                    first = render(reply, language, TONGUE, limits)
                    for page in range(2, first[-1].pages + 1):
                        render(reply, language, TONGUE, limits, page=page)
