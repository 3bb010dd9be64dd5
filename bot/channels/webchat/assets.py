"""Styles and scripts of the page, read and compressed once, at an address that changes with their content."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

FOLDER = Path(__file__).parent / "static"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}

#: The address changes with the content, so a browser never has to ask again. *Snel weg* empties its cache.
_FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file: media type, and its bytes as they are and compressed."""

    media_type: str
    plain: bytes
    zipped: bytes


@dataclass(frozen=True, slots=True)
class Assets:
    """All files of the page; ``version`` stands in their address."""

    version: str
    files: Mapping[str, Asset]

    @property
    def base(self) -> str:
        """Where they are served."""
        return f"/chat/static/{self.version}"

    @property
    def modules(self) -> list[str]:
        """Names of the scripts, to be fetched at once rather than one after another."""
        return [name for name in self.files if name.endswith(".js")]

    async def serve(self, request: web.Request) -> web.Response:
        """One file by its name; nothing outside the folder can be named."""
        asset = self.files.get(request.match_info["name"])
        if asset is None:
            raise web.HTTPNotFound
        fresh = request.match_info["version"] == self.version
        headers = {"Cache-Control": _FOREVER if fresh else "no-cache", "Vary": "Accept-Encoding"}
        zipped = "gzip" in request.headers.get("Accept-Encoding", "")
        if zipped:
            headers["Content-Encoding"] = "gzip"
        body = asset.zipped if zipped else asset.plain
        return web.Response(body=body, content_type=asset.media_type, charset="utf-8", headers=headers)


def load() -> Assets:
    """Reads the folder."""
    digest = hashlib.sha256()
    files = {}
    for path in sorted(FOLDER.iterdir()):
        plain = path.read_bytes()
        digest.update(path.name.encode() + b"\0" + plain)
        files[path.name] = Asset(_TYPES[path.suffix], plain, gzip.compress(plain, 9, mtime=0))
    return Assets(digest.hexdigest()[:12], files)
