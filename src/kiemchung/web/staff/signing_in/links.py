"""The link by which a member chooses a password: it works once, for 24 hours.

It depends on the password that is there (or the lack of one): as soon as one is chosen it is worth nothing. The secret
stands behind `#`, which browsers do not send: it is in no log (ASVS 63).
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.utils.http import base36_to_int, int_to_base36

from kiemchung.desk.models import Member
from kiemchung.jobs import clock


class _Tokens(PasswordResetTokenGenerator):
    key_salt = "kiemchung.web.staff.signing_in.links"

    def _now(self) -> datetime:
        return clock.now().replace(tzinfo=None)


_tokens = _Tokens()


def code_for(member: Member) -> str:
    """Return the secret part of the member's link."""
    return f"{int_to_base36(member.pk)}-{_tokens.make_token(member)}"


def link_for(member: Member, page: str) -> str:
    """Return the whole link to `page`, the path of the page that takes it."""
    return f"{settings.SITE.origin or 'http://127.0.0.1:8000'}{page}#{code_for(member)}"


def member_of(code: str) -> Member | None:
    """Return whose link it is, while it is valid and its owner is not switched off."""
    number, _, token = code.strip().rpartition("#")[2].partition("-")
    try:
        member = Member.objects.filter(pk=base36_to_int(number), is_active=True).first()
    except (ValueError, OverflowError):
        return None
    return member if member is not None and _tokens.check_token(member, token) else None
