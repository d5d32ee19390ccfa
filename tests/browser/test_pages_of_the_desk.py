"""Every page of signing in and of the desk, as an administrator sees it."""

from __future__ import annotations

import pytest

from kiemchung.desk import claims
from kiemchung.desk.models import Claim
from tests.browser.browsing import DESKTOP, NARROW, PHONE
from tests.browser.conftest import Browse
from tests.web.cast import Cast, signed_in
from tests.web.walking import path_of

BEFORE = ("account_login", "welcome")
INSIDE = (
    *("desk", "members", "mfa_index", "account_change_password", "account_reauthenticate", "mfa_reauthenticate"),
    *("mfa_reauthenticate_webauthn", "mfa_generate_recovery_codes", "mfa_list_webauthn", "mfa_add_webauthn"),
    *("claim", "sources", "draft", "publish", "review_requests", "review_request", "desk_statistics", "desk_pages"),
    *("desk_page", "desk_page_version"),
)
VIEWS = [("vi", NARROW, False), ("en", PHONE, True), ("vi", DESKTOP, True), ("en", DESKTOP, False)]


@pytest.mark.parametrize(("language", "size", "is_dark"), VIEWS)
def test_pages_are_open_to_everybody(
    browse: Browse, people: Cast, address: str, language: str, size: tuple[int, int], is_dark: bool
) -> None:
    reader = browse(language=language, size=size, is_dark=is_dark)
    for name in BEFORE:
        reader.open(path_of(name))
        reader.look()
    session = signed_in(people.administrator).cookies["session"].value
    reader.page.context.add_cookies([{"name": "session", "value": session, "url": address}])
    for claim in Claim.objects.all():  # with all their forms
        claims.hold(claim.pk, actor=people.administrator, take_over=True)
    for name in INSIDE:
        reader.open(path_of(name))
        assert "/sign-in" not in reader.page.url
        reader.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        reader.look()
