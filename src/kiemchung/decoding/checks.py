"""The check at start-up: whether this machine can lock a decoder in, and what to do where it cannot."""

from __future__ import annotations

from dataclasses import dataclass

from kiemchung.decoding.errors import LAYERS, SandboxError
from kiemchung.decoding.room import Room


@dataclass(frozen=True, slots=True)
class SandboxReport:
    """Which layers of protection hold here, in the order they are put on: `True`, `False`, or `None` for those that
    were not tried because one before failed. True as a whole only when all hold; otherwise media is off and `error`
    says why and what to do."""

    layers: dict[str, bool | None]
    error: SandboxError | None = None

    def __bool__(self) -> bool:
        return self.error is None


def is_safe() -> SandboxReport:
    """Starts a decoder as it is used, tests it from inside, and ends it; half a second, no file is read.

    >>> bool(is_safe())  # doctest: +SKIP
    True
    """
    try:
        Room().close()
    except SandboxError as error:
        failed = LAYERS.index(error.layer) if error.layer in LAYERS else 0
        held = [True] * failed + [False] + [None] * (len(LAYERS) - failed - 1)
        return SandboxReport(dict(zip(LAYERS, held, strict=True)), error)
    return SandboxReport(dict.fromkeys(LAYERS, True))
