"""What a text asks for: the names between its braces."""

from __future__ import annotations

from dataclasses import dataclass

from locales.template import Template, parse


@dataclass(frozen=True, slots=True)
class Placeholders:
    """What a wording of one text may ask for: ``names``, and those of them that are numbers and can be counted."""

    names: frozenset[str] = frozenset()
    counted: frozenset[str] = frozenset()

    def check(self, words: str) -> None:
        """Raises ``ValueError`` when ``words`` cannot be a wording of this text."""
        asked = asked_by(parse(words))
        if unknown := asked.names - self.names:
            raise ValueError(f"no such placeholder: {', '.join(sorted(unknown))}")
        if uncounted := asked.counted - self.counted:
            raise ValueError(f"not a number to count: {', '.join(sorted(uncounted))}")


NOTHING = Placeholders()


def asked_in(words: str) -> Placeholders:
    """What a text that comes with the program asks for; most ask for nothing, and are not read for that."""
    return asked_by(parse(words)) if "{" in words else NOTHING


def asked_by(template: Template) -> Placeholders:
    """What ``template`` asks for, in its plurals too."""
    inner = [asked_by(form) for plural in template.plurals for _, form in plural.forms]
    counted = frozenset(plural.name for plural in template.plurals)
    return Placeholders(template.names, counted.union(*(one.counted for one in inner)))
