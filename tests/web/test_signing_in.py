"""Who gets in to the desk, how, and for how long (TRUST, ASVS 43-54)."""

from __future__ import annotations

import threading
from io import StringIO
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client

from kiemchung.desk import members as acts
from kiemchung.desk.models import Member, Role
from kiemchung.engine.errors import InputError
from kiemchung.web.limits import Buckets, Rate
from kiemchung.web.staff.signing_in import throttle
from kiemchung.web.staff.signing_in.codes import use_up
from kiemchung.web.staff.signing_in.links import code_for, member_of
from tests.jobs.conftest import Hands
from tests.web.cast import PASSWORD, Cast, code_now, join, recovery_codes_of, signed_in

NEW = "bốn từ không liên quan"


def sign_in(client: Client, username: str, password: str = PASSWORD) -> str:
    """Return where the first step leads; empty when it does not."""
    return str(client.post("/desk/sign-in", {"login": username, "password": password}).headers.get("Location", ""))


def test_asvs_46_a_fresh_site_has_no_account_and_nobody_signs_up(reader: Client) -> None:
    assert not Member.objects.exists()
    assert [reader.get(path).status_code for path in ("/desk/sign-up", "/desk/signup/", "/accounts/signup/")] == [
        404
    ] * 3
    assert "sign-up" not in reader.get("/desk/sign-in").content.decode()


def test_the_first_administrator_comes_in_by_a_link_that_works_once(site: Path, hands: Hands) -> None:
    said = StringIO()
    call_command("first_administrator", "hoa", stdout=said)
    address, _, code = said.getvalue().strip().partition("#")
    assert address == "http://127.0.0.1:8000/desk/welcome"
    browser = Client(headers={"accept-language": "en"})
    form = {"code": code, "password1": NEW, "password2": NEW}
    assert browser.post("/desk/welcome", form).headers["Location"] == "/desk/sign-in"
    assert browser.post("/desk/welcome", form).status_code == 422
    assert sign_in(browser, "hoa", NEW) == "/desk/"
    assert browser.get("/desk/").headers["Location"] == "/desk/account"
    browser.get("/desk/account/application")
    code = code_now(browser.session["mfa.totp.secret"])
    assert browser.post("/desk/account/application", {"code": code}).headers["Location"] == "/desk/account/codes"
    assert len(browser.get("/desk/account/codes").context["unused_codes"]) == 10
    assert browser.get("/desk/").status_code == 200
    with pytest.raises(InputError, match="--lost"):
        call_command("first_administrator", "other")


def test_a_link_ends_after_a_day_and_with_its_owner(site: Path, hands: Hands) -> None:
    member = acts.invite("lan", shown_name="Lan", role=Role.CHECKER, actor=None)
    code = code_for(member)
    assert member_of(code) == member
    hands.forward(hours=24, seconds=1)
    assert member_of(code) is None
    code = code_for(member)
    Member.objects.update(is_active=False)
    assert member_of(code) is None
    assert [member_of(wrong) for wrong in ("", "-", "1", "1-", "zzzzzzzzzzzzzz-x", code + "x", "đ-1")] == [None] * 7


@pytest.mark.parametrize(
    "password",
    ["short", "fourteenletter", "passwordpassword", "111111111111111111", "password12345678", "qwertyuiop1234567890"],
)
def test_asvs_43_44_short_and_well_known_passwords_are_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, Member(username="lan"))


@pytest.mark.parametrize("password", [PASSWORD, NEW, "correct horse battery staple"])
def test_four_unrelated_words_are_accepted(password: str) -> None:
    validate_password(password, Member(username="lan"))


def test_asvs_45_strangers_are_slowed_down_and_the_members_own_browser_gets_in(people: Cast) -> None:
    own, stranger = Client(), Client()
    sign_in(own, "lan")
    own.post("/desk/sign-in/code", {"code": code_now()})
    own.post("/desk/sign-out")
    answers = {sign_in(stranger, "lan", f"wrong {number}") for number in range(10)}
    assert answers == {""}
    assert sign_in(stranger, "lan") == ""
    assert (
        "Quá nhiều lần thử"
        in Client(headers={"accept-language": "vi"})
        .post("/desk/sign-in", {"login": "LAN ", "password": PASSWORD})
        .content.decode()
    )
    assert sign_in(stranger, "minh") == "/desk/sign-in/code"
    assert sign_in(own, "lan") == "/desk/sign-in/code"


def test_asvs_45_tries_over_many_accounts_are_counted_together(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "EVERYBODY", Buckets(Rate(burst=100, every_s=3), clock=lambda: 0.0))
    taken = [throttle.take(signed_in(None).get("/").wsgi_request, f"name {number}") for number in range(130)]
    assert taken[:100] == [0.0] * 100
    assert taken[100:] == [3.0] * 30


def test_asvs_45_codes_are_counted_too(people: Cast) -> None:
    stranger = Client()
    sign_in(stranger, "lan")
    for number in range(10):
        stranger.post("/desk/sign-in/code", {"code": f"{number:06}"})
    assert stranger.post("/desk/sign-in/code", {"code": code_now()}).status_code == 200
    assert "_auth_user_id" not in stranger.session


