"""R18: administrators read who did what to which account, the newest first, in plain words."""

from __future__ import annotations

import pytest

from kiemchung.desk import members
from kiemchung.desk.models import Member, MemberAct, MemberDeed
from kiemchung.web.staff.members import ACTS_ON_A_PAGE
from kiemchung.web.staff.signing_in.adapters import take_second_factors
from tests.desk.conftest import Desk
from tests.web.staff.conftest import Browser
from tests.web.staff.pages import text_of

SENTENCES = {
    "vi": (
        "Ha đã mời Mai với vai trò: Người kiểm chứng.",
        "Ha đã giao cho Mai vai trò: Biên tập viên.",
        "Ha đã khóa tài khoản của Mai.",
        "Ha đã mở lại tài khoản của Mai.",
        "Ha đã tạo liên kết mới cho Mai; mật khẩu cũ hết hiệu lực.",
        "Ha đã gỡ lớp xác thực thứ hai của Mai để cài lại.",
    ),
    "en": (
        "Ha invited Mai as: Checker.",
        "Ha gave Mai the role: Editor.",
        "Ha switched off the account of Mai.",
        "Ha switched on the account of Mai again.",
        "Ha made a new link for Mai, whose old password ended.",
        "Ha removed the second factors of Mai, to be set up anew.",
    ),
}


def _have_all_done(desk: Desk) -> Member:
    new = members.invite("mai", shown_name="Mai", role="checker", actor=desk.ha)
    members.change_role(new, "editor", actor=desk.ha)
    members.switch_off(new, actor=desk.ha)
    members.switch_on(new, actor=desk.ha)
    members.take_password(new, actor=desk.ha)
    take_second_factors(new, actor=desk.ha)
    return new


@pytest.mark.parametrize("language", SENTENCES)
def test_r18_an_administrator_reads_each_deed_in_words_the_newest_first(language: str, desk: Desk, at: Browser) -> None:
    new = _have_all_done(desk)
    assert {one.deed for one in MemberAct.objects.filter(member=new)} == set(MemberDeed.values)
    page = text_of(at(desk.ha).get("/desk/members", headers={"accept-language": language}))
    places = [page.index(sentence) for sentence in SENTENCES[language]]
    assert places == sorted(places, reverse=True)


def test_r18_what_was_done_at_the_machine_is_said_to_be(desk: Desk, at: Browser) -> None:
    members.take_password(desk.an, actor=None)
    assert "Người vận hành máy chủ đã tạo liên kết mới cho An" in text_of(at(desk.ha).get("/desk/members"))


def test_r18_older_deeds_are_a_page_away(desk: Desk, at: Browser) -> None:
    _have_all_done(desk)
    for _ in range(ACTS_ON_A_PAGE):
        members.change_role(desk.minh, "checker", actor=desk.ha)
    browser = at(desk.ha)
    first, second = (text_of(browser.get(f"/desk/members?page={number}")) for number in (1, 2))
    assert ("Ha đã mời Mai" in first, "Cũ hơn" in first) == (False, True)
    assert ("Ha đã mời Mai" in second, "Mới hơn" in second) == (True, True)


def test_r18_nobody_but_administrators_reads_them(desk: Desk, at: Browser) -> None:
    _have_all_done(desk)
    for member in (desk.linh, desk.an):
        refused = at(member).get("/desk/members")
        assert (refused.status_code, "Mai" in text_of(refused)) == (403, False)
