"""Errors of our own: what was wrong, where, and what to do about it."""

from __future__ import annotations


class KiemchungError(Exception):
    """Base of every error this package raises on purpose.

    The message is one or two plain sentences for the person at the keyboard: what was wrong, where (file, line),
    and what to do. The command prints it without a traceback.
    """


class InputError(KiemchungError):
    """Something given from outside cannot be used: a file, a line, an address, an option (exit code 2 or 4)."""


class IndexDamagedError(KiemchungError):
    """An index directory cannot be read as the index it claims to be; it can be deleted and rebuilt."""


class IndexBusyError(KiemchungError):
    """Another process is writing to the same collection or index."""
