"""Django starts before its modules are imported; no database is opened by that."""

from __future__ import annotations

import os

import django
from hypothesis import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kiemchung.web.settings")
django.setup()

# How long an example takes says how busy the machine is, not whether a promise is kept.
settings.register_profile("promises", deadline=None)
settings.load_profile("promises")
