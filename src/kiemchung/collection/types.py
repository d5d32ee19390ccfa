"""What the collection gives out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

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


class LeftOut(StrEnum):
    """Why a review that says something else than what is held was not taken in."""

    OLDER = "older"  # than what is held, or held once and replaced since
    WITHDRAWN = "withdrawn"  # by its publisher, and this is not a newer one from its own site
    ANOTHER_SITE = "another_site"  # than the review that is, or was, held under the same id
    AHEAD = "ahead"  # its date is still to come


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What an import did: how many reviews were added and updated, how many changed nothing, each item that was
    refused, and how many reviews were taken off because their publisher has withdrawn them.

    `left_out` counts, by reason, those of the `unchanged` that are not held as they were read.
    """

    added: int
    updated: int
    unchanged: int
    refused: tuple[Refusal, ...] = ()
    withdrawn: int = 0
    left_out: Mapping[LeftOut, int] = field(default_factory=dict)
