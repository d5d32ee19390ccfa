"""`media match`: files of one folder recognised in another, whatever lies in them."""

from __future__ import annotations

import csv
import io
import json
import wave
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageOps

from kiemchung.engine.media.types import SAMPLE_RATE
from tests.cli.command import Ran, kiemchung
from tests.decoders import needs_decoder

pytestmark = [pytest.mark.slow, needs_decoder]


def scene(seed: int) -> Image.Image:
    """A picture full of corners: rectangles and letters at random places over a soft ground."""
    draw = np.random.default_rng(seed)
    picture = Image.fromarray(draw.integers(60, 200, (12, 16, 3), np.uint8)).resize(
        (640, 480), Image.Resampling.BICUBIC
    )
    pen = ImageDraw.Draw(picture)
    for _ in range(60):
        x, y, w, h = (int(v) for v in draw.integers((0, 0, 8, 8), (600, 440, 90, 90)))
        pen.rectangle((x, y, x + w, y + h), fill=tuple(int(v) for v in draw.integers(0, 255, 3)))
        pen.text((x, y), chr(int(draw.integers(65, 91))), fill=(255, 255, 255), font_size=int(draw.integers(12, 60)))
    return picture


def tune(seed: int, seconds: float) -> np.ndarray:
    """Notes of a quarter of a second with overtones, 16 bits."""
    draw = np.random.default_rng(seed)
    at = np.arange(int(0.25 * SAMPLE_RATE)) / SAMPLE_RATE
    notes = []
    for _ in range(int(seconds * 4)):
        chord = 220 * 2 ** (draw.integers(0, 30, 3) / 12)
        notes.append(sum(np.sin(2 * np.pi * f * n * at) / n for f in chord for n in (1, 2, 3)) * np.exp(-3 * at))
    return (np.concatenate(notes) * 3000).astype("<i2")


def write_sound(path: Path, samples: np.ndarray) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(samples.tobytes())


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Six pictures and two tunes; among the queries a crop, a mirrored one, a copy, a clip, a stranger and no media."""
    references, queries = tmp_path_factory.mktemp("checked"), tmp_path_factory.mktemp("inbox")
    (references / "2024").mkdir()
    for seed in range(6):
        scene(seed).save(references / "2024" / f"{seed}.png")
    for seed in range(2):
        write_sound(references / f"tune-{seed}.wav", tune(seed, 30))
    scene(1).crop((100, 60, 580, 420)).save(queries / "crop.jpg", quality=60)
    ImageOps.mirror(scene(2)).save(queries / "mirror.webp")
    (queries / "copy.png").write_bytes((references / "2024" / "3.png").read_bytes())
    write_sound(queries / "clip.wav", tune(1, 30)[8 * SAMPLE_RATE : 18 * SAMPLE_RATE])
    scene(99).save(queries / "stranger.png")
    (queries / "note.txt").write_text("không phải ảnh", encoding="utf-8")
    return references, queries


def matched(folders: tuple[Path, Path], *options: str, home: Path) -> Ran:
    references, queries = folders
    return kiemchung(home, "media", "match", "--references", str(references), "--queries", str(queries), *options)


def test_files_are_recognised_with_the_part_that_matches(folders: tuple[Path, Path], tmp_path: Path) -> None:
    done = matched(folders, "--format", "tsv", home=tmp_path)
    assert done.code == 3
    assert "note.txt" in done.err
    rows = {row["query"]: row for row in csv.DictReader(io.StringIO(done.out), delimiter="\t")}
    assert {query: (row["reference"], row["method"]) for query, row in rows.items()} == {
        "crop.jpg": ("2024/1.png", "features"),
        "mirror.webp": ("2024/2.png", "features"),
        "copy.png": ("2024/3.png", "file"),
        "clip.wav": ("tune-1.wav", "sound"),
    }
    region = np.array([int(value) for value in rows["crop.jpg"]["reference_region"].split(",")])
    assert np.abs(region - (100, 60, 480, 360)).max() <= 12
    assert [float(rows["clip.wav"][name]) for name in ("start_s", "end_s")] == pytest.approx([8, 18], abs=0.6)
    assert rows["crop.jpg"]["start_s"] == rows["clip.wav"]["query_region"] == ""


def test_json_lines_say_the_same(folders: tuple[Path, Path], tmp_path: Path) -> None:
    done = matched(folders, "--format", "jsonl", home=tmp_path)
    rows = [json.loads(line) for line in done.out.splitlines()]
    assert {row["query"] for row in rows if "refused" in row} == {"note.txt"}
    rows = [row for row in rows if "refused" not in row]
    assert {row["query"] for row in rows} == {"crop.jpg", "mirror.webp", "copy.png", "clip.wav"}
    assert all(0 < row["probability"] < 1 for row in rows)


@pytest.mark.parametrize(("lang", "nothing"), [("vi", "Không nhận ra"), ("en", "No reference")])
def test_where_nothing_is_recognised_the_table_says_so(tmp_path: Path, lang: str, nothing: str) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    scene(7).save(tmp_path / "b" / "x.png")
    done = matched((tmp_path / "a", tmp_path / "b"), "--lang", lang, home=tmp_path)
    assert (done.code, nothing in done.out, done.err) == (1, True, "")


def test_what_is_no_folder_is_named(tmp_path: Path) -> None:
    done = matched((tmp_path / "khong-co", tmp_path), home=tmp_path)
    assert done.code == 4
    assert "khong-co is not a folder" in done.err
