"""JSON as strictly as RFC 8259 and I-JSON (RFC 7493) ask: what two readers could understand differently is
refused."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from typing import NoReturn

from kiemchung.engine.formats.refusals import RefusalError

MAX_DEPTH = 100
MAX_STRING_BYTES = 1_000_000
MAX_ITEM_BYTES = 4 * 1024 * 1024

# Possessive repeats: no backtracking, so time and memory stay linear in the text.
# Python before 3.11.5 (Debian 12 has 3.11.2) gets them wrong; without them a string full of escapes costs some memory.
_REPEAT = "*+" if sys.version_info >= (3, 11, 5) else "*"
STRING = rf'"[^"\\]{_REPEAT}(?:\\.[^"\\]{_REPEAT}){_REPEAT}"'
_TOKEN = re.compile(rf"{STRING}|[\[\]{{}}]", re.DOTALL)
_SUSPECT_ESCAPE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")


def parse(raw: bytes, *, allow_control_characters: bool = False) -> object:
    """The value of one JSON text in UTF-8.

    Refuses (`RefusalError`) invalid UTF-8, NaN and Infinity (also by overflow, as in 1e999), duplicate keys,
    nesting deeper than 100, a string over 1 MB, NUL and lone surrogates. Linear in the size of `raw`; never
    recurses more than 100 levels. `allow_control_characters` takes line breaks inside strings, which web
    pages are full of.

    >>> parse(b'{"claim": "x"}')
    {'claim': 'x'}
    """
    text = _decoded(raw)
    check_depth(text)
    try:
        value: object = (_LENIENT if allow_control_characters else _STRICT).decode(text)
    except json.JSONDecodeError as error:
        raise RefusalError("json", detail=f"{error.msg} at character {error.pos + 1}") from None
    except (
        ValueError,
        RecursionError,
    ):  # an integer of thousands of digits; a parser with less room than we allow
        raise RefusalError("json", detail="a number or a nesting too long to read") from None
    if len(text) > MAX_STRING_BYTES // 4 or "\x00" in text or _SUSPECT_ESCAPE.search(text):
        check_strings(value)
    return value


def check_depth(text: str) -> None:
    """Refuses text nested deeper than `MAX_DEPTH`, before any parser sees it."""
    if text.count("{") + text.count("[") <= MAX_DEPTH:
        return
    depth = 0
    for token in _TOKEN.finditer(text):
        bracket = text[token.start()]
        if bracket in "{[":
            depth += 1
            if depth > MAX_DEPTH:
                raise RefusalError("too_deep", detail=str(MAX_DEPTH))
        elif bracket != '"':
            depth -= 1


def check_strings(value: object) -> None:
    """Refuses a value that has, anywhere in it, a string with a NUL, a lone surrogate or more than 1 MB."""
    for field, text in _strings(value):
        if "\x00" in text:
            raise RefusalError("nul", field)
        try:
            size = len(text) if text.isascii() else len(text.encode("utf-8"))
        except UnicodeEncodeError:
            raise RefusalError("surrogate", field) from None
        if size > MAX_STRING_BYTES:
            raise RefusalError("string_too_long", field, "1 MB")


def type_name(value: object) -> str:
    """What a JSON value is, in the words of a refusal."""
    match value:
        case None:
            return "null"
        case bool():
            return "a truth value"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case list():
            return "a list"
        case _:
            return "an object"


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RefusalError("encoding", detail=f"byte {error.start + 1}") from None


def _strings(value: object) -> Iterator[tuple[str, str]]:
    waiting: list[tuple[str, object]] = [("", value)]
    while waiting:
        field, item = waiting.pop()
        if isinstance(item, str):
            yield field, item
        elif isinstance(item, list):
            waiting.extend((field, part) for part in item)
        elif isinstance(item, dict):
            yield from (("key", key) for key in item)
            waiting.extend(item.items())


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise RefusalError("duplicate_key", key)
            seen.add(key)
    return found


def _constant(_name: str) -> NoReturn:
    raise RefusalError("not_finite", detail="NaN or Infinity")


def _float(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise RefusalError("not_finite", detail="NaN or Infinity")
    return number


_STRICT = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant, parse_float=_float)
_LENIENT = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant, parse_float=_float, strict=False)
