"""What is drawn: every letter and no empty box, mirrored where it is read from the right, all of it in the picture."""

from __future__ import annotations

import asyncio
import io
import subprocess
import sys
import threading
import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import example, given, reject, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from bot import cards, pictures
from bot.pictures import Pictures, colours, draw, laid_out, letters, marks
from bot.pictures.letters import Colour, Style
from bot.pictures.sheet import MOST_HEIGHT, WIDTH, TooLong
from bot.pictures.written import Line, Part, Written, write
from flows import voortgang_stappen
from flows.grammar import Block, Picture
from flows.progress import Phase, Progress, Stage
from flows.text import verbatim
from locales import extraction, load
from locales.formatting import CLOSE, OPEN, isolate_fragments, isolated
from tests.support.pictures import CARD, checked, lacking
from tests.support.pictures import letters as known_letters

LANGUAGES = ("nl", *extraction.languages())
TONGUE = load(LANGUAGES, {})
STATES = ("done", "now", "next", "skipped", "stopped")

#: The letters of the languages that are meant to come (issue 7), as their alphabets have them.
ALPHABETS = {
    "nl": "abcdefghijklmnopqrstuvwxyzëïöüéèêçáóúĳ",
    "ar": "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652،؛؟٠١٢٣٤٥٦٧٨٩",
    "tr": "abcçdefgğhıijklmnoöprsştuüvyzİâîû",
    "pl": "aąbcćdeęfghijklłmnńoóprsśtuwyzźż",
    "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя’",
    "fa": "ءآأئابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی۰۱۲۳۴۵۶۷۸۹\u200c",
    "fr": "abcdefghijklmnopqrstuvwxyzàâæçéèêëîïôœùûüÿ«»",
}
NAMES = ("Nguyễn Thị Ánh", "Łukasz Żółć", "Şükrü Gürağaç", "Žofia Šťastná", "Þór Ðæg", "Ștefan Țepeș", "Γιώργος Παππάς")


def every_picture() -> Iterator[Picture]:
    """All cards of our own, and the process with each phase in several states."""
    for card in cards.made().values():
        yield Picture(
            "card",
            card.title,
            (
                Block("do", card.do),
                Block("dont", card.dont),
                Block("say", (card.say,)),
                Block("call", (card.call,)),
                Block("from", (verbatim("Noor"), verbatim("010 123 45 67"))),
            ),
            card.title,
        )
    stages = [Stage(phase, state, times=2) for phase, state in zip(Phase, (*STATES, "now", "done"), strict=True)]
    for shown in (stages, [Stage(phase, "next") for phase in Phase], [Stage(phase, "now") for phase in Phase]):
        yield voortgang_stappen.picture(Progress(tuple(shown), case=True))


def of(*parts: Part, kind: str = "card", language: str = "nl", title: str = "Een brief") -> Written:
    return Written(kind, language, title, parts)


def part(role: str, *words: str, language: str = "nl", heading: str = "") -> Part:
    return Part(role, heading, tuple(Line(one, language) for one in words))


def image_of(written: Written) -> Image.Image:
    return laid_out(written).image()


# ---- every letter --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_own_have_no_empty_box_and_are_readable_on_a_small_phone(language: str) -> None:
    """720 pixels wide; up to 2560 high no messenger makes them smaller; few bytes, for who pays for them."""
    for picture in every_picture():
        data = checked(write(picture, language, TONGUE))
        with Image.open(io.BytesIO(data)) as opened:
            assert opened.format == "PNG"
            assert opened.width == WIDTH
            assert opened.height <= 2560
        assert len(data) < 150_000


@pytest.mark.parametrize("language", ALPHABETS)
def test_the_letters_of_every_language_to_come_are_there(language: str) -> None:
    words = ALPHABETS[language]
    assert lacking(words + words.upper() + " .,:;!?()/-–’“”€…•%&+0123456789") == set()


@pytest.mark.parametrize("name", NAMES)
def test_names_with_accents_are_there(name: str) -> None:
    assert lacking(name) == set()
    assert lacking(unicodedata.normalize("NFD", name)) == set()
    assert letters.drawable(unicodedata.normalize("NFD", name), Style(38)) == unicodedata.normalize("NFC", name)


def test_a_letter_may_have_two_accents() -> None:
    name = unicodedata.normalize("NFC", "مُحَمَّد")
    assert letters.drawable(name, Style(38)) == name


@pytest.mark.parametrize("character", ["😀", "漢", "አ", "𝔸", "\ue000"])
def test_a_letter_that_no_font_has_is_found(character: str) -> None:
    assert lacking(f"Dag {character}") == {character}
    with pytest.raises(AssertionError, match="no letters for"):
        checked(of(part("do", f"Bel ons {character}")))


