"""The secret key of this installation: a file that only its owner reads, made at the first start."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from pathlib import Path

from kiemchung.engine.errors import SetupError

_SHORTEST = 50  # Django warns of shorter ones


def secret_key(home: Path) -> str:
    """Return the key in `home/secret-key`, and make it when there is none; two that start at once get the same.

    Raises `SetupError` when the file can be read by others, is too short, or cannot be made.
    """
    path = home / "secret-key"
    try:
        if not path.exists():
            _make(path)
        mode = stat.S_IMODE(path.stat().st_mode)
        key = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SetupError(
            f"{path}: cannot be read or made ({type(error).__name__}). Give this account the right to write to the "
            "folder, or set KIEMCHUNG_HOME to another one.",
            f"{path}: không đọc hoặc tạo được ({type(error).__name__}). Hãy cho tài khoản này quyền ghi vào thư mục, "
            "hoặc đặt KIEMCHUNG_HOME là thư mục khác.",
        ) from None
    if os.name == "posix" and mode & 0o077:
        raise SetupError(
            f"{path}: others on this machine can read the secret key. Run: chmod 600 {path}",
            f"{path}: người khác trên máy này đọc được khóa bí mật. Hãy chạy: chmod 600 {path}",
        )
    if len(key) < _SHORTEST:
        raise SetupError(
            f"{path}: shorter than {_SHORTEST} characters. Delete the file; a new key is made.",
            f"{path}: ngắn hơn {_SHORTEST} ký tự. Hãy xóa tệp này; khóa mới sẽ được tạo.",
        )
    return key


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(64))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):  # another process was first: its key counts
            path.hardlink_to(draft)
    finally:
        draft.unlink(missing_ok=True)
