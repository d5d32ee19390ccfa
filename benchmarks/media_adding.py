"""How many pictures a second `kiemchung media add` takes, of photographs and of drawings, and what takes the time."""

from __future__ import annotations

import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from benchmarks.media_references import SEED, size_of
from benchmarks.setting import markdown
from training.made_pictures import made_picture

RUNS = 3
_MADE_FROM = 2_000_000
_JPEG, _PNG = (".jpg", ".jpeg"), (".png",)
# Chat applications send up to two million points; wallpapers and cameras have more.
_SENT = 2_000_000
_KINDS = {
    "photographs (JPEG) up to 2 million points": (_JPEG, 0, _SENT),
    "photographs (JPEG), larger": (_JPEG, _SENT, 10**9),
    "drawings and screens (PNG) up to 2 million points": (_PNG, 0, _SENT),
    "drawings and screens (PNG), of any size": (_PNG, 0, 10**9),
    "photographs (JPEG), of any size": (_JPEG, 0, 10**9),
}
_LEAST_BYTES, _LEAST_SIDE = 12_000, 200


@dataclass(frozen=True, slots=True)
class _Chosen:
    """A file and how many points it has."""

    path: Path
    points: int


def report(folder: Path | None, count: int) -> str:
    """Return the table of the command itself, and that of its parts, for `count` files of each kind."""
    with tempfile.TemporaryDirectory() as place:
        return _report(folder, count, Path(place))


def _report(folder: Path | None, count: int, place: Path) -> str:
    whole, parts = [], []
    for kind, which in _KINDS.items():
        files, said = list(_chosen(folder, *which, count)) if folder else [], kind
        if len(files) < count and which[2] == _SENT:
            made = _made(place, which[0][0], count - len(files))
            files, said = files + made, f"{kind} ({len(made)} of them made here)"
        if len(files) < 2:
            continue
        paths = [one.path for one in files]
        points = [one.points / 1e6 for one in files]
        started = statistics.median(_added(paths[:1])[1] for _ in range(RUNS))
        runs = [_added(paths) for _ in range(RUNS)]
        rates = sorted((len(files) - 1) / (cpu - started) for _, cpu, _ in runs)
        rate = statistics.median(rates)
        waited = statistics.median(clock for clock, _, _ in runs)
        whole.append(
            [
                said,
                str(len(files)),
                f"{statistics.median(points):.2f} / {max(points):.1f}",
                f"{rate:.1f}",
                ", ".join(f"{one:.1f}" for one in rates),
                f"{1000 / rate:.1f}",
                f"{started:.2f}",
                f"{waited:.1f}",
                f"{max(memory for _, _, memory in runs)} MB",
            ]
        )
        parts.append([said, *(f"{1000 * seconds / len(files):.1f}" for seconds in _parts(paths))])
    head = ["kind", "files", "million points, median / most", "pictures/s", "runs", "ms each", "s to start"]
    return (
        "`kiemchung media add` as a command of its own, into an empty collection, pinned to one core; pictures a "
        "second of the processor (its own and the children's), beyond what the command takes for the first of them; "
        f"the median of {RUNS} runs:\n\n"
        + markdown([*head, "s by the clock, all", "memory of a process at most"], whole)
        + "\n\nThe parts, milliseconds of the processor each (the child's included):\n\n"
        + markdown(["kind", "decoded through the door", "of it in this process", "described", "small copy"], parts)
    )


def _made(place: Path, ending: str, count: int) -> list[_Chosen]:
    """Return files of pictures that are made here, where there are too few."""
    found = []
    for number in range(count):
        pixels = made_picture(_MADE_FROM + number, side=1000)
        path = place / f"made {number}{ending}"
        Image.fromarray(pixels).save(path, quality=85)
        found.append(_Chosen(path, pixels.shape[0] * pixels.shape[1]))
    return found


def _chosen(folder: Path, endings: tuple[str, ...], above: int, most: int, count: int) -> Iterator[_Chosen]:
    """Yield files of the kind, of `above` to `most` points, from all folders in turn, in an order of the seed."""
    by_folder: dict[str, list[Path]] = defaultdict(list)
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in endings and path.is_file() and not path.is_symlink():
            by_folder[path.relative_to(folder).parts[0]].append(path)
    for paths in by_folder.values():
        random.Random(SEED).shuffle(paths)  # noqa: S311 - a fixed order, no secret
    names: set[bytes] = set()
    while by_folder and len(names) < count:
        for top in list(by_folder):
            if not by_folder[top]:
                del by_folder[top]
                continue
            path = by_folder[top].pop()
            content = path.read_bytes()
            points = _points(path)
            if above < points <= most and len(content) >= _LEAST_BYTES and content not in names and len(names) < count:
                names.add(content)
                yield _Chosen(path, points)


def _points(path: Path) -> int:
    """Return how many points a picture has, 0 for one that is small or cannot be read."""
    width, height = size_of(path)
    return width * height if min(width, height) >= _LEAST_SIDE else 0


def _added(files: Sequence[Path]) -> tuple[float, float, int]:
    """Return seconds of the clock, of the processor, and the most memory of one process (MB) of the command."""
    with tempfile.TemporaryDirectory() as home:
        listed = Path(home) / "listed.jsonl"
        listed.write_text("".join(f'{{"file": "{path.resolve()}"}}\n' for path in files), encoding="utf-8")
        program = Path(sys.executable).with_name("kiemchung")
        command = [str(program), "media", "add", "--quiet", "--json", "--from", str(listed)]
        environment = {**os.environ, "KIEMCHUNG_HOME": str(Path(home) / "home")}
        before, begin = _processor_s(), time.perf_counter()
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        seconds, cpu = time.perf_counter() - begin, _processor_s() - before
    refused = sum('"refused"' in line for line in done.stdout.splitlines())
    assert done.stdout.count("\n") == len(files), done.stderr
    assert refused <= len(files) // 20, done.stderr
    return seconds, cpu, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024


def _parts(files: Sequence[Path]) -> list[float]:
    """Return the processor's seconds: decoding, of it in this process, describing, making the small copy."""
    from kiemchung.decoding import DecodeError, Decoder
    from kiemchung.recognising import describe, previews

    decoded = []
    before = _processor_s()
    own = time.process_time()
    with Decoder() as decoder:
        decoder.start()
        for path in files:
            try:
                decoded.append(decoder.decode(path))
            except DecodeError:
                continue
    taken = [_processor_s() - before - _started(), time.process_time() - own]
    for step in (describe, previews):
        begin = time.process_time()
        for one in decoded:
            step(one)
        taken.append(time.process_time() - begin)
    return taken


def _started() -> float:
    """Return what starting and ending a decoder takes of the processor."""
    from kiemchung.decoding import Decoder

    before = _processor_s()
    with Decoder() as decoder:
        decoder.start()
    return _processor_s() - before


def _processor_s() -> float:
    """Seconds of the processor of this process and of the children that have ended."""
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )
