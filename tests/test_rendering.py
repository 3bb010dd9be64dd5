"""One rule turns a reply into what a channel can show; nothing is cut off."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.limits import TELEGRAM, WEBCHAT, WHATSAPP, Limits
from bot.channels.rendering import TICK, DoesNotFit, length, render, split
from flows.grammar import Button, Reply
from flows.text import t, verbatim
from locales import load
from locales.formatting import CLOSE, OPEN

TONGUE = load((), strict=True)


def button(
    label: str, short: str | None = None, *, icon: str = "🏠", data: str = "a.b:c", ticked: bool = False
) -> Button:
    return Button(data, icon, verbatim(label), verbatim(short) if short else None, ticked)


def reply(*buttons: Button, text: str = "Waar gaat het over?", many: bool = False) -> Reply:
    return Reply((verbatim(text),), buttons, origin="a.b", many=many)


def test_paragraphs_are_joined_by_an_empty_line() -> None:
    (message,) = render(Reply((verbatim("Dag."), verbatim(""), verbatim("Hoe is het?"))), "nl", TONGUE, WHATSAPP)
    assert (message.text, message.kind, message.direction) == ("Dag.\n\nHoe is het?", "text", "ltr")


def test_a_few_short_labels_are_buttons_everywhere() -> None:
    for limits in (WEBCHAT, TELEGRAM, WHATSAPP):
        (message,) = render(reply(button("Ja"), button("Nee")), "nl", TONGUE, limits)
        assert message.kind == "buttons"
        assert [shown.title for shown in message.buttons] == ["🏠 Ja", "🏠 Nee"]


def test_a_short_form_stands_in_where_the_label_does_not_fit() -> None:
    (message,) = render(reply(button("Ik wil liever iemand bellen", "Liever bellen")), "nl", TONGUE, WHATSAPP)
    assert (message.kind, message.buttons[0].label) == ("buttons", "Liever bellen")
    (message,) = render(reply(button("Ik wil liever iemand bellen", "Liever bellen")), "nl", TONGUE, TELEGRAM)
    assert message.buttons[0].label == "Ik wil liever iemand bellen"


def test_four_choices_are_a_list_on_whatsapp_with_the_whole_label_as_small_print() -> None:
    buttons = [
        button("Huur of hypotheek van mijn huis", "Huur of hypotheek"),
        *(button(f"Keuze {n}") for n in range(3)),
    ]
    (message,) = render(reply(*buttons), "nl", TONGUE, WHATSAPP)
    assert message.kind == "list"
    assert [(row.label, row.description) for row in message.buttons[:2]] == [
        ("Huur of hypotheek", "Huur of hypotheek van mijn huis"),
        ("Keuze 0", ""),
    ]


def test_a_label_that_fits_only_a_list_makes_a_list_of_few() -> None:
    (message,) = render(reply(button("Een keuze van twintig")), "nl", TONGUE, WHATSAPP)
    assert (message.kind, message.buttons[0].title) == ("list", "🏠 Een keuze van twintig")


def test_what_does_not_fit_is_refused_rather_than_cut() -> None:
    for limits in (WHATSAPP, TELEGRAM):
        with pytest.raises(DoesNotFit):
            render(reply(button("Een keuze die werkelijk nergens op past, hoe dan ook")), "nl", TONGUE, limits)
    with pytest.raises(DoesNotFit, match="64 bytes"):
        render(reply(button("Ja", data="é" * 33)), "nl", TONGUE, TELEGRAM)


def test_more_than_ten_are_pages_that_hold_every_choice_once() -> None:
    choices = reply(*(button(f"Keuze {n}", data=f"a.b:{n}") for n in range(25)))
    pages = [render(choices, "nl", TONGUE, WHATSAPP, page=page)[-1] for page in (1, 2, 3)]
    assert [(message.kind, message.page, message.pages) for message in pages] == [("list", n, 3) for n in (1, 2, 3)]
    assert [row.data for message in pages for row in message.buttons[:-1]] == [f"a.b:{n}" for n in range(25)]
    assert [message.buttons[-1].data for message in pages] == ["!page:2", "!page:3", "!page:1"]
    assert all(len(message.buttons) <= 10 for message in pages)
    with pytest.raises(IndexError):
        render(choices, "nl", TONGUE, WHATSAPP, page=4)
    assert len(render(choices, "nl", TONGUE, TELEGRAM)[-1].buttons) == 25


def test_where_several_can_be_ticked_the_next_page_is_said_to_end_the_list() -> None:
    choices = reply(*(button(f"Keuze {n}", data=f"a.b:{n}") for n in range(25)), many=True)
    turns = [render(choices, "nl", TONGUE, WHATSAPP, page=page)[-1].buttons[-1].label for page in (1, 2, 3)]
    assert turns == ["Meer, of klaar", "Meer, of klaar", "Meer keuzes"]


def test_boxes_where_the_channel_has_them_and_ticks_where_not() -> None:
    ticked = reply(button("Huur", ticked=True), button("Energie"), many=True)
    (web,) = render(ticked, "nl", TONGUE, WEBCHAT)
    (telegram,) = render(ticked, "nl", TONGUE, TELEGRAM)
    assert (web.kind, [shown.ticked for shown in web.buttons]) == ("boxes", [True, False])
    assert (telegram.kind, telegram.buttons[0].title) == ("buttons", f"{TICK} Huur")


def test_a_long_text_goes_before_and_its_end_carries_the_buttons() -> None:
    long = "\n\n".join(f"Alinea {n}. " + "Dit is een zin. " * 30 for n in range(12)) + "\n\nKlopt dit?"
    messages = render(reply(button("Ja"), text=long), "nl", TONGUE, WHATSAPP)
    assert [bool(message.buttons) for message in messages] == [False] * (len(messages) - 1) + [True]
    assert messages[-1].text.endswith("Klopt dit?")
    assert all(length(message.text) <= 4096 for message in messages[:-1])
    assert length(messages[-1].text) <= 1024
    assert "".join("".join(message.text.split()) for message in messages) == "".join(long.split())


def test_a_message_knows_its_language_and_direction() -> None:
    (message,) = render(reply(button("Ja")), "ar", load(("ar",)), WHATSAPP)
    assert (message.language, message.direction) == ("ar", "rtl")


def test_words_in_no_language_keep_their_own_direction() -> None:
    address = Reply((verbatim("Voedselbank, Kade 1."),))
    assert render(address, "ar", load(("ar",)), WEBCHAT)[0].text == f"{OPEN}Voedselbank, Kade 1.{CLOSE}"
    assert render(address, "nl", TONGUE, WEBCHAT)[0].text == "Voedselbank, Kade 1."


@pytest.mark.parametrize("limits", [WEBCHAT, TELEGRAM, WHATSAPP], ids=lambda limits: limits.channel)
def test_a_web_address_stands_bare_so_that_no_app_takes_more_along(limits: Limits) -> None:
    link = t("test.link", "Lees het hier: {link}", link="https://hulp.example/c/x?taal=ar")
    (message,) = render(Reply((link,), (Button("a.b:c", "🏠", verbatim("Ja")),)), "ar", load(("ar",)), limits)
    assert message.text == "Lees het hier: https://hulp.example/c/x?taal=ar"


words = st.text(alphabet="abcé🏠ع", min_size=1, max_size=12)
texts = st.lists(st.tuples(words, st.sampled_from([" ", ". ", "\n\n", "\n", "! "])), max_size=60).map(
    lambda pairs: "".join(word + end for word, end in pairs).strip()
)


@given(text=texts, limit=st.integers(min_value=30, max_value=200))
def test_a_split_text_loses_nothing_and_breaks_no_word(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert all(length(part) <= limit for part in parts)
    assert " ".join(parts).split() == text.split()


def test_a_split_prefers_paragraphs_to_sentences_and_sentences_to_words() -> None:
    assert split("Een twee.\n\nDrie vier. Vijf zes.", 22) == ["Een twee.", "Drie vier. Vijf zes."]
    assert split("Een twee. Drie vier. Vijf zes.", 22) == ["Een twee. Drie vier.", "Vijf zes."]
    assert split("Een twee drie vier", 10) == ["Een twee", "drie vier"]
    assert split("x" * 25, 10) == ["x" * 10, "x" * 10, "x" * 5]


def test_lengths_count_as_the_strictest_channel_does() -> None:
    assert (length("é"), length("🏠"), length("☑️")) == (1, 2, 2)
    with pytest.raises(DoesNotFit):
        render(reply(button("🏠🏠🏠")), "nl", TONGUE, replace(TELEGRAM, button_label=8))
