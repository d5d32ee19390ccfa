"""`KIEMCHUNG_DATABASE` in Django's words."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from kiemchung.collection.home import SITE_FILE
from kiemchung.engine.errors import SetupError

_BUSY_S = 30  # how long a writer of SQLite waits for another one


def database_from(address: str, home: Path) -> dict[str, Any]:
    """Return Django's entry for `postgresql://user:password@host:port/name?option=value`; empty is SQLite in `home`.

    The options are libpq's, `host` (a folder with the server's socket) among them. Nothing is opened. Raises
    `SetupError` for anything else; its words do not repeat the address, which may hold a password.

    >>> database_from("postgresql://desk@db.example:5433/desk", Path("."))["PORT"]
    '5433'
    """
    if not address:
        return _sqlite(home / SITE_FILE)
    try:
        parts = urlsplit(address)
        port = str(parts.port or "")
        options = dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
    except ValueError:
        raise _refused() from None
    name = unquote(parts.path.removeprefix("/"))
    if parts.scheme not in ("postgresql", "postgres") or not name or "/" in name or parts.fragment:
        raise _refused()
    host = options.pop("host", "") or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": port,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "CONN_MAX_AGE": 600,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": _BUSY_S,
            # What was erased is overwritten in the file, not only given free.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON",
        },
    }


def _refused() -> SetupError:
    return SetupError(
        "KIEMCHUNG_DATABASE is not an address of a database. Write postgresql://user:password@host:5432/name, or leave "
        "it empty for SQLite.",
        "KIEMCHUNG_DATABASE không phải địa chỉ cơ sở dữ liệu. Hãy viết postgresql://user:password@host:5432/name, hoặc "
        "để trống để dùng SQLite.",
    )
