"""Feeds of reviews, in and out, one item at a time: hundreds of MB in a few MB of memory."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator

from kiemchung.engine.errors import InputError
from kiemchung.engine.formats.claimreview import claimreview_from
from kiemchung.engine.formats.strictjson import MAX_ITEM_BYTES, STRING
from kiemchung.engine.types import Review

# A whole string, or a bracket, or the opening quote of a string that goes on in the next piece.
_TOKEN = re.compile(STRING.encode() + rb'|[\[\]{}"]', re.DOTALL)
_LIST_KEYS = (b'"dataFeedElement"', b'"@graph"')
_MAX_LISTS = 4
_QUOTE, _LIST, _OBJECT, _END_OF_LIST = b'"[{]'
_BETWEEN = b" \t\r\n,"


def document_items(pieces: Iterable[bytes], name: str, limit: int = MAX_ITEM_BYTES) -> Iterator[bytes | None]:
    """The JSON texts of the items of a document: of the list in `dataFeedElement` or `@graph`, or of a plain
    list, or the one object that the document is.

    `None` stands for an item of more than `limit` bytes, which is passed over without being held. Items are
    cut by their brackets only, so an item that is not valid JSON inside costs no other. Raises `InputError`
    when the document ends in the middle. Memory: one item and one piece. `name` is for the message.

    Why not an event parser: one NaN or one wrong byte in one review would lose the whole feed, and a string
    of a gigabyte would be held in memory before anybody can say no.

    >>> list(document_items([b'{"@type": "DataFeed", "dataFeedEl', b'ement": [{"a": 1}, {"b": 2}]}'], "feed"))
    [b'{"a": 1}', b'{"b": 2}']
    """
    splitter = Splitter(name, limit)
    for piece in pieces:
        yield from splitter.feed(piece)
    yield from splitter.finish()


class Splitter:
    """Cuts a JSON document into its items as it comes in."""

    def __init__(self, name: str, limit: int = MAX_ITEM_BYTES) -> None:
        self._name = name
        self._limit = limit
        self._buffer = b""
        self._scanned = 0  # up to here brackets have been counted
        self._depth = 0
        self._levels = [0]  # the depths of the lists we are in; items lie at the last
        self._item: int | None = None  # where the current item begins in the buffer
        self._gap: int | None = 0  # where the text between items begins; None inside an item or after its list
        self._last_string = (0, 0)
        self._is_too_large = False

    @property
    def is_in_list(self) -> bool:
        """Whether a list of items has been found."""
        return len(self._levels) > 1

    @property
    def depth(self) -> int:
        """How many brackets are open."""
        return self._depth

    def feed(self, piece: bytes) -> Iterator[bytes | None]:
        """The items that `piece` completes."""
        self._buffer += piece
        buffer, level = self._buffer, self._levels[-1]
        scanned = len(buffer)
        for token in _TOKEN.finditer(buffer, self._scanned):
            start, end = token.span()
            byte = buffer[start]
            if byte == _QUOTE:
                if end == start + 1:
                    scanned = start
                    break
                self._last_string = (start, end)
            elif byte in (_LIST, _OBJECT):
                if self._depth <= level + 1:
                    yield from self._opened(byte, start)
                    level = self._levels[-1]
                self._depth += 1
            else:
                self._depth -= 1
                if self._depth <= level:
                    yield from self._closed(byte, start)
                    level = self._levels[-1]
        self._scanned = scanned
        self._forget()

    def finish(self) -> Iterator[bytes | None]:
        """What is left at the end of the document."""
        if self._depth > 0 or self._scanned < len(self._buffer):
            raise InputError(
                f"{self._name}: the JSON ends in the middle. Fetch or copy the file again.",
                f"{self._name}: JSON bị cụt giữa chừng. Hãy tải hoặc chép lại tệp.",
            )
        yield from self._text_between(len(self._buffer))

    def _opened(self, byte: int, start: int) -> Iterator[bytes]:
        if self._depth == self._levels[-1]:
            if self._item is None and self._gap is not None:
                yield from self._text_between(start)
            if byte == _LIST and self._depth == 0:
                self._enter_list(start)
            else:
                self._item, self._gap = start, None
        elif byte == _LIST and self._is_list_of_items(start):
            self._enter_list(start)

    def _is_list_of_items(self, start: int) -> bool:
        begin, end = self._last_string
        return (
            self._buffer[begin:end] in _LIST_KEYS
            and self._buffer[end:start].strip() == b":"
            and len(self._levels) <= _MAX_LISTS
        )

    def _enter_list(self, start: int) -> None:
        self._levels.append(self._depth + 1)
        self._item, self._gap, self._is_too_large = None, start + 1, False

    def _closed(self, byte: int, start: int) -> Iterator[bytes | None]:
        if self._depth < self._levels[-1]:
            if byte != _END_OF_LIST or len(self._levels) == 1:
                raise InputError(
                    f"{self._name} is not valid JSON: a bracket closes what was never opened.",
                    f"{self._name} không phải JSON hợp lệ: có dấu ngoặc đóng mà không có dấu mở.",
                )
            yield from self._text_between(start)
            self._levels.pop()
            self._gap = None
        elif self._item is not None:
            yield (
                None
                if self._is_too_large or start + 1 - self._item > self._limit
                else (self._buffer[self._item : start + 1])
            )
        if self._depth == self._levels[-1]:
            self._item, self._gap, self._is_too_large = None, start + 1, False

    def _text_between(self, end: int) -> Iterator[bytes]:
        """What stands between items where nothing but commas should: handed on to be refused like any
        item."""
        text = self._buffer[self._gap : end].strip(_BETWEEN) if self._gap is not None else b""
        if text:
            yield from filter(None, (part.strip() for part in text.split(b",")))

    def _forget(self) -> None:
        """Lets go of everything before the current item; of an item over the limit, of all that has been
        counted."""
        if self._item is not None and len(self._buffer) - self._item > self._limit:
            self._is_too_large = True
        if self._is_too_large or (self._item is None and self._gap is None):
            self._shorten_string()
            # Of what is passed over only the last string matters: it may be the key of a list of items.
            begin, end = self._last_string
            keep = begin if end and self._scanned - begin <= self._limit else self._scanned
            self._item = None if self._item is None else keep
        elif self._gap is not None:
            blanks = len(self._buffer) - len(self._buffer[self._gap :].lstrip(_BETWEEN))
            keep = self._gap = min(blanks, self._scanned)
            if len(self._buffer) - keep > self._limit:
                raise InputError(
                    f"{self._name} is not a JSON document of reviews.",
                    f"{self._name} không phải tài liệu JSON chứa bài kiểm chứng.",
                )
        else:
            keep = self._item or 0
        self._buffer = self._buffer[keep:]
        self._scanned -= keep
        begin, end = self._last_string
        self._last_string = (begin - keep, end - keep) if begin >= keep else (0, 0)
        self._item = None if self._item is None else self._item - keep
        self._gap = None if self._gap is None else self._gap - keep

    def _shorten_string(self) -> None:
        """Of a long string that has not ended yet, in what is passed over, only what decides where it ends."""
        tail = self._buffer[self._scanned :]
        if tail and (self._is_too_large or len(tail) > self._limit):
            backslashes = len(tail) - len(tail.rstrip(b"\\"))
            self._buffer = self._buffer[: self._scanned] + b'"' + b"\\" * (backslashes % 2)


def feed_pieces(
    reviews: Iterable[Review], *, modified: str, address_of: Callable[[Review], str] | None = None
) -> Iterator[str]:
    """A Data Commons `DataFeed` of the reviews as pieces of JSON text, one item a line, never more than one
    in memory.

    `modified` is the ISO date of the feed; `address_of` gives the page of a review that has no address of its
    own. Raises `InputError` for a review without any address.

    >>> "".join(feed_pieces([], modified="2024-05-31")).splitlines()[-1]
    ']}'
    """

    def items() -> Iterator[dict[str, object]]:
        for review in reviews:
            node = _node(review, address_of)
            item: dict[str, object] = {"@type": "DataFeedItem", "url": node["url"], "item": [node]}
            yield item | ({"dateModified": review.date} if review.date else {})

    start = {"@context": "https://schema.org", "@type": "DataFeed", "dateModified": modified}
    yield from _document(start, "dataFeedElement", items())


def claimreview_pieces(
    reviews: Iterable[Review], *, address_of: Callable[[Review], str] | None = None
) -> Iterator[str]:
    """One JSON-LD document with a ClaimReview for each review, as pieces of text; see `feed_pieces`.

    >>> "".join(claimreview_pieces([])).split()
    ['{"@context":', '"https://schema.org",', '"@graph":', '[', ']}']
    """
    yield from _document({"@context": "https://schema.org"}, "@graph", (_node(one, address_of) for one in reviews))


def _node(review: Review, address_of: Callable[[Review], str] | None) -> dict[str, object]:
    node = claimreview_from(review, page_url=address_of(review) if address_of else "")
    del node["@context"]
    return node


def _document(start: dict[str, str], key: str, items: Iterable[dict[str, object]]) -> Iterator[str]:
    yield f'{json.dumps(start, ensure_ascii=False)[:-1]}, "{key}": ['
    separator = "\n"
    for item in items:
        # Put into a page as it is, no text of a review may end the <script> around it.
        yield separator + json.dumps(item, ensure_ascii=False).replace("<", "\\u003c")
        separator = ",\n"
    yield "\n]}\n"
