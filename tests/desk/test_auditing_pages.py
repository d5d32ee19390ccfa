"""R8: no page about the desk changes without the public log showing it."""

from __future__ import annotations

from django.db import connection

from kiemchung.desk import auditing, pages
from kiemchung.desk.append_only import protect, unprotect
from kiemchung.desk.log import stored
from kiemchung.desk.models import LogEntry, LogKind, Page, PageKind
from tests.desk.conftest import Desk

TEXT = "Mỗi nhận định được đối chiếu với ít nhất hai nguồn, trong đó có một nguồn gốc, và do hai người làm."


def _codes() -> list[str]:
    return [one.code for one in auditing.check_pages(stored.rows())]


def _tamper(statement: str) -> None:
    with connection.schema_editor() as editor:
        unprotect("desk_page")(None, editor)
        editor.execute(statement)
        protect("desk_page")(None, editor)


def test_r8_the_log_tells_of_each_page_also_of_those_from_before(desk: Desk) -> None:
    pages.write_page(PageKind.METHOD, "vi", TEXT, actor=desk.ha)
    assert LogEntry.objects.filter(kind=LogKind.PAGE).count() == Page.objects.count()
    pages.write_page(PageKind.METHOD, "en", TEXT, actor=desk.ha)
    assert LogEntry.objects.filter(kind=LogKind.PAGE).count() == Page.objects.count()
    assert _codes() == []


def test_r8_a_page_that_was_changed_dropped_or_slipped_in_is_found(desk: Desk) -> None:
    page = pages.write_page(PageKind.METHOD, "vi", TEXT, actor=desk.ha)
    _tamper("UPDATE desk_page SET text = 'Khác' WHERE number = 2")
    assert _codes() == ["page_changed"]
    _tamper("DELETE FROM desk_page WHERE number = 2")
    assert _codes() == ["page_missing"]
    Page.objects.create(kind=page.kind, lang="vi", number=3, text=TEXT, written_by=desk.ha)
    assert sorted(_codes()) == ["page_missing", "page_unlogged"]
