"""The people of the tests: Lan checks, Minh edits, Hoa administers; what each of them shows when signing in."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import encrypt
from django.test import Client

from kiemchung.desk.models import Member, Role
from kiemchung.jobs import clock
from kiemchung.web.staff.signing_in.codes import PERIOD_S

PASSWORD = "chín con mèo leo cây đa"  # noqa: S105 - of people who do not exist
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105


@dataclass
class Cast:
    """Three members with two factors each."""

    checker: Member
    editor: Member
    administrator: Member


def join(username: str, role: str, *, shown_name: str = "", factor: bool = True) -> Member:
    member = Member.objects.create_user(username, PASSWORD, shown_name=shown_name or username.title(), role=role)
    if factor:
        Authenticator.objects.create(user=member, type=Authenticator.Type.TOTP, data={"secret": encrypt(SECRET)})
    return member


def cast() -> Cast:
    return Cast(
        join("lan", Role.CHECKER, shown_name="Trần Thị Lan"),
        join("minh", Role.EDITOR, shown_name="Nguyễn Văn Minh"),
        join("hoa", Role.ADMINISTRATOR, shown_name="Lê Thị Hoa"),
    )


def signed_in(member: Member | None, **options: object) -> Client:
    """Return the browser of a member who has signed in just now, or of a reader."""
    client = Client(headers={"accept-language": "vi"}, **options)  # type: ignore[arg-type]
    if member is not None:
        client.force_login(member)
        session = client.session
        session["account_authentication_methods"] = [{"method": "password", "at": clock.now().timestamp()}]
        session["account_authentication_methods_user"] = str(member.pk)
        session.save()
    return client


def code_now(secret: str = SECRET, periods: int = 0) -> str:
    moment = int(clock.now().timestamp()) // PERIOD_S + periods
    return str(format_hotp_value(hotp_value(secret, moment)))


def recovery_codes_of(member: Member) -> list[str]:
    return list(RecoveryCodes.activate(member).get_unused_codes())