@pytest.mark.parametrize("weight", ["regular", "bold"])
def test_what_we_take_for_a_letter_is_one_in_the_font(weight: letters.Weight) -> None:
    """At run time the box itself is looked for; here what the font says that it has."""
    there = known_letters(weight)
    for character in map(chr, [*range(0x20, 0x530), *range(0x600, 0x700), *range(0x1E00, 0x2120), 0x4E00, 0x1F600]):
        if unicodedata.category(character) not in ("Cc", "Cf", "Zl", "Zp"):
            assert letters.has_glyph(character, weight) == (character in there), hex(ord(character))


def test_what_no_font_has_is_left_out_of_a_name() -> None:
    assert letters.drawable("  😀 Noor 🌷 Visser\t漢 ", Style(38)) == "Noor Visser"
    assert draw_bytes(part("from", "Noor 🌷 Visser")) == draw_bytes(part("from", "Noor Visser"))


@pytest.mark.parametrize("language", ["nl", "ar"])
@pytest.mark.parametrize("role", ["do", "say", "from"])
def test_a_sentence_in_one_sign_is_drawn_as_its_words(role: str, language: str) -> None:
    words = letters.drawable("\ufdfd", Style(38))
    assert len(words.split()) == 4
    assert draw_bytes(part(role, "\ufdfd", language=language)) == draw_bytes(part(role, words, language=language))


def draw_bytes(*parts: Part) -> bytes:
    return image_of(of(*parts)).tobytes()


# ---- from the right ------------------------------------------------------------------------------------------------


def middle_of(image: Image.Image, colour: Colour) -> float:
    """Where, from left to right, a colour is on the average."""
    columns = columns_of(image, colour)
    return sum(x * many for x, many in columns.items()) / sum(columns.values())


def columns_of(image: Image.Image, colour: Colour) -> dict[int, int]:
    """How many pixels of a colour there are in each column that has any."""
    found = {}
    for x in range(image.width):
        of_column = image.crop((x, 0, x + 1, image.height)).getcolors(image.height)
        found[x] = sum(many for many, one in of_column or () if one == colour)
    return {x: many for x, many in found.items() if many}


@pytest.mark.parametrize("language", ["nl", "ar"])
@pytest.mark.parametrize(
    ("kind", "role", "colour"),
    [("card", "do", colours.GREEN), ("card", "dont", colours.RED), ("process", "done", colours.GREEN)],
)
def test_marks_stand_where_reading_begins(kind: str, role: str, colour: Colour, language: str) -> None:
    words = "اسم" if language == "ar" else "naam"
    image = image_of(of(part(role, words, words, language=language), kind=kind, language=language))
    assert (middle_of(image, colour) > WIDTH / 2) == (language == "ar")


@pytest.mark.parametrize("language", ["nl", "ar"])
def test_where_someone_is_now_points_the_way_that_is_read(language: str) -> None:
    image = image_of(of(part("now", "x", language=language), kind="process", language=language, title=" "))
    columns = columns_of(image, colours.PAPER)
    thick, thin = (max(columns), min(columns)) if language == "ar" else (min(columns), max(columns))
    assert columns[thick] > columns[thin]


def test_the_title_begins_at_the_side_it_is_read_from() -> None:
    for title, language, is_right in (("Brief", "nl", False), ("رسالة", "ar", True)):
        image = image_of(of(language=language, title=title))
        assert (middle_of(image, colours.PAPER) > WIDTH / 2) == is_right


def drawn_line(words: str, language: str) -> Image.Image:
    """One line by itself, cut to what is on it."""
    style, image = Style(38), Image.new("RGB", (900, 90), colours.PAPER)
    letters.put(ImageDraw.Draw(image), 10, 5, 880, words, language, style, colours.INK)
    box = Image.eval(image.convert("L"), lambda one: 255 - one).getbbox()
    assert box is not None
    return image.crop((box[0], 0, box[2], 90))


def test_a_number_or_name_in_arabic_keeps_its_own_order() -> None:
    """Drawn by itself in Dutch it is the same, but for the height of the line."""
    for words in ("010 123 45 67", "+31 6 1234 5678", "Noor van der Velde", "0800-8115", "3 t/m 7"):
        here, there = drawn_line(isolated(words, "ar"), "ar"), drawn_line(words, "nl")
        assert here.width == there.width
        assert rows(here) == rows(there)
    turned = drawn_line("0800-8115 (gratis) tel.", "ar")
    assert rows(turned) != rows(drawn_line("0800-8115 (gratis) tel.", "nl"))  # so that the test can fail


