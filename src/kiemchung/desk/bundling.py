"""A published review as one file that anybody checks again, without a network and without this software (R5).

`SHA256SUMS` has the digest of each part, in the form of `sha256sum -c`. `versions/N.json` is exactly what the digest in
the public log was computed from; `sources.json` gives the digest of each excerpt and file.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import IO, Any

from kiemchung.desk import evidence, publishing, source_files
from kiemchung.desk.errors import FileDamagedError
from kiemchung.desk.models import LogEntry, LogKind, ReviewVersion

_README = (
    "Kiểm tra không cần mạng / check without a network:  sha256sum -c SHA256SUMS\n"
    "versions/N.json: đúng phần mà nhật ký công khai ghi mã băm / exactly what the public log has the digest of\n"
    "log.jsonl: các mục nhật ký về bài này / the entries of the log about this review\n"
)


def write(
    target: IO[bytes], versions: Sequence[ReviewVersion], markup: Mapping[str, Any], *, with_withheld: bool = False
) -> None:
    """Write the bundle of a review: all its versions (newest first), its ClaimReview, sources, excerpts and files.

    `with_withheld` adds what is withheld from readers: for members alone. Raises `FileDamagedError` for a stored file
    that is not what it was, and `SealedError`.
    """
    at = versions[0].published_at
    sums: list[str] = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in _parts(versions, markup, with_withheld=with_withheld):
            _add(bundle, name, content, at)
            sums.append(f"{hashlib.sha256(content).hexdigest()}  {name}\n")
        _add(bundle, "SHA256SUMS", "".join(sums).encode(), at)


def require_whole(versions: Sequence[ReviewVersion]) -> None:
    """Raise `FileDamagedError` when a public file of any version is missing or not what it was."""
    for version in versions:
        for _ in _sources(version):
            pass


def _add(bundle: zipfile.ZipFile, name: str, content: bytes, at: datetime) -> None:
    info = zipfile.ZipInfo(name, (at.year, at.month, at.day, at.hour, at.minute, at.second))
    info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
    bundle.writestr(info, content)


def _parts(
    versions: Sequence[ReviewVersion], markup: Mapping[str, Any], *, with_withheld: bool
) -> Iterator[tuple[str, bytes]]:
    newest = versions[0]
    yield "README.txt", _README.encode()
    yield "review.jsonld", _readable(markup)
    for version in reversed(versions):
        yield f"versions/{version.number}.json", publishing.canonical(publishing.content_of(version))
    yield "sources.json", _readable(newest.evidence)
    for version in reversed(versions):
        yield from _sources(version)
    yield "log.jsonl", "".join(f"{line}\n" for line in _log_of(newest.review.slug)).encode()
    if with_withheld:
        yield from _withheld(newest)


def _sources(version: ReviewVersion) -> Iterator[tuple[str, bytes]]:
    """Return the excerpts and public files of a version, in folders of its own."""
    for number, one in enumerate(version.evidence, 1):
        if one.get("quotation"):
            yield f"excerpts/{version.number}/{number}.txt", str(one["quotation"]).encode()
        public = one.get("file", {}).get("public")
        if public and not source_files.is_taken_back(public["sha256"]):
            folder = f"files/{version.number}"
            yield _named(folder, number, public), _content(version.review.slug, public["sha256"])


def _withheld(version: ReviewVersion) -> Iterator[tuple[str, bytes]]:
    for number, one in enumerate(version.review.claim.evidence.select_related("file"), 1):
        if one.is_withheld:
            yield f"withheld/{number}.json", _readable(vars(evidence.content_of(one)))
        if one.file is not None:
            about = {"type": one.file.media_type, "sha256": one.file.sha256}
            yield _named("withheld/files", number, about), source_files.read(one.file)


def _named(folder: str, number: int, about: Mapping[str, str]) -> str:
    return f"{folder}/{number}-{about['sha256'][:12]}.{source_files.ENDINGS[about['type']]}"


def _content(slug: str, sha256: str) -> bytes:
    file = source_files.published(slug, sha256)
    if file is None:
        raise FileDamagedError(
            f"The file {sha256[:12]} of a source is missing. Put it back from a backup.",
            f"Thiếu tệp {sha256[:12]} của một nguồn. Hãy lấy lại từ bản sao lưu.",
        )
    return source_files.read(file)


def _log_of(slug: str) -> Iterator[str]:
    kinds = (LogKind.PUBLISHED, LogKind.CORRECTED, LogKind.WITHDRAWN)
    for line in LogEntry.objects.filter(kind__in=kinds).order_by("index").values_list("leaf", flat=True).iterator():
        if json.loads(line).get("facts", {}).get("review") == slug:
            yield line


def _readable(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
