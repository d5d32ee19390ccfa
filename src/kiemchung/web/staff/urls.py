"""Addresses of the desk's pages, below /desk/. Who may ask for which is held by the gate and by tests/web/routes.py."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkey
from django.urls import path

from kiemchung.web.limits import Rate, limited
from kiemchung.web.staff import (
    claim,
    draft,
    members,
    pages,
    previews,
    publish,
    queue,
    requests,
    sources,
    statistics,
    welcome,
)

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
_queue = [
    path("", queue.queue, name="desk"),
    path("claims/dismiss", queue.dismiss_claims, name="dismiss_claims"),
    path("claims/undo", queue.undo_dismissal, name="undo_dismissal"),
]
_claim = [
    path("claims/<int:claim_id>", claim.claim, name="claim"),
    path("claims/<int:claim_id>/open", claim.open_claim, name="open_claim"),
    path("claims/<int:claim_id>/close", claim.close_claim, name="close_claim"),
    path("claims/<int:claim_id>/note", claim.note, name="note"),
    path("claims/<int:claim_id>/words", claim.restate, name="restate"),
    path("claims/<int:claim_id>/choose", claim.select, name="select"),
    path("claims/<int:claim_id>/decline", claim.decline, name="decline"),
    path("claims/<int:claim_id>/dismiss", claim.dismiss, name="dismiss"),
    path("claims/<int:claim_id>/merge", claim.merge, name="merge"),
    path("claims/<int:claim_id>/apart", claim.keep_apart, name="keep_apart"),
    path("claims/<int:claim_id>/split", claim.split, name="split"),
    path("claims/<int:claim_id>/answer", claim.answer_with_review, name="answer_with_review"),
]
_files = [
    path("messages/<int:message_id>/blurred.jpg", previews.file_preview, {"is_sharp": False}, name="blurred_preview"),
    path("messages/<int:message_id>/preview.jpg", previews.file_preview, {"is_sharp": True}, name="sharp_preview"),
]
_review = [
    path("claims/<int:claim_id>/sources", sources.sources, name="sources"),
    path("claims/<int:claim_id>/sources/<int:source_id>/remove", sources.remove_source, name="remove_source"),
    path("claims/<int:claim_id>/sources/<int:source_id>/file", sources.source_file, name="source_file"),
    path("claims/<int:claim_id>/files/<slug:sha256>/take-back", sources.take_file_back, name="take_file_back"),
    path("claims/<int:claim_id>/draft", draft.draft, name="draft"),
    path("claims/<int:claim_id>/draft/preview", draft.preview, name="preview"),
    path("claims/<int:claim_id>/draft/take-back", draft.take_back, name="take_back"),
    path("claims/<int:claim_id>/draft/withdraw", draft.withdraw, name="withdraw"),
    path("claims/<int:claim_id>/publish", publish.publish, name="publish"),
    path("claims/<int:claim_id>/send-back", publish.send_back, name="send_back"),
]
_around = [
    path("requests", requests.review_requests, name="review_requests"),
    path("requests/<int:request_id>", requests.review_request, name="review_request"),
    path("statistics", statistics.desk_statistics, name="desk_statistics"),
    path("statistics/<slug:table>.csv", statistics.statistics_file, name="statistics_file"),
    path("pages", pages.desk_pages, name="desk_pages"),
    path("pages/<slug:kind>/<slug:lang>", pages.desk_page, name="desk_page"),
    path("pages/<slug:kind>/<slug:lang>/<int:number>", pages.desk_page_version, name="desk_page_version"),
]
urlpatterns = [*_queue, *_claim, *_files, *_review, *_around, *_signing_in, *_account, *_members]
