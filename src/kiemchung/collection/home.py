"""Where the collection lies."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from kiemchung.engine.errors import SetupError

SITE_FILE = "desk.sqlite"  # the record of a site on SQLite, in the same folder unless a setting says otherwise


def default_home(environment: Mapping[str, str] | None = None, platform: str = sys.platform) -> Path:
    """The folder of the collection: `KIEMCHUNG_HOME` when set, else the platform's data folder.

    Linux and others: `$XDG_DATA_HOME/kiemchung` or `~/.local/share/kiemchung`; macOS: `~/Library/Application
    Support/kiemchung`; Windows: `%LOCALAPPDATA%\\kiemchung`. An empty variable counts as not set. Nothing is
    made or read on disk. Raises `SetupError` when there is no home folder to begin from.

    >>> default_home({"XDG_DATA_HOME": "/data"}, platform="linux").as_posix()
    '/data/kiemchung'
    """
    variables = os.environ if environment is None else environment
    try:
        if given := variables.get("KIEMCHUNG_HOME"):
            return Path(given).expanduser().absolute()
        if platform == "darwin":
            return Path("~/Library/Application Support/kiemchung").expanduser()
        if platform == "win32":
            return Path(variables.get("LOCALAPPDATA") or "~/AppData/Local").expanduser() / "kiemchung"
        data = Path(variables.get("XDG_DATA_HOME") or "~/.local/share").expanduser()
        # The XDG specification: a relative path in the variable is to be ignored.
        data = data if data.is_absolute() else Path("~/.local/share").expanduser()
    except RuntimeError:
        raise SetupError(
            "This account has no home folder. Set KIEMCHUNG_HOME to a folder for the reviews.",
            "Tài khoản này không có thư mục riêng. Hãy đặt KIEMCHUNG_HOME là thư mục để chứa các bài kiểm chứng.",
        ) from None
    return data / "kiemchung"
