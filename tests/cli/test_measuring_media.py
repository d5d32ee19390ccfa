"""`evaluate media DIR`: the measures over a labelled folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import Ran, kiemchung
from tests.cli.test_media import scene
from tests.decoders import needs_decoder

pytestmark = [pytest.mark.slow, needs_decoder]
HEADER = "query\treference\treference_region\tgroup\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("labelled")
    for part in ("references", "queries"):
        (folder / part).mkdir()
    for seed in (1, 2):
        scene(seed).save(folder / "references" / f"{seed}.png")
    scene(1).crop((100, 60, 580, 420)).save(folder / "queries" / "crop.jpg", quality=70)
    scene(9).save(folder / "queries" / "stranger.png")
    (folder / "queries" / "text.png").write_bytes(b"no picture")
    return folder


def evaluated(folder: Path, labels: str, *options: str) -> Ran:
    (folder / "labels.tsv").write_text(HEADER + labels, encoding="utf-8")
    return kiemchung(folder, "evaluate", "media", str(folder), *options)


def test_the_measures_come_with_counts_intervals_and_the_worst(folder: Path) -> None:
    done = evaluated(folder, "crop.jpg\t1.png\t100,60,480,360\tcrop\nstranger.png\t\t\t\n", "--json")
    assert (done.code, done.err) == (0, "")
    [row] = done.rows
    shares = {share["what"]: (share["count"], share["of"]) for share in row["shares"]}
    assert shares == {
        "recall": (1, 1),
        "found_first": (1, 1),
        "false_alarms": (0, 1),
        "wrong_references": (0, 1),
        "recall: crop": (1, 1),
    }
    assert row["region_iou_mean"] > 0.9
    assert row["worst"] == []


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_people_get_a_table_and_the_worst_cases(folder: Path, lang: str) -> None:
    done = evaluated(folder, "stranger.png\t2.png\t\t\n", "--lang", lang)
    assert done.code == 0
    assert "missed" in done.out
    assert "0 / 1" in done.out


def test_a_query_that_is_refused_is_named_and_counts_as_not_found(folder: Path) -> None:
    done = evaluated(folder, "text.png\t2.png\t\t\n", "--json")
    assert (done.code, "text.png" in done.err, done.rows[0]["refused"]) == (3, True, ["text.png"])
    assert done.rows[0]["shares"][0]["count"] == 0


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        ("", "holds no line"),
        ("crop.jpg\t7.png\t\t\n", "7.png, which is not in references/"),
        ("crop.jpg\t1.png\t1,2,3\t\n", "line 2"),
        ("\t1.png\t\t\n", "line 2"),
    ],
)
def test_labels_that_cannot_be_used_are_named(folder: Path, labels: str, words: str) -> None:
    done = evaluated(folder, labels)
    assert (done.code, done.out, words in done.err) == (4, "", True)


def test_a_folder_of_another_form_is_refused(tmp_path: Path) -> None:
    done = kiemchung(tmp_path, "evaluate", "media", str(tmp_path))
    assert (done.code, "labels.tsv" in done.err) == (4, True)
