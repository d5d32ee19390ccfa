"""The pictures of the media benchmark as they are sent, described; kept, so that a run can be taken up again."""

from __future__ import annotations

import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.media_references import SEED, Source, picture
from benchmarks.media_transformations import COLLAGE, TRANSFORMATIONS, Box, sent
from kiemchung.engine.media.image import PictureFeatures, describe
from kiemchung.engine.media.opencv import opencv
from kiemchung.engine.media.types import Pixels, Region

NAMES = (*TRANSFORMATIONS, COLLAGE)
AS_IT_IS = "as it is"
_ARRAYS = ("hashes", "places", "descriptors", "thumb", "grey")


@dataclass(frozen=True, slots=True)
class SentQuery:
    """One transformed picture, described: its transformation, where the original is in it, its pHash, the seconds."""

    name: str
    features: PictureFeatures
    shown: Box
    phash: np.uint64
    seconds: float


def queries(source: Source, other: Source, kept: Path | None) -> list[SentQuery]:
    """Return a picture as it is and in the twenty transformations; `other` stands beside it in the collage."""
    file = kept / f"query {_seed(source)} {_seed(other)}.npz" if kept else None
    if file and file.exists():
        with np.load(file) as stored:
            return [
                _loaded({n.partition(" ")[2]: stored[n] for n in stored.files if n.startswith(f"{place} ")}, name)
                for place, name in enumerate((AS_IT_IS, *NAMES))
            ]
    made = [query_of(source, other, name) for name in (AS_IT_IS, *NAMES)]
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        stored = {f"{place} {part}": value for place, one in enumerate(made) for part, value in _stored(one).items()}
        np.savez(file, **stored)
    return made


def query_of(source: Source, other: Source, name: str) -> SentQuery:
    """Return a picture sent in one way, described; `other` stands beside it in the collage."""
    pixels = source.pixels()
    if name == AS_IT_IS:
        return _described(AS_IT_IS, pixels, (0, 0, pixels.shape[1], pixels.shape[0]))
    beside = other.pixels() if name == COLLAGE else pixels
    changed = sent(name, pixels, np.random.default_rng([SEED, _seed(source), NAMES.index(name)]), beside)
    return _described(name, changed.pixels, changed.shown)


def _seed(source: Source) -> int:
    return zlib.crc32(source.name.encode("utf-8", "surrogatepass"))


def _described(name: str, pixels: Pixels, shown: Box) -> SentQuery:
    begin = time.process_time()
    features = describe(picture(pixels))
    return SentQuery(name, features, shown, phash64(pixels), time.process_time() - begin)


def _stored(one: SentQuery) -> dict[str, Any]:
    features = one.features
    inner = features.inner
    numbers = [features.width, features.height, inner.x, inner.y, inner.w, inner.h, features.quality]
    strokes = np.empty(0, bool) if features.strokes is None else features.strokes
    return {name: getattr(features, name) for name in _ARRAYS} | {
        "numbers": np.array(numbers, np.int64),
        "strokes": strokes,
        "shown": np.array(one.shown, np.float64),
        "phash": one.phash,
        "seconds": np.float64(one.seconds),
    }


def _loaded(stored: Mapping[str, Any], name: str) -> SentQuery:
    width, height, x, y, w, h, quality = stored["numbers"].tolist()
    strokes = stored["strokes"] if stored["strokes"].size else None
    hashes, places, descriptors, thumb, grey = (stored[part] for part in _ARRAYS)
    features = PictureFeatures(
        width, height, Region(x, y, w, h), hashes, quality, places, descriptors, thumb, grey, strokes
    )
    shown: Box = tuple(stored["shown"].tolist())
    return SentQuery(name, features, shown, np.uint64(stored["phash"]), float(stored["seconds"]))


def phash64(pixels: Pixels) -> np.uint64:
    """Return the pHash of `imagehash` as a number."""
    import imagehash

    bits = imagehash.phash(Image.fromarray(pixels)).hash.ravel()
    return np.uint64(int.from_bytes(np.packbits(bits).tobytes(), "big"))


def phash_of_thumb(thumb: Pixels) -> np.uint64:
    """Return nearly the same of a reference's small copy: `imagehash` itself shrinks to 32 × 32."""
    return phash64(opencv().cvtColor(thumb, opencv().COLOR_GRAY2RGB))
