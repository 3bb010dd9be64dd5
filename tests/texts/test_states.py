"""How far a translation is, whatever changed: the release, the configuration, the desk, or the words themselves."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.text import Text, t, verbatim
from locales import Catalogs, load
from locales.wordings import Kept

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"X-State: {}\\n"\n\n'
BYE, HI = "Tot {day}.", "Dag."
TEXTS = {("bye", BYE): "See you {day}.", ("kaarten.card.one.title", HI): "Hello.", ("days", "{n} dagen"): "{n} days"}


def written(folder: Path, *, state: str = "draft", texts: dict[tuple[str, str], str] = TEXTS) -> Path:
    """A catalog of one language."""
    path = folder / "en" / "LC_MESSAGES" / "klopaan.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    entries = [f'msgctxt "{c}"\nmsgid "{d}"\nmsgstr "{w}"\n' for (c, d), w in texts.items()]
    path.write_text(HEADER.format(state) + "\n".join(entries), "utf-8")
    return folder


def opened(folder: Path, configured: dict[str, dict[str, str]] | None = None, **kept: Kept) -> Catalogs:
    """The catalogs, with what the desk keeps of the English ``bye``."""
    tongue = load(("nl", "en"), configured, folder=folder)
    tongue.adopt({"en": {"bye": kept["en"]} if "en" in kept else {}, "nl": {"bye": kept["nl"]} if "nl" in kept else {}})
    return tongue


def state(tongue: Catalogs) -> str:
    return tongue.text_state("bye", "en")


CONFIRMED = Kept(None, BYE, "See you {day}.")


def test_a_translation_is_a_draft_until_it_is_confirmed(tmp_path: Path) -> None:
    folder = written(tmp_path)
    assert state(opened(folder)) == "draft"
    assert state(opened(folder, en=CONFIRMED)) == "confirmed"
    assert state(opened(folder, en=Kept(None, BYE, None, taken_back=True))) == "draft"


def test_a_release_that_changes_the_dutch_makes_it_stale_and_one_that_changes_the_words_a_draft(tmp_path: Path) -> None:
    other = written(tmp_path / "dutch", texts={("bye", "Dag, tot {day}."): "See you {day}."})
    assert state(opened(other, en=CONFIRMED)) == "stale"
    both = written(tmp_path / "both", texts={("bye", "Dag, tot {day}."): "Bye, see you {day}."})
    assert state(opened(both, en=CONFIRMED)) == "stale"
    words = written(tmp_path / "words", texts={("bye", BYE): "Bye {day}."})
    assert state(opened(words, en=CONFIRMED)) == "draft"
    assert state(opened(written(tmp_path / "gone", texts={("bye", BYE): ""}), en=CONFIRMED)) == "missing"


def test_a_configuration_that_changes_the_dutch_makes_it_stale(tmp_path: Path) -> None:
    folder = written(tmp_path)
    dutch = {"nl": {"bye": "Ajuus {day}."}}
    assert state(opened(folder, dutch)) == "stale"
    assert state(opened(folder, dutch, en=CONFIRMED)) == "stale"
    assert state(opened(folder, dutch, en=Kept(None, "Ajuus {day}.", "See you {day}."))) == "confirmed"
    assert state(opened(folder, {**dutch, "en": {"bye": "Bye {day}."}})) == "draft"


def test_a_desk_that_changes_the_dutch_makes_it_stale_until_it_is_put_back(tmp_path: Path) -> None:
    folder = written(tmp_path, state="confirmed")
    dutch = Kept("Ajuus {day}.", BYE)
    assert state(opened(folder)) == "confirmed"
    assert state(opened(folder, nl=dutch)) == "stale"
    assert state(opened(folder, nl=dutch, en=CONFIRMED)) == "stale"
    assert state(opened(folder, nl=dutch, en=Kept("Bye {day}.", "Ajuus {day}."))) == "draft"
    assert state(opened(folder, nl=dutch, en=Kept("Bye {day}.", "Ajuus {day}.", "Bye {day}."))) == "confirmed"
    assert state(opened(folder, nl=Kept(None, BYE), en=CONFIRMED)) == "confirmed"


def test_other_words_are_a_draft_and_stale_when_their_dutch_changed(tmp_path: Path) -> None:
    folder = written(tmp_path, state="confirmed")
    assert state(opened(folder, en=Kept("Bye {day}.", BYE))) == "draft"
    assert state(opened(folder, en=Kept("Bye {day}.", BYE, "Bye {day}."))) == "confirmed"
    assert state(opened(folder, en=Kept("Bye {day}.", "Vroeger {day}.", "Bye {day}."))) == "stale"


def test_own_dutch_is_stale_when_what_it_stands_in_place_of_changed(tmp_path: Path) -> None:
    tongue = opened(written(tmp_path), nl=Kept("Ajuus {day}.", BYE))
    assert tongue.text_state("bye", "nl") == "confirmed"
    assert tongue.say(t("bye", BYE, day=1), "nl") == "Ajuus 1."
    tongue = opened(written(tmp_path), nl=Kept("Ajuus {day}.", "Vroeger {day}."))
    assert tongue.text_state("bye", "nl") == "stale"


def test_a_confirmed_catalog_makes_all_of_it_confirmed_and_one_word_undoes_that(tmp_path: Path) -> None:
    folder = written(tmp_path, state="confirmed")
    assert opened(folder).state("en") == "confirmed"
    assert opened(folder, en=Kept(None, BYE, None, taken_back=True)).state("en") == "draft"
    assert opened(folder, {"nl": {"bye": "Ajuus {day}."}}).state("en") == "draft"


def test_a_language_is_a_draft_until_all_of_it_is_confirmed(tmp_path: Path) -> None:
    tongue = load(("nl", "en"), folder=written(tmp_path))
    kept = {context: Kept(None, dutch, words) for (context, dutch), words in TEXTS.items()}
    for count in range(len(kept)):
        tongue.adopt({"en": dict(list(kept.items())[:count])})
        assert tongue.state("en") == "draft"
    tongue.adopt({"en": kept})
    assert tongue.state("en") == "confirmed"
    kept["kaarten.card.one.title"] = Kept(None, "Eigen titel", "Own title")  # what the card says in its place
    tongue.adopt({"en": kept})
    assert (tongue.state("en"), tongue.text_state("kaarten.card.one.title", "en")) == ("confirmed", "stale")
    kept["bye"] = Kept(None, "Iets anders", "Something else")
    tongue.adopt({"en": kept})
    assert tongue.state("en") == "draft"


def test_a_text_is_confirmed_with_all_that_it_holds(tmp_path: Path) -> None:
    tongue = opened(written(tmp_path), en=CONFIRMED)
    assert tongue.is_confirmed(t("bye", BYE, day=verbatim("morgen")), "en")
    assert tongue.is_confirmed(t("days", "{n} dagen", n=2), "nl")
    assert not tongue.is_confirmed(t("bye", BYE, day=t("days", "{n} dagen", n=2)), "en")
    assert not tongue.is_confirmed(t("bye", BYE, day=(verbatim("a"), t("days", "{n} dagen", n=2))), "en")
    assert not tongue.is_confirmed(t("bye", "Een oudere tekst {day}.", day=1), "en")
    assert not tongue.is_confirmed(t("unknown", "Onbekend"), "en")


def test_a_text_that_brings_its_translations_is_confirmed_as_it_stands(tmp_path: Path) -> None:
    own = Text("kaarten.card.one.title", "Eigen titel", (), (("en", "Own title"),))
    tongue = load(("nl", "en"), folder=written(tmp_path, state="confirmed"))
    assert not tongue.is_confirmed(own, "en")
    assert tongue.is_confirmed(Text("kaarten.card.one.title", HI, (), (("en", "Hello."),)), "en")
    tongue.adopt({"en": {"kaarten.card.one.title": Kept(None, "Eigen titel", "Own title")}})
    assert tongue.is_confirmed(own, "en")
    assert not tongue.is_confirmed(Text(own.context, own.msgid, (), (("en", "Another"),)), "en")
    assert not tongue.is_confirmed(Text(own.context, "Andere titel", (), own.own), "en")
    assert not tongue.is_confirmed(Text(own.context, own.msgid, (), (("fr", "Titre"),)), "en")


@pytest.mark.parametrize("words", ["See you {when}.", "See you {day", "{day, plural, one {a} other {b}}"])
def test_words_that_a_release_cannot_say_any_more_are_left_out(
    tmp_path: Path, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        tongue = opened(written(tmp_path), en=Kept(words, BYE, words))
    assert tongue.say(t("bye", BYE, day=1), "en") == "See you 1."
    assert caplog.messages == ["own wording left out: language=en context=bye"]
    assert state(tongue) == "draft"


def test_what_is_kept_no_more_is_said_no_more(tmp_path: Path) -> None:
    tongue = opened(written(tmp_path), {"en": {"bye": "Configured {day}."}}, en=Kept("Bye {day}.", BYE))
    text = t("bye", BYE, day=1)
    assert tongue.say(text, "en") == "Bye 1."
    tongue.adopt({})
    assert tongue.say(text, "en") == "Configured 1."


def test_with_dutch_alone_there_are_texts_all_the_same(tmp_path: Path) -> None:
    tongue = load(("nl",), folder=written(tmp_path))
    assert dict(tongue.dutch) == dict(TEXTS.keys())
    tongue.adopt({"nl": {"bye": Kept("Ajuus {day}.", BYE)}})
    assert tongue.say(t("bye", BYE, day=1), "nl") == "Ajuus 1."


CHANGES = st.tuples(
    st.sampled_from(["nl", "en"]),
    st.sampled_from([context for context, _ in TEXTS]),
    st.builds(
        Kept,
        st.sampled_from([None, "A", "B", "{wrong"]),
        st.sampled_from([BYE, HI, "{n} dagen", "A", "Vroeger"]),
        st.sampled_from([None, "See you {day}.", "Hello.", "{n} days", "A"]),
        st.booleans(),
    ),
)


@settings(max_examples=200)
@given(st.lists(CHANGES, max_size=12), st.sampled_from(["draft", "confirmed"]))
def test_text_by_text_is_the_same_as_all_at_once(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[str, str, Kept]], catalog: str
) -> None:
    folder = FOLDERS.setdefault(catalog, written(tmp_path_factory.mktemp("catalogs"), state=catalog))
    configured = {"nl": {"days": "C"}, "en": {"bye": "D"}}
    step_by_step = load(("nl", "en"), configured, folder=folder)
    kept: dict[str, dict[str, Kept]] = {"nl": {}, "en": {}}
    for language, context, one in changes:
        step_by_step.keep(context, language, one)
        kept[language][context] = one
        at_once = load(("nl", "en"), configured, folder=folder)
        at_once.adopt(kept)
        assert step_by_step.state("en") == at_once.state("en")
        for context_, dutch in TEXTS:
            for code in ("nl", "en"):
                text = Text(context_, dutch, (("day", 1), ("n", 2)))
                assert step_by_step.say(text, code) == at_once.say(text, code)
                assert step_by_step.text_state(context_, code) == at_once.text_state(context_, code)


#: Catalogs that are written once, by state.
FOLDERS: dict[str, Path] = {}
