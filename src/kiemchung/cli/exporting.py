"""`kiemchung export`: the reviews of the local collection out, as JSON Lines, ClaimReview JSON-LD or a DataFeed."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO
from urllib.parse import quote

from kiemchung.cli.complaints import complain
from kiemchung.cli.parser import Options
from kiemchung.cli.words import number, say
from kiemchung.collection.home import default_home
from kiemchung.collection.store import Collection
from kiemchung.engine.durable import settle, take_the_place
from kiemchung.engine.formats.answers import line_of
from kiemchung.engine.formats.feeds import claimreview_pieces, feed_pieces
from kiemchung.engine.formats.jsonl import ours_from
from kiemchung.engine.types import Review

_SHOWN = 10


def run(options: Options) -> int:
    """Write all reviews, in the order in which they last changed; 3 when some could not be, 1 when there are none."""
    choice = _Choice(options)
    with (
        Collection.open(default_home(), read_only=True) as collection,
        _written(options.output, lambda: choice.written > 0) as file,
    ):
        changes = collection.changes_since(0)
        for piece in choice.pieces(change.review for change in changes if change.review is not None):
            file.write(piece)
    choice.tell_left_out()
    if options.output and choice.written:
        print(say("exported", options.lang, count=number(choice.written, options.lang), file=options.output))
    if not choice.written and not choice.left_out:
        complain(say("empty_collection", options.lang))
    if choice.left_out:
        return 3
    return 0 if choice.written else 1


class _Choice:
    """Which reviews go out, and as what."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self.written = 0
        self.left_out = 0

    def pieces(self, reviews: Iterator[Review]) -> Iterator[str]:
        """Return what is written."""
        if self._options.format == "jsonl":
            for review in self._counted(reviews):
                yield line_of(ours_from(review)) + "\n"
            return
        addressed = self._counted(self._addressed(reviews))
        if self._options.format == "feed":
            yield from feed_pieces(addressed, modified=datetime.now(UTC).date().isoformat(), address_of=self._page)
        else:
            yield from claimreview_pieces(addressed, address_of=self._page)

    def tell_left_out(self) -> None:
        """Say how many were left out beyond those that were named."""
        if self.left_out > _SHOWN:
            complain(say("more_left_out", self._options.lang, count=number(self.left_out - _SHOWN, self._options.lang)))

    def _counted(self, reviews: Iterable[Review]) -> Iterator[Review]:
        for review in reviews:
            self.written += 1
            yield review

    def _addressed(self, reviews: Iterable[Review]) -> Iterator[Review]:
        for review in reviews:
            if review.url or self._options.page:
                yield review
                continue
            self.left_out += 1
            if self.left_out <= _SHOWN:
                complain(say("left_out", self._options.lang, id=review.id))

    def _page(self, review: Review) -> str:
        return (self._options.page or "").replace("{id}", quote(review.id, safe=""))


@contextmanager
def _written(name: str, is_worth_it: Callable[[], bool]) -> Iterator[TextIO]:
    """A file to write, which takes its name when it is whole and worth it; standard output without a name.

    A link stays one: what it leads to is replaced.
    """
    if not name:
        yield sys.stdout
        return
    path = Path(os.path.realpath(name))
    if path.exists() and not path.is_file():  # a pipe or a device; of a folder the system says so
        with path.open("w", encoding="utf-8") as file:
            yield file
        return
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with part.open("x", encoding="utf-8") as file:
            yield file
            settle(file)
        if is_worth_it():
            if path.exists():
                part.chmod(path.stat().st_mode & 0o7777)
            take_the_place(part, path)
        else:
            part.unlink()
    except BaseException as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        # A full disk does not say where, and of a file that cannot be made the name is not the one that was given.
        if isinstance(error, OSError) and error.errno and error.filename in (None, str(part)):
            raise OSError(error.errno, error.strerror, name) from error
        raise
