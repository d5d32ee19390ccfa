"""Errors of the desk that are no fault of the software: each says what to do."""

from __future__ import annotations

from kiemchung.engine.errors import KiemchungError


class NotAllowedError(KiemchungError):
    """The member may not do this."""


class NotReadyError(KiemchungError):
    """Something is missing before this can be done; `missing` names each thing by a code."""

    def __init__(self, english: str, vietnamese: str, *, missing: tuple[str, ...] = ()) -> None:
        super().__init__(english, vietnamese)
        self.missing = missing


class ConflictError(KiemchungError):
    """Somebody else has changed it meanwhile."""


class RefusedMessageError(KiemchungError):
    """A message that cannot be taken: empty, too long, not text."""


class StorageFullError(KiemchungError):
    """A file cannot be stored: the disk is full or out of reach. Nothing of it is left."""


class FileDamagedError(KiemchungError):
    """A stored file is missing, or not what was stored."""
