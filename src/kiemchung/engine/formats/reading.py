"""Reviews out of bytes of any of the formats, recognised by content: what the `import` command and a notebook
call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Literal, TypeAlias

from kiemchung.engine.errors import InputError
from kiemchung.engine.formats import html
from kiemchung.engine.formats.claimreview import claim_reviews, is_type, nodes_by_id, review_from
from kiemchung.engine.formats.dumps import Versions, is_version
from kiemchung.engine.formats.feeds import Splitter, document_items
from kiemchung.engine.formats.fields import Node
from kiemchung.engine.formats.jsonl import is_linked_data, review_from_ours
from kiemchung.engine.formats.refusals import Refusal, RefusalError
from kiemchung.engine.formats.streams import lines, plain_utf8, take
from kiemchung.engine.formats.strictjson import MAX_DEPTH, MAX_ITEM_BYTES, parse, type_name
from kiemchung.engine.formats.withdrawals import deleted_items, of_item, without_deleted
from kiemchung.engine.types import Review

Kind: TypeAlias = Literal["lines", "document", "page"]
Item: TypeAlias = Review | Refusal

MAX_PAGE_BYTES = 16 * 1024 * 1024

_ITEM_LIMIT_WORDS = f"{MAX_ITEM_BYTES // 1024 // 1024} MB"


def read_reviews(pieces: Iterable[bytes], *, name: str = "the input", base_url: str = "") -> Iterator[Item]:
    """Every review of a stream of bytes, and a `Refusal` for each item that is none, in the order of the
    stream.

    Takes our JSON Lines, ClaimReview JSON-LD (one object, a list, `@graph`, one a line), a Data Commons
    `DataFeed`, the open dump of a desk (of each review the newest version, after everything else), and HTML pages
    that hold ClaimReview; plain or gzip. A review that its publisher has withdrawn is a `Withdrawal`, which is a
    `Refusal` of its own kind. UTF-8, or UTF-16 with its mark. Which of them is told from the content.
    Memory stays under a few items (4 MB each at most; a page 16 MB). `name` stands in messages, `base_url` makes
    relative addresses of a page complete, and is kept as where each review was fetched from. Raises `InputError` when
    the whole cannot be read: not one of these formats, empty, ends in the middle, damaged gzip; what came before has
    then been yielded, so take it in one transaction.

    >>> data = b'{"id": "1", "claim": "Chanh chua ung thu"}\\n{"id": "2"}\\n'
    >>> [getattr(item, "reason", "ok") for item in read_reviews([data])]
    ['ok', "'claim' is missing or empty"]
    """
    for item in _read(pieces, name, base_url):
        yield replace(item, fetched_from=base_url) if base_url and isinstance(item, Review) else item


def _read(pieces: Iterable[bytes], name: str, base_url: str) -> Iterator[Item]:
    head, whole = take(plain_utf8(pieces, name), MAX_ITEM_BYTES + 1)
    is_whole = len(head) <= MAX_ITEM_BYTES
    match detect(head, name=name, is_whole=is_whole):
        case "lines":
            with Versions() as versions:
                yield from _from_lines(whole, versions, base_url)
        case "document":
            with Versions() as versions:
                yield from _from_document(whole, head if is_whole else b"", name, base_url, versions)
        case "page":
            yield from _from_page(whole, name, base_url)


def detect(head: bytes, *, name: str = "the input", is_whole: bool = True) -> Kind:
    """What a stream that begins with `head` is. `is_whole`: `head` is all there is. Raises `InputError` for
    what is none.

    >>> detect(b'{"id": "1"}\\n{"id": "2"}'), detect(b'[{"id": "1"}]'), detect(b"<!doctype html>")
    ('lines', 'document', 'page')
    """
    start = head.lstrip()
    if not start and is_whole:
        raise InputError(f"{name} is empty: there is no review in it.", f"{name} trống: không có bài kiểm chứng nào.")
    if start[:1] == b"<":
        return "page"
    if start[:1] in (b"{", b"[") and start[1:2] != b"\0":  # that would be UTF-16 without its mark
        return "lines" if _is_lines(start, name, is_whole) else "document"
    if any(line.lstrip()[:2] in (b"{", b'{"', b"{ ") for line in start.split(b"\n", 1000)[:1000]):
        return "lines"
    raise InputError(
        f"{name} is neither JSON nor HTML. Give a file of reviews: JSON Lines, ClaimReview JSON-LD, a"
        " DataFeed, or a web page that holds ClaimReview; plain or gzip.",
        f"{name} không phải JSON cũng không phải HTML. Hãy đưa tệp bài kiểm chứng: JSON Lines, ClaimReview JSON-LD,"
        " DataFeed, hoặc trang web có ClaimReview; để thường hay nén gzip đều được.",
    )


def _is_lines(start: bytes, name: str, is_whole: bool) -> bool:
    """Whether text that begins with a bracket is one JSON value a line, rather than one document."""
    first, line_end, rest = start.partition(b"\n")
    following = rest.lstrip()[:1]
    splitter = Splitter(name, limit=len(start) + 1)
    try:
        for _ in splitter.feed(first):
            pass
        for _ in splitter.finish():
            pass
    except InputError:  # the first line is not complete in itself
        if not line_end:
            return not is_whole and not splitter.is_in_list and start[:1] == b"{"
        if splitter.depth > MAX_DEPTH:  # no document begins like this, so it is one bad line
            return bool(following)
        # Inside an object a key must follow: when an object does, the first line is a broken line among
        # lines.
        return following == b"{" and not splitter.is_in_list and not first.rstrip().endswith((b"[", b":"))
    return bool(following)


def _from_lines(pieces: Iterable[bytes], versions: Versions, base_url: str) -> Iterator[Item]:
    for number, line in enumerate(lines(pieces), start=1):
        if line is None:
            yield Refusal(number, "too_large", detail=_ITEM_LIMIT_WORDS)
        elif line and not line.isspace():
            try:
                value = parse(line)
                if is_version(value):
                    versions.keep(value, number, "line")
                else:
                    found = _from_value(value, number, "line", {}, "", source=base_url)
                    yield from found or [Refusal(number, "no_review")]
            except RefusalError as error:
                yield error.at(number)
    yield from versions.reviews(base_url)


def _from_document(
    pieces: Iterable[bytes], whole: bytes, name: str, base_url: str, versions: Versions
) -> Iterator[Item]:
    nodes: dict[str, Node] = {}
    if b'"@id"' in whole:  # references between nodes are only followed in a document that fits in memory
        with suppress(RefusalError):
            nodes = nodes_by_id(parse(whole))
    number = count = 0
    for number, raw in enumerate(document_items(pieces, name), start=1):
        if raw is None:
            items: list[Item] = [Refusal(number, "too_large", detail=_ITEM_LIMIT_WORDS, unit="item")]
        else:
            try:
                value = parse(raw)
                if is_version(value):
                    versions.keep(value, number, "item")
                    count += 1
                    continue
                items = _from_value(value, number, "item", nodes, base_url, source=base_url)
            except RefusalError as error:
                items = [error.at(number, "item")]
        count += len(items)
        yield from items
    yield from versions.reviews(base_url)
    if number and not count:
        raise InputError(
            f"{name} is JSON, but holds no ClaimReview and no review in our own form.",
            f"{name} là JSON, nhưng không có ClaimReview, cũng không có bài kiểm chứng theo dạng riêng của kiemchung.",
        )


def _from_page(pieces: Iterable[bytes], name: str, base_url: str) -> Iterator[Item]:
    raw, _ = take(pieces, MAX_PAGE_BYTES + 1)
    if len(raw) > MAX_PAGE_BYTES:
        raise InputError(
            f"{name} is a page of more than {MAX_PAGE_BYTES // 1024 // 1024} MB, which is not read.",
            f"{name} là trang lớn hơn {MAX_PAGE_BYTES // 1024 // 1024} MB nên không được đọc.",
        )
    # All scripts are read before the first review: what it refers to may stand in a later one.
    read = [one for block in html.json_ld_blocks(html.decode_page(raw)) if (one := _read_block(block)) is not None]
    nodes = nodes_by_id([one for one in read if not isinstance(one, RefusalError)])
    number = 0
    for one in read:
        if isinstance(one, RefusalError):
            number += 1
            yield one.at(number, "item")
            continue
        for node in claim_reviews(without_deleted(one)):
            number += 1
            yield _review_or_refusal(node, number, "item", nodes, base_url, is_page=True)
        for item in _withdrawals(one, number + 1, "item", base_url):
            number += 1
            yield item
    if not number:
        raise InputError(
            f"{name} is a web page, but holds no ClaimReview.", f"{name} là trang web, nhưng không có ClaimReview nào."
        )


def _read_block(block: str) -> object:
    """The value of a script, or why it cannot be read; `None` when that does not matter: it is about other things."""
    try:
        return _parsed_block(block)
    except RefusalError as error:
        return error if "ClaimReview" in block else None


def _parsed_block(block: str) -> object:
    if "\N{REPLACEMENT CHARACTER}" in block:
        raise RefusalError("encoding", detail="replaced characters")
    try:
        return parse(block.encode("utf-8"), allow_control_characters=True)
    except RefusalError:
        if "&quot;" not in block:
            raise
        return parse(html.unescaped(block).encode("utf-8"), allow_control_characters=True)


def _from_value(
    value: object, number: int, unit: str, nodes: dict[str, Node], base_url: str, *, source: str
) -> list[Item]:
    """The reviews of one item. A part of a graph that is something else altogether (an organisation) gives
    none."""
    if not isinstance(value, dict | list):
        raise RefusalError("not_object", detail=type_name(value))
    if isinstance(value, dict) and not is_linked_data(value):
        return [review_from_ours(value)]
    found: list[Item] = [
        *(_review_or_refusal(node, number, unit, nodes, base_url) for node in claim_reviews(without_deleted(value))),
        *_withdrawals(value, number, unit, source),
    ]
    if not found and isinstance(value, dict) and (is_type(value, "DataFeedItem") or "item" in value):
        return [Refusal(number, "no_review", unit=unit)]
    return found


def _withdrawals(value: object, number: int, unit: str, source: str) -> Iterator[Item]:
    for node in deleted_items(value):
        try:
            yield of_item(node, number, unit, source)
        except RefusalError as error:
            yield error.at(number, unit)


def _review_or_refusal(
    node: Node, number: int, unit: str, nodes: dict[str, Node], base_url: str, *, is_page: bool = False
) -> Item:
    try:
        return review_from(node, nodes=nodes, base_url=base_url, is_page=is_page)
    except RefusalError as error:
        return error.at(number, unit)
