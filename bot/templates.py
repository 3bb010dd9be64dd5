"""The messages that WhatsApp wants approved beforehand: 24 hours after someone's last message nothing else goes out.

Inside those hours the very same words go as an ordinary message, so that nobody can tell the two apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flows.text import Text, Tongue, t
from locales.template import parse


@dataclass(frozen=True, slots=True)
class Template:
    """``name`` is ours, as in ``[channels.whatsapp] templates``; ``values`` are the placeholders of ``text``, in the
    order of ``{{1}}``, ``{{2}}`` … in every language."""

    name: str
    text: Text
    values: tuple[str, ...]

    def body(self, tongue: Tongue, language: str) -> str:
        """The words to submit to WhatsApp, with numbers in the place of values."""
        numbers = {name: f"{{{{{place}}}}}" for place, name in enumerate(self.values, 1)}
        return tongue.say(self.text.but(**numbers), language)

    def problem(self, words: str) -> str:
        """Why ``words`` (with named placeholders) cannot be submitted in the place of ours; empty when they can be.

        Rules of the Cloud API: a body neither begins nor ends with a variable, and the number of its variables is the
        number of values that are sent.
        """
        parts = parse(words).parts
        asked = [part.name for part in parts if not isinstance(part, str)]
        if sorted(asked) != sorted(self.values):
            return f"does not have each of {', '.join(f'{{{name}}}' for name in self.values)} once"
        ends = (parts[0], parts[-1])
        if not all(isinstance(part, str) and part.strip() for part in ends):
            return "begins or ends with a value, which WhatsApp refuses"
        return ""


SEINTJE = Template(
    "seintje",
    t(
        "seintje.template",
        "U heeft een bericht van {sender}.\nU leest het via deze link: {link}\nDe link is alleen voor u.",
    ),
    ("sender", "link"),
)

TEMPLATES: Mapping[str, Template] = {template.name: template for template in (SEINTJE,)}
