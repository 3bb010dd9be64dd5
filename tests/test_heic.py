"""HEIC photos, which are not drawn anew: what is no picture is wiped where it stands."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot import heic, photos, uploads
from bot.content import Upload
from bot.heic import wiped

#: A drawing of 96 by 64 whose Exif tells a maker, a telephone, a remark and a place, and whose XMP tells something too.
PHOTO = (Path(__file__).parent / "support" / "photo.heic").read_bytes()
TOLD = b"GEHEIM"
#: Where its ``iloc`` says that the picture is, and the two others.
PICTURE, EXIF, XMP = slice(0x205, 0x2EE), slice(0x2EE, 0x3CA), slice(0x3CA, 0x417)
META, MDAT = 0x1C, 0x1FD


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(body), kind) + body


def test_the_picture_stays_and_what_was_told_with_it_goes() -> None:
    assert TOLD in PHOTO[EXIF]
    assert TOLD in PHOTO[XMP]
    made = wiped(PHOTO)
    assert made is not None
    assert len(made) == len(PHOTO)
    assert made[PICTURE] == PHOTO[PICTURE]
    assert set(made[EXIF] + made[XMP]) == {0}
    assert b"Exif" not in made, "else who opens it looks for it in what is empty"
    changed = {at for at, (was, now) in enumerate(zip(PHOTO[:MDAT], made[:MDAT], strict=True)) if was != now}
    assert {PHOTO[at : at + 4] for at in changed} & {b"Exif", b"mime"} == {b"Exif", b"mime"}
    assert len(changed) == len("Exif") + len("mime") - 1, "one letter is that of `free` already"
    assert wiped(made) == made


@pytest.mark.parametrize("kind", [b"moov", b"uuid", b"free", b"udta", b"mdat", b"jumb"])
def test_what_else_is_in_the_file_goes(kind: bytes) -> None:
    made = wiped(PHOTO + box(kind, TOLD))
    assert made is not None
    assert TOLD not in made
    assert made[PICTURE] == PHOTO[PICTURE]


def test_a_remark_among_what_is_told_of_the_picture_goes() -> None:
    pixi = PHOTO.index(b"pixi")
    made = wiped(PHOTO[:pixi] + b"udes" + PHOTO[pixi + 4 :])
    assert made is not None
    assert b"udes" not in made
    assert made[pixi : pixi + 4] == b"free"
    assert set(made[pixi + 4 : pixi + 12]) == {0}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x",
        PHOTO[:28],
        PHOTO[28:],
        PHOTO[:-1],
        PHOTO + b"x",
        PHOTO + box(b"meta", b"\0\0\0\0"),
        PHOTO.replace(b"hvc1", b"jpeg"),
        PHOTO.replace(b"iloc", b"iLOC"),
        PHOTO.replace(b"infe", b"inFE"),
        PHOTO.replace(struct.pack(">I", 0xE4 + 5), struct.pack(">I", 0xFFFFFF), 1),
    ],
)
def test_what_is_not_put_together_as_it_should_be_is_no_photo(data: bytes) -> None:
    assert wiped(data) is None


@given(st.lists(st.tuples(st.integers(0, len(PHOTO) - 1), st.integers(0, 255)), max_size=6), st.integers(0, 40))
@example([], 0)
def test_whatever_a_stranger_makes_of_it_nothing_breaks(changes: list[tuple[int, int]], shorter: int) -> None:
    data = bytearray(PHOTO)
    for at, byte in changes:
        data[at] = byte
    sent = bytes(data[: len(data) - shorter])
    made = wiped(sent)
    assert made is None or len(made) == len(sent)


@given(st.binary(max_size=300))
def test_nor_of_anything(data: bytes) -> None:
    assert wiped(data) is None
    assert wiped(PHOTO[:28] + box(b"meta", bytes(4) + data)) is None


def test_parts_without_end_are_refused_before_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of no bytes each, told in a file of a few kilobytes."""
    items = struct.pack(">HHH", 1, 0, 5000) * 5000
    iloc = box(b"iloc", bytes(4) + struct.pack(">HH", 0, 5000) + items)
    begin = PHOTO.index(b"iloc") - 4
    meta = PHOTO[META:begin] + iloc + PHOTO[begin + 0x46 : MDAT]
    read, number = 0, heic._number

    def counted(made: bytearray, at: int, size: int) -> int:
        nonlocal read
        read += 1
        return number(made, at, size)

    monkeypatch.setattr(heic, "_number", counted)
    assert wiped(PHOTO[:META] + struct.pack(">I", len(meta)) + meta[4:]) is None
    assert 10_000 < read < 20_000


async def test_it_is_kept_wiped_and_what_cannot_be_is_never_shown() -> None:
    kept = await photos.redrawn(Upload("image/heic", PHOTO), "someone")
    assert (kept.media_type, TOLD in kept.data) == ("image/heic", False)
    assert uploads.media_type(kept.data) == "image/heic"
    strange = await photos.redrawn(Upload("image/heic", PHOTO[:-1]), "someone")
    assert strange == Upload(uploads.UNKNOWN, PHOTO[:-1])
