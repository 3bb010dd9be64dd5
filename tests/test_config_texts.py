"""A municipality's own words in its configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import ConfigError
from tests.test_config import LEAST, read


def test_own_words_per_language(tmp_path: Path) -> None:
    config = read(tmp_path / "gemeente.toml", LEAST + '[texts.en]\n"gemeente.outside_hours" = "Call 1"\n')
    assert config.texts == {"en": {"gemeente.outside_hours": "Call 1"}}


@pytest.mark.parametrize(
    ("texts", "problem"),
    [
        ("[texts.xx]\na = 'b'", "texts.xx: is no language of yours"),
        ("[texts.en]\na = 1", "texts.en: is not a table of texts"),
        ("[texts.en]\n'step.handed_back' = 'Hi {nobody}'", "texts: cannot be used"),
    ],
)
def test_own_words_that_cannot_be_used(tmp_path: Path, texts: str, problem: str) -> None:
    with pytest.raises(ConfigError, match=problem):
        read(tmp_path / "gemeente.toml", LEAST + texts)
