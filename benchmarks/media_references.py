"""The pictures of the media benchmark: files of a folder, large ones cut into tiles, and made ones to fill up."""

from __future__ import annotations

import random
import time
import warnings
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path

import numpy as np
from PIL import Image

from kiemchung.engine.media.image import PictureFeatures, describe
from kiemchung.engine.media.pictures import PictureSegment
from kiemchung.engine.media.types import Picture, Pixels
from training.made_pictures import made_picture

_ENDINGS = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".ppm"}
_LEAST_SIDE, _LEAST_BYTES, _MOST_SIDE = 200, 12_000, 1_000
# A picture this large (wallpapers, textures of landscapes) is cut into tiles of about this side: other pictures.
_TILED_FROM, _TILE, _MOST_TILES = 1_900, 900, 24
# Of a tile that we cut ourselves at least this share of blocks of 16 points (of 256) has to show something: a piece of
# a flag's ground is nothing that anybody sends. Files are kept whatever they show.
_TILE_SHOWS, _BLOCK_SPREAD = 0.25, 3.0
_MADE_FROM = 1_000_000
SEED = 4
PHOTOGRAPHS, DRAWINGS, MADE = "photographs and tiles of large pictures", "drawings, icons and others", "made"


@dataclass(frozen=True, slots=True)
class Source:
    """One picture: a file, the tile of it (left, top, right, bottom) or None; or the seed of a made one.

    Figures are of those that are `reported`: the method was made looking at the other half, by the CRC-32 of the file's
    path within its folder.
    """

    name: str
    path: Path | None
    tile: tuple[int, int, int, int] | None = None
    seed: int = 0
    reported: bool = True

    def pixels(self) -> Pixels:
        """Return RGB pixels, at most `_MOST_SIDE` a side, transparent parts on white."""
        if self.path is None:
            return made_picture(self.seed)
        image = _decoded(self.path).copy()
        if self.tile:
            image = image.crop(self.tile)
        image.thumbnail((_MOST_SIDE, _MOST_SIDE), Image.Resampling.BOX)
        return np.asarray(image)


@lru_cache(maxsize=1)
def _decoded(path: Path) -> Image.Image:
    """Return a file in RGB; the tiles of one follow each other."""
    with Image.open(path) as file:
        if file.mode in ("P", "LA", "RGBA", "PA") or "transparency" in file.info:
            image = file.convert("RGBA")
            return Image.alpha_composite(Image.new("RGBA", image.size, (255, 255, 255, 255)), image).convert("RGB")
        return file.convert("RGB")


def kind_of(source: Source) -> str:
    """Return what is taken for a kind of picture, by its file: JPEG is mostly a photograph, PNG is mostly not."""
    if source.path is None:
        return MADE
    return PHOTOGRAPHS if source.tile or source.path.suffix.lower() in (".jpg", ".jpeg") else DRAWINGS


def sources(folder: Path | None, wanted: int) -> list[Source]:
    """Return at most `wanted` pictures in an order that the seed determines; made ones fill up what files lack."""
    files = pictures_in(folder) if folder else []
    random.Random(SEED).shuffle(files)  # noqa: S311 - a fixed order, no secret
    every = (source for path in files for source in of_file(path, reported=_is_reported(path, folder)))
    found = list(islice(every, wanted))
    return found + [Source(f"made {n}", None, seed=_MADE_FROM + n) for n in range(wanted - len(found))]


def installed() -> Path | None:
    """Return where packages of this system put pictures, `None` where there are none."""
    folder = Path("/usr/share")
    return folder if folder.is_dir() and any(path.suffix.lower() in _ENDINGS for path in folder.rglob("*")) else None


def pictures_in(folder: Path) -> list[Path]:
    """Return the picture files of a folder and those within, by name."""
    return sorted(p for p in folder.rglob("*") if p.suffix.lower() in _ENDINGS and p.is_file() and not p.is_symlink())


def size_of(path: Path) -> tuple[int, int]:
    """Return width and height of a picture, 0 and 0 for what cannot be read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path) as file:
                return file.size
    except (OSError, ValueError, Image.DecompressionBombError):
        return 0, 0


def _is_reported(path: Path, folder: Path | None) -> bool:
    return folder is None or zlib.crc32(str(path.relative_to(folder)).encode()) % 2 == 1


def of_file(path: Path, *, reported: bool) -> Iterator[Source]:
    """Yield a file that is large enough to be sent, a very large one as its tiles."""
    if path.stat().st_size < _LEAST_BYTES:
        return
    width, height = size_of(path)
    if min(width, height) < _LEAST_SIDE or max(width, height) > 8 * min(width, height):
        return
    if min(width, height) < _TILED_FROM // 2 or max(width, height) < _TILED_FROM:
        yield Source(str(path), path, reported=reported)
        return
    across, down = width // _TILE, height // _TILE
    tiles = [(x * _TILE, y * _TILE, (x + 1) * _TILE, (y + 1) * _TILE) for y in range(down) for x in range(across)]
    for tile in tiles[:_MOST_TILES]:
        yield Source(f"{path}#{tile[0]},{tile[1]}", path, tile, reported=reported)


def picture(pixels: Pixels) -> Picture:
    """Return pixels as a picture whose file has the same size."""
    return Picture(np.ascontiguousarray(pixels), pixels.shape[1], pixels.shape[0])


def shows(pixels: Pixels) -> float:
    """Return the share of a picture's blocks (16 × 16 of them) in which grey values spread.

    >>> shows(np.zeros((300, 400, 3), np.uint8))
    0.0
    """
    grey = Image.fromarray(pixels).convert("L").resize((256, 256), Image.Resampling.BOX)
    blocks = np.asarray(grey, np.float32).reshape(16, 16, 16, 16)
    return float((blocks.std(axis=(1, 3)) > _BLOCK_SPREAD).mean())


def described(found: Sequence[Source], kept: Path | None, *, at_once: int = 500) -> tuple[list[PictureSegment], float]:
    """Return segments of the pictures and the processor's seconds for each; `kept` holds what is done already."""
    segments, seconds, count = [], 0.0, 0
    for begin in range(0, len(found), at_once):
        file = kept / f"{begin:06d}.npz" if kept else None
        if file and file.exists():
            with np.load(file) as stored:
                segments.append(PictureSegment.load({name: stored[name] for name in stored.files}))
            continue
        names, features = [], []
        for source in found[begin : begin + at_once]:
            one, took = _one(source)
            if one is not None:
                names.append(source.name)
                features.append(one)
                seconds, count = seconds + took, count + 1
        segments.append(PictureSegment.build(names, features))
        if file:
            file.parent.mkdir(parents=True, exist_ok=True)
            np.savez(file, **segments[-1].arrays())  # type: ignore[arg-type]
    return segments, seconds / max(count, 1)


def _one(source: Source) -> tuple[PictureFeatures | None, float]:
    """Return a described picture and how long describing took; None where nothing can be seen or read."""
    pixels = usable_pixels(source)
    if pixels is None:
        return None, 0.0
    begin = time.process_time()
    features = describe(picture(pixels))
    return features, time.process_time() - begin


def usable_pixels(source: Source) -> Pixels | None:
    """Return the pixels of a picture that shows something and can be read, else None."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pixels = source.pixels()
    except (OSError, ValueError, SyntaxError):
        return None
    return None if pixels.std() < 12 or (source.tile and shows(pixels) < _TILE_SHOWS) else pixels
