"""What is read on a button of the menu is understood in the middle of something else, as its sisters are."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from flows.registry import all_flows
from tests.transcripts.player import LANGUAGES, TONGUE, Chat

MENUS = {name: flow.menu for name, flow in all_flows().items() if flow.menu is not None}
#: Where boxes are ticked, where a button is chosen, where an appointment is made, and where any word may be looked up.
AMID = ("recht", "kaarten", "afspraak", "uitleg", "woordenlijst")


def names(name: str, language: str) -> Iterator[str]:
    """All that may stand on its button, as people copy it."""
    menu = MENUS[name]
    for text in dict.fromkeys((menu.label, menu.short or menu.label)):
        label = TONGUE.say(text, language)
        yield from dict.fromkeys((label, label.rstrip("?؟"), f"{menu.icon} {label}", f"{label.upper()}."))


def amid(chat: Chat, place: str, language: str) -> Chat:
    """In the middle of something."""
    return chat.starts("menu").speaking(language).taps_data(f"!go:{place}")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("place", AMID)
@pytest.mark.parametrize("name", list(MENUS))
def test_every_name_in_the_menu_leads_there(name: str, place: str, language: str) -> None:
    for said in names(name, language):
        chat = amid(Chat(), place, language).types(said)
        assert chat.turn.replies[0].origin.partition(".")[0] == name, said
        assert chat.session.missed == 0, said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [name for name in MENUS if name != "overdracht"])
def test_it_waits_below_the_hello_of_who_begins_with_it(name: str, language: str) -> None:
    for said in names(name, language):
        chat = Chat().types(said)
        assert chat.turn.replies[0].origin == "welkom.hello"
        assert name in [frame.flow for frame in chat.session.stack], said


@pytest.mark.parametrize("text", ["how does it work", "appointments and list", "where do i stand", "How it works"])
def test_names_as_they_are_typed(chat: Chat, text: str) -> None:
    assert amid(chat, "recht", "en").types(text).turn.replies[0].origin != "recht.monthly"


@pytest.mark.parametrize("text", ["mijn berichten komen niet aan", "afspraken over mijn huur", "uitleggen lukt niet"])
def test_a_name_among_other_words_is_no_name(chat: Chat, text: str) -> None:
    said = chat.starts("aanmelden").taps("🙋 Voor mijzelf").taps("👉 Klaar").types(text)
    assert said.session.top.flow == "aanmelden"
