"""From a reply to what a channel sends: one rule for all channels, bounded by their limits.

Paragraphs are joined by an empty line. Buttons are reply buttons when the channel has room for that many and for every
label, else rows of a list, else rows of several pages. A label is never cut: where it does not fit, its short form
stands instead (in a list with the whole label as small print). Text that is too long becomes several messages, the
buttons under the last. What is stored is whole (`say`); it is fitted to the channel when it is sent (`fit`), which may
be another one than it was written for.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from bot.channels.limits import Limits
from bot.content import Content, SentButton
from bot.errors import KlopaanError
from flows.grammar import Reply
from flows.text import Text, Tongue, t
from locales import direction
from locales.formatting import CLOSE, OPEN, Direction, isolated

Kind = Literal["text", "buttons", "list", "boxes"]

#: What a person taps to see the next page of a long list; followed by the page's number. The shell answers it by
#: rendering the same reply again with that ``page``: no flow hears of it.
MORE = "!page:"

#: A tick in place of the icon, on channels that have no boxes.
TICK = "☑️"

_MORE_LABEL = t("channels.more", "Meer keuzes")
#: Where several can be ticked, what ends the list is on its last page.
_MORE_OR_DONE = t("channels.more_or_done", "Meer, of klaar")
#: Some apps would take what sets off foreign words in a right-to-left text along as a part of the address.
_ISOLATED_LINK = re.compile(rf"{OPEN}(https?://[^\s{OPEN}{CLOSE}]+){CLOSE}")
_ENDS = (re.compile(r"\n\s*\n"), re.compile(r"(?<=[.!?؟…])\s+"), re.compile(r"\s+"))


class DoesNotFit(KlopaanError):
    """A label or its data is too long for the channel; the message names contexts and limits, no words of a person."""


@dataclass(frozen=True, slots=True)
class RenderedButton:
    """A button in the person's language. ``description`` is the whole label where ``label`` is the short form."""

    data: str
    icon: str
    label: str
    ticked: bool = False
    description: str = ""

    @property
    def title(self) -> str:
        """Icon and label, for channels that show them as one string."""
        return " ".join(part for part in (TICK if self.ticked else self.icon, self.label) if part)


@dataclass(frozen=True, slots=True)
class Rendered:
    """One message as a channel sends it. ``page`` of ``pages``: which part of a long list its buttons are."""

    text: str
    language: str
    direction: Direction
    kind: Kind = "text"
    buttons: tuple[RenderedButton, ...] = ()
    page: int = 1
    pages: int = 1


def render(reply: Reply, language: str, tongue: Tongue, limits: Limits, *, page: int = 1) -> tuple[Rendered, ...]:
    """The messages that say ``reply`` in ``language``; the last carries the buttons.

    Raises ``DoesNotFit`` when neither a label nor its short form fits, ``IndexError`` when there is no such ``page``.
    """
    return fit(say(reply, language, tongue), limits, tongue, page=page)


def say(reply: Reply, language: str, tongue: Tongue) -> Content:
    """``reply`` in ``language``, whole, before any channel. What is Dutch on purpose, with the same beside it in the
    person's language, is said once to who reads Dutch."""
    paragraphs = [words for words, _ in groupby(_paragraph(text, language, tongue) for text in reply.paragraphs)]
    return Content(
        text="\n\n".join(filter(None, paragraphs)),
        language=language,
        texts=reply.paragraphs,
        buttons=tuple(
            SentButton(
                button.data,
                button.icon,
                tongue.say(button.label, language),
                button.label,
                button.ticked,
                button.short,
            )
            for button in reply.buttons
        ),
        origin=reply.origin,
        many=reply.many,
        asks_text=reply.asks_text,
        safe=reply.safe,
        sensitive=reply.sensitive,
        picture=reply.picture,
        aloud=reply.aloud,
    )


def fit(content: Content, limits: Limits, tongue: Tongue, *, page: int = 1) -> tuple[Rendered, ...]:
    """``content`` as the channel shows it. Raises as `render`."""
    language, way = content.language, direction(content.language)
    text = _ISOLATED_LINK.sub(r"\1", content.text)
    if not content.buttons or not (limits.buttons or limits.rows):
        return tuple(Rendered(part, language, way) for part in split(text, limits.text))
    kind, pages = _arrange(content, lambda text: tongue.say(text, language), limits)
    if not 1 <= page <= len(pages):
        raise IndexError(f"page {page} of {len(pages)}")
    *before, last = split(text, limits.text)
    tail = split(last, limits.text_with_buttons)[-1]
    before += filter(None, [last.removesuffix(tail).rstrip()])
    return (
        *(Rendered(part, language, way) for part in before),
        Rendered(tail, language, way, kind, pages[page - 1], page, len(pages)),
    )


