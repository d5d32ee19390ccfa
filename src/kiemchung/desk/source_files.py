"""Files of sources (R5): a picture, PDF or text that shows what was read, stored like readers' files.

What goes out is public by a member's decision alone: of a picture a copy made anew from its points, without what the
file says about itself (R27); a PDF or text as it is.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.db.models import F, Q

from kiemchung.decoding.errors import DecodeError, SandboxError
from kiemchung.desk import erased, files, log
from kiemchung.desk.access import require_editing
from kiemchung.desk.erased import Erasure
from kiemchung.desk.errors import ConflictError, FileDamagedError, NotReadyError
from kiemchung.desk.models import Draft, Evidence, LogKind, Member, ReviewVersion, SourceFile, TakingBack
from kiemchung.engine.errors import SetupError
from kiemchung.engine.media.types import Picture
from kiemchung.jobs import clock
from kiemchung.recognising import open_decoder

LARGEST = 10_000_000  # bytes
_WHY = {
    TakingBack.PERSONAL_DATA: ("it showed a private person", "tệp cho thấy chuyện riêng của một người"),
    TakingBack.RIGHTS_OF_OTHERS: ("others have rights to it", "người khác có quyền đối với tệp"),
    TakingBack.WRONG_FILE: ("it was the wrong file", "tệp đính nhầm"),
}
_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"%PDF-", "application/pdf"),
)
PICTURES = ("image/png", "image/jpeg", "image/webp")
ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "application/pdf": "pdf", "text/plain": "txt"}


@dataclass(frozen=True)
class Prepared:
    """What lies on the disk of one file, and is in no table yet: the file itself, and what readers get of it."""

    file: SourceFile
    public: SourceFile | None


def prepare(content: bytes, *, is_public: bool) -> Prepared:
    """Put a file on the disk and, where it is to be public, what readers get; refers to nothing yet.

    Outside every transaction: decoding and writing take seconds, and whoever writes meanwhile would wait. Raises
    `NotReadyError` for what is too large, of another kind, or (a public picture) cannot be decoded here;
    `StorageFullError`. What nothing comes to refer to is swept up as files of messages are.
    """
    media_type = type_of(content)
    if is_taken_back(hashlib.sha256(content).hexdigest()):
        raise _refused("This file was taken back. Attach another one.", "Tệp này đã bị rút lại. Hãy đính kèm tệp khác.")
    public = None
    if is_public:
        public = _without_metadata(content) if media_type in PICTURES else content
    original = _on_disk(content, media_type, is_public=public is content)
    if public is None or public is content:
        return Prepared(original, original if public else None)
    return Prepared(original, _on_disk(public, "image/png", is_public=True))


def keep(prepared: Prepared) -> None:
    """Note in the tables what was prepared, in the transaction that refers to it."""
    prepared.file.save(force_insert=True)
    if prepared.public is not None and prepared.public is not prepared.file:
        prepared.public.save(force_insert=True)


def type_of(content: bytes) -> str:
    """Return the type of a file by its content. Raises `NotReadyError` for all but pictures, PDF and plain text."""
    if len(content) > LARGEST:
        raise _refused(
            f"The file has more than {LARGEST // 1_000_000} MB. Attach the part that matters.",
            f"Tệp lớn hơn {LARGEST // 1_000_000} MB. Hãy đính kèm phần cần thiết.",
        )
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if not content.strip():
        raise _refused("The file is empty.", "Tệp trống.")
    for magic, media_type in _MAGIC:
        if content.startswith(magic):
            if media_type == "application/pdf":
                _require_pages(content)
            return media_type
    if b"\0" not in content and _is_text(content):
        return "text/plain"
    raise _refused(
        "Attach a picture (PNG, JPEG, WebP), a PDF, or a page saved as text.",
        "Hãy đính kèm ảnh (PNG, JPEG, WebP), PDF, hoặc trang web lưu dạng chữ.",
    )


def _require_pages(content: bytes) -> None:
    """Refuse a PDF that was cut off, or has no page. Nothing is unpacked: where pages may stand in packed objects, that
    they do is believed."""
    if b"startxref" not in content:
        raise _refused(
            "This PDF is damaged or cut off. Save it again, and open it to see whether it is whole.",
            "Tệp PDF này hỏng hoặc bị cắt cụt. Hãy lưu lại và mở thử xem có đủ không.",
        )
    if not re.search(rb"/Page(?![A-Za-z])|/ObjStm", content):
        raise _refused("This PDF has no page.", "Tệp PDF này không có trang nào.")


def _is_text(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _without_metadata(content: bytes) -> bytes:
    """Return the picture drawn anew from its points, which the locked child gives out."""
    from kiemchung.engine.media.drawing import png

    try:
        with open_decoder() as decoder:
            decoded = decoder.decode(content, name="file")
    except DecodeError as error:
        raise _refused(error.text("en"), error.text("vi")) from None
    except (SandboxError, SetupError, ModuleNotFoundError):
        raise _refused(
            "Pictures cannot be decoded on this machine: the file can be kept for members, not be published.",
            "Máy này không giải mã được ảnh: chỉ giữ được tệp cho thành viên, không công bố được.",
        ) from None
    if not isinstance(decoded.media, Picture):
        raise _refused("An animation cannot be published.", "Không công bố được ảnh động.")
    return png(decoded.media.pixels)


def take_back(slug: str, sha256: str, because: TakingBack, *, actor: Member) -> int:
    """Delete a file that a version of the review names as public, and what it was made from; return the log's entry.

    The versions go on naming its digest; the bytes are given to nobody any more, are in no bundle and no later backup,
    and cannot be attached again. The reason is one of a closed list, and public. Raises `NotAllowedError` for whoever
    is no editor, `ConflictError` when there is no such file any more.
    """
    require_editing(actor)
    with transaction.atomic():
        file = published(slug, sha256)
        if file is None or file.taken_back_because:
            raise ConflictError("There is no such public file any more.", "Không còn tệp công khai này.")
        versions = ReviewVersion.objects.filter(review__slug=slug).values_list("evidence", flat=True)
        named = [one["file"] for evidence in versions for one in evidence if one.get("file", {}).get("public")]
        gone = {sha256, *(one["sha256"] for one in named if one["public"]["sha256"] == sha256)}
        for digest in sorted(gone):
            erased.note(Erasure(file=digest, name=because))
        erase(gone, because)
        facts = {"review": slug, "file": sha256, "reason": because}
        return log.append(LogKind.FILE_TAKEN_BACK, facts, at=clock.now())


def erase(digests: Collection[str], because: str) -> int:
    """Delete the bytes with these digests and let no source have them; return how many files there were."""
    with transaction.atomic():
        found = list(SourceFile.objects.filter(sha256__in=digests, taken_back_because=""))
        shown = Evidence.objects.filter(Q(file__in=found) | Q(public_file__in=found))
        # Whoever has seen a draft with the file decides on another one than that which is left.
        Draft.objects.filter(claim__in=shown.values("claim")).update(revision=F("revision") + 1)
        shown.update(file=None, public_file=None)
        SourceFile.objects.filter(pk__in=[one.pk for one in found]).update(
            taken_back_because=because or TakingBack.WRONG_FILE
        )
        for one in found:
            forget: Callable[[], None] = partial(files.forget, one.stored_as)
            transaction.on_commit(forget)
    return len(found)


def is_taken_back(sha256: str) -> bool:
    """Whether a file with this digest was taken back."""
    return SourceFile.objects.filter(sha256=sha256).exclude(taken_back_because="").exists()


def _on_disk(content: bytes, media_type: str, *, is_public: bool) -> SourceFile:
    return SourceFile(
        stored_as=files.keep(content),
        sha256=hashlib.sha256(content).hexdigest(),
        bytes=len(content),
        media_type=media_type,
        is_public=is_public,
    )


def read(file: SourceFile) -> bytes:
    """Return the content, compared with its digest. Raises `FileDamagedError`, also for one that was taken back."""
    if file.taken_back_because:
        english, vietnamese = _WHY[TakingBack(file.taken_back_because)]
        raise FileDamagedError(
            f"The desk has taken the file {file.sha256[:12]} back: {english}. Its digest stays.",
            f"Ban kiểm chứng đã rút lại tệp {file.sha256[:12]}: {vietnamese}. Mã băm vẫn được giữ.",
        )
    return files.read(file.stored_as, file.sha256)


def published(slug: str, sha256: str) -> SourceFile | None:
    """Return a file that readers may have: one that a version of the review names as public."""
    versions = ReviewVersion.objects.filter(review__slug=slug).values_list("evidence", flat=True)
    if sha256 not in {one for evidence in versions for one in _digests(evidence)}:
        return None
    return SourceFile.objects.filter(sha256=sha256, is_public=True).order_by("-taken_back_because").first()


def _digests(evidence: list[dict[str, dict[str, dict[str, str]]]]) -> list[str]:
    return [one["file"]["public"]["sha256"] for one in evidence if one.get("file", {}).get("public")]


def forget_unnamed(claim_id: int, found: list[SourceFile]) -> None:
    """Delete files that neither a source nor a published version of the claim's review names any more."""
    versions = ReviewVersion.objects.filter(review__claim=claim_id).values_list("evidence", flat=True)
    named = {one for evidence in versions for one in _all_digests(evidence)}
    for file in found:
        is_used = Evidence.objects.filter(file=file).exists() or Evidence.objects.filter(public_file=file).exists()
        if not is_used and file.sha256 not in named:
            file.delete()
            forget: Callable[[], None] = partial(files.forget, file.stored_as)
            transaction.on_commit(forget)


def _all_digests(evidence: list[dict[str, dict[str, str]]]) -> list[str]:
    own = [one["file"]["sha256"] for one in evidence if one.get("file")]
    return [*own, *_digests(evidence)]  # type: ignore[arg-type]


def _refused(english: str, vietnamese: str) -> NotReadyError:
    return NotReadyError(english, vietnamese, missing=("file",))
