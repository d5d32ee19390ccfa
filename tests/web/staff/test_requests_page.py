"""Readers' requests: the first deadline first, decided with reasons by somebody who had no part in the review."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kiemchung.desk import requests
from kiemchung.desk.models import Claim, RequestKind, RequestOutcome, ReviewRequest
from kiemchung.jobs import clock
from tests.desk.conftest import Desk
from tests.desk.newsroom import publish
from tests.web.staff.conftest import Browser
from tests.web.staff.pages import fields_of, text_of

REASONS = "Chúng tôi đã xem lại cả hai nghiên cứu mà bạn nêu; chúng đo điều khác, nên bài giữ nguyên."


@pytest.fixture
def asked(desk: Desk, claim: Claim) -> ReviewRequest:
    version = publish(claim, desk.linh, desk.an)
    made = requests.request_review(
        version.review, RequestKind.DISPUTE, "Bài sai rồi.", source_url="https://nguon.example/a", ref="r1"
    )
    return made.request


def test_r10_the_first_deadline_stands_first_and_late_ones_are_marked(
    desk: Desk, at: Browser, asked: ReviewRequest
) -> None:
    requests.request_review(asked.review, RequestKind.CORRECTION, "Sai ngày.", source_url="", ref="r2")
    ReviewRequest.objects.filter(text="Sai ngày.").update(due_at=clock.now() - timedelta(hours=1))
    shown = text_of(at(desk.linh).get("/desk/requests"))
    assert shown.index("Sai ngày.") < shown.index("Bài sai rồi.")
    assert "Quá hạn từ" in shown


def test_r20_an_editor_without_a_part_in_it_decides_with_reasons(desk: Desk, at: Browser, asked: ReviewRequest) -> None:
    done = at(desk.binh).post(f"/desk/requests/{asked.pk}", {"outcome": "upheld", "reply": REASONS})
    asked.refresh_from_db()
    assert (done.status_code, asked.outcome, asked.decided_by) == (302, RequestOutcome.UPHELD, desk.binh)
    assert "Giữ nguyên bài" in text_of(at(desk.linh).get("/desk/requests?show=decided"))


def test_r20_who_published_it_sees_no_form_and_is_refused(desk: Desk, at: Browser, asked: ReviewRequest) -> None:
    browser = at(desk.an)
    page = browser.get(f"/desk/requests/{asked.pk}")
    assert "outcome" not in fields_of(page)
    assert "do Linh viết và An đăng" in text_of(page)
    refused = browser.post(f"/desk/requests/{asked.pk}", {"outcome": "upheld", "reply": REASONS})
    asked.refresh_from_db()
    assert (refused.status_code, asked.outcome) == (403, "")


def test_a_checker_decides_nothing(desk: Desk, at: Browser, asked: ReviewRequest) -> None:
    refused = at(desk.minh).post(f"/desk/requests/{asked.pk}", {"outcome": "upheld", "reply": REASONS})
    assert refused.status_code == 403


@pytest.mark.parametrize("typed", [{"reply": "Không."}, {"outcome": "ignored"}, {"outcome": ""}, {"reply": ""}])
def test_r19_without_reasons_or_a_known_outcome_nothing_is_decided(
    typed: dict[str, str], desk: Desk, at: Browser, asked: ReviewRequest
) -> None:
    refused = at(desk.binh).post(f"/desk/requests/{asked.pk}", {"outcome": "upheld", "reply": REASONS, **typed})
    asked.refresh_from_db()
    assert (refused.status_code, asked.outcome) == (422, "")


def test_a_decision_is_made_once(desk: Desk, at: Browser, asked: ReviewRequest) -> None:
    at(desk.binh).post(f"/desk/requests/{asked.pk}", {"outcome": "upheld", "reply": REASONS})
    again = at(desk.ha).post(f"/desk/requests/{asked.pk}", {"outcome": "corrected", "reply": REASONS})
    asked.refresh_from_db()
    assert (again.status_code, asked.outcome) == (409, RequestOutcome.UPHELD)


def test_fields_that_are_not_in_the_form_are_ignored(desk: Desk, at: Browser, asked: ReviewRequest) -> None:
    more = {"decided_by": str(desk.an.pk), "text": "x", "due_at": "2020-01-01", "version": "9"}
    at(desk.binh).post(f"/desk/requests/{asked.pk}", {"outcome": "upheld", "reply": REASONS, **more})
    asked.refresh_from_db()
    assert (asked.decided_by, asked.text, asked.version) == (desk.binh, "Bài sai rồi.", 1)
