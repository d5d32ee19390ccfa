"""The files of sources that the versions of a review name as public, and which of them were taken back (R27)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kiemchung.desk.log import leaves
from kiemchung.desk.models import LogEntry, LogKind, ReviewVersion, SourceFile


@dataclass(frozen=True)
class TakenBack:
    """Why a file was taken back (one of `TakingBack`) and when; `at` is None where a restore has lost the entry."""

    because: str
    at: datetime | None


@dataclass(frozen=True)
class PublicFile:
    """A file that readers may have, or could before it was taken back; `numbers` are those of the versions with it."""

    sha256: str
    media_type: str
    bytes: int
    source: str
    numbers: tuple[int, ...]
    taken_back: TakenBack | None


def public_files(versions: Sequence[ReviewVersion]) -> list[PublicFile]:
    """Return each public file of the versions of one review once, those of the first version first."""
    numbers: dict[str, list[int]] = {}
    about: dict[str, tuple[str, int, str]] = {}
    for version in sorted(versions, key=lambda one: one.number):
        for source in version.evidence:
            if public := source.get("file", {}).get("public"):
                numbers.setdefault(public["sha256"], []).append(version.number)
                about[public["sha256"]] = (public["type"], public["bytes"], source["title"])
    gone = _taken_back(list(numbers))
    return [
        PublicFile(digest, *about[digest], tuple(dict.fromkeys(found)), gone.get(digest))
        for digest, found in numbers.items()
    ]


def taken_back(versions: Sequence[ReviewVersion]) -> dict[str, TakenBack]:
    """Return what was taken back of the public files of the versions, by the file's digest."""
    return {one.sha256: one.taken_back for one in public_files(versions) if one.taken_back}


def _taken_back(digests: Sequence[str]) -> dict[str, TakenBack]:
    if not digests:
        return {}
    gone = SourceFile.objects.filter(sha256__in=digests).exclude(taken_back_because="")
    because = dict(gone.values_list("sha256", "taken_back_because"))
    times = _times() if because else {}
    return {digest: TakenBack(why, times.get(digest)) for digest, why in because.items()}


def _times() -> dict[str, datetime]:
    """When each file was taken back, as the public log has it: this happens a few times in the life of a desk."""
    found: dict[str, datetime] = {}
    for entry in LogEntry.objects.filter(kind=LogKind.FILE_TAKEN_BACK).order_by("index"):
        leaf = leaves.read(entry.leaf)
        if leaf is not None:
            found.setdefault(str(leaf.facts.get("file")), entry.at)
    return found
