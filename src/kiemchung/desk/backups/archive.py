"""The file of a backup: a tar with a manifest first, written whole or not at all, and read again before it counts."""

from __future__ import annotations

import hashlib
import io
import os
import secrets
import tarfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import IO

from kiemchung.desk.backups import manifest as manifests
from kiemchung.desk.backups.manifest import Manifest
from kiemchung.engine.durable import settle, take_the_place
from kiemchung.engine.errors import InputError, SetupError, system_words
from kiemchung.engine.writing import naming

DATABASE = "database"
FILES = "files"
_MANIFEST = "manifest.json"
_PIECE_BYTES = 1 << 20


def write(path: Path, manifest: Manifest, parts: Iterable[tuple[str, Path]]) -> None:
    """Write the parts (name in the backup, file) to `path`, which is replaced when all of them were read again.

    A file of a message or source that vanishes meanwhile was erased, and is left out. Raises `SetupError` when the
    backup cannot be written; an older backup under the name is untouched then.
    """
    parts = list(parts)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with naming(draft):
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                while not _is_filled(file, manifest, parts):
                    file.seek(0)
                    file.truncate()
                settle(file)
            read(draft)
            take_the_place(draft, path)
    except OSError as error:
        english, vietnamese = system_words(error)
        raise SetupError(
            f"{path}: the backup cannot be written ({english}). Nothing was changed; choose a place with room.",
            f"{path}: không ghi được bản sao lưu ({vietnamese}). Chưa có gì thay đổi; hãy chọn nơi còn chỗ trống.",
        ) from error
    finally:
        draft.unlink(missing_ok=True)


def read(path: Path) -> Manifest:
    """Return the manifest after every part was compared with its digest. Raises `InputError` when one is not whole."""
    return _read(path, None)


def unpack(path: Path, folder: Path) -> Manifest:
    """Write the parts into a folder, each compared with its digest, and return the manifest."""
    return _read(path, folder)


def _is_filled(file: IO[bytes], manifest: Manifest, parts: Iterable[tuple[str, Path]]) -> bool:
    """Write the parts that are there; False when one has vanished after the manifest, which names it, was written."""
    there, digests = [], {}
    for name, path in parts:
        try:
            digests[name] = _digest_of(path)
        except FileNotFoundError:
            if name == DATABASE:
                raise
            continue
        there.append((name, path))
    try:
        _fill(file, replace(manifest, sha256=digests), there)
    except FileNotFoundError:
        if not dict(there)[DATABASE].exists():
            raise
        return False
    return True


def _fill(file: IO[bytes], manifest: Manifest, parts: Iterable[tuple[str, Path]]) -> None:
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
        text = manifests.written(manifest)
        head = tarfile.TarInfo(_MANIFEST)
        head.size = len(text)
        tar.addfile(head, io.BytesIO(text))
        for name, part in parts:
            info = tarfile.TarInfo(name)
            info.size, info.mode = part.stat().st_size, 0o600
            with part.open("rb") as content:
                tar.addfile(info, content)


def _read(path: Path, folder: Path | None) -> Manifest:
    try:
        with tarfile.open(path, "r:") as tar:
            manifest = _manifest_in(path, tar)
            left = dict(manifest.sha256)
            while (member := tar.next()) is not None:
                content = tar.extractfile(member) if member.isfile() else None
                if content is None or left.pop(member.name, None) != _digest(content, _place(folder, member.name)):
                    raise _damaged(path, member.name)
    except (tarfile.TarError, EOFError):
        raise _damaged(path, _MANIFEST) from None
    except OSError as error:
        english, vietnamese = system_words(error)
        raise InputError(
            f"{path}: {english}. Give a file that `kiemchung manage backup` has written.",
            f"{path}: {vietnamese}. Hãy đưa tệp do `kiemchung manage backup` ghi.",
        ) from error
    if left:
        raise _damaged(path, min(left))
    return manifest


def _manifest_in(path: Path, tar: tarfile.TarFile) -> Manifest:
    first = tar.next()
    content = tar.extractfile(first) if first is not None and first.name == _MANIFEST else None
    manifest = None if content is None else manifests.read(content.read())
    if manifest is None:
        raise _damaged(path, _MANIFEST)
    return manifest


def _place(folder: Path | None, name: str) -> Path | None:
    if folder is None:
        return None
    parts = PurePosixPath(name).parts
    if not parts or parts[0] not in (DATABASE, FILES) or ".." in parts:
        raise tarfile.TarError(name)  # no part of a backup of ours
    return folder.joinpath(*parts)


def _digest(content: IO[bytes], place: Path | None) -> str:
    digest = hashlib.sha256()
    if place is None:
        while piece := content.read(_PIECE_BYTES):
            digest.update(piece)
        return digest.hexdigest()
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while piece := content.read(_PIECE_BYTES):
            digest.update(piece)
            file.write(piece)
        settle(file)
    return digest.hexdigest()


def _digest_of(file: Path) -> str:
    with file.open("rb") as content:
        return _digest(content, None)


def _damaged(path: Path, what: str) -> InputError:
    return InputError(
        f"{path}: not a whole backup ({what}). Take an older one; this one cannot be trusted.",
        f"{path}: không phải bản sao lưu nguyên vẹn ({what}). Hãy dùng bản cũ hơn; không tin được bản này.",
    )
