"""The geometry of charts: numbers in, coordinates of an SVG out; templates draw them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SPARK_WIDTH, SPARK_HEIGHT = 96, 28
_MARGIN = 3
COLUMN, HEIGHT = 10, 100  # units of the drawing, which is stretched to the width of the page
_SPACES = 4  # between the lines of a grid, at most


@dataclass(frozen=True)
class Spark:
    """A line of growth in a box of 96 by 28: the line, the area below it, and its end."""

    line: str
    area: str
    end_x: str
    end_y: str


def spark_of(values: Sequence[int]) -> Spark:
    """Return the line through values, the largest at the top.

    >>> spark_of([0, 2, 1]).line
    '3.0,25.0 48.0,3.0 93.0,14.0'
    """
    most = max([*values, 1])
    step = (SPARK_WIDTH - 2 * _MARGIN) / max(1, len(values) - 1)
    inner = SPARK_HEIGHT - 2 * _MARGIN
    points = [
        (f"{_MARGIN + step * at:.1f}", f"{SPARK_HEIGHT - _MARGIN - inner * value / most:.1f}")
        for at, value in enumerate(values)
    ]
    line = " ".join(f"{x},{y}" for x, y in points)
    floor = f"{SPARK_HEIGHT - _MARGIN:.1f}"
    area = f"{points[0][0]},{floor} {line} {points[-1][0]},{floor}"
    return Spark(line, area, *points[-1])


@dataclass(frozen=True)
class Column:
    """One column: its whole height, and the part of it that stands at the bottom."""

    x: str
    y: str
    height: str
    part_y: str
    part_height: str
    label: str


@dataclass(frozen=True)
class Columns:
    """A chart of columns; `ticks` are what its grid lines stand for, from the top, and `grid` is their drawing."""

    width: int
    columns: tuple[Column, ...]
    ticks: tuple[int, ...]
    grid: str


def columns_of(values: Sequence[tuple[str, int, int]]) -> Columns:
    """Return columns for labelled values, each with the part of it that is told apart by its pattern.

    >>> columns_of([("1/3", 4, 1), ("2/3", 2, 2)]).ticks
    (4, 3, 2, 1, 0)
    """
    ticks = ticks_to(max([whole for _, whole, _ in values] or [0]))
    top, width = ticks[0], COLUMN * max(1, len(values))
    drawn = []
    for at, (label, whole, part) in enumerate(values):
        height, part_height = HEIGHT * whole / top, HEIGHT * part / top
        drawn.append(
            Column(
                f"{COLUMN * at + 1}",
                f"{HEIGHT - height:.2f}",
                f"{height:.2f}",
                f"{HEIGHT - part_height:.2f}",
                f"{part_height:.2f}",
                label,
            )
        )
    grid = "".join(f"M0 {HEIGHT - HEIGHT * tick / top:.2f}H{width}" for tick in ticks)
    return Columns(width, tuple(drawn), ticks, grid)


def ticks_to(most: int) -> tuple[int, ...]:
    """Return what stands at an axis for counts up to `most`, from the top to zero: whole, evenly apart, few, round.

    >>> [ticks_to(one) for one in (0, 3, 7, 11, 130)]
    [(1, 0), (3, 2, 1, 0), (8, 6, 4, 2, 0), (15, 10, 5, 0), (150, 100, 50, 0)]
    """
    power = 1
    while True:
        for step in (power, 2 * power, 5 * power):
            if most <= _SPACES * step:
                top = max(1, -(-most // step)) * step
                return tuple(range(top, -1, -step))
        power *= 10


def shares_of(counts: Sequence[int]) -> tuple[str, ...]:
    """Return the length of a bar (0-100) for each count, the largest as long as possible.

    >>> shares_of([2, 0, 4])
    ('50.00', '0.00', '100.00')
    """
    most = max([*counts, 1])
    return tuple(f"{100 * count / most:.2f}" for count in counts)
