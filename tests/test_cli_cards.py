"""``klopaan check`` says which cards residents do not get."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import insert

from bot.__main__ import main
from bot.config import SECRET as SECRET_NAME
from storage import tables
from storage.database import Database
from tests.stores import StoreUrls, sqlite_urls
from tests.support.town import SECRET, MovedClock, write_config


def check(file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What it prints about cards."""
    monkeypatch.setenv(SECRET_NAME, SECRET)
    monkeypatch.setattr("bot.__main__.SystemClock", MovedClock)
    assert main(["check", "--config", str(file)]) == 0
    return [line for line in capsys.readouterr().out.splitlines() if line.startswith("cards")]


async def put(urls: StoreUrls, name: str, *, shown: bool = True, review_on: str = "", words: str = "{}") -> None:
    """As the desk keeps it."""
    db = Database.open(urls.data)
    async with db.begin() as conn:
        row = {"name": name, "shown": int(shown), "owner": "", "review_on": review_on, "words": words, "changed_at": 1}
        await conn.execute(insert(tables.card).values(row))
    await db.close()


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
def test_a_card_past_its_day_or_not_whole_is_named(
    store_urls: StoreUrls, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write_config(tmp_path, store_urls)
    asyncio.run(put(store_urls, "rings", review_on="2026-01-31"))
    asyncio.run(put(store_urls, "loan", words='{"say": {"nl": "Nee.", "en": "No."}}'))
    asyncio.run(put(store_urls, "seized", review_on="2026-01-31", shown=False))
    assert check(file, capsys, monkeypatch) == [
        "cards.rings: is over since 2026-01-31: residents do not get it. Look it over in the desk, under Kaarten.",
        "cards.loan: is not whole in ar: who reads that does not get it. Look it over in the desk, under Kaarten.",
    ]


def test_before_there_is_a_database_they_are_as_we_made_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    urls = sqlite_urls(tmp_path)
    assert check(write_config(tmp_path, urls), capsys, monkeypatch) == []
    assert not (tmp_path / "data.db").exists()


def test_a_database_of_another_release_is_said_to_be_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data.db").touch()
    (said,) = check(write_config(tmp_path, sqlite_urls(tmp_path)), capsys, monkeypatch)
    assert said.startswith("cards: could not be read from the database")
