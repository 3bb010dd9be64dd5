"""Where each text is said: what the transcripts play now, rendered in every language, without a word of its own."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from bot.texts import checks, excerpts
from locales import extraction, load

LANGUAGES = ("nl", *extraction.languages())
TONGUE = load(LANGUAGES)
DUTCH = TONGUE.dutch


def test_the_excerpts_are_those_of_the_transcripts() -> None:
    """Plays every transcript, in a process of its own."""
    ended = subprocess.run(
        [sys.executable, "-m", "scripts.excerpts", "check"],
        capture_output=True,
        cwd=extraction.ROOT,
        check=False,
        text=True,
    )
    assert ended.returncode == 0, f"run python -m scripts.excerpts\n{ended.stdout[-2000:]}{ended.stderr[-500:]}"


def test_nearly_every_text_of_the_conversations_is_found() -> None:
    flows = [context for context in DUTCH if context.split(".")[0] in ("aanmelden", "crisis", "checkin", "contact")]
    found = [context for context in flows if excerpts.find(context, DUTCH) is not None]
    assert len(flows) > 500
    assert len(found) > 0.95 * len(flows)


def test_each_excerpt_shows_its_text_and_can_be_said_in_every_language() -> None:
    marked = 0
    for context in DUTCH:
        found = excerpts.find(context, DUTCH)
        if found is None:
            continue
        pieces = (*found.paragraphs, *found.buttons)
        marked += any(piece.is_it for piece in pieces)
        texts = [*found.before, *(piece.text for piece in pieces), *([found.tap.text] if found.tap else [])]
        for text in texts:
            for language in LANGUAGES:
                if TONGUE.has(text, language):
                    assert "{" not in TONGUE.say(text, language), context
    assert marked > 1500


def test_a_short_form_and_synonyms_are_shown_where_their_label_is() -> None:
    labels = [label for context in DUTCH for label in excerpts.labels_of(context) if label.label == context]
    both = next(one for one in labels if {one.short, one.words} <= DUTCH.keys() and excerpts.find(one.label, DUTCH))
    for context in (both.short, both.words):
        found = excerpts.find(context, DUTCH)
        assert found is not None
        assert any(piece.is_it for piece in found.buttons)


def test_what_no_transcript_comes_by_has_none() -> None:
    assert excerpts.find("mail.subject", DUTCH) is None
    assert excerpts.find("no.such.text", DUTCH) is None
    assert excerpts.values_of("no.such.text", DUTCH) == {}


def test_the_file_holds_contexts_and_no_words() -> None:
    written = excerpts.PATH.read_text("utf-8")
    words = re.findall(r'"([^"\\]*)"', written)
    places = (DUTCH.keys() | {word for word in words if re.fullmatch(r"[a-z]\w*(?:\.\w+)+|\w{0,20}", word)}) | {"wants"}
    strange = {word for word in words if word not in places and any(one.isalpha() for one in word)}
    assert strange <= {":113.nl"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_can_be_said_with_made_up_values(language: str) -> None:
    for context in DUTCH:
        text = checks.sampled(TONGUE, context)
        if TONGUE.has(text, language):
            assert "{" not in TONGUE.say(text, language), context
