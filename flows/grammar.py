"""The words that flows are written in: what a person says, what a screen shows, what must happen.

Everything here is frozen data. A flow needs this module and ``flows.flow``; what it may know (``flows.known``) and text
(``flows.text``) are to be had from here too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Literal, TypeAlias

from flows.known import (
    Case as Case,
)
from flows.known import (
    Contact as Contact,
)
from flows.known import (
    Elsewhere as Elsewhere,
)
from flows.known import (
    Gemeente as Gemeente,
)
from flows.known import (
    JoinCode as JoinCode,
)
from flows.known import (
    Moment as Moment,
)
from flows.known import (
    Need as Need,
)
from flows.known import (
    OpenCase as OpenCase,
)
from flows.known import (
    Promised as Promised,
)
from flows.known import (
    Way as Way,
)
from flows.known import (
    Ways as Ways,
)
from flows.known import (
    World as World,
)
from flows.picture import Block as Block
from flows.picture import Picture as Picture
from flows.text import Euro as Euro
from flows.text import Json as Json
from flows.text import Text as Text
from flows.text import t as t
from flows.text import verbatim as verbatim

#: The words that work on every screen, in every language (rule 1).
GLOBAL_WORDS = ("mens", "menu", "terug", "stop", "opnieuw", "taal", "help", "waarom", "kort")

#: ``Screen.saves`` of the one question whose answer changes the language of the conversation.
LANGUAGE = "language"


class Category(StrEnum):
    """Kinds of crisis (docs/rules.md, the crisis table), worst first."""

    LIFE = "life"
    VIOLENCE = "violence"
    HOME = "home"
    UTILITIES = "utilities"
    CARE = "care"
    FOOD = "food"
    SEIZURE = "seizure"

    @property
    def is_danger(self) -> bool:
        """Someone's life or safety is at stake: fixed text, alarm at any hour, no further questions."""
        return self in (Category.LIFE, Category.VIOLENCE)


class Urgency(IntEnum):
    """How soon a human is needed; the only thing of a crisis that the database knows in clear."""

    NORMAL = 0
    URGENT = 1  # the urgent queue, own clock
    CRISIS = 2  # a statutory clock runs (Wgs art. 4), or no food
    DANGER = 3  # life or violence


# ---- what a person did ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Typed:
    """Free text, control characters removed and numbers such as a BSN already masked; ``masked`` says which kinds."""

    text: str
    masked: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Tapped:
    """A button: ``flow.screen:choice``, ``!word`` for a global word or ``!go:flow`` for a menu entry."""

    data: str


@dataclass(frozen=True, slots=True)
class Picked:
    """Several boxes ticked and sent together (channels that can): ``screen`` is ``flow.screen``."""

    screen: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sent:
    """A photo, voice note or file; the content itself is an attachment that the core never sees. ``problem``: it could
    not be kept, because it is ``too_big`` or of an ``unknown`` kind. ``seconds``: how long a voice note lasts, where
    that is known already."""

    kind: Literal["photo", "voice", "file"]
    caption: str = ""
    masked: frozenset[str] = frozenset()
    problem: Literal["", "too_big", "unknown"] = ""
    seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """Arrived: for the first time, again, or by a deep link to ``flow``, and there to a ``place`` of its own name.
    ``hint`` is a guess of the language."""

    flow: str | None = None
    source: str | None = None
    hint: str | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """Something planned fell due: ``kind`` is ``flow.name``, ``about`` what was planned with it."""

    kind: str
    about: Json = None


@dataclass(frozen=True, slots=True)
class HandedBack:
    """A human gave the conversation back (``by`` is a name), or the hold lapsed without an answer."""

    by: str
    lapsed: bool = False


@dataclass(frozen=True, slots=True)
class Joined:
    """A code from another channel was typed here. ``ok``: both are one conversation now; else the code is wrong, used
    or too old, or (``pin``) this code cannot be used here because the person has a PIN, or (``asks``) it works and
    nothing is joined until the person says that they made it."""

    ok: bool
    pin: bool = False
    asks: bool = False


