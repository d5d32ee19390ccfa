"""Django's settings, each from the environment (docs/settings.md) and refused by name when it is wrong."""

from __future__ import annotations

import os
from typing import Any

from django.utils.functional import SimpleLazyObject

from kiemchung.collection.home import default_home
from kiemchung.web.database import database_from
from kiemchung.web.secret_key import secret_key

HOME = default_home()
SECRET_KEY: Any = SimpleLazyObject(lambda: secret_key(HOME))  # made when it is first needed, not when it is named
DATABASES = {"default": database_from(os.environ.get("KIEMCHUNG_DATABASE", ""), HOME)}
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "kiemchung.jobs.apps.JobsConfig",
    "kiemchung.desk.apps.DeskConfig",
]
AUTH_USER_MODEL = "desk.Member"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DEBUG = False
USE_TZ = True
TIME_ZONE = "UTC"  # in the record; pages show local time
LANGUAGE_CODE = "vi"
LOGGING_CONFIG = None  # the command decides where its log goes
KIEMCHUNG_SITE = "http://127.0.0.1:8000"
KIEMCHUNG_DESK_NAME = "Kiểm Chứng"
