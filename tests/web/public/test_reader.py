"""What a reader without an account meets: asking, the ticket, reviews, requests."""

from __future__ import annotations

import json
import re
import time
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone

from kiemchung.desk import drafting, intake, publishing
from kiemchung.desk.collecting import collect
from kiemchung.desk.models import Answer, Draft, Message, Review, ReviewRequest, Shelf, ShelfState
from kiemchung.jobs import clock, queue
from kiemchung.jobs.models import Job, State
from kiemchung.starter import starter_reviews
from kiemchung.web.public import ask as ask_page
from tests.desk.conftest import Desk
from tests.desk.newsroom import TAMARIND, ask, correct, hand_in, know, publish, wording, work


@pytest.fixture
def reader() -> Client:
    return Client(headers={"accept-language": "vi"})


@pytest.fixture
def english() -> Client:
    return Client(headers={"accept-language": "en"})


def _ask(reader: Client, text: str, once: str = "once-0123456789-0123456789") -> str:
    response = reader.post("/hoi", {"text": text, "once": once})
    assert response.status_code == 302
    return str(response["Location"])


def test_a_checked_message_is_answered_at_once_with_review_source_and_reasons(desk: Desk, reader: Client) -> None:
    know(("a", "Uống nước chanh nóng chữa khỏi ung thư"))
    page = reader.get(_ask(reader, "uong nuoc chanh nong chua khoi ung thu that ko")).content.decode()
    assert "Tin này đã được kiểm chứng" in page
    assert 'href="https://kiem.example/a" rel="noreferrer"' in page
    assert "Báo Kiểm" in page
    assert "Vì sao đây là cùng một nhận định" in page


def test_f1_a_form_that_is_sent_twice_is_one_message_and_another_text_in_it_is_another(
    desk: Desk, reader: Client
) -> None:
    first, again, other = _ask(reader, TAMARIND), _ask(reader, TAMARIND), _ask(reader, "Cầu Ánh Dương sắp bị dỡ bỏ")
    assert first == again != other
    assert [one.text for one in Message.objects.order_by("pk")] == [TAMARIND, "Cầu Ánh Dương sắp bị dỡ bỏ"]
    files = [{"text": TAMARIND, "file": BytesIO(sent), "once": "once-0123456789-0123456789"} for sent in (b"a", b"b")]
    assert len({reader.post("/hoi", one)["Location"] for one in files} | {first}) == 3


def test_f1_a_request_that_is_sent_twice_is_one_and_another_text_in_the_form_is_another(
    desk: Desk, reader: Client
) -> None:
    claim = ask(TAMARIND).claim
    assert claim is not None
    slug = publish(claim, desk.linh, desk.an).review.slug
    form = {"kind": "correction", "source_url": "", "once": "once-0123456789-0123456789"}
    for text in ("Chỗ một sai.", "Chỗ một sai.", "Chỗ hai cũng sai."):
        assert reader.post(f"/kiem-chung/{slug}/yeu-cau", {**form, "text": text}).status_code == 302
    assert [one.text for one in ReviewRequest.objects.order_by("pk")] == ["Chỗ một sai.", "Chỗ hai cũng sai."]


def test_a_sample_says_that_it_is_one_after_whom_and_that_its_link_leads_to_a_home_page(
    desk: Desk, reader: Client
) -> None:
    collect(starter_reviews(), now=clock.now())
    page = reader.get(_ask(reader, "Bôi kem đánh răng lên vết bỏng giúp dịu đau và không để lại sẹo")).content.decode()
    home = 'trang chủ của nguồn: <a href="https://moh.gov.vn/" rel="noreferrer">moh.gov.vn</a>'
    assert f"Bài mẫu của Kiểm Chứng, dựa theo Bộ Y tế · {home}" in page
    assert "Nơi đăng ghi" not in page  # its word is the one that stands there already


