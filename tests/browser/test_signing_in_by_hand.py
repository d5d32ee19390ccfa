"""Members sign in as people do: with an application's code and with a passkey, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import encrypt
from django.urls import reverse
from playwright.sync_api import Page

from kiemchung.desk import members as acts
from kiemchung.desk.models import Role
from kiemchung.web.staff.signing_in.links import code_for
from tests.browser.browsing import PHONE, Reader
from tests.browser.conftest import Browse
from tests.web.cast import PASSWORD, Cast, code_now

NEW = "bốn từ không liên quan"


def sign_in(reader: Reader, username: str, password: str = PASSWORD) -> Page:
    page = reader.open("/desk/")
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Continue").click()
    return page


def give_virtual_key(page: Page) -> Any:
    """Plug a key with a fingerprint sensor into the browser; returns the line to it."""
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    line.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return line


@pytest.mark.parametrize("has_scripts", [True, False], ids=["scripts", "no scripts"])
def test_with_password_and_code(browse: Browse, people: Cast, has_scripts: bool) -> None:
    Authenticator.objects.filter(user=people.editor).update(
        data={"secret": encrypt("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")}
    )
    reader = browse(language="en", size=PHONE, has_scripts=has_scripts)
    page = sign_in(reader, "minh")
    reader.look()
    page.get_by_label("Code", exact=True).fill(code_now())
    page.get_by_role("button", name="Sign in").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Queue"
    reader.look()
    page.get_by_role("button", name="Sign out").click()
    assert reader.open("/desk/").url.endswith("/desk/sign-in?next=%2Fdesk%2F")


def test_from_the_link_to_a_passkey_and_in_with_it_alone(browse: Browse, people: Cast) -> None:
    member = acts.invite("thu", shown_name="Phạm Thu", role=Role.CHECKER, actor=people.administrator)
    reader = browse(language="en")
    page = reader.open(f"/desk/welcome#{code_for(member)}")
    give_virtual_key(page)
    assert "#" not in page.url
    reader.look()
    page.get_by_label("New password", exact=True).fill(NEW)
    page.get_by_label("New password, once more").fill(NEW)
    page.get_by_role("button", name="Set the password").click()
    page.wait_for_url("**/desk/sign-in")
    assert page.get_by_role("status").inner_text() == "Your password is set. Now sign in with it."
    sign_in(reader, "thu", NEW)
    reader.look()
    page.get_by_role("link", name="Add a passkey").click()
    reader.look()
    page.get_by_role("button", name="Make the passkey").click()
    page.wait_for_url("**/desk/account/codes")
    assert page.locator(".codes li").count() == 10
    reader.look()
    page.get_by_role("link", name="I have kept them").click()
    key = Authenticator.objects.get(user=member, type=Authenticator.Type.WEBAUTHN)
    for path in (reverse("mfa_activate_totp"), reverse("mfa_remove_webauthn", kwargs={"pk": key.pk})):
        assert reader.open(path).url.endswith(path)
        reader.look()
    reader.open("/desk/").get_by_role("button", name="Sign out").click()
    reader.open("/desk/sign-in")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/desk/")
    assert page.get_by_role("heading", level=1).inner_text() == "Queue"
    assert reader.problems == []
