"""Draws the paths of our own drawings (the signs of ratings, the mark) on pixels, without a program that reads SVG."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]  # (n, 2), x and y
Cover = NDArray[np.float64]  # (rows, columns), 0-1

_STEPS = 16  # of a curve
_FINE = 4  # sub-pixels each way
_WORD = re.compile(r"[MmLlHhVvCcAaZz]|-?(?:\d*\.\d+|\d+)")
_COUNTS = {"m": 2, "l": 2, "h": 1, "v": 1, "c": 6, "a": 7, "z": 0}


def lines_of(path: str) -> list[Points]:
    """Return the lines of a path's `d`, curves in short pieces. Only the commands that our drawings have are known;
    raises `ValueError` for others."""
    if re.search(r"[BDEFGIJKNOPQRSTUWXYbdefgijknopqrstuwxy]", path):
        raise ValueError(f"a command that is not known: {path}")
    lines: list[list[complex]] = []
    for command, numbers in _commands(path):
        if command in "Mm":
            begin = lines[-1][-1] if lines and command == "m" else 0j
            lines.append([begin + complex(*numbers)])
        elif command in "Zz":
            lines[-1].append(lines[-1][0])
        else:
            lines[-1].extend(_drawn(command, numbers, lines[-1][-1]))
    return [np.array([(point.real, point.imag) for point in line]) for line in lines]


def stroked(path: str, *, scale: float, width: float, size: int) -> Cover:
    """Return how far a round pen of `width` (in the path's units) covers each pixel of a square of `size`."""
    y, x = np.mgrid[0:size, 0:size] + 0.5
    nearest = np.full((size, size), np.inf)
    for line in lines_of(path):
        for (x0, y0), (x1, y1) in zip(line * scale, np.vstack([line[1:], line[-1:]]) * scale, strict=True):
            dx, dy = x1 - x0, y1 - y0
            along = np.clip(((x - x0) * dx + (y - y0) * dy) / max(dx * dx + dy * dy, 1e-9), 0, 1)
            nearest = np.minimum(nearest, np.hypot(x - x0 - along * dx, y - y0 - along * dy))
    cover: Cover = np.clip(width * scale / 2 - nearest + 0.5, 0, 1)
    return cover


def filled(path: str, *, scale: float, size: int) -> Cover:
    """Return how far the inside of a closed path covers each pixel of a square of `size` (even-odd)."""
    y, x = (np.mgrid[0 : size * _FINE, 0 : size * _FINE] + 0.5) / _FINE
    inside = np.zeros_like(x, bool)
    for line in lines_of(path):
        ends = np.vstack([line[1:], line[:1]]) * scale
        for (x0, y0), (x1, y1) in zip(line * scale, ends, strict=True):
            if y0 != y1:
                inside ^= ((y0 > y) != (y1 > y)) & (x < x0 + (y - y0) * (x1 - x0) / (y1 - y0))
    cover: Cover = inside.reshape(size, _FINE, size, _FINE).mean(axis=(1, 3))
    return cover


def _commands(path: str) -> Iterator[tuple[str, list[float]]]:
    command, numbers = "", list[float]()
    for word in _WORD.findall(path):
        if word.isalpha():
            command = word
            if command in "Zz":
                yield command, []
            continue
        numbers.append(float(word))
        if len(numbers) == _COUNTS[command.lower()]:
            yield command, numbers
            numbers = []
            command = {"M": "L", "m": "l"}.get(command, command)


def _drawn(command: str, numbers: list[float], at: complex) -> list[complex]:
    """Return the points to which one command leads from `at`."""
    is_relative = command.islower()
    base = at if is_relative else 0j
    kind = command.lower()
    if kind == "h":
        return [complex(numbers[0] + base.real, at.imag)]
    if kind == "v":
        return [complex(at.real, numbers[0] + base.imag)]
    if kind == "a":
        return _arc(at, numbers[0], bool(numbers[3]), bool(numbers[4]), base + complex(*numbers[5:]))
    ends = [base + complex(*numbers[place : place + 2]) for place in range(0, len(numbers), 2)]
    if kind == "l":
        return ends
    shares = [step / _STEPS for step in range(1, _STEPS + 1)]
    first, second, last = ends
    return [
        (1 - t) ** 3 * at + 3 * (1 - t) ** 2 * t * first + 3 * (1 - t) * t**2 * second + t**3 * last for t in shares
    ]


def _arc(begin: complex, radius: float, is_large: bool, is_clockwise: bool, end: complex) -> list[complex]:
    """Return points on an arc of a circle (SVG 1.1, F.6.5, with equal radii)."""
    half = (begin - end) / 2
    radius = max(radius, abs(half))
    away = math.sqrt(max(radius**2 / max(abs(half) ** 2, 1e-9) - 1, 0))
    middle = (begin + end) / 2 + half * 1j * away * (1 if is_large == is_clockwise else -1)
    from_, to = (math.atan2((point - middle).imag, (point - middle).real) for point in (begin, end))
    turn = (to - from_) % math.tau if is_clockwise else -((from_ - to) % math.tau)
    return [middle + radius * complex(math.cos(a), math.sin(a)) for a in _angles(from_, turn)]


def _angles(begin: float, turn: float) -> list[float]:
    return [begin + turn * step / _STEPS for step in range(1, _STEPS + 1)]
