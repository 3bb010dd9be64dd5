"""A municipality's TOML file, checked, with everything that is wrong with it said at once and in words.

One municipality is one file is one database. A value ``"env:NAME"`` is read from the environment; the
master key comes from ``KLOPAAN_SECRET`` only.
"""

from __future__ import annotations

import base64
import binascii
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from bot.clock import Calendar, Terms
from bot.config.guidance import Rights, read_links, read_rights
from bot.config.oidc import Oidc
from bot.config.outside import OpenKlant
from bot.config.reading import Section, read_section, resolve, unknown_keys
from bot.config.remarks import check
from bot.config.retention import Retention
from bot.config.sections import (
    CHANNELS,
    Appointments,
    Channels,
    Crisis,
    Desk,
    Email,
    Hours,
    Identity,
    Neighbour,
    Promises,
    Ratings,
    Sending,
    Smtp,
    Store,
    Telegram,
    Web,
    Webchat,
    Whatsapp,
)
from bot.config.together import findings_together
from bot.config.wordings import read_wordings
from bot.errors import ConfigError, Finding
from flows.grammar import Elsewhere, Gemeente
from flows.known import LANGUAGES
from flows.local import Link
from locales.extraction import languages as translated_languages

__all__ = [
    "Appointments",
    "Channels",
    "Config",
    "Crisis",
    "Desk",
    "Email",
    "Hours",
    "Identity",
    "Neighbour",
    "OpenKlant",
    "Promises",
    "Ratings",
    "Retention",
    "Sending",
    "Smtp",
    "Store",
    "Telegram",
    "Web",
    "Webchat",
    "Whatsapp",
    "check",
    "load",
    "read_secret",
]

#: Where the master key comes from.
SECRET = "KLOPAAN_SECRET"  # noqa: S105 - the name, not the secret

SECRET_BYTES = 32

_MAKE_ONE = (
    "Make one with: python3 -c "
    "'import base64, secrets; print(base64.b64encode(secrets.token_bytes(32)).decode())' "
    "and keep it safe: without it nothing can be read any more."
)

