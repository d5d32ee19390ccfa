"""A segment: the same whether built at once, merged or read from its file; a file that is none is refused."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from kiemchung.engine.claims.analysis import AnalysedReview, analyse_reviews
from kiemchung.engine.claims.segment import FIELDS, MOST_POSTINGS, Segment, in_segments
from kiemchung.engine.errors import IndexDamagedError
from kiemchung.engine.types import Review
from tests.engine.claims.cast import some_reviews

REVIEWS = some_reviews(40)
ANALYSED = analyse_reviews(REVIEWS)
NAMES = (
    "parts",
    "sequence_offsets",
    "sequence",
    "marks",
    "fact_offsets",
    "facts",
    "id_offsets",
    "ids",
    *(f"{field}.{part}" for field in FIELDS for part in ("terms", "offsets", "docs")),
)


def all_of(segment: Segment) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.ones(segment.size, bool)


def assert_equal(ours: Segment, theirs: Segment) -> None:
    assert ours.ids == theirs.ids
    for name in NAMES:
        np.testing.assert_array_equal(ours.array(name), theirs.array(name), err_msg=name)
        assert ours.array(name).dtype == theirs.array(name).dtype, name


def built(*parts: Sequence[AnalysedReview]) -> list[Segment]:
    return [Segment.build(part) for part in parts]


def test_merged_parts_equal_the_whole_built_at_once() -> None:
    parts = built(ANALYSED[:7], ANALYSED[7:8], ANALYSED[8:])
    assert_equal(Segment.merge(parts, [all_of(part) for part in parts]), Segment.build(ANALYSED))


def test_a_merge_leaves_the_dead_out_as_if_they_had_never_been() -> None:
    chance = np.random.default_rng(1)
    parts = built(ANALYSED[:15], ANALYSED[15:])
    alive = [chance.random(part.size) < 0.6 for part in parts]
    living = [review for review, lives in zip(ANALYSED, np.concatenate(alive), strict=True) if lives]
    assert_equal(Segment.merge(parts, alive), Segment.build(living))


def test_a_merge_of_the_dead_alone_is_empty() -> None:
    (part,) = built(ANALYSED[:3])
    merged = Segment.merge([part], [np.zeros(3, bool)])
    assert (merged.size, merged.ids, merged.posting_count) == (0, (), 0)


def test_a_file_gives_back_what_was_written(tmp_path: Path) -> None:
    segment = Segment.build(ANALYSED)
    length = segment.write(tmp_path / "1.segment")
    assert length == (tmp_path / "1.segment").stat().st_size
    opened = Segment.open(tmp_path / "1.segment", length=length)
    assert_equal(opened, segment)
    assert opened.name == "1.segment"


def test_vectors_are_kept_through_file_and_merge(tmp_path: Path) -> None:
    vectors = np.random.default_rng(1).normal(size=(40, 8)).astype(np.float16)
    parts = [Segment.build(ANALYSED[:9], vectors[:9]), Segment.build(ANALYSED[9:], vectors[9:])]
    merged = Segment.merge(parts, [all_of(part) for part in parts])
    length = merged.write(tmp_path / "1.segment")
    opened = Segment.open(tmp_path / "1.segment", length=length)
    assert opened.vectors is not None
    np.testing.assert_array_equal(opened.vectors, vectors)


def test_vectors_are_given_up_when_one_part_has_none() -> None:
    parts = [Segment.build(ANALYSED[:2], np.ones((2, 8), np.float16)), Segment.build(ANALYSED[2:4])]
    assert Segment.merge(parts, [all_of(part) for part in parts]).vectors is None


def test_postings_name_each_review_of_each_term_once_in_order() -> None:
    segment = Segment.build(ANALYSED)
    found = segment.postings("folded")
    expected: dict[int, list[int]] = {}
    for doc, review in enumerate(ANALYSED):
        for term in sorted(set(review.folded[: review.parts[0] + review.parts[1]].tolist())):
            expected.setdefault(term, []).append(doc)
    begin, end = found.ranges(found.terms)
    assert found.terms.tolist() == sorted(expected)
    for term, first, last in zip(found.terms.tolist(), begin, end, strict=True):
        assert found.docs[first:last].tolist() == expected[term]


def test_an_absent_term_has_an_empty_range() -> None:
    found = Segment.build(ANALYSED).postings("folded")
    absent = np.setdiff1d(np.array([0, 2**32 - 1, 12345], np.uint32), found.terms)
    begin, end = found.ranges(absent)
    assert (begin == end).all()
    begin, end = Segment.build([]).postings("folded").ranges(absent)
    assert (begin == end).all()


@pytest.mark.parametrize(
    "ids", [["a"], [""], ["", "b"], ["a", "bệnh", "𝗮", "x y"], ["a\0b", "c"], ["\ud800", "d"]], ids=ascii
)
def test_any_text_is_an_id(ids: list[str], tmp_path: Path) -> None:
    segment = Segment.build(analyse_reviews([Review(id=one, claim="Chanh") for one in ids]))
    opened = Segment.open(tmp_path / "1", length=segment.write(tmp_path / "1"))
    assert opened.ids == tuple(ids)
    assert [opened.review_id(doc) for doc in range(len(ids))] == ids
    parts = [Segment.build(analyse_reviews([Review(id=one, claim="Chanh")])) for one in ids]
    assert Segment.merge(parts, [all_of(part) for part in parts]).ids == tuple(ids)


@pytest.mark.parametrize("claim", ["", " ", "!!!", "\ud800", "a" * 100_000, "疫" * 20_000, "từ " * 5_000], ids=len)
def test_any_claim_has_its_place(claim: str, tmp_path: Path) -> None:
    segment = Segment.build(analyse_reviews([Review(id="a", claim=claim, title=claim, body=claim), REVIEWS[0]]))
    opened = Segment.open(tmp_path / "1", length=segment.write(tmp_path / "1"))
    assert_equal(opened, segment)
    assert opened.size == 2


def test_reviews_are_cut_into_runs_that_fit_and_none_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiemchung.engine.claims.segment.MOST_POSTINGS", 500)
    runs = list(in_segments(ANALYSED))
    assert len(runs) > 3
    assert [review.review_id for run in runs for review in run] == [review.id for review in REVIEWS]
    assert all(Segment.build(run).posting_count <= 500 or len(run) == 1 for run in runs)
    assert MOST_POSTINGS > 500
    monkeypatch.setattr("kiemchung.engine.claims.segment.MOST_REVIEWS", 1)
    assert [len(run) for run in in_segments(ANALYSED)] == [1] * 40
    assert list(in_segments([])) == []


def damaged(data: bytes, how: str) -> bytes:
    size = int.from_bytes(data[8:16], "little")
    header = data[16 : 16 + size]
    match how:
        case "empty":
            return b""
        case "cut":
            return data[:-5]
        case "longer":
            return data + b"\0"
        case "mark":
            return b"X" + data[1:]
        case "zeros":
            return bytes(len(data))
        case "header length":
            return data[:8] + (2**40).to_bytes(8, "little") + data[16:]
        case "header text":
            return data[:16] + b"?" * size + data[16 + size :]
        case "header form":
            return data[:16] + b'{"parts": 1}'.ljust(size) + data[16 + size :]
        case "header list":
            return data[:16] + b"[]".ljust(size) + data[16 + size :]
        case "missing array":
            kept = {name: entry for name, entry in json.loads(header).items() if name != "marks"}
            return data[:16] + json.dumps(kept).encode().ljust(size) + data[16 + size :]
        case "type":
            return data[:16] + header.replace(b'"<u4"', b'"|O8"') + data[16 + size :]
        case _:  # an array that would lie behind the end of the file
            return (
                data[:16]
                + header.replace(b"[40, 3]", b"[4000]").replace(b"[4000]", b"[40000000]")[:size].ljust(size)
                + data[16 + size :]
            )


@pytest.mark.parametrize(
    "how",
    [
        "empty",
        "cut",
        "longer",
        "mark",
        "zeros",
        "header length",
        "header text",
        "header form",
        "header list",
        "missing array",
        "type",
    ],
)
def test_a_damaged_file_is_said_to_be_damaged(how: str, tmp_path: Path) -> None:
    path = tmp_path / "1.segment"
    length = Segment.build(ANALYSED).write(path)
    path.write_bytes(damaged(path.read_bytes(), how))
    with pytest.raises(IndexDamagedError, match=r"1\.segment"):
        Segment.open(path, length=length)


def test_a_missing_file_or_a_folder_is_said_to_be_damaged(tmp_path: Path) -> None:
    for path in (tmp_path / "none.segment", tmp_path):
        with pytest.raises(IndexDamagedError):
            Segment.open(path, length=10)


@pytest.mark.parametrize("at_once", [1, 50, 700])
def test_a_merge_in_many_shares_equals_a_merge_in_one(monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    parts = built(ANALYSED[:15], ANALYSED[15:])
    monkeypatch.setattr("kiemchung.engine.claims.segment._MERGED_AT_ONCE", at_once)
    assert_equal(Segment.merge(parts, [all_of(part) for part in parts]), Segment.build(ANALYSED))


def test_every_posting_lies_between_two_edges_once() -> None:
    found = Segment.build(ANALYSED).postings("grams")
    edges = [0, int(found.terms[5]), int(found.terms[5]) + 1, int(found.terms[-1]), 2**32]
    parts = [found.between(low, high) for low, high in itertools.pairwise(edges)]
    assert np.concatenate([part.terms for part in parts]).tolist() == found.terms.tolist()
    assert np.concatenate([part.docs for part in parts]).tolist() == found.docs.tolist()
    assert all(part.offsets[0] == 0 and part.offsets[-1] == len(part.docs) for part in parts)


def test_reviews_are_found_by_their_ids() -> None:
    segment = Segment.build(ANALYSED)
    ids = list(segment.ids)
    assert segment.docs_of([ids[7], "khác", ids[0]]) == [7, 0]
    assert segment.docs_of([]) == []
