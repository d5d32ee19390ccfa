"""Start Django with our settings, as `work` and `manage` need it."""

from __future__ import annotations

import os

import django
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from kiemchung.collection.home import default_home
from kiemchung.engine.errors import SetupError
from kiemchung.web.given_settings import require_known
from kiemchung.web.secret_key import secret_key


def start() -> None:
    """Load settings and apps; may be called again. Raises `SetupError` for a wrong setting, or one that is none."""
    require_known()
    os.environ["DJANGO_SETTINGS_MODULE"] = "kiemchung.web.settings"
    secret_key(default_home())
    django.setup()


def require_migrated() -> None:
    """Raise `SetupError` when the database has not the tables of this version, or a restore has not ended."""
    from kiemchung.desk.backups.restoring import require_finished  # models: after Django has started
    from kiemchung.desk.backups.versions import require_not_newer

    require_finished()
    require_not_newer()
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise SetupError(
            "The database has not the tables of this version. Run: kiemchung manage migrate",
            "Cơ sở dữ liệu chưa có các bảng của phiên bản này. Hãy chạy: kiemchung manage migrate",
        )


def warning_of_log_key(lang: str) -> str:
    """Return what a start has to say of the key that signs the public log: that the log names another; else "".

    The connection is given back: whoever serves has others, each counted (F14).
    """
    from kiemchung.desk.log import keys, signing  # models: after Django has started

    try:
        found = signing.other_key()
    except SetupError as error:  # pages are shown without a key; what signs will refuse
        return error.text(lang)
    finally:
        connection.close()
    if found is None:
        return ""
    remedy = (
        "Chưa chép đúng khóa sang máy này, hoặc chưa đặt KIEMCHUNG_LOG_KEY_FILE, thì không ký được đầu nhật ký nào."
        if lang == "vi"
        else "No head can be signed until the right key is copied to this machine, or KIEMCHUNG_LOG_KEY_FILE names it."
    )
    return f"{keys.key_file()}: {found.text(lang)} {remedy}"
