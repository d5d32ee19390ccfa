"""`kiemchung check` warns of links that imitate an organisation, before and beside the review."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kiemchung import check_many
from kiemchung.cli.parser import build_parser
from kiemchung.collection.store import Collection
from tests.cli.command import kiemchung

SCAM = "Vietcombank tri ân khách hàng, nhận quà tại http://vietcombank-quatang.top/nhan nhé cả nhà"


def test_a_message_with_a_link_is_warned_of(home: Path) -> None:
    done = kiemchung(home, "check", "--json", SCAM, "--lang", "vi")
    [found] = done.rows[0]["lookalikes"]
    assert done.code == 0
    assert found["name"] == "http://vietcombank-quatang.top/nhan"
    assert found["organisation"] == {"id": "vietcombank", "name": "Vietcombank", "domains": ["vietcombank.com.vn"]}
    assert found["probability"] > 0.9
    assert "kèm từ hay gặp trong lừa đảo: quatang" in [reason["text"] for reason in found["reasons"]]


@pytest.mark.parametrize(
    ("lang", "said"), [("vi", "có dấu hiệu mạo danh Vietcombank"), ("en", "seems to imitate Vietcombank")]
)
def test_the_warning_stands_before_the_review(home: Path, lang: str, said: str) -> None:
    text = "Uống nước chanh nóng chữa khỏi ung thư http://vietcombank-quatang.top/nhan"
    done = kiemchung(home, "check", text, "--lang", lang)
    warned, _, review = " ".join(done.out.split()).partition(said)
    assert "vietcombank.com.vn" in review
    assert "✘" in review  # the rating of the review, after the warning
    assert "✘" not in warned


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_warning_needs_no_collection(empty: Path, lang: str) -> None:
    done = kiemchung(empty, "check", SCAM, "--lang", lang)
    said = "có dấu hiệu mạo danh Vietcombank" if lang == "vi" else "seems to imitate Vietcombank"
    assert said in " ".join(done.out.split())
    assert (done.code, "kiemchung import starter" in done.err) == (4, True)
    assert not empty.exists()


def test_a_warning_needs_no_reviews_in_the_collection(home: Path, empty: Path) -> None:
    with Collection.open(empty):
        pass
    done = kiemchung(empty, "check", SCAM)
    assert (done.code, "seems to imitate Vietcombank" in " ".join(done.out.split())) == (4, True)
    assert "The collection is empty" in done.err


def test_without_a_collection_each_message_is_still_one_object(empty: Path) -> None:
    done = kiemchung(empty, "check", "--json", "--lines", "-", given=f"chào cả nhà\n{SCAM}\n".encode())
    assert [(row["outcome"], row["matches"], len(row["lookalikes"])) for row in done.rows] == [
        (None, [], 0),
        (None, [], 1),
    ]
    assert (done.code, done.err.count("kiemchung import starter")) == (4, 1)
    assert kiemchung(empty, "check", "chào cả nhà").out == ""


def test_an_organisations_own_domain_is_called_so(home: Path) -> None:
    text = "xem https://www.vietcombank.com.vn/vi-VN"
    [own] = kiemchung(home, "check", "--json", text).rows[0]["official"]
    assert (own["name"], own["organisation"]["id"]) == ("https://www.vietcombank.com.vn/vi-VN", "vietcombank")
    said = " ".join(kiemchung(home, "check", text, "--lang", "vi").out.split())
    assert "là tên miền chính thức của Vietcombank. Điều đó không nói gì về nội dung của tin." in said


def test_one_official_domain_is_not_called_several(home: Path) -> None:
    assert "Official domain: vietcombank.com.vn" in kiemchung(home, "check", "vietcombank-otp.top").out
    assert (
        "Official domains: techcombank.com.vn, techcombank.com" in kiemchung(home, "check", "techcombank-otp.top").out
    )


def test_a_bare_link_is_judged_by_its_address_and_not_opened(home: Path) -> None:
    done = kiemchung(home, "check", "--json", "https://bidv.com.vn@evil.top/")
    [found] = done.rows[0]["lookalikes"]
    assert (found["organisation"]["id"], found["reasons"][0]["code"]) == ("bidv", "name_before_at")


@pytest.mark.parametrize(
    "text",
    [
        "https://www.vietcombank.com.vn/vi-VN",
        "xem vnexpress.net",
        "chào cả nhà",
        "giá 5.000 đồng",
        "a@vietcombank.com.vn",
    ],
)
def test_official_and_other_links_are_not_warned_of(home: Path, text: str) -> None:
    assert kiemchung(home, "check", "--json", text).rows[0]["lookalikes"] == []


def test_the_organisations_can_be_ones_own(home: Path, tmp_path: Path) -> None:
    ours = tmp_path / "ours.jsonl"
    ours.write_text(json.dumps({"id": "gm", "name": "Gotmart", "domains": ["gotmart.vn"]}), encoding="utf-8")
    done = kiemchung(home, "check", "--json", "gotmart-quatang.top", KIEMCHUNG_ORGANISATIONS=str(ours))
    assert done.rows[0]["lookalikes"][0]["organisation"]["id"] == "gm"
    done = kiemchung(home, "check", "gotmart-quatang.top", KIEMCHUNG_ORGANISATIONS=str(tmp_path / "nowhere"))
    assert (done.code, "KIEMCHUNG_ORGANISATIONS names" in done.err) == (2, True)


def test_the_library_says_the_same(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KIEMCHUNG_ORGANISATIONS", raising=False)
    [answer, plain] = check_many([SCAM, "chào cả nhà"], home=home)
    assert [one.organisation_id for one in answer.lookalikes] == ["vietcombank"]
    assert plain.lookalikes == ()


def test_the_parser_still_knows_every_command() -> None:
    assert build_parser().parse_args(["lookalike", "x"]).given == ["x"]
