"""Sound found again, against the rule with the length gate: `python -m benchmarks.media_sound`.

Prints Markdown tables; `--write` also stores them in `docs/measured/media_sound.md`. References are music made here,
voices of espeak-ng (where it is installed, reading the texts of `KIEMCHUNG_DATA`) and, with `--sounds DIR`, the files
of a folder, each of them also backwards and at speeds far from its own, which makes more sound of the same kind.
Duplicates are taken out first (`benchmarks/sound_archive.py`). Nothing here was fitted with (`training/sounds.py`);
two of five recordings were looked at while the method was built and are left out, unless `--looked-at` asks for them.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.setting import commit, load, machine, markdown, one_core, show
from kiemchung.engine.shares import wilson

if TYPE_CHECKING:
    import numpy as np

    from benchmarks.length_gate import LengthGate
    from benchmarks.sound_archive import Archive, Gathered
    from benchmarks.sounds import Recording
    from kiemchung.engine.media.audio import SoundIndex
    from kiemchung.engine.media.types import MediaMatch, Samples

MEASURED = Path(__file__).parent.parent / "docs" / "measured" / "media_sound.md"
SURE = 0.95
_PROGRAMMES, _PROGRAMME_S, _INSIDE = 3, 7_200, 4


@dataclass(frozen=True, slots=True)
class Asked:
    """One query: what was done, to which recording, what was found, and whether the rule found it. `likeliest` is the
    best match even where it is too unlikely to be reported."""

    change: str
    recording: str
    kind: str
    span: tuple[float, float]
    found: tuple[MediaMatch, ...]
    likeliest: MediaMatch | None
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
    parser.add_argument("--voices", type=int, default=120, help="voice recordings (default: 120)")
    parser.add_argument("--made", type=int, default=60, help="pieces of music made here (default: 60)")
    parser.add_argument("--queries", type=int, default=100, help="queries a change, known and unknown (default: 100)")
    parser.add_argument("--looked-at", action="store_true", help="the two fifths used while building it")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="store the tables in docs/measured/media_sound.md")
    return parser


def _report(options: argparse.Namespace, given: Sequence[str], threads: str) -> Iterator[str]:
    # Imported here: the number of threads must be set before NumPy is loaded.
    from benchmarks import length_gate, sound_archive
    from kiemchung.engine.media.audio import SoundIndex, SoundSegment

    shown = ["DIR" if before == "--sounds" else one for before, one in zip(["", *given], given, strict=False)]
    yield _heading(shown, threads)
    gathered = sound_archive.gather(options)
    yield _gathered(gathered)
    looked_at, measured = sound_archive.halves(gathered.recordings)
    archive = sound_archive.archive_of(looked_at if options.looked_at else measured)
    if not archive.names or not archive.unknown:
        raise SystemExit(
            f"{len(gathered.recordings)} recordings are too few to be references and strangers: raise --made or "
            "--voices (these need espeak-ng), or name a folder with --sounds."
        )
    begin = time.process_time()
    segment = SoundSegment.build(archive.names, archive.features)
    built_s = time.process_time() - begin
    size = sum(array.nbytes for array in segment.arrays().values())
    yield _size(archive, built_s, size)
    index = SoundIndex([segment])
    rule = length_gate.LengthGate(archive.names, [one.frames for one in archive.features])
    asked = list(_ask(index, rule, archive.known, options.queries, (options.seed, 2)))
    yield "## Sound with a reference\n\n" + length_gate.RULE + "\n\n" + _known_table(asked)
    strangers = list(_ask(index, rule, archive.unknown, options.queries, (options.seed, 3)))
    yield "## Sound without a reference\n\n" + _unknown_table(strangers)
    again = list(_ask_again(index, rule, archive, options.queries, options.seed))
    if again:
        yield f"The same text read a second time by the same voice: {_share(again)} matched something."
    yield "## Long programmes\n\n" + _programmes(index, archive, options.seed)
    yield "## How likely, and how often right\n\n" + _calibration([*asked, *strangers])
    yield "## What another limit would report\n\n" + _limits(asked, strangers, again)
    yield "## Missed or wrong\n\n" + _worst(asked, [*strangers, *again])
    yield f"Load of the machine at the end: {load()}; times are the processor's."


def _heading(given: Sequence[str], threads: str) -> str:
    lines = [
        "# Sound that was already checked, measured",
        "",
        f"- command: `{' '.join(['python -m benchmarks.media_sound', *given])}`",
        f"- commit: {commit()}",
        f"- machine: {machine()}; {threads}; load at the start {load()}",
    ]
    return "\n".join(lines)


def _gathered(gathered: Gathered) -> str:
    pairs = ", ".join(f"{a[-24:]} = {b[-24:]}" for a, b in gathered.alike[:10])
    return (
        f"{len(gathered.recordings)} recordings. Duplicates were taken out first: {len(gathered.twins)} pairs that our "
        f"matcher found and whose waves correlate; {len(gathered.alike)} pairs matched without that and stay in"
        + (f" ({pairs})." if pairs else ".")
    )


def _size(archive: Archive, built_s: float, size: int) -> str:
    kinds = ", ".join(f"{kind} {hours:.1f} h" for kind, hours in archive.kinds.items())
    return (
        f"References: {len(archive.names):,}, {archive.hours:.1f} hours ({kinds}); recordings in none of them: "
        f"{len(archive.unknown)}. Described {archive.hours / archive.described_s:.2f} hours a second, indexed "
        f"{archive.hours / built_s:.0f} hours a second, {size / archive.hours / 1e3:.0f} kB an hour."
    )


def _ask(
    index: SoundIndex, rule: LengthGate, recordings: Sequence[Recording], count: int, seed: tuple[int, int]
) -> Iterator[Asked]:
    """Ask `count` queries of each change, of recordings drawn by the seed."""
    import numpy as np

    from benchmarks.degradations import CHANGES, WHOLE

    rng = np.random.default_rng(seed)
    for name, seconds, _change in CHANGES:
        times = count // 4 if seconds == WHOLE else count
        for number in rng.choice(len(recordings), times, replace=times > len(recordings)):
            yield _asked(index, rule, recordings[number], name, rng)


def _ask_again(index: SoundIndex, rule: LengthGate, archive: Archive, count: int, seed: int) -> Iterator[Asked]:
    import numpy as np

    from benchmarks.sounds import Recording

    rng = np.random.default_rng((seed, 4))
    known = [one for one in archive.known if one.again is not None]
    for number in range(count if known else 0):
        one = known[number % len(known)]
        again = Recording(one.name, "voice read again", one.again if one.again is not None else one.samples)
        yield _asked(index, rule, again, ("clip 10 s", "clip 20 s", "telephone")[number % 3], rng)


def _asked(index: SoundIndex, rule: LengthGate, of: Recording, name: str, rng: np.random.Generator) -> Asked:
    import numpy as np

    from benchmarks.degradations import degraded
    from kiemchung.engine.media.audio import LEAST, PLAUSIBLE, describe
    from kiemchung.engine.media.types import Sound

    query = degraded(of.samples.astype(np.float32), name, rng)
    sound = Sound(query.samples)
    begin = time.process_time()
    [every] = index.match_many([sound], least=PLAUSIBLE)
    seconds = time.process_time() - begin
    span = (query.start_s, query.end_s)
    found = tuple(one for one in every if one.probability >= LEAST)
    by_rule = rule.match(describe(sound).frames)
    return Asked(name, of.name, of.kind, span, found, next(iter(every), None), by_rule, seconds)


def _programmes(index: SoundIndex, archive: Archive, seed: int) -> str:
    """Return how programmes of two hours are answered that hold twenty seconds of each of some references."""
    import numpy as np

    from benchmarks.degradations import cut
    from kiemchung.engine.media.types import SAMPLE_RATE, Sound

    rng = np.random.default_rng((seed, 5))
    inside = min(_INSIDE, len(archive.known))
    found, others, errors, times = 0, 0, [], []
    for _ in range(_PROGRAMMES):
        parts: list[Samples] = []
        spans: dict[str, tuple[float, float]] = {}
        while sum(len(one) for one in parts) < _PROGRAMME_S * SAMPLE_RATE:
            parts.append(archive.unknown[int(rng.integers(0, len(archive.unknown)))].samples.astype(np.float32))
        for number in rng.choice(len(archive.known), inside, replace=False).tolist():
            known = archive.known[number]
            part, start_s = cut(known.samples.astype(np.float32), 20, rng)
            parts.insert(int(rng.integers(0, len(parts))), part)
            spans[known.name] = (start_s, start_s + len(part) / SAMPLE_RATE)
        begin = time.process_time()
        [matches] = index.match_many([Sound(np.concatenate(parts))], top=10)
        times.append(time.process_time() - begin)
        for match in matches:
            span = spans.get(match.reference)
            found, others = found + (span is not None), others + (span is None)
            if span is not None:
                errors.append(max(abs((match.start_s or 0) - span[0]), abs((match.end_s or 0) - span[1])))
    return (
        f"{_PROGRAMMES} programmes of two hours made of strangers, with {inside} times 20 s of references inside: "
        f"{found} of {_PROGRAMMES * inside} found, {others} others; range error s, median / most "
        f"{np.median(errors or [np.nan]):.2f} / {max(errors, default=np.nan):.2f}; {np.median(times):.1f} s each."
    )


def _known_table(asked: Sequence[Asked]) -> str:
    import numpy as np

    rows = []
    for name in dict.fromkeys(one.change for one in asked):
        of = [one for one in asked if one.change == name]
        right = [one for one in of if one.is_right]
        wrong = sum(bool(one.found) and not one.is_right for one in of)
        errors = [one.range_error for one in right] or [float("nan")]
        rule = sum(one.by_rule == one.recording for one in of)
        rows.append(
            [name, f"{len(right) / len(of):.3f} ({len(right)}/{len(of)}; {_interval(len(right), len(of))})", str(wrong)]
            + [f"{rule}/{len(of)}", f"{np.median(errors):.2f} / {np.quantile(errors, 0.95):.2f}"]
            + [f"{1e3 * np.median([one.seconds for one in of]):.0f}"]
        )
    header = ["change", "found first (95 %)", "another first", "rule with length gate", "range error s, median / 95 %"]
    return markdown([*header, "ms"], rows)


def _unknown_table(asked: Sequence[Asked]) -> str:
    import numpy as np

    rows = []
    for kind in [*dict.fromkeys(one.kind for one in asked), ""]:
        of = [one for one in asked if one.kind == kind or not kind]
        at_all = [one for one in of if one.found]
        sure = sum(one.found[0].probability >= SURE for one in at_all)
        rule = sum(one.by_rule is not None for one in of)
        cells = [
            kind or "all",
            str(len(of)),
            f"{len(at_all)} ({_interval(len(at_all), len(of))})",
            str(sure),
            str(rule),
        ]
        rows.append([*cells, f"{1e3 * np.median([one.seconds for one in of]):.0f}"])
    return markdown(
        ["kind", "queries", "matched something (95 %)", f"of them at ≥ {SURE}", "rule with length gate", "ms"], rows
    )


def _calibration(asked: Sequence[Asked]) -> str:
    best = [(one.likeliest.probability, one.likeliest.reference == one.recording) for one in asked if one.likeliest]
    rows = []
    for low, high in ((0.5, 0.7), (0.7, 0.9), (0.9, 0.99), (0.99, 1.01)):
        of = [right for likely, right in best if low <= likely < high]
        if of:
            rows.append([f"{low} to {min(high, 1.0)}", str(len(of)), f"{sum(of) / len(of):.3f}"])
    return markdown(["probability", "best matches", "right"], rows)


def _limits(asked: Sequence[Asked], strangers: Sequence[Asked], again: Sequence[Asked]) -> str:
    """Return what is found, and what is wrongly, when matches are reported from other probabilities on."""

    def share(of: Sequence[Asked], limit: float, *, right: bool) -> str:
        best = [(one.likeliest, one.recording) for one in of]
        there = [(match, name) for match, name in best if match is not None and match.probability >= limit]
        return f"{sum(not right or match.reference == name for match, name in there)}/{len(of)}"

    rows = []
    for limit in (0.5, 0.7, 0.8, 0.9, 0.95):
        groups = [
            [one for one in asked if one.change == "clip 10 s"],
            [one for one in asked if one.change.startswith(("speed", "tempo"))],
            list(asked),
        ]
        cells = [share(of, limit, right=True) for of in groups]
        rows.append([str(limit), *cells, share(strangers, limit, right=False), share(again, limit, right=False)])
    return markdown(
        [
            "limit",
            "clip 10 s found",
            "speed or tempo found",
            "all found",
            "strangers matched",
            "text read again matched",
        ],
        rows,
    )


def _interval(count: int, of: int) -> str:
    """Return the 95 % Wilson interval of a share."""
    return "{:.3f} to {:.3f}".format(*wilson(count, of))


def _share(asked: Sequence[Asked]) -> str:
    return f"{sum(bool(one.found) for one in asked)} of {len(asked)} clips"


def _worst(asked: Sequence[Asked], unknown: Sequence[Asked]) -> str:
    missed = [one for one in unknown if one.found] + [one for one in asked if not one.is_right]
    rows = [
        [one.change, one.recording[-36:], f"{one.span[0]:.1f}"]
        + ([one.found[0].reference[-36:], f"{one.found[0].probability:.3f}"] if one.found else ["nothing", ""])
        for one in missed[:40]
    ]
    return f"{len(missed)}, the first 40:\n\n" + markdown(["change", "recording", "at s", "found", "probability"], rows)


if __name__ == "__main__":
    sys.exit(main())
