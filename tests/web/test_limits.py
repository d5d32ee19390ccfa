"""How often something may be asked for (ASVS 21), counted by keys that say nothing about a caller (R26)."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_network

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from kiemchung.web import limits
from kiemchung.web.callers import is_on_this_machine, key_of_caller
from kiemchung.web.limits import LIMITS, Buckets, Rate, limited
from tests.jobs.conftest import Hands

PROXIES = (ip_network("10.0.0.0/8"),)


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_is_emptied_at_once_and_fills_again_with_time() -> None:
    clock = Seconds()
    buckets = Buckets(Rate(burst=3, every_s=10), clock)
    assert [buckets.take("a") for _ in range(5)] == [0, 0, 0, 10, 10]
    assert buckets.take("b") == 0
    clock.now = 4
    assert buckets.take("a") == pytest.approx(6)
    clock.now = 10
    assert [buckets.take("a"), buckets.take("a")] == [0, 10]
    clock.now = 10_000
    assert [buckets.take("a") for _ in range(4)] == [0, 0, 0, 10]


def test_a_clock_that_goes_back_takes_nothing_away() -> None:
    clock = Seconds()
    clock.now = 100
    buckets = Buckets(Rate(burst=2, every_s=10), clock)
    buckets.take("a")
    clock.now = 0
    assert buckets.take("a") == 0


def test_the_memory_of_buckets_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_MOST_KEYS", 100)
    buckets = Buckets(Rate(burst=1, every_s=1))
    for number in range(1000):
        buckets.take(str(number))
    assert len(buckets._kept) == 100
    assert buckets.take("999") > 0


def test_asvs_21_who_asks_too_often_is_told_when_to_come_back() -> None:
    @limited("a test", Rate(burst=2, every_s=30))
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse("done")

    def ask(caller: str, method: str = "POST") -> HttpResponse:
        response = view(RequestFactory().generic(method, "/", REMOTE_ADDR=caller))
        assert isinstance(response, HttpResponse)
        return response

    assert [ask("one").status_code for _ in range(3)] == [200, 200, 429]
    refused = ask("one")
    assert refused["Retry-After"] == "30"
    assert "Hơi nhanh quá" in refused.content.decode()
    assert ask("one", "GET").status_code == 200
    assert ask("other").status_code == 200
    del LIMITS["a test"]


def key(peer: str, forwarded: str = "") -> str:
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    return key_of_caller(peer, headers, PROXIES)


def test_r26_a_caller_is_known_for_a_day_and_by_nothing_that_can_be_turned_back(hands: Hands) -> None:
    first = key("203.0.113.7")
    assert first == key("203.0.113.7") != key("203.0.113.8")
    assert "203" not in first
    hands.time += timedelta(days=1)
    assert key("203.0.113.7") != first


def test_asvs_36_what_a_stranger_says_of_whom_it_asks_for_is_not_believed() -> None:
    assert key("203.0.113.7", "198.51.100.1") == key("203.0.113.7")


def test_of_a_proxy_that_is_named_the_last_stranger_counts() -> None:
    assert key("10.0.0.1", "198.51.100.1") == key("198.51.100.1")
    assert key("10.0.0.1", "6.6.6.6, 198.51.100.1, 10.0.0.2") == key("198.51.100.1")
    assert key("10.0.0.1", "198.51.100.1, nonsense") == key("10.0.0.1")
    assert key("10.0.0.1") != key("10.0.0.2")


def test_a_household_has_one_key() -> None:
    assert key("2001:db8:1:2::1") == key("2001:db8:1:2:ffff::9") != key("2001:db8:1:3::1")
    assert key("::ffff:203.0.113.7") == key("203.0.113.7")


def test_this_machine_is_known_unless_it_passes_something_on() -> None:
    assert is_on_this_machine("127.0.0.1", [])
    assert is_on_this_machine("::1", [])
    assert not is_on_this_machine("127.0.0.1", [(b"x-forwarded-for", b"203.0.113.7")])
    assert not is_on_this_machine("127.0.0.1", [(b"via", b"1.1 proxy")])
    assert not is_on_this_machine("203.0.113.7", [])


def test_asvs_21_head_counts_as_get() -> None:
    @limited("a test of heads", Rate(burst=2, every_s=30), methods=("GET",))
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    asked = [RequestFactory().head("/"), RequestFactory().get("/"), RequestFactory().head("/")]
    assert [view(one).status_code for one in asked] == [200, 200, 429]
    del LIMITS["a test of heads"]
