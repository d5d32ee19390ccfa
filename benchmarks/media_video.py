"""Clips of films found again, with their place: `python -m benchmarks.media_video`.

Prints Markdown tables; `--write` also stores them in `docs/measured/media_video.md`. A film is made of scenes of three
to six seconds: the camera moves over a picture, of `--pictures DIR` (each picture in one film) or drawn here, and
something moves in front. Films and clips are encoded to files, which go through the guarded door, the matcher of
pictures and the vote, as files of users do. They have no sound, which would help.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.setting import commit, load, machine, markdown, one_core, show
from kiemchung.engine.shares import wilson

if TYPE_CHECKING:
    from numpy.random import Generator

    from kiemchung.decoding import Decoder
    from kiemchung.engine.media.image import PictureFeatures
    from kiemchung.engine.media.index import Described
    from kiemchung.engine.media.pictures import PictureIndex
    from kiemchung.engine.media.types import MediaMatch, Pixels
    from kiemchung.recognising import MediaReferences

    Film = list[Pixels]

MEASURED = Path(__file__).parent.parent / "docs" / "measured" / "media_video.md"
RATE = 15
_WIDTH, _HEIGHT = 640, 360
_CLIP_S, _FILM_S = 5.0, 30.0
_WITHIN_S = 1.0
_LEAST_PICTURE = 40_000  # bytes; smaller files are icons
_ARCHIVES, _LONG_CLIPS = (100, 1_000), 6
_STRANGE = 1_000  # what the seed of strangers is more


@dataclass(frozen=True, slots=True)
class Asked:
    """A clip: what was done, its film and place, what was found, and how long it took (seconds)."""

    change: str
    film: str
    span: tuple[float, float]
    found: tuple[MediaMatch, ...]
    seconds: float

    @property
    def is_right(self) -> bool:
        """The best match is the film."""
        return bool(self.found) and self.found[0].reference == self.film

    @property
    def errors(self) -> tuple[float, float]:
        """By how much the beginning and the end are off, in seconds."""
        return abs((self.found[0].start_s or 0) - self.span[0]), abs((self.found[0].end_s or 0) - self.span[1])


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; store with `--write`."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    parser = argparse.ArgumentParser(prog="python -m benchmarks.media_video", description=__doc__)
    parser.add_argument("--pictures", type=Path, metavar="DIR", help="a folder of pictures that films are made of")
    parser.add_argument("--films", type=int, default=24, help="films that are references (default: 24)")
    parser.add_argument("--clips", type=int, default=25, help="clips a change (default: 25)")
    parser.add_argument(
        "--archive", type=int, nargs="*", metavar="N", help="instead: clips of 30 s among N videos (default: 100 1000)"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="store the tables in docs/measured/media_video.md")
    options = parser.parse_args(given)
    threads = one_core()
    show(_report(options, given, threads), MEASURED if options.write else None)
    return 0


def _report(options: argparse.Namespace, given: Sequence[str], threads: str) -> Iterator[str]:
    from kiemchung.decoding import Decoder
    from kiemchung.recognising import MediaReferences

    shown = ["DIR" if before == "--pictures" else one for before, one in zip(["", *given], given, strict=False)]
    yield _heading(shown, threads)
    pictures, others = _pictures(options.pictures) if options.pictures else ([], [])
    films = {f"film {n:03d}": _film(pictures, n, options.seed) for n in range(options.films)}
    strangers = [_film(others, n, options.seed + _STRANGE) for n in range(max(1, options.films // 2))]
    if options.archive is not None:
        with Decoder() as decoder, tempfile.TemporaryDirectory() as folder:
            yield _archives(options.archive or _ARCHIVES, decoder, Path(folder), films, strangers)
        return
    with Decoder() as decoder, tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        begin = time.process_time()
        references = MediaReferences([(name, _described(decoder, place, film)) for name, film in films.items()])
        yield (
            f"{len(films)} films of {_FILM_S:.0f} s, {_WIDTH} x {_HEIGHT}, {len(pictures)} pictures to make them of, "
            f"{len(others)} of other folders to make strangers of (in one folder one picture often comes in variants); "
            f"described and indexed in {time.process_time() - begin:.0f} s (the decoder's own time not counted). Clips "
            f"of {_CLIP_S:.0f} s, encoded anew (H.264, CRF 34)."
        )
        asked = list(_ask(references, decoder, place, films, strangers, options))
        yield _table([one for one in asked if one.film])
        unknown = [one for one in asked if not one.film]
        wrong = [one for one in unknown if one.found]
        low, high = wilson(len(wrong), len(unknown))
        yield (
            f"Of {len(unknown)} clips of other films, changed in the same ways, {len(wrong)} matched something "
            f"(95 %: {low:.3f} to {high:.3f})."
        )
        yield "## Missed, wrong or more than a second off\n\n" + _worst(asked)
    yield f"Load of the machine at the end: {load()}; times are the processor's, without decoding."


def _archives(
    counts: Sequence[int], decoder: Decoder, place: Path, films: dict[str, Film], strangers: Sequence[Film]
) -> str:
    """Return the table of whole films sent as clips of 30 s among so many videos, most of them spliced."""
    real = [(name, _described(decoder, place, film)) for name, film in films.items()]
    sent = [(name, _described(decoder, place, films[name], 34)) for name in list(films)[:_LONG_CLIPS]]
    sent += [("", _described(decoder, place, film, 34)) for film in strangers[:_LONG_CLIPS]]
    rows = [_among(count, real, sent) for count in counts]
    return (
        f"{len(sent)} clips of {_FILM_S:.0f} s, half of films that are there. The frames of {len(real)} films are as "
        "they are, the others spliced from their features; times are the processor's, without decoding and describing:"
        "\n\n"
        + markdown(
            ["videos", "their frames", "found", "strangers matched", "frames sent", "looked at", "s a clip, median"]
            + ["s when all are looked at", "found then", "strangers matched then"],
            rows,
        )
    )


def _among(count: int, real: Sequence[tuple[str, Described]], sent: Sequence[tuple[str, Described]]) -> list[str]:
    from dataclasses import replace

    import numpy as np

    from benchmarks.media_stored import spliced
    from kiemchung.engine.media import video
    from kiemchung.engine.media.pictures import KEPT
    from kiemchung.engine.media.segments import MediaSegments

    rng = np.random.default_rng(5)
    frames = [frame for _, one in real for frame in one.pictures]
    pool = np.concatenate([frame.descriptors[:KEPT] for frame in frames])
    places = np.concatenate([frame.places[:KEPT] for frame in frames])
    segments = MediaSegments()
    segments.add(real)
    for number in range(len(real), count):
        of = real[number % len(real)][1]
        made = tuple(spliced(rng, frame, pool, places) for frame in of.pictures)
        segments.add([(f"spliced {number}", replace(of, sha256=f"{number:064x}", pictures=made))])
        if number % 16 == 0:
            segments.tidy()
    segments.tidy()
    index = segments.index()
    held = sum(part.segment.size for part in segments.parts)
    cells = [f"{count:,}", f"{held:,}"]
    for few in (video.FEW, 10**9):
        before, video.FEW = video.FEW, few
        taken, looked_at, right, wrong = [], [], 0, 0
        for name, clip in sent:
            asked = _Counted(index._pictures)  # noqa: SLF001
            index._pictures = asked  # type: ignore[assignment]  # noqa: SLF001
            begin = time.process_time()
            found = index.match(clip)
            taken.append(time.process_time() - begin)
            index._pictures = asked.pictures  # noqa: SLF001
            looked_at.append(asked.count)
            right += bool(name) and bool(found) and found[0].reference == name
            wrong += not name and bool(found)
        video.FEW = before
        known = sum(bool(name) for name, _ in sent)
        said = [f"{right} of {known}", f"{wrong} of {len(sent) - known}"]
        if few == before:
            sizes = [f"{np.median([len(one.pictures) for _, one in sent]):.0f}", f"{np.median(looked_at):.0f}"]
            cells += [*said, *sizes, f"{np.median(taken):.1f}"]
        else:
            cells += [f"{np.median(taken):.1f}", *said]
    return cells


class _Counted:
    """An index of pictures that counts how often it is asked."""

    def __init__(self, pictures: PictureIndex) -> None:
        self.pictures, self.count = pictures, 0

    def match_many(self, queries: Sequence[PictureFeatures], *, top: int = 5) -> list[list[MediaMatch]]:
        self.count += len(queries)
        return self.pictures.match_many(queries, top=top)


def _heading(given: Sequence[str], threads: str) -> str:
    lines = [
        "# Video that was already checked, measured",
        "",
        f"- command: `{' '.join(['python -m benchmarks.media_video', *given])}`",
        f"- commit: {commit()}",
        f"- machine: {machine()}; {threads}; load at the start {load()}",
    ]
    return "\n".join(lines)


def _pictures(folder: Path) -> tuple[list[Path], list[Path]]:
    """Return pictures for films and for strangers, of different folders within `folder`, so that none is a variant of
    another; in an order that mixes folders but is always the same."""
    from hashlib import sha256

    every = [one for one in folder.rglob("*.jpg") if one.is_file() and one.stat().st_size >= _LEAST_PICTURE]
    once = {one.name: one for one in sorted(every)}
    mixed = sorted(once.values(), key=lambda one: sha256(one.name.encode()).digest())
    of = {one: one.relative_to(folder).parts[0] for one in mixed}
    largest = sorted(set(of.values()), key=lambda name: (-list(of.values()).count(name), name))
    return [one for one in mixed if of[one] in largest[::2]], [one for one in mixed if of[one] in largest[1::2]]


def _film(pictures: Sequence[Path], number: int, seed: int) -> Film:
    import numpy as np

    rng = np.random.default_rng((seed, number))
    frames: Film = []
    scene = 0
    while len(frames) < _FILM_S * RATE:
        at = 8 * number + scene % 8
        frames += _scene(_wide(pictures[at] if at < len(pictures) else None, rng), float(rng.uniform(3, 6)), rng)
        scene += 1
    return frames[: int(_FILM_S * RATE)]


def _wide(path: Path | None, rng: Generator) -> Pixels:
    """Return a picture larger than a frame, of a file or drawn."""
    import cv2
    import numpy as np

    width, height = int(_WIDTH * 1.5), int(_HEIGHT * 1.5)
    read = cv2.imread(str(path)) if path else None
    if read is not None:
        scale = max(width / read.shape[1], height / read.shape[0])
        size = (max(width, round(read.shape[1] * scale)), max(height, round(read.shape[0] * scale)))
        return cv2.resize(read, size, interpolation=cv2.INTER_AREA)[:height, :width, ::-1].astype(np.uint8)
    drawn = np.full((height, width, 3), rng.integers(40, 220, 3), np.uint8)
    for _ in range(60):
        colour = [int(part) for part in rng.integers(0, 255, 3)]
        centre = (int(rng.integers(0, width)), int(rng.integers(0, height)))
        cv2.circle(drawn, centre, int(rng.integers(8, 90)), colour, int(rng.choice([-1, 3])))
    return drawn


def _scene(wide: Pixels, seconds: float, rng: Generator) -> Film:
    """Return frames that pan and zoom over a picture, with a bright figure walking through."""
    import cv2
    import numpy as np

    count = int(seconds * RATE)
    zooms = np.linspace(rng.uniform(1.0, 1.45), rng.uniform(1.0, 1.45), count)
    corners = np.linspace(rng.uniform(0, 1, 2), rng.uniform(0, 1, 2), count)
    frames = []
    for number in range(count):
        width, height = int(_WIDTH * zooms[number]), int(_HEIGHT * zooms[number])
        left, top = (corners[number] * (wide.shape[1] - width, wide.shape[0] - height)).astype(int)
        frame = cv2.resize(wide[top : top + height, left : left + width], (_WIDTH, _HEIGHT)).astype(np.uint8)
        at = int(_WIDTH * (0.5 + 0.4 * np.sin(number / 12)))
        cv2.ellipse(frame, (at, _HEIGHT * 3 // 4), (25, 60), 0, 0, 360, (230, 225, 210), -1)
        frames.append(frame)
    return frames


def _described(decoder: Decoder, place: Path, film: Film, quality: int = 26) -> Described:
    from kiemchung.recognising import describe

    path = place / "film.mp4"
    _encode(film, path, quality)
    return describe(decoder.decode(path))


def _encode(film: Film, path: Path, quality: int) -> None:
    import av

    height, width = (side // 2 * 2 for side in film[0].shape[:2])
    with av.open(str(path), "w", format="mp4") as out:
        stream = out.add_stream("libx264", rate=RATE, options={"crf": str(quality), "preset": "veryfast"})
        stream.height, stream.width = height, width
        stream.pix_fmt = "yuv420p"
        for frame in film:
            out.mux(stream.encode(av.VideoFrame.from_ndarray(frame[:height, :width].copy(), format="rgb24")))
        out.mux(stream.encode(None))


def _ask(
    references: MediaReferences,
    decoder: Decoder,
    place: Path,
    films: dict[str, Film],
    strangers: Sequence[Film],
    options: argparse.Namespace,
) -> Iterator[Asked]:
    import numpy as np

    rng = np.random.default_rng((options.seed, 4))
    names = list(films)
    for change, changed in CHANGES.items():
        for number in range(options.clips + options.clips // 2):
            name = names[int(rng.integers(0, len(names)))] if number < options.clips else ""
            film = films[name] if name else strangers[int(rng.integers(0, len(strangers)))]
            start = int(rng.integers(0, len(film) - int(_CLIP_S * RATE)))
            other = strangers[int(rng.integers(0, len(strangers)))]
            clip = changed(film[start : start + int(_CLIP_S * RATE)], other)
            query = _described(decoder, place, clip, 34)
            begin = time.process_time()
            found = references.match(query)
            seconds = time.process_time() - begin
            yield Asked(change, name, (start / RATE, start / RATE + _CLIP_S), tuple(found), seconds)


def _as_it_is(clip: Film, _other: Film) -> Film:
    return clip


def _each(change: Callable[[Pixels], Pixels]) -> Callable[[Film, Film], Film]:
    return lambda clip, _other: [change(frame) for frame in clip]


def _small(frame: Pixels) -> Pixels:
    import cv2

    return cv2.resize(frame, (_WIDTH // 2, _HEIGHT // 2), interpolation=cv2.INTER_AREA)  # type: ignore[return-value]


def _cropped(frame: Pixels) -> Pixels:
    return frame[_HEIGHT // 20 : -_HEIGHT // 20, _WIDTH // 20 : -_WIDTH // 20]


def _letterboxed(frame: Pixels) -> Pixels:
    import numpy as np

    return np.pad(frame, ((_HEIGHT // 2, _HEIGHT // 2), (0, 0), (0, 0)))


def _mirrored(frame: Pixels) -> Pixels:
    return frame[:, ::-1]


def _captioned(frame: Pixels) -> Pixels:
    import cv2

    changed = frame.copy()
    changed[-_HEIGHT // 7 :] = 255
    cv2.putText(changed, "TIN NONG", (40, _HEIGHT - 15), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (0, 0, 0), 3)
    return changed


def _faster(clip: Film, _other: Film) -> Film:
    return [clip[int(number * 1.1)] for number in range(int(len(clip) / 1.1))]


def _between(clip: Film, other: Film) -> Film:
    return [*other[: 4 * RATE], *clip, *other[10 * RATE : 14 * RATE]]


CHANGES: dict[str, Callable[[Film, Film], Film]] = {
    "as it is": _as_it_is,
    "half the size": _each(_small),
    "cropped by 10 %": _each(_cropped),
    "letterboxed to upright": _each(_letterboxed),
    "mirrored": _each(_mirrored),
    "caption": _each(_captioned),
    "1.1 times as fast": _faster,
    "inside another film": _between,
}


def _table(asked: Sequence[Asked]) -> str:
    import numpy as np

    rows = []
    for change in [*CHANGES, ""]:
        of = [one for one in asked if one.change == change or not change]
        right = [one for one in of if one.is_right]
        near = sum(max(one.errors) <= _WITHIN_S for one in right)
        errors = np.array([one.errors for one in right] or [(np.nan, np.nan)])
        cells = [change or "**all**", f"{len(right) / len(of):.3f} ({len(right)}/{len(of)})", f"{near / len(of):.3f}"]
        cells += [f"{np.median(column):.2f} / {np.quantile(column, 0.95):.2f}" for column in errors.T]
        rows.append([*cells, f"{1e3 * np.median([one.seconds for one in of]):.0f}"])
    header = ["change", "found first", "and range within 1 s", "start off by s, median / 95 %", "end off by s"]
    return markdown([*header, "ms"], rows)


def _worst(asked: Sequence[Asked]) -> str:
    worst = [one for one in asked if not one.film and one.found]
    worst += [one for one in asked if one.film and (not one.is_right or max(one.errors) > _WITHIN_S)]
    rows = [
        [one.change, one.film or "none", f"{one.span[0]:.1f} to {one.span[1]:.1f}"]
        + ([_said(one.found[0])] if one.found else ["nothing"])
        for one in worst[:20]
    ]
    return f"{len(worst)}, the first 20:\n\n" + markdown(["change", "film", "at s", "found"], rows)


def _said(match: MediaMatch) -> str:
    return f"{match.reference} {match.start_s or 0:.1f} to {match.end_s or 0:.1f} ({match.probability:.2f})"


if __name__ == "__main__":
    sys.exit(main())
