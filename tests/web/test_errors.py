"""What is shown when something goes wrong: a way on, in the reader's language, and nothing about the cause."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404
from django.test import Client

from kiemchung.jobs.transactions import DatabaseBusyError
from kiemchung.web.public import start

KINDS: list[tuple[Callable[[], Exception], int, str, str]] = [
    (lambda: SuspiciousOperation("geheim"), 400, "Chúng tôi chưa hiểu yêu cầu này", "We did not understand that"),
    (lambda: PermissionDenied("geheim"), 403, "Bạn không vào được trang này", "This is not open to you"),
    (lambda: Http404("geheim"), 404, "Không có trang này", "There is no such page"),
    (lambda: RequestDataTooBig("geheim"), 413, "Tệp hoặc tin này lớn quá", "That is more than we can take"),
    (lambda: RuntimeError("geheim"), 500, "Có lỗi ở phía chúng tôi", "Something went wrong here"),
    (lambda: OperationalError("geheim"), 503, "Trang sẽ trở lại ngay", "Back in a moment"),
    (lambda: DatabaseBusyError("geheim", "geheim"), 503, "Trang sẽ trở lại ngay", "Back in a moment"),
]


@pytest.mark.parametrize(("make", "status", "vietnamese", "english"), KINDS, ids=[str(row[1]) for row in KINDS])
def test_asvs_73_an_error_is_a_page_without_a_detail(
    reader: Client,
    monkeypatch: pytest.MonkeyPatch,
    make: Callable[[], Exception],
    status: int,
    vietnamese: str,
    english: str,
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise make()

    monkeypatch.setattr(start, "render", fail)
    reader.raise_request_exception = False
    for language, words in (("vi", vietnamese), ("en", english)):
        answer = reader.get("/", headers={"accept-language": language})
        page = answer.content.decode()
        assert answer.status_code == status
        assert f"<h1>{words}</h1>" in page
        assert "geheim" not in page
        assert answer["Content-Security-Policy"]
        assert (status == 503) == ("Retry-After" in answer)


@pytest.mark.parametrize(
    ("path", "language", "words"),
    [
        ("/hoi", "vi", "Ở đây chỉ gửi được tối đa 32 MB."),
        ("/hoi", "en", "At most 32 MB can be sent here."),
        ("/tra-cuu", "en", "At most 1 MB can be sent here."),
        ("/desk/claims/1/sources", "vi", "Tệp của một nguồn nhiều nhất 10 MB."),
        ("/desk/claims/1/sources", "en", "A file of a source has at most 10 MB."),
    ],
)
def test_asvs_37_what_is_too_large_is_refused_by_its_announced_length_with_the_limit(
    reader: Client, path: str, language: str, words: str
) -> None:
    announced = {"content-length": "40000000", "accept-language": language}
    answer = reader.post(path, data="", content_type="multipart/form-data; boundary=x", headers=announced)
    assert (answer.status_code, words in answer.content.decode()) == (413, True)


@pytest.mark.parametrize(
    "layer",
    [
        "kiemchung.web.staff.gate.Gate.process_view",
        "kiemchung.web.staff.gate.has_second_factor",
        "kiemchung.web.staff.gate.may_work",
        "django.contrib.sessions.backends.db.SessionStore.load",
    ],
)
def test_asvs_73_when_a_check_fails_nobody_gets_in(people: Any, monkeypatch: pytest.MonkeyPatch, layer: str) -> None:
    from tests.web.cast import signed_in

    client = signed_in(people.administrator)
    client.raise_request_exception = False

    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("geheim")

    monkeypatch.setattr(layer, fail)
    answer = client.get("/desk/")
    assert answer.status_code == 500
    assert "geheim" not in answer.content.decode()
