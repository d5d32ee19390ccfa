"""Django starts before its modules are imported; no database is opened by that."""

from __future__ import annotations

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kiemchung.web.settings")
django.setup()