def length(words: str) -> int:
    """Length as channels count it: UTF-16 code units."""
    return len(words.encode("utf-16-le")) // 2


def split(text: str, limit: int) -> list[str]:
    """``text`` in parts of at most ``limit``: between paragraphs, else sentences, else words.

    A single word that is longer than ``limit`` (a web address, say) is the one thing that is broken.
    """
    parts = _split(text, limit, level=0)
    return parts or [""]


def _split(text: str, limit: int, level: int) -> list[str]:
    if length(text) <= limit:
        return [text] if text else []
    if level == len(_ENDS):
        return _slices(text, limit)
    parts: list[str] = []
    start = end = 0  # of the part being filled, in ``text``
    borders = [(found.start(), found.end()) for found in _ENDS[level].finditer(text)] + [(len(text), len(text))]
    piece_start = 0
    for piece_end, next_start in borders:
        if length(text[start:piece_end]) > limit and end > start:
            parts.append(text[start:end])
            start = piece_start
        if length(text[start:piece_end]) > limit:
            parts += _split(text[start:piece_end], limit, level + 1)
            start = next_start
        end, piece_start = piece_end, next_start
    if end > start:
        parts.append(text[start:end])
    return parts


def _slices(word: str, limit: int) -> list[str]:
    slices = [""]
    for character in word:
        if length(slices[-1] + character) > limit:
            slices.append("")
        slices[-1] += character
    return slices


def _paragraph(text: Text, language: str, tongue: Tongue) -> str:
    """One paragraph; words that are in no language of ours keep their own direction in the message, line by line."""
    words = tongue.say(text, language)
    return words if text.context else "\n".join(isolated(line, language) for line in words.split("\n"))


def _arrange(
    content: Content, say: Callable[[Text], str], limits: Limits
) -> tuple[Kind, list[tuple[RenderedButton, ...]]]:
    """How the buttons are shown, and which are on which page."""
    for button in content.buttons:
        if len(button.data.encode()) > limits.data_bytes:
            raise DoesNotFit(f"data of {content.origin} over {limits.data_bytes} bytes on {limits.channel}")
    if content.many and limits.boxes:
        return "boxes", [tuple(_whole(button) for button in content.buttons)]
    if len(content.buttons) <= limits.buttons:
        fitting = [_fitted(button, say, limits.button_label) for button in content.buttons]
        shown = tuple(button for button in fitting if button)
        if len(shown) == len(content.buttons):
            return "buttons", [shown]
    if not limits.rows:
        raise DoesNotFit(f"{_contexts(content)} over {limits.buttons} of {limits.button_label} on {limits.channel}")
    rows = [_row(button, say, limits, content) for button in content.buttons]
    if len(rows) <= limits.rows:
        return "list", [tuple(rows)]
    step = limits.rows - 1
    pages = [tuple(rows[at : at + step]) for at in range(0, len(rows), step)]
    more = [
        RenderedButton(
            f"{MORE}{number % len(pages) + 1}",
            "➕",
            say(_MORE_OR_DONE if content.many and number < len(pages) else _MORE_LABEL),
        )
        for number in range(1, len(pages) + 1)
    ]
    return "list", [(*rows_of_page, turn) for rows_of_page, turn in zip(pages, more, strict=True)]


def _whole(button: SentButton) -> RenderedButton:
    return RenderedButton(button.data, button.icon, button.label, button.ticked)


def _fitted(button: SentButton, say: Callable[[Text], str], limit: int) -> RenderedButton | None:
    """The button with its label, else with its short form, else None."""
    for words in (button.label, *([say(button.short)] if button.short else [])):
        shown = RenderedButton(button.data, button.icon, words, button.ticked)
        if length(shown.title) <= limit:
            return shown
    return None


def _row(button: SentButton, say: Callable[[Text], str], limits: Limits, content: Content) -> RenderedButton:
    shown = _fitted(button, say, limits.row_label)
    if shown is None:
        context = button.source.context
        raise DoesNotFit(f"{context} of {content.origin} over {limits.row_label} on {limits.channel}")
    if shown.label == button.label or length(button.label) > limits.row_description:
        return shown
    return RenderedButton(shown.data, shown.icon, shown.label, shown.ticked, button.label)


def _contexts(content: Content) -> str:
    return ", ".join(button.source.context for button in content.buttons)
