from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kiemchung.engine.media.audio import SoundIndex, SoundSegment, describe
from kiemchung.engine.media.types import SAMPLE_RATE, MediaMatch, Samples, Sound
from tests.engine.media.test_chromaprint import tune

pytestmark = pytest.mark.slow

TUNES = {f"bài {number}": tune(number, 60) for number in range(12)}


def segment(names: list[str]) -> SoundSegment:
    return SoundSegment.build(names, [describe(Sound(TUNES[name])) for name in names])


@pytest.fixture(scope="module")
def index() -> SoundIndex:
    return SoundIndex([segment(list(TUNES))])


def clip(name: str, start_s: float, end_s: float) -> Samples:
    return TUNES[name][int(start_s * SAMPLE_RATE) : int(end_s * SAMPLE_RATE)]


def only(found: list[MediaMatch]) -> MediaMatch:
    assert len(found) == 1
    return found[0]


def sped_up(samples: Samples, speed: float) -> Samples:
    faster: Samples = np.interp(np.arange(0, len(samples) - 1, speed), np.arange(len(samples)), samples).astype(
        np.float32
    )
    return faster


@pytest.mark.parametrize("length", [5.0, 10.0, 30.0])
def test_a_clip_finds_its_original_and_its_place(index: SoundIndex, length: float) -> None:
    match = only(index.match_many([Sound(clip("bài 3", 20.3, 20.3 + length))])[0])
    assert (match.reference, match.method) == ("bài 3", "sound")
    assert match.probability > 0.95
    assert match.start_s == pytest.approx(20.3, abs=0.2)
    assert match.end_s == pytest.approx(20.3 + length, abs=0.2)


def test_a_clip_inside_something_else_finds_its_place(index: SoundIndex) -> None:
    strange = tune(99, 20)
    query = np.concatenate([strange[: 8 * SAMPLE_RATE], clip("bài 5", 30, 42), strange[8 * SAMPLE_RATE :]])
    match = only(index.match_many([Sound(query)])[0])
    assert match.reference == "bài 5"
    assert (match.start_s, match.end_s) == pytest.approx((30, 42), abs=0.5)


def test_a_long_programme_finds_the_short_note_that_is_in_it(index: SoundIndex) -> None:
    programme = np.concatenate([tune(77, 200), clip("bài 7", 10, 40), tune(78, 100)])
    match = only(index.match_many([Sound(programme)])[0])
    assert match.reference == "bài 7"
    assert (match.start_s, match.end_s) == pytest.approx((10, 40), abs=0.8)  # a long query has one phase


def test_a_recording_with_two_originals_finds_both(index: SoundIndex) -> None:
    query = np.concatenate([clip("bài 1", 5, 17), clip("bài 2", 40, 52)])
    assert {match.reference for match in index.match_many([Sound(query)])[0]} == {"bài 1", "bài 2"}


def test_a_copy_that_lasts_longer_than_the_original_matches_all_of_it(index: SoundIndex) -> None:
    query = np.concatenate([tune(55, 10), TUNES["bài 4"], tune(56, 10)])
    match = only(index.match_many([Sound(query)])[0])
    assert (match.start_s, match.end_s) == pytest.approx((0, 60), abs=0.7)


@pytest.mark.parametrize("speed", [0.9, 0.953, 1.047, 1.1])
def test_a_copy_at_another_speed_is_found(index: SoundIndex, speed: float) -> None:
    match = index.match_many([Sound(sped_up(clip("bài 6", 20, 35), speed))])[0][0]
    assert match.reference == "bài 6"
    assert (match.start_s, match.end_s) == pytest.approx((20, 35), abs=0.5)


def test_noise_and_volume_do_not_hide_a_clip(index: SoundIndex) -> None:
    quiet = clip("bài 8", 12, 22) / 5
    noisy = quiet + np.random.default_rng(1).normal(0, quiet.std() / 3, len(quiet))
    assert only(index.match_many([Sound(noisy.astype(np.float32))])[0]).reference == "bài 8"


