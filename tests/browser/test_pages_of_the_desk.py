"""Every page of signing in and of the desk, as an administrator sees it."""

from __future__ import annotations

import pytest

from kiemchung.desk import claims
from kiemchung.desk.models import Claim
from tests.browser.browsing import DESKTOP, NARROW, PHONE
from tests.browser.conftest import Browse
from tests.browser.test_pages_of_readers import ROUTES as OF_READERS
from tests.web.cast import Cast, signed_in
from tests.web.routes import HIDDEN, OPEN, ROUTES
from tests.web.walking import path_of

BEFORE = ("account_login", "welcome")
INSIDE = (
    *("desk", "members", "mfa_index", "account_change_password", "account_reauthenticate", "mfa_reauthenticate"),
    *("mfa_reauthenticate_webauthn", "mfa_generate_recovery_codes", "mfa_list_webauthn", "mfa_add_webauthn"),
    *("claim", "sources", "draft", "publish", "review_requests", "review_request", "desk_statistics", "desk_pages"),
    *("desk_page", "desk_page_version", "mfa_deactivate_totp", "account_logout"),
)
PILES = ("chosen", "published", "declined", "dismissed")
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
    for pile in PILES:
        reader.open(f"{path_of('desk')}?pile={pile}")
        reader.look()


# Opened while somebody signs in by hand, or framed by another site.
ELSEWHERE = {"mfa_authenticate", "mfa_activate_totp", "mfa_view_recovery_codes", "mfa_remove_webauthn", "embed"}
# What programs and machines read, files, and scripts of a page: no page of its own.
NO_PAGE = {
    *("card", "review_bundle", "review_file", "oembed", "reviews_atom", "reviews_json", "corrections_atom"),
    *("corrections_json", "data_feed", "dump", "log_entries", "log_heads", "sitemap", "claims_search", "openapi"),
    *("error_rates", "healthz", "readyz", "metrics", "robots", "security", "favicon", "mfa_login_webauthn"),
    *("blurred_preview", "sharp_preview", "source_file", "statistics_file"),
}


def test_a_page_that_is_not_looked_at_is_missed() -> None:
    read = {name for name, row in ROUTES.items() if {OPEN, HIDDEN} & set(row.get)}
    assert read - NO_PAGE == {*BEFORE, *INSIDE, *OF_READERS, *ELSEWHERE}
