"""The site's own few files (style sheet, scripts, pictures): kept in memory, under names that hold their hash.

There is nothing to collect before the start and nothing to look up on disk: a name that is not known is not there.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.files.storage import Storage
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

_FOR_EVER = "public, max-age=31536000, immutable"
_FOR_AN_HOUR = "public, max-age=3600"
_TEXT = (".css", ".js", ".svg", ".json", ".webmanifest", ".txt")


@dataclass(frozen=True)
class File:
    """One file with its type and, where that is smaller, its compressed form."""

    name: str
    content: bytes
    compressed: bytes
    kind: str
    digest: str

    @property
    def hashed_name(self) -> str:
        """`site.css` as `site.1a2b3c4d5e6f.css`."""
        stem, dot, suffix = self.name.rpartition(".")
        return f"{stem}.{self.digest}{dot}{suffix}"


@cache
def files() -> dict[str, File]:
    """Return the files by their names below the static folders."""
    found = {}
    for folder in map(Path, settings.STATICFILES_DIRS):
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            file = _read(path, path.relative_to(folder).as_posix())
            found[file.name] = file
    return found


def _read(path: Path, name: str) -> File:
    content = path.read_bytes()
    compressed = gzip.compress(content, 9, mtime=0) if path.suffix in _TEXT else b""
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    kind = f"{kind}; charset=utf-8" if path.suffix in _TEXT else kind
    return File(name, content, compressed, kind, hashlib.sha256(content).hexdigest()[:12])


@cache
def _by_address() -> dict[str, tuple[File, str]]:
    prefix = f"/{settings.STATIC_URL.strip('/')}/"
    plain = {prefix + file.name: (file, _FOR_AN_HOUR) for file in files().values()}
    return plain | {prefix + file.hashed_name: (file, _FOR_EVER) for file in files().values()}


class HashedNames(Storage):
    """What the tag `static` asks for an address; a name that is not there is an error of the template's author."""

    def url(self, name: str | None) -> str:
        """Return the address with the hash in it. Raises `KeyError` for an unknown name."""
        return f"/{settings.STATIC_URL.strip('/')}/{files()[str(name)].hashed_name}"


class StaticFiles:
    """Answers for the static files before anything else looks at the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Return the file, or what the site answers."""
        found = _by_address().get(request.path_info)
        if found is None:
            return self._get_response(request)
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        file, how_long = found
        etag = f'"{file.digest}"'
        headers = {"Cache-Control": how_long, "ETag": etag, "Vary": "Accept-Encoding"}
        if request.headers.get("If-None-Match") == etag:
            return HttpResponse(status=304, headers=headers)
        content = file.content
        if file.compressed and "gzip" in request.headers.get("Accept-Encoding", ""):
            content, headers["Content-Encoding"] = file.compressed, "gzip"
        return HttpResponse(content, content_type=file.kind, headers=headers)
