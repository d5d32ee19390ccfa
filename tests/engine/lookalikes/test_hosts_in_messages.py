"""Links are found in messages as people write them, and only links."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiemchung.checking import about_links
from kiemchung.engine.lookalikes.links import hosts_in, mails_in


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("Vào https://vcb-diem.top/login?x=1 để nhận quà!", ["https://vcb-diem.top/login?x=1"]),
        ("vcb-diem.top.", ["vcb-diem.top"]),
        ("(xem vietcọmbank.com)", ["vietcọmbank.com"]),
        ("HTTP://BIDV.COM.VN@evil.top/", ["HTTP://BIDV.COM.VN@evil.top/"]),
        ("hxxps://bank[.]top/a và bank(.)vip", ["https://bank.top/a", "bank.vip"]),
        ("truy cập vcb chấm com", []),
        ("vcb[chấm]com", ["vcb.com"]),
        ("“shopee。top”", ["shopee。top"]),
        ("gọi 0912.345.678, giá 5.000 đồng, ông A.B.C", []),
        ("thư về ho.tro@vietcombank.com.vn nhé", []),
        ("a.vn a.vn b.vn", ["a.vn", "b.vn"]),
        ("", []),
    ],
)
def test_links_are_found(text: str, links: list[str]) -> None:
    assert hosts_in(text) == links


def test_every_link_of_a_flood_is_found_and_judged() -> None:
    flood = " ".join(f"host{n}.vn" for n in range(30_000))
    began = time.perf_counter()
    assert len(hosts_in(flood)) == 30_000
    assert time.perf_counter() - began < 5
    found = about_links(" ".join(f"host{n}.vn" for n in range(200)) + " vietcombank-login.top")
    assert [one.name for one in found.lookalikes] == ["vietcombank-login.top"]


@pytest.mark.parametrize("hidden", ["\u200b", "\u00ad", "\u2060", "\ufeff", "\u200d", "\u202e", "\U000e0041"])
def test_what_nobody_sees_hides_no_host(hidden: str) -> None:
    name = f"vietcom{hidden}bank-lo{hidden}gin.top"
    assert hosts_in(f"vào {name} ngay") == [name]
    (found,) = about_links(f"vào {name} ngay").lookalikes
    assert "hidden_characters" in [reason.code for reason in found.reasons]
    assert about_links(f"evil{hidden}vietcombank.com.vn").official == ()


def test_what_nobody_sees_may_end_a_link() -> None:
    assert hosts_in("a.vn\u200bxem b.vn\u200b\u200b, c\u200b.vn") == ["a.vn", "b.vn", "c\u200b.vn"]


def test_a_host_in_decomposed_letters_is_found_whole() -> None:
    assert hosts_in(unicodedata.normalize("NFD", "xem vietcọmbank.com.vn")) == ["vietcọmbank.com.vn"]


@pytest.mark.parametrize(
    ("text", "mails"),
    [
        ("Thư về ho-tro@vietcombank-login.top.", {"ho-tro@vietcombank-login.top": "vietcombank-login.top"}),
        ("mailto:a.b+c@d.vn; x@y", {"a.b+c@d.vn": "d.vn"}),
        ("bank.com.vn@evil.top", {"bank.com.vn@evil.top": "https://bank.com.vn@evil.top"}),
        ("a@b.c.vn a@b.c.vn", {"a@b.c.vn": "b.c.vn"}),
        ("https://a@b.vn a.vn", {}),
    ],
)
def test_mail_addresses_are_found(text: str, mails: dict[str, str]) -> None:
    assert mails_in(text) == mails


def test_a_user_name_before_a_path_belongs_to_a_link() -> None:
    assert hosts_in("vào bank.com.vn@evil.top/dang-nhap, a@b.vn:8080") == [
        "bank.com.vn@evil.top/dang-nhap",
        "a@b.vn:8080",
    ]


def test_a_mail_host_that_imitates_warns_and_an_official_one_says_nothing() -> None:
    found = about_links("Gửi ho-tro@vietcombank-login.top hoặc ho-tro@vietcombank.com.vn, ai.do@gmail.com")
    assert [one.name for one in found.lookalikes] == ["ho-tro@vietcombank-login.top"]
    assert found.official == ()
    assert about_links("vietcombank.com.vn@evil.top").lookalikes
    assert about_links("abc@vietcọmbank.com.vn").lookalikes


@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=200))
def test_no_text_raises(text: str) -> None:
    assert isinstance(hosts_in(text), list)
    assert isinstance(mails_in(text), dict)


def test_a_long_text_without_links_takes_no_time() -> None:
    assert hosts_in("a" * 200_000 + "." * 1000) == []
    assert hosts_in("a." * 100_000) == []
    assert hosts_in("a@" * 100_000) == []
    assert hosts_in("a+" * 100_000) == []
    assert hosts_in("\u200ba" * 50_000) == []
