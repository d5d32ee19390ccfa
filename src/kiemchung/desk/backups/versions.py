"""Whether a database, or a backup, was made by a newer version than this one."""

from __future__ import annotations

from collections.abc import Iterable

from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from kiemchung.engine.errors import SetupError
from kiemchung.version import VERSION


def require_not_newer() -> None:
    """Raise `SetupError` when the database has tables of a version that this one does not know; both are named."""
    require_known(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def require_known(migrations: Iterable[str], made_by: str = "") -> None:
    """Raise `SetupError`, naming both versions, when one of the migrations is of a newer version."""
    loader = MigrationLoader(None)
    known = {f"{app}.{name}" for app, name in loader.disk_migrations}
    ours = {config.label for config in apps.get_app_configs()}
    newer = sorted(one for one in migrations if one not in known and one.partition(".")[0] in ours)
    if not newer:
        return
    newest = newer[-1]
    app = newest.partition(".")[0]
    here = max((one for one in known if one.startswith(f"{app}.")), default=app)
    made = f"kiemchung {made_by}, {newest}" if made_by else newest
    raise SetupError(
        f"The tables are of a newer version ({made}); this is kiemchung {VERSION}, which knows {here}. Install the "
        "newer version.",
        f"Các bảng thuộc phiên bản mới hơn ({made}); đây là kiemchung {VERSION}, chỉ biết đến {here}. Hãy cài "
        "phiên bản mới hơn.",
    )
