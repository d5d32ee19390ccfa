"""Sound and video found again, against the rule with the length gate: `python -m benchmarks.media_sound`.

Prints Markdown tables; `--write` also stores them in `docs/measured/media_sound.md`. References are music made here,
voices of espeak-ng (where it is installed, reading the texts of `KIEMCHUNG_DATA`) and, with `--sounds DIR`, the files
of a folder, each of them also backwards and at speeds far from its own, which makes more sound of the same kind.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.setting import commit, load, machine, markdown, one_core, show

if TYPE_CHECKING:
    from benchmarks.sounds import Recording
    from kiemchung.engine.media.audio import SoundFeatures, SoundIndex
    from kiemchung.engine.media.types import MediaMatch, Sound

MEASURED = Path(__file__).parent.parent / "docs" / "measured" / "media_sound.md"
_SPEEDS = (1.0, 1.3, 0.75, 1.6)
_HELD_OUT = 5  # every fifth recording is in no reference


@dataclass
class Archive:
    """The references, and recordings that are (`known`) and are not (`unknown`) among them."""

    names: list[str] = field(default_factory=list)
    features: list[SoundFeatures] = field(default_factory=list)
    known: list[Recording] = field(default_factory=list)
    unknown: list[Recording] = field(default_factory=list)
    kinds: dict[str, float] = field(default_factory=dict)
    described_s: float = 0.0

    @property
    def hours(self) -> float:
        """Hours of all references."""
        return sum(one.seconds for one in self.features) / 3_600


@dataclass(frozen=True, slots=True)
class Asked:
    """One query: what was done, to which recording, what was found, and whether the rule found it."""

    change: str
    recording: str
    span: tuple[float, float]
    found: tuple[MediaMatch, ...]
    by_rule: str | None
    seconds: float

    @property
    def is_right(self) -> bool:
        """The best match is the recording."""
        return bool(self.found) and self.found[0].reference == self.recording

    @property
    def range_error(self) -> float:
        """The larger error of both ends of the best match, in seconds."""
        match = self.found[0]
        return max(abs((match.start_s or 0) - self.span[0]), abs((match.end_s or 0) - self.span[1]))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; store with `--write`."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    options = _parser().parse_args(given)
    threads = one_core()
    show(_report(options, given, threads), MEASURED if options.write else None)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.media_sound", description=__doc__)
    parser.add_argument("--sounds", type=Path, metavar="DIR", help="a folder of sound files")
    parser.add_argument("--voices", type=int, default=150, help="voice recordings (default: 150)")
    parser.add_argument("--made", type=int, default=150, help="pieces of music made here (default: 150)")
    parser.add_argument("--queries", type=int, default=40, help="queries a change (default: 40)")
    parser.add_argument("--unknown", type=int, default=300, help="queries without a reference (default: 300)")
    parser.add_argument("--films", type=int, default=40, help="generated films (default: 40)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="store the tables in docs/measured/media_sound.md")
    return parser


def _report(options: argparse.Namespace, given: Sequence[str], threads: str) -> Iterator[str]:
    # Imported here: the number of threads must be set before NumPy is loaded.
    from benchmarks import media_video
    from kiemchung.engine.media.audio import SoundIndex, SoundSegment

    shown = ["DIR" if before == "--sounds" else one for before, one in zip(["", *given], given, strict=False)]
    yield _heading(shown, threads)
    archive = _archive(options)
    begin = time.perf_counter()
    segment = SoundSegment.build(archive.names, archive.features)
    built_s = time.perf_counter() - begin
    size = sum(array.nbytes for array in segment.arrays().values())
    yield _size(archive, built_s, size)
    index = SoundIndex([segment])
    asked = list(_ask_known(index, archive, options.queries, options.seed))
    yield "### Sound with a reference\n\n" + _RULE + "\n\n" + _known_table(asked)
    wrong = list(_ask_unknown(index, archive, options.unknown, options.seed))
    yield "### Sound without a reference\n\n" + _unknown_table(wrong)
    yield "### The worst 20\n\n" + _worst(asked, wrong)
    yield from media_video.report(options.films, options.seed)
    yield f"Load of the machine at the end: {load()} (above 1: other work ran beside and times are too long)."


def _heading(given: Sequence[str], threads: str) -> str:
    lines = [
        "# Sound and video that were already checked, measured",
        "",
        f"- command: `{' '.join(['python -m benchmarks.media_sound', *given])}`",
        f"- commit: {commit()}",
        f"- machine: {machine()}; {threads}; load at the start {load()}",
    ]
    return "\n".join(lines)


def _archive(options: argparse.Namespace) -> Archive:
    from benchmarks import sounds

    archive = Archive()
    data = Path(os.environ.get("KIEMCHUNG_DATA", "."))
    sources = [
        sounds.files(options.sounds) if options.sounds else iter(()),
        sounds.voices(options.voices, options.seed, data),
        (sounds.made_music(number, options.seed) for number in range(options.made)),
    ]
    for source in sources:
        for number, recording in enumerate(source):
            if number % _HELD_OUT == 0:
                archive.unknown.append(_packed(recording))
            else:
                _add(archive, recording)
    return archive


def _packed(recording: Recording) -> Recording:
    """Return a recording with its samples in half the room."""
    import numpy as np

    from benchmarks.sounds import Recording

    return Recording(recording.name, recording.kind, recording.samples.astype(np.float16))


def _add(archive: Archive, recording: Recording) -> None:
    import numpy as np

    from kiemchung.engine.media.alignment import LOWEST_HZ
    from kiemchung.engine.media.audio import SoundFeatures
    from kiemchung.engine.media.chromaprint import fingerprint

    archive.known.append(_packed(recording))
    begin = time.perf_counter()
    for speed in _SPEEDS if recording.kind == "file" else (1.0,):
        for backwards in (False, True) if recording.kind == "file" else (False,):
            samples = np.ascontiguousarray(recording.samples[::-1]) if backwards else recording.samples
            frames = fingerprint(samples, pitch=1 / speed, tempo=1 / speed, lowest_hz=LOWEST_HZ)
            is_itself = speed == 1 and not backwards
            archive.names.append(recording.name if is_itself else f"{recording.name} x{speed} {backwards}")
            archive.features.append(SoundFeatures(frames, recording.seconds / speed))
            kind = recording.kind if is_itself else "file, altered"
            archive.kinds[kind] = archive.kinds.get(kind, 0.0) + recording.seconds / speed / 3_600
    archive.described_s += time.perf_counter() - begin


def _size(archive: Archive, built_s: float, size: int) -> str:
    kinds = ", ".join(f"{kind} {hours:.1f} h" for kind, hours in archive.kinds.items())
    return (
        f"References: {len(archive.names):,}, {archive.hours:.1f} hours ({kinds}); recordings in none of them: "
        f"{len(archive.unknown)}. Described {archive.hours / archive.described_s:.2f} hours a second, indexed "
        f"{archive.hours / built_s:.0f} hours a second, {size / archive.hours / 1e3:.0f} kB an hour."
    )


_RULE = (
    "The rule with the length gate (after Alegre): two sounds are compared as wholes, when the shorter is at least "
    "four fifths of the longer; they are the same when at the best of 301 offsets at least four fifths of the bits "
    "agree. It is given the same frames as ours."
)


def _by_the_rule(frames: SoundFeatures, archive: Archive) -> str | None:
    from kiemchung.engine.media.chromaprint import bit_errors

    best: tuple[float, str | None] = (0.2, None)
    for name, reference in zip(archive.names, archive.features, strict=True):
        ours, theirs = frames.frames, reference.frames
        if min(len(ours), len(theirs)) < 0.8 * max(len(ours), len(theirs)) or not len(ours):
            continue
        for offset in range(-150, 151):
            a, b = ours[max(0, -offset) :], theirs[max(0, offset) :]
            length = min(len(a), len(b))
            if length >= 0.5 * len(ours):
                best = min(best, (float(bit_errors(a[:length], b[:length]).mean()) / 32, name), key=lambda one: one[0])
    return best[1]


def _ask_known(index: SoundIndex, archive: Archive, count: int, seed: int) -> Iterator[Asked]:
    import numpy as np

    from benchmarks.degradations import CHANGES, degraded
    from kiemchung.engine.media.audio import describe
    from kiemchung.engine.media.types import Sound

    rng = np.random.default_rng((seed, 2))
    for name, _seconds, _change in CHANGES:
        for number in rng.choice(len(archive.known), count, replace=count > len(archive.known)):
            recording = archive.known[number]
            query = degraded(recording.samples.astype(np.float32), name, rng)
            sound = Sound(query.samples)
            found, seconds = _timed(index, sound)
            span = (query.start_s, query.end_s)
            yield Asked(name, recording.name, span, found, _by_the_rule(describe(sound), archive), seconds)


def _ask_unknown(index: SoundIndex, archive: Archive, count: int, seed: int) -> Iterator[Asked]:
    import numpy as np

    from benchmarks.degradations import CHANGES, degraded
    from kiemchung.engine.media.types import Sound

    rng = np.random.default_rng((seed, 3))
    for number in range(count):
        recording = archive.unknown[rng.integers(0, len(archive.unknown))]
        name = CHANGES[number % len(CHANGES)][0]
        query = degraded(recording.samples.astype(np.float32), name, rng)
        found, seconds = _timed(index, Sound(query.samples))
        yield Asked(name, recording.name, (query.start_s, query.end_s), found, None, seconds)


def _timed(index: SoundIndex, sound: Sound) -> tuple[tuple[MediaMatch, ...], float]:
    begin = time.perf_counter()
    [found] = index.match_many([sound])
    return tuple(found), time.perf_counter() - begin


def _known_table(asked: Sequence[Asked]) -> str:
    import numpy as np

    rows = []
    for name in dict.fromkeys(one.change for one in asked):
        of = [one for one in asked if one.change == name]
        right = [one for one in of if one.is_right]
        wrong = sum(bool(one.found) and not one.is_right for one in of)
        errors = [one.range_error for one in right] or [float("nan")]
        rule = sum(one.by_rule == one.recording for one in of)
        middle, most = np.median(errors), np.quantile(errors, 0.9)
        rows.append(
            [name, f"{len(right) / len(of):.3f} ({len(right)}/{len(of)})", str(wrong), f"{rule}/{len(of)}"]
            + [f"{middle:.2f} / {most:.2f}", f"{1e3 * np.median([one.seconds for one in of]):.0f}"]
        )
    header = ["change", "found first", "another first", "rule with length gate", "range error s, median / 90 %", "ms"]
    return markdown(header, rows)


def _unknown_table(asked: Sequence[Asked]) -> str:
    import numpy as np

    wrong = [one for one in asked if one.found]
    most = max((one.found[0].probability for one in wrong), default=0.0)
    return (
        f"{len(asked)} queries, changed as above: {len(wrong)} matched something (probability at most {most:.3f}); "
        f"{1e3 * np.median([one.seconds for one in asked]):.0f} ms a query (median; all speeds are tried)."
    )


def _worst(asked: Sequence[Asked], unknown: Sequence[Asked]) -> str:
    missed = [one for one in asked if not one.is_right] + [one for one in unknown if one.found]
    rows = [
        [one.change, one.recording[-40:], f"{one.span[0]:.1f}"]
        + ([one.found[0].reference[-40:], f"{one.found[0].probability:.3f}"] if one.found else ["nothing", ""])
        for one in missed[:20]
    ]
    return markdown(["change", "recording", "at s", "found", "probability"], rows)


if __name__ == "__main__":
    sys.exit(main())
