"""What allauth asks us: nobody signs up, tries are counted by us, no second factor can be given up as the last."""

from __future__ import annotations

import time
from typing import Any, ClassVar

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kiemchung.desk import members
from kiemchung.desk.models import Member, MemberDeed
from kiemchung.web.staff.signing_in import factors, throttle

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Of accounts and passwords."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("User name and password do not belong together."),
        "too_many_login_attempts": _(
            "Too many tries. Wait some minutes, or use a browser you have signed in with before."
        ),
        "incorrect_password": _("This is not your password."),
        "enter_current_password": _("Type your present password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Nobody signs up."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The caller's key of today, which the door has put there."""
        return str(request.META.get("REMOTE_ADDR", ""))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the try. Raises what the form shows."""
        if throttle.take(request, str(credentials.get("username", ""))):
            raise self.validation_error("too_many_login_attempts")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """Return the member, and do not count what was right."""
        member: AbstractBaseUser | None = super().authenticate(request, **credentials)
        if member is not None:
            throttle.give_back(request, str(credentials.get("username", "")))
        return member

    def post_login(self, request: HttpRequest, user: Any, **options: Any) -> HttpResponse:
        """Let the browser be known from now on."""
        response: HttpResponse = super().post_login(request, user, **options)
        throttle.make_known(response, user.username)
        return response

    def add_message(self, request: HttpRequest, level: int, *_: Any, message: str | None = None, **__: Any) -> None:
        """Say what went wrong; that something went right the page shows by itself."""
        if message:
            messages.add_message(request, level, message)

    def is_reauthentication_required(self, *, app: str, **options: Any) -> bool:  # noqa: ARG002
        """Not within five minutes of signing in."""
        request = self.request
        if request is None:
            from allauth.core import context

            request = context.request
        records = get_authentication_records(request, request.user)
        latest = max((float(one["at"]) for one in records), default=0.0)
        return bool(time.time() - latest > app_settings.REAUTHENTICATION_TIMEOUT)

    def send_notification_mail(self, *_: Any, **__: Any) -> None:
        """None: they would name the address and the browser."""


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Of second factors."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": _("Add another second factor first: without one nobody enters the desk."),
        "incorrect_code": _("This code is wrong, or was used before. Wait for the next one."),
    }

    def encrypt(self, text: str) -> str:
        """Return a secret as it is stored."""
        return factors.sealed(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Return a stored secret. Raises `SealedError`: without the key no code is right."""
        return factors.opened(encrypted_text)

    def get_totp_issuer(self) -> str:
        """What the authenticator application shows."""
        return "Kiểm Chứng"

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not the last one."""
        others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=FACTORS).exclude(
            pk=authenticator.pk
        )
        return bool(others.exists())

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:  # noqa: A002
        """Name a passkey when its owner does not."""
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return gettext("Passkey %(number)d") % {"number": count + 1}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Whom passkeys are for: this site."""
        from allauth.core import context

        host = settings.SITE.host or context.request.get_host().partition(":")[0]
        return {"id": host, "name": "Kiểm Chứng"}


def has_second_factor(member: AbstractBaseUser) -> bool:
    """Whether the member has enrolled an authenticator or a passkey."""
    return bool(Authenticator.objects.filter(user_id=member.pk, type__in=FACTORS).exists())


def take_second_factors(member: Member, *, actor: Member | None) -> None:
    """Forget them all: their owner has lost them and enrols anew. It is written down."""
    members.write_down(member, MemberDeed.FACTORS_TAKEN, actor)
    Authenticator.objects.filter(user_id=member.pk).delete()
