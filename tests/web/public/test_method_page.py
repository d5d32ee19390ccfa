"""The method is open: its versions, what each review followed, and how often the machine is wrong (R8)."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from kiemchung.desk import pages
from kiemchung.desk.models import PageKind, ReviewVersion
from kiemchung.engine.measured import measured
from kiemchung.version import VERSION
from kiemchung.web.public.measured import as_data, groups
from tests.desk.conftest import Desk
from tests.desk.newsroom import TAMARIND, ask, correct, publish, wording

OLD = "Chúng tôi hỏi hai nguồn độc lập và ghi lại từng bước, rồi một người khác đọc lại và đăng."
NEW = "Từ nay chúng tôi hỏi ba nguồn độc lập, ghi lại từng bước, rồi một người khác đọc lại và đăng."
ENGLISH = "From now on we ask three independent sources, write down every step, and somebody else publishes."


@pytest.fixture
def reader() -> Client:
    return Client(headers={"accept-language": "vi"})


@pytest.fixture
def english() -> Client:
    return Client(headers={"accept-language": "en"})


def text_of(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def method_of(client: Client, path: str) -> str:
    """Follow the link from a review to its method."""
    found = re.search(r'href="(/trang/method/ban/\d+)"', text_of(client, path))
    assert found
    return text_of(client, found.group(1))


def test_r8_a_review_keeps_showing_the_method_it_followed(desk: Desk, reader: Client) -> None:
    pages.write_page(PageKind.METHOD, "vi", OLD, actor=desk.ha)
    claim = ask(TAMARIND).claim
    assert claim is not None
    version = publish(claim, desk.linh, desk.an)
    path = f"/kiem-chung/{version.review.slug}"
    pages.write_page(PageKind.METHOD, "vi", NEW, actor=desk.ha)
    correct(claim, desk.linh, desk.an, wording("mixed"), "Có thêm một nghiên cứu.")
    first, second = ReviewVersion.objects.order_by("number")
    assert second.method_version == first.method_version + 1
    assert f"bản {first.method_version}" in text_of(reader, f"{path}/ban/1")
    assert OLD in method_of(reader, f"{path}/ban/1")
    assert NEW in method_of(reader, path)
    assert NEW in text_of(reader, "/trang/method")


def test_r8_a_method_written_later_in_another_language_is_not_shown_as_the_one_followed(
    desk: Desk, english: Client
) -> None:
    pages.write_page(PageKind.METHOD, "vi", OLD, actor=desk.ha)
    claim = ask(TAMARIND).claim
    assert claim is not None
    version = publish(claim, desk.linh, desk.an)
    pages.write_page(PageKind.METHOD, "en", ENGLISH, actor=desk.ha)
    shown = method_of(english, f"/kiem-chung/{version.review.slug}")
    assert OLD in shown
    assert ENGLISH not in shown
    assert ENGLISH in text_of(english, "/trang/method")


def test_r8_a_version_that_is_not_in_the_reader_s_language_stands_beside_the_page_of_then(
    desk: Desk, english: Client, reader: Client
) -> None:
    pages.write_page(PageKind.METHOD, "en", ENGLISH, actor=desk.ha)
    number = pages.write_page(PageKind.METHOD, "vi", OLD, actor=desk.ha).number
    shown = text_of(english, f"/trang/method/ban/{number}")
    assert ENGLISH in shown
    assert f"Version {number} was written in another language" in shown
    assert f'<div lang="vi"><p>{OLD}' in shown
    assert "ngôn ngữ khác" not in text_of(reader, f"/trang/method/ban/{number}")


def test_r8_an_older_version_says_that_it_is_not_the_current_one(desk: Desk, reader: Client) -> None:
    older = pages.write_page(PageKind.METHOD, "vi", OLD, actor=desk.ha).number
    newest = pages.write_page(PageKind.METHOD, "vi", NEW, actor=desk.ha).number
    assert "không phải phiên bản hiện tại" in text_of(reader, f"/trang/method/ban/{older}")
    assert "không phải phiên bản hiện tại" not in text_of(reader, f"/trang/method/ban/{newest}")
    assert reader.get(f"/trang/method/ban/{newest + 1}").status_code == 404
    assert reader.get("/trang/method/ban/0").status_code == 404


def test_r8_the_method_page_says_how_often_the_running_version_is_wrong(
    desk: Desk, reader: Client, english: Client
) -> None:
    page = text_of(reader, "/trang/method")
    assert f"kiemchung {VERSION}" in page
    assert "0 trên 159" in page
    assert "nhiều nhất 24" in page  # of a thousand: 0.0236, never rounded to what looks better
    assert "10 trên 26.311" in page
    assert "96,6 %" in page
    assert "95 % certainty at most 24." in text_of(english, "/trang/method")
    assert "10 of 26,311" in text_of(english, "/trang/method")
    assert "0 trên 159" not in text_of(reader, "/trang/about")


def test_every_figure_has_its_words() -> None:
    shown = [one.figure.id for group in groups() for one in group.shown]
    assert sorted(shown) == sorted(figure.id for figure in measured().figures)


def test_r8_programs_read_the_same_figures(desk: Desk, reader: Client) -> None:
    data = reader.get("/sai-so.json").json()
    assert data == as_data()
    assert (data["running_version"], data["measured_version"]) == (VERSION, VERSION)
    wrong = next(figure for figure in data["figures"] if figure["id"] == "text_wrong")
    assert (wrong["count"], wrong["of"], wrong["kind"], wrong["document"]) == (0, 159, "error", "claims.md")
    assert data["limits"]["wrong_answers"] == 0.005


def test_a_site_with_an_encoder_says_that_the_figures_are_without_it(
    desk: Desk, reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "bộ mã hóa" not in text_of(reader, "/trang/method")
    monkeypatch.setenv("KIEMCHUNG_ENCODER", "/somewhere")
    assert "bộ mã hóa" in text_of(reader, "/trang/method")
