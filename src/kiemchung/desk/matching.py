"""The indexes of this process: they follow the record, and are asked for reviews and for open claims."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from kiemchung.checking import answers_with_reviews
from kiemchung.collection.home import default_home
from kiemchung.collection.searchable import SearchableRecord
from kiemchung.collection.types import Change
from kiemchung.desk.models import Shelf
from kiemchung.desk.record import ShelfRecord
from kiemchung.engine.claims import directory
from kiemchung.engine.claims.dense import encoder_from_environment
from kiemchung.engine.claims.index import ClaimIndex
from kiemchung.engine.claims.rank import DEFAULT_LIMIT
from kiemchung.engine.types import Answer, Message, Review

INDEX_FOLDER = "desk-claims"
_REVIEWS, _CLAIMS = ShelfRecord(Shelf.REVIEWS), ShelfRecord(Shelf.CLAIMS)


class Indexes:
    """The reviews' index lies on disk and is shared by all processes of a machine; that of the open claims is small and
    kept in memory. May be used by several threads."""

    def __init__(self, home: Path) -> None:
        encoder = encoder_from_environment()
        self.reviews = SearchableRecord(_REVIEWS, home / INDEX_FOLDER, encoder)
        self._reviews_index: ClaimIndex | None = None
        self._claims_index = ClaimIndex(encoder=encoder)
        self._lock = threading.Lock()

    def reviews_index(self) -> ClaimIndex:
        """Return the index of the reviews, at the record's last change or, while others write, shortly before.

        Cost: one read of the record when nothing has changed.
        """
        index = self._reviews_index
        if index is not None and index.change == _REVIEWS.last_change():
            return index
        with self._lock:
            self._reviews_index = index = self.reviews.index()
        return index

    def claims_index(self) -> ClaimIndex:
        """Return the index of the open claims at the last change that the caller's transaction sees."""
        with self._lock:
            commits = _CLAIMS.commits_from(self._claims_index.change)
            held = self._claims_index.change, self._claims_index.mark
            if held not in ((0, 0), *commits[:1]):  # it holds what a transaction wrote that was undone
                self._claims_index = ClaimIndex(encoder=self.reviews.encoder)
                commits = _CLAIMS.commits_from(0)
            index = self._claims_index
            if commits and commits[-1][0] > index.change:
                _follow(index, _CLAIMS.changes_since(index.change))
                index.change, index.mark = commits[-1]
        return index

    def answers(
        self, messages: Sequence[Message], *, limit: float = DEFAULT_LIMIT, top: int = 5
    ) -> list[tuple[Answer, dict[str, Review]]]:
        """Return the answers from the published reviews, each with the reviews of its matches."""
        return answers_with_reviews(self.reviews, self.reviews_index(), messages, limit=limit, top=top)

    def shown_answers(self, index: ClaimIndex, messages: Sequence[Message], *, top: int) -> list[Answer]:
        """Return what `answers` does, from an index that `reviews_index` has given, without the matches that nobody is
        shown: most messages have no other, and are answered in two thirds of the time."""
        found = answers_with_reviews(self.reviews, index, messages, top=top, only_shown=True)
        return [answer for answer, _ in found]


def _follow(index: ClaimIndex, changes: Iterable[Change]) -> None:
    added, removed = [], []
    for change in changes:
        if change.review is None:
            removed.append(change.review_id)
        else:
            added.append(change.review)
    if removed:
        index.remove_many(removed)
    index.add_many(added)


@lru_cache(maxsize=1)
def indexes() -> Indexes:
    """Return those of this process, opened when they are first asked for."""
    return Indexes(default_home())


def reviews_of(refs: Sequence[str]) -> Mapping[str, Review]:
    """Return the reviews of ids that are still there."""
    return _REVIEWS.get_many(refs)


def rebuild() -> int:
    """Build the reviews' index anew from the record, in place of the one on disk; return how many reviews it holds.

    Others that search meanwhile keep what they have opened. Raises `IndexBusyError` while another process writes it.
    """
    home = default_home()
    with directory.Writer(home / INDEX_FOLDER) as writer:
        writer.clear()
        writer.commit(change=0)
    return len(SearchableRecord(_REVIEWS, home / INDEX_FOLDER, encoder_from_environment()).index())
