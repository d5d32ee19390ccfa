"""Stand-in."""

from datetime import datetime
from typing import Any


def append(kind: str, facts: dict[str, Any], *, at: datetime) -> None:
    """Append."""
