"""Links are found in messages as people write them, and only links."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiemchung.engine.lookalikes.links import MOST_LINKS, hosts_in


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


def test_a_flood_of_links_is_cut() -> None:
    assert len(hosts_in(" ".join(f"host{n}.vn" for n in range(1000)))) == MOST_LINKS


@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=200))
def test_no_text_raises(text: str) -> None:
    assert isinstance(hosts_in(text), list)


def test_a_long_text_without_links_takes_no_time() -> None:
    assert hosts_in("a" * 200_000 + "." * 1000) == []
    assert hosts_in("a." * 100_000) == []
