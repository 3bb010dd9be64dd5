"""The municipality's own look: its colour and its logo, legible in light and dark whatever colour it chose."""

from __future__ import annotations

from aiohttp import web

from bot.house import HOUSE

Rgb = tuple[float, ...]

#: The hardest grounds that text in the colour stands on (--ours in static/desk.css), and the least contrast with them
#: (WCAG 2.2, 1.4.3).
_LIGHT, _DARK = (238, 238, 238), (35, 47, 63)
_WHITE, _BLACK = (255, 255, 255), (0, 0, 0)
_ENOUGH = 4.6

_LOGO_TYPES = {".svg": "image/svg+xml", ".png": "image/png"}


async def style(request: web.Request) -> web.Response:
    """``/desk/look.css``: the variables that the desk's own style sheet uses."""
    colour = request.app[HOUSE].config.identity.colour
    return web.Response(text=style_sheet(colour), content_type="text/css", headers={"Cache-Control": "max-age=3600"})


async def logo(request: web.Request) -> web.StreamResponse:
    """``/desk/logo``: the municipality's logo, as a picture that can do nothing."""
    path = request.app[HOUSE].config.logo
    if path is None:
        raise web.HTTPNotFound
    headers = {
        "Content-Type": _LOGO_TYPES[path.suffix.lower()],
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        "Cache-Control": "max-age=3600",
    }
    return web.FileResponse(path, headers=headers)


def style_sheet(colour: str) -> str:
    """Variables for ``#rrggbb``, with shades of it that can be read."""
    own: Rgb = tuple(int(colour[place : place + 2], 16) for place in (1, 3, 5))
    on_own = max(_WHITE, _BLACK, key=lambda text: contrast(text, own))
    light, dark = _readable(own, _LIGHT, _BLACK), _readable(own, _DARK, _WHITE)
    return (
        f":root {{ --own: {colour}; --on-own: {_hex(on_own)}; --own-text: {_hex(light)}; }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root {{ --own-text: {_hex(dark)}; }} }}\n"
    )


def contrast(one: Rgb, other: Rgb) -> float:
    """The contrast ratio of WCAG 2.2, 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _readable(colour: Rgb, ground: Rgb, towards: Rgb) -> Rgb:
    """``colour``, mixed with ``towards`` as little as is needed to be read on ``ground``."""
    mixes = (tuple(own + (to - own) * step / 20 for own, to in zip(colour, towards, strict=True)) for step in range(21))
    return next(mix for mix in mixes if contrast(mix, ground) >= _ENOUGH)


def _luminance(colour: Rgb) -> float:
    red, green, blue = (
        part / 255 / 12.92 if part <= 10.3 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in colour
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _hex(colour: Rgb) -> str:
    return "#" + "".join(f"{round(part):02x}" for part in colour)
