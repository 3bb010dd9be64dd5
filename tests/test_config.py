"""A municipality's file: the least that runs, every mistake in words and all at once, nothing secret repeated."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import Span, Terms
from bot.config import Config, check, load, read_secret, sections
from bot.config.reading import read_section
from bot.config.sections import CHANNELS
from bot.errors import ConfigError, Finding
from flows.grammar import Elsewhere
from flows.known import LANGUAGES

SECRET = base64.b64encode(bytes(range(32))).decode()
ENVIRON = {"KLOPAAN_SECRET": SECRET}
GUIDE = Path(__file__).parents[1] / "docs" / "municipality" / "configure.md"

LEAST = """
[gemeente]
name = "Voorbeeldstad"

[crisis]
phone = "0123 45 67 89"
outside_hours = "Bel 0123 98 76 54"
alarm_email = "spoed@voorbeeldstad.example"

[database]
url = "sqlite+aiosqlite:////var/lib/klopaan/klopaan.db"

[web]
host = "127.0.0.1"
port = 8080

[channels.webchat]
"""
TOKEN = "12345:abc"
WHATSAPP = 'phone_number_id = "1"\ntoken = "t"\napp_secret = "a"\nverify_token = "v"'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "gemeente.toml"


def read(file: Path, text: str, environ: Mapping[str, str] = ENVIRON) -> Config:
    file.write_text(text, "utf-8")
    return load(file, environ)


def wrong(file: Path, text: str, environ: Mapping[str, str] = ENVIRON) -> dict[str, Finding]:
    with pytest.raises(ConfigError) as caught:
        read(file, text, environ)
    assert all(finding.problem and finding.advice for finding in caught.value.findings)
    return {finding.key: finding for finding in caught.value.findings}


# ---- what is right -------------------------------------------------------------------------------------------------


def test_the_least_that_runs_and_its_defaults(file: Path) -> None:
    config = read(file, LEAST)
    assert config.identity.name == config.gemeente().name == "Voorbeeldstad"
    assert config.crisis.alarm_email == ("spoed@voorbeeldstad.example",)
    assert config.crisis.escalate_after == 10
    assert config.database.keys_url == "sqlite+aiosqlite:////var/lib/klopaan/klopaan-keys.db"
    assert config.web.public_url == "http://localhost:8080"
    assert config.channels.names == ("webchat",)
    assert config.terms == Terms()
    assert config.sending.weekly_cap == 3
    assert config.secret == bytes(range(32))
    assert config.logo is None
    calendar = config.calendar()
    assert calendar.is_open(datetime(2027, 3, 15, 8, tzinfo=UTC))
    assert not calendar.in_sending_hours(datetime(2027, 3, 15, 19, tzinfo=UTC))


def test_a_full_file(file: Path) -> None:
    (file.parent / "logo.svg").write_text("<svg/>")
    config = read(
        file,
        """
        [[elsewhere]]
        name = "Anderdorp"
        postcodes = ["1300", "1310-1319"]
        phone = "0123"
        website = "https://a.example/"

        [gemeente]
        name = "Voorbeeldstad"
        languages = ["nl", "ar"]
        phone = "0123"
        privacy_url = "https://voorbeeldstad.example/privacy"
        postcodes = ["1234-1299"]
        logo = "logo.svg"
        colour = "#003366"

        [crisis]
        phone = "0123"
        outside_hours = "0124"
        alarm_email = ["een@v.example", "twee@v.example"]
        alarm_webhook = "https://alarm.example/in"
        alarm_webhook_secret = "env:HOOK"
        escalate_to = ["drie@v.example"]
        escalate_after = 5
        own_days = 2
        food_help = "Voedselbank, Dorpsstraat 1"

        [database]
        url = "env:DATABASE"
        keys_url = "postgresql+asyncpg://k@db/keys"

        [web]
        host = "0.0.0.0"
        port = "env:PORT"
        public_url = "https://hulp.voorbeeldstad.example/"
        trusted_proxies = ["10.0.0.0/24", "::1"]

        [hours]
        monday = "09:00-12:30, 13:00-17:00"
        friday = "closed"
        saturday = "22:00-24:00"
        closed_days = [2027-12-24, "2027-12-31"]

        [sending]
        from = 10:00:00
        until = "18:00"

        [promises]
        intake_counts = "working"
        adopted = ["first_contact"]

        [smtp]
        host = "mail.example"
        port = 587
        username = "u"
        password = "env:MAIL"

        [texts.ar]
        "gemeente.food_help" = "بنك الطعام"

        [channels.webchat]

        [channels.telegram]
        token = "env:TELEGRAM"
        mode = "webhook"
        webhook_secret = "0123456789abcdef"
        style = "volledig"
        assessment = "DPIA 12, 1 March 2027"

        [channels.whatsapp]
        phone_number_id = "1"
        token = "t"
        app_secret = "a"
        verify_token = "v"
        phone = "+31 6 1234-5678"
        templates = { seintje = "seintje" }
        """,
        {
            **ENVIRON,
            "HOOK": "h",
            "DATABASE": "postgresql+asyncpg://d@db/data",
            "PORT": "9000",
            "MAIL": "m",
            "TELEGRAM": TOKEN,
        },
    )
    gemeente = config.gemeente()
    assert gemeente.elsewhere == (Elsewhere("Anderdorp", ((1300, 1300), (1310, 1319)), "0123", "https://a.example"),)
    assert gemeente.postcodes == ((1234, 1299),)
    assert gemeente.promises == frozenset({"first_contact"})
    assert gemeente.food_help == "Voedselbank, Dorpsstraat 1"
    assert config.hours.monday == (Span(time(9), time(12, 30)), Span(time(13), time(17)))
    assert config.hours.friday == ()
    assert config.hours.saturday == (Span(time(22), time(0)),)
    assert config.hours.tuesday == (Span(time(9), time(17)),)
    assert config.hours.closed_days == frozenset({date(2027, 12, 24), date(2027, 12, 31)})
    assert config.sending.from_ == time(10)
    assert config.terms.intake_in_own_days
    assert config.terms.crisis == 2
    assert config.web.port == 9000
    assert config.web.public_url == "https://hulp.voorbeeldstad.example"
    assert config.channels.names == ("webchat", "telegram", "whatsapp")
    assert config.channels.telegram is not None
    assert config.channels.telegram.token == TOKEN
    assert config.logo == file.parent / "logo.svg"
    assert check(config) == []


# ---- what is wrong -------------------------------------------------------------------------------------------------


def test_an_empty_file_names_everything_that_is_missing(file: Path) -> None:
    assert set(wrong(file, "", {})) == {
        "gemeente.name",
        "crisis.phone",
        "crisis.outside_hours",
        "crisis.alarm_email",
        "database.url",
        "web.host",
        "web.port",
        "channels",
        "KLOPAAN_SECRET",
    }


@pytest.mark.parametrize("key", ["phone", "outside_hours", "alarm_email"])
def test_without_a_crisis_contact_or_out_of_hours_route_it_does_not_start(file: Path, key: str) -> None:
    found = wrong(file, re.sub(rf"(?m)^{key} = .*$", "", LEAST))
    assert "does not start" in found[f"crisis.{key}"].advice


@pytest.mark.parametrize(
    ("line", "key", "advice"),
    [
        ("[gemeente]\nnmae = 1", "gemeente.nmae", "Did you mean name?"),
        ("[crisis]\nalarm_mail = 1", "crisis.alarm_mail", "Did you mean alarm_email?"),
        ("[webb]", "webb", "Did you mean web?"),
        ("[channels.telegrm]", "channels.telegrm", "Did you mean telegram?"),
        ("[ratings]\nzzz = 1", "ratings.zzz", "Known here: on."),
    ],
)
def test_an_unknown_key_gets_the_nearest_known_one(file: Path, line: str, key: str, advice: str) -> None:
    table, _, rest = line.partition("\n")
    text = LEAST.replace(table, line, 1) if table in LEAST else f"{LEAST}\n{table}\n{rest}"
    assert wrong(file, text)[key].advice == advice


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('name = "Voorbeeldstad"', 'name = ""', "gemeente.name"),
        ('name = "Voorbeeldstad"', "name = 3", "gemeente.name"),
        ("port = 8080", "port = 70000", "web.port"),
        ("port = 8080", "port = true", "web.port"),
        ("port = 8080", 'port = "８０"', "web.port"),
        ("port = 8080", 'port = 1\npublic_url = "hulp.example"', "web.public_url"),
        ("port = 8080", 'port = 1\npublic_url = "http://[::1"', "web.public_url"),
        ("port = 8080", 'port = 1\ntrusted_proxies = ["proxy"]', "web.trusted_proxies"),
        ("port = 8080", 'port = 1\ntrusted_proxies = "10.0.0.1"', "web.trusted_proxies"),
        ('"spoed@voorbeeldstad.example"', '"spoed"', "crisis.alarm_email"),
        ('"spoed@voorbeeldstad.example"', "[]", "crisis.alarm_email"),
        ('"spoed@voorbeeldstad.example"', '"a@b.example\\nBcc: c@d.example"', "crisis.alarm_email"),
        ("[database]", 'alarm_webhook = "https://a.example"\n[database]', "crisis.alarm_webhook_secret"),
        ("[database]", "own_days = 4\n[database]", "crisis.own_days"),
        ("sqlite+aiosqlite:////var/lib/klopaan/klopaan.db", "sqlite:///k.db", "database.url"),
        ("sqlite+aiosqlite:////var/lib/klopaan/klopaan.db", "sqlite+aiosqlite://", "database.url"),
        ("sqlite+aiosqlite:////var/lib/klopaan/klopaan.db", "klopaan.db", "database.url"),
        ("sqlite+aiosqlite:////var/lib/klopaan/klopaan.db", "postgresql+asyncpg://u@h/d", "database.keys_url"),
        ("[web]", 'keys_url = "sqlite+aiosqlite:////var/lib/klopaan/klopaan.db"\n[web]', "database.keys_url"),
        ("[crisis]", 'languages = ["en"]\n[crisis]', "gemeente.languages"),
        ("[crisis]", "languages = []\n[crisis]", "gemeente.languages"),
        ("[crisis]", 'languages = ["nl", "so"]\n[crisis]', "gemeente.languages"),
        ("[crisis]", 'postcodes = ["1299-1234"]\n[crisis]', "gemeente.postcodes"),
        ("[crisis]", 'postcodes = ["1234 AB"]\n[crisis]', "gemeente.postcodes"),
        ("[crisis]", 'logo = "nowhere.svg"\n[crisis]', "gemeente.logo"),
        ("[crisis]", 'colour = "blue"\n[crisis]', "gemeente.colour"),
        ("[crisis]", '[hours]\nmonday = "17:00-09:00"\n[crisis]', "hours.monday"),
        ("[crisis]", '[hours]\nmonday = "9-17"\n[crisis]', "hours.monday"),
        ("[crisis]", '[hours]\nmonday = "13:00-17:00, 09:00-12:00"\n[crisis]', "hours.monday"),
        ("[crisis]", '[hours]\nmonday = "25:00-26:00"\n[crisis]', "hours.monday"),
        ("[crisis]", '[hours]\nclosed_days = ["2027-02-30"]\n[crisis]', "hours.closed_days"),
        ("[crisis]", "[hours]\nclosed_days = [2027-02-03T10:00:00]\n[crisis]", "hours.closed_days"),
        (
            "[crisis]",
            "[hours]\n"
            + "".join(f'{day} = "closed"\n' for day in ("monday", "tuesday", "wednesday", "thursday", "friday"))
            + "[crisis]",
            "hours",
        ),
        ("[crisis]", '[sending]\nfrom = "20:00"\nuntil = "09:00"\n[crisis]', "sending.until"),
        ("[crisis]", '[promises]\nadopted = ["gold"]\n[crisis]', "promises.adopted"),
        ("[crisis]", '[smtp]\nusername = "u"\n[crisis]', "smtp"),
        ("[crisis]", '[smtp]\nusername = "u"\npassword = "p"\nstarttls = false\n[crisis]', "smtp.starttls"),
        ("[crisis]", '[smtp]\nstarttls = "yes"\n[crisis]', "smtp.starttls"),
        ("[crisis]", '[[elsewhere]]\nname = "A"\n[crisis]', "elsewhere.1.postcodes"),
        ("[crisis]", '[elsewhere]\nname = "A"\n[crisis]', "elsewhere"),
        ("[channels.webchat]", "[channels]", "channels"),
        ("[channels.webchat]", "[channels]\nwebchat = true", "channels.webchat"),
        ("[database]", "[channels.telegram]\n[database]", "channels.telegram.token"),
        ("[database]", '[channels.telegram]\ntoken = "t"\n[database]', "channels.telegram.token"),
        (
            "[database]",
            f'[channels.telegram]\ntoken = "{TOKEN}"\nusername = "@a"\n[database]',
            "channels.telegram.username",
        ),
        (
            "[database]",
            f'[channels.telegram]\ntoken = "{TOKEN}"\nstyle = "volledig"\n[database]',
            "channels.telegram.assessment",
        ),
        ("[database]", '[channels.email]\nstyle = "volledig"\n[database]', "channels.email.assessment"),
        ("[database]", '[channels.email]\nstyle = "half"\n[database]', "channels.email.style"),
    ],
)
def test_one_mistake_gives_one_finding(file: Path, old: str, new: str, key: str) -> None:
    assert old in LEAST
    assert list(wrong(file, LEAST.replace(old, new, 1))) == [key]


def test_all_mistakes_are_told_at_once(file: Path) -> None:
    text = LEAST.replace("port = 8080", "port = -1\nprot = 3").replace("spoed@voorbeeldstad.example", "spoed")
    assert set(wrong(file, text)) == {"web.port", "web.prot", "crisis.alarm_email"}


def test_a_variable_that_is_not_set_is_told_once(file: Path) -> None:
    found = wrong(file, LEAST.replace('"127.0.0.1"', '"env:WEB_HOST"'))
    assert list(found) == ["web.host"]
    assert "WEB_HOST" in found["web.host"].problem


@pytest.mark.parametrize(
    ("content", "problem"),
    [(b"[gemeente\n", "TOML"), (b"\xff\xfe", "UTF-8"), (b"a = 1\na = 2\n", "TOML")],
)
def test_a_file_that_is_no_toml_is_explained(file: Path, content: bytes, problem: str) -> None:
    file.write_bytes(content)
    with pytest.raises(ConfigError, match=problem):
        load(file, ENVIRON)


def test_a_file_that_is_not_there_is_explained(file: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load(file, ENVIRON)


@pytest.mark.parametrize(
    ("secret", "problem"),
    [
        ("", "not set"),
        ("geheim!", "not base64"),
        (base64.b64encode(bytes(range(16))).decode(), "too short: 16 bytes"),
        (base64.b64encode(bytes(32)).decode(), "not random"),
    ],
)
def test_a_master_key_that_is_none(secret: str, problem: str) -> None:
    with pytest.raises(ConfigError, match=problem) as caught:
        read_secret({"KLOPAAN_SECRET": secret})
    assert "secrets.token_bytes(32)" in str(caught.value)
    assert not secret or secret not in str(caught.value)


@given(st.binary(min_size=32, max_size=64).filter(lambda key: len(set(key)) >= 16))
def test_a_master_key_in_either_alphabet(key: bytes) -> None:
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        text = encode(key).decode()
        assert read_secret({"KLOPAAN_SECRET": text}) == read_secret({"KLOPAAN_SECRET": text.rstrip("=")}) == key


def test_nothing_secret_is_repeated(file: Path) -> None:
    text = f'{LEAST}[channels.telegram]\ntoken = "planted-1"\nmode = "none"'.replace(
        "sqlite+aiosqlite:////var/lib/klopaan/klopaan.db", "mysql://u:planted-2@h/d"
    )
    with pytest.raises(ConfigError) as caught:
        read(file, text)
    assert "planted" not in str(caught.value)
    config = read(
        file,
        f'{LEAST}[channels.telegram]\ntoken = "1:planted-1"'.replace(
            "[web]",
            'keys_url = "postgresql+asyncpg://u:planted-2@h/d"\n[smtp]\nusername="u"\npassword="planted-3"\n[web]',
        ),
    )
    assert "planted" not in repr(config)
    assert repr(config.secret) not in repr(config)


@given(
    st.recursive(
        st.one_of(st.booleans(), st.integers(), st.text(max_size=5), st.dates(), st.floats()),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=5,
    )
)
def test_no_reader_fails_in_another_way_than_with_words(raw: object) -> None:
    for section in (*CHANNELS.values(), sections.Identity, sections.Crisis, sections.Store, sections.Web):
        for item in fields(section):
            found: list[Finding] = []
            read_section(section, {item.name: raw}, "table", found)
            assert all(str(finding) for finding in found)


# ---- warnings and the guide ----------------------------------------------------------------------------------------


def test_what_runs_but_deserves_a_look(file: Path) -> None:
    config = read(
        file, LEAST.replace('"127.0.0.1"', '"hulp.example"').replace("[crisis]", 'colour = "#ffee00"\n[crisis]')
    )
    assert {finding.key for finding in check(config)} == {
        "web.public_url",
        "smtp",
        "crisis.escalate_to",
        "crisis.food_help",
        "gemeente.phone",
        "gemeente.privacy_url",
        "gemeente.postcodes",
        "gemeente.colour",
        "hours",
        *(f"texts.{code}" for code in LANGUAGES if code != "nl"),
    }


def test_the_examples_in_the_guide_run(file: Path) -> None:
    (file.parent / "logo.svg").write_text("<svg/>")
    examples = re.findall(r"```toml\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    assert examples
    for example in examples:
        names = re.findall(r'"env:([A-Z_]+)"', example)
        read(file, example, {**ENVIRON, **dict.fromkeys(names, TOKEN + 16 * "0")})
