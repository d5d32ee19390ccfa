"""The visual words and the binary codes of local features, from one small table that ships."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from kiemchung.engine.media.opencv import opencv

# A word is a pair of half words, each one of so many.
HALVES = 256
WORDS = HALVES * HALVES
# A query's feature is looked up under its nearest words, a reference's under the nearest alone.
ASSIGNED = 3
# Bits of a signature within a word.
SIGNATURE = 64
_TABLE = "picture_words.npz"


@dataclass(frozen=True, slots=True)
class Table:
    """Two books of half words (2, 256, 64), and the projections (128, 256) with thresholds (256,) of the codes.

    `middles` (2, 256, 64) is what the first 64 projections make of each half word.
    """

    books: NDArray[np.float32]
    projection: NDArray[np.float32]
    thresholds: NDArray[np.float32]
    middles: NDArray[np.float32]


@cache
def table() -> Table:
    """Return the table that ships; its card is `data/picture_words.md`."""
    with files("kiemchung.engine.data").joinpath(_TABLE).open("rb") as file, np.load(file) as stored:
        books, projection, thresholds = (
            stored[name].astype(np.float32) for name in ("books", "projection", "thresholds")
        )
    middles = np.stack([books[half] @ projection[64 * half : 64 * half + 64, :SIGNATURE] for half in (0, 1)])
    return Table(books, projection, thresholds, middles)


def rooted(descriptors: NDArray[np.generic]) -> NDArray[np.float32]:
    """Return RootSIFT of SIFT descriptors, shape (n, 128), rows of length 1 (Arandjelović, Zisserman 2012).

    >>> rooted(np.ones((1, 4), np.uint8))
    array([[0.5, 0.5, 0.5, 0.5]], dtype=float32)
    """
    total = descriptors.sum(axis=1, keepdims=True, dtype=np.float32)
    root: NDArray[np.float32] = np.sqrt(descriptors / np.maximum(total, np.float32(1e-7)), dtype=np.float32)
    return root


def mirrored(descriptors: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the descriptors that the mirrored picture has, shape (n, 128): nothing need be described twice.

    SIFT's 4 × 4 cells of 8 directions lie along the feature's own direction, so that a mirror turns round the rows
    and the sense of the directions.
    """
    cells = descriptors.reshape(-1, 4, 4, 8)[:, ::-1]
    return np.ascontiguousarray(cells[..., (-np.arange(8)) % 8].reshape(-1, 128))


def words_of(roots: NDArray[np.float32], *, assigned: int = ASSIGNED) -> NDArray[np.uint16]:
    """Return the nearest words of RootSIFT rows, shape (n, `assigned`), nearest first.

    A word is a pair of half words, so its distance is a sum of two (an inverted multi-index: Babenko, Lempitsky 2012);
    the nearest lie among the pairs of each half's nearest `assigned`. Cost: .4 ms a hundred rows, .1 ms the nearest
    alone.
    """
    books = table().books
    near, far = zip(*(_nearest(roots[:, 64 * h : 64 * h + 64], books[h], assigned) for h in (0, 1)), strict=True)
    sums = (far[0][:, :, None] + far[1][:, None, :]).reshape(len(roots), assigned**2)
    names = (near[0][:, :, None] * HALVES + near[1][:, None, :]).reshape(len(roots), assigned**2)
    order = np.argsort(sums, axis=1, kind="stable")[:, :assigned]
    return np.take_along_axis(names, order, axis=1).astype(np.uint16)


def _nearest(
    rows: NDArray[np.float32], book: NDArray[np.float32], count: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    if not len(rows):
        return np.empty((0, count), np.int64), np.empty((0, count), np.float32)
    if count == 1:  # a product takes a quarter of the time
        found = (book * book).sum(axis=1) - 2 * (rows @ book.T)
        order = found.argmin(axis=1)[:, None]
        return order, np.take_along_axis(found, order, axis=1)
    cv2 = opencv()
    found, order = cv2.batchDistance(
        np.ascontiguousarray(rows), np.ascontiguousarray(book), cv2.CV_32F, normType=cv2.NORM_L2SQR, K=count
    )[:2]
    return order.astype(np.int64), found


def signatures_of(roots: NDArray[np.float32], words: NDArray[np.uint16]) -> NDArray[np.uint64]:
    """Return what tells RootSIFT rows of one word apart: 64 signs each, shape of `words` (n,) or (n, k).

    Signs of projections about the middle of the word, not of all rows: of two chance rows of one word the signs about
    the middle of all are mostly the same (within 10 of 64 bits 5.3 % of chance pairs and 97.9 % of true ones; here
    within 14 bits 1.2 % and 97.4 %: docs/decisions/0016).
    """
    known = table()
    projected = roots @ known.projection[:, :SIGNATURE]
    wide = (words[:, None] if words.ndim == 1 else words).astype(np.int64)
    middles = known.middles[0][wide // HALVES] + known.middles[1][wide % HALVES]
    bits = projected[:, None, :] > middles
    packed: NDArray[np.uint64] = np.packbits(bits, axis=-1, bitorder="little").view("<u8")[..., 0].astype(np.uint64)
    return packed.reshape(words.shape)


def codes_of(roots: NDArray[np.float32]) -> NDArray[np.uint64]:
    """Return the 256-bit codes of RootSIFT rows, shape (n, 4): signs of projections about their medians.

    The Hamming distance of two codes grows with the angle between the rows (Charikar 2002).
    """
    bits = roots @ table().projection > table().thresholds
    return np.packbits(bits, axis=1, bitorder="little").view("<u8").astype(np.uint64)
