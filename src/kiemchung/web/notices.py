"""What a page says once about the deed before it ("Saved."), in a signed cookie: readers get no session row (R26)."""

from __future__ import annotations

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage


class Notices(CookieStorage):
    """Django's own, under a name that binds the cookie to this host."""

    cookie_name = settings.NOTICES_COOKIE_NAME