Said: TypeAlias = Typed | Tapped | Picked | Sent | Opened | Due | HandedBack | Joined


# ---- what a screen shows -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Call:
    """Go to another flow and come back to this same screen."""

    flow: str
    screen: str | None = None
    answers: tuple[tuple[str, Json], ...] = ()


@dataclass(frozen=True, slots=True)
class Jump:
    """Leave this flow (it stays parked) and begin another."""

    flow: str
    screen: str | None = None


@dataclass(frozen=True, slots=True)
class Back:
    """Return to where this flow was called from, or to the menu."""


def call(flow: str, screen: str | None = None, **answers: Json) -> Call:
    """Go to ``flow`` and come back here; ``answers`` are what that flow already knows."""
    return Call(flow, screen, tuple(answers.items()))


def jump(flow: str, screen: str | None = None) -> Jump:
    """Leave for ``flow``."""
    return Jump(flow, screen)


BACK = Back()

#: Where a row leads: a screen of this flow; another flow; back; or on to a screen *and* first a call to another flow.
Target: TypeAlias = str | Call | Jump | Back | tuple[str, Call]


@dataclass(frozen=True, slots=True)
class Choice:
    """One button. ``id`` never changes meaning; ``words`` are synonyms, comma-separated, per language;
    ``short`` is a form of at most 20 characters where ``label`` is longer; ``event`` names the row of the table."""

    id: str
    icon: str
    label: Text
    event: str = "next"
    short: Text | None = None
    words: Text | None = None
    goes: Call | Jump | Back | None = None  # instead of an event: straight there (the menu)
    lasting: bool = False  # ``goes`` calls a lasting screen of its flow: the button works however old it is


@dataclass(frozen=True, slots=True)
class Screen:
    """One question or message. ``saves`` names the answer; ``many`` lets several boxes be ticked; ``free`` takes an
    answer in the person's own words; ``effects`` happen once, on arrival, never when the screen is shown again."""

    text: Text | tuple[Text, ...]
    choices: tuple[Choice, ...] = ()
    saves: str | None = None
    many: bool = False
    free: bool = False
    skippable: bool = True  # adds "overslaan" to a screen that saves something
    enough: bool = False  # adds "zo is het genoeg"
    why: Text | None = None  # one sentence: why this is asked, and what happens with the answer
    short: Text | tuple[Text, ...] | None = None  # for *kort*, where ``flows.brief`` is not enough
    again: Text | None = None  # instead of a long text that stands just above: what was typed there did not lead away
    effects: tuple[Effect, ...] = ()
    each_tick: bool = False  # on a screen of many they happen at each tick too
    once: str | None = None  # under this name it is kept when they happened: once in a visit, until a human answered
    sensitive: bool = False  # goes as a neutral message in *alleen seintje*, even when just asked for
    safe: bool = False  # worded so that someone reading along learns nothing (violence)
    beside_dutch: bool = False  # privacy and such: in a language nobody confirmed, next to the Dutch (rule 12)
    picture: Picture | None = None  # goes along with the text
    aloud: bool = False  # the text goes as a voice note too, where the machine has a voice for the language

    @property
    def paragraphs(self) -> tuple[Text, ...]:
        """The text as one or more paragraphs."""
        return self.text if isinstance(self.text, tuple) else (self.text,)