S = TypeVar("S", bound=Section)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything about one municipality. Field names are the tables of the file; ``path`` is where it came from."""

    identity: Identity
    elsewhere: tuple[Neighbour, ...]
    crisis: Crisis
    database: Store
    web: Web
    hours: Hours
    sending: Sending
    promises: Promises
    appointments: Appointments
    desk: Desk
    ratings: Ratings
    retention: Retention
    channels: Channels
    smtp: Smtp
    links: tuple[Link, ...]  # films and pages of its own
    recht: Rights
    texts: Mapping[str, Mapping[str, str]]  # own wordings, by language and context
    secret: bytes = field(repr=False)  # the master key, at least 32 bytes
    path: Path
    given: frozenset[str]  # names of the tables that stand in the file
    openklant: OpenKlant | None = None  # None: it is told nothing
    oidc: Oidc | None = None  # None: local accounts only

    def gemeente(self) -> Gemeente:
        """What flows may know of it."""
        return Gemeente(
            name=self.identity.name,
            languages=self.identity.languages,
            phone=self.identity.phone,
            privacy_url=self.identity.privacy_url,
            postcodes=self.identity.postcodes,
            elsewhere=tuple(
                Elsewhere(other.name, other.postcodes, other.phone, other.website) for other in self.elsewhere
            ),
            crisis_phone=self.crisis.phone,
            outside_hours=self.crisis.outside_hours,
            food_help=self.crisis.food_help,
            young_people_phone=self.identity.young_people_phone,
            geldfit_phone=self.identity.geldfit_phone,
            first_contact_days=self.promises.first_contact,
            intake_days=self.promises.intake,
            promises=self.promises.adopted,
            channels=self.channels.names,
            notices_on=frozenset(
                name for name in self.channels.names if getattr(self.channels, name).style == "seintje"
            ),
            links=self.links,
            rights_without=self.recht.without,
            rights_own=self.recht.own,
        )

    def calendar(self) -> Calendar:
        """Its working time."""
        return Calendar(
            opening_hours=self.hours.week,
            closed_days=self.hours.closed_days,
            open_holidays=self.hours.open_holidays,
            equated_days=self.hours.equated_days,
            sending_from=self.sending.from_,
            sending_until=self.sending.until,
        )

    @property
    def terms(self) -> Terms:
        """Its own clocks."""
        return Terms(
            first_contact=self.promises.first_contact,
            intake=self.promises.intake,
            intake_in_own_days=self.promises.intake_counts == "working",
            crisis=self.crisis.own_days,
            food=self.crisis.food_days,
            seizure=self.crisis.seizure_days,
            hold=timedelta(hours=self.desk.hold_hours),
        )

    @property
    def logo(self) -> Path | None:
        """The file of its own logo, if it has one."""
        return self.path.parent / self.identity.logo if self.identity.logo else None


def load(path: str | Path, environ: Mapping[str, str] | None = None) -> Config:
    """The configuration in the file ``path``. Raises ``ConfigError`` with all findings when it cannot be used."""
    path = Path(path)
    environ = os.environ if environ is None else environ
    findings: list[Finding] = []
    raw = _resolved(_parse(path), environ, findings)
    tables = (
        "gemeente",
        "elsewhere",
        "crisis",
        "database",
        "web",
        "hours",
        "sending",
        "promises",
        "appointments",
        "desk",
        "ratings",
        "retention",
        "smtp",
    )
    findings += unknown_keys(raw, [*tables, "channels", "links", "recht", "texts", "openklant", "oidc"])

    def table(section: type[S], name: str) -> S | None:
        return read_section(section, raw.get(name, {}), name, findings)

    identity = table(Identity, "gemeente")
    elsewhere = _neighbours(raw.get("elsewhere", []), findings)
    crisis = table(Crisis, "crisis")
    database = table(Store, "database")
    web = table(Web, "web")
    hours = table(Hours, "hours")
    sending = table(Sending, "sending")
    promises = table(Promises, "promises")
    appointments = table(Appointments, "appointments")
    desk = table(Desk, "desk")
    ratings = table(Ratings, "ratings")
    retention = table(Retention, "retention")
    smtp = table(Smtp, "smtp")
    channels = _channels(raw.get("channels", {}), findings)
    openklant = table(OpenKlant, "openklant") if "openklant" in raw else None
    oidc = table(Oidc, "oidc") if "oidc" in raw else None
    languages = identity.languages if identity else LANGUAGES
    texts = read_wordings(raw.get("texts", {}), languages, findings)
    rights = read_rights(raw.get("recht", {}), languages, findings)
    links = read_links(raw.get("links", []), rights, languages, findings)
    secret = _secret(environ, SECRET, findings)
    if identity and web:
        findings += findings_together(identity, web, channels)
    if identity and identity.logo and not (path.parent / identity.logo).is_file():
        findings.append(
            Finding("gemeente.logo", "names a file that is not there.", "Put it next to the configuration file.")
        )
    spoken = ("nl", *translated_languages())
    if identity and (unspoken := [name for name in identity.languages if name not in spoken]):
        findings.append(
            Finding("gemeente.languages", f"names {', '.join(unspoken)}.", f"There are: {', '.join(sorted(spoken))}.")
        )
    if findings or not (
        identity
        and crisis
        and database
        and web
        and hours
        and sending
        and promises
        and appointments
        and desk
        and ratings
        and retention
        and smtp
        and secret
    ):
        raise ConfigError(findings)
    return Config(
        identity=identity,
        elsewhere=elsewhere,
        crisis=crisis,
        database=database,
        web=web,
        hours=hours,
        sending=sending,
        promises=promises,
        appointments=appointments,
        desk=desk,
        ratings=ratings,
        retention=retention,
        channels=channels,
        smtp=smtp,
        links=links,
        recht=rights,
        texts=texts,
        secret=secret,
        path=path,
        given=frozenset(raw),
        openklant=openklant,
        oidc=oidc,
    )


def read_secret(environ: Mapping[str, str], name: str = SECRET) -> bytes:
    """The master key in the environment variable ``name``. Raises ``ConfigError``."""
    findings: list[Finding] = []
    secret = _secret(environ, name, findings)
    if secret is None:
        raise ConfigError(findings)
    return secret


def _secret(environ: Mapping[str, str], name: str, findings: list[Finding]) -> bytes | None:
    """At least 32 random bytes in base64, of either alphabet; of randomness only length and variety can be seen."""
    given = environ.get(name, "").strip()
    problem = ""
    if not given:
        problem = "is not set; it is the master key under which everything is encrypted."
    else:
        try:
            secret = base64.b64decode(
                given.replace("-", "+").replace("_", "/") + "=" * (-len(given) % 4), validate=True
            )
        except (binascii.Error, ValueError):
            problem = "is not base64."
        else:
            if len(secret) >= SECRET_BYTES and len(set(secret)) >= SECRET_BYTES // 2:
                return secret
            problem = (
                f"is too short: {len(secret)} bytes instead of at least {SECRET_BYTES}."
                if len(secret) < SECRET_BYTES
                else "is not random."
            )
    findings.append(Finding(name, problem, _MAKE_ONE))
    return None


def _parse(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        problem, advice = f"cannot be read ({error.strerror}).", "Name the municipality's file with --config."
    except UnicodeDecodeError:
        problem, advice = "is not text in UTF-8.", "Save it as UTF-8."
    except tomllib.TOMLDecodeError as error:
        problem, advice = f"is not valid TOML: {error}.", "Text stands between quotes, tables between [brackets]."
    raise ConfigError([Finding(str(path), problem, advice)])


def _resolved(raw: dict[str, object], environ: Mapping[str, str], findings: list[Finding]) -> dict[str, object]:
    return {name: resolve(value, environ, name, findings) for name, value in raw.items()}


def _neighbours(raw: object, findings: list[Finding]) -> tuple[Neighbour, ...]:
    if not isinstance(raw, list):
        findings.append(Finding("elsewhere", "is not a list of tables.", "Write each as [[elsewhere]]."))
        return ()
    read = [read_section(Neighbour, item, f"elsewhere.{place}", findings) for place, item in enumerate(raw, 1)]
    return tuple(neighbour for neighbour in read if neighbour)


def _channels(raw: object, findings: list[Finding]) -> Channels:
    if not isinstance(raw, dict) or not raw:
        findings.append(
            Finding("channels", "names no channel.", "Add at least one: an empty [channels.webchat] is enough.")
        )
        return Channels()
    findings += unknown_keys(raw, CHANNELS, "channels")
    on = {
        name: read_section(CHANNELS[name], raw[name], f"channels.{name}", findings) for name in CHANNELS if name in raw
    }
    return Channels(**on)  # type: ignore[arg-type]
