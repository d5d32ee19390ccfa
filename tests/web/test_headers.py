"""What every answer says to the browser, whichever page gives it (ASVS 23-31, 34-36, 65)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client, override_settings

from kiemchung.web import static_files
from kiemchung.web.environment import Address
from tests.web.cast import Cast, signed_in
from tests.web.routes import EMBEDDABLE, ROUTES
from tests.web.walking import path_of, routes

POLICY = {
    "default-src": ["'none'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
    "form-action": ["'self'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
}
IN_FRAMES = {"frame-ancestors": ["*"], "script-src": ["'none'"], "form-action": ["'none'"]}
STATIC = "/static/kiemchung/site.css"


def answers(stocked: Cast) -> Iterator[tuple[str, Any]]:
    """All routes by GET and POST, to a reader and an administrator, and what is no route."""
    for client in (signed_in(None), signed_in(stocked.administrator)):
        for name in ROUTES:
            for method in ("get", "post", "options", "put"):
                yield f"{method} {name}", getattr(client, method)(path_of(name))
        yield "missing", client.get("/there-is-no-such-page")
        yield "static", client.get(STATIC)
        yield "wrong host", client.get("/", headers={"host": "evil.example"})
        yield "too large", client.post("/ask", headers={"content-length": "99999999"})


def test_asvs_27_to_31_every_answer_has_its_headers(stocked: Cast) -> None:
    for what, answer in answers(stocked):
        policy = {part.split()[0]: part.split()[1:] for part in answer["Content-Security-Policy"].split(";")}
        name = what.split()[-1]
        wanted = POLICY | (IN_FRAMES if name in EMBEDDABLE and answer.status_code == 200 else {})
        assert {key: policy[key] for key in POLICY} == wanted, what
        assert "unsafe" not in answer["Content-Security-Policy"], what
        assert answer["X-Content-Type-Options"] == "nosniff", what
        assert answer["Referrer-Policy"] == "same-origin", what
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin", what
        assert "camera=()" in answer["Permissions-Policy"], what
        assert "Access-Control-Allow-Origin" not in answer, what
        if answer.streaming or (answer.content and answer.status_code not in (301, 302, 304)):
            assert re.match(r"(text|application|image)/[\w.+-]+(; |$)", answer["Content-Type"]), what


def test_asvs_65_nobody_keeps_a_page_of_the_desk_or_of_a_ticket(stocked: Cast) -> None:
    client = signed_in(stocked.administrator)
    for name in ROUTES:
        path = path_of(name)
        is_private = path.startswith("/desk") or getattr(routes()[name].callback, "is_private", False)
        assert (client.get(path)["Cache-Control"] == "no-store") == is_private, name
    assert client.get("/desk/nothing-here")["Cache-Control"] == "no-store"


@pytest.fixture
def public(stocked: Cast) -> Iterator[Client]:
    """The site at its public address; the door marks every request as secure."""
    names = {
        f"{kind}_COOKIE_{what}": value
        for kind, name in (("SESSION", "session"), ("CSRF", "csrf"), ("LANGUAGE", "language"))
        for what, value in (("NAME", f"__Host-{name}"), ("SECURE", True))
    }
    with override_settings(
        SITE=Address("kiemchung.example"),
        ALLOWED_HOSTS=["kiemchung.example"],
        CSRF_TRUSTED_ORIGINS=["https://kiemchung.example"],
        SECURE_HSTS_SECONDS=31536000,
        **names,
    ):
        yield Client(headers={"host": "kiemchung.example", "accept-language": "vi"})


def test_asvs_23_24_25_cookies_are_for_this_host_and_out_of_reach_of_scripts(public: Client, stocked: Cast) -> None:
    public.get("/", secure=True)
    public.post("/language", {"language": "en"}, secure=True)
    public.post("/desk/sign-in", {"login": "lan", "password": "chín con mèo leo cây đa"}, secure=True)
    assert set(public.cookies) == {"__Host-csrf", "__Host-language", "__Host-session"}
    for morsel in public.cookies.values():
        assert morsel["secure"], morsel.key
        assert morsel["httponly"], morsel.key
        assert morsel["samesite"] == "Lax", morsel.key
        assert (morsel["path"], morsel["domain"]) == ("/", ""), morsel.key


def test_asvs_26_browsers_come_back_by_tls_only(public: Client) -> None:
    for path in ("/", "/nothing", STATIC, "/desk/", "/healthz"):
        assert public.get(path, secure=True)["Strict-Transport-Security"].startswith("max-age=31536000"), path
    assert public.get("/", headers={"host": "evil.example"}, secure=True).status_code == 400


def test_without_a_public_address_no_browser_is_bound_to_tls(reader: Client) -> None:
    assert "Strict-Transport-Security" not in reader.get("/")
    assert not reader.get("/").cookies["csrf"]["secure"]


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_asvs_34_nobody_is_sent_to_another_site(stocked: Cast, wanted: str) -> None:
    sent = [signed_in(None).post("/language", {"language": "en", "next": wanted})]
    sent.append(signed_in(stocked.checker).get("/desk/sign-in", {"next": wanted}))
    sent.append(signed_in(stocked.checker).post("/desk/sign-out", {"next": wanted}))
    for answer in sent:
        assert answer.status_code == 302
        assert answer["Location"].startswith("/")
        assert "evil" not in answer["Location"]


def test_asvs_62_methods_that_nobody_needs_are_refused(reader: Client) -> None:
    assert [reader.generic(method, "/").status_code for method in ("TRACE", "CONNECT", "PUT", "BREW")] == [405] * 4
    assert [
        reader.get(path).status_code for path in ("/.git/config", "/.env", "/static/", "/static/../settings.py")
    ] == [404] * 4


def test_static_files_have_lasting_names_and_are_compressed(reader: Client) -> None:
    name = static_files.files()["kiemchung/site.css"].hashed_name
    lasting = reader.get(f"/static/{name}", headers={"accept-encoding": "gzip"})
    assert "immutable" in lasting["Cache-Control"]
    assert lasting["Content-Encoding"] == "gzip"
    assert reader.get(f"/static/{name}", headers={"if-none-match": lasting["ETag"]}).status_code == 304
    assert reader.post(f"/static/{name}").status_code == 405
