"""A collection of many pictures on disk: building it as `media add` does, what a process that asks holds, cold starts.

Each part is a process of its own, so that its memory is its own: `python -m benchmarks.media_stored build HOME …`.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.media_references import SEED, Source, picture, sources
from benchmarks.setting import markdown, one_core
from kiemchung.collection.media import MediaCollection, MediaWriter
from kiemchung.engine.media.drawing import preview
from kiemchung.engine.media.image import PictureFeatures, describe
from kiemchung.engine.media.index import Described
from kiemchung.engine.media.pictures import KEPT
from kiemchung.engine.media.types import MediaKind, Picture

# So many real pictures are described; the rest have features of these, dealt out at random.
REAL, ASKED = 1_000, 200
_TOGETHER = 64  # as `media add` commits
_WARM = 5


def report(home: Path, folder: Path | None, count: int) -> str:
    """Return the tables of a collection of `count` pictures in `home`, which is built where it is not yet there."""
    pictures = ["--pictures", str(folder)] if folder else []
    built = home / "built.json"
    if not built.exists():
        built.write_text(json.dumps(_part("build", str(home), str(count), *pictures)), encoding="utf-8")
    made, asked = json.loads(built.read_text(encoding="utf-8")), _part("ask", str(home), str(count), *pictures)
    cold, warm = _matched(home, folder)
    adding = [f"{count:,}", f"{made['ms']:.1f}", f"{made['disk_mb']:,.0f} MB", *_memory(made)]
    asking = [f"{made['count']:,}", str(ASKED), f"{asked['found']} of {asked['known']}", f"{asked['opened_s']:.2f}"]
    asking += [f"{asked[name]:.0f}" for name in ("median_ms", "p95_ms", "describe_ms")] + _memory(asked)
    memory = ["memory at most (VmHWM)", "of it its own at the end (RssAnon)", "mapped files (RssFile)"]
    return "\n\n".join(
        [
            f"{min(REAL, count):,} real or made pictures, the rest spliced from their features; added {_TOGETHER} at a "
            "time through the code of `media add`, small copies too (decoding and describing not counted; "
            f"{made['before'] / 1024:,.0f} MB are the benchmark's own pictures):",
            markdown(["pictures", "ms each to store and merge", "on disk", *memory], [adding]),
            "A process that opens them and asks (describing what is sent is part of what it holds, not of ms a query):",
            markdown(
                ["pictures", "queries", "found", "s to open", "ms a query, median", "p95", "ms to describe", *memory],
                [asking],
            ),
            f"`kiemchung media match FILE` from its start to its end: {cold:.2f} s by the clock when none of the "
            f"collection's files is in memory, {warm:.2f} s after that (median of {_WARM}).",
        ]
    )


def _memory(of: dict[str, Any]) -> list[str]:
    return [f"{of[name] / 1024:,.0f} MB" for name in ("VmHWM", "RssAnon", "RssFile")]


def _part(*arguments: str) -> dict[str, Any]:
    """Return what one part says, run as a process of its own."""
    command = [sys.executable, "-m", "benchmarks.media_stored", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def status() -> dict[str, int]:
    """Return what this process holds of memory, in kB, as the kernel counts it."""
    text = Path("/proc/self/status").read_text(encoding="ascii")
    return {name: int(size) for name, size in re.findall(r"(VmHWM|RssAnon|RssFile):\s+(\d+) kB", text)}


def _real(folder: Path | None, count: int) -> Iterator[tuple[Source, Picture]]:
    for source in sources(folder, count):
        try:
            pixels = source.pixels()
        except (OSError, ValueError, SyntaxError):
            continue
        yield source, picture(pixels)


Real = list[tuple[str, PictureFeatures, bytes]]


def _described(folder: Path | None, count: int) -> Real:
    """Return the names, what is compared and small copies of pictures; what only queries need is left out."""
    found = []
    for source, shown in _real(folder, count):
        made = describe(shown)
        few = replace(made, descriptors=made.descriptors[:KEPT], places=made.places[:KEPT], grey=made.thumb)
        found.append((source.name, few, preview(shown)))
    return found


def _build(home: Path, folder: Path | None, count: int) -> dict[str, Any]:
    rng = np.random.default_rng(SEED)
    # In a process of its own, whose memory for decoding is not ours: `media add` decodes in a child too.
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool_of_one:
        real = pool_of_one.submit(_described, folder, min(REAL, count)).result()
    before = status()["RssAnon"]
    pool = np.concatenate([made.descriptors for _, made, _ in real])
    places = np.concatenate([made.places for _, made, _ in real])
    spent = 0.0
    with MediaCollection.open(home) as media, MediaWriter(media) as writer:
        for number in range(count):
            known, made, small = real[number % len(real)]
            name = known if number < len(real) else f"spliced {number}"
            one = made if number < len(real) else spliced(rng, made, pool, places)
            begin = time.process_time()
            writer.add(
                Described(MediaKind.PICTURE, sha256(f"{number}".encode()).hexdigest(), (one,)),
                name=name,
                size=1,
                reviews=(),
                previews={0.0: small},
                now=datetime.now(UTC),
            )
            if writer.pending >= _TOGETHER or number + 1 == count:
                writer.commit()
            spent += time.process_time() - begin
        held = status()
        count = media.count()
    disk = sum(file.stat().st_size for file in home.rglob("*") if file.is_file())
    return {"count": count, "ms": 1000 * spent / count, "disk_mb": disk / 2**20, "before": before, **held}


def spliced(
    rng: np.random.Generator, made: PictureFeatures, pool: np.ndarray[Any, Any], places: np.ndarray[Any, Any]
) -> PictureFeatures:
    """Return a picture with features (at `places`) of many others, and a hash that is no other's."""
    rows = rng.integers(0, len(pool), min(KEPT, len(made.places)))
    hashes = made.hashes.copy()
    hashes[0] ^= rng.integers(0, 2**63, 4, dtype=np.uint64)
    moved = places[rows] * np.array([made.width / 1e3, made.height / 1e3, 1, 1], np.float32)
    return replace(made, descriptors=pool[rows], places=moved, hashes=hashes)


