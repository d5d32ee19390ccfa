"""A collection with its claim index: the record is the truth, the index follows it by change number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from kiemchung.collection.store import Collection
from kiemchung.collection.types import Change, ImportSummary
from kiemchung.engine.claims import directory
from kiemchung.engine.claims.analysis import AnalysedReview, analyse_review
from kiemchung.engine.claims.dense import Encoder, vectors_of
from kiemchung.engine.claims.index import ClaimIndex
from kiemchung.engine.claims.segment import Segment
from kiemchung.engine.errors import IndexBusyError, IndexDamagedError, SetupError
from kiemchung.engine.formats.refusals import Refusal
from kiemchung.engine.types import Review

INDEX_FOLDER = "claims"
Progress = Callable[[int, int], None]


class Record(Protocol):
    """What is asked of a record of reviews, wherever it is kept; `Collection` says what each method gives."""

    def last_change(self) -> int: ...
    def mark_of(self, change_number: int) -> int | None: ...
    def changes_since(self, change_number: int) -> Iterator[Change]: ...
    def get_many(self, review_ids: Iterable[str]) -> dict[str, Review]: ...
    def at_address(self, url: str) -> Sequence[Review]: ...


class SearchableRecord:
    """A record with an index that follows it, in the folder `path`."""

    def __init__(self, record: Record, path: Path, encoder: Encoder | None) -> None:
        self.record = record
        self._path = path
        self.encoder = encoder

    def index(self, *, progress: Progress | None = None) -> ClaimIndex:
        """Return the index at the record's last change, brought up to it first.

        When another process is writing the index, or it cannot be written (a read-only or full disk), what was last
        committed is returned: `index.change` says up to where. Raises `IndexBusyError`, `SetupError` or `OSError` when
        nothing was committed yet: an empty index would say that nothing was checked.
        """
        index = self._opened()
        last = self.record.last_change()
        if index is None or index.change != last or not self._is_ours(index) or not self._has_vectors():
            try:
                self.catch_up(progress=progress)
            except (IndexBusyError, SetupError, OSError):
                if index is None or not index.change or not self._is_ours(index) or not self._has_vectors():
                    raise
            opened = self._opened()
            index = index if opened is None else opened
        return index if index is not None else ClaimIndex(encoder=self.encoder)

    def catch_up(self, *, progress: Progress | None = None) -> None:
        """Bring the index to the record's last change. Raises `IndexBusyError` when another process writes it."""
        with directory.Writer(self._path) as writer:
            self._follow(writer, progress)

    def _is_ours(self, copy: ClaimIndex | directory.Commit) -> bool:
        """Whether an index was made from this record, and from the state that the record had then."""
        return self.record.mark_of(copy.change) == copy.mark

    def _commit(self, writer: directory.Writer, change: int) -> None:
        writer.commit(change=change, encoder=self._encoder_name, mark=self.record.mark_of(change) or 0)

    @property
    def _encoder_name(self) -> str:
        return self.encoder.name if self.encoder else ""

    def _opened(self) -> ClaimIndex | None:
        try:
            return ClaimIndex.open(self._path, lookup=self.record.get_many, encoder=self.encoder)
        except IndexDamagedError:
            return None

    def _has_vectors(self) -> bool:
        return self._is_of_encoder(directory.read(self._path))

    def _is_of_encoder(self, commit: directory.Commit) -> bool:
        """Whether an index holds the vectors of this encoder; two may have one name and vectors of another length."""
        if self.encoder is None:
            return True
        lengths = {segment.vectors.shape[1] for segment in commit.segments if segment.vectors is not None}
        return commit.encoder == self.encoder.name and (not lengths or lengths == {self.encoder.encode(["a"]).shape[1]})

    def _follow(self, writer: directory.Writer, progress: Progress | None) -> None:
        last = self.record.last_change()
        base = writer.base.change
        if base > last or not self._is_ours(writer.base) or not self._is_of_encoder(writer.base):
            writer.clear()  # another record, or vectors of another encoder
            base = 0
        if base == last == writer.base.change and self._is_ours(writer.base) and self._is_of_encoder(writer.base):
            return
        follower = _Follower(writer, self.encoder)
        for done, changes in enumerate(_in_chunks(self.record.changes_since(base)), 1):
            follower.take(changes)
            if progress is not None:
                progress(min(done * _CHUNK, last - base), last - base)
        follower.finish()
        self._commit(writer, last)


class SearchableCollection(SearchableRecord):
    """Reviews on disk that can be searched; use as a context manager.

    >>> import tempfile
    >>> from datetime import UTC, datetime
    >>> from kiemchung.engine.types import Message
    >>> with tempfile.TemporaryDirectory() as home, SearchableCollection.open(Path(home)) as collection:
    ...     reviews = [Review(id="1", claim="Ăn tỏi sống chữa khỏi cúm")]
    ...     summary = collection.import_reviews(reviews, now=datetime(2026, 1, 1, tzinfo=UTC))
    ...     answer = collection.index().search(Message("an toi song chua cum"))
    >>> summary.added, answer.matches[0].review_id
    (1, '1')
    """

    record: Collection

    @classmethod
    def open(cls, home: Path, *, read_only: bool = False, encoder: Encoder | None = None) -> Self:
        """Open the collection in the folder `home`; made when missing, unless `read_only`. Raises `CollectionError`."""
        return cls(Collection.open(home, read_only=read_only), home / INDEX_FOLDER, encoder)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.record.close()

    def import_reviews(self, items: Iterable[Review | Refusal], *, now: datetime) -> ImportSummary:
        """Take reviews into record and index; all of one call or, when it fails, nothing (see `Collection`).

        The record commits first; the index's segments are ready by then and follow with one rename. A kill between
        the two leaves an index that catches up when it is next opened.
        """
        with directory.Writer(self._path) as writer:
            self._follow(writer, None)
            follower = _Follower(writer, self.encoder)
            summary = self.record.import_reviews(items, now=now, on_chunk=follower.take, before_commit=follower.finish)
            if summary.added or summary.updated or summary.withdrawn:
                self._commit(writer, self.record.last_change())
        return summary


_CHUNK = 1_000
# What is held of reviews and their words before it goes into a part of the index: some 20 MB.
_MOST_POSTINGS = 2_000_000
_MOST_PENDING = 8_000


def _in_chunks(changes: Iterable[Change]) -> Iterator[list[Change]]:
    chunk: list[Change] = []
    for change in changes:
        chunk.append(change)
        if len(chunk) == _CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


class _Follower:
    """Turns changes of the record into segments of the index, a bounded number of reviews in memory."""

    def __init__(self, writer: directory.Writer, encoder: Encoder | None) -> None:
        self._writer = writer
        self.encoder = encoder
        self._pending: dict[str, tuple[Review, AnalysedReview]] = {}
        self._postings = 0

    def take(self, changes: Sequence[Change]) -> None:
        self._writer.remove(change.review_id for change in changes)
        for change in changes:
            self._pending.pop(change.review_id, None)
            if change.review is None:
                continue
            analysed = analyse_review(change.review)
            self._pending[change.review_id] = (change.review, analysed)
            self._postings += 3 * len(analysed.folded) + len(analysed.spaced)
        if self._postings > _MOST_POSTINGS or len(self._pending) >= _MOST_PENDING:
            self.flush()

    def flush(self) -> None:
        pending = list(self._pending.values())
        self._pending, self._postings = {}, 0
        if pending:
            vectors = vectors_of([review for review, _ in pending], self.encoder) if self.encoder else None
            self._writer.add(Segment.build([analysed for _, analysed in pending], vectors))

    def finish(self) -> None:
        """Bring the index into the shape in which it is committed: what can fail or take long is done then."""
        self.flush()
        self._writer.tidy()
