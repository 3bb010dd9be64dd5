"""Pictures from strangers: only what is seen stays, and a file that was made to do harm does none."""

from __future__ import annotations

import asyncio
import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from bot import photos, uploads
from bot.content import Upload
from tests.support.photos import FORMATS, opened, photo, plain

HIDDEN = b"<script>geheim-7391</script><?php geheim-7391 ?>"
UPRIGHT = 0x0112


def exif_of(orientation: int) -> bytes:
    """Where it was taken, on whose telephone, and how it was held."""
    exif = Image.Exif()
    exif[UPRIGHT], exif[0x010E], exif[0x0110] = orientation, HIDDEN.decode(), "geheim-7391 telephone"
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 22.0, 26.0), 29: "geheim-7391"})
    return exif.tobytes()


async def kept(media_type: str, data: bytes) -> Upload:
    return await photos.redrawn(Upload(media_type, data), "someone")


@pytest.mark.parametrize("media_type", FORMATS)
async def test_only_what_is_seen_stays(media_type: str) -> None:
    options: dict[str, dict[str, Any]] = {
        "image/jpeg": {"comment": HIDDEN, "icc_profile": HIDDEN},
        "image/webp": {"xmp": HIDDEN},
    }
    sent = photo(media_type, exif=exif_of(1), **options.get(media_type, {})) + HIDDEN
    assert b"geheim-7391" in sent
    file = await kept(media_type, sent)
    assert file.media_type == media_type == uploads.media_type(file.data)
    assert b"geheim-7391" not in file.data
    assert not opened(file.data).getexif()
    assert opened(file.data).size == opened(sent).size


@pytest.mark.parametrize("media_type", FORMATS)
@pytest.mark.parametrize("orientation", range(1, 9))
async def test_it_stands_upright(media_type: str, orientation: int) -> None:
    sent = photo(media_type, (40, 20), exif=exif_of(orientation))
    shown = opened((await kept(media_type, sent)).data).convert("L")
    assert shown.size == ((40, 20) if orientation < 5 else (20, 40))
    first, last = (2, 2), (shown.width - 3, shown.height - 3)
    # Darker to the left: turned by a half or mirrored, to the right; on its side, up or down.
    is_darker_first = shown.getpixel(first) < shown.getpixel(last)  # type: ignore[operator] # one number in this mode
    assert is_darker_first == (orientation in (1, 4, 5, 6))


async def test_colours_and_what_is_see_through_stay() -> None:
    for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"):
        written = BytesIO()
        Image.new(mode, (8, 8)).save(written, "PNG")
        assert (await kept("image/png", written.getvalue())).media_type == "image/png", mode
    see_through = Image.new("P", (8, 8), 1)
    see_through.putpalette([0, 0, 0, 255, 0, 0])
    written = BytesIO()
    see_through.save(written, "PNG", transparency=1)
    shown = opened((await kept("image/png", written.getvalue())).data)
    assert shown.convert("RGBA").getpixel((0, 0)) == (255, 0, 0, 0)
    ink = BytesIO()
    Image.new("CMYK", (8, 8)).save(ink, "JPEG")
    assert opened((await kept("image/jpeg", ink.getvalue())).data).mode == "RGB"


@pytest.mark.parametrize("media_type", ["image/jpeg", "image/png"])
async def test_what_is_kept_is_the_same_drawn_again(media_type: str) -> None:
    assert (await kept(media_type, plain(media_type))).data == plain(media_type)


async def test_a_large_one_is_kept_smaller() -> None:
    file = await kept("image/png", photo("image/png", (4000, 2000), mode="L"))
    assert opened(file.data).size == (3000, 1500)
    camera = await kept("image/jpeg", photo("image/jpeg", (8000, 6000), mode="L"))
    width, height = opened(camera.data).size
    assert 2000 <= width <= 3000
    assert width * 3 == height * 4


