"""R27: a public file that shows somebody is taken back for good, and everybody can see that it was."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from django.test import Client

from kiemchung.desk import bundling, drafting, source_files
from kiemchung.desk.backups import making, restoring
from kiemchung.desk.errors import ConflictError, NotAllowedError, NotReadyError
from kiemchung.desk.models import Draft, LogEntry, ReviewVersion, SourceFile, TakingBack
from tests.desk.conftest import Desk
from tests.desk.newsroom import TAMARIND, ask, publish

SHOWN = drafting.Source("Đơn", "https://don.example/1", file="bà Tư ở số 9".encode(), is_file_public=True)


@pytest.fixture
def version(desk: Desk) -> ReviewVersion:
    claim = ask(TAMARIND).claim
    assert claim is not None
    drafting.add_evidence(claim.pk, SHOWN, actor=desk.linh)
    return publish(claim, desk.linh, desk.an)


def _digest() -> str:
    return SourceFile.objects.get().sha256


def _take_back(desk: Desk, version: ReviewVersion) -> int:
    return source_files.take_back(version.review.slug, _digest(), TakingBack.PERSONAL_DATA, actor=desk.binh)


def test_r27_a_file_that_was_taken_back_is_gone_everywhere_and_its_digest_stays(
    desk: Desk, version: ReviewVersion
) -> None:
    slug = version.review.slug
    entry = _take_back(desk, version)
    answer = Client().get(f"/kiem-chung/{slug}/tep/{_digest()}", HTTP_HOST="localhost")
    assert (answer.status_code, "bà Tư" in answer.content.decode()) == (410, False)
    assert "chuyện riêng của một người" in answer.content.decode()
    assert "personal_data" not in answer.content.decode()
    assert list((desk.home / "files").iterdir()) == []
    leaf = json.loads(LogEntry.objects.get(index=entry).leaf)
    assert leaf["facts"] == {"review": slug, "file": _digest(), "reason": "personal_data"}
    target = io.BytesIO()
    bundling.require_whole([version])
    bundling.write(target, [version], {})
    names = zipfile.ZipFile(target).namelist()
    assert [name for name in names if name.startswith("files/")] == []
    assert _digest() in zipfile.ZipFile(target).read("sources.json").decode()


def test_r27_a_file_that_was_taken_back_is_not_attached_again(desk: Desk, version: ReviewVersion) -> None:
    _take_back(desk, version)
    with pytest.raises(NotReadyError):
        drafting.add_evidence(version.review.claim_id, SHOWN, actor=desk.linh)
    with pytest.raises(ConflictError):
        _take_back(desk, version)


def test_r27_who_has_seen_a_draft_with_the_file_has_to_look_again(desk: Desk, version: ReviewVersion) -> None:
    claim = version.review.claim_id
    seen = Draft.objects.get(claim=claim).revision
    _take_back(desk, version)
    with pytest.raises(ConflictError):
        drafting.propose_withdrawal(claim, "Sai từ đầu.", actor=desk.linh, revision=seen)


def test_r27_editors_alone_take_files_back(desk: Desk, version: ReviewVersion) -> None:
    with pytest.raises(NotAllowedError):
        source_files.take_back(version.review.slug, _digest(), TakingBack.WRONG_FILE, actor=desk.linh)


def test_f38_a_file_that_was_taken_back_does_not_come_back_with_a_backup(
    desk: Desk, version: ReviewVersion, tmp_path: Path
) -> None:
    making.make(tmp_path / "b")
    _take_back(desk, version)
    restoring.restore(tmp_path / "b", is_replacing=True)
    assert SourceFile.objects.get().taken_back_because == TakingBack.PERSONAL_DATA
    assert list((desk.home / "files").iterdir()) == []


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b" \n\t", "empty"),
        (b"%PDF-1.7\n1 0 obj <</Type /Page>> endobj\n", "cut off"),
        (b"%PDF-1.7\n1 0 obj <</Type /Pages /Kids [] /Count 0>> endobj\nstartxref\n9\n%%EOF", "no page"),
    ],
)
def test_a_file_that_shows_nothing_is_refused_by_name(content: bytes, why: str) -> None:
    with pytest.raises(NotReadyError, match=why):
        source_files.type_of(content)


@pytest.mark.parametrize("pages", [b"<</Type /Page>>", b"<</Type/Page/Parent 1 0 R>>", b"<</Type /ObjStm /N 3>>"])
def test_a_pdf_with_pages_is_taken_packed_or_not(pages: bytes) -> None:
    assert source_files.type_of(b"%PDF-1.7\n1 0 obj " + pages + b"\nstartxref\n9\n%%EOF") == "application/pdf"
