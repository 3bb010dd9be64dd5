"""What kind of file came in, by its first bytes: a name or a header can say anything."""

from __future__ import annotations

from typing import Literal

#: Files of one message may be this large unless the municipality sets another limit, in bytes.
DEFAULT_LIMIT = 10 * 1024 * 1024

_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"})
_MP4_BRANDS = frozenset({b"M4A ", b"M4B ", b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"dash"})

#: The ending of a file when it is saved; its name is always neutral (rule 11).
EXTENSIONS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/heic": "heic",
    "application/pdf": "pdf",
    "audio/ogg": "ogg",
    "audio/webm": "webm",
    "audio/mp4": "m4a",
    "audio/mpeg": "mp3",
}

#: Of an appointment; we make them ourselves, and take none.
CALENDAR = "text/calendar"

#: What said to be a picture and is none: kept, and never shown.
UNKNOWN = "application/octet-stream"

#: What a browser shows in place, without running anything in it.
INLINE = frozenset({"image/jpeg", "image/png", "image/webp", "audio/ogg", "audio/webm", "audio/mp4", "audio/mpeg"})


def ending(media: str) -> str:
    """What the name of a file of this type ends in."""
    return "ics" if media == CALENDAR else EXTENSIONS.get(media, "bin")


def file_name(media: str) -> str:
    """What people see it is called, the same for everyone (rule 11)."""
    return f"{'afspraak' if media == CALENDAR else 'bestand'}.{ending(media)}"


def media_type(data: bytes) -> str | None:
    """The media type of a photo, voice note or document that we take, or None for anything else."""
    head = data[:16]
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    if head.startswith(b"OggS"):
        return "audio/ogg"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "audio/webm"  # Matroska: what browsers record; a film would be played as its sound
    if head[4:8] == b"ftyp":
        return _of_brand(head[8:12])
    if head.startswith(b"ID3") or (head[:1] == b"\xff" and len(head) > 1 and head[1] & 0xE6 == 0xE2):
        return "audio/mpeg"  # MPEG layer III, with or without a tag
    return None


def _of_brand(brand: bytes) -> str | None:
    if brand in _HEIC_BRANDS:
        return "image/heic"
    return "audio/mp4" if brand in _MP4_BRANDS else None


def kind(media: str) -> Literal["photo", "voice", "file"]:
    """How the conversation speaks of it."""
    if media.startswith("image/"):
        return "photo"
    return "voice" if media.startswith("audio/") else "file"
