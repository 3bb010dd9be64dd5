"""Makes the letters of pictures again: ``bot/fonts/``, from Noto Sans as npm's @fontsource packs it.

    .venv/bin/python -m scripts.fonts

Pillow looks for a letter in one font only, and Noto keeps each script in a font of its own: they are merged here.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from fontTools.merge import Merger
from fontTools.ttLib import TTFont

FONTS = Path(__file__).parents[1] / "bot" / "fonts"
#: Font, and what it is taken for; the first decides how high a line is.
PARTS = (
    ("noto-sans", "latin"),
    ("noto-sans", "latin-ext"),
    ("noto-sans", "cyrillic"),
    ("noto-sans", "cyrillic-ext"),
    ("noto-sans", "greek"),
    ("noto-sans", "vietnamese"),
    ("noto-sans-arabic", "arabic"),
)
VERSION = "5.3.0"
WEIGHTS = {"regular": 400, "bold": 700}


def main() -> None:
    """Writes a font for each weight, and the licence that goes along."""
    FONTS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        packs = {name: _pack(name, work) for name in dict.fromkeys(name for name, _ in PARTS)}
        for weight, number in WEIGHTS.items():
            parts = []
            for name, script in PARTS:
                font = TTFont(io.BytesIO(packs[name][f"package/files/{name}-{script}-{number}-normal.woff2"]))
                font.flavor = None
                parts.append(str(work / f"{script}.ttf"))
                font.save(parts[-1])
            merged = Merger().merge(parts)
            born = TTFont(parts[0])["head"].created  # not the moment of merging: the same packages give the same file
            merged["head"].created = merged["head"].modified = born
            merged.recalcTimestamp = False
            merged.save(FONTS / f"noto-sans-{weight}.ttf")
        (FONTS / "OFL.txt").write_bytes(packs["noto-sans"]["package/LICENSE"])


def _pack(name: str, work: Path) -> dict[str, bytes]:
    """The files of a package, fetched with npm."""
    npm = shutil.which("npm")
    assert npm is not None, "npm is needed to fetch the fonts"
    subprocess.run([npm, "pack", "--silent", f"@fontsource/{name}@{VERSION}"], cwd=work, check=True)  # noqa: S603 - our own words
    with tarfile.open(work / f"fontsource-{name}-{VERSION}.tgz") as pack:
        opened = {one.name: pack.extractfile(one) for one in pack if one.isfile()}
        return {path: file.read() for path, file in opened.items() if file is not None}


if __name__ == "__main__":
    main()
