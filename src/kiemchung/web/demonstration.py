"""A site to look at: the starter collection, the pages that a desk needs, some questions, and two accounts."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.mfa.utils import encrypt
from django.db import transaction

from kiemchung.desk import intake
from kiemchung.desk.collecting import collect
from kiemchung.desk.models import Member, Page, PageKind, Role
from kiemchung.jobs import clock
from kiemchung.starter import starter_reviews

_CODES = 3
_CAST = (("lan", "Lan", Role.CHECKER), ("minh", "Minh", Role.ADMINISTRATOR))
_PAGE = {
    "vi": "Đây là trang mẫu của bản xem thử. Ban kiểm chứng thật phải tự viết trang này trước khi đăng bài đầu tiên.",
    "en": "This is a sample page of the demo. A real desk has to write it itself before it publishes its first review.",
}


@dataclass(frozen=True)
class DemoAccount:
    """What is needed to sign in; it is shown once and kept nowhere."""

    username: str
    role: str
    password: str
    codes: tuple[str, ...]


def prepare(questions: Sequence[str]) -> tuple[DemoAccount, ...]:
    """Fill the site; return the accounts, or none when they were made at an earlier demo."""
    collect(starter_reviews(), now=clock.now())
    with transaction.atomic():
        accounts = () if Member.objects.exists() else tuple(_account(*one) for one in _CAST)
    _write_pages()
    for number, question in enumerate(questions):
        intake.ask(question, channel="demo", ref=f"demo-{number}")
    return accounts


def _account(username: str, name: str, role: Role) -> DemoAccount:
    password = "-".join(secrets.token_hex(2) for _ in range(4))
    member = Member.objects.create_user(username, password, shown_name=name, role=role)
    Authenticator.objects.create(
        user=member, type=Authenticator.Type.TOTP, data={"secret": encrypt(generate_totp_secret())}
    )
    codes = tuple(RecoveryCodes.activate(member).get_unused_codes()[:_CODES])
    return DemoAccount(username, role, password, codes)


def _write_pages() -> None:
    author = Member.objects.filter(role=Role.ADMINISTRATOR).first()
    if author is None or Page.objects.exists():
        return
    for lang, text in _PAGE.items():
        for kind in PageKind:
            Page.objects.create(kind=kind, lang=lang, number=1, text=text, written_by=author)
