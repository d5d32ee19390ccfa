"""`check FILE`: a picture or sound in, the review of what it shows out, and what the file says about itself."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from tests.cli.command import Ran, kiemchung
from tests.cli.test_media import scene, tune, write_sound
from tests.decoders import needs_decoder
from tests.test_examining import FONT, reads

pytestmark = [pytest.mark.slow, needs_decoder]


@pytest.fixture
def filled(home: Path, tmp_path: Path) -> Path:
    scene(1).save(tmp_path / "storm.png")
    write_sound(tmp_path / "song.wav", tune(1, 30))
    scene(1).crop((40, 30, 600, 450)).save(tmp_path / "crop.jpg", quality=70)
    write_sound(tmp_path / "clip.wav", tune(1, 30)[8 * 11_025 : 18 * 11_025])
    scene(99).save(tmp_path / "stranger.png")
    for name, review in (("storm.png", "bao-hue"), ("song.wav", "toi")):
        assert kiemchung(home, "media", "add", str(tmp_path / name), "--review", review).code == 0
    return home


def checked(home: Path, *arguments: str | Path, lang: str = "en") -> Ran:
    return kiemchung(home, "check", *map(str, arguments), "--lang", lang)


def test_pictures_and_sound_lead_to_the_reviews_of_what_they_show(filled: Path, tmp_path: Path) -> None:
    names = ("storm.png", "crop.jpg", "clip.wav", "stranger.png")
    done = checked(filled, "--json", *(tmp_path / name for name in names))
    assert (done.code, done.err) == (0, "")
    rows = dict(zip(names, done.rows, strict=True))
    assert {name: [match["review"]["id"] for match in row["matches"]] for name, row in rows.items()} == {
        "storm.png": ["bao-hue"],
        "crop.jpg": ["bao-hue"],
        "clip.wav": ["toi"],
        "stranger.png": [],
    }
    assert [row["outcome"] for row in rows.values()][::3] == ["answer", "none"]
    assert rows["crop.jpg"]["matches"][0]["reasons"][0]["code"] == "same_picture"
    [reference] = rows["clip.wav"]["media"]["references"]
    assert (reference["name"], reference["reviews"], reference["method"]) == ("song.wav", ["toi"], "sound")
    assert reference["start_s"] == pytest.approx(8, abs=0.6)
    assert rows["stranger.png"]["media"]["provenance"]["valid"] == "unknown"
    assert rows["clip.wav"]["media"]["speech"] is None


@pytest.mark.parametrize(
    ("lang", "words"),
    [("vi", ("Đã có bài kiểm chứng", "chính là tệp", "Tệp gốc trong kho")), ("en", ("has been checked", "very file"))],
)
def test_the_card_says_what_was_found_and_what_the_file_says(
    filled: Path, tmp_path: Path, lang: str, words: tuple[str, ...]
) -> None:
    done = checked(filled, tmp_path / "storm.png", lang=lang)
    said = " ".join(done.out.split())
    assert all(one in said for one in (*words, "storm.png (1)", "C2PA"))


def test_a_stranger_is_said_not_to_be_checked_yet(filled: Path, tmp_path: Path) -> None:
    done = checked(filled, tmp_path / "stranger.png")
    assert (done.code, "Nobody has checked this yet" in done.out) == (1, True)


def test_text_and_files_are_answered_in_their_order(filled: Path, tmp_path: Path) -> None:
    done = checked(filled, "--json", "nuoc chanh nong chua ung thu", tmp_path / "storm.png", "hot lemon water")
    assert ["media" in row for row in done.rows] == [False, True, False]


def test_a_file_that_cannot_be_decoded_is_a_message_that_cannot_be_used(filled: Path, tmp_path: Path) -> None:
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0\0\x10JFIF")
    done = checked(filled, tmp_path / "broken.jpg")
    assert (done.code, done.out, "broken.jpg is damaged" in done.err) == (2, "", True)


def test_without_a_collection_a_file_still_says_what_it_is(empty: Path, filled: Path, tmp_path: Path) -> None:
    done = checked(empty, "--json", tmp_path / "storm.png")
    assert done.code == 4
    assert "kiemchung import" in done.err
    assert (done.rows[0]["outcome"], done.rows[0]["media"]["kind"]) == (None, "picture")
    assert not os.path.lexists(empty / "media")


def test_a_collection_without_references_is_searched_by_words_alone(home: Path, tmp_path: Path) -> None:
    scene(1).save(tmp_path / "storm.png")
    done = checked(home, "--json", tmp_path / "storm.png")
    assert (done.code, done.rows[0]["outcome"], done.rows[0]["media"]["references"]) == (1, "none", [])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("list.mp4", b"#EXTM3U\n#EXT-X-VERSION:3\nfile:///etc/passwd\n"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("page.png", b"<html><body>Lemon water cures cancer</body></html>"),
        ("scan.tiff", b"II*\0 chanh"),
        ("empty.jpg", b""),
    ],
)
def test_what_is_media_by_name_alone_is_refused_and_never_read_as_a_message(
    home: Path, tmp_path: Path, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)
    done = checked(home, tmp_path / name)
    assert (done.code, done.out) == (2, "")
    assert name in done.err


def test_a_pipe_with_the_name_of_a_picture_is_not_waited_for(filled: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    assert "named pipe" in checked(filled, tmp_path / "pipe.jpg").err
    for name in (str(tmp_path / "pipe.jpg"), "/dev/zero"):
        assert "is not a file" in kiemchung(filled, "media", "remove", name, "--lang", "en").err


def test_a_name_with_a_line_break_is_still_the_name_of_a_file(filled: Path, tmp_path: Path) -> None:
    name = tmp_path / "new\nline.png"
    name.write_bytes((tmp_path / "storm.png").read_bytes())
    assert checked(filled, "--json", name).rows[0]["outcome"] == "answer"


def test_of_several_messages_a_file_that_is_refused_costs_no_other(filled: Path, tmp_path: Path) -> None:
    (tmp_path / "cut.png").write_bytes((tmp_path / "storm.png").read_bytes()[:400])
    done = checked(filled, "--json", tmp_path / "cut.png", tmp_path / "storm.png")
    assert (done.code, [row["outcome"] for row in done.rows]) == (3, ["answer"])
    assert "cut.png is damaged" in done.err


@pytest.mark.skipif(not reads(), reason="no Tesseract with Vietnamese, or no font")
@pytest.mark.parametrize("words", ["Phi 50.000 dong moi thang", "TIN GIẢ", "Đây là ảnh 2019"])
def test_other_words_on_a_picture_that_was_checked_are_for_a_person(filled: Path, tmp_path: Path, words: str) -> None:
    picture = Image.new("RGB", (640, 540), "white")
    picture.paste(scene(1), (0, 60))
    pen = ImageDraw.Draw(picture)
    pen.text((20, 8), words, fill="black", font=ImageFont.truetype(str(FONT), 36))
    picture.save(tmp_path / "captioned.png")
    row = checked(filled, "--json", tmp_path / "captioned.png").rows[0]
    assert row["outcome"] == "suggest"
    assert row["matches"][0]["review"]["id"] == "bao-hue"
