"""Protected organisations: read from JSON Lines with an error by line, or the small registry that comes with this."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from importlib.resources import files
from typing import Any

from kiemchung.engine.errors import InputError
from kiemchung.engine.formats.fields import Node, required, text_of
from kiemchung.engine.formats.refusals import RefusalError
from kiemchung.engine.formats.streams import lines
from kiemchung.engine.formats.strictjson import parse, type_name
from kiemchung.engine.lookalikes.normalise import read
from kiemchung.engine.types import Organisation

_DOMAIN = re.compile(r"(?=.{1,253}\Z)(?!-)[^\s/@:.]{1,63}(?:\.[^\s/@:.]{1,63})+")
_LISTS = ("aliases", "domains", "affiliates", "suffixes", "handles", "senders")
_MOST_VALUES = 1000


def read_organisations(pieces: Iterable[bytes], name: str = "organisations") -> list[Organisation]:
    """Return the organisations of a JSON Lines file, given in pieces of bytes.

    Each line is an object with `id` and `name`, and optionally `display`, `aliases`, `domains`, `affiliates`,
    `suffixes`, `handles`, `senders` (lists of text), `category` and `country`; other keys are passed over. Raises
    `InputError` naming file and line for anything else, and for an id that is there twice: a registry that protects
    half of what it should is not used.

    >>> [o] = read_organisations([b'{"id": "x", "name": "X Bank", "domains": ["xbank.vn"]}'])
    >>> o.domains
    ('xbank.vn',)
    """
    found: dict[str, Organisation] = {}
    for number, line in enumerate(lines(pieces), start=1):
        if line is not None and not line.strip():
            continue
        try:
            organisation = _organisation(_parsed(line))
        except RefusalError as error:
            first = error.at(number)
            raise InputError(
                f"{name}, line {number}: {first.reason}. Correct the line.",
                f"{name}, dòng {number}: {first.text('vi')}. Hãy sửa dòng này.",
            ) from None
        if organisation.id in found:
            raise InputError(
                f"{name}, line {number}: the id {organisation.id!r} is there twice. Give each its own.",
                f"{name}, dòng {number}: id {organisation.id!r} đã có rồi. Hãy cho mỗi tổ chức một id riêng.",
            )
        found[organisation.id] = organisation
    if not found:
        raise InputError(
            f"{name} holds no organisation. Each line needs `id` and `name`.",
            f"{name} không có tổ chức nào. Mỗi dòng cần có `id` và `name`.",
        )
    return list(found.values())


def known_organisations() -> list[Organisation]:
    """Return the registry that comes with this: well-known Vietnamese organisations, written for this project.

    >>> "vietcombank.com.vn" in {domain for o in known_organisations() for domain in o.domains}
    True
    """
    data = (files("kiemchung.engine") / "data" / "known_organisations.jsonl").read_bytes()
    return read_organisations([data], "known_organisations.jsonl")


def _parsed(line: bytes | None) -> object:
    if line is None:
        raise RefusalError("too_large", detail="4 MB")
    return parse(line)


def _organisation(node: object) -> Organisation:
    if not isinstance(node, dict):
        raise RefusalError("not_object", "", type_name(node))
    row: Node = node
    lists: dict[str, Any] = {field: tuple(_texts(row[field], field)) if field in row else () for field in _LISTS}
    for field in ("domains", "affiliates"):
        lists[field] = tuple(_domain(text, field) for text in lists[field])
    return Organisation(
        id=required(text_of(row.get("id"), "id"), "id"),
        name=required(text_of(row.get("name"), "name"), "name"),
        display=text_of(row.get("display"), "display"),
        category=text_of(row.get("category"), "category"),
        country=text_of(row.get("country"), "country"),
        **lists,
    )


def _texts(value: object, field: str) -> Iterator[str]:
    if value is None:
        return
    if not isinstance(value, list) or len(value) > _MOST_VALUES:
        raise RefusalError("wrong_type", field, f"a list of at most {_MOST_VALUES} texts, not {type_name(value)}")
    for item in value:
        if not isinstance(item, str) or not item.strip():
            raise RefusalError("wrong_type", field, "a list of texts that are not blank")
        yield item.strip()


def _domain(text: str, field: str) -> str:
    domain = read(text).strip(".")
    if not _DOMAIN.fullmatch(domain):
        raise RefusalError("wrong_type", field, f"a list of domains like bank.com.vn; {text!r} is none")
    return domain