@dataclass(frozen=True, slots=True)
class Button:
    """A choice as sent: ``data`` comes back as ``Tapped.data``; ``ticked`` only on a screen of many."""

    data: str
    icon: str
    label: Text
    short: Text | None = None
    ticked: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to the person, before language and channel. ``origin`` is ``flow.screen``."""

    paragraphs: tuple[Text, ...]
    buttons: tuple[Button, ...] = ()
    origin: str = ""
    many: bool = False  # boxes rather than buttons
    asks_text: bool = False  # the answer may be typed
    sensitive: bool = False
    safe: bool = False
    beside_dutch: bool = False  # in a language that nobody confirmed, the Dutch stands next to it (rule 12)
    picture: Picture | None = None
    aloud: bool = False


# ---- what must happen ----------------------------------------------------------------------------------------------


class Effect:
    """Base of what a turn asks the shell to do, in the same transaction. One handler each in ``bot.effects``."""


@dataclass(frozen=True, slots=True)
class HandOver(Effect):
    """A human is asked for. ``reason`` is a short Dutch code for the handoff card (``twee keer niet begrepen``)."""

    reason: str
    urgency: Urgency = Urgency.NORMAL
    clock: Category | None = None  # promised by the clock of this kind of crisis, where no alarm sets one
    told: tuple[tuple[str, Json], ...] = ()  # what else stands on file with the reason, by name


@dataclass(frozen=True, slots=True)
class RaiseAlarm(Effect):
    """A crisis: clock, queue and (by category) an alarm; danger pauses everything planned."""

    category: Category


@dataclass(frozen=True, slots=True)
class FalseAlarm(Effect):
    """The person says it is not that: the alarm is marked so, what was paused wakes."""

    category: Category


@dataclass(frozen=True, slots=True)
class PlanPing(Effect):
    """Come back at ``at``, moved into sending hours by the shell. A new one replaces a waiting one of its kind."""

    kind: str
    at: datetime
    about: Json = None


@dataclass(frozen=True, slots=True)
class CancelPings(Effect):
    """What was planned of these kinds is no longer wanted."""

    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OptOut(Effect):
    """No unasked messages any more (*stop*)."""


@dataclass(frozen=True, slots=True)
class OptIn(Effect):
    """Unasked messages are welcome again."""


@dataclass(frozen=True, slots=True)
class SetLanguage(Effect):
    """The person confirmed or chose a language (ISO 639-1)."""

    language: str


@dataclass(frozen=True, slots=True)
class SignUp(Effect):
    """A sign-up is complete: open the case, register it [003] module 5. ``capacity`` is
    ``self|helper|professional|bewindvoerder``; ``answers`` all that was said, by name."""

    capacity: str
    answers: Mapping[str, Json]
    urgency: Urgency = Urgency.NORMAL


@dataclass(frozen=True, slots=True)
class SetContact(Effect):
    """Ways to reach the person and what to call them, as they gave them; None leaves it as it was."""

    name: str | None = None
    phone: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class SharedTelephone(Effect):
    """Someone else reads along on it: whatever goes out there is neutral (rule 11)."""


@dataclass(frozen=True, slots=True)
class Prefer(Effect):
    """What we begin goes to this channel first, as long as it works."""

    channel: str


@dataclass(frozen=True, slots=True)
class EmailInFull(Effect):
    """E-mail holds the content itself (the person asks for that), or only the notice that there is something."""

    on: bool


@dataclass(frozen=True, slots=True)
class RefuseCode(Effect):
    """The code that the person was asked about is not theirs: it joins nothing any more."""


@dataclass(frozen=True, slots=True)
class LeaveChannel(Effect):
    """Nothing goes to this channel any more; what is written from there is still heard."""

    channel: str


@dataclass(frozen=True, slots=True)
class Record(Effect):
    """An event on the file (consent, source, referral …); ``detail`` is encrypted."""

    kind: str
    detail: Json = None


# ---- between core and shell ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Again:
    """A due ping's outcome: say this, then show the current screen again. ``answers`` are kept with the flow's own, so
    that it can count what it sent."""

    notice: Text
    effects: tuple[Effect, ...] = ()
    answers: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Goto:
    """A due ping's outcome: go to this screen of the ping's flow."""

    screen: str
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class Interrupt:
    """A due ping's outcome: this screen of its flow on top of where the person is, and back there afterwards. While a
    human holds the conversation it is shown beside it."""

    screen: str
    answers: Mapping[str, Json] = field(default_factory=dict)
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class Never:
    """A due ping's outcome: no longer wanted, for a recorded reason; ``effects`` may plan it anew."""

    reason: str
    effects: tuple[Effect, ...] = ()


Outcome: TypeAlias = Again | Goto | Interrupt | Never
