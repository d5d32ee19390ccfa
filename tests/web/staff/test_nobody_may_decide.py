"""R20: where nobody at the desk may decide a request, its page says who may not, why, and what to do."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kiemchung.desk import members, requests
from kiemchung.desk.access import may_decide
from kiemchung.desk.deciding import Barrier, deciders_of
from kiemchung.desk.models import Claim, Member, MemberAct, RequestKind, ReviewRequest
from kiemchung.jobs import clock
from tests.desk.conftest import Desk
from tests.desk.newsroom import correct, publish, wording
from tests.web.staff.conftest import Browser
from tests.web.staff.pages import elements_of, fields_of, text_of

REASONS = "Chúng tôi đã xem lại cả hai nghiên cứu mà bạn nêu; chúng đo điều khác, nên bài giữ nguyên."
NOBODY = "Hiện không ai trong ban được quyết định yêu cầu này"


def _let_all_join(desk: Desk) -> None:
    for member in (desk.linh, desk.minh, desk.an, desk.binh, desk.ha):
        member.password = "chosen"  # noqa: S105 - whoever has none has not joined yet
        member.save()


@pytest.fixture
def asked(desk: Desk, claim: Claim) -> ReviewRequest:
    """A dispute at a desk of two: Ha wrote the review, An published it; the others have left."""
    _let_all_join(desk)
    version = publish(claim, desk.ha, desk.an)
    Member.objects.exclude(pk__in=(desk.ha.pk, desk.an.pk)).update(is_active=False)
    made = requests.request_review(version.review, RequestKind.DISPUTE, "Bài sai rồi.", source_url="", ref="r1")
    return made.request


def test_r20_at_a_desk_of_two_the_page_says_who_may_not_decide_and_what_to_do(
    desk: Desk, at: Browser, asked: ReviewRequest
) -> None:
    for member in (desk.ha, desk.an):
        page = at(member).get(f"/desk/requests/{asked.pk}")
        said = text_of(page)
        for sentence in (NOBODY, "Ha đã tham gia viết bài này.", "An đã đăng bài này.", "quản trị viên mời thêm một"):
            assert sentence in said
        assert "outcome" not in fields_of(page)
        leads_to_members = "main" in str([one.get("class") for one in elements_of(page, "a") if "members" in str(one)])
        assert leads_to_members == (member == desk.ha)
        refused = at(member).post(f"/desk/requests/{asked.pk}", {"outcome": "upheld", "reply": REASONS})
        assert refused.status_code == 403


def test_r20_the_queue_of_requests_says_that_nobody_may_decide_and_that_the_deadline_runs(
    desk: Desk, at: Browser, asked: ReviewRequest
) -> None:
    said = text_of(at(desk.ha).get("/desk/requests"))
    assert "Không ai trong ban được quyết định yêu cầu này, mà thời hạn vẫn đang chạy." in said
    assert " · còn " in said


def test_r10_the_queue_of_requests_says_how_much_time_is_left(desk: Desk, at: Browser, asked: ReviewRequest) -> None:
    ReviewRequest.objects.update(due_at=clock.now() + timedelta(hours=25, minutes=10, seconds=50))
    assert "còn 25 giờ 10 phút" in text_of(at(desk.an).get("/desk/requests"))


def test_r20_a_further_editor_is_named_and_decides(desk: Desk, at: Browser, asked: ReviewRequest) -> None:
    Member.objects.filter(pk=desk.binh.pk).update(is_active=True)
    said = text_of(at(desk.an).get(f"/desk/requests/{asked.pk}"))
    assert "Những người được quyết định: Binh." in said
    assert NOBODY not in said
    assert "Không ai trong ban" not in text_of(at(desk.an).get("/desk/requests"))
    decided = at(desk.binh).post(f"/desk/requests/{asked.pk}", {"outcome": "upheld", "reply": REASONS})
    assert decided.status_code == 302
    assert "Những người được quyết định" not in text_of(at(desk.an).get(f"/desk/requests/{asked.pk}"))


def test_r20_who_has_not_joined_or_was_reset_is_nobody_who_may_decide(
    desk: Desk, at: Browser, asked: ReviewRequest
) -> None:
    members.invite("mai", shown_name="Mai", role="editor", actor=desk.ha)
    members.switch_on(desk.binh, actor=desk.ha)
    members.take_password(desk.binh, actor=desk.ha)
    said = text_of(at(desk.an).get(f"/desk/requests/{asked.pk}"))
    assert NOBODY in said
    assert "Mai chưa dùng liên kết mời." in said
    assert "Tài khoản của Binh vừa bị người khác đặt lại trong 24 giờ qua." in said
    assert "vừa đặt lại tài khoản của bạn" in text_of(
        at(Member.objects.get(pk=desk.binh.pk)).get(f"/desk/requests/{asked.pk}")
    )


def test_r20_who_is_named_is_who_may_decide(desk: Desk, claim: Claim) -> None:
    _let_all_join(desk)
    first = publish(claim, desk.linh, desk.an)
    second = correct(claim, desk.ha, desk.binh, wording(title="Ăn me không cao thêm"), "Rõ hơn.")
    asked = []
    for number, version in enumerate((first, second)):
        kind = RequestKind.DISPUTE
        made = requests.request_review(version.review, kind, "Sai.", source_url="", ref=f"r{number}").request
        ReviewRequest.objects.filter(pk=made.pk).update(version=version.number)
        asked.append(ReviewRequest.objects.get(pk=made.pk))
    named = deciders_of(asked)
    for request in asked:
        able = {one for one in Member.objects.all() if may_decide(one, request)}
        assert set(named[request.pk].able) == able
    barred = {one.member: one.because for one in named[asked[1].pk].barred}
    assert barred == {desk.ha: Barrier.WROTE, desk.an: Barrier.PUBLISHED, desk.binh: Barrier.PUBLISHED}
    assert not MemberAct.objects.exists()
