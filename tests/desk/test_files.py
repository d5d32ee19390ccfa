"""Pictures and other files that readers send in."""

from __future__ import annotations

import io

import pytest
from django.db import connection

from kiemchung.desk import drafting, erasing, files, intake, source_files
from kiemchung.desk.errors import FileDamagedError, NotAllowedError, StorageFullError
from kiemchung.desk.models import Member, Message, MessageFile, MessageKind, MessageState
from tests.decoders import needs_decoder
from tests.decoding.drawing import screenshot
from tests.desk.conftest import Desk
from tests.desk.newsroom import TAMARIND, ask, know, work
from tests.test_examining import reads

pytestmark = pytest.mark.slow  # files are decoded

reads_words = pytest.mark.skipif(not reads(), reason="Tesseract with Vietnamese is not installed")
LEMON = "Uống nước chanh nóng chữa khỏi ung thư"


def picture_of(text: str) -> bytes:
    sink = io.BytesIO()
    screenshot(text).save(sink, "PNG")
    return sink.getvalue()


def send(content: bytes, text: str = "", ref: str = "file-1") -> Message:
    asked = intake.ask(text, channel="test", ref=ref, file=content)
    work()
    return Message.objects.get(pk=asked.message_id)


def stored(desk: Desk) -> list[bytes]:
    return [one.read_bytes() for one in (desk.home / files.FOLDER).iterdir()]


@needs_decoder
@reads_words
def test_a_screenshot_of_a_checked_claim_is_answered_with_its_review(desk: Desk) -> None:
    know(("a", LEMON), ("b", "Cắm sạc điện thoại qua đêm làm hỏng pin"))
    message = send(picture_of(LEMON))
    assert (message.state, message.kind) == (MessageState.ANSWERED, MessageKind.PICTURE)
    assert message.answers.get().review_ref == "a"
    assert "chanh" in message.file.words


@needs_decoder
@reads_words
def test_a_text_beside_a_checked_picture_is_a_claim_of_its_own(desk: Desk) -> None:
    know(("a", LEMON), ("b", "Cắm sạc điện thoại qua đêm làm hỏng pin"))
    other = send(picture_of(LEMON), "Xe máy điện cháy nổ hàng loạt ở Huế hôm qua")
    assert other.state == MessageState.OPEN
    assert other.suggestions.get(rank=1).review_ref == "a"
    same = send(picture_of(LEMON), "uong nuoc chanh nong chua khoi ung thu", ref="file-2")
    assert same.answers.get().review_ref == "a"
    second = send(picture_of(LEMON), "Cắm sạc điện thoại qua đêm làm hỏng pin", ref="file-3")
    assert {one.review_ref for one in second.suggestions.all()} == {"a", "b"}


@needs_decoder
@reads_words
def test_words_in_a_picture_are_masked_and_grouped_like_a_text(desk: Desk) -> None:
    message = send(picture_of("Cầu Ánh Dương sắp sập, gọi chị Hoa 0912 345 678 để biết thêm"))
    assert message.claim is not None
    assert "345" not in message.file.words + message.claim.statement
    assert "Cầu" in message.claim.statement


@needs_decoder
def test_the_same_picture_without_words_counts_for_the_same_claim(desk: Desk) -> None:
    sink = io.BytesIO()
    screenshot(" ").save(sink, "PNG")
    first, second = send(sink.getvalue()), send(sink.getvalue(), ref="file-2")
    assert first.claim == second.claim is not None


@needs_decoder
@pytest.mark.parametrize("content", [b"not a picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, b"<svg onload='x'/>"])
def test_f34_a_file_that_cannot_be_read_is_said_so_and_answered_by_its_text(desk: Desk, content: bytes) -> None:
    know(("a", LEMON))
    alone, with_text = send(content), send(content, LEMON, ref="file-2")
    assert (alone.state, alone.file.problem) == (MessageState.DISMISSED, "refused")
    assert with_text.state == MessageState.ANSWERED


def test_v11_files_lie_encrypted_and_a_changed_bit_is_noticed(desk: Desk) -> None:
    content = b"kanarienvogel" * 1000
    asked = intake.ask("", channel="test", ref="a", file=content)
    file = MessageFile.objects.get(message_id=asked.message_id)
    assert b"kanarienvogel" not in b"".join(stored(desk))
    with files.opened(file) as path:
        assert path.read_bytes() == content
        assert path.parent.stat().st_mode & 0o077 == 0
    assert not path.exists()
    place = desk.home / files.FOLDER / file.stored_as
    damaged = bytearray(place.read_bytes())
    damaged[500] ^= 1
    place.write_bytes(damaged)
    with pytest.raises(FileDamagedError), files.opened(file):
        pass


def test_r25_with_the_question_its_file_is_gone(desk: Desk) -> None:
    asked = intake.ask("", channel="test", ref="a", file=b"content")
    erasing.erase(asked.message_id)
    assert stored(desk) == []
    assert not MessageFile.objects.exists()


def test_a_delivery_that_comes_twice_stores_one_file(desk: Desk) -> None:
    for _ in range(2):
        intake.ask("", channel="test", ref="a", file=b"content")
    assert len(stored(desk)) == 1


def test_f17_a_full_disk_is_said_and_leaves_neither_file_nor_message(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StorageFullError):
        intake.ask("", channel="test", ref="a", file=b"content")
    assert stored(desk) == []
    assert not Message.objects.exists()


def test_what_a_killed_process_left_behind_is_deleted_after_an_hour(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    intake.ask("", channel="test", ref="a", file=b"content")
    files.keep(b"nobody's")
    assert files.forget_left_behind() == 0
    (desk.home / files.FOLDER / "gone").symlink_to(desk.home / "nowhere")
    monkeypatch.setattr(files, "_LEFT_BEHIND_S", -1)
    assert files.forget_left_behind() == 1
    (desk.home / files.FOLDER / "gone").unlink()
    assert len(stored(desk)) == 1


def test_the_file_of_a_source_is_decoded_and_written_before_others_have_to_wait(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = ask(TAMARIND).claim
    assert claim is not None
    seen: list[bool] = []
    keep = files.keep

    def decode(content: bytes) -> bytes:
        seen.append(connection.in_atomic_block)
        return content[::-1]

    def write(content: bytes) -> str:
        seen.append(connection.in_atomic_block)
        return keep(content)

    monkeypatch.setattr(source_files, "_without_metadata", decode)
    monkeypatch.setattr(files, "keep", write)
    picture = b"\x89PNG\r\n\x1a\n1"
    source = drafting.Source("Ảnh chụp", file=picture, is_file_public=True)
    kept = drafting.add_evidence(claim.pk, source, actor=desk.linh)
    assert seen == [False, False, False]
    assert kept.file is not None
    assert kept.public_file is not None
    assert (source_files.read(kept.file), source_files.read(kept.public_file)) == (picture, picture[::-1])
    reader = Member.objects.create_user("khach", shown_name="Khach", is_active=False)
    with pytest.raises(NotAllowedError):
        drafting.add_evidence(claim.pk, source, actor=reader)
    assert len(seen) == 3, "nothing is decoded for who may not work"
