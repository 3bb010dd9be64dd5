"""The municipality's own look, as a small stylesheet of variables; text on its colour is always legible."""

from __future__ import annotations

#: WCAG 2.2, 1.4.11: what must be seen to use the page stands out this much from what is around it.
_STANDS_OUT = 3.0
_DARK_PAGE = (20, 23, 28)  # --page of the dark style, in chat.css

Rgb = tuple[int, int, int]


def stylesheet(colour: str) -> str:
    """Variables for light and dark, out of one colour ``#rrggbb``."""
    light = _rgb(colour)
    dark = light
    while contrast(dark, _DARK_PAGE) < _STANDS_OUT:
        dark = _towards_white(dark)
    return (
        f":root{{--brand:{_css(light)};--on-brand:{_css(_on(light))}}}\n"
        f"@media (prefers-color-scheme:dark){{:root{{--brand:{_css(dark)};--on-brand:{_css(_on(dark))}}}}}\n"
    )


def contrast(one: Rgb, other: Rgb) -> float:
    """The contrast ratio of WCAG 2.2, 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _on(colour: Rgb) -> Rgb:
    """White or near-black, whichever is easier to read on it; one of them always reaches 4.5."""
    white, black = (255, 255, 255), (0, 0, 0)
    return white if contrast(colour, white) >= contrast(colour, black) else black


def _luminance(colour: Rgb) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (c / 255 for c in colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _towards_white(colour: Rgb) -> Rgb:
    red, green, blue = (min(255, part + max(1, (255 - part) // 12)) for part in colour)
    return red, green, blue


def _rgb(colour: str) -> Rgb:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _css(colour: Rgb) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
