"""The desk's cast in front of their browsers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import encrypt
from django.test import Client

from kiemchung.desk.models import Claim, Member
from kiemchung.web.staff import gate
from tests.databases import database, empty_sqlite, postgresql
from tests.desk.conftest import Desk, desk, new_desk
from tests.desk.newsroom import TAMARIND, ask
from tests.web.cast import SECRET, signed_in

__all__ = [
    "database",
    "desk",
    "empty_sqlite",
    "gate",
    "new_desk",
    "postgresql",
]  # gate: notes when a session began

Browser = Callable[[Member], Client]


@pytest.fixture
def at() -> Browser:
    """Return the browser of a member who is signed in with two factors."""

    def browser(member: Member, **options: object) -> Client:
        Authenticator.objects.get_or_create(
            user=member, type=Authenticator.Type.TOTP, defaults={"data": {"secret": encrypt(SECRET)}}
        )
        return signed_in(member, **options)

    return browser


@pytest.fixture
def claim(desk: Desk) -> Claim:
    """Three people ask the same."""
    for text in (TAMARIND, TAMARIND.upper(), TAMARIND):
        message = ask(text)
    assert message.claim is not None
    return message.claim
