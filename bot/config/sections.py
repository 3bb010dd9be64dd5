"""The tables of a municipality's TOML file. ``docs/municipality/configure.md`` says what each key means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from pathlib import PurePath

from sqlalchemy import make_url

from bot.clock import OFFICE_HOURS, Span
from bot.config.reading import (
    Network,
    Section,
    clock_time,
    colour,
    database_url,
    day,
    email,
    flag,
    international,
    key,
    language,
    matching,
    nearest,
    network,
    number,
    one_of,
    opening_hours,
    postcodes,
    set_of,
    several,
    some,
    text,
    url,
    words_by_name,
)
from bot.errors import Finding
from bot.templates import TEMPLATES
from flows.known import LANGUAGES

#: Sending hours shorter than this leave no room for reminders (``bot.clock.SENDING_MARGIN``).
SHORTEST_SENDING = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity(Section):
    """``[gemeente]``: who the municipality is, and its own look."""

    name: str = key(text, needed='Write the name of the municipality, like name = "Voorbeeldstad".')
    languages: tuple[str, ...] = key(some(several(language)), LANGUAGES)
    phone: str = key(text, "")
    privacy_url: str = key(url, "")
    postcodes: tuple[tuple[int, int], ...] = key(several(postcodes), ())
    young_people_phone: str = key(text, "0800-0432")  # Kindertelefoon
    geldfit_phone: str = key(text, "0800-8115")
    logo: str = key(matching(r".+\.(svg|png)", "Name an .svg or .png file, next to the configuration file."), "")
    colour: str = key(colour, "#154273")

    def findings(self, path: str) -> Iterable[Finding]:
        """Dutch is the source language: caseworkers read along in it."""
        if "nl" not in self.languages:
            yield Finding(f"{path}.languages", "does not name Dutch.", 'Add "nl": caseworkers read along in it.')


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour(Section):
    """One ``[[elsewhere]]``: another municipality, for people who turn out to live there."""

    name: str = key(text, needed="Write the name of that municipality.")
    postcodes: tuple[tuple[int, int], ...] = key(
        some(several(postcodes)), needed='Write its postcodes, like postcodes = ["1300-1399"].'
    )
    phone: str = key(text, "")
    website: str = key(url, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Crisis(Section):
    """``[crisis]``: who is there when it cannot wait. ``escalate_after`` is in minutes for danger at any hour, and
    ``escalate_after_crisis`` in minutes of opening hours for the rest."""

    phone: str = key(text, needed="Klopaan does not start without the number that people in a crisis can call.")
    outside_hours: str = key(
        text, needed="Klopaan does not start without saying where people in a crisis turn to when you are closed."
    )
    alarm_email: tuple[str, ...] = key(
        some(several(email, single=True)),
        needed="Klopaan does not start without an address for alarms that is read outside opening hours too.",
    )
    alarm_webhook: str = key(url, "")
    alarm_webhook_secret: str = key(text, "", secret=True)
    escalate_after: int = key(number(1, 60), 10)
    escalate_after_crisis: int = key(number(5, 480), 60)
    escalate_to: tuple[str, ...] = key(several(email), ())
    own_days: int = key(number(0, 3), 1)
    food_days: int = key(number(0, 3), 1)
    seizure_days: int = key(number(0, 10), 3)
    food_help: str = key(text, "")

    def findings(self, path: str) -> Iterable[Finding]:
        """A webhook must be able to tell that an alarm is ours."""
        if self.alarm_webhook and not self.alarm_webhook_secret:
            yield Finding(
                f"{path}.alarm_webhook_secret",
                "is missing, while there is an alarm_webhook.",
                'Agree on a long random value with the receiver and write it as "env:NAME".',
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Store(Section):
    """``[database]``: where the data are, and apart from them the keys."""

    url: str = key(
        database_url,
        needed='Write where the data go, like url = "sqlite+aiosqlite:////var/lib/klopaan/klopaan.db".',
        secret=True,
    )
    keys_url: str = key(database_url, "", secret=True)

    def __post_init__(self) -> None:
        if not self.keys_url and (keys := _beside(self.url)):
            object.__setattr__(self, "keys_url", keys)

    def findings(self, path: str) -> Iterable[Finding]:
        """Keys stand apart, so that destroying one also erases a person in old backups."""
        if not self.keys_url:
            yield Finding(
                f"{path}.keys_url",
                "is missing; with PostgreSQL it cannot be guessed.",
                "Name a second database for the keys, which is left out of the backups of the first.",
            )
        elif self.keys_url == self.url:
            yield Finding(
                f"{path}.keys_url",
                "is the same database as url.",
                "Name another one: keys must not be in the backups of the data.",
            )


def _beside(address: str) -> str:
    """The second file beside an SQLite database: klopaan.db → klopaan-keys.db; nothing for PostgreSQL."""
    parsed = make_url(address)
    if not parsed.drivername.startswith("sqlite") or not parsed.database:
        return ""
    data = PurePath(parsed.database)
    keys = data.with_name(f"{data.stem}-keys{data.suffix}")
    return parsed.set(database=str(keys)).render_as_string(hide_password=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Web(Section):
    """``[web]``: where Klopaan listens and how the world reaches it. ``public_url`` has no slash at its end."""

    host: str = key(text, needed='Write where to listen, like host = "127.0.0.1".')
    port: int = key(number(0, 65535), needed="Write where to listen, like port = 8080.")
    public_url: str = key(url, "")
    trusted_proxies: tuple[Network, ...] = key(several(network), ())
    upload_limit_mb: int = key(number(1, 100), 10)
    session_days: int = key(number(1, 730), 180)
    personal_link_days: int = key(number(1, 90), 14)
    #: Whom to tell of a leak or a hole; empty: there is no security.txt.
    security_contact: str = key(
        matching(
            r"mailto:[^\s@<>]{1,64}@[^\s@<>]{1,190}|https://[!-~]{3,250}",
            "Write it as mailto:beveiliging@gemeente.example or as https://….",
        ),
        "",
    )

    def __post_init__(self) -> None:
        if not self.public_url:
            host = "localhost" if self.host in ("0.0.0.0", "::", "127.0.0.1") else self.host  # noqa: S104 - compared
            object.__setattr__(self, "public_url", f"http://{host}:{self.port}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours(Section):
    """``[hours]``: the municipality's own calendar. Weekdays that are not named keep the default."""

    monday: tuple[Span, ...] = key(opening_hours, OFFICE_HOURS[0])
    tuesday: tuple[Span, ...] = key(opening_hours, OFFICE_HOURS[1])
    wednesday: tuple[Span, ...] = key(opening_hours, OFFICE_HOURS[2])
    thursday: tuple[Span, ...] = key(opening_hours, OFFICE_HOURS[3])
    friday: tuple[Span, ...] = key(opening_hours, OFFICE_HOURS[4])
    saturday: tuple[Span, ...] = key(opening_hours, OFFICE_HOURS[5])
    sunday: tuple[Span, ...] = key(opening_hours, OFFICE_HOURS[6])
    closed_days: frozenset[date] = key(set_of(day), frozenset())
    open_holidays: frozenset[date] = key(set_of(day), frozenset())
    equated_days: frozenset[date] = key(set_of(day), frozenset())

    @property
    def week(self) -> tuple[tuple[Span, ...], ...]:
        """Hours per weekday, Monday first."""
        return (
            self.monday,
            self.tuesday,
            self.wednesday,
            self.thursday,
            self.friday,
            self.saturday,
            self.sunday,
        )

    def findings(self, path: str) -> Iterable[Finding]:
        """Someone must be there some time."""
        if not any(self.week):
            yield Finding(path, "leaves no day on which you are open.", "Give at least one weekday its hours.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending(Section):
    """``[sending]``: when messages that nobody just asked for may go out, and how many a week per person."""

    from_: time = key(clock_time, time(9))  # noqa: RUF009 - makes a field
    until: time = key(clock_time, time(20))  # noqa: RUF009 - makes a field
    weekly_cap: int = key(number(1, 21), 3)

    def findings(self, path: str) -> Iterable[Finding]:
        """The hours must leave room."""
        start, end = (timedelta(hours=at.hour, minutes=at.minute) for at in (self.from_, self.until))
        if end - start < SHORTEST_SENDING:
            yield Finding(f"{path}.until", "is less than an hour after from.", "Leave at least an hour between them.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Promises(Section):
    """``[promises]``: what residents are told they can count on. Only what is adopted is promised."""

    first_contact: int = key(number(1, 10), 2)
    intake: int = key(number(1, 60), 10)
    intake_counts: str = key(one_of("calendar", "working"), "calendar")
    decision_weeks: int = key(number(1, 8), 8)
    adopted: frozenset[str] = key(set_of(one_of("first_contact", "intake")), frozenset({"first_contact", "intake"}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointments(Section):
    """``[appointments]``: how residents book. ``notice_hours`` are opening hours before the first moment on offer,
    ``days`` how far ahead they may book, ``most`` how many one person may have standing."""

    notice_hours: int = key(number(0, 40), 2)
    days: int = key(number(10, 90), 28)
    most: int = key(number(1, 10), 3)
    evening_from: time = key(clock_time, time(17))  # noqa: RUF009 - makes a field


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk(Section):
    """``[desk]``: how long things last for caseworkers, and whether local accounts need a second factor. ``hold_hours``
    are opening hours."""

    hold_hours: int = key(number(1, 40), 4)
    session_hours: int = key(number(1, 24), 10)
    idle_minutes: int = key(number(5, 1440), 60)
    second_factor: str = key(one_of("required", "optional"), "required")
    sign_in_link_minutes: int = key(number(5, 1440), 60)
    emergency_minutes: int = key(number(5, 480), 60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratings(Section):
    """``[ratings]``: whether residents are asked for grades."""

    on: bool = key(flag, True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Smtp(Section):
    """``[smtp]``: the mail server for alarms. ``starttls`` None takes encryption when the server offers it; port 465 is
    encrypted from the start."""

    host: str = key(text, "localhost")
    port: int = key(number(1, 65535), 25)
    starttls: bool | None = key(flag, None)
    username: str = key(text, "")
    password: str = key(text, "", secret=True)
    sender: str = key(email, "")

    def findings(self, path: str) -> Iterable[Finding]:
        """Signing in takes both, and a password never goes in clear."""
        if bool(self.username) != bool(self.password):
            yield Finding(path, "has only one of username and password.", "Write both or neither.")
        elif self.password and self.starttls is False and self.port != 465:
            yield Finding(f"{path}.starttls", "is false, so the password would be sent in clear.", "Leave it out.")


# ---- channels ------------------------------------------------------------------------------------------------------

_STYLES = ("seintje", "volledig")


@dataclass(frozen=True, slots=True, kw_only=True)
class Webchat(Section):
    """``[channels.webchat]``: the municipality's own, so everything may be said in it."""

    style: str = key(one_of(*_STYLES), "volledig")
    assessment: str = key(text, "")
    leave_to: str = key(url, "https://www.nu.nl")  # where *snel weg* goes: a page that says nothing about anyone


@dataclass(frozen=True, slots=True, kw_only=True)
class Email(Section):
    """``[channels.email]``; uses ``[smtp]``."""

    style: str = key(one_of(*_STYLES), "seintje")
    assessment: str = key(text, "")

    def findings(self, path: str) -> Iterable[Finding]:
        """The full style needs the privacy assessment (rule 11)."""
        return _unassessed(self.style, self.assessment, path)


#: Telegram's own Bot API.
TELEGRAM = "https://api.telegram.org"


@dataclass(frozen=True, slots=True, kw_only=True)
class Telegram(Section):
    """``[channels.telegram]``."""

    token: str = key(text, needed='Write the token that BotFather gave, as "env:NAME".', secret=True)
    #: Of the bot, for links to it; empty: Klopaan asks Telegram.
    username: str = key(matching(r"[A-Za-z][A-Za-z0-9_]{4,31}", "Write it as in t.me/…, without @."), "")
    api_url: str = key(url, TELEGRAM)
    mode: str = key(one_of("polling", "webhook"), "polling")
    webhook_secret: str = key(
        matching(r"[A-Za-z0-9_-]{16,256}", "Use 16 to 256 letters, digits, _ and -."), "", secret=True
    )
    style: str = key(one_of(*_STYLES), "seintje")
    assessment: str = key(text, "")

    def findings(self, path: str) -> Iterable[Finding]:
        """A webhook is told apart from forgeries by its secret; a server of one's own has tokens of its own."""
        yield from _unassessed(self.style, self.assessment, path)
        if self.api_url == TELEGRAM and not re.fullmatch(r"\d+:[A-Za-z0-9_-]+", self.token):
            yield Finding(
                f"{path}.token",
                "does not have the form of a token.",
                "One from BotFather is digits, a colon and letters: see that all of it is there.",
            )
        if self.mode == "webhook" and not self.webhook_secret:
            yield Finding(
                f"{path}.webhook_secret",
                'is missing, while mode is "webhook".',
                'Make a random value and write it as "env:NAME", or choose mode = "polling".',
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Whatsapp(Section):
    """``[channels.whatsapp]``: ``templates`` pairs our names of messages with approved templates, and
    ``template_languages`` are those in which they were approved (empty: all of the municipality's)."""

    phone_number_id: str = key(
        matching(r"\d+", "It is a row of digits, and not the telephone number itself."),
        needed="Write the number's id from the WhatsApp manager.",
    )
    phone: str = key(international, "")
    token: str = key(text, needed='Write the access token, as "env:NAME".', secret=True)
    app_secret: str = key(text, needed='Write the app secret, as "env:NAME": it proves who calls.', secret=True)
    verify_token: str = key(text, needed='Write the verify token that you chose, as "env:NAME".', secret=True)
    api_url: str = key(url, "https://graph.facebook.com")
    templates: tuple[tuple[str, str], ...] = key(words_by_name, ())
    template_languages: tuple[str, ...] = key(several(language), ())
    style: str = key(one_of(*_STYLES), "seintje")
    assessment: str = key(text, "")

    def findings(self, path: str) -> Iterable[Finding]:
        """The full style needs the privacy assessment; a template goes under a name that WhatsApp can have given."""
        yield from _unassessed(self.style, self.assessment, path)
        for ours, theirs in self.templates:
            if ours not in TEMPLATES:
                advice = nearest(ours, TEMPLATES) or f"Known here: {', '.join(sorted(TEMPLATES))}."
                yield Finding(f"{path}.templates.{ours}", "is no message of Klopaan's.", advice)
            elif not re.fullmatch(r"[a-z0-9_]{1,512}", theirs):
                yield Finding(
                    f"{path}.templates.{ours}",
                    "is not the name of a template.",
                    "WhatsApp allows small letters, digits and _ in it.",
                )


def _unassessed(style: str, assessment: str, path: str) -> Iterable[Finding]:
    if style == "volledig" and not assessment:
        yield Finding(
            f"{path}.assessment",
            'is missing, while style is "volledig".',
            'Name the recorded privacy assessment and its date, or choose style = "seintje".',
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Channels:
    """``[channels.…]``: those that are switched on; at least one. The web chat comes along with any other: personal
    links in messages lead there."""

    webchat: Webchat | None = None
    telegram: Telegram | None = None
    whatsapp: Whatsapp | None = None
    email: Email | None = None
    #: Names of those that are on, in this order.
    names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        if self.webchat is None and (self.telegram or self.whatsapp or self.email):
            object.__setattr__(self, "webchat", Webchat())
        on = tuple(name for name in CHANNELS if getattr(self, name) is not None)
        object.__setattr__(self, "names", on)


CHANNELS: Mapping[str, type[Section]] = {
    "webchat": Webchat,
    "telegram": Telegram,
    "whatsapp": Whatsapp,
    "email": Email,
}
