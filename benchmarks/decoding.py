"""How many pictures a second go through the guarded door, against the same decoding without protection.

    .venv/bin/python -m benchmarks.decoding

Times are of the processor (this process and its children), so that other work on the machine counts little; latencies
are of the clock. Pictures are made with a fixed seed: smooth patches with fine grain, about as heavy as photographs.
"""

from __future__ import annotations

import io
import os
import resource
import time
from pathlib import Path

import numpy as np
from PIL import Image

from kiemchung.decoding import Decoder, is_safe
from kiemchung.decoding.formats import FORMATS
from kiemchung.decoding.pictures import decode_picture, open_picture, prepare

SIZES = ((800, 600), (1280, 960), (4000, 3000))
COUNT = 40


def photograph(width: int, height: int, form: str) -> bytes:
    """A picture that looks like none and weighs like one."""
    random = np.random.default_rng(1)
    patches = random.integers(0, 256, (height // 32, width // 32, 3), dtype=np.uint8)
    pixels = np.asarray(Image.fromarray(patches).resize((width, height), Image.Resampling.BICUBIC), dtype=np.int16)
    grain = random.normal(0, 4, (height, width, 1))
    file = io.BytesIO()
    Image.fromarray((pixels + grain).clip(0, 255).astype(np.uint8)).save(file, form, quality=80)
    return file.getvalue()


def processor_s() -> float:
    """Seconds of the processor of this process and of the children that have ended."""
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def through_the_door(content: bytes) -> tuple[float, float]:
    """Milliseconds of the processor and of the clock (median) for one picture, start-up left out."""
    before = processor_s()
    with Decoder() as decoder:
        decoder.decode(content)
    started = processor_s() - before
    before, waits = processor_s(), []
    with Decoder() as decoder:
        decoder.decode(content)
        for _ in range(COUNT):
            begun = time.perf_counter()
            decoder.decode(content)
            waits.append(time.perf_counter() - begun)
    return (processor_s() - before - started) / COUNT * 1000, float(np.median(waits)) * 1000


def unprotected(content: bytes, form: str) -> float:
    """Milliseconds of the processor for the same decoding in this process."""
    before = processor_s()
    for _ in range(COUNT):
        file = io.BytesIO(content)
        decode_picture(open_picture(file, FORMATS[form]), file)
    return (processor_s() - before) / COUNT * 1000


def memory_mb(decoder: Decoder) -> float:
    """Memory that the waiting processes of a decoder hold for themselves."""
    group = decoder._rooms[False].pid  # noqa: SLF001
    own = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(folder.name)) == group:
                rows = (folder / "smaps_rollup").read_text().splitlines()
                own += sum(int(row.split()[1]) for row in rows if row.startswith("Pss:"))
        except OSError:
            continue
    return own / 1024


def main() -> None:
    """Print the table."""
    report = is_safe()
    assert report, report.error
    prepare()
    begun = time.perf_counter()
    with Decoder() as decoder:
        decoder.decode(photograph(800, 600, "JPEG"))
        print(f"first picture after {time.perf_counter() - begun:.2f} s; {memory_mb(decoder):.0f} MB while waiting\n")
    print("| picture | KB | unprotected, ms | through the door, ms | pictures/s a core | median wait, ms |")
    print("|---|---|---|---|---|---|")
    for form in ("JPEG", "PNG", "WebP"):
        for width, height in SIZES if form == "JPEG" else SIZES[1:2]:
            content = photograph(width, height, form)
            plain = unprotected(content, form)
            guarded, wait = through_the_door(content)
            size = f"{form} {width:,} x {height:,} | {len(content) // 1024}"
            print(f"| {size} | {plain:.1f} | {guarded:.1f} | {1000 / guarded:.0f} | {wait:.1f} |")


if __name__ == "__main__":
    main()
