"""The pages about the desk: of two who publish at once one does, and the other is told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from kiemchung.desk import pages, record
from kiemchung.desk.errors import ConflictError
from kiemchung.desk.models import Page, PageKind, Shelf, ShelfState
from tests.desk.conftest import Desk

TEXT = (
    "Chúng tôi tìm nguồn gốc, hỏi người có thẩm quyền, đọc tài liệu gốc và ghi lại từng bước để ai cũng kiểm lại được."
)


def test_who_publishes_a_page_that_somebody_else_has_just_published_is_told_so(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = record.lock

    def another_was_first(shelf: Shelf) -> ShelfState:
        Page.objects.create(kind=PageKind.METHOD, lang="en", number=2, text=TEXT, written_by=desk.ha)
        return lock(shelf)

    monkeypatch.setattr(record, "lock", another_was_first)
    with pytest.raises(ConflictError):
        pages.write_page(PageKind.METHOD, "vi", TEXT, actor=desk.ha)
    assert pages.method_version() == 1, "what the test wrote in the same transaction went with it"
    monkeypatch.undo()
    assert pages.write_page(PageKind.METHOD, "vi", TEXT, actor=desk.ha).number == 2


def test_many_who_publish_a_page_at_once_make_versions_of_different_numbers_or_are_told(desk: Desk) -> None:
    together = Barrier(6)

    def write(number: int) -> int:
        try:
            together.wait(20)
            return pages.write_page(PageKind.METHOD, ("vi", "en")[number % 2], TEXT, actor=desk.ha).number
        except ConflictError:
            return 0
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as threads:
        written = sorted(filter(None, threads.map(write, range(6))))
    assert written == list(range(2, 2 + len(written)))
    assert written
