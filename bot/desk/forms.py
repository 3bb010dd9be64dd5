"""What pages of the desk post: fields that cannot be forged, and at most one file."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from aiohttp import BodyPartReader, web

from bot import photos, uploads
from bot import web as web_
from bot.content import Upload
from bot.errors import Refused

#: Largest form without its file, in bytes: the longest answer in letters that take several bytes each, encoded.
LARGEST_FORM = 128 * 1024
#: Parts that a form with a file may have: none of ours has a quarter of it.
MOST_PARTS = 100

_FORM_TYPE, _FILE_FORM_TYPE = "application/x-www-form-urlencoded", "multipart/form-data"
#: What no keyboard gives, and what turns the direction of the text around it: what is typed is read in the chat too.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff]")
_PIECE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Form(Mapping[str, str]):
    """The fields by name, and the file that came along, as far as it was not too big."""

    fields: Mapping[str, str] = field(default_factory=dict)
    file: bytes = field(default=b"", repr=False)
    is_too_big: bool = False

    def __getitem__(self, name: str) -> str:
        return self.fields[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.fields)

    def __len__(self) -> int:
        return len(self.fields)

    async def uploads(self) -> tuple[Upload, ...]:
        """The file, if there is one; a picture drawn anew. Refused ``too_big``, ``wrong_type``: what it is, its content
        tells."""
        if self.is_too_big:
            raise Refused("too_big")
        if not self.file:
            return ()
        media_type = uploads.media_type(self.file)
        if media_type is None:
            raise Refused("wrong_type")
        file = await photos.redrawn(Upload(media_type, self.file), "desk")
        if file.media_type == uploads.UNKNOWN:  # who sends it is here to choose another
            raise Refused("wrong_type")
        return (file,)


def csrf_of(token: str) -> str:
    """What every form carries: whoever can make a browser post cannot know it."""
    return hmac.digest(token.encode(), b"klopaan desk form", "sha256").hex()


async def read_form(request: web.Request, token: str, *, largest_file: int = 0) -> Form:
    """The posted fields, without control characters, and a file of at most so many bytes. Refused: ``bad_form``;
    ``old_form`` when it may be forged."""
    length, has_file = request.content_length, largest_file > 0 and request.content_type == _FILE_FORM_TYPE
    if length is None or not (has_file or (request.content_type == _FORM_TYPE and length <= LARGEST_FORM)):
        raise Refused("bad_form")
    if not web_.is_from_here(request, unsaid=True):  # a browser that does not say: the form's token decides
        raise Refused("old_form")
    try:
        async with web_.in_time(web_.FILE_TIME if has_file else web_.FORM_TIME):
            form = await _parts(request, largest_file) if has_file else await _fields(request)
    except (ValueError, LookupError, AssertionError, web.HTTPRequestEntityTooLarge):
        raise Refused("bad_form") from None
    if not hmac.compare_digest(form.get("csrf", "").encode(), csrf_of(token).encode()):
        raise Refused("old_form")
    return form


async def _fields(request: web.Request) -> Form:
    posted = await request.post()
    return Form({name: _clean(value) for name, value in posted.items() if isinstance(value, str)})


async def _parts(request: web.Request, largest_file: int) -> Form:
    """Reads as it comes, into memory only: nothing of a file is to lie on a disk unsealed. The file comes last; when it
    is too big, what was typed is there all the same."""
    fields: dict[str, str] = {}
    room, file = LARGEST_FORM, bytearray()
    form = await request.multipart()
    count = 0
    while (part := await form.next()) is not None:
        count += 1
        if not isinstance(part, BodyPartReader) or not part.name or count > MOST_PARTS:
            raise Refused("bad_form")
        if part.filename is not None:
            while piece := await part.read_chunk(_PIECE):
                file += piece
                if len(file) > largest_file:
                    return Form(fields, is_too_big=True)
            continue
        data = bytearray()
        while piece := await part.read_chunk(_PIECE):
            data += piece
            if len(data) > room:
                raise Refused("bad_form")
        room -= len(data)
        fields[part.name] = _clean(data.decode("utf-8", "replace"))
    return Form(fields, bytes(file))


def _clean(value: str) -> str:
    """Line ends as one character; without what can only do harm."""
    return _CONTROLS.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
