"""Every route of the site, and who may ask for it. A route without a row here fails the tests.

In each row: what a reader, a checker, an editor and an administrator get for GET and for POST. `open` is any answer of
the page itself, `sign in` a way to the sign-in, `refused` 403, `hidden` 404; `-` the method is not taken (405).
"""

from __future__ import annotations

from dataclasses import dataclass

OPEN, SIGN_IN, REFUSED, HIDDEN, NOT_TAKEN = "open", "sign in", "refused", "hidden", "-"


@dataclass(frozen=True)
class Row:
    """What each of the four gets, by GET and by POST."""

    get: tuple[str, str, str, str]
    post: tuple[str, str, str, str]


def _all(answer: str) -> tuple[str, str, str, str]:
    return (answer, answer, answer, answer)


_NONE = _all(NOT_TAKEN)
_MEMBERS = (SIGN_IN, OPEN, OPEN, OPEN)
_ADMINISTRATORS = (SIGN_IN, REFUSED, REFUSED, OPEN)
_MEMBERS_CANNOT = (SIGN_IN, NOT_TAKEN, NOT_TAKEN, NOT_TAKEN)
_ADMINISTRATORS_CANNOT = (SIGN_IN, REFUSED, REFUSED, NOT_TAKEN)

READ_BY_ALL = Row(_all(OPEN), _NONE)
USED_BY_ALL = Row(_all(OPEN), _all(OPEN))
SENT_BY_ALL = Row(_NONE, _all(OPEN))
READ_BY_MEMBERS = Row(_MEMBERS, _MEMBERS_CANNOT)
USED_BY_MEMBERS = Row(_MEMBERS, _MEMBERS)
SENT_BY_MEMBERS = Row(_MEMBERS_CANNOT, _MEMBERS)
READ_BY_ADMINISTRATORS = Row(_ADMINISTRATORS, _ADMINISTRATORS_CANNOT)
SENT_BY_ADMINISTRATORS = Row(_ADMINISTRATORS_CANNOT, _ADMINISTRATORS)

