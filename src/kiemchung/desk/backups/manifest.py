"""What a backup says of itself: when it was made, by which version, how long the public log was."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import datetime

FORMAT = 1


@dataclass(frozen=True)
class Manifest:
    """The first part of a backup; `sha256` has the digest of each other part by its name."""

    made_at: str  # before the copy was begun: whatever is newer may not be in it
    app: str
    vendor: str
    migrations: list[str]
    log_entries: int
    log_key: str  # the public key that the log names; the private one is never in a backup
    secret_key: str  # by which the secret key is known again: nothing of the key can be told from it
    sha256: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT

    @property
    def shown_at(self) -> str:
        """When it was made, for people: to the second."""
        return self.moment.isoformat(timespec="seconds")

    @property
    def moment(self) -> datetime:
        """When it was made."""
        return datetime.fromisoformat(self.made_at)


def written(manifest: Manifest) -> bytes:
    """Return the manifest as it stands in the backup: JSON, then a line with the digest of it."""
    text = json.dumps(asdict(manifest), indent=1).encode()
    return text + b"\n" + _digest(text)


def read(text: bytes) -> Manifest | None:
    """Return the manifest in a backup; None when it is none of this format. Never raises."""
    body, _, digest = text.rpartition(b"\n")
    if digest != _digest(body):
        return None
    try:
        found = json.loads(body)
        manifest = Manifest(**found)
        is_whole = manifest.format == FORMAT and manifest.moment.tzinfo is not None and bool(manifest.sha256)
        return manifest if is_whole and all(isinstance(one, str) for one in manifest.migrations) else None
    except (ValueError, TypeError, RecursionError):
        return None


def _digest(text: bytes) -> bytes:
    return hashlib.sha256(text).hexdigest().encode()
