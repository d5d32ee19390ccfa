"""Members see small copies of what readers sent: nothing of the file is in them, and they go with it."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import ExifTags, Image

from kiemchung.desk import answering, erasing, examining_files, files, intake, previews
from kiemchung.desk.errors import FileDamagedError, StorageFullError
from kiemchung.desk.models import Message, MessageFile
from kiemchung.engine.media.types import Frame, Picture, Sound, Video
from tests.decoders import needs_decoder
from tests.decoding.drawing import screenshot
from tests.desk.conftest import Desk
from tests.desk.newsroom import work

pytestmark = pytest.mark.slow  # files are decoded

CANARY = b"kanarienvogel"


def photograph() -> bytes:
    """A JPEG with a place, a device, a comment and a thumbnail's worth of notes of its owner."""
    exif: Any = Image.Exif()
    exif[ExifTags.Base.Make] = CANARY.decode()
    exif[ExifTags.Base.ImageDescription] = CANARY.decode()
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef], gps[ExifTags.GPS.GPSLatitude] = "N", (21.0, 1.0, 42.4242)
    gps[ExifTags.GPS.GPSAreaInformation] = CANARY
    sink = io.BytesIO()
    screenshot("Chuyện lạ ở làng").save(sink, "JPEG", exif=exif, comment=CANARY, quality=90)
    assert sink.getvalue().count(CANARY) >= 4
    return sink.getvalue()


def send(content: bytes, ref: str = "file-1") -> MessageFile:
    asked = intake.ask("", channel="test", ref=ref, file=content)
    work()
    return MessageFile.objects.select_related("message").get(message_id=asked.message_id)


def stored(desk: Desk) -> set[str]:
    return {one.name for one in (desk.home / files.FOLDER).iterdir()}


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@needs_decoder
def test_r27_a_preview_has_nothing_that_the_file_said_about_itself(desk: Desk, tmp_path: Path) -> None:
    preview = previews.preview_of(send(photograph()))
    for content in (preview.blurred, preview.sharp):
        assert CANARY not in content
        assert b"Exif" not in content
        assert b"GPS" not in content
        assert not opened(content).getexif()
        assert set(opened(content).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        if shutil.which("exiftool"):
            (tmp_path / "shown.jpg").write_bytes(content)
            said = subprocess.run(["exiftool", tmp_path / "shown.jpg"], capture_output=True, check=True).stdout
            assert b"GPS" not in said


@needs_decoder
def test_v11_a_preview_lies_encrypted_and_is_not_the_file(desk: Desk) -> None:
    content = photograph()
    file = send(content)
    preview = previews.preview_of(file)
    assert stored(desk) == {file.stored_as, file.preview_as}
    for name in stored(desk):
        sealed = (desk.home / files.FOLDER / name).read_bytes()
        assert preview.sharp[:64] not in sealed
        assert b"JFIF" not in sealed
    assert content not in (preview.sharp, preview.blurred)
    place = desk.home / files.FOLDER / file.preview_as
    place.write_bytes(place.read_bytes()[:-1])
    with pytest.raises(FileDamagedError):
        previews.preview_of(file)


@needs_decoder
def test_a_blurred_preview_tells_nobody_what_is_written_or_who_it_is(desk: Desk) -> None:
    preview = previews.preview_of(send(photograph()))
    blurred, sharp = (np.asarray(opened(one).convert("L"), float) for one in (preview.blurred, preview.sharp))
    assert max(sharp.shape) <= 720
    assert max(blurred.shape) == 320
    edges = [np.abs(np.diff(one, axis=1)).max() for one in (blurred, sharp)]
    assert edges[0] < 20 < edges[1]
    assert len(preview.blurred) < 20_000


@needs_decoder
@pytest.mark.parametrize("content", [b"not a picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, b"<svg onload='x'/>"])
def test_f34_a_hostile_file_has_no_preview_and_says_why(desk: Desk, content: bytes) -> None:
    file = send(content)
    assert (file.preview_as, file.problem) == ("", "refused")
    with pytest.raises(LookupError):
        previews.preview_of(file)
    assert stored(desk) == {file.stored_as}


@needs_decoder
def test_r25_with_the_question_its_preview_is_gone(desk: Desk) -> None:
    file = send(photograph())
    assert len(stored(desk)) == 2
    erasing.erase(file.message_id)
    assert stored(desk) == set()


@needs_decoder
def test_r25_what_is_deleted_while_it_is_examined_leaves_no_preview(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look_and_delete(file: MessageFile) -> examining_files.FileSeen:
        seen = examining_files.look_at(file)
        assert seen.preview.name in stored(desk)
        erasing.erase(file.message_id)
        return seen

    monkeypatch.setattr(answering, "look_at", look_and_delete)
    intake.ask("", channel="test", ref="a", file=photograph())
    work()
    assert Message.objects.get().state == "deleted"
    assert stored(desk) == set()


def test_a_preview_of_a_message_is_not_taken_for_one_left_behind(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = intake.ask("", channel="test", ref="a", file=b"content")
    kept = previews.kept(previews.Preview(b"blurred", b"sharp"))
    MessageFile.objects.filter(message_id=asked.message_id).update(preview_as=kept.name, preview_sha256=kept.sha256)
    left = previews.kept(previews.Preview(b"left", b"behind"))
    monkeypatch.setattr(files, "_LEFT_BEHIND_S", -60)
    assert files.forget_left_behind() == 1
    assert kept.name in stored(desk)
    assert left.name not in stored(desk)
    assert previews.preview_of(MessageFile.objects.get()) == previews.Preview(b"blurred", b"sharp")


def test_f17_a_full_disk_costs_the_preview_and_nothing_else(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(content: bytes) -> str:
        raise StorageFullError("full", "đầy")

    monkeypatch.setattr(files, "keep", full)
    assert previews.kept(previews.Preview(b"a", b"b")) == previews.KeptPreview()


def test_a_video_is_shown_as_a_sheet_of_its_frames_and_sound_not_at_all() -> None:
    frame = Picture(np.full((90, 160, 3), 120, np.uint8), 160, 90)
    made = previews.made_of(Video(tuple(Frame(frame, float(second)) for second in range(40)), None, 40.0))
    assert made is not None
    assert opened(made.sharp).size[0] == 990
    assert previews.made_of(Sound(np.zeros(100, np.float32))) is None


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 4000, 3), (4000, 1, 3)])
def test_no_shape_of_a_picture_breaks_its_preview(shape: tuple[int, int, int]) -> None:
    made = previews.made_of(Picture(np.zeros(shape, np.uint8), shape[1], shape[0]))
    assert made is not None
    assert opened(made.blurred).size >= (1, 1)
    assert max(opened(made.sharp).size) <= 720
