"""The set of references: what is found does not depend on how they came in, and files are what was committed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kiemchung.engine.errors import IndexBusyError, IndexDamagedError
from kiemchung.engine.media import image, index
from kiemchung.engine.media.audio import LEAST, SoundIndex, SoundSegment
from kiemchung.engine.media.audio import describe as heard
from kiemchung.engine.media.directory import Listed, Writer, open_parts
from kiemchung.engine.media.image import PictureFeatures
from kiemchung.engine.media.index import Described
from kiemchung.engine.media.pictures import PictureIndex
from kiemchung.engine.media.segments import MediaSegments
from kiemchung.engine.media.types import SAMPLE_RATE, MediaKind, MediaMatch, Picture, Sound


def picture(seed: int) -> Picture:
    """Blocks and lines at random places."""
    draw = np.random.default_rng(seed)
    pixels = np.full((240, 320, 3), 120, np.uint8)
    for _ in range(50):
        x, y, w, h = (int(v) for v in draw.integers((0, 0, 5, 5), (300, 220, 50, 50)))
        pixels[y : y + h, x : x + w] = draw.integers(0, 255, 3)
    return Picture(pixels, 320, 240)


def tune(seed: int, seconds: float = 20.0) -> Sound:
    """Chords of a quarter of a second."""
    draw = np.random.default_rng(seed)
    at = np.arange(int(0.25 * SAMPLE_RATE)) / SAMPLE_RATE
    chords = [220 * 2 ** (draw.integers(0, 30, 3) / 12) for _ in range(int(seconds * 4))]
    notes = [
        sum(np.sin(2 * np.pi * f * n * at) / n for f in one for n in (1, 2, 3)) * np.exp(-3 * at) for one in chords
    ]
    return Sound((np.concatenate(notes) / 12).astype(np.float32))


def file(number: int) -> Described:
    """A picture, a film of three frames or a tune."""
    sha256 = f"{number:064x}"
    if number % 4 == 1:
        shown = tuple(image.describe(picture(1000 * number + at)) for at in range(3))
        return Described(MediaKind.VIDEO, sha256, shown, (0.0, 1.0, 2.0), None, 3.0)
    if number % 4 == 2:
        return Described(MediaKind.SOUND, sha256, sound=tune(number), seconds=20.0)
    return Described(MediaKind.PICTURE, sha256, (image.describe(picture(number)),))


@pytest.fixture(scope="module")
def files() -> dict[str, Described]:
    return {str(number): file(number) for number in range(24)}


def found(kept: MediaSegments, files: dict[str, Described]) -> list[list[MediaMatch]]:
    asked = kept.index()
    return [asked.match(query) for query in files.values()]


def fresh(files: dict[str, Described]) -> MediaSegments:
    kept = MediaSegments()
    kept.add(list(files.items()))
    return kept


@pytest.mark.slow
def test_what_is_found_does_not_depend_on_how_references_came_in_and_went(files: dict[str, Described]) -> None:
    kept = MediaSegments()
    for name, one in files.items():
        kept.add([(name, one)])
        kept.tidy()
    assert len(kept.parts) < 12
    gone = ("0", "1", "2", "7")
    kept.remove(gone)
    left = {name: one for name, one in files.items() if name not in gone}
    kept.tidy()
    assert found(kept, files) == found(fresh(left), files)
    assert [one[0].reference for one in found(kept, left)] == list(left)


@pytest.mark.slow
def test_what_is_removed_is_not_found_before_it_is_rewritten_either(files: dict[str, Described]) -> None:
    kept = fresh(files)
    kept.remove(["3", "5", "6", "not there"])
    answers = dict(zip(files, found(kept, files), strict=True))
    assert all(match.reference not in ("3", "5", "6") for one in answers.values() for match in one)
    assert answers["4"][0].reference == "4"


def test_merged_sound_is_what_would_have_been_built_at_once() -> None:
    tunes = {str(seed): heard(tune(seed, 8)) for seed in range(5)}
    parts = [SoundSegment.build([name], [features]) for name, features in tunes.items()]
    alive = [None, None, np.array([False]), np.array([True]), None]
    merged = SoundSegment.merge(parts, alive)
    wanted = {name: one for name, one in tunes.items() if name != "2"}
    built = SoundSegment.build(list(wanted), list(wanted.values()))
    assert merged.arrays().keys() == built.arrays().keys()
    for name, array in built.arrays().items():
        np.testing.assert_array_equal(merged.arrays()[name], array)
        assert merged.arrays()[name].dtype == array.dtype


@pytest.mark.slow
def test_files_answer_as_memory_does(files: dict[str, Described], tmp_path: Path) -> None:
    writer = Writer(tmp_path, [])
    for begin in range(0, 24, 3):
        writer.add(list(files.items())[begin : begin + 3])
    writer.tidy()
    writer.remove(["9"])
    listed = writer.listed()
    writer.sweep(listed)
    writer.close()
    assert {one.name for one in tmp_path.glob("*.segment")} == {one.file for one in listed}
    stored = MediaSegments(open_parts(tmp_path, listed))
    left = {name: one for name, one in files.items() if name != "9"}
    assert found(stored, left) == found(fresh(left), left)


@pytest.mark.slow
def test_pages_that_are_let_go_between_questions_change_no_answer(
    files: dict[str, Described], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = {name: files[name] for name in ("0", "1", "3")}
    writer = Writer(tmp_path, [])
    writer.add(list(few.items()))
    listed = writer.listed()
    writer.close()
    monkeypatch.setattr(index, "_HELD", 1)
    assert found(MediaSegments(open_parts(tmp_path, listed)), few) == found(fresh(few), few)


class Frames(PictureIndex):
    """Finds for one frame after the other what the test says."""

    def __init__(self, looks: list[list[MediaMatch]]) -> None:
        super().__init__([])
        self.looks = list(looks)

    def match_many(self, queries: Sequence[PictureFeatures], *, top: int = 5) -> list[list[MediaMatch]]:
        return [self.looks.pop(0) for _ in queries]


class Sounds(SoundIndex):
    """Hears in every sound what the test says."""

    def __init__(self, heard: list[MediaMatch]) -> None:
        super().__init__([])
        self.heard = heard

    def match_many(self, queries: Sequence[Sound], *, top: int = 5, least: float = LEAST) -> list[list[MediaMatch]]:
        return [[match for match in self.heard if match.probability >= least]]


def test_what_is_seen_or_heard_in_time_is_reported_from_a_probability_of_9_in_10_on(
    files: dict[str, Described],
) -> None:
    film = replace(files["1"], sound=tune(7))
    looks = [[MediaMatch("a\0" + "30.0", 0.97, "features")], [MediaMatch("b\0" + "8.0", 0.93, "features")], []]
    heard = [
        MediaMatch("b", 0.6, "sound", start_s=7.0, end_s=9.0),
        MediaMatch("c", 0.89, "sound", start_s=0.0, end_s=1),
    ]
    found = index.MediaIndex(Frames(looks), Sounds(heard)).match(film)
    assert [(one.reference, one.method) for one in found] == [("b", "frames"), ("a", "frames")]
    assert index.MediaIndex(Frames([]), Sounds(heard)).match(replace(film, pictures=(), times=())) == []


def test_a_second_writer_is_told_to_wait(tmp_path: Path) -> None:
    writer = Writer(tmp_path, [])
    with pytest.raises(IndexBusyError):
        Writer(tmp_path, [])
    writer.close()
    Writer(tmp_path, []).close()


def one_file(files: dict[str, Described], path: Path) -> Listed:
    writer = Writer(path, [])
    writer.add([("0", files["0"])])
    [listed] = writer.listed()
    writer.close()
    return listed


def test_a_file_that_was_cut_or_changed_is_not_built_on(files: dict[str, Described], tmp_path: Path) -> None:
    listed = one_file(files, tmp_path)
    path = tmp_path / listed.file
    data = bytearray(path.read_bytes())
    data[-100] ^= 1
    path.write_bytes(data)
    writer = Writer(tmp_path, [listed])
    with pytest.raises(IndexDamagedError, match="media add"):
        writer._merged(writer.parts)
    writer.close()
    path.write_bytes(data[:-1])
    with pytest.raises(IndexDamagedError):
        open_parts(tmp_path, [listed])
