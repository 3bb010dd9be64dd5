"""What works but deserves a look before residents rely on it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from bot.config.reading import is_local, nearest
from bot.config.together import called_by_platforms
from bot.config.wordings import OWN_WORDS, known_texts
from bot.errors import Finding
from bot.templates import TEMPLATES

if TYPE_CHECKING:
    from bot.config import Config


def check(config: Config) -> list[Finding]:
    """What works but deserves a look before residents rely on it."""
    found: list[Finding] = []

    def warn(key: str, problem: str, advice: str) -> None:
        found.append(Finding(key, problem, advice))

    if not config.web.public_url.startswith("https://") and not is_local(config.web.public_url):
        warn("web.public_url", "does not begin with https.", "Residents' messages would travel in clear.")
    if "smtp" not in config.given:
        warn("smtp", "is not configured.", "Alarms go through the mail server on this machine: see that there is one.")
    if not config.crisis.escalate_to:
        warn(
            "crisis.escalate_to",
            "names nobody.",
            "An alarm that nobody answers then goes to alarm_email again and again. Name who is called next.",
        )
    if not config.crisis.food_help:
        warn("crisis.food_help", "is empty.", "Say where people without food get help today.")
    for language in config.identity.languages:
        for context in OWN_WORDS:
            words = getattr(config.crisis, context.removeprefix("gemeente."))
            in_words = any(character.isalpha() for character in words)
            if language != "nl" and in_words and context not in config.texts.get(language, {}):
                warn(f"texts.{language}", f"has no {context}.", "People who read that language see it in Dutch.")
    known = known_texts() if config.texts else {}
    for language, wordings in config.texts.items():
        for context in wordings:
            if context not in known:
                warn(f"texts.{language}.{context}", "is no text of Klopaan's: nobody sees it.", nearest(context, known))
    if not config.identity.phone:
        warn("gemeente.phone", "is empty.", "Residents like to know which number they can call.")
    if not config.identity.privacy_url:
        warn("gemeente.privacy_url", "is empty.", "Link to the whole text about what happens with data.")
    if not config.identity.postcodes:
        warn("gemeente.postcodes", "is empty.", "Everyone counts as a resident, wherever they live.")
    if "hours" not in config.given:
        warn("hours", "is not configured.", "Klopaan takes Monday to Friday from 9:00 to 17:00.")
    if config.promises.first_contact > 2 or config.promises.intake > 10:
        warn("promises", "are slower than those of the NVVK (2 and 10 days).", "See that this is what was decided.")
    if _contrast_with_white(config.identity.colour) < 4.5:
        warn("gemeente.colour", "is too light for white text on it (WCAG 1.4.3).", "Choose a darker one.")
    outside = config.openklant
    if outside is not None and not outside.url.startswith("https://") and not is_local(outside.url):
        warn("openklant.url", "does not begin with https.", "The token would travel in clear.")
    return [*found, *_about_channels(config)]


def _about_channels(config: Config) -> Iterable[Finding]:
    channels, languages = config.channels, config.identity.languages
    for name, channel in (("telegram", channels.telegram), ("whatsapp", channels.whatsapp)):
        if channel is not None and not channel.api_url.startswith("https://") and not is_local(channel.api_url):
            yield Finding(
                f"channels.{name}.api_url",
                "does not begin with https.",
                "Token and messages would travel in clear.",
            )
    called = called_by_platforms(channels)
    if called and is_local(config.web.public_url):
        yield Finding(
            "web.public_url", "is on this machine.", f"Nobody else can call it, {' and '.join(called)} neither."
        )
    if channels.email is not None and not config.smtp.sender:
        yield Finding(
            "smtp.sender",
            "is empty.",
            "Residents would get e-mail from the address of the alarms.",
        )
    whatsapp = channels.whatsapp
    if whatsapp is None:
        return
    if not whatsapp.phone:
        yield Finding("channels.whatsapp.phone", "is empty.", "Klopaan cannot make links to it without the number.")
    for name in TEMPLATES:
        if name not in dict(whatsapp.templates):
            yield Finding(
                f"channels.whatsapp.templates.{name}",
                "is missing.",
                "Later than 24 hours after someone's last message nothing can be sent; the desk is told each time.",
            )
    missing = [name for name in languages if whatsapp.template_languages and name not in whatsapp.template_languages]
    if missing:
        yield Finding(
            "channels.whatsapp.template_languages",
            f"does not name {', '.join(missing)}.",
            "Who reads that gets nothing later than 24 hours after their last message; the desk is told each time.",
        )


def _contrast_with_white(colour: str) -> float:
    """The contrast ratio of WCAG 2.2 between ``#rrggbb`` and white, 1 to 21."""
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
