"""Reading aloud: found where the machine has both programs, fed through a pipe, ended in time, and never in the way."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot import config as configuration
from bot import voice
from bot.server import open_house
from bot.voice import LARGEST, LONGEST, VOICES, Voice, VoiceError, find, marked_up, with_dutch
from tests.stores import StoreUrls
from tests.support.town import SECRET, MovedClock, write_config

#: Speaks: what it was told to say, after how it was started.
SPEAKER = '#!/bin/sh\necho "$@" >> "{folder}/started"\nenv >> "{folder}/environment"\nprintf RIFF; cat\n'
PACKER = '#!/bin/sh\necho "$@" >> "{folder}/started"\nprintf OggS; cat\n'

Machine = Callable[..., Voice]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine with these two programs, in the place of its own."""

    def made(speaker: str = SPEAKER, packer: str = PACKER) -> Voice:
        for name, script in (("espeak-ng", speaker), ("ffmpeg", packer)):
            path = tmp_path / name
            path.write_text(script.replace("{folder}", str(tmp_path)))
            path.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.defpath}")
        found = find()
        assert found is not None
        return found

    return made


# ---- the programs --------------------------------------------------------------------------------------------------


async def test_the_text_goes_through_both_and_stands_on_no_command_line(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KLOPAAN_SECRET", "made up")
    said = await machine().speak("Bel Noor, op 0800-8115.", "nl")
    assert said == b"OggSRIFF<speak>Bel Noor, op 0 8 0 0, 8 1 1 5 .</speak>"
    started = (tmp_path / "started").read_text()
    assert "Noor" not in started
    assert "-v nl" in started
    assert "libopus" in started
    assert "made up" not in (tmp_path / "environment").read_text()


async def test_what_was_said_already_is_not_made_again(machine: Machine, tmp_path: Path) -> None:
    made = machine()
    assert len({await made.speak("Dag.", "nl") for _ in range(5)}) == 1
    assert len((tmp_path / "started").read_text().splitlines()) == 2
    await made.speak("Dag.", "en")
    assert len((tmp_path / "started").read_text().splitlines()) == 4


@pytest.mark.parametrize("missing", ["espeak-ng", "ffmpeg"])
def test_a_machine_that_lacks_one_has_no_voice(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    machine()
    monkeypatch.setenv("PATH", str(tmp_path))  # nor one that this machine has elsewhere
    assert find() is not None
    (tmp_path / missing).unlink()
    assert find() is None


def test_a_machine_without_programs_has_no_voice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find() is None


@pytest.mark.parametrize(
    ("speaker", "packer", "code"),
    [
        ("#!/bin/sh\nexit 1\n", PACKER, "no_sound"),
        ("#!/bin/sh\ncat >/dev/null\n", PACKER, "no_sound"),
        (SPEAKER, "#!/bin/sh\ncat >/dev/null; echo nonsense\n", "no_sound"),
        (SPEAKER, "#!/bin/sh\nprintf OggS; head -c 600000 /dev/zero\n", "too_big"),
        ("#!/does/not/exist\n", PACKER, "gone"),
    ],
)
async def test_what_goes_wrong_has_a_code_and_nothing_that_was_said(
    machine: Machine, speaker: str, packer: str, code: str
) -> None:
    made = machine(speaker, packer)
    with pytest.raises(VoiceError) as raised:
        await made.speak("Een geheim van Noor.", "nl")
    assert str(raised.value) == code


async def test_what_is_too_long_or_in_no_language_of_ours_is_not_begun(machine: Machine, tmp_path: Path) -> None:
    made = machine()
    for text, language, code in (("x" * (LONGEST + 1), "nl", "too_long"), ("selam", "ti", "no_voice")):
        with pytest.raises(VoiceError, match=code):
            await made.speak(text, language)
    assert not (tmp_path / "started").exists()


async def test_what_says_which_lines_are_dutch_makes_no_text_too_long(machine: Machine) -> None:
    text = "\n".join(["Ik heb hulp."] * 10) + "\n"
    text += "x" * (LONGEST - len(text))
    assert (await machine().speak(with_dutch(text, ("Ik heb hulp.",)), "en")).startswith(b"OggS")


SLOW = '#!/bin/sh\necho $$ >> "{folder}/started"\nexec sleep 60\n'


async def test_a_program_that_takes_too_long_is_ended(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voice, "PATIENCE", 0.5)
    with pytest.raises(VoiceError, match="timeout"):
        await machine(SLOW).speak("Dag.", "nl")
    assert not is_alive(tmp_path)


#: What it started itself holds the pipe open, also when it is ended itself.
CHILD = "#!/bin/sh\nsleep 60\necho done\n"


async def test_what_a_program_started_keeps_nobody_waiting(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voice, "PATIENCE", 0.5)
    async with asyncio.timeout(10):
        with pytest.raises(VoiceError, match="timeout"):
            await machine(CHILD).speak("Dag.", "nl")


async def test_a_program_that_goes_on_without_end_is_ended(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voice, "_MOST", 1024 * 1024)
    async with asyncio.timeout(10):
        with pytest.raises(VoiceError, match="too_big"):
            await machine("#!/bin/sh\ncat /dev/zero\n").speak("Dag.", "nl")


async def test_a_program_is_ended_also_when_it_said_more_than_is_being_read(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def too_late(pipe: asyncio.StreamReader) -> bytes:
        while not vars(pipe)["_paused"]:  # noqa: ASYNC110 - so much waits that its end is not read either
            await asyncio.sleep(0.01)
        raise VoiceError("too_big")

    monkeypatch.setattr(voice, "_all_of", too_late)
    async with asyncio.timeout(10):
        with pytest.raises(VoiceError, match="too_big"):
            await machine("#!/bin/sh\ncat /dev/zero\n").speak("Dag.", "nl")


async def test_a_program_that_reads_nothing_of_it_is_no_trouble(machine: Machine) -> None:
    assert await machine("#!/bin/sh\nprintf RIFF\n").speak("Dag. " * 400, "nl") == b"OggSRIFF"


async def test_a_program_ends_with_us(machine: Machine, tmp_path: Path) -> None:
    made = machine(SLOW)
    task = asyncio.create_task(made._speak("Dag.", "nl"))
    async with asyncio.timeout(20):
        while not (tmp_path / "started").exists():  # noqa: ASYNC110 - a program tells only by what it writes
            await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not is_alive(tmp_path)


def is_alive(folder: Path) -> bool:
    started = folder / "started"
    if not started.exists():  # it was ended before it began
        return False
    number = int(started.read_text().split()[0] or 0)
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


# ---- what is said --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("Dag.\n\nHoe gaat het?", "nl", f"Dag.{voice._PAUSE}Hoe gaat het?"),
        ("Bel 010 123 45 67 of +31612345678.", "en", "Bel 0 1 0, 1 2 3, 4 5, 6 7 of 3 1 6 1 2 3 4 5 6 7 8 ."),
        ("Betaal € 1.250,50 vóór 24-11-2026", "nl", "Betaal € 1.250,50 vóór 24-11-2026"),
        ("Betaal vóór 03-12-2026, in 10 - 12 keer", "nl", "Betaal vóór 03-12-2026, in 10 - 12 keer"),
        ("Bel 112. Of 113, of kijk op 113.nl", "nl", "Bel 1 1 2 . Of 1 1 3 , of kijk op 113.nl"),
        ("✅ Vraag alles op papier 👉 nu", "nl", "Vraag alles op papier nu"),
        ("Kijk op https://www.gemeente.example/a?b=c of bel", "nl", "Kijk op of bel"),
        ("A < B & <voice>x</voice>", "nl", "A B voice x /voice"),
        ("قل: \u2068Ik heb hulp.\u2069 شكرا", "ar", 'قل: <voice xml:lang="nl">Ik heb hulp.</voice> شكرا'),
        ("Say: Ik heb hulp.", "en", "Say: Ik heb hulp."),
    ],
)
def test_it_is_said_as_people_say_it(text: str, language: str, said: str) -> None:
    assert marked_up(text, language) == f"<speak>{said}</speak>"


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        (
            "Say this.\n\nIk bel u op 010 123 45 67.\n\nI will call you.",
            "en",
            f'Say this.{voice._PAUSE}<voice xml:lang="nl">Ik bel u op 0 1 0, 1 2 3, 4 5, 6 7 .</voice>'
            f"{voice._PAUSE}I will call you.",
        ),
        (
            "قل:\n\n\u2068Ik bel u op 010 123 45 67.\u2069",
            "ar",
            f'قل:{voice._PAUSE}<voice xml:lang="nl">Ik bel u op 0 1 0, 1 2 3, 4 5, 6 7 .</voice>',
        ),
        ("Say: Ik bel u op 010 123 45 67. And no more.", "en", None),
    ],
)
def test_a_line_that_is_dutch_is_said_in_a_dutch_voice(text: str, language: str, said: str | None) -> None:
    told = marked_up(with_dutch(text, ("Ik bel u op 010 123 45 67.",)), language)
    assert told == (marked_up(text, language) if said is None else f"<speak>{said}</speak>")


