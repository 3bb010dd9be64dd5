"""``klopaan play``: a conversation in the terminal, on the pure core alone; ``--transcript`` prints it as a test."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot import cards
from bot.channels import limits, rendering
from bot.channels.rendering import Rendered
from bot.clock import Calendar, SystemClock, Terms, promised
from bot.play_agenda import MadeUpAgenda
from bot.play_agreements import MadeUpAgreements
from bot.play_contact import OF_CONTACT, MadeUpContact
from bot.play_measurements import MadeUpMeasurements
from bot.play_ratings import MadeUpRatings
from bot.privacy.masking import clean, mask
from bot.transcript import Transcript
from flows import registry
from flows.agenda import Appointments, FreeSlots, Meetings
from flows.agreements import Agreements
from flows.cards import Cards
from flows.grammar import (
    GLOBAL_WORDS,
    Contact,
    Elsewhere,
    Gemeente,
    JoinCode,
    Moment,
    Need,
    OpenCase,
    Opened,
    Promised,
    Said,
    Tapped,
    Typed,
    Way,
    Ways,
    World,
)
from flows.helpers import Helper, Helpers, Invitation
from flows.landing import Landing
from flows.measuring import Measurement
from flows.own_data import OwnConsents, OwnData
from flows.progress import AHEAD, Progress
from flows.ratings import Rating
from flows.session import Session, dumps, loads
from flows.step import Turn, advance, show
from locales import Catalogs, load
from locales.extraction import languages

ZONE = ZoneInfo("Europe/Amsterdam")

#: The world of ``tests/transcripts``, so that what is played in it passes as a test there.
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=ZONE)
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
#: Everything that can be changed about how someone is reached.
WAYS = Ways(
    (Way("webchat"), Way("telegram", preferred=True), Way("whatsapp", works=False), Way("email")),
    ("webchat", "telegram", "whatsapp", "email"),
)
JOIN_CODE = JoinCode(
    "7K3D-9QX-2MF",
    30,
    {
        "webchat": "https://waterdrecht.example",
        "telegram": "https://t.me/waterdrecht_bot?start=code-7K3D9QX2MF",
    },
)
#: Someone with a PIN of their own.
OWN_DATA = OwnData("pin", "https://waterdrecht.example/mijn/abcdefghijklmnopqrstuvwxyz012345")
#: As we made them; nobody in particular helps yet.
CARDS = Cards(
    tuple(replace(card, owner=GEMEENTE.name) for card in cards.made().values()),
    contact_name=GEMEENTE.name,
    contact_phone=GEMEENTE.phone,
)
#: Who helps, and the link for who did not come yet.
HELPERS = Helpers(
    (
        Helper(3, "Samira", "act", date(2026, 12, 23), opened=True),
        Helper(4, "Oom Jan", "follow", date(2026, 11, 30), opened=False),
    ),
    page="https://waterdrecht.example",
)
INVITATION = Invitation("Oom Jan", "https://waterdrecht.example/m/abcdefghijklmnopqrstuvwxyz012345")
#: What the made-up agenda answers.
OF_AGENDA: frozenset[type[Need]] = frozenset({Meetings, FreeSlots, Appointments})
#: The municipality's own sentences in other languages, which only its configuration has.
OWN = {code: {"gemeente.outside_hours": f"({code})", "gemeente.food_help": f"({code})"} for code in languages()}


@dataclass(slots=True)
class Player:
    """One conversation without a database: the world is a made-up municipality."""

    language: str
    tongue: Catalogs
    now: Callable[[], datetime] = field(default=lambda: SystemClock().now().astimezone(ZONE))
    session: Session = field(default_factory=Session)
    agenda: MadeUpAgenda = field(default_factory=MadeUpAgenda)
    agreements: MadeUpAgreements = field(default_factory=MadeUpAgreements)
    measurements: MadeUpMeasurements = field(default_factory=MadeUpMeasurements)
    keeping: MadeUpContact = field(default_factory=MadeUpContact)
    ratings: MadeUpRatings = field(default_factory=MadeUpRatings)

    def say(self, said: Said) -> tuple[Turn, tuple[Rendered, ...]]:
        """One step; the session goes through JSON, as between two messages."""
        now = self.now()
        moment = Moment(now, limits.WEBCHAT.channel, GEMEENTE, frozenset(registry.all_flows()))
        landing = advance(loads(dumps(self.session)), said, moment, self.tongue)
        turn = show(landing, self.read(landing, now), moment)
        self.agenda.apply(turn.effects)
        self.agreements.apply(turn.effects)
        self.measurements.apply(turn.effects)
        self.keeping.apply(turn.effects, now)
        self.ratings.apply(turn.effects)
        self.session = turn.session
        shown = tuple(
            part
            for reply in turn.replies
            for part in rendering.render(reply, turn.session.language, self.tongue, limits.WEBCHAT)
        )
        return turn, shown

    def read(self, landing: Landing, now: datetime) -> World:
        """What the screen of ``landing`` needs to be shown."""
        made_up = {need: self.agenda.read(need, landing.frame, now) for need in landing.needs if need in OF_AGENDA}
        if Agreements in landing.needs:
            made_up[Agreements] = self.agreements.read(landing.frame)
        if Measurement in landing.needs:
            made_up[Measurement] = self.measurements.read(landing.frame)
        if Rating in landing.needs:
            made_up[Rating] = self.ratings.read(landing.frame)
        made_up |= {need: self.keeping.read(need, landing.frame) for need in landing.needs if need in OF_CONTACT}
        return World({**world((need for need in landing.needs if need not in made_up), now).read, **made_up})


def world(needs: Iterable[type[Need]], now: datetime) -> World:
    """Answers for every need but those of the agenda, the same each time."""
    answers: dict[type[Need], Need] = {
        Promised: promised(now, Calendar(), Terms()),
        Contact: Contact("mus-742-eik", has_pin=False, contact_name=None),
        OpenCase: OpenCase(None, None),
        Ways: WAYS,
        JoinCode: JOIN_CODE,
        Cards: CARDS,
        Progress: AHEAD,
        Helpers: HELPERS,
        Invitation: INVITATION,
        OwnData: OWN_DATA,
        OwnConsents: OwnConsents(unasked=True),
    }
    return World({need: answers[need] for need in needs})


def play(flow: str | None, language: str, *, transcript: bool, read: Callable[[], str | None]) -> int:
    """Plays until the input ends. ``read`` gives a line, or None at the end. Gives the exit status.

    With ``transcript`` it is always the Monday of the transcripts, and what was played is printed as one of them.
    """
    flows = registry.all_flows()
    if flow is not None and flow not in flows:
        print(f"There is no flow {flow}. There are: {', '.join(sorted(flows))}.", file=sys.stderr)
        return 2
    tongue = load(("nl", *languages()), OWN)
    player = Player(language, tongue, session=Session(language=language, language_sure=True))
    if transcript:
        player.now = lambda: MONDAY
    written = Transcript(tongue, language)
    player.say(Opened())
    start = Tapped(f"!go:{flow}" if flow else "!menu")
    turn, shown = player.say(start)
    written.add(start, turn)
    _print(turn, shown, tongue)
    while (line := read()) is not None:
        said = _said(line.strip(), shown)
        turn, shown = player.say(said)
        written.add(said, turn)
        _print(turn, shown, tongue)
    if transcript:
        print(f"\n{written}")
    return 0


def _said(line: str, shown: tuple[Rendered, ...]) -> Tapped | Typed:
    """A number is a tap on that button; ``!word`` a global word's button; everything else is typed."""
    buttons = shown[-1].buttons if shown else ()
    if line.isdecimal() and 0 < int(line) <= len(buttons):
        return Tapped(buttons[int(line) - 1].data)
    if line.startswith("!") and line[1:] in GLOBAL_WORDS:
        return Tapped(line)
    masked = mask(clean(line))
    return Typed(masked.text, masked.kinds)


def _print(turn: Turn, shown: tuple[Rendered, ...], tongue: Catalogs) -> None:
    for reply in turn.replies:
        if reply.picture is not None:
            print(f"\n[{reply.picture.told(turn.session.language, tongue)}]")
    for part in shown:
        print(f"\n{part.text}")
        for number, button in enumerate(part.buttons, 1):
            print(f"  {number}. {button.title}")
    for effect in turn.effects:
        print(f"    → {effect}")
