"""Pictures that people send, drawn anew before they are kept: only what is seen stays.

Where and when a photo was taken, on whose telephone, remarks, a page or program hidden behind the picture: all of it
is gone, and every browser gets what our own library wrote. What cannot be drawn is kept as a file of no known type,
which is saved and never shown. It happens in one thread, one picture at a time, so that the others are not held up and
memory is that of one picture. A photo of a letter takes 0.3 seconds, what was made to take long 3.5 (measured on two
cores): so one person has one picture with it at a time, and whoever sends many waits behind the others.
"""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from bot import heic, uploads
from bot.content import Upload

if TYPE_CHECKING:
    from PIL import Image

log = logging.getLogger(__name__)

#: The longest side of what is kept, in pixels: a letter on A4 can be read, at 250 points to the inch.
LONGEST_SIDE = 3000
#: Pixels that are taken in whole; of an ordinary JPEG more, as it can be read at half its size or less.
MOST_PIXELS, MOST_PIXELS_IN_PARTS = 24_000_000, 200_000_000
#: A picture that is read in parts comes out with a longest side between this and the double.
_LEAST_SIDE = 2000
#: Parts of a file, far above what cameras and programs write. More only costs time: every scan of a JPEG is the work
#: of a whole picture.
_MOST_PARTS, _MOST_SCANS = 5000, 100

#: Marks in a JPEG after which no length stands.
_BARE = frozenset(bytes([mark]) for mark in (*range(0xC0), *range(0xD0, 0xDA)))

HEIC = "image/heic"
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
_OPTIONS: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 85, "optimize": True},
    "PNG": {"compress_level": 4},  # more takes four times as long at worst, for files as large
    "WEBP": {"quality": 85, "method": 2},
}
#: What the three can hold; anything else (ink colours, 16 bits) becomes ordinary colours.
_KEPT_MODES = {
    "JPEG": frozenset({"L", "RGB"}),
    "PNG": frozenset({"1", "L", "LA", "P", "RGB", "RGBA"}),
    "WEBP": frozenset({"RGB", "RGBA"}),
}
_ORIENTATION = 0x0112  # EXIF: how the camera was held

_worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="photos")
_turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()


async def redrawn(upload: Upload, of: str) -> Upload:
    """The file as it may be kept: a picture drawn anew (of HEIC `heic.wiped`), another kind of file as it is, and what
    says to be a picture and cannot be drawn as `uploads.UNKNOWN`. ``of``: who sends it, whose pictures wait for each
    other."""
    if upload.media_type not in _FORMATS and upload.media_type != HEIC:
        return upload
    loop = asyncio.get_running_loop()
    turn = _turns.setdefault(of, asyncio.Lock())
    async with turn:
        if upload.media_type == HEIC:
            drawn = await loop.run_in_executor(_worker, heic.wiped, upload.data)
        else:
            drawn = await loop.run_in_executor(_worker, draw_anew, upload)
    return Upload(uploads.UNKNOWN, upload.data) if drawn is None else Upload(upload.media_type, drawn)


def draw_anew(upload: Upload) -> bytes | None:
    """The picture in the same format, upright, at most `LONGEST_SIDE`, with nothing in it but its pixels; None when it
    cannot be drawn, or would take too much."""
    from PIL import Image  # what draws is not in memory where nobody sends a picture

    Image.MAX_IMAGE_PIXELS = None  # ours are counted below, for each format as it is read
    name = _FORMATS[upload.media_type]
    if not _is_bounded(name, upload.data):
        return None
    try:
        with Image.open(BytesIO(upload.data), formats=(name,)) as opened:
            if not _is_small_enough(opened, upload.data):
                return None
            return _written(_upright(opened), name)
    except Exception as error:  # the library raises a dozen kinds, warnings of too many pixels among them
        log.info("a picture could not be drawn: %s", type(error).__name__)
        return None


def _is_small_enough(opened: Image.Image, data: bytes) -> bool:
    """Whether it may be read; an ordinary JPEG that is large is from now on read at a part of its size."""
    pixels = opened.width * opened.height
    if opened.format == "JPEG" and pixels > MOST_PIXELS and _is_in_one_scan(opened, data):
        opened.draft("RGB", (_LEAST_SIDE, _LEAST_SIDE))
        return pixels <= MOST_PIXELS_IN_PARTS and opened.width * opened.height <= MOST_PIXELS
    return pixels <= MOST_PIXELS


def _upright(opened: Image.Image) -> Image.Image:
    """As it was meant to be seen. What is written about the camera may be broken: then it stays as it is."""
    from PIL.Image import Transpose

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    held: object = None
    with suppress(Exception):
        held = opened.getexif().get(_ORIENTATION)
    turn = turns.get(held) if isinstance(held, int) else None
    opened.load()
    return opened if turn is None else opened.transpose(turn)


def _written(image: Image.Image, name: str) -> bytes:
    too_large = max(image.size) > LONGEST_SIDE
    if image.mode not in _KEPT_MODES[name] or (too_large and image.mode in ("1", "P")):
        see_through = image.mode == "PA" or "transparency" in image.info
        image = image.convert("RGBA" if see_through and name != "JPEG" else "RGB")
    if too_large:
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    # Only what makes colours see-through goes along; the rest of `info` is what a stranger wrote.
    image.info = {key: value for key, value in image.info.items() if key == "transparency"}
    written = BytesIO()
    image.save(written, name, exif=b"", icc_profile=None, **_OPTIONS[name])
    return written.getvalue()


# ---- before anything of it is read ---------------------------------------------------------------------------------


def _is_bounded(name: str, data: bytes) -> bool:
    """Whether it has no more parts and no more pixels than can be read in a moment, as far as its form tells."""
    if name == "JPEG":
        return data.count(b"\xff\xda") <= _MOST_SCANS and _first_scan(data) != b""
    if name == "PNG":
        return _chunks(data) <= _MOST_PARTS
    width, height = _canvas(data)
    return width * height <= MOST_PIXELS


def _is_in_one_scan(opened: Image.Image, data: bytes) -> bool:
    """Whether a JPEG is read a line of blocks at a time. Otherwise its library takes memory for every pixel of it, also
    where it is read at a part of its size: progressive, or with colours one after the other."""
    return "progressive" not in opened.info and _first_scan(data)[4:] == bytes([len(opened.getbands())])


def _first_scan(data: bytes) -> bytes:
    """The head of a JPEG's first scan. Empty: there are too many parts before it, or something is between them, which
    one reader passes over and another takes for a part."""
    at = 2
    for _ in range(_MOST_PARTS):
        mark = data[at + 1 : at + 2]
        if data[at : at + 1] != b"\xff" or mark in _BARE:
            return b""
        if mark == b"\xda":
            return data[at : at + 5]
        at += 1 if mark == b"\xff" else 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return b""


def _chunks(data: bytes) -> int:
    """Parts of a PNG, one more than the most at most."""
    at, count = 8, 0
    while count <= _MOST_PARTS and at + 8 <= len(data):
        at += 12 + int.from_bytes(data[at : at + 4], "big")
        count += 1
    return count


def _canvas(data: bytes) -> tuple[int, int]:
    """Width and height of a WebP (RFC 9649): its library takes memory for all of it before we can look."""
    kind = data[12:16]
    if kind == b"VP8X":
        return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    if kind == b"VP8L":
        sizes = int.from_bytes(data[21:25], "little")
        return (sizes & 0x3FFF) + 1, (sizes >> 14 & 0x3FFF) + 1
    return int.from_bytes(data[26:28], "little") & 0x3FFF, int.from_bytes(data[28:30], "little") & 0x3FFF
