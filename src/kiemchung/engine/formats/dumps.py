"""The open dump of a desk: all versions of all its reviews, a line each, of which the newest of each review counts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import IO, TypeGuard

from kiemchung.engine.formats.fields import Node, required, text_of
from kiemchung.engine.formats.identity import review_id, web_address
from kiemchung.engine.formats.jsonl import review_from_ours
from kiemchung.engine.formats.refusals import Refusal, RefusalError
from kiemchung.engine.formats.strictjson import type_name
from kiemchung.engine.formats.withdrawals import of_version
from kiemchung.engine.links import site_of
from kiemchung.engine.types import Review

_MARKS = frozenset({"claim_reviewed", "version", "kind", "published_at", "digest"})
_WITHDRAWAL = "withdrawal"
_IN_MEMORY = 4 * 1024 * 1024  # bytes


def is_version(value: object) -> TypeGuard[Node]:
    """Whether a JSON value is a version of a review as a desk's dump has it.

    >>> is_version({"id": "a", "claim": "Chanh chữa ung thư"})
    False
    """
    return isinstance(value, dict) and value.keys() >= _MARKS


@dataclass(frozen=True, slots=True)
class _Kept:
    version: int
    at: int
    number: int
    unit: str


class Versions:
    """The newest version of each review of a dump; the texts wait in a file, since the newest may be the last.

    A context manager. Memory: some 4 MB, and some 200 bytes a review.
    """

    def __init__(self) -> None:
        self._newest: dict[str, _Kept] = {}
        self._texts: IO[bytes] = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed by __exit__

    def __enter__(self) -> Versions:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._texts.close()

    def keep(self, node: Node, number: int, unit: str) -> None:
        """Take one version. Raises `RefusalError` where it cannot be told of which review it is, or which one."""
        url = required(web_address(text_of(node.get("url"), "url"), "url"), "url")
        version = node["version"]
        if isinstance(version, bool) or not isinstance(version, int):
            raise RefusalError("wrong_type", "version", f"a number, not {type_name(version)}")
        known = self._newest.get(url)
        if known is None or version > known.version:
            self._newest[url] = _Kept(version, self._texts.tell(), number, unit)
            self._texts.write(json.dumps(node).encode() + b"\n")

    def reviews(self, base_url: str = "") -> Iterator[Review | Refusal]:
        """Give the review (or `Withdrawal`) that each newest version is, or why it is none, in the versions' order.

        `base_url` is where the dump was read, if that is known: by it nobody withdraws the review of another.
        """
        for one in sorted(self._newest.values(), key=lambda one: one.at):
            self._texts.seek(one.at)
            try:
                node = json.loads(self._texts.readline())
                if text_of(node.get("kind"), "kind") == _WITHDRAWAL:
                    yield of_version(node, one.number, one.unit, base_url)
                else:
                    yield _review(node)
            except RefusalError as error:
                yield error.at(one.number, one.unit)


def _review(node: Node) -> Review:
    """The review of a newest version, with the id that the desk's data feed gives it."""
    url = text_of(node.get("url"), "url")
    claim = required(text_of(node.get("claim_reviewed"), "claim_reviewed"), "claim_reviewed")
    said = [text_of(node.get(field), field) for field in ("summary", "body")]
    rating = required(text_of(node.get("rating"), "rating"), "rating")
    published = text_of(node.get("rating_published"), "rating_published") or rating
    appearance = text_of(node.get("appearance"), "appearance")
    return review_from_ours(
        {
            "id": review_id(node_id="", identifier="", url=url, claim=claim),
            "claim": claim,
            "title": node.get("title"),
            "body": "\n\n".join(filter(None, said)),
            "rating": {"published": published, "mapped": rating, "basis": "given"},
            "url": url,
            "publisher": node.get("publisher") or {"name": site_of(url)},
            "date": node.get("published_at"),
            "lang": node.get("lang"),
            "appearances": [appearance] if appearance else None,
        }
    )