@pytest.mark.parametrize("number", range(50, 56))
def test_what_is_in_no_reference_matches_nothing(index: SoundIndex, number: int) -> None:
    assert index.match_many([Sound(tune(number, 10))]) == [[]]


def crickets(seed: int, seconds: float) -> Samples:
    """A tone that comes and goes, with a little noise: one evening sounds like another."""
    t = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    chirps = np.sin(2 * np.pi * 3_000 * t) * (np.sin(2 * np.pi * 30 * t) > 0) * (np.sin(2 * np.pi * 1.5 * t) > 0)
    return (chirps + np.random.default_rng(seed).normal(0, 0.05, len(t))).astype(np.float32)


@pytest.mark.parametrize("seconds", [5, 10, 20])
def test_one_evening_of_crickets_is_not_taken_for_another(seconds: float) -> None:
    index = SoundIndex([SoundSegment.build(["tối qua"], [describe(Sound(crickets(1, 60)))])])
    assert index.match_many([Sound(crickets(2, seconds))]) == [[]]


def test_a_recording_that_falls_silent_is_not_taken_for_another_that_does() -> None:
    silent = np.random.default_rng(3).normal(0, 1e-5, 20 * SAMPLE_RATE).astype(np.float32)
    ends = {name: np.concatenate([TUNES[name][: 10 * SAMPLE_RATE], silent]) for name in ("bài 1", "bài 2")}
    index = SoundIndex([SoundSegment.build(list(ends), [describe(Sound(one)) for one in ends.values()])])
    assert only(index.match_many([Sound(ends["bài 1"])])[0]).reference == "bài 1"
    assert index.match_many([Sound(np.concatenate([tune(60, 5), silent]))]) == [[]]


@pytest.mark.parametrize("seconds", [0, 1, 2, 30])
def test_silence_and_what_is_too_short_match_nothing(index: SoundIndex, seconds: int) -> None:
    assert index.match_many([Sound(np.zeros(seconds * SAMPLE_RATE, np.float32))]) == [[]]


def test_an_index_without_references_answers() -> None:
    assert SoundIndex([]).match_many([Sound(tune(1, 5))]) == [[]]
    assert SoundIndex([SoundSegment.build([], [])]).match_many([Sound(tune(1, 5))]) == [[]]


def test_results_do_not_depend_on_how_references_are_split_into_segments(index: SoundIndex) -> None:
    names = list(TUNES)
    split = SoundIndex([segment(names[:1]), segment(names[1:7]), segment([]), segment(names[7:])])
    queries = [Sound(clip(name, 11, 17)) for name in names[::3]] + [Sound(sped_up(clip("bài 9", 20, 30), 1.08))]
    assert split.match_many(queries) == index.match_many(queries)


def test_a_reference_that_was_removed_is_not_found() -> None:
    alive = np.array([name != "bài 2" for name in TUNES])
    index = SoundIndex([segment(list(TUNES))], [alive])
    assert index.match_many([Sound(clip("bài 2", 20, 26))]) == [[]]
    assert only(index.match_many([Sound(clip("bài 3", 20, 26))])[0]).reference == "bài 3"


def test_a_segment_is_the_same_after_it_was_stored_and_mapped(tmp_path: Path, index: SoundIndex) -> None:
    for name, array in segment(list(TUNES)).arrays().items():
        np.save(tmp_path / name, array)
    mapped = {path.stem: np.load(path, mmap_mode="r") for path in tmp_path.iterdir()}
    loaded = SoundSegment.load(mapped)
    assert loaded.ids == tuple(TUNES)
    query = [Sound(clip("bài 10", 20, 30))]
    assert SoundIndex([loaded]).match_many(query) == index.match_many(query)


def test_at_most_so_many_are_returned(index: SoundIndex) -> None:
    query = Sound(np.concatenate([clip("bài 1", 5, 17), clip("bài 2", 40, 52)]))
    assert len(index.match_many([query], top=1)[0]) == 1


def test_a_batch_is_answered_in_its_order(index: SoundIndex) -> None:
    names = ["bài 4", "bài 0", "bài 9"]
    found = index.match_many([Sound(clip(name, 20, 26)) for name in names])
    assert [only(matches).reference for matches in found] == names
