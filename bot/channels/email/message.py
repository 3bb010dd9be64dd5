"""A letter as it goes out: plain text, and the same as the least HTML that reads right from either side."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime
from html import escape

from bot import uploads
from bot.outgoing import Letter, Outgoing

#: A web address in a text. What isolates it from right-to-left text is no part of it, nor is what ends a sentence.
_LINK = re.compile(r"https?://[^\s<>\"\u2066-\u2069]*[^\s<>\"\u2066-\u2069.,;:!?)]")
#: Mail programs find links by themselves, and would take the isolates along.
_ISOLATED_LINK = re.compile(rf"[\u2066-\u2068]({_LINK.pattern})\u2069")


class _AsItIs(UnstructuredHeader, BaseHeader):
    """A header of one address: folded or encoded it would be none."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


#: Text is ASCII to mail programs unless it says otherwise; the method is the file's own (RFC 6047, 2.4).
_CALENDAR = {"charset": "utf-8", "method": "PUBLISH"}

_headers = HeaderRegistry()
_headers.map_to_type("list-unsubscribe", _AsItIs)
#: Every server takes 7 bits.
_POLICY = SMTP.clone(cte_type="7bit", header_factory=_headers)


def written(outgoing: Outgoing, letter: Letter, *, sender: Address, to: Address, message_id: str) -> EmailMessage:
    """The whole message. Nothing of it is fetched from elsewhere, and nothing tells whether it was read."""
    message = EmailMessage(policy=_POLICY)
    message["From"] = sender
    message["To"] = to
    message["Subject"] = " ".join(letter.subject.split())  # a name in it may have lines, a header has one
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    message["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(_plain(outgoing, letter))
    message.add_alternative(_html(outgoing, letter), subtype="html")
    if outgoing.file is not None:
        kind, _, subtype = outgoing.file.media_type.partition("/")
        message.add_attachment(
            outgoing.file.data,
            maintype=kind,
            subtype=subtype,
            filename=uploads.file_name(outgoing.file.media_type),
            params=_CALENDAR if outgoing.file.media_type == uploads.CALENDAR else None,
        )
    return message


def _plain(outgoing: Outgoing, letter: Letter) -> str:
    return _ISOLATED_LINK.sub(r"\1", "\n\n".join(filter(None, (outgoing.shown.text, letter.foot)))) + "\n"


def _html(outgoing: Outgoing, letter: Letter) -> str:
    shown = outgoing.shown
    way = f'lang="{escape(shown.language)}" dir="{shown.direction}"'
    # Said twice: programs that show mail in a page of their own leave out <html> and <body>.
    return (
        f'<!doctype html>\n<html {way}>\n<head><meta charset="utf-8"><title>{escape(letter.subject)}</title></head>\n'
        f"<body>\n<div {way}>\n{_paragraphs(shown.text)}<hr>\n{_paragraphs(letter.foot)}</div>\n</body>\n</html>\n"
    )


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{_linked(part)}</p>\n" for part in re.split(r"\n\s*\n", text) if part)


def _linked(text: str) -> str:
    parts, end = [], 0
    for link in _LINK.finditer(text):
        shown = escape(link[0])
        parts += [escape(text[end : link.start()]), f'<a href="{shown}" dir="ltr">{shown}</a>']
        end = link.end()
    return "".join([*parts, escape(text[end:])]).replace("\n", "<br>\n")
