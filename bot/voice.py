"""Reads a text aloud, where the machine has a voice: espeak-ng speaks, ffmpeg packs it as a voice note.

Both are optional system packages; without them there is no button and nothing is missing. The text goes in through a
pipe, never on a command line that others on the machine can see, and neither program gets our environment.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import MappingProxyType

from bot.errors import KlopaanError
from bot.workshop import Workshop
from locales.formatting import without_controls

#: espeak-ng's voices for languages that we may speak, by ISO 639-1.
VOICES: Mapping[str, str] = MappingProxyType(
    {
        "ar": "ar",
        "de": "de",
        "en": "en-gb",
        "es": "es",
        "fa": "fa",
        "fr": "fr-fr",
        "nl": "nl",
        "pl": "pl",
        "tr": "tr",
        "uk": "uk",
    }
)
#: A voice note is no larger than this (WhatsApp; a larger sound is shown as a file there), in bytes.
LARGEST = 512 * 1024
#: Characters; more would take minutes to listen to.
LONGEST = 2500
#: Seconds for both programs together.
PATIENCE = 20.0
#: Neither program makes more than this of one text, in bytes: half an hour as it is spoken.
_MOST, _PIECE = 96 * 1024 * 1024, 64 * 1024
#: Words a minute: slower than people talk, for who hears it in a language that is being learned.
_SPEED = "140"
#: Seldom more than one at a time, and each is made in a second; those that were made are kept for who plays them again.
_AT_ONCE, _KEPT = 2, 8

_UNPACK = ("-hide_banner", "-loglevel", "error", "-f", "wav", "-i", "pipe:0", "-map_metadata", "-1")
_PACK = ("-c:a", "libopus", "-ac", "1", "-ar", "48000", "-f", "ogg", "pipe:1")
#: A text of so many characters is short; of a longer one the sound is packed closer, to stay below `LARGEST`.
_SHORT = 1200

_ADDRESS = re.compile(r"https?://\S+")
#: Telephone numbers are said digit by digit, dates are not; the same in the browser (``static/aloud.js``).
_NUMBER = re.compile(
    r"(?<![\w.,])(?!\d\d-\d\d-\d{4})(?:\+\d|0)\d(?:[ -]?\d){5,}(?!\w)|(?<!\d)\d{3,4}-\d{4}(?!\d)"
    r"|(?<![\w.,/-])11[23](?![\w-]|[.,]\w)"
)
#: A line that is Dutch whatever the language of the rest: the sentence to say (``with_dutch``).
_DUTCH = re.compile("\ue000(.*)\ue001")
_MARK = re.compile("[\ue000\ue001]")
#: In a language with letters of its own, Latin ones are Dutch: the sentence to say, the words on a letter, names.
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f][A-Za-z\u00c0-\u024f .,:;!?'’-]*")
_LATIN_SCRIPTS = frozenset({"de", "en", "es", "fr", "nl", "pl", "tr"})
_PAUSE = '<break time="400ms"/>'
#: What has no sound (pictures, marks, arrows), and what would be marks of our own.
_SILENT = re.compile("[<>&\u2190-\u2bff\U0001f000-\U0001faff\ufe0f\u200d]")


class VoiceError(KlopaanError):
    """The text could not be read aloud; the message is a code."""


@dataclass(frozen=True, slots=True)
class Voice:
    """The programs of this machine, by where they are."""

    speaker: str
    packer: str
    _made: Workshop[tuple[str, str], bytes] = field(
        default_factory=lambda: Workshop(keep=_KEPT, at_once=_AT_ONCE), repr=False
    )

    async def speak(self, text: str, language: str) -> bytes:
        """``text`` as a voice note: OGG with Opus, at most `LARGEST` bytes. Raises ``VoiceError``."""
        if language not in VOICES:
            raise VoiceError("no_voice")
        if len(_MARK.sub("", text)) > LONGEST:
            raise VoiceError("too_long")
        return await self._made.get((text, language), lambda: self._speak(text, language))

    async def _speak(self, text: str, language: str) -> bytes:
        try:
            async with asyncio.timeout(PATIENCE):
                told = marked_up(text, language).encode()
                options = ("--stdin", "--stdout", "-m", "-b", "1", "-v", VOICES[language], "-s", _SPEED)
                sound = await _through(told, self.speaker, *options)
                rate = "24k" if len(text) <= _SHORT else "16k"
                packed = await _through(sound, self.packer, *_UNPACK, "-b:a", rate, *_PACK)
        except TimeoutError:
            raise VoiceError("timeout") from None
        except OSError:
            raise VoiceError("gone") from None
        if not packed.startswith(b"OggS"):
            raise VoiceError("no_sound")
        if len(packed) > LARGEST:
            raise VoiceError("too_big")
        return packed


def find() -> Voice | None:
    """The voice of this machine, if it has both programs."""
    speaker, packer = shutil.which("espeak-ng"), shutil.which("ffmpeg")
    return Voice(speaker, packer) if speaker and packer else None


def with_dutch(text: str, dutch: Iterable[str]) -> str:
    """``text`` for ``speak``, in which the lines that are ``dutch`` are said in a Dutch voice."""
    known = {line for words in dutch for line in without_controls(words).splitlines()}
    said = without_controls(text).splitlines()
    return "\n".join(f"\ue000{line}\ue001" if line and line in known else line for line in said)


def marked_up(text: str, language: str) -> str:
    """``text`` as it is to be said (SSML): numbers digit by digit, Dutch in a Dutch voice where it is known to be that,
    pauses between lines, and nothing that only eyes can read."""
    words = _ADDRESS.sub(" ", without_controls(text))
    words = _NUMBER.sub(lambda number: f" {_digits(number[0])} ", _SILENT.sub(" ", words))
    lines = [" ".join(line.split()) for line in words.splitlines()]
    return f"<speak>{_PAUSE.join(_in_voices(line, language) for line in lines if line)}</speak>"


def _in_voices(line: str, language: str) -> str:
    if dutch := _DUTCH.fullmatch(line):
        return _in_dutch(dutch[1])
    return line if language in _LATIN_SCRIPTS else _LATIN.sub(lambda latin: f"{_in_dutch(latin[0])} ", line)


def _in_dutch(words: str) -> str:
    return f'<voice xml:lang="nl">{words.strip()}</voice>'


def _digits(number: str) -> str:
    groups = re.findall(r"\d+", number)
    return ", ".join(" ".join(group) for group in groups)


async def _through(data: bytes, program: str, *options: str) -> bytes:
    """What ``program`` makes of ``data``. It is ended with us, and so is what it started itself, which would keep us
    waiting. Raises ``VoiceError``, ``OSError``."""
    child = await asyncio.create_subprocess_exec(
        program,
        *options,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8"},
        start_new_session=True,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    told = asyncio.create_task(_tell(child.stdin, data))
    try:
        made = await _all_of(child.stdout)
        await child.wait()
    finally:
        told.cancel()
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        while await child.stdout.read(_PIECE):  # a full buffer stops reading, and only a pipe read to its end is closed
            pass
        await child.wait()
    if child.returncode or not made:
        raise VoiceError("no_sound")
    return made


async def _tell(pipe: asyncio.StreamWriter, data: bytes) -> None:
    with suppress(BrokenPipeError, ConnectionResetError):  # it is not read to its end: what was made tells
        pipe.write(data)
        await pipe.drain()
    pipe.close()


async def _all_of(pipe: asyncio.StreamReader) -> bytes:
    made = bytearray()
    while piece := await pipe.read(_PIECE):
        made += piece
        if len(made) > _MOST:
            raise VoiceError("too_big")
    return bytes(made)
