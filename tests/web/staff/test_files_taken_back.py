"""R27: an editor takes a public file back at the page of the sources; readers see that it was, when and why."""

from __future__ import annotations

import hashlib
import json

import pytest
from django.test import Client
from django.utils.timezone import localtime

from kiemchung.desk import drafting
from kiemchung.desk.models import Claim, LogEntry, LogKind, ReviewVersion, SourceFile
from tests.desk.conftest import Desk
from tests.desk.newsroom import correct, publish, wording
from tests.web.staff.conftest import Browser
from tests.web.staff.pages import address, elements_of, fields_of, text_of

CONTENT = "Đơn của bà Tư, nhà số 9".encode()
DIGEST = hashlib.sha256(CONTENT).hexdigest()
TAKING_BACK = f"/files/{DIGEST}/take-back"


@pytest.fixture
def version(desk: Desk, claim: Claim) -> ReviewVersion:
    given = drafting.Source("Đơn khiếu nại", "https://don.example/1", file=CONTENT, is_file_public=True)
    drafting.add_evidence(claim.pk, given, actor=desk.linh)
    return publish(claim, desk.linh, desk.an)


def _read(version: ReviewVersion, language: str = "vi") -> str:
    return text_of(Client(headers={"accept-language": language}).get(f"/kiem-chung/{version.review.slug}"))


def test_r27_an_editor_takes_a_file_back_and_the_pages_say_when_and_why(
    desk: Desk, at: Browser, claim: Claim, version: ReviewVersion
) -> None:
    browser = at(desk.binh)
    assert "reason" in fields_of(browser.get(address(claim, "/sources")))
    done = browser.post(address(claim, TAKING_BACK), {"reason": "personal_data"}, follow=True)
    entry = LogEntry.objects.get(kind=LogKind.FILE_TAKEN_BACK)
    assert json.loads(entry.leaf)["facts"]["reason"] == "personal_data"
    said = f"Đã rút lại ngày {localtime(entry.at):%d/%m/%Y}."
    assert "Tệp cho thấy một người bình thường" in text_of(done)
    for shown in (text_of(done), _read(version)):
        assert said in shown
    assert "Taken back on" in _read(version, "en")
    assert "reason" not in fields_of(done)
    assert CONTENT.decode() not in text_of(done)


def test_r27_the_page_of_the_review_leads_to_no_file_that_is_gone(
    desk: Desk, at: Browser, claim: Claim, version: ReviewVersion
) -> None:
    page, place = f"/kiem-chung/{version.review.slug}", f"/kiem-chung/{version.review.slug}/tep/{DIGEST}"
    assert place in {one.get("href") for one in elements_of(Client().get(page), "a")}
    at(desk.binh).post(address(claim, TAKING_BACK), {"reason": "wrong_file"})
    assert place not in {one.get("href") for one in elements_of(Client().get(page), "a")}
    assert Client().get(place).status_code == 410


def test_r27_a_file_of_an_older_version_is_taken_back_too(
    desk: Desk, at: Browser, claim: Claim, version: ReviewVersion
) -> None:
    (source,) = claim.evidence.exclude(file=None)
    drafting.remove_evidence(claim.pk, source.pk, actor=desk.linh)
    correct(claim, desk.linh, desk.an, wording(title="Ăn me không cao thêm"), "Bỏ một nguồn.")
    done = at(desk.binh).post(address(claim, TAKING_BACK), {"reason": "rights_of_others"}, follow=True)
    assert "phiên bản 1 Đã rút lại" in text_of(done)
    older = Client(headers={"accept-language": "vi"}).get(f"/kiem-chung/{version.review.slug}/ban/1")
    assert "Người khác có quyền đối với tệp này." in text_of(older)


def test_r27_a_checker_sees_the_files_and_has_no_form(
    desk: Desk, at: Browser, claim: Claim, version: ReviewVersion
) -> None:
    browser = at(desk.minh)
    page = browser.get(address(claim, "/sources"))
    assert "Biên tập viên có thể rút lại tệp này." in text_of(page)
    assert "reason" not in fields_of(page)
    assert browser.post(address(claim, TAKING_BACK), {"reason": "wrong_file"}).status_code == 403
    assert SourceFile.objects.get().taken_back_because == ""


@pytest.mark.parametrize("reason", ["", "because", "personal_data\0"])
def test_r27_without_one_of_the_reasons_nothing_is_taken_back(
    reason: str, desk: Desk, at: Browser, claim: Claim, version: ReviewVersion
) -> None:
    refused = at(desk.binh).post(address(claim, TAKING_BACK), {"reason": reason})
    assert (refused.status_code, "Hãy chọn một lý do." in text_of(refused)) == (422, True)
    assert SourceFile.objects.get().taken_back_because == ""


def test_r27_a_file_is_taken_back_once_and_of_its_own_review_alone(
    desk: Desk, at: Browser, claim: Claim, version: ReviewVersion
) -> None:
    browser = at(desk.binh)
    other = Claim.objects.create(statement="Chuyện khác", lang="vi", content_key="khac")
    assert browser.post(address(other, TAKING_BACK), {"reason": "wrong_file"}).status_code == 404
    statuses = [browser.post(address(claim, TAKING_BACK), {"reason": "wrong_file"}).status_code for _ in range(2)]
    assert statuses == [302, 409]
    assert LogEntry.objects.filter(kind=LogKind.FILE_TAKEN_BACK).count() == 1


def test_r27_where_a_restore_has_lost_the_entry_the_page_says_it_without_the_day(
    desk: Desk, at: Browser, claim: Claim, version: ReviewVersion
) -> None:
    SourceFile.objects.update(taken_back_because="wrong_file")
    assert "Đã rút lại. Đây là tệp đính nhầm." in _read(version)
