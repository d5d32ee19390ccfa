"""Meaning: vectors of claims and messages from any sentence-transformers directory, when one is configured.

Nearest vectors are found in two steps: by the signs of the components (48 bytes a review for 384 dimensions, compared
as bits; Charikar 2002), then by the exact cosine of the thousand best.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from kiemchung.engine.errors import SetupError
from kiemchung.engine.types import Review

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

# So many reviews nearest by signs are compared exactly. Not yet measured apart from the ranking as a whole.
_BY_SIGNS = 1_000
# Cosines to this many reviews tell what is usual for a message and an encoder.
_SAMPLE = 1_000
_MOST_CONFIG_BYTES = 1 << 20  # a tokenizer has megabytes, and its size


class Encoder(Protocol):
    """Turns texts into unit vectors; `name` tells one encoder's vectors from another's."""

    name: str

    def encode(self, texts: Sequence[str]) -> F32:
        """Return one unit vector a text, shape `(len(texts), dimensions)`."""
        ...


class SentenceEncoder:
    """A sentence-transformers model in a local directory. Nothing is downloaded."""

    def __init__(self, path: Path) -> None:
        """Load the model. Raises `SetupError` when the extra `dense` or the directory is missing or unfit."""
        if not path.is_dir():
            raise SetupError(
                f"KIEMCHUNG_ENCODER: {path} is not a folder. Name a sentence-transformers model folder.",
                f"KIEMCHUNG_ENCODER: {path} không phải thư mục. Hãy nêu thư mục của một mô hình sentence-transformers.",
            )
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise SetupError(
                "KIEMCHUNG_ENCODER needs the extra `dense`: install the CPU build of torch, then "
                "`pip install kiemchung[dense]`.",
                "KIEMCHUNG_ENCODER cần phần mở rộng `dense`: hãy cài bản torch cho CPU, rồi "
                "`pip install kiemchung[dense]`.",
            ) from error
        try:
            self._model = SentenceTransformer(str(path), device="cpu", local_files_only=True)
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise SetupError(
                f"KIEMCHUNG_ENCODER: {path} cannot be loaded as a model ({error}).",
                f"KIEMCHUNG_ENCODER: không nạp được {path} như một mô hình ({error}).",
            ) from error
        self.name = name_of_model(path)

    def encode(self, texts: Sequence[str]) -> F32:
        """Return one unit vector a text."""
        vectors: F32 = self._model.encode(
            list(texts),
            batch_size=64,
            normalize_embeddings=True,
            show_progress_bar=False,
            convert_to_numpy=True,
        )
        return vectors


def name_of_model(path: Path) -> str:
    """The name of the model in a folder: the folder's, and a digest that tells apart two models in folders of one name.

    It is made of the texts of the configuration and the sizes of the other files (weights are too large to be read for
    it), so a copy has the same name.
    """
    digest = hashlib.blake2b(digest_size=6)
    for file in sorted(one for one in path.rglob("*") if one.is_file()):
        size = file.stat().st_size
        digest.update(f"{file.relative_to(path).as_posix()}\0{size}\0".encode("utf-8", "surrogateescape"))
        if file.suffix == ".json" and size <= _MOST_CONFIG_BYTES:
            digest.update(file.read_bytes())
    return f"{path.resolve().name}-{digest.hexdigest()}"


def vectors_of(reviews: Sequence[Review], encoder: Encoder) -> NDArray[np.float16]:
    """Return the vectors of the reviews' claims with their titles, shape `(len(reviews), dimensions)`."""
    texts = [f"{review.claim} {review.title}".strip() for review in reviews]
    return encoder.encode(texts).astype(np.float16)


def signs_of(vectors: NDArray[np.floating[Any]]) -> NDArray[np.uint64]:
    """Return the signs of the components as bits, shape `(n, ceil(dimensions / 64))`."""
    bits = np.packbits(vectors > 0, axis=1)
    padding = -bits.shape[1] % 8
    return np.pad(bits, ((0, 0), (0, padding))).view(np.uint64)


class Meanings:
    """The vectors of a snapshot's living reviews, segment by segment."""

    def __init__(self, vectors: Sequence[NDArray[np.float16]], alive: Sequence[NDArray[np.bool_] | None]) -> None:
        self._vectors = vectors
        self._alive = alive
        self._signs = [signs_of(part) for part in vectors]
        self._sizes = [len(part) for part in vectors]
        self._starts = np.concatenate([[0], np.cumsum(self._sizes)]).astype(np.int64)

    def nearest(self, vector: F32, most: int) -> list[I64]:
        """Return for each segment which of its reviews are among the `most` nearest."""
        if not sum(self._sizes):
            return [np.empty(0, np.int64) for _ in self._sizes]
        own = signs_of(vector[None, :])[0]
        distance = np.concatenate([np.bitwise_count(part ^ own).sum(axis=1, dtype=np.int64) for part in self._signs])
        for number, alive in enumerate(self._alive):
            if alive is not None:
                distance[self._starts[number] : self._starts[number + 1]][~alive] = np.iinfo(np.int64).max
        close = np.argsort(distance, kind="stable")[:_BY_SIGNS] if len(distance) <= _BY_SIGNS else _least(distance)
        close = close[distance[close] < np.iinfo(np.int64).max]
        cosine = self._cosines(close, vector)
        best = np.sort(close[np.argsort(-cosine, kind="stable")[:most]])
        return [
            best[(best >= begin) & (best < end)] - begin
            for begin, end in zip(self._starts, self._starts[1:], strict=False)
        ]

    def standardised(self, segment: I64, doc: I64, vector: F32) -> F64:
        """Return the cosines of some reviews as tenths of standard deviations above the usual one."""
        sample = np.linspace(0, self._starts[-1] - 1, min(_SAMPLE, int(self._starts[-1]))).astype(np.int64)
        usual = self._cosines(sample, vector)
        cosine = self._cosines(self._starts[segment] + doc, vector)
        spread = 10.0 * max(float(usual.std()), 0.02)
        standardised: F64 = (cosine - usual.mean()) / spread
        return standardised

    def _cosines(self, places: I64, vector: F32) -> F64:
        cosine = np.zeros(len(places))
        part = np.searchsorted(self._starts, places, side="right") - 1
        for number in np.unique(part):
            rows = part == number
            chosen = self._vectors[number][places[rows] - self._starts[number]]
            cosine[rows] = chosen.astype(np.float32) @ vector
        return cosine


def _least(distance: I64) -> I64:
    # All that are as near as the last one: which of them would otherwise depend on their places.
    cut = distance[np.argpartition(distance, _BY_SIGNS - 1)[_BY_SIGNS - 1]]
    return np.flatnonzero(distance <= cut)


def encoder_from_environment(environment: Mapping[str, str] | None = None) -> Encoder | None:
    """Return the encoder that `KIEMCHUNG_ENCODER` names, or `None` where it is not set or empty.

    Raises `InputError` when the extra `dense` is missing or the folder is no sentence-transformers model.

    >>> encoder_from_environment({}) is None
    True
    """
    path = (os.environ if environment is None else environment).get("KIEMCHUNG_ENCODER", "")
    return SentenceEncoder(Path(path)) if path else None
