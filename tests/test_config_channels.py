"""Channels in the configuration: those that are not in this release are no way in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.config.sections import NOT_YET
from tests.test_config import GUIDE, LEAST, WHATSAPP, wrong


@pytest.mark.parametrize("name", sorted(NOT_YET))
def test_a_channel_that_nobody_can_be_reached_by_does_not_start(tmp_path: Path, name: str) -> None:
    keys = {"telegram": 'token = "t"', "whatsapp": WHATSAPP, "email": ""}[name]
    for text in (
        LEAST.replace("[channels.webchat]", f"[channels.{name}]\n{keys}"),
        f"{LEAST}[channels.{name}]\n{keys}",
    ):
        found = wrong(tmp_path / "gemeente.toml", text)
        assert list(found) == [f"channels.{name}"]
        assert "is not in this release yet" in found[f"channels.{name}"].problem


def test_the_guide_says_which_channels_are_not_in_this_release() -> None:
    said = re.findall(r"`\[channels\.(\w+)\]`\n\n\*\*Not in this release yet\*\*", GUIDE.read_text("utf-8"))
    assert set(said) == NOT_YET
