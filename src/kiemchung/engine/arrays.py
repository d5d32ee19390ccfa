"""Named arrays in one file: written once, flushed to disk, and memory-mapped again without being copied.

A mark of eight bytes, the length of the header, the header (JSON: name, type, shape and place of each array), then the
arrays, little-endian, each aligned to 16 bytes.
"""

from __future__ import annotations

import json
import mmap
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kiemchung.engine.durable import settle
from kiemchung.engine.errors import IndexDamagedError
from kiemchung.engine.writing import naming

Arrays = Mapping[str, NDArray[np.generic]]

_ALIGN = 16


def write_arrays(path: Path, arrays: Arrays, mark: bytes) -> int:
    """Write arrays to a new file, flushed to disk; return its length in bytes. `mark` has eight bytes.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     length = write_arrays(Path(folder, "a"), {"numbers": np.arange(3)}, b"EXAMPLE1")
    ...     open_arrays(Path(folder, "a"), b"EXAMPLE1", length=length)["numbers"].tolist()
    [0, 1, 2]
    """
    header: dict[str, tuple[str, tuple[int, ...], int]] = {}
    at = 0
    for name, array in arrays.items():
        header[name] = (array.dtype.str, array.shape, at)
        at += -(-array.nbytes // _ALIGN) * _ALIGN
    text = json.dumps(header).encode()
    start = _start(mark, len(text))
    with naming(path), path.open("wb") as file:
        file.write(mark + len(text).to_bytes(8, "little") + text)
        for array, (_dtype, _shape, offset) in zip(arrays.values(), header.values(), strict=True):
            file.seek(start + offset)
            if array.size:
                file.write(np.ascontiguousarray(array).data)
        file.truncate(start + at)
        settle(file)
    return start + at


def open_arrays(path: Path, mark: bytes, *, length: int) -> dict[str, NDArray[np.generic]]:
    """Map the arrays of a file; raises `IndexDamagedError` when it is not the file that was written."""
    try:
        with path.open("rb") as file:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        if len(data) != length or data[: len(mark)] != mark:
            raise IndexDamagedError(
                f"{path}: not the segment that was committed (its length or mark differs).",
                f"{path}: không phải phần đã được ghi (độ dài hoặc dấu hiệu khác).",
            )
        size = int.from_bytes(data[len(mark) : len(mark) + 8], "little")
        header = json.loads(data[len(mark) + 8 : len(mark) + 8 + size])
        start = _start(mark, size)
        return {
            name: np.frombuffer(data, np.dtype(dtype), int(np.prod(shape)), start + at).reshape(shape)
            for name, (dtype, shape, at) in header.items()
        }
    except (OSError, ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise IndexDamagedError(
            f"{path}: cannot be read as a segment ({error}).",
            f"{path}: không đọc được như một phần chỉ mục ({error}).",
        ) from error


def forget(arrays: Iterable[NDArray[Any]]) -> None:
    """Let go of the pages of mapped arrays; what is read again is mapped again. Arrays in memory are passed over.

    A process that reads here and there in a large file would come to hold most of it: the kernel maps sixteen pages
    for each one that is touched. Cost: 20 µs, and 1 µs for each page that was held.
    """
    for array in arrays:
        mapped: Any = array
        while isinstance(mapped, np.ndarray):
            mapped = mapped.base
        mapped = mapped.obj if isinstance(mapped, memoryview) else mapped
        if not isinstance(mapped, mmap.mmap) or not hasattr(mapped, "madvise") or not array.nbytes:
            continue
        begin = array.ctypes.data - np.frombuffer(mapped, np.uint8, 1).ctypes.data
        first = begin // mmap.PAGESIZE * mmap.PAGESIZE
        mapped.madvise(mmap.MADV_DONTNEED, first, begin + array.nbytes - first)


def _start(mark: bytes, header: int) -> int:
    return -(-(len(mark) + 8 + header) // _ALIGN) * _ALIGN