@given(st.text(max_size=200), st.sampled_from(sorted(VOICES)))
@example("\ue000a\ue001 & \ue001", "en")
@example("]]> <!-- \u2068a & b\u2069 &amp; '", "ar")
def test_whatever_is_said_is_well_formed(text: str, language: str) -> None:
    clean = "".join(one for one in text if one in "\n\t" or one.isprintable())
    ElementTree.fromstring(marked_up(clean, language))


# ---- in the house --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
async def test_flows_know_the_languages_that_this_machine_can_say(
    machine: Machine, store_urls: StoreUrls, tmp_path: Path
) -> None:
    config = configuration.load(write_config(tmp_path, store_urls), {configuration.SECRET: SECRET})
    machine()
    async with open_house(config, MovedClock()) as house:
        assert house.gemeente.voices == {"nl", "en", "ar"}
        assert house.voice is not None
    async with open_house(config, MovedClock(), find_voice=lambda: None) as house:
        assert house.gemeente.voices == frozenset()
        assert house.voice is None


# ---- the real ones -------------------------------------------------------------------------------------------------

REAL = pytest.mark.skipif(find() is None, reason="espeak-ng and ffmpeg are optional, and not both on this machine")


REAL_TEXTS = {"ar": "مرحبا، كيف الحال؟ \u2068Ik heb hulp.\u2069", "uk": "Добрий день", "fa": "سلام"}