def test_a_message_that_a_worker_took_first_is_answered_when_its_page_arrives(
    desk: Desk, reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    know(("a", "Uống nước chanh nóng chữa khỏi ung thư"))
    looks: list[int] = []

    def too_late(job_id: int) -> bool:
        assert queue.claim(only=job_id) is not None
        return False

    def rests(seconds: float) -> None:
        looks.append(len(looks))
        Job.objects.update(state=State.WAITING)
        work()

    monkeypatch.setattr(ask_page, "run_now", too_late)
    monkeypatch.setattr(time, "sleep", rests)
    page = reader.get(_ask(reader, "uong nuoc chanh nong chua khoi ung thu that ko")).content.decode()
    assert looks == [0]
    assert "Tin này đã được kiểm chứng" in page


def test_an_unchecked_message_says_so_with_a_ticket_and_how_many_others_ask(
    desk: Desk, reader: Client, english: Client
) -> None:
    _ask(reader, TAMARIND, "first-0123456789-0123456789")
    address = _ask(reader, TAMARIND, "second-123456789-0123456789")
    page = reader.get(address).content.decode()
    assert "Chưa ai kiểm chứng tin này" in page
    assert "Đã có 1 tin khác hỏi điều này." in page
    assert re.search(r"KC(-[0-9A-Z]{4}){4}", page)
    assert "Nobody has checked this yet" in english.get(address).content.decode()


def test_nobody_is_called_the_first_to_ask_before_it_was_looked_up(desk: Desk, reader: Client) -> None:
    address = _ask(reader, TAMARIND)
    page = reader.get(address).content.decode()
    assert "Chưa ai kiểm chứng tin này" in page
    assert "Bạn là người đầu tiên hỏi" not in page
    work()
    assert "Bạn là người đầu tiên hỏi" in reader.get(address).content.decode()


def test_the_ticket_follows_to_the_answer_and_to_its_correction(desk: Desk, reader: Client) -> None:
    address = _ask(reader, TAMARIND)
    work()
    claim = Message.objects.get().claim
    assert claim is not None
    publish(claim, desk.linh, desk.an)
    assert "Ăn me không làm cao thêm" in reader.get(address).content.decode()
    correct(claim, desk.minh, desk.binh, wording("mostly_true"), "Có nghiên cứu mới.")
    page = reader.get(address).content.decode()
    assert "Câu trả lời đã được đính chính" in page
    assert "Có nghiên cứu mới." in page
    assert "Phần lớn đúng" in page
    seen = Draft.objects.get(claim=claim).revision
    draft = drafting.propose_withdrawal(claim.pk, "Nguồn đã rút lại.", actor=desk.minh, revision=seen)
    drafting.submit(claim.pk, actor=desk.minh, revision=draft.revision)
    publishing.publish(claim.pk, actor=desk.an, revision=draft.revision)
    work()
    page = reader.get(address).content.decode()
    assert "<h1>Câu trả lời đã được rút lại" in page
    assert "Câu trả lời này có giúp" not in page


def test_a_name_that_imitates_a_bank_is_warned_of_by_the_banks_name(desk: Desk, reader: Client) -> None:
    page = reader.get(_ask(reader, "Nhận quà 5 triệu tại vietcombank-quatang.top nhanh tay")).content.decode()
    assert "<code>vietcombank-quatang.top</code> mạo danh Vietcombank" in page


@pytest.mark.parametrize("name", ["CSKH VlETCOMBANK", "Shоpee Hỗ trợ đơn hàng"])
def test_a_message_that_is_nothing_but_an_imitating_name_is_warned_of(name: str, desk: Desk, reader: Client) -> None:
    page = reader.get(_ask(reader, name)).content.decode()
    assert f"“{name}” có thể mạo danh" in page.partition('role="alert"')[2]


def test_a_form_that_is_sent_twice_leads_to_the_same_ticket(desk: Desk, reader: Client) -> None:
    assert _ask(reader, TAMARIND) == _ask(reader, TAMARIND)
    assert Message.objects.count() == 1


@pytest.mark.parametrize("text", ["", "   ", "a" * 20_001])
def test_what_is_no_message_is_refused_on_the_page_with_what_to_do(text: str, desk: Desk, reader: Client) -> None:
    response = reader.post("/hoi", {"text": text})
    assert response.status_code == 422
    assert "errorlist" in response.content.decode()
    assert not Message.objects.exists()


def test_the_reader_says_whether_the_answer_answered(desk: Desk, reader: Client) -> None:
    know(("a", "Uống nước chanh nóng chữa khỏi ung thư"))
    address = _ask(reader, "uống nước chanh nóng chữa khỏi ung thư")
    answer = Answer.objects.get()
    reader.post(f"{address}/tra-loi/{answer.pk}", {"reason": "other_claim"})
    answer.refresh_from_db()
    assert (answer.is_helpful, answer.unhelpful_reason) == (False, "other_claim")
    reader.post(f"{address}/tra-loi/{answer.pk}", {"helpful": "yes", "reason": "evil"})
    answer.refresh_from_db()
    assert (answer.is_helpful, answer.unhelpful_reason) == (True, "")


def test_nobody_judges_the_answer_of_another_ticket(desk: Desk, reader: Client) -> None:
    know(("a", "Uống nước chanh nóng chữa khỏi ung thư"))
    mine = _ask(reader, "uống nước chanh nóng chữa khỏi ung thư", "mine-0123456789-0123456789")
    other = ask("uống nước chanh nóng chữa khỏi ung thư").answers.get()
    assert reader.post(f"{mine}/tra-loi/{other.pk}", {"helpful": "yes"}).status_code == 404


def test_r26_who_is_thanked_gets_no_session(desk: Desk, reader: Client) -> None:
    know(("a", "Uống nước chanh nóng chữa khỏi ung thư"))
    address = _ask(reader, "uong nuoc chanh nong chua khoi ung thu that ko")
    reader.post(f"{address}/tra-loi/{Answer.objects.get().pk}", {"helpful": "yes"})
    assert "Cảm ơn bạn" in reader.get(address).content.decode()
    assert "Cảm ơn bạn" not in reader.get(address).content.decode()
    assert "session" not in reader.cookies
    assert not Session.objects.exists()


def test_a_deleted_question_is_gone_from_every_table(desk: Desk, reader: Client) -> None:
    address = _ask(reader, "Nghe nói cầu Ánh Dương ở xã Hoa Mai sắp bị dỡ bỏ")
    assert reader.get(f"{address}/xoa").status_code == 200
    assert Message.objects.get().text
    after = reader.post(f"{address}/xoa", follow=True)
    assert after.redirect_chain[-1][0] == "/"
    assert "Đã xóa câu hỏi của bạn" in after.content.decode()
    assert "Đã xóa câu hỏi của bạn" not in reader.get("/").content.decode()
    assert reader.get(address).status_code == 404
    from django.apps import apps

    rows = [list(model._default_manager.values()) for model in apps.get_models()]
    assert "Ánh Dương" not in str(rows)


class _Read(HTMLParser):
    """The parts of a page that say what the review says."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        names = (given.get("class") or "").split()
        if tag == "script" and given.get("type") == "application/ld+json":
            self._open.append("markup")
        elif tag == "h1":
            self._open.append("title")
        elif "rating" in names and "large" in names:
            self._open.append("rating")
        elif "claim-reviewed" in names:
            self._open.append("claim")
        elif "summary" in names:
            self._open.append("summary")
        elif tag not in ("svg", "path", "br", "meta", "link", "input"):
            self._open.append("")

    def handle_endtag(self, tag: str) -> None:
        if self._open and tag not in ("svg", "path", "br", "meta", "link", "input"):
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1]:
            self.found[self._open[-1]] = self.found.get(self._open[-1], "") + data


def _read(page: str) -> tuple[dict[str, str], dict[str, Any]]:
    parser = _Read()
    parser.feed(page)
    return parser.found, json.loads(parser.found["markup"])


@pytest.mark.parametrize("rating", ["true", "mostly_true", "mixed", "missing_context", "false", "scam", "satire"])
def test_r11_the_markup_says_what_the_page_says(rating: str, desk: Desk, reader: Client) -> None:
    claim = ask(TAMARIND).claim
    assert claim is not None
    hostile = wording(
        rating, title='Ăn me </script><b>"không"', summary="1 < 2 & 3 > 2", appearance="https://x.example/1"
    )
    publish(claim, desk.linh, desk.an, hostile)
    address = f"/kiem-chung/{Review.objects.get().slug}"
    shown, data = _read(reader.get(address).content.decode())
    assert shown["title"] == data["headline"] == hostile.title
    assert shown["claim"] == data["claimReviewed"] == TAMARIND
    assert shown["summary"] == data["description"] == hostile.summary
    assert shown["rating"].strip() == data["reviewRating"]["alternateName"]
    assert data["url"].endswith(address)
    assert data["itemReviewed"]["appearance"][0]["url"] == "https://x.example/1"


def test_r9_page_and_markup_agree_on_the_correction_and_older_versions_stay(desk: Desk, reader: Client) -> None:
    claim = ask(TAMARIND).claim
    assert claim is not None
    first = publish(claim, desk.linh, desk.an)
    second = correct(claim, desk.minh, desk.binh, wording("true"), "Nguồn mới")
    slug = Review.objects.get().slug
    page = reader.get(f"/kiem-chung/{slug}").content.decode()
    _, data = _read(page)
    assert "Nguồn mới" in page
    assert data["correction"]["text"] == "Nguồn mới"
    assert data["dateModified"] == second.published_at.isoformat()
    assert data["datePublished"] == first.published_at.isoformat()
    old = reader.get(f"/kiem-chung/{slug}/ban/1").content.decode()
    assert "không phải phiên bản hiện tại" in old
    assert "ld+json" not in old


def test_addresses_of_evidence_never_run_in_the_browser(desk: Desk, reader: Client) -> None:
    from kiemchung.desk.models import Draft, Evidence

    claim = ask(TAMARIND).claim
    assert claim is not None
    revision = hand_in(claim, desk.linh)  # the desk takes no such address: it stands in the record by another way
    for number, one in enumerate(Evidence.objects.filter(claim=claim)):
        Evidence.objects.filter(pk=one.pk).update(url=f"javascript:alert({number})", archived_at_url=f"data:{number}")
    Draft.objects.filter(claim=claim).update(appearance="javascript:alert(2)")
    publishing.publish(claim.pk, actor=desk.an, revision=revision)
    page = reader.get(f"/kiem-chung/{Review.objects.get().slug}").content.decode()
    assert 'href="javascript:' not in page
    assert 'href="data:' not in page


def test_r10_a_request_for_correction_has_a_deadline_and_its_ticket_shows_the_decision(
    desk: Desk, reader: Client
) -> None:
    from kiemchung.desk import requests
    from kiemchung.desk.models import RequestOutcome
    from kiemchung.desk.working_days import due_after

    claim = ask(TAMARIND).claim
    assert claim is not None
    publish(claim, desk.linh, desk.an)
    slug = Review.objects.get().slug
    response = reader.post(
        f"/kiem-chung/{slug}/yeu-cau",
        {"kind": "correction", "text": "Bài ghi sai năm của nghiên cứu.", "source_url": "https://nguon.example/a"},
    )
    ticket = response["Location"]
    page = reader.get(ticket).content.decode()
    assert "Đã nhận đề nghị" in page
    asked = ReviewRequest.objects.get()
    assert asked.due_at == due_after(asked.received_at, requests.WORKING_DAYS)
    due = timezone.localtime(asked.due_at)
    assert f"hết ngày {due.day}/{due.month}/{due.year}" in page
    assert "/trang/corrections" in page, "the page names whom one can turn to"
    requests.decide(
        ReviewRequest.objects.get().pk,
        RequestOutcome.UPHELD,
        "Năm trong bài đúng như trong nghiên cứu gốc, xem trang 3.",
        actor=desk.binh,
    )
    assert "xem trang 3" in reader.get(ticket).content.decode()


def test_the_search_finds_reviews_of_all_publishers_and_nothing_for_nonsense(desk: Desk, reader: Client) -> None:
    know(("a", "Uống nước chanh nóng chữa khỏi ung thư"), ("b", "Cắm sạc điện thoại qua đêm làm hỏng pin"))
    page = reader.get("/kiem-chung", {"q": "chanh nong ung thu"}).content.decode()
    assert "nước chanh nóng" in page
    assert "sạc điện thoại" not in page
    assert (
        "nước chanh nóng" in reader.get("/kiem-chung", {"q": "ung thu"}).content.decode()
    )  # few words, but all of them
    assert "Không tìm thấy" in reader.get("/kiem-chung", {"q": "qwrtz plmk"}).content.decode()


def test_no_page_of_a_reader_changes_the_record_when_it_is_read(desk: Desk, reader: Client) -> None:
    claim = ask(TAMARIND).claim
    assert claim is not None
    publish(claim, desk.linh, desk.an)
    address = _ask(reader, TAMARIND)
    work()
    before = (Message.objects.count(), list(ShelfState.objects.values()), list(Answer.objects.values()))
    slug = Review.objects.get().slug
    for page in ("/", "/hoi", "/tra-cuu", address, f"{address}/xoa", "/kiem-chung", "/kiem-chung?q=me"):
        assert reader.get(page).status_code == 200
    for page in (f"/kiem-chung/{slug}", f"/kiem-chung/{slug}/ban/1", f"/kiem-chung/{slug}/yeu-cau", "/trang/method"):
        assert reader.get(page).status_code == 200
    assert before == (Message.objects.count(), list(ShelfState.objects.values()), list(Answer.objects.values()))
    assert Shelf.REVIEWS in str(before)


def test_asvs_65_nobody_keeps_a_copy_of_a_ticket(desk: Desk, reader: Client) -> None:
    address = _ask(reader, TAMARIND)
    for page in (address, f"{address}/xoa"):
        assert reader.get(page)["Cache-Control"] == "no-store"
        assert "noindex" in reader.get(page).content.decode()


def test_asvs_21_a_burst_of_questions_is_told_to_wait_and_nothing_is_stored(desk: Desk, reader: Client) -> None:
    answers = [reader.post("/hoi", {"text": f"Tin số {number}"}) for number in range(25)]
    refused = [one for one in answers if one.status_code == 429]
    assert len(refused) >= 3
    assert int(refused[-1]["Retry-After"]) > 0
    assert Message.objects.count() == len(answers) - len(refused)


def test_a_file_is_sent_with_the_form_and_shown_as_what_was_sent(desk: Desk, reader: Client) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    sent = SimpleUploadedFile("../../<b>me.png", b"not a picture", content_type="image/png")
    response = reader.post("/hoi", {"text": "", "file": sent, "once": "file-0123456789-0123456789"})
    assert Job.objects.get(kind=intake.ANSWER_JOB).state == State.WAITING, "a page decodes no file (ASVS 67)"
    assert "<h1>Đang tra cứu" in reader.get(response["Location"]).content.decode()
    work()
    page = reader.get(response["Location"]).content.decode()
    assert "Không đọc được tệp này" in page
    assert "me.png" not in page
    assert reader.post("/hoi", {"text": "", "file": SimpleUploadedFile("a.png", b"")}).status_code == 422


def test_asvs_67_readers_with_files_wait_in_two_threads_at_most(
    desk: Desk, reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    waited: list[int] = []

    def waits(job_id: int, *, within_s: float) -> bool:
        waited.append(job_id)
        if len(waited) < 3:
            send()
        return False

    def send() -> None:
        sent = SimpleUploadedFile("a.png", b"not a picture", content_type="image/png")
        assert (
            reader.post("/hoi", {"text": "", "file": sent, "once": f"{len(waited)}-0123456789-0123456"}).status_code
            == 302
        )

    monkeypatch.setattr(ask_page, "has_ended", waits)
    send()
    assert len(waited) == 2
    assert Message.objects.count() == 3


def test_r25_a_question_that_its_asker_deletes_is_in_no_file_of_the_database(desk: Desk, reader: Client) -> None:
    if connection.vendor != "sqlite":
        return  # PostgreSQL keeps dead rows until it vacuums: docs/running.md
    canary = "chuối hột ngâm xăng zxqv"
    where = _ask(reader, f"Bí mật tuyệt đối: {canary} trị sỏi thận")
    database = Path(connection.settings_dict["NAME"])

    def in_the_files() -> bool:
        return any(canary.encode() in path.read_bytes() for path in database.parent.glob(f"{database.name}*"))

    assert in_the_files()
    reader.post(where + "/xoa")
    assert not in_the_files()


def test_a_question_whose_turn_does_not_come_is_left_to_a_worker(
    desk: Desk, reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    know(("a", "Bôi kem đánh răng lên vết bỏng giúp dịu đau"))
    monkeypatch.setattr(ask_page, "_WAITS_FOR_A_WORKER_S", 0.01)
    with ask_page._answers_here:
        where = _ask(reader, "Bôi kem đánh răng lên vết bỏng giúp dịu đau?")
    assert Job.objects.get(kind=intake.ANSWER_JOB).state == State.WAITING
    assert "<h1>Đang tra cứu" in reader.get(where).content.decode()
    work()
    assert "<h1>Đang tra cứu" not in reader.get(where).content.decode()


@pytest.mark.slow
def test_readers_whose_turn_does_not_come_wait_for_a_worker_in_three_threads_at_most(
    desk: Desk, reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[int] = []

    def waits(job_id: int, *, within_s: float) -> bool:
        waited.append(job_id)
        if len(waited) < 6:
            _ask(reader, f"Tin số {len(waited)} chưa ai hỏi")
        return False

    monkeypatch.setattr(ask_page, "has_ended", waits)
    began = time.monotonic()
    with ask_page._answers_here:
        _ask(reader, "Tin đầu tiên chưa ai hỏi")
    assert len(waited) == 3
    assert time.monotonic() - began < 4, "four turns of half a second; two seconds each took eight"
    assert Message.objects.count() == 4


def test_what_may_be_meant_is_compared_and_not_called_the_same(desk: Desk, reader: Client) -> None:
    know(("a", "Bôi kem đánh răng lên vết bỏng giúp dịu đau và không để lại sẹo"), ("b", "Gạo bán ở chợ làm từ nhựa"))
    page = reader.get(
        _ask(reader, "Bà nội bảo phỏng thì lấy kem đánh răng trát lên cho mát, khỏi sẹo")
    ).content.decode()
    assert "<h1>Có thể tin này đã được kiểm chứng</h1>" in page
    assert "Chưa ai kiểm chứng" not in page
    assert "Có thể là một trong những bài này" in page
    assert "Giống và khác ở đâu" in page
    assert "Vì sao đây là cùng một nhận định" not in page
