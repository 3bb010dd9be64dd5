"""Channels in the configuration: what each needs before residents are sent to it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.config import check
from bot.desk import delivery
from tests.test_config import ENVIRON, GUIDE, LEAST, TOKEN, WHATSAPP, read, wrong

PUBLIC = LEAST.replace("port = 8080", 'port = 8080\npublic_url = "https://hulp.voorbeeldstad.example"')


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "gemeente.toml"


def test_every_channel_can_be_opened(file: Path) -> None:
    config = read(file, f'{LEAST}[channels.telegram]\ntoken = "{TOKEN}"\n[channels.email]\n')
    assert config.channels.names == ("webchat", "telegram", "email")
    assert config.channels.telegram is not None
    assert config.channels.telegram.style == "seintje"


@pytest.mark.parametrize("written", ["+31 6 1234-5678", "31612345678", "+31(6)12345678"])
def test_a_number_that_people_write_to_is_kept_as_its_digits(file: Path, written: str) -> None:
    config = read(file, f'{PUBLIC}[channels.whatsapp]\n{WHATSAPP}\nphone = "{written}"')
    assert config.channels.whatsapp is not None
    assert config.channels.whatsapp.phone == "31612345678"


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('phone = "06 1234 5678"', "phone"),
        ('phone = "bel ons"', "phone"),
        ('template_languages = "nl"', "template_languages"),
        ('template_languages = ["nl", "so"]', "template_languages"),
        ('templates = ["x"]', "templates"),
        ('templates = { herinnering = "x" }', "templates.herinnering"),
        ('templates = { seintje = "Een Seintje" }', "templates.seintje"),
        ('style = "volledig"', "assessment"),
    ],
)
def test_a_mistake_about_whatsapp_gives_one_finding(file: Path, line: str, key: str) -> None:
    assert list(wrong(file, f"{PUBLIC}[channels.whatsapp]\n{WHATSAPP}\n{line}")) == [f"channels.whatsapp.{key}"]


def test_any_other_channel_brings_the_web_chat_along(file: Path) -> None:
    config = read(file, LEAST.replace("[channels.webchat]", f'[channels.telegram]\ntoken = "{TOKEN}"'))
    assert config.channels.names == ("webchat", "telegram")
    assert config.channels.webchat is not None


def test_a_server_of_ones_own_has_tokens_of_its_own(file: Path) -> None:
    own = '[channels.telegram]\ntoken = "t"\napi_url = "http://localhost:8081"\n'
    assert read(file, f"{LEAST}{own}").channels.telegram is not None


def test_a_typo_in_the_name_of_a_template_gets_the_one_that_was_meant(file: Path) -> None:
    found = wrong(file, f'{PUBLIC}[channels.whatsapp]\n{WHATSAPP}\ntemplates = {{ seintjes = "x" }}')
    assert found["channels.whatsapp.templates.seintjes"].advice == "Did you mean seintje?"


def test_the_id_of_a_number_is_not_the_number(file: Path) -> None:
    keys = WHATSAPP.replace('"1"', '"+31 6 1234 5678"')
    assert list(wrong(file, f"{PUBLIC}[channels.whatsapp]\n{keys}")) == ["channels.whatsapp.phone_number_id"]


@pytest.mark.parametrize(
    "token", ["t", "12345", "12345:", ":abc", "12345:a b", "bot12345:abc", "https://api.telegram.org/bot12345:abc"]
)
def test_a_token_that_is_not_whole_is_said_and_not_repeated(file: Path, token: str) -> None:
    found = wrong(file, f'{LEAST}[channels.telegram]\ntoken = "{token}"')
    assert list(found) == ["channels.telegram.token"]
    assert "BotFather" in found["channels.telegram.token"].advice
    assert "12345" not in str(found)


WEBHOOK = f'[channels.telegram]\ntoken = "{TOKEN}"\nmode = "webhook"\nwebhook_secret = "0123456789abcdef"\n'


def test_a_webhook_needs_its_secret(file: Path) -> None:
    found = wrong(file, f'{PUBLIC}[channels.telegram]\ntoken = "{TOKEN}"\nmode = "webhook"')
    assert list(found) == ["channels.telegram.webhook_secret"]


@pytest.mark.parametrize("channel", [WEBHOOK, f"[channels.whatsapp]\n{WHATSAPP}"], ids=["telegram", "whatsapp"])
def test_a_platform_that_calls_needs_an_address_with_https(file: Path, channel: str) -> None:
    text = PUBLIC.replace("https://", "http://") + channel
    found = wrong(file, text)
    assert list(found) == ["web.public_url"]
    assert "must call it" in found["web.public_url"].problem
    local = {finding.key: finding.problem for finding in check(read(file, LEAST + channel))}
    assert local["web.public_url"] == "is on this machine."
    assert "web.public_url" not in {finding.key for finding in check(read(file, PUBLIC + channel))}


def test_telegram_that_is_asked_needs_no_address(file: Path) -> None:
    config = read(file, f'{LEAST}[channels.telegram]\ntoken = "{TOKEN}"')
    assert "web.public_url" not in {finding.key for finding in check(config)}


@pytest.mark.parametrize("address", ["http://bot-api.example:8081", "http://localhost:8081", "https://bot-api.example"])
def test_another_platform_address_without_https_deserves_a_look(file: Path, address: str) -> None:
    remarked = check(
        read(
            file,
            f'{PUBLIC}[channels.telegram]\ntoken = "{TOKEN}"\napi_url = "{address}"\n'
            f'[channels.whatsapp]\n{WHATSAPP}\napi_url = "{address}"',
        )
    )
    expected = {"channels.telegram.api_url", "channels.whatsapp.api_url"} if "http://bot" in address else set()
    assert {finding.key for finding in remarked if "api_url" in finding.key} == expected


@pytest.mark.parametrize(
    ("lines", "keys"),
    [
        ("", {"phone", "templates.seintje"}),
        ('phone = "+31 6 1234 5678"\ntemplates = { seintje = "seintje" }', set()),
        (
            'phone = "+31 6 1234 5678"\ntemplates = { seintje = "a" }\ntemplate_languages = ["nl"]',
            {"template_languages"},
        ),
    ],
)
def test_what_whatsapp_cannot_do_yet_deserves_a_look(file: Path, lines: str, keys: set[str]) -> None:
    remarked = check(read(file, f"{PUBLIC}[channels.whatsapp]\n{WHATSAPP}\n{lines}"))
    found = {finding.key for finding in remarked if finding.key.startswith("channels.")}
    assert found == {f"channels.whatsapp.{key}" for key in keys}


def test_mail_to_residents_has_a_sender_of_its_own(file: Path) -> None:
    assert "smtp.sender" in {finding.key for finding in check(read(file, f"{LEAST}[channels.email]"))}
    sender = '[smtp]\nsender = "hulp@voorbeeldstad.example"\n'
    assert "smtp.sender" not in {finding.key for finding in check(read(file, f"{LEAST}[channels.email]\n{sender}"))}


@pytest.mark.parametrize(
    "words", ["{sender} schreef: {link} Voor u.", "Bericht van {sender}.", "Zie {link} en {link}."]
)
def test_own_words_that_whatsapp_would_refuse_are_refused(file: Path, words: str) -> None:
    found = wrong(file, f'{PUBLIC}[texts.nl]\n"seintje.template" = "{words}"')
    assert list(found) == ["texts.nl.seintje.template"]


CHANNELS_GUIDE = GUIDE.with_name("channels.md")


def test_the_examples_of_how_to_open_a_channel_run(file: Path) -> None:
    examples = re.findall(r"```toml\n(.*?)```", CHANNELS_GUIDE.read_text("utf-8"), re.DOTALL)
    assert len(examples) == 2
    for example in examples:
        names = re.findall(r'"env:([A-Z_]+)"', example)
        read(file, PUBLIC + example, {**ENVIRON, **dict.fromkeys(names, TOKEN)})


def test_the_guide_explains_every_code_that_a_message_or_channel_can_have() -> None:
    told = {code for line in CHANNELS_GUIDE.read_text("utf-8").splitlines() for code in _codes(line)}
    assert {*delivery.PERMANENT, *delivery.TEMPORARY, *delivery.DOWN} - told == {"erased", "no_address"}


def _codes(line: str) -> list[str]:
    return re.findall(r"`([a-z_]+)`", line.split("|")[1]) if line.startswith("|") else []


@pytest.mark.parametrize("page", sorted(GUIDE.parent.glob("*.md")), ids=lambda page: page.name)
def test_links_between_the_pages_of_the_guide_lead_somewhere(page: Path) -> None:
    for target, _, heading in re.findall(r"\]\((?!https?:)([^)#]*)(#([^)]*))?\)", page.read_text("utf-8")):
        other = (page.parent / target) if target else page
        assert other.is_file(), target
        headings = re.findall(r"^#+ (.*)$", other.read_text("utf-8"), re.MULTILINE)
        slugs = {re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-") for words in headings}
        assert not heading or heading in slugs, f"{target}#{heading}"


def test_a_week_without_any_message_of_ours_is_no_setting(file: Path) -> None:
    """Every check-in would be put off for ever, and nobody would know."""
    assert list(wrong(file, f"{LEAST}[sending]\nweekly_cap = 0\n")) == ["sending.weekly_cap"]
    assert read(file, f"{LEAST}[sending]\nweekly_cap = 1\n").sending.weekly_cap == 1
