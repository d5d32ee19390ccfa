"""What the collection gives out."""

from __future__ import annotations

from dataclasses import dataclass

from kiemchung.engine.errors import KiemchungError
from kiemchung.engine.formats.refusals import Refusal
from kiemchung.engine.types import Review


class CollectionError(KiemchungError):
    """The collection on disk cannot be opened, read or written; the message says where and what to do."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change of the collection: the review as it is since then, or `None` when it was removed.

    Numbers grow by one with each change and are never used again.
    """

    change_number: int
    review_id: str
    review: Review | None


@dataclass(frozen=True, slots=True)
class Version:
    """A review as it was until `replaced_at` (ISO 8601, UTC), when the change `replaced_by` took its
    place."""

    review: Review
    replaced_at: str
    replaced_by: int


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What an import did: how many reviews were added, updated and unchanged, each item that was refused, and how many
    reviews were taken off because their publisher has withdrawn them."""

    added: int
    updated: int
    unchanged: int
    refused: tuple[Refusal, ...] = ()
    withdrawn: int = 0