def rows(image: Image.Image) -> bytes:
    """What is on it, wherever it is from top to bottom."""
    box = Image.eval(image.convert("L"), lambda one: 255 - one).getbbox()
    assert box is not None
    return image.crop((0, box[1], image.width, box[3])).tobytes()


def test_arabic_letters_are_joined() -> None:
    style = Style(38)
    apart = sum(style.width(one, "ar") for one in "سلام")
    assert style.width("سلام", "ar") < apart * 0.9


def test_what_is_set_off_goes_on_over_the_lines() -> None:
    sentence = "Ik heb hulp van de gemeente. Stuur mij uw vraag op papier, alstublieft."
    found = letters.lines(f"قل: {isolated(sentence, 'ar')}", "ar", Style(38), 400)
    assert len(found) > 2
    assert all(line.count(OPEN) == line.count(CLOSE) for line in found)
    assert all(line.startswith(OPEN) for line in found[1:])


def test_a_number_and_a_term_stay_on_one_line() -> None:
    for words, whole in (
        (f"تواصل مع الموظف على {isolated('010 123 45 67', 'ar')} الآن", "010 123 45 67"),
        (isolate_fragments("هذه خطة (plan van aanpak) لكم", "ar"), "plan van aanpak"),
    ):
        for width in range(330, 640, 30):
            found = letters.lines(words, "ar", Style(38), width)
            assert any(whole in line.replace("\u00a0", " ") for line in found), width


# ---- inside the picture --------------------------------------------------------------------------------------------

ALPHABET = "abcdefghijklmnopqrstuvwxyzAëÖłşŻ éй́ щґ اسرنمىي\u064e\u0651 0123456789-/.,()€ " + OPEN + CLOSE
WORDS = st.text(ALPHABET, min_size=1, max_size=120) | st.text("abcdefW", min_size=40, max_size=300)


@settings(max_examples=60)
@given(WORDS, st.sampled_from(["nl", "ar"]), st.integers(300, 664), st.sampled_from([34, 38, 52]))
@example("Schuldhulpverleningsoverlegstructuurwijzigingsvoorstel", "nl", 300, 52)
@example("W" * 300, "ar", 300, 52)
@example(OPEN * 3 + "x" * 90, "ar", 300, 52)
@example(OPEN + "a" + "\u0301" * 300 + CLOSE, "ar", 300, 52)
@example("https://www.gemeente.example/een/heel/lang/adres?met=vragen&en=antwoorden", "nl", 300, 38)
def test_every_line_fits_and_no_letter_is_lost(words: str, language: str, width: int, size: int) -> None:
    style = Style(size)
    shown = letters.drawable(words, style)
    found = letters.lines(shown, language, style, width)
    assert all(style.width(line, language) <= width for line in found)
    assert bare("".join(found)) == bare(shown)


def bare(words: str) -> str:
    return "".join(one for one in words if one.isalnum())


def is_clear_at_the_edges(image: Image.Image) -> bool:
    """Whether both edges have nothing on them but the page and the head."""
    left, right = (0, 0, 20, image.height), (WIDTH - 20, 0, WIDTH, image.height)
    return all(on(image, edge) <= {colours.PAGE, colours.BRAND} for edge in (left, right))


def on(image: Image.Image, box: tuple[int, int, int, int]) -> set[object]:
    """The colours on a part of it."""
    return {one for _, one in image.crop(box).getcolors(WIDTH * MOST_HEIGHT) or ()}


@settings(max_examples=15)
@given(st.lists(WORDS, min_size=1, max_size=4), st.sampled_from(["nl", "ar"]), st.sampled_from(["card", "process"]))
@example(["Wolfeschlegelsteinhausenbergerdorff-van-der-Schuldhulpverlening"], "nl", "card")
@example(["مستشفىمستشفىمستشفىمستشفىمستشفىمستشفىمستشفى"], "ar", "process")
@example(["\u064e"], "nl", "card")  # words of which nothing can be drawn
@example(["b\u064e"], "ar", "card")  # an accent of other letters
@example(["ا\u0301"], "ar", "card")
def test_nothing_is_cut_off(words: list[str], language: str, kind: str) -> None:
    roles = ("do", "dont", "say", "call", "from") if kind == "card" else STATES
    parts = [part(role, *words, language=language) for role in roles]
    try:
        image = image_of(of(*parts, kind=kind, language=language, title=words[0]))
    except TooLong:  # then there is none, rather than a part of it
        reject()
    assert image.width == WIDTH
    assert is_clear_at_the_edges(image)
    assert on(image, (0, image.height - 20, WIDTH, image.height)) == {colours.PAGE}


