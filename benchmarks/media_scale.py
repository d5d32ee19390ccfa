"""How long it takes and how much it holds: queries, additions, ten million hashes, a hundred thousand pictures."""

from __future__ import annotations

import resource
import time
from collections.abc import Sequence

import numpy as np

from benchmarks.media_references import SEED
from benchmarks.media_setting import Setting
from benchmarks.setting import markdown
from kiemchung.engine.media.hashes import Hashes, HashTable, scan
from kiemchung.engine.media.image import describe
from kiemchung.engine.media.pictures import PictureIndex, PictureSegment
from kiemchung.engine.media.types import Picture

_ASKED, _PLACES, _CLUSTER = 200, 40, 20


def times(seconds: Sequence[float], setting: Setting) -> str:
    """Return what a query and an addition take, and what a reference holds."""
    spent = 1000 * np.array(seconds)
    size = setting.segment.nbytes / max(setting.segment.size, 1)
    rows = [
        [
            f"{np.median(spent):.0f}",
            f"{np.percentile(spent, 95):.0f}",
            f"{1000 * setting.seconds:.0f}" if setting.seconds else "not measured (kept from an earlier run)",
            f"{size:,.0f}",
        ]
    ]
    return markdown(["ms a query, median", "p95", "ms to describe a reference", "bytes a reference"], rows)


def hashes(setting: Setting, count: int) -> str:
    """Return the table of the lookup among hashes that depend on one another as those of the references do."""
    rng = np.random.default_rng(SEED)
    known = realistic(rng, setting.segment.hashes, count)
    begin = time.process_time()
    table = HashTable.build(known)
    built = time.process_time() - begin
    rows = rng.integers(0, count, _ASKED)
    queries = np.concatenate(
        [_changed(rng, known[rows[: _ASKED // 2]], 31), realistic(rng, setting.segment.hashes, 100)]
    )
    table.search_many(queries[:5])
    fast, plain, equal = [], [], 0
    for number, query in enumerate(queries):
        begin = time.process_time()
        found = table.search_many(query[None])[0][0]
        fast.append(1000 * (time.process_time() - begin))
        if number % 5 == 0:
            begin = time.process_time()
            expected = scan(known, query)[0]
            plain.append(1000 * (time.process_time() - begin))
            equal += found.tolist() == expected.tolist()
    row = [
        f"{count:,}",
        f"{np.median(fast):.2f}",
        f"{np.percentile(fast, 95):.2f}",
        f"{np.median(plain):.1f}",
        f"{equal} of {len(plain)}",
        f"{table.nbytes / count:.0f}",
        f"{built:.0f}",
    ]
    return markdown(
        ["hashes", "ms a lookup, median", "p95", "ms a scan", "equal to the scan", "bytes a hash", "s to build"], [row]
    )


def realistic(rng: np.random.Generator, pattern: Hashes, count: int) -> Hashes:
    """Return hashes whose bits depend on one another as the pattern's do, a fifth of them in clusters.

    Signs of normal variables with the correlations of the pattern's bits (a Gaussian copula).
    """
    bits = np.unpackbits(pattern.view(np.uint8), axis=1).astype(np.float32)
    mean = bits.mean(axis=0)
    covariance = np.sin(np.pi / 2 * np.clip(np.corrcoef(bits.T), -0.99, 0.99))  # of signs, back to the normal's
    values, vectors = np.linalg.eigh(covariance)
    mixing = (vectors * np.sqrt(np.maximum(values, 0))).T.astype(np.float32)
    threshold = np.quantile(rng.normal(size=100_000), 1 - mean).astype(np.float32)
    out = np.empty((count, 4), np.uint64)
    for begin in range(0, count, 50_000):
        size = min(50_000, count - begin)
        drawn = rng.standard_normal((size, 256), np.float32) @ mixing > threshold
        out[begin : begin + size] = np.packbits(drawn, axis=1).view(np.uint64)
    clustered = count // 5
    if clustered >= _CLUSTER:
        centres = out[rng.integers(0, count, clustered // _CLUSTER)].repeat(_CLUSTER, axis=0)
        out[: len(centres)] = _changed(rng, centres, 40)
    return out


def _changed(rng: np.random.Generator, rows: Hashes, most: int) -> Hashes:
    """Return the rows with up to `most` bits turned over in each."""
    out = rows.copy()
    for step in range(most):
        bit = rng.integers(0, 256, len(rows))
        on = (rng.integers(0, most + 1, len(rows)) > step).astype(np.uint64)
        out[np.arange(len(rows)), bit // 64] ^= on << (bit % 64).astype(np.uint64)
    return out


def scale(setting: Setting, count: int) -> str:
    """Return what a query takes among many references, most of them spliced from features of the real ones."""
    rng = np.random.default_rng(SEED)
    segments = [setting.segment]
    while sum(s.size for s in segments) < count:
        segments.append(_spliced(rng, setting.segment, len(segments)))
    half = len(segments) // 2 + 1
    segments = [PictureSegment.merge(part, [None] * len(part)) for part in (segments[:half], segments[half:]) if part]
    index = PictureIndex(segments)
    spent, found = [], 0
    for source in setting.known[:_PLACES]:
        pixels = source.pixels()
        begin = time.process_time()
        query = describe(Picture(np.ascontiguousarray(pixels), pixels.shape[1], pixels.shape[0]))
        matches = index.match_many([query])[0]
        spent.append(1000 * (time.process_time() - begin))
        found += any(match.reference == source.name for match in matches)
    held = sum(s.nbytes for s in segments)
    hot = sum(sum(a.nbytes for n, a in s.arrays().items() if n.startswith("word_") or n == "hashes") for s in segments)
    row = [
        f"{len(index):,}",
        f"{np.median(spent):.0f}",
        f"{np.percentile(spent, 95):.0f}",
        f"{found} of {len(spent)}",
        f"{hot / 2**20:,.0f} MB",
        f"{held / 2**20:,.0f} MB",
        f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10:,.0f} MB",
    ]
    return markdown(
        [
            "references",
            "ms a query, median",
            "p95",
            "found",
            "read at every query",
            "on disk",
            "this process at most, nothing mapped",
        ],
        [row],
    )


def _spliced(rng: np.random.Generator, segment: PictureSegment, number: int) -> PictureSegment:
    """Return a segment whose references have features of many others: the same words, other pictures."""
    arrays = dict(segment.arrays())
    arrays["word_docs"] = rng.permutation(arrays["word_docs"])
    arrays["codes"] = rng.permutation(arrays["codes"])
    arrays["hashes"] = realistic(rng, segment.hashes, segment.size)
    names = [f"spliced {number} {n}".encode() for n in range(segment.size)]
    arrays["ids"] = np.frombuffer(b"".join(names), np.uint8)
    arrays["id_offsets"] = np.concatenate([[0], np.cumsum([len(name) for name in names])]).astype(np.uint32)
    return PictureSegment.load(arrays)
