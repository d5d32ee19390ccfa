"""How often a password or code may be tried, without anybody being able to lock a member out (ASVS 45).

Strangers share one bucket for each account and one for all accounts. A browser that has signed in to the account
before carries a signed cookie and has a bucket of its own: however many strangers try, the member's own browser gets in
(OWASP, "Slow Down Online Guessing Attacks with Device Cookies"). Every success gives its try back.
"""

from __future__ import annotations

import hashlib
import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from kiemchung.web.limits import Buckets, Rate

COOKIE = f"{'__Host-' if settings.SITE.is_public else ''}known"
_SALT = "kiemchung.known-browser"
_KNOWN_FOR_S = 180 * 24 * 3600
# Ten wrong ones at once are a bad day; afterwards one in 90 s is 960 a day, for passwords of 15 characters.
ACCOUNT = Buckets(Rate(burst=10, every_s=90))
EVERYBODY = Buckets(Rate(burst=100, every_s=3))


def take(request: HttpRequest, account: str) -> float:
    """Count one try for the account; return 0, or the seconds to wait before the next."""
    browser = known_browser(request, account)
    if browser:
        return ACCOUNT.take(browser)
    return ACCOUNT.take(_key(account)) or EVERYBODY.take("")


def give_back(request: HttpRequest, account: str) -> None:
    """The try was right: it does not count."""
    browser = known_browser(request, account)
    ACCOUNT.give_back(browser or _key(account))
    if not browser:
        EVERYBODY.give_back("")


def known_browser(request: HttpRequest, account: str) -> str:
    """Return the key of a browser that has signed in to this account before; empty for others."""
    try:
        name, nonce = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=_KNOWN_FOR_S)
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return f"{_key(account)}:{nonce}" if name == _key(account) else ""


def make_known(response: HttpResponseBase, account: str) -> None:
    """Let the browser be known from now on."""
    response.set_cookie(
        COOKIE,
        signing.dumps((_key(account), secrets.token_hex(8)), salt=_SALT),
        max_age=_KNOWN_FOR_S,
        secure=settings.SITE.is_public,
        httponly=True,
        samesite="Lax",
    )


def _key(account: str) -> str:
    return hashlib.sha256(account.strip().lower().encode()).hexdigest()[:32]
