"""Pictures made by rule: for training, for tests, and where a machine has no photographs.

Dead leaves (overlapping shapes of all sizes, textured) have the statistics of natural pictures (Lee, Mumford, Huang
2001); clouds, lettering and plain drawings are added, so that not every picture is one kind.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]


def made_picture(seed: int, *, side: int = 640) -> Pixels:
    """Return an RGB picture (rows, columns, 3) that the seed determines, its longer side near `side`.

    >>> made_picture(3).shape == made_picture(3).shape
    True
    """
    rng = np.random.default_rng([71, seed])
    shape = (int(side * rng.uniform(0.55, 1)), side) if rng.random() < 0.6 else (side, int(side * rng.uniform(0.55, 1)))
    kinds: tuple[Callable[[np.random.Generator, tuple[int, int]], Pixels], ...] = (_leaves, _leaves, _scene, _drawing)
    return kinds[seed % len(kinds)](rng, shape)


def _cloud(rng: np.random.Generator, shape: tuple[int, int], slope: float) -> NDArray[np.float32]:
    """Return noise whose amplitude falls with frequency to the power of `slope`, from 0 to 1."""
    rows, columns = np.fft.fftfreq(shape[0])[:, None], np.fft.rfftfreq(shape[1])[None]
    amplitude = np.maximum(np.hypot(rows, columns), 1 / max(shape)) ** -slope
    phase = rng.uniform(0, 2 * np.pi, amplitude.shape)
    field = np.fft.irfft2(amplitude * np.exp(1j * phase), s=shape)
    low, high = np.percentile(field, [1, 99])
    cloud: NDArray[np.float32] = np.clip((field - low) / (high - low), 0, 1).astype(np.float32)
    return cloud


def _colours(rng: np.random.Generator, field: NDArray[np.float32]) -> NDArray[np.float32]:
    stops = rng.uniform(0, 255, (4, 3))
    return np.stack([np.interp(field, np.linspace(0, 1, 4), stops[:, c]) for c in range(3)], axis=-1).astype(np.float32)


def _leaves(rng: np.random.Generator, shape: tuple[int, int]) -> Pixels:
    """Shapes over shapes, radii by a power law, each with its own shading."""
    canvas = _colours(rng, _cloud(rng, shape, 1.4)).copy()
    for _ in range(int(rng.integers(60, 400))):
        radius = 6 / rng.random() ** 0.6
        centre = (int(rng.integers(shape[1])), int(rng.integers(shape[0])))
        _shape(rng, canvas, centre, min(radius, max(shape) / 3))
    grain = rng.normal(0, rng.uniform(1, 6), shape)[..., None] + 25 * (_cloud(rng, shape, 1.0)[..., None] - 0.5)
    return np.clip(canvas + grain, 0, 255).astype(np.uint8)


def _shape(rng: np.random.Generator, canvas: NDArray[np.float32], centre: tuple[int, int], radius: float) -> None:
    colour = tuple(float(v) for v in rng.uniform(0, 255, 3))
    if rng.random() < 0.5:
        axes = (max(1, int(radius)), max(1, int(radius * rng.uniform(0.3, 1))))
        cv2.ellipse(canvas, centre, axes, float(rng.uniform(0, 180)), 0, 360, colour, -1, cv2.LINE_AA)
    else:
        angles = np.sort(rng.uniform(0, 2 * np.pi, int(rng.integers(3, 8))))
        corners = np.stack([np.cos(angles), np.sin(angles)], axis=1) * radius * rng.uniform(0.5, 1.2, (len(angles), 1))
        cv2.fillPoly(canvas, [(corners + centre).astype(np.int32)], colour, cv2.LINE_AA)


def _scene(rng: np.random.Generator, shape: tuple[int, int]) -> Pixels:
    """A soft sky over a rough ground, with a few things standing in it."""
    sky, ground = _colours(rng, _cloud(rng, shape, 2.2)), _colours(rng, _cloud(rng, shape, 1.1))
    line = shape[0] * (0.4 + 0.3 * _cloud(rng, (1, shape[1]), 1.5)[0])
    canvas = np.where((np.arange(shape[0])[:, None] > line)[..., None], ground, sky).astype(np.float32)
    for _ in range(int(rng.integers(4, 30))):
        _shape(
            rng,
            canvas,
            (int(rng.integers(shape[1])), int(rng.uniform(0.3, 1) * shape[0])),
            float(rng.uniform(8, shape[0] / 5)),
        )
    return np.clip(canvas + rng.normal(0, 3, shape)[..., None], 0, 255).astype(np.uint8)


def _drawing(rng: np.random.Generator, shape: tuple[int, int]) -> Pixels:
    """Flat colours and a few letters on a plain ground, like a chart or clip art."""
    canvas = np.full((*shape, 3), rng.uniform(150, 255, 3), np.float32)
    for _ in range(int(rng.integers(6, 30))):
        _shape(
            rng,
            canvas,
            (int(rng.integers(shape[1])), int(rng.integers(shape[0]))),
            float(rng.uniform(6, shape[0] / 4)),
        )
    drawn = canvas.astype(np.uint8)
    for _ in range(int(rng.integers(0, 5))):
        text = "".join(chr(int(c)) for c in rng.integers(65, 91, int(rng.integers(3, 12))))
        at = (int(rng.integers(shape[1] // 2)), int(rng.integers(20, shape[0])))
        cv2.putText(drawn, text, at, int(rng.integers(0, 6)), float(rng.uniform(0.6, 2)), (20, 20, 20), 2, cv2.LINE_AA)
    return drawn
