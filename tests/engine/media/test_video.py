from __future__ import annotations

import cv2
import numpy as np
import pytest

from kiemchung.engine.media.types import MediaMatch, Pixels
from kiemchung.engine.media.video import (
    MOST_LOOKED_AT,
    FrameMatch,
    choose_frames,
    look_at,
    scene_cuts,
    vote,
    with_sound,
)
from tests.engine.media.scenes import RATE, Thumbnails, chosen, encoded, film, scene

pytestmark = pytest.mark.slow

FILMS = {f"phim {number}": film(number) for number in range(6)}


@pytest.fixture(scope="module")
def matcher() -> Thumbnails:
    return Thumbnails({name: chosen(frames) for name, frames in FILMS.items()})


def asked(matcher: Thumbnails, frames: list[Pixels]) -> list[MediaMatch]:
    query = chosen(frames)
    return vote([frame.at_s for frame in query], matcher.match_frames(query))


def captioned(frame: Pixels) -> Pixels:
    picture = frame.copy()
    picture[-24:] = 255
    cv2.putText(picture, "TIN NONG", (20, len(picture) - 6), cv2.FONT_HERSHEY_SIMPLEX, 0.7, (0, 0, 0), 2)
    return picture


def resized(frame: Pixels) -> Pixels:
    return cv2.resize(frame, (200, 112)).astype(np.uint8)


def mirrored(frame: Pixels) -> Pixels:
    return np.ascontiguousarray(frame[:, ::-1])


@pytest.mark.parametrize("change", [np.copy, captioned, resized, mirrored])
@pytest.mark.parametrize("start_s", [3.4, 12.0, 31.7])
def test_five_seconds_find_their_film_and_place(matcher: Thumbnails, change: object, start_s: float) -> None:
    assert callable(change)
    part = FILMS["phim 2"][int(start_s * RATE) : int((start_s + 5) * RATE)]
    match = asked(matcher, encoded([change(frame) for frame in part]))[0]
    assert (match.reference, match.method) == ("phim 2", "frames")
    assert match.start_s == pytest.approx(start_s, abs=1)
    assert match.end_s == pytest.approx(start_s + 5, abs=1)


@pytest.mark.parametrize("speed", [0.9, 1.1])
def test_a_faster_or_slower_copy_has_the_range_of_the_original(matcher: Thumbnails, speed: float) -> None:
    part = FILMS["phim 4"][80:240]
    frames = [part[min(int(number * speed), len(part) - 1)] for number in range(int(len(part) / speed))]
    match = asked(matcher, frames)[0]
    assert match.reference == "phim 4"
    assert (match.start_s, match.end_s) == pytest.approx((8, 24), abs=1)


def test_a_scene_inside_another_film_is_found_there(matcher: Thumbnails) -> None:
    frames = scene(777, 6) + FILMS["phim 1"][100:180] + scene(778, 6)
    match = asked(matcher, frames)[0]
    assert match.reference == "phim 1"
    assert (match.start_s, match.end_s) == pytest.approx((10, 18), abs=1)


def test_one_photograph_finds_its_moment(matcher: Thumbnails) -> None:
    match = asked(matcher, [FILMS["phim 3"][155]])[0]
    assert match.reference == "phim 3"
    assert match.start_s == match.end_s == pytest.approx(15.5, abs=1)


def test_a_film_that_is_in_no_reference_is_not_found(matcher: Thumbnails) -> None:
    assert asked(matcher, film(99, scenes=2)) == []


def test_pairs_that_agree_outweigh_more_that_do_not() -> None:
    agreeing = [[FrameMatch("a", 10.0 + n, 0.6), FrameMatch("b", 7.0 * n % 31, 0.7)] for n in range(6)]
    assert vote([float(n) for n in range(6)], agreeing)[0].reference == "a"


def test_frames_that_all_fit_one_moment_count_once() -> None:
    times = [float(at_s) for at_s in range(5)]
    still = [[FrameMatch("a", 30.0, 0.95)] for _ in times[:3]] + [[], []]
    moving = [[FrameMatch("a", 30.0 + at_s, 0.95)] for at_s in times[:3]] + [[], []]
    assert vote(times, still)[0].probability == pytest.approx(1 - 5 * 0.05)
    assert vote(times, moving)[0].probability > 0.98


def test_one_frame_of_many_has_to_be_surer_than_one_alone() -> None:
    seen = [FrameMatch("a", 30.0, 0.97)]
    assert vote([0.0], [seen])[0].probability == pytest.approx(0.97)
    assert vote([0.0, 1.0, 2.0], [[], seen, []])[0].probability == pytest.approx(0.91)
    assert not vote([float(at_s) for at_s in range(30)], [seen, *[[]] * 29])


def test_a_few_frames_are_all_looked_at() -> None:
    assert look_at([float(at_s) for at_s in range(8)], lambda _: []) == list(range(8))


@pytest.mark.parametrize(("start", "end"), [(0, 37), (11, 16), (22, 31), (36, 37)])
def test_of_a_longer_clip_the_ends_of_what_is_seen_are_looked_at_and_half_of_the_rest(start: int, end: int) -> None:
    asked: list[int] = []

    def seen_in(at: int) -> set[str]:
        asked.append(at)
        return {"a"} if start <= at < end else set()

    found = look_at([at * 0.8 for at in range(37)], seen_in)
    assert sorted(asked) == found
    assert len(found) <= 20
    inside = [at for at in found if start <= at < end]
    assert (inside[0], inside[-1]) == (start, end - 1)


def test_an_hour_is_looked_at_in_a_bounded_number_of_frames() -> None:
    times = [float(at_s) for at_s in range(3_600)]
    assert len(look_at(times, lambda _: [])) == MOST_LOOKED_AT
    restless = look_at(times, lambda at: [str(at)])
    assert MOST_LOOKED_AT < len(restless) <= 2 * MOST_LOOKED_AT


def test_nothing_is_found_where_no_frame_matches() -> None:
    assert vote([0.0, 1.0], [[], []]) == []
    assert vote([], []) == []


def test_sound_and_frames_at_other_times_do_not_add_up() -> None:
    seen = [MediaMatch("a", 0.8, "frames", start_s=3.0, end_s=7.0)]
    heard = [MediaMatch("a", 0.9, "sound", start_s=60.0, end_s=65.0), MediaMatch("b", 0.7, "sound", start_s=0, end_s=5)]
    assert with_sound(seen, heard) == heard


def test_a_cut_is_found_and_a_pan_is_none() -> None:
    frames = scene(1, 3) + scene(2, 3)
    small = np.array([cv2.resize(cv2.cvtColor(one, cv2.COLOR_RGB2GRAY), (32, 32)) for one in frames], np.uint8)
    assert scene_cuts(small).tolist() == [30]


def test_frames_are_chosen_at_cuts_and_at_a_fixed_rate_and_no_more_than_wanted() -> None:
    small = np.zeros((100, 8, 8), np.uint8)
    small[34:] = 255
    times = [number / 10 for number in range(100)]
    assert choose_frames(small, times, every_s=2) == [0, 20, 34, 54, 74, 94]
    assert len(choose_frames(small, times, every_s=0.1, most=7)) == 7
    assert choose_frames(small[:0], []) == []
    assert choose_frames(small[:1], [0.0]) == [0]
