"""The links that a municipality sets, per language, as they stand under a text."""

from __future__ import annotations

from flows.grammar import Case, Text, t

#: In Dutch, where there is no link in the person's own language.
_SOURCE = "nl"


def links(case: Case, about: str) -> tuple[Text, ...]:
    """The links about that in the person's language; else those in Dutch, which are said to be so. What is past its
    review is not shown."""
    today = case.moment.now.date()
    current = [link for link in case.moment.gemeente.links if link.about == about and today <= link.reviewed]
    mine = [link for link in current if link.language == case.language]
    if mine or case.language == _SOURCE:
        return tuple(t("links.link", "🔗 {title}\n{url}", title=link.title, url=link.url) for link in mine)
    return tuple(
        t("links.in_dutch", "🔗 {title} (in het Nederlands)\n{url}", title=link.title, url=link.url)
        for link in current
        if link.language == _SOURCE
    )