def test_what_is_far_too_long_is_refused_and_quickly() -> None:
    with pytest.raises(TooLong):
        image_of(of(part("do", *["x" * 5000] * 20)))
    assert MOST_HEIGHT + WIDTH < 10_000


# ---- without colours -----------------------------------------------------------------------------------------------


def test_every_state_has_a_shape_of_its_own() -> None:
    shapes = {}
    for roles in (("do", "dont"), STATES):
        for role in roles:
            image = Image.new("RGB", (80, 80), colours.PAPER)
            marks.mark(image, role, (40, 40), 60, colours.INK, colours.PAPER)
            shapes[roles, role] = image.convert("1").tobytes()
    assert len(set(shapes.values())) == len(shapes) - 1  # done is the same mark as do


def luminance(colour: Colour) -> float:
    """WCAG 2.2's relative luminance."""
    parts = [one / 255 for one in colour]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Colour, other: Colour) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        (colours.PAPER, colours.BRAND),
        (colours.GREEN, colours.SOFT_GREEN),
        (colours.RED, colours.SOFT_RED),
        (colours.BRAND, colours.SOFT),
        (colours.INK, colours.SOFT_RED),
        (colours.QUIET, colours.PAGE),
        (colours.QUIET, colours.SOFT),
    ],
)
def test_words_stand_out(ink: Colour, ground: Colour) -> None:
    assert contrast(ink, ground) >= 7
    assert contrast(colours.LINE, colours.PAPER) >= 3


# ---- what it says --------------------------------------------------------------------------------------------------


def test_the_sentence_to_say_is_in_dutch_and_in_the_persons_language() -> None:
    card = next(iter(cards.made().values()))
    picture = Picture("card", card.title, (Block("say", (card.say,)),), card.title)
    for language, lines in (("nl", ["nl"]), ("ar", ["nl", "ar"])):
        (said,) = write(picture, language, TONGUE).parts
        assert [line.language for line in said.lines] == lines
        assert [line.words for line in said.lines] == [TONGUE.say(card.say, one) for one in lines]


def test_blocks_of_one_role_that_follow_each_other_stand_under_one_heading() -> None:
    blocks = tuple(Block("do", (verbatim(words),)) for words in ("een", "twee"))
    (made,) = write(Picture("card", verbatim("x"), blocks, verbatim("x")), "nl", TONGUE).parts
    assert [line.words for line in made.lines] == ["een", "twee"]
    assert made.heading == "Doe dit wel"


# ---- beside everything else ----------------------------------------------------------------------------------------


async def test_the_same_picture_is_drawn_once_and_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    under_way, most, made = 0, 0, 0
    lock = threading.Lock()

    def slow(written: Written) -> bytes:
        nonlocal under_way, most, made
        with lock:
            under_way, made = under_way + 1, made + 1
            most = max(most, under_way)
        threading.Event().wait(0.02)
        with lock:
            under_way -= 1
        return written.title.encode()

    monkeypatch.setattr(pictures, "drawn", slow)
    pool, titles = Pictures(), [f"kaart {number % 5}" for number in range(20)]
    drawn = await asyncio.gather(
        *(pool.png(Picture("card", verbatim(title), (), verbatim("x")), "nl", TONGUE) for title in titles)
    )
    assert drawn == [title.encode() for title in titles]
    assert (made, most) == (5, 2)


async def test_what_could_not_be_drawn_is_tried_again_and_old_ones_are_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def drawn(written: Written) -> bytes:
        asked.append(written.title)
        if asked.count("stuk") == 1:
            raise MemoryError
        return b"x"

    monkeypatch.setattr(pictures, "drawn", drawn)
    pool = Pictures()

    async def png(title: str) -> bytes:
        return await pool.png(Picture("card", verbatim(title), (), verbatim("x")), "nl", TONGUE)

    with pytest.raises(MemoryError):
        await png("stuk")
    assert await png("stuk") == b"x"
    for number in range(40):
        await png(str(number))
    await png("39")
    await png("stuk")
    assert asked.count("39") == 1
    assert asked.count("stuk") == 3


async def test_size_is_known_before_it_is_drawn() -> None:
    data = draw(CARD, "ar", TONGUE)
    with Image.open(io.BytesIO(data)) as opened:
        assert await Pictures().size(CARD, "ar", TONGUE) == opened.size


def test_who_never_draws_has_no_pillow_in_memory() -> None:
    look = "import sys, bot.server; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", look], check=False).returncode == 0
