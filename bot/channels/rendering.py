"""From a reply to what a channel sends: one rule for all channels, bounded by their limits.

Paragraphs are joined by an empty line. Buttons are reply buttons when the channel has room for that many and for every
label, else rows of a list, else rows of several pages. A label is never cut: where it does not fit, its short form
stands instead (in a list with the whole label as small print). Text that is too long becomes several messages, the
buttons under the last.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from bot.channels.limits import Limits
from bot.errors import KlopaanError
from flows.grammar import Button, Reply
from flows.text import Text, Tongue, t
from locales import direction
from locales.formatting import Direction, isolated

Kind = Literal["text", "buttons", "list", "boxes"]

#: What a person taps to see the next page of a long list; followed by the page's number. The shell answers it by
#: rendering the same reply again with that ``page``: no flow hears of it.
MORE = "!page:"

#: A tick in place of the icon, on channels that have no boxes.
TICK = "☑️"

_MORE_LABEL = t("channels.more", "Meer keuzes")
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
    text = "\n\n".join(filter(None, (_paragraph(words, language, tongue) for words in reply.paragraphs)))
    if not reply.buttons:
        return tuple(Rendered(part, language, direction(language)) for part in split(text, limits.text))
    kind, pages = _arrange(reply, lambda label: tongue.say(label, language), limits)
    if not 1 <= page <= len(pages):
        raise IndexError(f"page {page} of {len(pages)}")
    *before, last = split(text, limits.text)
    tail = split(last, limits.text_with_buttons)[-1]
    before += filter(None, [last.removesuffix(tail).rstrip()])
    return (
        *(Rendered(part, language, direction(language)) for part in before),
        Rendered(tail, language, direction(language), kind, pages[page - 1], page, len(pages)),
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
    """One paragraph; words that are in no language of ours keep their own direction inside the message."""
    words = tongue.say(text, language)
    return words if text.context else isolated(words, language)


def _arrange(reply: Reply, say: Callable[[Text], str], limits: Limits) -> tuple[Kind, list[tuple[RenderedButton, ...]]]:
    """How the buttons are shown, and which are on which page."""
    for button in reply.buttons:
        if len(button.data.encode()) > limits.data_bytes:
            raise DoesNotFit(f"data of {reply.origin} over {limits.data_bytes} bytes on {limits.channel}")
    if reply.many and limits.boxes:
        return "boxes", [tuple(_whole(button, say) for button in reply.buttons)]
    if len(reply.buttons) <= limits.buttons:
        fitting = [_fitted(button, say, limits.button_label) for button in reply.buttons]
        shown = tuple(button for button in fitting if button)
        if len(shown) == len(reply.buttons):
            return "buttons", [shown]
    if not limits.rows:
        raise DoesNotFit(f"{_contexts(reply)} over {limits.buttons} of {limits.button_label} on {limits.channel}")
    rows = [_row(button, say, limits, reply) for button in reply.buttons]
    if len(rows) <= limits.rows:
        return "list", [tuple(rows)]
    step = limits.rows - 1
    pages = [tuple(rows[at : at + step]) for at in range(0, len(rows), step)]
    more = [
        RenderedButton(f"{MORE}{number % len(pages) + 1}", "➕", say(_MORE_LABEL))
        for number in range(1, len(pages) + 1)
    ]
    return "list", [(*rows_of_page, turn) for rows_of_page, turn in zip(pages, more, strict=True)]


def _whole(button: Button, say: Callable[[Text], str]) -> RenderedButton:
    return RenderedButton(button.data, button.icon, say(button.label), button.ticked)


def _fitted(button: Button, say: Callable[[Text], str], limit: int) -> RenderedButton | None:
    """The button with its label, else with its short form, else None."""
    for words in filter(None, (button.label, button.short)):
        shown = RenderedButton(button.data, button.icon, say(words), button.ticked)
        if length(shown.title) <= limit:
            return shown
    return None


def _row(button: Button, say: Callable[[Text], str], limits: Limits, reply: Reply) -> RenderedButton:
    shown = _fitted(button, say, limits.row_label)
    if shown is None:
        raise DoesNotFit(f"{button.label.context} of {reply.origin} over {limits.row_label} on {limits.channel}")
    whole = say(button.label)
    if shown.label == whole or length(whole) > limits.row_description:
        return shown
    return RenderedButton(shown.data, shown.icon, shown.label, shown.ticked, whole)


def _contexts(reply: Reply) -> str:
    return ", ".join(button.label.context for button in reply.buttons)