@REAL
@pytest.mark.parametrize("language", sorted(VOICES))
async def test_the_real_programs_make_a_voice_note(language: str) -> None:
    made = find()
    assert made is not None
    text = REAL_TEXTS.get(language, "Dag! 06 12 34 56 78")
    said = await made.speak(text, language)
    assert said.startswith(b"OggS")
    assert b"OpusHead" in said[:200]
    assert 2_000 < len(said) < LARGEST


@REAL
@pytest.mark.parametrize("language", sorted(set(VOICES) - {"nl"}))
def test_the_real_voice_says_a_dutch_sentence_as_a_dutch_one_does(language: str) -> None:
    made, sentence = find(), "Stuurt u mij graag eerst een brief."
    assert made is not None
    program = made.speaker
    beside = sounds(program, marked_up(with_dutch(f"Ok.\n\n{sentence}\n\nOk.", (sentence,)), language), language)
    assert sounds(program, marked_up(sentence, "nl"), "nl").strip() in beside
    alone = sounds(program, marked_up(sentence, "nl"), language)
    assert alone.strip() not in beside


def sounds(program: str, told: str, language: str) -> str:
    """What is said, in espeak-ng's own letters."""
    options = ("-q", "-x", "-m", "-b", "1", "-v", VOICES[language], "--stdin")
    done = subprocess.run((program, *options), input=told, capture_output=True, text=True, check=True)
    return done.stdout


@REAL
async def test_the_longest_text_is_still_a_voice_note() -> None:
    made = find()
    assert made is not None
    sentence = "Schuldhulpverlening begint met een gesprek over uw geld en uw leven. "
    assert len(await made.speak((sentence * 50)[:LONGEST], "nl")) <= LARGEST
