"""Strict JSON: what two readers could understand differently is refused by name."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiemchung.engine.formats.refusals import REASONS, Refusal, RefusalError, clip
from kiemchung.engine.formats.strictjson import parse

TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]))
NUMBERS = st.integers(-(10**9), 10**9) | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("raw", "code", "field"),
    [
        (b'{"a": NaN}', "not_finite", ""),
        (b'{"a": -Infinity}', "not_finite", ""),
        (b'{"a": 1e999}', "not_finite", ""),
        (b'{"a": 1, "b": 2, "a": 3}', "duplicate_key", "a"),
        (b'{"x": {"a": 1, "a": 1}}', "duplicate_key", "a"),
        (b'{"a": "\\ud800"}', "surrogate", "a"),
        (b'{"a": ["\\udfff x"]}', "surrogate", "a"),
        (b'{"a": "\\u0000"}', "nul", "a"),
        (b'{"a": "x\x00"}', "json", ""),
        (b'{"a": "\xff"}', "encoding", ""),
        (b'{"a": ' + b'"' + b"x" * 1_000_001 + b'"}', "string_too_long", "a"),
        (b'{"a": 1', "json", ""),
        (b"", "json", ""),
        (b'{"a": ' + b"9" * 5000 + b"}", "json", ""),
        (b"[" * 101 + b"]" * 101, "too_deep", ""),
        (b"[" * 100_000 + b"]" * 100_000, "too_deep", ""),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "too_deep", ""),
    ],
)
def test_what_is_not_plain_json_is_refused_with_its_field(raw: bytes, code: str, field: str) -> None:
    with pytest.raises(RefusalError) as caught:
        parse(raw)
    assert (caught.value.code, caught.value.field) == (code, field)


def test_brackets_inside_strings_are_not_depth() -> None:
    assert parse(json.dumps(["[" * 500 + '"{' * 50]).encode()) == ["[" * 500 + '"{' * 50]


def test_a_pair_of_surrogates_is_one_character() -> None:
    assert parse(b'"\\ud83d\\ude00"') == "\N{GRINNING FACE}"


def test_an_escaped_backslash_before_u0000_is_no_nul() -> None:
    assert parse(rb'"\\u0000"') == r"\u0000"


def test_a_hundred_levels_are_allowed() -> None:
    assert parse(b"[" * 100 + b"]" * 100)


@given(JSON)
def test_ordinary_json_is_read_as_the_standard_library_reads_it(value: object) -> None:
    if "\\u0000" not in (raw := json.dumps(value)):
        assert parse(raw.encode()) == json.loads(raw)


@given(st.binary(max_size=60))
def test_any_bytes_give_a_value_or_a_refusal(raw: bytes) -> None:
    with suppress(RefusalError):
        parse(raw)


@pytest.mark.parametrize("code", REASONS)
def test_every_reason_exists_in_both_languages(code: str) -> None:
    refusal = Refusal(1, code, "claim", "x")
    assert refusal.text("vi") != refusal.text("en")
    assert refusal.text("en") == refusal.reason
    assert str(refusal) == f"line 1: {refusal.reason}"


def test_what_a_report_shows_is_printable_and_short() -> None:
    assert clip("a\x1b[31m\ud800b") == "a\N{REPLACEMENT CHARACTER}[31m?b"
    assert len(clip("x" * 1000)) == 200
