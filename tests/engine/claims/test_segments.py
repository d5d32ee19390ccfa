"""A changing set of segments holds what a plain dictionary would hold, whatever comes and goes in whatever order."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kiemchung.engine.claims import segments as tiers
from kiemchung.engine.claims.analysis import analyse_reviews
from kiemchung.engine.claims.directory import Writer, read
from kiemchung.engine.claims.segment import FIELDS, Segment
from kiemchung.engine.claims.segments import SegmentSet
from kiemchung.engine.types import Review
from tests.engine.claims.cast import some_reviews

CLAIMS = [review.claim for review in some_reviews(30)]
IDS = st.integers(0, 25).map(lambda number: f"r-{number}")
BATCHES = st.dictionaries(IDS, st.sampled_from(CLAIMS), max_size=6)


def segment_of(reviews: Mapping[str, str]) -> Segment:
    return Segment.build(analyse_reviews([Review(id=one, claim=claim) for one, claim in reviews.items()]))


def living(kept: SegmentSet) -> dict[str, list[int]]:
    """Each living review with its words as stored."""
    found: dict[str, list[int]] = {}
    for segment, alive in zip(kept.segments, kept.alive, strict=True):
        for doc, review_id in enumerate(segment.ids):
            if alive is None or alive[doc]:
                assert review_id not in found, "a review lives twice"
                begin, end = segment.sequence_offsets[doc : doc + 2].tolist()
                found[review_id] = segment.sequence[begin:end].tolist()
    return found


def expected(reviews: Mapping[str, str]) -> dict[str, list[int]]:
    analysed = analyse_reviews([Review(id=one, claim=claim) for one, claim in reviews.items()])
    return {review.review_id: review.folded.tolist() for review in analysed}


def put(kept: SegmentSet, reviews: Mapping[str, str]) -> None:
    kept.remove(reviews)
    kept.add(segment_of(reviews))


class InMemory(RuleBasedStateMachine):
    """Adds, replaces, removes and tidies, and compares with a dictionary after every step."""

    def __init__(self) -> None:
        super().__init__()
        self.kept = SegmentSet()
        self.plain: dict[str, str] = {}

    @rule(reviews=BATCHES)
    def add(self, reviews: dict[str, str]) -> None:
        put(self.kept, reviews)
        self.plain |= reviews

    @rule(wanted=st.lists(IDS, max_size=8))
    def remove(self, wanted: list[str]) -> None:
        self.kept.remove(wanted)
        for one in wanted:
            self.plain.pop(one, None)

    @rule()
    def tidy(self) -> None:
        self.kept.tidy()
        for segment, alive in zip(self.kept.segments, self.kept.alive, strict=True):
            assert alive is None or alive.mean() >= 0.75
            assert segment.size

    @rule()
    def clear(self) -> None:
        self.kept.clear()
        self.plain.clear()

    @invariant()
    def holds_what_the_dictionary_holds(self) -> None:
        assert living(self.kept) == expected(self.plain)


class OnDisk(RuleBasedStateMachine):
    """The same through a directory, with commits, writers that give up, and reopening."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "claims"
        self.committed: dict[str, str] = {}
        self.change = 0

    @initialize()
    def begin(self) -> None:
        self.writer = Writer(self.path)
        self.plain: dict[str, str] = {}

    @rule(reviews=BATCHES)
    def add(self, reviews: dict[str, str]) -> None:
        put(self.writer, reviews)
        self.plain |= reviews

    @rule(wanted=st.lists(IDS, max_size=8))
    def remove(self, wanted: list[str]) -> None:
        self.writer.remove(wanted)
        for one in wanted:
            self.plain.pop(one, None)

    @rule()
    def commit(self) -> None:
        self.change += 1
        self.writer.commit(change=self.change, encoder="e")
        self.committed = dict(self.plain)
        named = {segment.name for segment in self.writer.segments}
        assert {file.name for file in self.path.glob("*.segment")} == named

    @rule()
    def give_up_and_reopen(self) -> None:
        self.writer.__exit__()
        self.writer = Writer(self.path)
        self.plain = dict(self.committed)
        assert living(self.writer) == expected(self.plain)

    @precondition(lambda self: self.change)
    @invariant()
    def a_reader_sees_the_last_commit(self) -> None:
        commit = read(self.path)
        assert (commit.change, commit.encoder) == (self.change, "e")
        assert living(SegmentSet(commit.segments, commit.alive)) == expected(self.committed)

    def teardown(self) -> None:
        self.writer.__exit__()
        self.folder.cleanup()


TestInMemory = InMemory.TestCase
TestInMemory.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestOnDisk = OnDisk.TestCase
TestOnDisk.settings = settings(max_examples=15, stateful_step_count=15, deadline=None)


def test_eight_small_segments_become_one() -> None:
    kept = SegmentSet()
    for number, review in enumerate(some_reviews(40)):
        put(kept, {review.id: review.claim})
        kept.tidy()
        assert len(kept.segments) < 8, number
    assert len(living(kept)) == 40


def test_a_merge_stays_within_what_a_segment_can_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiers, "MOST_REVIEWS", 5)
    kept = SegmentSet()
    reviews = {review.id: review.claim for review in some_reviews(30)}
    for one, claim in reviews.items():
        put(kept, {one: claim})
        kept.tidy()
    assert max(segment.size for segment in kept.segments) <= 5
    assert living(kept) == expected(reviews)


def test_a_set_that_was_copied_does_not_change_with_its_copy() -> None:
    first = SegmentSet()
    put(first, {"a": CLAIMS[0], "b": CLAIMS[1], "c": CLAIMS[2]})
    first.remove(["a"])
    second = SegmentSet(first.segments, first.alive)
    second.remove(["b"])
    assert set(living(first)) == {"b", "c"}
    assert set(living(second)) == {"c"}


def test_the_tiers_keep_a_review_from_being_rewritten_over_and_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiers, "_SMALLEST_TIER", 200)
    rewritten = 0
    merge = Segment.merge

    def counted(segments: list[Segment], alive: list[np.ndarray[tuple[int], np.dtype[np.bool_]]]) -> Segment:
        nonlocal rewritten
        rewritten += sum(segment.size for segment in segments)
        return merge(segments, alive)

    monkeypatch.setattr(Segment, "merge", counted)
    kept = SegmentSet()
    reviews = some_reviews(256)
    for review in reviews:
        put(kept, {review.id: review.claim})
        kept.tidy()
    assert rewritten <= 4 * len(reviews)  # log8(256) is under 3
    assert len(kept.segments) < 30
    assert sum(len(segment.postings(FIELDS[0]).docs) for segment in kept.segments) > 0
