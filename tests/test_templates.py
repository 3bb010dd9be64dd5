"""What WhatsApp approves beforehand can be submitted in every language, and is what goes within the hours too."""

from __future__ import annotations

import re

import pytest

from bot.templates import SEINTJE, TEMPLATES, Template
from flows.text import t
from locales import load
from locales.extraction import languages

TONGUE = load(("nl", *languages()), strict=True)

#: Cloud API: a body of at most 1,024 characters; with n variables at least 2n + 1 other words.
LONGEST_BODY = 1024


@pytest.mark.parametrize("language", ["nl", *languages()])
@pytest.mark.parametrize("template", TEMPLATES.values(), ids=list(TEMPLATES))
def test_a_template_can_be_submitted_in_every_language(template: Template, language: str) -> None:
    body = template.body(TONGUE, language)
    assert re.findall(r"\{\{(\d+)\}\}", body) == [str(place) for place in range(1, len(template.values) + 1)]
    assert body == body.strip()
    assert re.match(r"\w", body), "begins with a variable"
    assert re.search(r"\w[.!?]\Z", body), "ends with a variable"
    assert not re.search(r"\}\}\W*\{\{", body), "two variables side by side"
    words = re.sub(r"\{\{\d\}\}", "", body)
    assert len(words.split()) >= 2 * len(template.values) + 1
    assert len(body) <= LONGEST_BODY
    assert "{" not in words


@pytest.mark.parametrize("language", ["nl", *languages()])
def test_what_is_approved_is_what_goes_within_the_hours(language: str) -> None:
    said = TONGUE.say(SEINTJE.text.but(sender="Noor", link="https://hulp.example/c/x"), language)
    assert SEINTJE.body(TONGUE, language).replace("{{1}}", "Noor").replace("{{2}}", "https://hulp.example/c/x") == said


def test_the_notice_gives_nothing_away() -> None:
    for language in ("nl", *languages()):
        assert not re.search(r"schuld|geld|debt|money|ديون|مال", SEINTJE.body(TONGUE, language), re.IGNORECASE)


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("Bericht van {sender}: {link} Voor u.", ""),
        ("{sender} schreef u: {link} Voor u.", "begins or ends"),
        ("Bericht van {sender}: {link}", "begins or ends"),
        ("Bericht van {sender}.", "does not have each of {sender}, {link} once"),
        ("Van {sender}, {sender}: {link} Voor u.", "does not have each"),
        ("U heeft een bericht.", "does not have each"),
    ],
)
def test_own_words_must_be_fit_for_submission_too(words: str, problem: str) -> None:
    said = SEINTJE.problem(words)
    assert said.startswith(problem) if problem else said == ""


def test_own_words_are_what_is_submitted() -> None:
    tongue = load(("nl",), {"nl": {"seintje.template": "Bericht van {sender}: {link} Voor u."}})
    assert SEINTJE.body(tongue, "nl") == "Bericht van {{1}}: {{2}} Voor u."
    assert Template("x", t("x.x", "a {b} c"), ("b",)).body(tongue, "nl") == "a {{1}} c"
