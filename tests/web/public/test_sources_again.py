"""R5: what a review rests on can be checked again: excerpts and files with their digests, and a bundle of all of it."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import zipfile
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from PIL import Image

from kiemchung.desk import drafting, evidence, files, log, publishing, source_files
from kiemchung.desk.errors import FileDamagedError, NotReadyError
from kiemchung.desk.models import Claim, Evidence, ReviewVersion, SourceFile
from kiemchung.engine.errors import InputError
from tests.decoders import needs_decoder
from tests.desk.conftest import Desk
from tests.desk.newsroom import TAMARIND, ask, correct, hand_in, wording, work

PDF = b"%PDF-1.4\n1 0 obj <</Type /Page>> endobj\nstartxref\n9\n%%EOF\n"
TEXT = "Bảng 3: không có khác biệt.\n".encode()


def photograph() -> bytes:
    """A picture that says where it was taken, and by whose telephone."""
    picture, exif, sink = Image.new("RGB", (60, 40), "red"), Image.Exif(), io.BytesIO()
    exif[0x010F] = "KanarienPhone"
    exif.get_ifd(0x8825)[1] = "N"
    picture.save(sink, "JPEG", exif=exif)
    return sink.getvalue()


def claim_of(desk: Desk) -> Claim:
    claim = ask(TAMARIND).claim
    assert claim is not None
    return claim


def add(claim: Claim, desk: Desk, content: bytes, *, is_public: bool = True, withheld: str = "") -> Evidence:
    source = drafting.Source(
        "Bảng số liệu",
        quotation="Không có khác biệt.",
        file=content,
        is_file_public=is_public,
        withheld_because=withheld,
    )
    return drafting.add_evidence(claim.pk, source, actor=desk.linh)


def published(claim: Claim, desk: Desk) -> ReviewVersion:
    version = publishing.publish(claim.pk, actor=desk.an, revision=hand_in(claim, desk.linh))
    work()
    return version


def stored() -> int:
    folder = Path(files._folder())
    return len(list(folder.iterdir())) if folder.exists() else 0


def unpacked(content: bytes, folder: Path) -> Path:
    folder.mkdir()
    zipfile.ZipFile(io.BytesIO(content)).extractall(folder)
    return folder


def test_r5_a_published_source_has_address_day_excerpt_and_their_digests(desk: Desk) -> None:
    claim = claim_of(desk)
    add(claim, desk, PDF)
    (first, *_) = published(claim, desk).evidence
    assert first["sha256"] == hashlib.sha256("Không có khác biệt.".encode()).hexdigest()
    digest = hashlib.sha256(PDF).hexdigest()
    about = {"sha256": digest, "type": "application/pdf", "bytes": len(PDF)}
    assert first["file"] == {**about, "public": about}
    assert set(first) >= {"url", "accessed", "archive", "quotation"}


def test_r5_the_bundle_verifies_offline_from_its_own_hashes_and_tells_what_was_changed(
    desk: Desk, tmp_path: Path
) -> None:
    claim = claim_of(desk)
    add(claim, desk, TEXT)
    add(claim, desk, PDF, is_public=False)
    slug = published(claim, desk).review.slug
    out = tmp_path / "out.zip"
    call_command("export-review", slug, str(out))
    folder = unpacked(out.read_bytes(), tmp_path / "bundle")
    done = subprocess.run(["sha256sum", "-c", "--strict", "SHA256SUMS"], cwd=folder, capture_output=True, text=True)
    assert (done.returncode, "FAILED" in done.stdout) == (0, False), done.stdout
    listed = {line.split("  ")[1] for line in (folder / "SHA256SUMS").read_text().splitlines()}
    assert listed == {str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file()} - {"SHA256SUMS"}
    (file,) = (folder / "files" / "1").iterdir()
    assert file.read_bytes() == TEXT
    digests = [json.loads(line)["facts"].get("digest") for line in log.lines()]
    assert hashlib.sha256((folder / "versions" / "1.json").read_bytes()).hexdigest() in digests
    said = json.loads((folder / "sources.json").read_text())
    assert said[0]["sha256"] == hashlib.sha256((folder / "excerpts" / "1" / "1.txt").read_bytes()).hexdigest()
    file.write_bytes(TEXT + b" ")
    again = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, text=True)
    assert again.returncode == 1
    assert f"files/1/{file.name}: FAILED" in again.stdout


def test_r5_after_a_correction_the_bundle_has_the_files_of_both_versions(desk: Desk, tmp_path: Path) -> None:
    claim = claim_of(desk)
    one = add(claim, desk, TEXT)
    slug = published(claim, desk).review.slug
    drafting.remove_evidence(claim.pk, one.pk, actor=desk.linh)
    add(claim, desk, PDF)
    correct(claim, desk.linh, desk.an, wording("mixed"), "Có bảng số liệu mới.")
    content = b"".join(Client().get(f"/kiem-chung/{slug}/ho-so.zip").streaming_content)  # type: ignore[attr-defined]
    folder = unpacked(content, tmp_path / "bundle")
    of_version = {number: [one.read_bytes() for one in (folder / "files" / number).iterdir()] for number in "12"}
    assert of_version == {"1": [TEXT], "2": [PDF]}


def test_r5_r6_what_readers_download_has_nothing_that_is_withheld_or_for_members(desk: Desk, tmp_path: Path) -> None:
    claim = claim_of(desk)
    kept_back = drafting.Source("Kanarienquelle", quotation="Kanarienwort", file=TEXT, withheld_because="Bảo vệ người")
    drafting.add_evidence(claim.pk, kept_back, actor=desk.linh)
    add(claim, desk, PDF, is_public=False)
    slug = published(claim, desk).review.slug
    answer = Client().get(f"/kiem-chung/{slug}/ho-so.zip")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    folder = unpacked(content, tmp_path / "bundle")
    whole = b"\n".join(one.read_bytes() for one in folder.rglob("*") if one.is_file())
    assert "Bảo vệ người".encode() in whole
    assert [one for one in (b"Kanarien", TEXT, PDF, hashlib.sha256(TEXT).hexdigest().encode()) if one in whole] == []
    call_command("export-review", slug, str(tmp_path / "out.zip"), "--with-withheld")
    inner = unpacked((tmp_path / "out.zip").read_bytes(), tmp_path / "inner")
    whole = b"\n".join(one.read_bytes() for one in inner.rglob("*") if one.is_file())
    assert [one for one in (b"Kanarienwort", TEXT, PDF) if one not in whole] == []


@needs_decoder
def test_r5_r27_of_a_picture_readers_get_a_copy_that_says_nothing_about_itself(desk: Desk) -> None:
    claim = claim_of(desk)
    original = photograph()
    assert b"KanarienPhone" in original
    one = add(claim, desk, original)
    slug = published(claim, desk).review.slug
    public = evidence.shown(one)["file"]["public"]
    answer = Client().get(f"/kiem-chung/{slug}/tep/{public['sha256']}")
    assert hashlib.sha256(answer.content).hexdigest() == public["sha256"]
    assert b"KanarienPhone" not in answer.content
    assert Image.open(io.BytesIO(answer.content)).size == (60, 40)
    assert not Image.open(io.BytesIO(answer.content)).getexif()
    assert Client().get(f"/kiem-chung/{slug}/tep/{hashlib.sha256(original).hexdigest()}").status_code == 404


def test_asvs22_a_file_is_saved_never_shown_as_a_page_of_the_site(desk: Desk) -> None:
    claim = claim_of(desk)
    page = b"<script>alert(1)</script>"
    add(claim, desk, page)
    slug = published(claim, desk).review.slug
    answer = Client().get(f"/kiem-chung/{slug}/tep/{hashlib.sha256(page).hexdigest()}")
    assert answer.content == page
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("default-src 'none'; ")
    assert answer["Content-Security-Policy"].endswith("; sandbox")


def test_a_file_that_is_not_public_is_published_as_its_digest_alone(desk: Desk) -> None:
    claim = claim_of(desk)
    add(claim, desk, PDF, is_public=False)
    version = published(claim, desk)
    digest = hashlib.sha256(PDF).hexdigest()
    assert version.evidence[0]["file"]["sha256"] == digest
    assert Client().get(f"/kiem-chung/{version.review.slug}/tep/{digest}").status_code == 404


@pytest.mark.parametrize(
    "content", [b"MZ\x90\0\x03", b"\0\0", b"\xff\xfe\xfd", b"   ", b"%PDF-" + b" " * source_files.LARGEST]
)
def test_another_kind_of_file_and_one_that_is_too_large_are_refused_and_nothing_is_kept(
    desk: Desk, content: bytes
) -> None:
    claim = claim_of(desk)
    with pytest.raises(NotReadyError):
        add(claim, desk, content)
    assert (SourceFile.objects.count(), Evidence.objects.count(), stored()) == (0, 0, 0)


def test_a_file_goes_with_its_source_unless_a_published_version_names_it(desk: Desk) -> None:
    claim = claim_of(desk)
    drafting.remove_evidence(claim.pk, add(claim, desk, TEXT).pk, actor=desk.linh)
    assert (SourceFile.objects.count(), stored()) == (0, 0)
    one = add(claim, desk, PDF)
    slug = published(claim, desk).review.slug
    drafting.remove_evidence(claim.pk, one.pk, actor=desk.linh)
    assert (SourceFile.objects.count(), stored()) == (1, 1)
    assert Client().get(f"/kiem-chung/{slug}/tep/{hashlib.sha256(PDF).hexdigest()}").content == PDF


def test_files_of_sources_are_encrypted_and_are_not_swept_up(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    claim = claim_of(desk)
    one = add(claim, desk, TEXT)
    assert one.file is not None
    (path,) = Path(files._folder()).iterdir()
    assert TEXT not in path.read_bytes()
    monkeypatch.setattr(files, "_LEFT_BEHIND_S", -1)
    assert files.forget_left_behind() == 0
    assert source_files.read(one.file) == TEXT


def test_f21_a_damaged_file_is_said_to_be_damaged_and_not_given_out(desk: Desk) -> None:
    claim = claim_of(desk)
    add(claim, desk, PDF)
    slug = published(claim, desk).review.slug
    (path,) = Path(files._folder()).iterdir()
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(FileDamagedError):
        call_command("export-review", slug, str(desk.home / "out.zip"))
    assert not (desk.home / "out.zip").exists()
    answer = Client(raise_request_exception=False).get(f"/kiem-chung/{slug}/tep/{hashlib.sha256(PDF).hexdigest()}")
    assert (answer.status_code, PDF in answer.content) == (410, False)


def test_a_review_that_is_not_there_cannot_be_exported(desk: Desk) -> None:
    with pytest.raises(InputError):
        call_command("export-review", "nothing", str(desk.home / "out.zip"))
