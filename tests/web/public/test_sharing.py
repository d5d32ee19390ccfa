"""A review that is shared shows its newest state wherever it is shared."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client

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
    assert "Sửa ngày" in shared(reader, path_of(claim))["og:image:alt"]


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


def test_there_is_no_card_of_what_is_not_published(desk: Desk, reader: Client) -> None:
    ask(TAMARIND)
    assert reader.get("/kiem-chung/an-me/the.png").status_code == 404