def huge_png() -> bytes:
    """Forty kilobytes that would be three gigabytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 6, 0, 0, 0)
    rows = zlib.compress(bytes(10_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def huge_webp() -> bytes:
    body = b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + (16382).to_bytes(3, "little") * 2
    return b"RIFF" + struct.pack("<I", len(body)) + body


def scans(data: bytes) -> bytes:
    """The one scan of a JPEG, five hundred times: each is the work of a whole picture."""
    at = data.index(b"\xff\xda")
    return data[:at] + data[at:-2] * 500 + b"\xff\xd9"


def colours_apart(width: int, height: int, *, before: bytes = b"") -> bytes:
    """A JPEG of one colour, red after green after blue: its library keeps all of it in memory, at any size."""

    def part(mark: int, data: bytes) -> bytes:
        return struct.pack(">BBH", 0xFF, mark, len(data) + 2) + data

    one_code = b"\1" + bytes(15) + b"\0"
    frame = struct.pack(">BHHB", 8, height, width, 3) + b"".join(bytes([name, 0x11, 0]) for name in (1, 2, 3))
    head = part(0xDB, b"\0" + b"\1" * 64) + part(0xC0, frame) + part(0xC4, b"\0" + one_code + b"\x10" + one_code)
    blocks = bytes(-(-width // 8) * -(-height // 8) // 4 + 1)
    scans = b"".join(part(0xDA, bytes([1, name, 0, 0, 63, 0])) + blocks for name in (1, 2, 3))
    return b"\xff\xd8" + before + head + scans + b"\xff\xd9"


#: A remark that looks like a scan of all three, to who takes what stands before it for a part with a length.
DISGUISE = b"\xff\0\0\6" + b"\xff\xfe\0\7" + b"\xff\xda\0\0\3"

BAD = {
    "nothing of it": ("image/png", b"\x89PNG\r\n\x1a\n" + bytes(40)),
    "no JPEG": ("image/jpeg", b"\xff\xd8\xff\xe0" + HIDDEN * 20),
    "page behind its first bytes": ("image/jpeg", b"\xff\xd8\xff<html><script>alert(1)</script>"),
    "no WebP": ("image/webp", b"RIFF\x10\0\0\0WEBPVP8 "),
    "cut off": ("image/jpeg", photo(size=(200, 200))[:-400]),
    "a bomb of pixels": ("image/png", huge_png()),
    "a canvas that is too large": ("image/webp", huge_webp()),
    "a progressive one that is too large": ("image/jpeg", photo(size=(6000, 5000), mode="L", progressive=True)),
    "colours apart that are too large": ("image/jpeg", colours_apart(6000, 5000)),
    "the same in disguise": ("image/jpeg", colours_apart(6000, 5000, before=DISGUISE)),
    "scans without end": ("image/jpeg", scans(photo())),
    "parts without end": ("image/jpeg", b"\xff\xd8" + b"\xff\xe0\0\2" * 100_000 + photo()[2:]),
    "parts without end behind something else": (
        "image/jpeg",
        b"\xff\xd8\xff\xfe\0\2\0" + b"\xff\xe0\0\2" * 100_000 + photo()[2:],
    ),
    "chunks without end": ("image/png", photo("image/png")[:33] + b"\0\0\0\0zzZz\0\0\0\0" * 100_000),
    "another format": ("image/png", photo("image/jpeg")),
}


@pytest.mark.parametrize(("media_type", "data"), BAD.values(), ids=BAD)
async def test_what_cannot_be_drawn_is_a_file_of_no_kind(media_type: str, data: bytes) -> None:
    file = await kept(media_type, data)
    assert file == Upload(uploads.UNKNOWN, data), "nothing is lost"
    assert file.media_type not in uploads.INLINE
    assert (uploads.kind(file.media_type), uploads.file_name(file.media_type)) == ("file", "bestand.bin")


async def test_what_is_too_much_is_not_even_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(*_: object) -> None:
        raise AssertionError("it was read")

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", read)
    monkeypatch.setattr("PIL.WebPImagePlugin.WebPImageFile._open", read)
    large = ("a bomb of pixels", "a progressive one that is too large", "a canvas that is too large")
    for name in (*large, "colours apart that are too large"):
        media_type, data = BAD[name]
        assert (await kept(media_type, data)).media_type == uploads.UNKNOWN
    monkeypatch.setattr("PIL.Image.open", read)
    parts = ("parts without end", "parts without end behind something else", "the same in disguise")
    for name in ("scans without end", *parts, "chunks without end"):
        media_type, data = BAD[name]
        assert photos.draw_anew(Upload(media_type, data)) is None


def test_colours_apart_are_a_picture_as_long_as_they_are_no_larger_than_others() -> None:
    assert photos.draw_anew(Upload("image/jpeg", colours_apart(40, 20))) is not None


async def test_who_sends_many_waits_behind_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[bytes] = []
    monkeypatch.setattr(photos, "draw_anew", lambda upload: drawn.append(upload.data))
    sent = [("hostile", b"1"), ("hostile", b"2"), ("hostile", b"3"), ("someone", b"4"), ("another", b"5")]
    await asyncio.gather(*(photos.redrawn(Upload("image/png", data), of) for of, data in sent))
    assert drawn == [b"1", b"4", b"5", b"2", b"3"]
    assert not photos._turns


async def test_another_kind_of_file_stays_as_it_is() -> None:
    for media_type, data in (("application/pdf", b"%PDF-1.7"), ("audio/ogg", b"OggS")):
        assert await kept(media_type, data) == Upload(media_type, data)


@pytest.mark.parametrize(
    "data",
    [b"<svg onload=alert(1)>", b"<?xml version='1.0'?><svg/>", b"<html>", b"GIF89a", b"BM1234", b"PK\3\4", b"\0\0\1\0"],
)
def test_what_can_hold_a_program_has_no_type_here(data: bytes) -> None:
    assert uploads.media_type(data) is None
