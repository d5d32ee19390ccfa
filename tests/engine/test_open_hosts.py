"""Where several publishers share a host, each has a part of it."""

from __future__ import annotations

import pytest

from kiemchung.engine.open_hosts import own_site_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://storage.googleapis.com/kiem/a.html", "https://storage.googleapis.com/khac/feed.json"),
        ("https://s3.ap-southeast-1.amazonaws.com/kiem/a", "https://s3.ap-southeast-1.amazonaws.com/khac/a"),
        ("https://raw.githubusercontent.com/kiem/a/main/x", "https://raw.githubusercontent.com/khac/a/main/x"),
        ("https://sites.google.com/view/kiem/a", "https://sites.google.com/view/khac/a"),
        ("https://medium.com/@kiem/a", "https://medium.com/@khac/a"),
        ("https://www.facebook.com/kiem/posts/1", "https://vi-vn.facebook.com/khac/posts/1"),
        ("https://drive.google.com/file/d/1", "https://drive.google.com/file/d/2"),
        ("https://kiem.github.io/a", "https://khac.github.io/a"),
    ],
)
def test_two_publishers_on_a_host_that_they_share_are_two(one: str, other: str) -> None:
    assert own_site_of(one) != own_site_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://storage.googleapis.com/kiem/2026/a.html", "https://storage.googleapis.com/kiem/feed.json"),
        ("https://sites.google.com/view/kiem/a", "https://sites.google.com/view/kiem/feed"),
        ("https://kiem.medium.com/a", "https://kiem.medium.com/feed"),
        ("https://kiem.s3.amazonaws.com/a", "https://kiem.s3.amazonaws.com/feed.json"),
        ("https://www.kiem.example/a", "https://kiem.example/feed.json"),
        ("https://kiem.github.io/a", "https://kiem.github.io/feed.json"),
    ],
)
def test_two_pages_of_one_publisher_are_of_one_site(one: str, other: str) -> None:
    assert own_site_of(one) == own_site_of(other)


@pytest.mark.parametrize("url", ["", "x", "http://[::1"])
def test_what_has_no_host_has_no_site(url: str) -> None:
    assert own_site_of(url) == ""
