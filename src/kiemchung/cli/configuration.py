"""What the environment asks for."""

from __future__ import annotations

import os
from pathlib import Path

from kiemchung.engine.claims.dense import Encoder, SentenceEncoder


def encoder_from_environment() -> Encoder | None:
    """Return the encoder that `KIEMCHUNG_ENCODER` names, or `None`. Raises `InputError` when it cannot be used."""
    path = os.environ.get("KIEMCHUNG_ENCODER", "")
    return SentenceEncoder(Path(path)) if path else None