ROUTES: dict[str, Row] = {
    # readers
    "start": READ_BY_ALL,
    "ask": USED_BY_ALL,
    "language": SENT_BY_ALL,
    "find_ticket": USED_BY_ALL,
    "ticket": READ_BY_ALL,
    "judge_answer": SENT_BY_ALL,
    "delete_ticket": USED_BY_ALL,
    "reviews": READ_BY_ALL,
    "review": READ_BY_ALL,
    "review_version": READ_BY_ALL,
    "card": READ_BY_ALL,
    "embed": READ_BY_ALL,
    "oembed": Row(_all(HIDDEN), _NONE),
    "review_bundle": READ_BY_ALL,
    "review_file": READ_BY_ALL,
    "ask_for_correction": USED_BY_ALL,
    "request": READ_BY_ALL,
    "about": READ_BY_ALL,
    "about_version": READ_BY_ALL,
    # programs
    "reviews_atom": READ_BY_ALL,
    "reviews_json": READ_BY_ALL,
    "corrections_atom": READ_BY_ALL,
    "corrections_json": READ_BY_ALL,
    "data_feed": READ_BY_ALL,
    "dump": READ_BY_ALL,
    "log_entries": READ_BY_ALL,
    "log_heads": READ_BY_ALL,
    "sitemap": READ_BY_ALL,
    "api_check": SENT_BY_ALL,
    "claims_search": READ_BY_ALL,
    "openapi": READ_BY_ALL,
    "error_rates": READ_BY_ALL,
    # machines
    "healthz": READ_BY_ALL,
    "readyz": READ_BY_ALL,
    "metrics": Row(_all(HIDDEN), _NONE),
    "robots": READ_BY_ALL,
    "security": Row(_all(HIDDEN), _NONE),
    "favicon": READ_BY_ALL,
    # signing in
    "account_login": USED_BY_ALL,
    "account_logout": USED_BY_ALL,
    "welcome": USED_BY_ALL,
    "mfa_authenticate": USED_BY_ALL,
    "mfa_login_webauthn": USED_BY_ALL,
    # one's own account
    "mfa_index": READ_BY_MEMBERS,
    "account_change_password": USED_BY_MEMBERS,
    "account_reauthenticate": USED_BY_MEMBERS,
    "mfa_reauthenticate": USED_BY_MEMBERS,
    "mfa_reauthenticate_webauthn": USED_BY_MEMBERS,
    "mfa_activate_totp": USED_BY_MEMBERS,
    "mfa_deactivate_totp": USED_BY_MEMBERS,
    "mfa_view_recovery_codes": Row((SIGN_IN, HIDDEN, HIDDEN, HIDDEN), _MEMBERS_CANNOT),
    "mfa_generate_recovery_codes": USED_BY_MEMBERS,
    "mfa_list_webauthn": READ_BY_MEMBERS,
    "mfa_add_webauthn": USED_BY_MEMBERS,
    "mfa_remove_webauthn": Row((SIGN_IN, HIDDEN, HIDDEN, HIDDEN), (SIGN_IN, HIDDEN, HIDDEN, HIDDEN)),
    # the desk
    "desk": READ_BY_MEMBERS,
    "dismiss_claims": SENT_BY_MEMBERS,
    "undo_dismissal": SENT_BY_MEMBERS,
    "claim": READ_BY_MEMBERS,
    "open_claim": SENT_BY_MEMBERS,
    "close_claim": SENT_BY_MEMBERS,
    "note": SENT_BY_MEMBERS,
    "restate": SENT_BY_MEMBERS,
    "select": SENT_BY_MEMBERS,
    "decline": SENT_BY_MEMBERS,
    "dismiss": SENT_BY_MEMBERS,
    "merge": SENT_BY_MEMBERS,
    "keep_apart": SENT_BY_MEMBERS,
    "split": SENT_BY_MEMBERS,
    "answer_with_review": Row((SIGN_IN, REFUSED, NOT_TAKEN, NOT_TAKEN), (SIGN_IN, REFUSED, OPEN, OPEN)),
    "blurred_preview": READ_BY_MEMBERS,
    "sharp_preview": READ_BY_MEMBERS,
    "sources": USED_BY_MEMBERS,
    "source_file": READ_BY_MEMBERS,
    "remove_source": SENT_BY_MEMBERS,
    "take_file_back": Row((SIGN_IN, REFUSED, NOT_TAKEN, NOT_TAKEN), (SIGN_IN, REFUSED, OPEN, OPEN)),
    "draft": USED_BY_MEMBERS,
    "preview": SENT_BY_MEMBERS,
    "take_back": SENT_BY_MEMBERS,
    "withdraw": SENT_BY_MEMBERS,
    "publish": USED_BY_MEMBERS,  # who publishes, and who does not: tests/web/staff/test_publish_page.py
    "send_back": SENT_BY_MEMBERS,
    "review_requests": READ_BY_MEMBERS,
    "review_request": USED_BY_MEMBERS,
    "desk_statistics": READ_BY_MEMBERS,
    "statistics_file": READ_BY_MEMBERS,
    "desk_pages": READ_BY_ADMINISTRATORS,
    "desk_page": Row(_ADMINISTRATORS, _ADMINISTRATORS),
    "desk_page_version": READ_BY_ADMINISTRATORS,
    "members": READ_BY_ADMINISTRATORS,
    "invite": SENT_BY_ADMINISTRATORS,
    "change_member": SENT_BY_ADMINISTRATORS,
}
# What stands in the addresses of routes: objects of a site that has one of everything (stock.py fills this).
PARTS: dict[str, dict[str, object]] = {}
# Routes that take what other sites send, because no cookie is read there.
WITHOUT_TOKEN = {"api_check"}
# Routes that other sites may show in a frame.
EMBEDDABLE = {"embed"}
