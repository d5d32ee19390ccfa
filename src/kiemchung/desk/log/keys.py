"""The key that signs the log: a file that only its owner reads, made when the log first needs one.

It is `log-key` in `KIEMCHUNG_HOME`, or the file that `KIEMCHUNG_LOG_KEY_FILE` names. Where several machines run
workers, all of them have the same file.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiemchung.collection.home import default_home
from kiemchung.engine.durable import settle, take_the_place
from kiemchung.engine.errors import SetupError


def key_file(environment: Mapping[str, str] | None = None) -> Path:
    """Return where the key is kept; nothing is read."""
    variables = os.environ if environment is None else environment
    if given := variables.get("KIEMCHUNG_LOG_KEY_FILE"):
        return Path(given).expanduser().absolute()
    return default_home(variables) / "log-key"


def next_file(path: Path) -> Path:
    """Return where the key that takes over waits until the log names it."""
    return path.with_name(f"{path.name}.next")


def read_key(path: Path) -> Ed25519PrivateKey:
    """Return the private key in the file. Raises `SetupError` when there is none, or others can read it."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise _unusable(path, type(error).__name__) from None
    if os.name == "posix" and mode & 0o077:
        raise SetupError(
            f"{path}: others on this machine can read the log's key. Run: chmod 600 {path}",
            f"{path}: người khác trên máy này đọc được khóa của nhật ký. Hãy chạy: chmod 600 {path}",
        )
    if not isinstance(key, Ed25519PrivateKey):
        raise _unusable(path, "not Ed25519")
    return key


def made_key(path: Path) -> Ed25519PrivateKey:
    """Return the key in the file, and make it when there is none; two that begin at once get the same."""
    if not path.exists():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = _draft(path)
            try:
                with contextlib.suppress(FileExistsError):  # another process was first: its key counts
                    path.hardlink_to(draft)
            finally:
                draft.unlink(missing_ok=True)
        except OSError as error:
            raise _unusable(path, type(error).__name__) from None
    return read_key(path)


def require_usable(path: Path) -> None:
    """Raise `SetupError` when the key in the file cannot be used, or there is none and none could be made there."""
    if path.exists():
        read_key(path)
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _draft(path).unlink()
    except OSError as error:
        raise _unusable(path, type(error).__name__) from None


def promote_next(path: Path) -> None:
    """Let the waiting key take the place of the old one, which is gone then."""
    try:
        take_the_place(next_file(path), path)
    except OSError as error:
        raise _unusable(path, type(error).__name__) from None


def _draft(path: Path) -> Path:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
        settle(file)
    return draft


def _unusable(path: Path, what: str) -> SetupError:
    return SetupError(
        f"{path}: the key that signs the public log cannot be used ({what}). It has to be an Ed25519 key in PEM form "
        "that this account can read; set KIEMCHUNG_LOG_KEY_FILE where it is kept elsewhere.",
        f"{path}: không dùng được khóa ký nhật ký công khai ({what}). Đó phải là khóa Ed25519 dạng PEM mà tài khoản "
        "này đọc được; hãy đặt KIEMCHUNG_LOG_KEY_FILE nếu khóa nằm ở nơi khác.",
    )