def test_asvs_47_without_a_second_factor_only_enrolment_is_open(site: Path) -> None:
    client = signed_in(join("tu", Role.ADMINISTRATOR, factor=False))
    assert client.get("/desk/members").headers["Location"] == "/desk/account"
    assert client.post("/desk/members/invite", {"username": "x"}).headers["Location"] == "/desk/account"
    pages = ("/desk/account", "/desk/account/application", "/desk/account/passkeys/new")
    assert [client.get(page).status_code for page in pages] == [200, 200, 200]


def test_asvs_47_the_last_second_factor_cannot_be_given_up(people: Cast) -> None:
    client = signed_in(people.checker)
    client.post("/desk/account/application/remove")
    assert Authenticator.objects.filter(user=people.checker).exists()


def test_asvs_48_after_a_new_password_the_second_factor_is_still_asked_for(people: Cast) -> None:
    acts.take_password(people.checker, actor=people.administrator)
    code = code_for(people.checker)
    client = Client()
    client.post("/desk/welcome", {"code": code, "password1": NEW, "password2": NEW})
    assert sign_in(client, "lan", NEW) == "/desk/sign-in/code"
    assert client.get("/desk/").headers["Location"].startswith("/desk/sign-in")


def test_asvs_49_a_code_works_once(people: Cast, hands: Hands) -> None:
    code = code_now()
    assert use_up(people.checker.pk, code) is not None
    assert use_up(people.checker.pk, code) is None
    assert use_up(people.editor.pk, code) is not None  # who happens to have the same secret here
    hands.forward(seconds=60)
    assert use_up(people.checker.pk, code_now(periods=-1)) is not None
    assert use_up(people.checker.pk, code_now(periods=-1)) is None
    assert use_up(people.checker.pk, code_now(periods=3)) is None


def test_asvs_49_a_recovery_code_works_once(people: Cast) -> None:
    code = recovery_codes_of(people.checker)[0]
    assert use_up(people.checker.pk, code) is not None
    assert use_up(people.checker.pk, code) is None


def test_asvs_49_of_two_who_show_the_same_code_at_once_one_gets_in(people: Cast) -> None:
    code, found, start = code_now(), [], threading.Barrier(6)

    def try_it() -> None:
        start.wait()
        found.append(use_up(people.checker.pk, code))
        connections.close_all()

    threads = [threading.Thread(target=try_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([one for one in found if one is not None]) == 1


def test_asvs_51_the_session_is_a_new_one_after_signing_in(people: Cast) -> None:
    client = Client()
    sign_in(client, "lan")
    before = client.session.session_key
    client.post("/desk/sign-in/code", {"code": code_now()})
    assert client.get("/desk/").status_code == 200
    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


def test_asvs_52_a_session_ends_after_half_an_hour_without_a_request(people: Cast, hands: Hands) -> None:
    client = signed_in(people.checker)
    for _ in range(3):
        hands.forward(minutes=29)
        assert client.get("/desk/").status_code == 200
    hands.forward(minutes=30)
    assert client.get("/desk/").headers["Location"] == "/desk/sign-in?next=%2Fdesk%2F"
    assert "_auth_user_id" not in client.session


def test_asvs_52_a_session_ends_after_twelve_hours_at_the_latest(people: Cast, hands: Hands) -> None:
    client = signed_in(people.checker)
    for _ in range(47):
        hands.forward(minutes=15)
        assert client.get("/desk/").status_code == 200
    hands.forward(minutes=15)
    assert client.get("/desk/").status_code == 302


def test_asvs_53_a_session_ends_when_its_member_is_switched_off(people: Cast) -> None:
    client = signed_in(people.checker)
    assert client.get("/desk/").status_code == 200
    acts.switch_off(people.checker, actor=people.administrator)
    assert client.get("/desk/").status_code == 302
    assert client.post("/desk/account/codes/new").status_code == 401
    acts.switch_on(people.checker, actor=people.administrator)
    acts.take_password(people.checker, actor=people.administrator)
    assert client.get("/desk/").status_code == 302


def test_asvs_53_an_old_cookie_is_worth_nothing_after_signing_out(people: Cast) -> None:
    client = signed_in(people.checker)
    cookie = client.cookies["session"].value
    client.post("/desk/sign-out")
    other = Client()
    other.cookies["session"] = cookie
    assert other.get("/desk/").status_code == 302
    assert other.get("/desk/", headers={"HX-Request": "true"}).status_code == 401


def test_asvs_54_a_change_that_matters_asks_again(people: Cast) -> None:
    client = signed_in(people.administrator)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": 0}]
    session.save()
    paths = ("/desk/members/invite", f"/desk/members/{people.checker.pk}", "/desk/account/codes/new")
    answers = [client.post(path, {"act": "off"}).headers.get("Location", "") for path in paths]
    assert [answer.partition("?")[0] for answer in answers] == ["/desk/account/again/password"] * 3
    assert Member.objects.get(pk=people.checker.pk).is_active


def test_what_is_stored_of_a_session_names_nobodys_machine(people: Cast) -> None:
    client = Client(REMOTE_ADDR="203.0.113.77", headers={"user-agent": "Canary/7"})
    sign_in(client, "lan")
    client.post("/desk/sign-in/code", {"code": code_now()})
    sign_in(Client(REMOTE_ADDR="203.0.113.77"), "lan", "wrong")
    stored = [str(row.get_decoded()) for row in Session.objects.all()]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - names of our own tables
            stored += [str(row) for row in cursor.fetchall()]
    assert stored
    assert not [text for text in stored if "203.0.113.77" in text or "Canary" in text]
