"""What is wrong between tables of the file that are right by themselves: what channels need of the rest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from bot.config.reading import is_local
from bot.errors import Finding

if TYPE_CHECKING:
    from bot.config.sections import Channels, Identity, Web


def findings_together(identity: Identity, web: Web, channels: Channels) -> Iterable[Finding]:
    """What channels need of who the municipality is and of how the world reaches it."""
    called = called_by_platforms(channels)
    if called and not web.public_url.startswith("https://") and not is_local(web.public_url):
        yield Finding(
            "web.public_url",
            f"does not begin with https, while {' and '.join(called)} must call it.",
            'Write the address of your proxy, like "https://hulp.gemeente.example".',
        )
    if channels.whatsapp is not None:
        for language in channels.whatsapp.template_languages:
            if language not in identity.languages:
                yield Finding(
                    "channels.whatsapp.template_languages",
                    f"names {language}, which is no language of yours.",
                    f"Use some of: {', '.join(identity.languages)}.",
                )


def called_by_platforms(channels: Channels) -> list[str]:
    """The channels whose platform calls us, and must be able to."""
    called = []
    if channels.telegram is not None and channels.telegram.mode == "webhook":
        called.append("telegram")
    if channels.whatsapp is not None:
        called.append("whatsapp")
    return called
