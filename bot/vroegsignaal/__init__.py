"""Early signals (vroegsignalen): payments that were missed, as a landlord, an energy or water company or a health
insurer tells. Whoever enters them never learns who is a client: see docs/decisions/0024."""

from __future__ import annotations

#: What was not paid. The database knows the code in clear.
KINDS = ("rent", "energy", "water", "care")
