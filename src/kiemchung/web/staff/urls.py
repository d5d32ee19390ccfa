"""Addresses of the desk's pages, below /desk/. Who may ask for which is held by the gate and by tests/web/routes.py."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkey
from django.urls import path

from kiemchung.web.limits import Rate, limited
from kiemchung.web.staff import desk, members, welcome

_trying = limited("sign-in", Rate(burst=20, every_s=10))

# The names are allauth's: its code asks for them.
_signing_in = [
    path("sign-in", _trying(account.login), name="account_login"),
    path("sign-out", account.logout, name="account_logout"),
    path("welcome", welcome.welcome, name="welcome"),
    path("sign-in/code", _trying(factor.authenticate), name="mfa_authenticate"),
    path("sign-in/passkey", _trying(passkey.login_webauthn), name="mfa_login_webauthn"),
]
_account = [
    path("account", factor.index, name="mfa_index"),
    path("account/password", account.password_change, name="account_change_password"),
    path("account/again/password", account.reauthenticate, name="account_reauthenticate"),
    path("account/again/code", factor.reauthenticate, name="mfa_reauthenticate"),
    path("account/again/passkey", passkey.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("account/application", totp.activate_totp, name="mfa_activate_totp"),
    path("account/application/remove", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("account/codes", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("account/codes/new", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("account/passkeys", passkey.list_webauthn, name="mfa_list_webauthn"),
    path("account/passkeys/new", passkey.add_webauthn, name="mfa_add_webauthn"),
    path("account/passkeys/<int:pk>/remove", passkey.remove_webauthn, name="mfa_remove_webauthn"),
]
_members = [
    path("members", members.members, name="members"),
    path("members/invite", members.invite, name="invite"),
    path("members/<int:member_id>", members.change_member, name="change_member"),
]
urlpatterns = [path("", desk.desk, name="desk"), *_signing_in, *_account, *_members]
