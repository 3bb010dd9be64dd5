"""Languages: the catalogs of translations, and the rendering of a ``Text`` in a person's language."""

from locales.catalog import Catalogs, MissingTranslation, load
from locales.formatting import direction, own_name

__all__ = ["Catalogs", "MissingTranslation", "direction", "load", "own_name"]
