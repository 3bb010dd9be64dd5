"""Made-up photos that are real ones: what strangers send is drawn anew, so made-up bytes are no picture."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from PIL import Image

from bot.content import Upload
from bot.photos import draw_anew

FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}


def photo(media_type: str = "image/jpeg", size: tuple[int, int] = (24, 16), mode: str = "RGB", **options: Any) -> bytes:
    """A small picture, darker to the left, in one of the three formats."""
    image = Image.linear_gradient("L").rotate(90).resize(size).convert(mode)
    written = BytesIO()
    image.save(written, FORMATS[media_type], **options)
    return written.getvalue()


def opened(data: bytes) -> Image.Image:
    """What a browser would show of it."""
    image = Image.open(BytesIO(data))
    image.load()
    return image


def plain(media_type: str = "image/jpeg") -> bytes:
    """A picture of one colour, as it is kept: drawn anew it is the same, byte for byte."""
    written = BytesIO()
    Image.new("RGB", (24, 16), (128, 128, 128)).save(written, FORMATS[media_type])
    drawn = draw_anew(Upload(media_type, written.getvalue()))
    assert drawn is not None
    return drawn
