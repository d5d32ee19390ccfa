"""Stand-in."""

from datetime import datetime, timedelta


def due_after(start: datetime, working_days: int = 7) -> datetime:
    """Due."""
    return start + timedelta(days=working_days)
