"""Parts of the web chat that need no store: files by their content, the look, limits, the page's own words."""

from __future__ import annotations

import asyncio
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import uploads
from bot.channels.webchat import assets, helping_texts, look, pages, texts
from bot.channels.webchat.limits import Bodies
from bot.errors import Refused
from bot.limiter import Limiter

FILES = {
    b"\xff\xd8\xff\xe1": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"RIFF\x10\0\0\0WEBPVP8 ": "image/webp",
    b"\0\0\0\x18ftypheic": "image/heic",
    b"%PDF-1.4": "application/pdf",
    b"OggS\0\x02": "audio/ogg",
    b"\x1a\x45\xdf\xa3\x9f": "audio/webm",
    b"\0\0\0\x1cftypM4A ": "audio/mp4",
    b"\0\0\0\x1cftypiso5": "audio/mp4",
    b"ID3\x04": "audio/mpeg",
    b"\xff\xfb\x90\x64": "audio/mpeg",
}


@pytest.mark.parametrize("data", FILES)
def test_a_file_is_known_by_its_first_bytes(data: bytes) -> None:
    assert uploads.media_type(data + b"and so on") == FILES[data]
    assert FILES[data] in uploads.EXTENSIONS


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff", b"<svg onload=", b"PK\x03\x04", b"RIFF\x10\0\0\0AVI ", b"\0\0\0\x18ftypqt  ", b"MZ\x90", b"hallo"],
)
def test_other_files_are_not_taken(data: bytes) -> None:
    assert uploads.media_type(data) is None


@given(st.binary(max_size=40))
def test_any_bytes_are_judged_without_fail(data: bytes) -> None:
    found = uploads.media_type(data)
    assert found is None or found in uploads.EXTENSIONS


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_text_on_any_colour_can_be_read_and_the_colour_can_be_seen_in_the_dark(colour: tuple[int, int, int]) -> None:
    found = re.findall(r"--(?:on-)?brand:#(\w\w)(\w\w)(\w\w)", look.stylesheet("#{:02x}{:02x}{:02x}".format(*colour)))
    brand, on_brand, dark, on_dark = [(int(red, 16), int(green, 16), int(blue, 16)) for red, green, blue in found]
    assert brand == colour
    assert look.contrast(brand, on_brand) >= 4.5
    assert look.contrast(dark, on_dark) >= 4.5
    assert look.contrast(dark, (20, 23, 28)) >= 3


def test_a_limiter_lets_through_what_is_normal_and_refills() -> None:
    now = [0.0]
    limiter = Limiter(3, 0.5, timer=lambda: now[0])
    for _ in range(3):
        limiter.take("one")
    with pytest.raises(Refused, match="busy"):
        limiter.take("one")
    limiter.take("another")
    now[0] = 2.0
    limiter.take("one")
    with pytest.raises(Refused, match="busy"):
        limiter.check("one")


def test_a_limiter_counts_amounts_and_takes_back_what_was_not_used() -> None:
    limiter = Limiter(10, 0.0, code="files_full")
    limiter.take("one", 8)
    with pytest.raises(Refused, match="files_full"):
        limiter.take("one", 3)
    limiter.give_back("one", 8)
    limiter.take("one", 10)
    limiter.give_back("one", 50)
    with pytest.raises(Refused, match="files_full"):
        limiter.take("one", 11)


async def test_few_files_are_in_memory_at_once_and_one_place_does_not_fill_them() -> None:
    bodies, held = Bodies(at_once=3, from_one_place=2), asyncio.Event()
    inside: list[str] = []

    async def hold(place: str) -> None:
        async with bodies.one(place):
            inside.append(place)
            await held.wait()

    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        for place in "aaabbb":
            group.create_task(hold(place))
        for _ in range(20):
            await asyncio.sleep(0)
        assert inside == ["a", "a", "b"]
        held.set()
    assert sorted(inside) == ["a", "a", "a", "b", "b", "b"]


def test_template_and_scripts_ask_only_for_texts_that_there_are() -> None:
    sources = [path.read_text() for path in (*assets.FOLDER.iterdir(), *(assets.FOLDER.parent / "templates").iterdir())]
    asked = {name for source in sources for name in re.findall(r'data-t(?:-label|-placeholder)?="(\w+)"', source)}
    asked |= {name for source in sources for name in re.findall(r'\bsay\("(\w+)"\)', source)}
    there = {*texts.PAGE, "title", "link_what", "too_big", "pin_forgotten"}
    there |= {*helping_texts.PAGE, *helping_texts.REFUSED}
    assert len(asked) > 40
    assert asked <= there


def test_no_text_of_the_page_is_left_over() -> None:
    folder = assets.FOLDER.parent
    files = (
        *assets.FOLDER.iterdir(),
        *(folder / "templates").iterdir(),
        *folder.glob("*.py"),
        folder.parents[1] / "identity.py",
    )
    sources = "".join(path.read_text() for path in files if path.name != "texts.py")
    used = {name for name in texts.PAGE if re.search(rf"""["'.]{name}\b""", sources)}
    assert set(texts.PAGE) - used - {"mens", "menu"} - {f"size_{n}" for n in (1, 2, 3)} == set()


def test_the_page_offers_exactly_the_kinds_of_file_that_are_taken() -> None:
    offered = set(pages.TAKEN.split(","))
    assert {one for one in offered if "/" in one} == set(uploads.EXTENSIONS)
    assert {one.removeprefix(".") for one in offered if "/" not in one} == set(uploads.EXTENSIONS.values())
