"""What comes through the door, and what does not: whole bodies of bounded size, and nothing of who asks (R26, F30)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import override_settings
from django.urls import clear_url_caches, include, path

from kiemchung.web.door import _FOR_ONE_CALLER, Door, _Underway
from kiemchung.web.security.bodies import ORDINARY, takes_up_to

# The door knows no database; its threads keep their connections.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
CANARY = ("203.0.113.99", "CanaryAgent", "kanarienvogel")
SEEN: list[HttpRequest] = []
LARGE = 3_000_000


def tell(request: HttpRequest) -> HttpResponse:
    SEEN.append(request)
    return HttpResponse(f"{len(request.body)}")


def fail(request: HttpRequest) -> HttpResponse:
    raise ValueError("kanarienvogel 0912 345 678")


def stream(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(iter([b"one ", b"two"]), content_type="text/plain")


urlpatterns = [
    path("tell", tell, name="tell"),
    path("large", takes_up_to(LARGE)(lambda request: tell(request)), name="large"),
    path("fail", fail, name="fail"),
    path("stream", stream, name="stream"),
    path("", include("kiemchung.web.urls")),
]
handler400 = "kiemchung.web.errors.bad_request"
handler404 = "kiemchung.web.errors.not_found"
handler500 = "kiemchung.web.errors.server_error"
WITHOUT_CSRF = ["kiemchung.web.security.diary.Diary", "kiemchung.web.security.headers.Headers"]
WITHOUT_CSRF += ["django.middleware.locale.LocaleMiddleware", "kiemchung.web.security.refusals.Refusals"]


class Answer:
    """What the door said."""

    def __init__(self, messages: list[dict[str, Any]]) -> None:
        self.status = messages[0]["status"]
        self.headers = {name.decode(): value.decode("latin1") for name, value in messages[0]["headers"]}
        self.body = b"".join(message.get("body", b"") for message in messages[1:])


def ask(
    door: Door, where: str, parts: tuple[bytes, ...] = (b"",), method: str = "POST", query: bytes = b"", **headers: str
) -> Answer:
    """Ask as a server would pass it on, the body in parts."""
    said: list[dict[str, Any]] = []
    waiting = [
        {"type": "http.request", "body": part, "more_body": number < len(parts)} for number, part in enumerate(parts, 1)
    ]

    async def receive() -> dict[str, Any]:
        return waiting.pop(0)

    async def send(message: dict[str, Any]) -> None:
        said.append(message)

    given = {"host": "127.0.0.1:8000", **{name.replace("_", "-"): value for name, value in headers.items()}}
    scope = {
        "type": "http",
        "method": method,
        "path": where,
        "query_string": query,
        "headers": [(name.encode(), value.encode("latin1")) for name, value in given.items()],
        "client": ("203.0.113.99", 4711),
        "server": ("127.0.0.1", 8000),
        "scheme": "http",
    }
    asyncio.run(door(scope, receive, send))
    return Answer(said)


@contextmanager
def settings_of_this_file(**more: Any) -> Iterator[None]:
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=WITHOUT_CSRF, **more):
        clear_url_caches()
        yield
    clear_url_caches()


@pytest.fixture
def door(site: Path) -> Iterator[Door]:
    SEEN.clear()
    with settings_of_this_file():
        yield Door(threads=2)


def test_asvs_37_a_body_of_the_largest_size_is_taken_and_one_byte_more_is_not(door: Door) -> None:
    assert ask(door, "/tell", (b"x" * ORDINARY,)).body == str(ORDINARY).encode()
    assert ask(door, "/tell", (b"x" * (ORDINARY + 1),)).status == 413
    assert len(SEEN) == 1


def test_asvs_37_a_body_in_parts_without_a_length_is_counted_as_it_comes(door: Door) -> None:
    parts = tuple(b"x" * 100_000 for _ in range(11))
    refused = ask(door, "/tell", parts, accept_language="vi")
    assert (refused.status, "Tệp hoặc tin này lớn quá" in refused.body.decode()) == (413, True)
    assert ask(door, "/tell", parts[:10]).body == b"1000000"


def test_asvs_37_what_a_header_announces_is_refused_before_it_comes(door: Door) -> None:
    assert ask(door, "/tell", (b"",), content_length="99999999999").status == 413


def test_a_view_may_take_more(door: Door) -> None:
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=LARGE):
        assert ask(door, "/large", (b"x" * LARGE,)).body == str(LARGE).encode()
    assert ask(door, "/large", (b"x" * LARGE, b"x")).status == 413


def test_r26_nothing_behind_the_door_knows_who_asks(door: Door) -> None:
    personal = {
        "user_agent": "CanaryAgent/1",
        "x_forwarded_for": "203.0.113.99",
        "x_real_ip": "203.0.113.99",
        "forwarded": "for=203.0.113.99",
        "via": "1.1 203.0.113.99",
        "sec_ch_ua_model": "CanaryAgent",
        "from": "kanarienvogel@example",
    }
    ask(door, "/tell", (b"",), "POST", b"", **personal)
    known = str(sorted((key, str(value)) for key, value in SEEN[0].META.items()))
    assert not [word for word in CANARY if word in known]
    assert len(SEEN[0].META["REMOTE_ADDR"]) == 32


def test_r26_asvs_70_72_73_the_log_says_what_failed_and_nothing_about_who_or_what(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    failed = ask(door, "/fail", query=b"q=kanarienvogel", user_agent="CanaryAgent/1", accept_language="en")
    ask(door, "/no/kanarienvogel", query=b"q=kanarienvogel")
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("kiemchung")]
    assert ours[0].startswith("error in a page: ValueError at test_door.py:")
    assert ours[1].startswith("POST fail 500 ")
    assert ours[2].startswith("POST - 404 ")
    assert not [word for word in CANARY if word in " ".join(ours)]
    assert failed.status == 500
    assert "ValueError" not in failed.body.decode()
    assert "Something went wrong here" in failed.body.decode()


def test_asvs_36_a_request_says_nothing_about_its_own_security(door: Door) -> None:
    ask(door, "/tell", x_forwarded_proto="https", x_forwarded_host="evil.example", x_forwarded_port="1")
    assert not SEEN[0].is_secure()
    assert SEEN[0].get_host() == "127.0.0.1:8000"
    assert ask(door, "/tell", host="evil.example").status == 400


def test_a_stream_arrives_and_head_has_no_body(door: Door) -> None:
    assert ask(door, "/stream", method="GET").body == b"one two"
    assert ask(door, "/stream", method="HEAD").body == b""
    head = ask(door, "/tell", method="HEAD")
    assert (head.body, head.headers["content-length"]) == (b"", "1")


def test_f14_when_more_wait_than_can_be_served_they_are_sent_away_at_once(door: Door) -> None:
    door._for_readers.inside = door._for_readers.most_inside
    answer = ask(door, "/tell")
    assert (answer.status, answer.headers["retry-after"]) == (503, "5")


def test_f30_one_caller_sends_only_so_many_bodies_at_once_and_others_go_on(door: Door) -> None:
    bodies = door._for_readers.bodies = _Underway(2 * _FOR_ONE_CALLER)
    with ExitStack() as sending:
        taken = [sending.enter_context(bodies.one("a")) for _ in range(_FOR_ONE_CALLER + 1)]
        assert taken == [True] * _FOR_ONE_CALLER + [False]
        assert all(sending.enter_context(bodies.one(f"b{number}")) for number in range(_FOR_ONE_CALLER))
        assert not sending.enter_context(bodies.one("c"))
    assert not bodies._of, "no caller's key stays"


def test_f30_of_too_many_bodies_at_once_the_next_is_refused_and_pages_are_not(door: Door) -> None:
    door._for_readers.bodies = _Underway(0)
    assert ask(door, "/tell", (b"x",), content_length="1").status == 503
    assert ask(door, "/tell", method="GET").status == 200


def test_f30_a_request_that_breaks_off_reaches_no_view(door: Door) -> None:
    said: list[dict[str, Any]] = []
    came: list[dict[str, Any]] = [
        {"type": "http.request", "body": b"x", "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> dict[str, Any]:
        return came.pop(0)

    async def send(message: dict[str, Any]) -> None:
        said.append(message)

    scope: dict[str, Any] = {
        "type": "http",
        "method": "POST",
        "path": "/tell",
        "query_string": b"",
        "headers": [],
        "client": None,
    }
    asyncio.run(door(scope, receive, send))
    assert (said, SEEN) == ([], [])


@pytest.mark.parametrize("where", ["/\udcff", "/" + "a" * 20_000, "/%00", "/..//..//etc/passwd", "/tell\r\nX: y"])
def test_f30_odd_addresses_get_an_answer_below_500(door: Door, where: str) -> None:
    assert 400 <= ask(door, where, method="GET").status < 500
    assert ask(door, "/", query=b"\xff\xfe=1", method="GET").status == 400
    assert ask(door, "/", query=b"=1&&==&a[]=%zz&%ff=%fe", method="GET").status == 200
