"""A municipality's TOML file, checked, with everything that is wrong with it said at once and in words.

One municipality is one file is one database. A value ``"env:NAME"`` is read from the environment; the
master key comes from ``KLOPAAN_SECRET`` only.
"""

from __future__ import annotations

import base64
import binascii
import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import TypeVar

from yarl import URL

from bot.clock import Calendar, Terms
from bot.config.reading import Section, nearest, read_section, resolve, unknown_keys
from bot.config.sections import (
    CHANNELS,
    LANGUAGES,
    Channels,
    Crisis,
    Desk,
    Email,
    Hours,
    Identity,
    Neighbour,
    Promises,
    Sending,
    Smtp,
    Store,
    Telegram,
    Web,
    Webchat,
    Whatsapp,
)
from bot.errors import ConfigError, Finding
from flows.grammar import Elsewhere, Gemeente
from locales.catalog import Placeholders
from locales.catalog import texts as texts_of_catalogs
from locales.extraction import languages as translated_languages
from locales.template import parse

__all__ = [
    "Channels",
    "Config",
    "Crisis",
    "Desk",
    "Email",
    "Hours",
    "Identity",
    "Neighbour",
    "Promises",
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

#: The municipality's own sentences that residents see, by the context that ``[texts.…]`` translates them under.
OWN_WORDS = ("gemeente.outside_hours", "gemeente.food_help")

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
    desk: Desk
    channels: Channels
    smtp: Smtp
    texts: Mapping[str, Mapping[str, str]]  # own wordings, by language and context
    secret: bytes = field(repr=False)  # the master key, at least 32 bytes
    path: Path
    given: frozenset[str]  # names of the tables that stand in the file

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
    tables = ("gemeente", "elsewhere", "crisis", "database", "web", "hours", "sending", "promises", "desk", "smtp")
    findings += unknown_keys(raw, [*tables, "channels", "texts"])

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
    desk = table(Desk, "desk")
    smtp = table(Smtp, "smtp")
    channels = _channels(raw.get("channels", {}), findings)
    texts = _texts(raw.get("texts", {}), identity.languages if identity else LANGUAGES, findings)
    secret = _secret(environ, SECRET, findings)
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
        identity and crisis and database and web and hours and sending and promises and desk and smtp and secret
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
        desk=desk,
        channels=channels,
        smtp=smtp,
        texts=texts,
        secret=secret,
        path=path,
        given=frozenset(raw),
    )


def check(config: Config) -> list[Finding]:
    """What works but deserves a look before residents rely on it."""
    found: list[Finding] = []

    def warn(key: str, problem: str, advice: str) -> None:
        found.append(Finding(key, problem, advice))

    public = URL(config.web.public_url)
    if public.scheme != "https" and not _is_local(public.host or ""):
        warn("web.public_url", "does not begin with https.", "Residents' messages would travel in clear.")
    if "smtp" not in config.given:
        warn("smtp", "is not configured.", "Alarms go through the mail server on this machine: see that there is one.")
    if not config.crisis.escalate_to:
        warn(
            "crisis.escalate_to",
            "names nobody.",
            "An alarm that nobody answers then goes to alarm_email again and again. Name who is called next.",
        )
    if not config.crisis.food_help:
        warn("crisis.food_help", "is empty.", "Say where people without food get help today.")
    for language in config.identity.languages:
        for context in OWN_WORDS:
            words = getattr(config.crisis, context.removeprefix("gemeente."))
            in_words = any(character.isalpha() for character in words)
            if language != "nl" and in_words and context not in config.texts.get(language, {}):
                warn(f"texts.{language}", f"has no {context}.", "People who read that language see it in Dutch.")
    known = _known_texts() if config.texts else {}
    for language, wordings in config.texts.items():
        for context in wordings:
            if context not in known:
                warn(f"texts.{language}.{context}", "is no text of Klopaan's: nobody sees it.", nearest(context, known))
    if not config.identity.phone:
        warn("gemeente.phone", "is empty.", "Residents like to know which number they can call.")
    if not config.identity.privacy_url:
        warn("gemeente.privacy_url", "is empty.", "Link to the whole text about what happens with data.")
    if not config.identity.postcodes:
        warn("gemeente.postcodes", "is empty.", "Everyone counts as a resident, wherever they live.")
    if "hours" not in config.given:
        warn("hours", "is not configured.", "Klopaan takes Monday to Friday from 9:00 to 17:00.")
    if config.promises.first_contact > 2 or config.promises.intake > 10:
        warn("promises", "are slower than those of the NVVK (2 and 10 days).", "See that this is what was decided.")
    if _contrast_with_white(config.identity.colour) < 4.5:
        warn("gemeente.colour", "is too light for white text on it (WCAG 1.4.3).", "Choose a darker one.")
    return found


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


def _texts(raw: object, languages: tuple[str, ...], findings: list[Finding]) -> Mapping[str, Mapping[str, str]]:
    """``[texts.LANGUAGE]``: contexts of texts with the municipality's own wording of them."""
    texts: dict[str, Mapping[str, str]] = {}
    for language, wordings in raw.items() if isinstance(raw, dict) else [("", raw)]:
        path = f"texts.{language}".rstrip(".")
        if language not in languages:
            findings.append(Finding(path, "is no language of yours.", f"Use one of: {', '.join(languages)}."))
        elif not isinstance(wordings, dict) or not all(isinstance(words, str) for words in wordings.values()):
            findings.append(Finding(path, "is not a table of texts.", 'Write each as "its.name" = "your words".'))
        else:
            texts[language] = wordings
    known = _known_texts() if texts else {}
    for language, wordings in texts.items():
        for context, words in wordings.items():
            findings += _wrong_wording(f"texts.{language}.{context}", words, known.get(context))
    return texts


def _known_texts() -> Mapping[str, Placeholders]:
    """Every text that can be worded otherwise, the municipality's own sentences included."""
    return {**dict.fromkeys(OWN_WORDS, Placeholders()), **texts_of_catalogs()}


def _wrong_wording(path: str, words: str, text: Placeholders | None) -> Iterable[Finding]:
    """What is wrong with an own wording; of a ``text`` that does not exist only whether it can be read."""
    try:
        (text.check if text else parse)(words)
    except ValueError as error:
        names = ", ".join(f"{{{name}}}" for name in sorted(text.names)) if text else ""
        yield Finding(path, f"cannot be used: {error}.", f"This text has {names or 'no placeholders'}.")


def _is_local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _contrast_with_white(colour: str) -> float:
    """The contrast ratio of WCAG 2.2 between ``#rrggbb`` and white, 1 to 21."""
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
