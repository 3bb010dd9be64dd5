"""``klopaan check``: remarks, and what is left to do on the platforms."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.config import SECRET as SECRET_NAME
from tests.stores import sqlite_urls
from tests.support.town import SECRET, write_config

Check = Callable[[], str]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A municipality's file that can be used."""
    return write_config(tmp_path, sqlite_urls(tmp_path))


@pytest.fixture
def check(file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Check:
    """What the command prints about the file, with which nothing is wrong."""
    monkeypatch.setenv(SECRET_NAME, SECRET)

    def call() -> str:
        assert main(["check", "--config", str(file)]) == 0
        said = capsys.readouterr()
        assert said.err == ""
        return said.out

    return call


def test_check_gives_remarks_without_failing(check: Check) -> None:
    said = check()
    assert "smtp" in said
    assert "can be used" in said


CHANNELS = """
[channels.telegram]
token = "12345:planted"
username = "waterdrecht_bot"

[channels.whatsapp]
phone_number_id = "1"
phone = "+31 6 1234 5678"
token = "planted"
app_secret = "planted"
verify_token = "planted"
"""


def test_check_says_what_is_left_to_do_on_the_platforms(file: Path, check: Check) -> None:
    file.write_text(f"{file.read_text()}{CHANNELS}")
    said = check()
    assert "https://t.me/waterdrecht_bot?start=aanmelden--bibliotheek" in said
    assert "https://wa.me/31612345678?text=start%20aanmelden--bibliotheek" in said
    assert "/?naar=aanmelden&van=bibliotheek" in said
    assert "/webhooks/whatsapp" in said
    assert "/webhooks/telegram" not in said  # it is asked, not called
    assert "planted" not in said

    called = 'token = "12345:planted"\nmode = "webhook"\nwebhook_secret = "planted-planted-planted"'
    file.write_text(file.read_text().replace('token = "12345:planted"', called))
    said = check()
    assert "Telegram by itself to call http" in said
    assert "planted" not in said


def test_check_prints_the_templates_to_have_approved(file: Path, check: Check) -> None:
    before = file.read_text()
    file.write_text(f"{before}{CHANNELS}")
    said = check()
    assert "Template to have approved: seintje, category Utility" in said
    assert 'templates = { seintje = "seintje" }' in said
    for language, words in {
        "Nederlands (nl)": "U heeft een bericht van {{1}}.",
        "English (en)": "You have a message from {{1}}.",
        "العربية (ar)": "لديك رسالة من",
    }.items():
        assert words in said.partition(language)[2].partition("\n\n")[0]
    assert "{{1}}  Waterdrecht" in said
    assert "{{2}}  http" in said

    own = '[texts.nl]\n"seintje.template" = "Bericht van {sender}: {link} Voor u."\n'
    approved = 'templates = { seintje = "bericht_1" }\ntemplate_languages = ["nl"]\n'
    file.write_text(f"{own}{before}{CHANNELS}{approved}")
    said = check()
    assert "Template to have approved: bericht_1, category Utility" in said
    assert "Bericht van {{1}}: {{2}} Voor u." in said
    assert "When it is, write" not in said
    assert "English" not in said
