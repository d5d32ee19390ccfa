from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from kiemchung.engine.arrays import forget, open_arrays, write_arrays

MARK = b"TESTING\0"


def held_kb(name: str) -> int:
    """What this process holds of mapped files."""
    found = re.search(rf"{name}:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    return int(found[1]) if found else 0


@pytest.fixture
def mapped(tmp_path: Path) -> dict[str, NDArray[Any]]:
    arrays = {"first": np.arange(5), "large": np.arange(4_000_000), "shape": np.arange(60_000).reshape(-1, 3)}
    length = write_arrays(tmp_path / "a", arrays, MARK)
    return open_arrays(tmp_path / "a", MARK, length=length)


def test_what_is_forgotten_is_read_again(mapped: dict[str, NDArray[Any]]) -> None:
    before = {name: array.sum() for name, array in mapped.items()}
    forget(mapped.values())
    assert {name: array.sum() for name, array in mapped.items()} == before
    assert np.array_equal(mapped["large"], np.arange(4_000_000))


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="counts memory as Linux does")
def test_a_process_does_not_hold_what_it_forgot(mapped: dict[str, NDArray[Any]]) -> None:
    mapped["large"].sum()
    before = held_kb("RssFile")
    forget([mapped["large"]])
    assert before - held_kb("RssFile") > 25_000


def test_arrays_in_memory_are_left_as_they_are() -> None:
    array = np.arange(10)
    forget([array, array[2:], np.empty(0, np.uint8)])
    assert array.tolist() == list(range(10))
