"""Addresses: what a web address really names, and whether it lies on the public internet."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiemchung.engine.addresses import AddressError, is_public, literal, target_of


@pytest.mark.parametrize(
    "address",
    [
        *["0.1.2.3", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.9.9.9", "169.254.169.254"],
        *[
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.1",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
        ],
        *["198.51.100.1", "203.0.113.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255"],
        *[
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "::8.8.8.8",
            "64:ff9b::7f00:1",
            "64:ff9b::808:808",
        ],
        *["64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "2002:808:808::1", "3fff::1"],
        *["fc00::1", "fd12::1", "fe80::1", "fec0::1", "ff02::1", "4000::1", "::ffff:0:127.0.0.1"],
    ],
)
def test_nothing_but_the_public_internet_is_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "8.8.8.8", "171.244.0.1", "2606:4700::1111", "2a00:1450::1"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        *[
            "http://2130706433/",
            "http://0x7f000001/",
            "http://0x7f.1/",
            "http://017700000001/",
            "http://127.1/",
        ],
        *["http://0177.0.0.1/", "http://0/", "http://127.0.0.01/", "http://1.2.3.4.5/", "http://256.1.1.1/"],
        *["http://①②⑦.1/", "http://0x/", "http://a.0x7f/"],
    ],
)
def test_a_host_that_is_a_number_in_an_unusual_spelling_is_refused(url: str) -> None:
    with pytest.raises(AddressError, match="unusual spelling"):
        target_of(url)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://127.0.0.1/", "127.0.0.1"),
        ("http://１２７.０.０.１/", "127.0.0.1"),
        ("http://127。0。0。1/", "127.0.0.1"),
        ("http://127.0.0.1./", "127.0.0.1"),
        ("http://[::1]/", "::1"),
        ("http://[::FFFF:127.0.0.1]/", "::ffff:127.0.0.1"),
        ("http://ⓛocalhost./", "localhost"),
        ("https://Báo-Mới.example/", "xn--bo-mi-xqa5384c.example"),
        ("https://BÁO-MỚI.EXAMPLE/", "xn--bo-mi-xqa5384c.example"),
    ],
)
def test_the_host_is_seen_for_what_it_is(url: str, host: str) -> None:
    assert target_of(url).host == host


@pytest.mark.parametrize(
    "url",
    [
        *[
            "ftp://a.example/",
            "file:///etc/hosts",
            "javascript:alert(1)",
            "gopher://a/",
            "//a.example",
            "a.example",
        ],
        *[
            "http://user@a.example/",
            "http://a:b@a.example/",
            "http://a.example@127.0.0.1/",
            "http://@a.example/",
        ],
        *[
            "http://a.example\\@127.0.0.1/",
            "http://a.example /",
            "http://a.exa\tmple/",
            "http://a\r\nHost: b/",
        ],
        *[
            "http://a.example\x00/",
            "http:///x",
            "http://",
            "http://a..example/",
            "http://.a/",
            "http://a_%31/",
        ],
        *["http://[::1/", "http://[fe80::1%25eth0]/", "http://[::1]x/", "http://[127.0.0.1]/", "http://a:b/"],
        *["http://a.example:99999/", "http://" + "a" * 64 + ".example/", "http://" + "a." * 130 + "b/"],
        *["http://-a.example/", "http://a\u200b\u202e.example/\u202e" * 9000, "http://a／b.example/"],
    ],
)
def test_whatever_is_not_a_plain_web_address_is_refused(url: str) -> None:
    with pytest.raises(AddressError):
        target_of(url)


def test_the_request_is_plain_ascii() -> None:
    target = target_of("https://bao.example:443/tìm kiếm?q=chữa bệnh#đoạn".replace(" ", "%20"))
    assert target.target == "/t%C3%ACm%20ki%E1%BA%BFm?q=ch%E1%BB%AFa%20b%E1%BB%87nh"
    assert (target.authority, target.url) == ("bao.example", f"https://bao.example{target.target}")
    assert target_of("http://bao.example").target == "/"
    assert target_of("http://[2606:4700::1]:8080/").authority == "[2606:4700::1]:8080"


@given(st.text(max_size=30), st.sampled_from(["", "http://", "https://a.example/", "http://a.example:"]))
def test_any_text_names_a_host_or_is_refused(text: str, start: str) -> None:
    try:
        target = target_of(start + text)
    except AddressError:
        return
    assert target.url.isascii()
    assert not set(target.url) & set(" \r\n\t\\@" if "@" not in text else " \r\n\t\\")
    assert target_of(target.url) == target
    assert literal(target.host) is None or is_public(ipaddress.ip_address(target.host)) in (True, False)
