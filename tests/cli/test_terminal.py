"""On a terminal: nothing is wider than it, numbers are written as the reader writes them, tables stay tables."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import subprocess
from pathlib import Path

import pytest

from kiemchung.cli.terminal import Cards
from kiemchung.engine.types import Answer, Match, Outcome, Reason, Review
from tests.cli.command import PROGRAM, environment, lines_of

CONTROL = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


def on_terminal(home: Path, *arguments: str, columns: int) -> list[str]:
    """What a person sees on a terminal of so many columns, without colours and the progress bar."""
    ours, its = pty.openpty()
    variables = environment(home, COLUMNS=str(columns), TERM="xterm")
    with subprocess.Popen([*PROGRAM, *arguments], stdout=its, stderr=subprocess.PIPE, env=variables):
        os.close(its)
        seen = b""
        try:
            while part := os.read(ours, 65536):
                seen += part
        except OSError:  # Linux says so when the other end is closed
            pass
    os.close(ours)
    return CONTROL.sub("", seen.decode()).replace("\r\n", "\n").splitlines()


@pytest.mark.slow
@pytest.mark.parametrize("columns", [60, 100])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_nothing_is_wider_than_the_terminal(empty: Path, tmp_path: Path, lang: str, columns: int) -> None:
    file = tmp_path / "reviews.jsonl"
    ratings = ("Sai", "Pants on Fire", "Chưa rõ lắm", "3/5", "Đúng nhưng thiếu bối cảnh quan trọng và nhiều điều khác")
    rows = [{"id": f"r{n}", "claim": f"Tin đồn thứ {n} về con trâu", "rating": ratings[n % 5]} for n in range(1500)]
    file.write_bytes(lines_of(rows))
    lines = [
        *on_terminal(empty, "demo", "--no-site", "--lang", lang, columns=columns),
        *(imported := on_terminal(empty, "import", "--lang", lang, str(file), columns=columns)),
        *on_terminal(empty, "check", "--lang", lang, "Tin đồn thứ 7 về con trâu", columns=columns),
    ]
    assert [line for line in lines if len(line) > columns] == []
    assert ("1.500" if lang == "vi" else "1,500") in imported[0]
    assert sum("→" in line for line in imported) == len(ratings)


@pytest.mark.slow
@pytest.mark.parametrize("columns", [60, 100])
def test_measures_stand_in_columns_or_one_below_the_other(tmp_path: Path, columns: int) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    claims = [{"id": "1", "text": "Ăn tỏi sống chữa khỏi cúm"}, {"id": "2", "text": "Gạo làm từ nhựa"}]
    (folder / "claims.jsonl").write_text("\n".join(map(json.dumps, claims)))
    (folder / "queries.jsonl").write_text(json.dumps({"id": "a", "text": "ăn tỏi có chữa khỏi cúm không"}))
    (folder / "qrels.tsv").write_text("query_id\tclaim_id\na\t1\n")
    lines = on_terminal(tmp_path, "evaluate", "claims", str(folder), "--lang", "vi", columns=columns)
    assert max(map(len, lines)) <= columns
    assert lines[0] == "set: 2 nhận định, giới hạn 0.005"
    variants = [line.split("  ") for line in lines if "như đã gõ" in line]
    assert len(variants) == 1
    assert ("dạng NFD" in "".join(variants[0])) is (columns == 100)
    assert "tìm thấy ở hạng 1" in "\n".join(lines)


@pytest.mark.parametrize(
    ("outcome", "lang", "labels"),
    [
        (Outcome.ANSWER, "vi", ["Giống nhau", "Khác nhau"]),
        (Outcome.SUGGEST, "vi", ["Khác nhau", "Giống nhau"]),
        (Outcome.ANSWER, "en", ["Alike", "Different"]),
        (Outcome.SUGGEST, "en", ["Different", "Alike"]),
    ],
)
def test_what_differs_is_told_apart_from_what_is_alike(outcome: Outcome, lang: str, labels: list[str]) -> None:
    against, supporting = Reason("different_number", ("8 triệu", "18–20 triệu")), Reason("same_words", ("vượt đèn đỏ",))
    match = Match(rank=1, review_id="1", score=1.0, probability=0.5, reasons=(against, supporting))
    stream = io.StringIO()
    Cards(stream, lang).show("vượt đèn đỏ", Answer("m", outcome, (match,)), {"1": Review("1", "Vượt đèn đỏ")})
    lines = [line.strip() for line in stream.getvalue().splitlines()]
    told = [line for line in lines if line.partition(":")[0] in labels]
    assert [line.partition(":")[0] for line in told] == labels
    assert all(("18–20 triệu" in line) is line.startswith(("Khác", "Different")) for line in told)


@pytest.mark.parametrize(("lang", "heading"), [("vi", "nhưng có điểm khác"), ("en", "but it differs")])
def test_no_chance_of_being_the_same_stands_beside_what_differs(lang: str, heading: str) -> None:
    match = Match(rank=1, review_id="1", score=1.0, probability=0.999, reasons=(Reason("negated"),))
    stream = io.StringIO()
    Cards(stream, lang).show("đập không vỡ", Answer("m", Outcome.SUGGEST, (match,)), {"1": Review("1", "Đập vỡ")})
    assert heading in stream.getvalue()
    assert "%" not in stream.getvalue()


def test_a_date_that_comes_with_its_time_is_shown_as_a_day() -> None:
    match = Match(rank=1, review_id="1", score=1.0, probability=0.999)
    stream = io.StringIO()
    review = Review("1", "Vượt đèn đỏ", publisher="Báo Kiểm", date="2026-11-26T22:43:18.341047+00:00")
    Cards(stream, "vi").show("vượt đèn đỏ", Answer("m", Outcome.ANSWER, (match,)), {"1": review})
    assert "2026-11-26" in stream.getvalue()
    assert "22:43" not in stream.getvalue()
