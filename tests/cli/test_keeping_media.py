"""`media add`, `show`, `remove` and `match FILE`: references of the collection, from the command line."""

from __future__ import annotations

import csv
import io
import json
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageOps

from kiemchung.cli import adding_media, pictures
from kiemchung.collection.media import MediaWriter
from kiemchung.collection.types import CollectionError
from kiemchung.decoding import Decoder, SandboxError
from kiemchung.engine.media.drawing import Drawn
from kiemchung.engine.media.types import Pixels
from kiemchung.engine.writing import locked
from kiemchung.recognising import describe
from tests.cli.command import Ran, kiemchung
from tests.cli.test_media import scene, tune, write_sound
from tests.decoders import needs_decoder
from tests.decoding import samples, signing

pytestmark = [pytest.mark.slow, needs_decoder]

BLANK = np.zeros((4, 4, 3), np.uint8)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two pictures, a tune, a film; a crop, a clip and a stranger; a text."""
    folder = tmp_path_factory.mktemp("files")
    scene(1).save(folder / "bão.png")
    scene(2).save(folder / "b.png")
    write_sound(folder / "tune.wav", tune(1, 30))
    (folder / "film.mp4").write_bytes(samples.film(scenes=3))
    scene(1).crop((100, 60, 580, 420)).save(folder / "crop.jpg", quality=60)
    write_sound(folder / "clip.wav", tune(1, 30)[8 * 11_025 : 18 * 11_025])
    scene(99).save(folder / "stranger.png")
    (folder / "note.txt").write_text("không phải ảnh", encoding="utf-8")
    return folder


def media(home: Path, *arguments: str | Path, lang: str = "en") -> Ran:
    return kiemchung(home, "media", *map(str, arguments), "--lang", lang)


@pytest.fixture
def filled(home: Path, files: Path) -> Path:
    done = media(home, "add", files / "bão.png", files / "tune.wav", files / "film.mp4", "--review", "bao-hue")
    assert (done.code, done.err) == (0, "")
    return home


def test_files_that_were_added_are_found_again_with_their_reviews(filled: Path, files: Path) -> None:
    queries = [str(files / name) for name in ("crop.jpg", "clip.wav", "film.mp4", "stranger.png")]
    done = media(filled, "match", *queries, "--format", "tsv")
    rows = {Path(row["query"]).name: row for row in csv.DictReader(io.StringIO(done.out), delimiter="\t")}
    assert {name: (row["reference"], row["method"]) for name, row in rows.items()} == {
        "crop.jpg": ("bão.png", "features"),
        "clip.wav": ("tune.wav", "sound"),
        "film.mp4": ("film.mp4", "file"),
    }
    assert {row["reviews"] for row in rows.values()} == {'["bao-hue"]'}
    assert rows["crop.jpg"]["id"] == "1"
    assert (done.code, done.err) == (0, "")
    assert media(filled, "match", files / "stranger.png").code == 1


def test_json_lines_of_a_match_name_the_reference_and_its_reviews(filled: Path, files: Path) -> None:
    [row] = media(filled, "match", "--json", files / "crop.jpg").rows
    assert (row["id"], row["reference"], row["reviews"], row["start_s"]) == (1, "bão.png", ["bao-hue"], None)
    assert len(row["reference_region"]) == 4


def test_adding_again_changes_nothing_and_another_review_is_noted(filled: Path, files: Path) -> None:
    again = media(filled, "add", "--json", files / "bão.png")
    more = media(filled, "add", "--json", files / "bão.png", "--review", "bao-vinh")
    assert [row["change"] for row in again.rows + more.rows] == ["unchanged", "updated"]
    shown = media(filled, "show", "1", "--json").rows[0]
    assert shown["reviews"] == ["bao-hue", "bao-vinh"]


def test_a_folder_goes_in_and_what_is_no_media_is_named(home: Path, files: Path) -> None:
    done = media(home, "add", files)
    assert done.code == 3
    assert "note.txt" in done.err
    assert "References in the collection: 7." in done.out
    assert len(media(home, "show", "--json").rows) == 7


def test_a_list_says_which_file_belongs_to_which_review(home: Path, files: Path, tmp_path: Path) -> None:
    rows: list[dict[str, Any] | str] = [
        {"file": "bão.png", "review": "bao-hue"},
        {"file": "b.png", "review": ["toi", "gao"]},
        {"file": "tune.wav"},
        {"file": "film.mp4", "review": "no-such"},
        {"review": "toi"},
        "not JSON",
    ]
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    (files / "media.jsonl").write_text("\n\n".join(lines), encoding="utf-8")
    done = media(home, "add", "--json", "--from", files / "media.jsonl")
    (files / "media.jsonl").unlink()
    assert done.code == 3
    changes = {row["file"].rpartition("/")[2]: row["change"] for row in done.rows}
    assert changes == {
        "bão.png": "added",
        "b.png": "added",
        "tune.wav": "added",
        "media.jsonl:7": "refused",
        "media.jsonl:9": "refused",
        "media.jsonl:11": "refused",
    }
    assert "no-such" in done.err
    assert [row["reviews"] for row in media(home, "show", "--json", "--review", "gao").rows] == [["gao", "toi"]]


def test_a_review_that_is_not_there_is_named_before_anything_is_added(home: Path, files: Path) -> None:
    done = media(home, "add", files / "b.png", "--review", "no-such")
    assert (done.code, done.out, "no-such" in done.err) == (4, "", True)
    assert not (home / "media").exists()


def test_a_review_named_by_its_address_is_told_the_ids_that_are_there(home: Path, files: Path, tmp_path: Path) -> None:
    review = {"id": "bai-1#claim-2", "url": "https://example.org/bai-1", "claim": "Uống nước chanh khỏi ung thư"}
    (tmp_path / "one.jsonl").write_text(json.dumps(review | {"rating": "Sai"}), encoding="utf-8")
    assert kiemchung(home, "import", str(tmp_path / "one.jsonl")).code == 0
    done = media(home, "add", files / "b.png", "--review", "https://example.org/bai-1")
    assert (done.code, done.out, "bai-1#claim-2" in done.err) == (4, "", True)


def test_of_a_file_that_is_refused_nothing_is_said_but_that(filled: Path, files: Path) -> None:
    done = media(filled, "match", files / "note.txt")
    assert (done.code, done.out, "note.txt" in done.err) == (3, "", True)
    rows = media(filled, "match", files / "note.txt", files / "crop.jpg", "--json").rows
    assert [("refused" in row, Path(row["query"]).name) for row in rows] == [(True, "note.txt"), (False, "crop.jpg")]
    assert "No reference was recognised" in media(filled, "match", files / "stranger.png", files / "note.txt").out


def test_a_drawn_match_does_not_tell_where_the_file_lies(
    filled: Path, files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []

    def both_sides(matches: list[Drawn]) -> Pixels:
        drawn.extend(one.title for one in matches)
        return BLANK

    monkeypatch.setattr(pictures, "both_sides", both_sides)
    assert media(filled, "match", files / "crop.jpg", "--picture", tmp_path / "match.png").code == 0
    assert drawn
    assert drawn[0].startswith("crop.jpg  =  ")


def test_what_is_recognised_by_sight_is_not_called_the_same_claim(filled: Path, files: Path) -> None:
    told = kiemchung(filled, "check", "--lang", "en", str(files / "crop.jpg")).out
    assert "Chance that it is the same picture or recording" in told
    assert "the same claim:" not in told


def test_two_who_add_at_once_wait_for_each_other(filled: Path, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = locked(filled / "media")
    threading.Timer(1, held.close).start()
    assert media(filled, "add", files / "b.png").code == 0
    monkeypatch.setattr(adding_media, "_WAIT_S", 0.2)
    with locked(filled / "media"):
        done = media(filled, "add", files / "stranger.png")
    assert (done.code, "another kiemchung process" in done.err) == (4, True)


def test_what_is_removed_is_not_found(filled: Path, files: Path) -> None:
    done = media(filled, "remove", "2", files / "bão.png", "77")
    assert (done.code, "77" in done.err) == (3, True)
    assert [row["name"] for row in media(filled, "show", "--json").rows] == ["film.mp4"]
    assert media(filled, "match", files / "crop.jpg", files / "clip.wav").code == 1
    assert media(filled, "remove", "77").code == 1


def test_the_match_is_drawn_with_both_sides(filled: Path, files: Path, tmp_path: Path) -> None:
    for queries in ([files / "crop.jpg"], [files / "clip.wav"], [files / "film.mp4", files / "crop.jpg"]):
        out = tmp_path / "match.png"
        out.unlink(missing_ok=True)
        assert media(filled, "match", *queries, "--picture", out).code == 0
        with Image.open(out) as drawn:
            assert drawn.format == "PNG"
            assert drawn.width == 1316
            red = [pixel for pixel in drawn.convert("RGB").get_flattened_data() if pixel == (214, 30, 30)]
        assert len(red) > 500
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []


def test_folders_are_drawn_too(files: Path, tmp_path: Path) -> None:
    for name, file in (("a", "bão.png"), ("b", "crop.jpg")):
        (tmp_path / name).mkdir()
        (tmp_path / name / file).write_bytes((files / file).read_bytes())
    out = tmp_path / "match.png"
    done = media(tmp_path, "match", "--references", tmp_path / "a", "--queries", tmp_path / "b", "--picture", out)
    assert (done.code, done.err, out.exists()) == (0, "", True)


@pytest.mark.parametrize(
    "arguments", [[], ["x.png", "--references", "a", "--queries", "b"], ["--references", "a"], ["--queries", "b"]]
)
def test_what_is_compared_with_what_has_to_be_said(home: Path, arguments: list[str]) -> None:
    done = media(home, "match", *arguments)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)


def test_a_file_shows_what_it_is_and_what_it_says(home: Path, files: Path, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0131], exif[0x0110] = "Editor 5", "Nokia 3310"
    scene(3).save(tmp_path / "taken.jpg", exif=exif)
    [row] = media(home, "show", "--json", tmp_path / "taken.jpg").rows
    assert (row["kind"], row["format"], row["width"], row["height"]) == ("picture", "JPEG", 640, 480)
    assert (row["says"]["software"], row["says"]["camera"]) == ("Editor 5", "Nokia 3310")
    assert row["provenance"] == {"valid": "unknown", "trusted": "unknown", "signer": None, "generated": "unknown"}
    said = media(home, "show", tmp_path / "taken.jpg", lang="vi").out
    assert "Editor 5" in said
    assert "không nói lên thật hay giả" in " ".join(said.split())


def test_valid_and_trusted_are_two_facts(home: Path, tmp_path: Path) -> None:
    signer = signing.make_signer()
    (tmp_path / "signed.jpg").write_bytes(signing.signed(samples.picture(), signer))
    (tmp_path / "trusted.pem").write_bytes(signer.root)
    asked = ("media", "show", "--json", str(tmp_path / "signed.jpg"))
    alone = kiemchung(home, *asked).rows[0]["provenance"]
    listed = kiemchung(home, *asked, KIEMCHUNG_TRUST_LIST=str(tmp_path / "trusted.pem")).rows[0]["provenance"]
    assert [(one["valid"], one["trusted"]) for one in (alone, listed)] == [("yes", "unknown"), ("yes", "yes")]
    wrong = kiemchung(home, *asked, KIEMCHUNG_TRUST_LIST=str(tmp_path / "none.pem"))
    assert (wrong.code, wrong.out, "KIEMCHUNG_TRUST_LIST" in wrong.err) == (4, "", True)


def test_a_video_is_shown_as_a_sheet_of_its_frames(home: Path, files: Path, tmp_path: Path) -> None:
    out = tmp_path / "sheet.png"
    assert media(home, "show", files / "film.mp4", "--sheet", out).code == 0
    with Image.open(out) as sheet:
        assert sheet.width > 300
    refused = media(home, "show", files / "b.png", "--sheet", tmp_path / "none.png")
    assert (refused.code, (tmp_path / "none.png").exists()) == (4, False)


@pytest.mark.parametrize(("lang", "words"), [("vi", "Chưa có tệp gốc nào"), ("en", "no references yet")])
def test_an_empty_list_says_how_to_add(home: Path, lang: str, words: str) -> None:
    done = media(home, "show", lang=lang)
    assert (done.code, words in done.out, "kiemchung media add" in done.out) == (1, True, True)


def test_a_machine_that_cannot_decode_says_so_before_anything_is_added(
    home: Path, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unlocked(*_: object, **__: object) -> None:
        raise SandboxError("extra")

    monkeypatch.setattr(Decoder, "start", unlocked)
    done = media(home, "add", files / "b.png")
    assert (done.code, done.out) == (4, "")
    assert "pip install 'kiemchung[media]'" in done.err


def test_ctrl_c_leaves_what_was_said_to_be_in(home: Path, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adding_media, "_MOST_PENDING", 1)
    calls = []

    def stopped(decoded: Any) -> Any:
        calls.append(decoded)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return describe(decoded)

    monkeypatch.setattr(adding_media, "describe", stopped)
    done = media(home, "add", "--json", *(files / name for name in ("bão.png", "b.png", "tune.wav")))
    assert done.code == 130
    assert done.err.splitlines()[-2:] == [
        "In the collection: 2 of 3 files. Name them all again: those that are there are left as they are.",
        "Stopped.",
    ]
    assert [Path(row["file"]).name for row in done.rows] == ["bão.png", "b.png"]
    assert [row["name"] for row in media(home, "show", "--json").rows] == ["bão.png", "b.png"]
    assert media(home, "match", files / "crop.jpg").code == 0


def test_what_stops_an_import_leaves_word_of_how_much_is_in(
    home: Path, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise CollectionError("The disk is full.", "Đĩa đã đầy.")

    monkeypatch.setattr(MediaWriter, "commit", full)
    done = media(home, "add", files / "bão.png", lang="vi")
    assert done.code == 4
    assert "Đã vào kho: 0 trong 1 tệp." in done.err
    assert "Đĩa đã đầy." in done.err


def test_a_picture_that_is_too_plain_to_be_recognised_is_called_so_and_one_without_a_review_is_counted(
    home: Path, files: Path, tmp_path: Path
) -> None:
    Image.new("RGB", (400, 300), "white").save(tmp_path / "white.png")
    done = media(home, "add", tmp_path / "white.png", files / "b.png")
    plain, lively = done.out.splitlines()[:2]
    assert "only this very file will be recognised" in plain
    assert "only" not in lively
    assert "Of no review: 2." in done.err
    again = media(home, "add", "--json", tmp_path / "white.png", files / "tune.wav", "--review", "bao-hue")
    assert [row.get("plain", False) for row in again.rows] == [False, False]  # known, and no picture


def test_how_a_picture_was_turned_is_told(filled: Path, files: Path, tmp_path: Path) -> None:
    ImageOps.mirror(scene(1).rotate(-90, expand=True).convert("RGB")).save(tmp_path / "turned.jpg", quality=80)
    assert "mirrored, turned by 270°" in media(filled, "match", tmp_path / "turned.jpg").out
    assert "lật như trong gương, xoay 270°" in media(filled, "match", tmp_path / "turned.jpg", lang="vi").out
    [row] = media(filled, "match", "--format", "jsonl", tmp_path / "turned.jpg").rows
    assert (row["mirrored"], row["turned"]) == (True, 270)
    assert "turned by 270°" in kiemchung(filled, "check", "--lang", "en", str(tmp_path / "turned.jpg")).out


def test_a_name_with_a_newline_or_an_escape_stays_in_its_row(filled: Path, files: Path, tmp_path: Path) -> None:
    strange = tmp_path / "a\nb\x1b[31m.png"
    strange.write_bytes((files / "bão.png").read_bytes())
    for form in ("table", "tsv"):
        lines = media(filled, "match", "--format", form, strange).out.splitlines()
        assert len(lines) == (2 if form == "tsv" else 1)
        assert "a\\nb\\x1b[31m.png" in lines[-1]


@pytest.mark.parametrize("name", ["match.jpg", "nowhere/match.png", "query.png"])
def test_a_picture_that_cannot_or_should_not_be_written_is_refused_before_any_work(
    home: Path, tmp_path: Path, name: str
) -> None:
    scene(1).save(tmp_path / "query.png")
    before = (tmp_path / "query.png").read_bytes()
    done = media(home, "match", tmp_path / "query.png", "--picture", tmp_path / name)
    assert (done.code, done.out) == (2, "")
    assert "--picture" in done.err
    assert (tmp_path / "query.png").read_bytes() == before


def test_a_folder_without_files_is_nothing_found(home: Path, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    assert media(home, "add", tmp_path / "nothing").code == 1
