"""Learn the visual words and thresholds of the codes from made pictures: `python -m training.picture_words`."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from kiemchung.engine.media.opencv import opencv
from kiemchung.engine.media.words import HALVES, rooted
from training.made_pictures import made_picture

DATA = Path(__file__).parent.parent / "src" / "kiemchung" / "engine" / "data"
PICTURES = 600
_SEED, _FIRST, _ROUNDS, _EACH = 20, 500_000, 15, 150


def main() -> None:
    """Write `picture_words.npz` and its card."""
    roots = _roots()
    rng = np.random.default_rng(_SEED)
    books = np.stack([_book(roots[:, 64 * half : 64 * half + 64], rng) for half in (0, 1)]).astype(np.float16)
    turns = [np.linalg.qr(rng.normal(size=(128, 128)))[0] for _ in range(2)]
    # 16 bits are enough; the medians are of what is stored.
    projection = np.concatenate(turns, axis=1).astype(np.float16)
    thresholds = np.median(roots @ projection.astype(np.float32), axis=0).astype(np.float32)
    np.savez_compressed(DATA / "picture_words.npz", books=books, projection=projection, thresholds=thresholds)
    print(
        f"{len(roots)} features of {PICTURES} pictures; mean distance of a half to its word {_error(roots, books):.3f}"
    )


def _roots() -> NDArray[np.float32]:
    """Return RootSIFT rows of some features of each picture."""
    cv2.setNumThreads(1)
    sift = opencv().SIFT_create(nfeatures=700, contrastThreshold=0.012, edgeThreshold=12)
    found = []
    for seed in range(_FIRST, _FIRST + PICTURES):
        grey = cv2.cvtColor(made_picture(seed, side=480), cv2.COLOR_RGB2GRAY)
        _, descriptors = sift.detectAndCompute(grey, None)
        if descriptors is not None:
            rng = np.random.default_rng([_SEED, seed])
            found.append(descriptors[rng.permutation(len(descriptors))[:_EACH]])
    return rooted(np.concatenate(found).astype(np.float32))


def _book(rows: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Return `HALVES` means of rows (k-means, Lloyd 1982)."""
    book = rows[rng.permutation(len(rows))[:HALVES]].copy()
    for _ in range(_ROUNDS):
        nearest = _nearest(rows, book)
        counts = np.bincount(nearest, minlength=HALVES)
        sums = np.zeros_like(book)
        np.add.at(sums, nearest, rows)
        book = np.where(counts[:, None] > 0, sums / np.maximum(counts, 1)[:, None], book).astype(np.float32)
    return book


def _nearest(rows: NDArray[np.float32], book: NDArray[np.float32]) -> NDArray[np.int64]:
    nearest: NDArray[np.int64] = ((book * book).sum(axis=1) - 2 * rows @ book.T).argmin(axis=1)
    return nearest


def _error(roots: NDArray[np.float32], books: NDArray[np.float16]) -> float:
    first, book = roots[:, :64], books[0].astype(np.float32)
    return float(np.linalg.norm(first - book[_nearest(first, book)], axis=1).mean())


if __name__ == "__main__":
    main()
