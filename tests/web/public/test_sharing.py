"""A review that is shared shows its newest state wherever it is shared."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client
from django.utils.formats import date_format
from django.utils.timezone import localdate

from kiemchung.desk import drafting, publishing
from kiemchung.desk.models import Claim, ReviewVersion
from tests.desk.conftest import Desk
from tests.desk.newsroom import TAMARIND, ask, correct, publish, wording


@pytest.fixture
def reader() -> Client:
    return Client(headers={"accept-language": "vi"})


@pytest.fixture
def claim(desk: Desk) -> Claim:
    claim = ask(TAMARIND).claim
    assert claim is not None
    publish(claim, desk.linh, desk.an)
    return claim


def path_of(claim: Claim) -> str:
    return f"/kiem-chung/{claim.review.slug}"


def shared(reader: Client, path: str) -> dict[str, str]:
    """What a network reads of a page."""
    page = reader.get(path).content.decode()
    found = re.findall(r'<meta (?:property|name)="((?:og|twitter):[\w:]+)" content="([^"]*)">', page)
    return {name: html.unescape(content) for name, content in found}


def today() -> str:
    return date_format(localdate(), "SHORT_DATE_FORMAT")


def withdraw(desk: Desk, claim: Claim) -> ReviewVersion:
    revision = drafting.draft_of(claim).revision
    draft = drafting.propose_withdrawal(claim.pk, "Nguồn chính đã bị thu hồi.", actor=desk.linh, revision=revision)
    drafting.submit(claim.pk, actor=desk.linh, revision=draft.revision)
    return publishing.publish(claim.pk, actor=desk.an, revision=draft.revision)


def test_a_network_finds_title_claim_and_card(desk: Desk, claim: Claim, reader: Client) -> None:
    said = shared(reader, path_of(claim))
    assert said["og:title"] == "Ăn me không làm cao thêm"
    assert said["og:description"].startswith("Chưa có nghiên cứu nào")
    assert said["og:image:alt"].startswith(f"Sai: {TAMARIND} (Kiểm Chứng, Đăng ngày ")
    assert said["twitter:card"] == "summary_large_image"
    assert (said["og:image:width"], said["og:image:height"], said["og:locale"]) == ("1200", "630", "vi_VN")
    picture = reader.get(said["og:image"].removeprefix("http://127.0.0.1:8000"))
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/png")
    assert picture.content.startswith(b"\x89PNG")


def test_a_card_is_kept_until_the_review_changes(desk: Desk, claim: Claim, reader: Client) -> None:
    before = reader.get(f"{path_of(claim)}/the.png")
    assert before["Cache-Control"] == "public, max-age=300"
    again = reader.get(f"{path_of(claim)}/the.png", headers={"if-none-match": before["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    address = shared(reader, path_of(claim))["og:image"]
    correct(claim, desk.linh, desk.an, wording("mixed"), "Có thêm một nghiên cứu.")
    after = reader.get(f"{path_of(claim)}/the.png", headers={"if-none-match": before["ETag"]})
    assert after.status_code == 200
    assert after.content != before.content
    assert shared(reader, path_of(claim))["og:image"] != address
    assert "Đúng một phần" in shared(reader, path_of(claim))["og:image:alt"]
    assert "Đính chính ngày" in shared(reader, path_of(claim))["og:image:alt"]


def test_what_was_withdrawn_is_shared_as_withdrawn_and_without_its_rating(
    desk: Desk, claim: Claim, reader: Client
) -> None:
    withdraw(desk, claim)
    said = shared(reader, path_of(claim))
    assert said["og:title"].startswith("Đã rút lại: ")
    assert said["og:image:alt"].startswith("Đã rút lại: ")
    assert "Sai" not in said["og:image:alt"]
    assert reader.get(f"{path_of(claim)}/the.png").status_code == 200
    # An older version that is shared shows the card of the newest one.
    assert shared(reader, f"{path_of(claim)}/ban/1")["og:image"] == said["og:image"]


def test_the_page_of_a_withdrawn_review_says_so_first_and_folds_away_what_it_said(
    desk: Desk, claim: Claim, reader: Client
) -> None:
    address = path_of(claim)
    withdraw(desk, claim)
    page = reader.get(address).content.decode()
    said = page[page.index("<main") :]
    assert said.index("Nguồn chính đã bị thu hồi.") < said.index("<details") < said.index("Chưa có nghiên cứu nào")
    assert 'class="rating' not in said
    assert "snippet" not in said
    assert f"Rút lại ngày {today()}." in said


def test_an_older_version_of_a_withdrawn_review_says_when_and_why_it_was_withdrawn_and_strikes_its_rating(
    desk: Desk, claim: Claim, reader: Client
) -> None:
    withdraw(desk, claim)
    older = reader.get(f"{path_of(claim)}/ban/1").content.decode()
    said = older[older.index("<main") :]
    top, rest = said.split("Kết luận khi đó:")
    assert "Bài kiểm chứng này đã được rút." in top
    assert f"Rút lại ngày {today()}." in top
    assert "Nguồn chính đã bị thu hồi." in top
    assert 'class="rating' not in top
    assert re.search(r'^</span> <s><span class="rating false large struck">.*?Sai</span></s>', rest)
    assert "snippet" not in older


def test_an_older_version_of_a_corrected_review_gives_its_rating_as_that_of_then(
    desk: Desk, claim: Claim, reader: Client
) -> None:
    assert "Kết luận khi đó:" not in reader.get(path_of(claim)).content.decode()
    correct(claim, desk.linh, desk.an, wording("mixed"), "Có thêm một nghiên cứu.")
    older = reader.get(f"{path_of(claim)}/ban/1").content.decode()
    assert "Kết luận khi đó:" in older
    assert "<s>" not in older
    assert "Kết luận khi đó:" not in reader.get(path_of(claim)).content.decode()


def test_there_is_no_card_of_what_is_not_published(desk: Desk, reader: Client) -> None:
    ask(TAMARIND)
    assert reader.get("/kiem-chung/an-me/the.png").status_code == 404


def test_r9_a_frame_shows_the_newest_version_with_its_correction(desk: Desk, claim: Claim, reader: Client) -> None:
    before = reader.get(f"{path_of(claim)}/nhung").content.decode()
    assert "Sai" in before
    assert "Đã đính chính ngày" not in before
    correct(claim, desk.linh, desk.an, wording("mixed", title="Chưa rõ me có giúp cao"), "Có thêm một nghiên cứu.")
    after = reader.get(f"{path_of(claim)}/nhung").content.decode()
    assert "Đúng một phần" in after
    assert "Chưa rõ me có giúp cao" in after
    assert "Có thêm một nghiên cứu." in after
    withdraw(desk, claim)
    last = reader.get(f"{path_of(claim)}/nhung").content.decode()
    assert "Bài kiểm chứng này đã được rút." in last
    assert "Đúng một phần" not in last


def test_asvs_28_a_frame_sets_no_cookie_and_has_no_script(claim: Claim) -> None:
    english = Client(headers={"accept-language": "en"})
    response = english.get(f"{path_of(claim)}/nhung")
    assert not response.cookies
    assert "X-Frame-Options" not in response
    assert "frame-ancestors *" in response["Content-Security-Policy"]
    assert "script-src 'none'" in response["Content-Security-Policy"]
    page = response.content.decode()
    assert "<script" not in page
    assert "<form" not in page
    assert '<html lang="vi">' in page  # the language of the review, not that of the browser
    sheet = english.get(html.unescape(re.findall(r'rel="stylesheet" href="([^"]+)"', page)[0]))
    assert len(response.content) + len(sheet.getvalue()) < 20_000


def test_asvs_28_every_other_page_of_a_review_stays_out_of_frames(claim: Claim, reader: Client) -> None:
    for path in (path_of(claim), f"{path_of(claim)}/ban/1", f"{path_of(claim)}/the.png", "/oembed", "/trang/method"):
        response = reader.get(path)
        assert "frame-ancestors 'none'" in response["Content-Security-Policy"], path
        assert response["X-Frame-Options"] == "DENY", path
    assert reader.get("/kiem-chung/khong-co/nhung").status_code == 404


def test_asvs_2_no_title_breaks_out_of_the_snippet(desk: Desk, reader: Client) -> None:
    asked = ask('Nước dừa chữa bệnh "><script>alert(1)</script> hay không nhỉ').claim
    assert asked is not None
    title = '"><script>alert(1)</script></textarea>'
    publish(asked, desk.linh, desk.an, wording(title=title, claim_reviewed=title, summary=title, body=title * 3))
    asked.refresh_from_db()
    page = reader.get(path_of(asked)).content.decode()
    assert "alert(1)</script>" not in page
    assert page.count("</textarea>") == 1
    shown = html.unescape(re.findall(r"<textarea[^>]*>(.*?)</textarea>", page, re.S)[0])
    assert "<script>" not in shown
    data = reader.get("/oembed", {"url": f"http://127.0.0.1:8000{path_of(asked)}"}).json()
    assert data["html"] == shown
    assert "<script>" not in reader.get(f"{path_of(asked)}/nhung").content.decode()


def test_programs_find_the_frame_by_the_address_of_the_review(claim: Claim, reader: Client) -> None:
    page = reader.get(path_of(claim)).content.decode()
    address = html.unescape(re.findall(r'type="application/json\+oembed" href="([^"]+)"', page)[0])
    data = reader.get(address.removeprefix("http://127.0.0.1:8000")).json()
    assert (data["version"], data["type"], data["provider_name"]) == ("1.0", "rich", "Kiểm Chứng")
    assert f"{path_of(claim)}/nhung" in data["html"]
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in data["html"]
    assert (data["width"], reader.get(f"{address}&maxwidth=300").json()["width"]) == (600, 300)
    assert reader.get(f"{address}&format=xml").status_code == 400


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/",
        "http://[",
        "https://evil.example{path}",
        "http://127.0.0.1:8000/kiem-chung",
        "javascript:{path}",
        "{path}",
    ],
)
def test_oembed_knows_no_other_address(claim: Claim, reader: Client, url: str) -> None:
    assert reader.get("/oembed", {"url": url.format(path=path_of(claim))}).status_code == 404