def _ask(home: Path, folder: Path | None) -> dict[str, Any]:
    every = sources(folder, REAL + ASKED)
    chosen = [*every[:: REAL * 2 // ASKED][: ASKED // 2], *every[REAL:]][:ASKED]
    begin = time.process_time()
    media = MediaCollection.open(home, read_only=True)
    index = media.index()
    opened = time.process_time() - begin
    names = {one.name for one in media.references()}
    spent, describing, found, known = [], [], 0, 0
    decoding = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))
    for number, source in enumerate(chosen):
        try:
            pixels = decoding.submit(source.pixels).result()
        except (OSError, ValueError, SyntaxError):
            continue
        cut = np.ascontiguousarray(pixels[pixels.shape[0] // 10 :, : -(pixels.shape[1] // 10)])
        begin = time.process_time()
        sent = Described(MediaKind.PICTURE, f"{number:064x}", (describe(picture(cut)),))
        middle = time.process_time()
        matches = media.match(index, sent)
        spent.append(1000 * (time.process_time() - middle))
        describing.append(1000 * (middle - begin))
        known += source.name in names
        found += source.name in {one.reference.name for one in matches}
    decoding.shutdown()
    return {
        "opened_s": opened,
        "median_ms": float(np.median(spent)),
        "p95_ms": float(np.percentile(spent, 95)),
        "describe_ms": float(np.median(describing)),
        "found": found,
        "known": known,
        **status(),
    }


def _matched(home: Path, folder: Path | None) -> tuple[float, float]:
    """Return the seconds of `media match` with the collection's files out of memory, and in it."""
    from PIL import Image

    _, shown = next(_real(folder, REAL))
    file = home / "sent.png"
    Image.fromarray(shown.pixels[: -(shown.pixels.shape[0] // 10)]).save(file)
    command = [str(Path(sys.executable).with_name("kiemchung")), "media", "match", "--quiet", str(file)]
    environment = {**os.environ, "KIEMCHUNG_HOME": str(home)}
    taken = []
    for turn in range(1 + _WARM):
        if turn == 0:
            _forget(home)
        begin = time.perf_counter()
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        taken.append(time.perf_counter() - begin)
        assert done.returncode in (0, 1), done.stderr
    return taken[0], float(np.median(taken[1:]))


def _forget(home: Path) -> None:
    """Have the kernel drop the files from its memory."""
    for file in home.rglob("*"):
        if file.is_file():
            descriptor = os.open(file, os.O_RDONLY)
            os.fsync(descriptor)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(descriptor)


def main() -> None:
    """Run one part and print what it says as JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.media_stored", description=__doc__)
    parser.add_argument("part", choices=("build", "ask"))
    parser.add_argument("home", type=Path)
    parser.add_argument("count", type=int)
    parser.add_argument("--pictures", type=Path)
    options = parser.parse_args()
    one_core()
    if options.part == "build":
        print(json.dumps(_build(options.home, options.pictures, options.count)))
    else:
        print(json.dumps(_ask(options.home, options.pictures)))


if __name__ == "__main__":
    main()
