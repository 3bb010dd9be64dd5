"""What is still to do on the platforms themselves, with the very words and addresses to fill in there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import quote

from bot.channels import start
from bot.config import Config
from bot.config.sections import Telegram, Whatsapp
from bot.templates import TEMPLATES, Template
from locales import Catalogs, load, own_name

#: A deep link as on a poster in the library, which opens the sign-up.
EXAMPLE = ("aanmelden", "bibliotheek")


def steps(config: Config) -> Iterator[str]:
    """Lines to read, a blank one before each channel."""
    channels, public = config.channels, config.web.public_url
    flow, source = EXAMPLE
    if channels.webchat is not None:
        yield from _titled("Web chat", [f"Links for posters: {public}/?naar={flow}&van={source}"])
    if channels.telegram is not None:
        yield from _titled("Telegram", _telegram(channels.telegram, public))
    if channels.whatsapp is not None:
        tongue = load(config.identity.languages, config.texts)
        yield from _titled("WhatsApp", _whatsapp(channels.whatsapp, config, tongue))


def _titled(title: str, lines: Sequence[str] | Iterator[str]) -> Iterator[str]:
    yield ""
    yield title
    yield from (f"  {line}".rstrip() for line in lines)


def _telegram(telegram: Telegram, public: str) -> Iterator[str]:
    yield f"Links for posters: https://t.me/{telegram.username or '<the bot>'}?start={start.payload(*EXAMPLE)}"
    if telegram.mode == "webhook":
        yield f"Klopaan tells Telegram by itself to call {public}/webhooks/telegram."


def _whatsapp(whatsapp: Whatsapp, config: Config, tongue: Catalogs) -> Iterator[str]:
    text = quote(f"start {start.payload(*EXAMPLE)}")
    yield f"Links for posters: https://wa.me/{whatsapp.phone or '<the number>'}?text={text}"
    yield f"Webhook to register, with the field messages: {config.web.public_url}/webhooks/whatsapp"
    examples = {"sender": config.identity.name, "link": f"{config.web.public_url}/c/voorbeeld"}
    approved = dict(whatsapp.templates)
    for template in TEMPLATES.values():
        name = approved.get(template.name)
        yield ""
        yield f"Template to have approved: {name or template.name}, category Utility"
        if name is None:
            yield f'When it is, write: templates = {{ {template.name} = "{template.name}" }}'
        for language in whatsapp.template_languages or config.identity.languages:
            yield ""
            yield f"{own_name(language)} ({language})"
            yield from (f"  {line}" for line in template.body(tongue, language).splitlines())
        yield ""
        yield from _examples(template, examples)


def _examples(template: Template, examples: dict[str, str]) -> Iterator[str]:
    yield "Examples of what goes in it"
    for place, name in enumerate(template.values, 1):
        yield f"  {{{{{place}}}}}  {examples[name]}"
