"""Channels in the configuration: what each needs before residents are sent to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.test_config import LEAST, TOKEN, WHATSAPP, read, wrong

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
    ],
)
def test_a_mistake_about_whatsapp_gives_one_finding(file: Path, line: str, key: str) -> None:
    assert list(wrong(file, f"{PUBLIC}[channels.whatsapp]\n{WHATSAPP}\n{line}")) == [f"channels.whatsapp.{key}"]
