"""How the child tells its result: parts of a short JSON header and raw bytes, each with its length in front.

Never pickle: what comes out of the child may have been written by the hostile file.
"""

from __future__ import annotations

import json
import os
import select
import struct
from collections.abc import Mapping
from typing import Any

from kiemchung.deadline import Deadline

_LENGTHS = struct.Struct("<IQ")
MAX_HEADER_BYTES = 16 * 1024
PIPE_BYTES = 1024 * 1024


class BrokenAnswerError(Exception):
    """What the child says cannot be true; the message names what."""


def send(descriptor: int, header: Mapping[str, object], payload: bytes | memoryview = b"") -> None:
    """Writes one part. Raises `OSError` when nobody reads any more."""
    text = json.dumps(header).encode("ascii")
    _write(descriptor, memoryview(_LENGTHS.pack(len(text), len(payload)) + text))
    _write(descriptor, memoryview(payload))


def _write(descriptor: int, content: memoryview) -> None:
    while content:
        content = content[os.write(descriptor, content) :]


class Receiver:
    """Reads parts from a pipe whose other end cannot be trusted: until `deadline`, and `allowance` bytes at most."""

    def __init__(self, descriptor: int, deadline: Deadline, allowance: int) -> None:
        self._descriptor, self._deadline, self._allowance = descriptor, deadline, allowance
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLIN)

    def receive(self) -> tuple[dict[str, Any], bytearray] | None:
        """The next part, `None` at the end. Raises `BrokenAnswerError`, `EOFError` (in a part), `DeadlineError`."""
        lengths = self._read(_LENGTHS.size, may_end=True)
        if not lengths:
            return None
        header_bytes, payload_bytes = _LENGTHS.unpack(lengths)
        self._allowance -= header_bytes + payload_bytes
        if header_bytes > MAX_HEADER_BYTES or self._allowance < 0:
            raise BrokenAnswerError("its size")
        try:
            header = json.loads(self._read(header_bytes))
        except (ValueError, RecursionError):
            raise BrokenAnswerError("its form") from None
        if not isinstance(header, dict):
            raise BrokenAnswerError("its form")
        return header, self._read(payload_bytes)

    def _read(self, size: int, *, may_end: bool = False) -> bytearray:
        content = bytearray(size)
        rest = memoryview(content)
        while rest:
            if not self._poll.poll(self._deadline.remaining() * 1000):
                continue
            count = os.readv(self._descriptor, [rest])
            if count == 0:
                if may_end and len(rest) == size:
                    return bytearray()
                raise EOFError
            rest = rest[count:]
        return content
