"""Files that readers send in: encrypted on disk under names of chance, opened only to be examined, deleted with the
message."""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kiemchung.collection.home import default_home
from kiemchung.desk import sealing
from kiemchung.desk.errors import FileDamagedError, StorageFullError
from kiemchung.desk.models import Message, MessageFile, SourceFile

LARGEST = 32_000_000  # bytes: a video of a minute as chat applications send it
FOLDER = "files"
_NONCE = 12
_LEFT_BEHIND_S = 3600  # older files without a row were left by a process that was killed


def keep(content: bytes) -> str:
    """Store a file, encrypted and on the disk for good, and return the name under which it lies.

    Raises `StorageFullError` when it cannot be written; nothing is left then.
    """
    name, nonce = secrets.token_hex(24), secrets.token_bytes(_NONCE)
    sealed = nonce + _cipher().encrypt(nonce, content, name.encode())
    folder = _folder()
    draft = folder / f".{name}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(folder / name)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise StorageFullError(
            "The file cannot be stored just now. Send the text in it instead, or try again later.",
            "Hiện chưa lưu được tệp. Hãy gửi phần chữ trong đó, hoặc thử lại sau.",
        ) from error
    return name


def attach(message: Message, name: str, content: bytes) -> MessageFile:
    """Note the stored file with its message, in the caller's transaction."""
    digest = hashlib.sha256(content).hexdigest()
    return MessageFile.objects.create(message=message, stored_as=name, bytes=len(content), sha256=digest)


def read(name: str, sha256: str) -> bytes:
    """Return a stored file in the clear. Raises `FileDamagedError` when it is missing, or not what was stored."""
    try:
        sealed = (_folder() / name).read_bytes()
        content = _cipher().decrypt(sealed[:_NONCE], sealed[_NONCE:], name.encode())
    except (OSError, InvalidTag, ValueError) as error:
        raise _damaged(name) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise _damaged(name)
    return content


def _damaged(name: str) -> FileDamagedError:
    return FileDamagedError(
        f"The file {name[:12]} is missing or damaged. Put it back from a backup.",
        f"Tệp {name[:12]} bị mất hoặc hỏng. Hãy lấy lại từ bản sao lưu.",
    )


@contextmanager
def opened(file: MessageFile) -> Iterator[Path]:
    """Give the file in the clear, in a folder that only this account reads and that is gone afterwards.

    Raises `FileDamagedError` when it is missing, or not what was stored.
    """
    content = read(file.stored_as, file.sha256)
    with tempfile.TemporaryDirectory(prefix="kiemchung-") as folder:
        path = Path(folder) / "file"
        path.write_bytes(content)
        yield path


def forget(name: str) -> None:
    """Delete a stored file; nothing happens when it is gone, or when there is no name."""
    if name:
        (_folder() / name).unlink(missing_ok=True)


def forget_left_behind() -> int:
    """Delete files that neither a message nor a source has, left by a process that was killed; return how many."""
    if not _folder().is_dir():
        return 0
    old = time.time() - _LEFT_BEHIND_S
    there = [one for one in _folder().iterdir() if _is_older(one, old)]
    known = {*MessageFile.objects.values_list("stored_as", flat=True)}
    known |= {*MessageFile.objects.values_list("preview_as", flat=True)}
    known |= {*SourceFile.objects.values_list("stored_as", flat=True)}
    left = [one for one in there if one.name not in known]
    for one in left:
        one.unlink(missing_ok=True)
    return len(left)


def _is_older(file: Path, moment: float) -> bool:
    try:
        return file.stat().st_mtime < moment
    except FileNotFoundError:  # deleted with its message meanwhile
        return False


def _folder() -> Path:
    return default_home() / FOLDER


def _cipher() -> AESGCM:
    return sealing.cipher("files of messages")
