"""The second factor as a code: of an authenticator application, or one of the recovery codes; each works once.

The moment of the last accepted code is kept with the authenticator and compared under a lock, so that of two who show
the same code one gets in (RFC 6238, 5.2; ASVS 49).
"""

from __future__ import annotations

import re
from typing import Any

from allauth.core import context
from allauth.mfa import signals
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django import forms
from django.db import transaction
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from kiemchung.desk.sealing import SealedError
from kiemchung.jobs import clock
from kiemchung.web.staff.signing_in import throttle

PERIOD_S = 30
_TOLERANCE = 1  # clocks of telephones are a few seconds off


class CodeForm(forms.Form):
    """Asks for the code when signing in."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        help_text=_("The six digits that your authenticator application shows, or a recovery code."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}),
    )
    reauthenticated = False

    def __init__(self, *arguments: Any, user: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.user = user

    def clean_code(self) -> str:
        """Use the code up. Raises what the form shows."""
        account = f"code of {self.user.pk}"
        if throttle.take(context.request, account):
            from allauth.account.adapter import get_adapter as get_account_adapter

            raise get_account_adapter().validation_error("too_many_login_attempts")
        code = re.sub(r"[\s-]", "", str(self.cleaned_data["code"]))
        found = use_up(self.user.pk, code)
        if found is None:
            self._note_failure()
            raise get_adapter().validation_error("incorrect_code")
        self.authenticator = found
        throttle.give_back(context.request, account)
        return code

    def save(self) -> None:
        """Note that the second factor was shown."""
        self.authenticator.user = self.user
        post_authentication(context.request, self.authenticator, reauthenticated=self.reauthenticated)

    def _note_failure(self) -> None:
        first = Authenticator.objects.filter(user=self.user).exclude(type=Authenticator.Type.WEBAUTHN).first()
        signals.authentication_failed.send(
            sender=Authenticator,
            request=context.request,
            user=self.user,
            authenticator=first,
            reauthentication=self.reauthenticated,
        )


class CodeAgainForm(CodeForm):
    """Asks for the code before a sensitive change."""

    reauthenticated = True


def use_up(member_id: int, code: str) -> Authenticator | None:
    """Return the authenticator that the code belongs to, and let the code work no more; None when it is wrong."""
    with transaction.atomic():
        kept = Authenticator.objects.select_for_update().filter(user_id=member_id)
        for authenticator in kept.exclude(type=Authenticator.Type.WEBAUTHN).order_by("-type"):
            if _is_right(authenticator, code):
                return authenticator
    return None


def _is_right(authenticator: Authenticator, code: str) -> bool:
    try:
        if authenticator.type == Authenticator.Type.TOTP:
            return _use_moment(authenticator, code)
        return bool(authenticator.wrap().validate_code(code))
    except SealedError:  # encrypted under another key: whoever restored it hands out new links
        return False


def _use_moment(authenticator: Authenticator, code: str) -> bool:
    secret, now = decrypt(authenticator.data["secret"]), int(clock.now().timestamp()) // PERIOD_S
    last = int(authenticator.data.get("last_moment", -1))
    for moment in range(max(last + 1, now - _TOLERANCE), now + _TOLERANCE + 1):
        if constant_time_compare(code, format_hotp_value(hotp_value(secret, moment))):
            authenticator.data["last_moment"] = moment
            authenticator.save(update_fields=("data",))
            return True
    return False
