"""The colours of pictures: each of words has at least 7 to 1 against what it stands on (WCAG 2.2, AAA)."""

from __future__ import annotations

from bot.pictures.letters import Colour

PAGE: Colour = (245, 244, 240)
PAPER: Colour = (255, 255, 255)
INK: Colour = (29, 33, 38)
QUIET: Colour = (70, 76, 84)
BRAND: Colour = (21, 66, 115)
SOFT: Colour = (226, 234, 243)
GREEN: Colour = (14, 78, 40)
SOFT_GREEN: Colour = (226, 242, 230)
RED: Colour = (146, 27, 20)
SOFT_RED: Colour = (251, 230, 227)
LINE: Colour = (132, 137, 143)
