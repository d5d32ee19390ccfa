"""Whether this machine can lock a decoder in: asked once a process, for it takes a third of a second."""

from __future__ import annotations

from functools import cache

import pytest

from kiemchung.decoding import SandboxReport, is_safe


@cache
def safety() -> SandboxReport:
    """What `is_safe` says here."""
    return is_safe()


needs_decoder = pytest.mark.skipif(not safety(), reason="this machine cannot lock in a decoder")
