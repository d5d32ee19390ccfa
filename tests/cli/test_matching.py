"""`match`: the TREC run, the JSON answers, and that `check` says the same of the same reviews on disk."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import MESSAGES, ROWS, Ran, kiemchung, lines_of

QUERIES: list[dict[str, Any]] = [{"id": f"q{number}", "text": text} for number, text in enumerate(MESSAGES)]
CLAIMS = [{"text": row["claim"]} | {k: v for k, v in row.items() if k != "claim"} for row in ROWS]


def match(folder: Path, *options: str, claims: bytes = lines_of(CLAIMS), queries: bytes = lines_of(QUERIES)) -> Ran:
    (folder / "claims.jsonl").write_bytes(claims)
    (folder / "queries.jsonl").write_bytes(queries)
    files = ("--claims", str(folder / "claims.jsonl"), "--queries", str(folder / "queries.jsonl"))
    return kiemchung(folder / "home", "match", *files, *options)


def test_check_from_disk_equals_match_from_memory(home: Path, tmp_path: Path) -> None:
    matched = match(tmp_path, "--format", "jsonl", "--top", "10")
    given = "\n".join(MESSAGES).encode()
    checked = kiemchung(home, "check", "--json", "--lines", "--top", "10", "-", given=given)
    assert (matched.code, matched.err, checked.err) == (0, "", "")
    assert len(matched.rows) == len(checked.rows) == len(MESSAGES)
    for memory, disk in zip(matched.rows, checked.rows, strict=True):
        assert memory["outcome"] == disk["outcome"]
        assert [m["id"] for m in memory["matches"]] == [m["review"]["id"] for m in disk["matches"]]
        expected = [m["probability"] for m in disk["matches"]]
        assert [m["probability"] for m in memory["matches"]] == pytest.approx(expected, abs=1e-6)
        assert [m["reasons"] for m in memory["matches"]] == [m["reasons"] for m in disk["matches"]]


@pytest.mark.slow
def test_check_equals_match_after_updates_and_several_imports(empty: Path, tmp_path: Path) -> None:
    for row in ROWS:  # a segment an import, and each review replaced once
        old = row | {"claim": "Một câu khác hẳn " + row["id"], "date": "2024-01-01"}
        assert kiemchung(empty, "import", "-", given=lines_of([old])).code == 0
    newer = [row | {"date": "2024-02-01"} for row in ROWS]
    assert kiemchung(empty, "import", "-", given=lines_of(reversed(newer))).code == 0
    given = "\n".join(MESSAGES).encode()
    checked = kiemchung(empty, "check", "--json", "--lines", "--top", "10", "-", given=given).rows
    for memory, disk in zip(match(tmp_path, "--format", "jsonl").rows, checked, strict=True):
        assert memory["outcome"] == disk["outcome"]
        assert [m["id"] for m in memory["matches"]] == [m["review"]["id"] for m in disk["matches"]]
        expected = [m["probability"] for m in disk["matches"]]
        assert [m["probability"] for m in memory["matches"]] == pytest.approx(expected, abs=1e-6)


def test_jsonl_has_the_published_shape_in_the_order_of_the_queries(tmp_path: Path) -> None:
    rows = match(tmp_path, "--format", "jsonl", "--top", "4").rows
    assert [row["id"] for row in rows] == [query["id"] for query in QUERIES]
    for row in rows:
        assert set(row) == {"id", "outcome", "matches"}
        assert row["outcome"] in {"answer", "suggest", "none"}
        assert [found["rank"] for found in row["matches"]] == [1, 2, 3, 4][: len(row["matches"])]
        for found in row["matches"]:
            assert set(found) == {"id", "rank", "score", "probability", "reasons"}
            assert all({"code", "text"} <= set(reason) for reason in found["reasons"])


def test_trec_lines_have_six_columns_best_first_and_no_ties(tmp_path: Path) -> None:
    done = match(tmp_path, "--top", "10")
    lines = [line.split(" ") for line in done.out.splitlines()]
    assert {len(line) for line in lines} == {6}
    assert {line[1] for line in lines} == {"Q0"}
    for query in QUERIES:
        mine = [line for line in lines if line[0] == query["id"]]
        assert [line[3] for line in mine] == [str(rank) for rank in range(1, len(mine) + 1)]
        values = [float(line[5]) for line in mine]
        assert values == sorted(set(values), reverse=True), "probabilities are untied and fall"
        scores = [float(line[4]) for line in mine]
        assert scores == sorted(scores, reverse=True)


def test_every_query_gets_its_candidates_even_with_nothing_in_common(tmp_path: Path) -> None:
    queries = lines_of([{"id": "xa", "text": "zzzz qqqq"}, {"id": "chào", "text": "chào buổi sáng"}])
    lines = match(tmp_path, "--top", "5", queries=queries).out.splitlines()
    assert [line.split(" ")[0] for line in lines] == ["xa"] * 5 + ["chào"] * 5


def test_both_forms_give_the_same_ranking(tmp_path: Path) -> None:
    trec = [line.split(" ") for line in match(tmp_path, "--top", "5").out.splitlines()]
    rows = match(tmp_path, "--top", "5", "--format", "jsonl").rows
    assert [(line[0], line[2], float(line[5])) for line in trec] == [
        (row["id"], found["id"], found["probability"]) for row in rows for found in row["matches"]
    ]


def test_gzip_is_read_and_a_small_collection_gives_fewer(tmp_path: Path) -> None:
    done = match(
        tmp_path, claims=gzip.compress(lines_of(CLAIMS[:2]), mtime=0), queries=gzip.compress(lines_of(QUERIES), mtime=0)
    )
    assert (done.code, done.err) == (0, "")
    assert {line.split(" ")[2] for line in done.out.splitlines()} == {"chanh", "toi"}


def test_bad_lines_are_named_and_the_rest_is_matched(tmp_path: Path) -> None:
    done = match(tmp_path, queries=b'{"text": "x"}\n{"id": "q", "text": "xang tang"}\n[]\n')
    assert done.code == 3
    assert {line.split(" ")[0] for line in done.out.splitlines()} == {"q"}
    assert done.err.splitlines()[0].endswith("queries.jsonl, line 1: 'id' is missing or empty")
    assert "line 3" in done.err.splitlines()[1]


def test_no_query_or_no_claim_is_nothing_found(tmp_path: Path) -> None:
    assert match(tmp_path, claims=b"").code == 1
    done = match(tmp_path, queries=b"\n")
    assert (done.code, done.out) == (1, "")


def test_files_that_cannot_be_used_end_with_4_and_a_remedy(tmp_path: Path) -> None:
    for claims in (
        b"\x89PNG\r\n\x1a\n\0\0",
        b"\xff\xfe",
        b"[" * 100_000,
        gzip.compress(lines_of(CLAIMS), mtime=0)[:-9],
    ):
        done = match(tmp_path, claims=claims)
        assert "Traceback" not in done.err
        assert done.out == ""
        if claims != b"\xff\xfe":  # a file with a mark and no line is an empty one
            assert (done.code, "claims.jsonl" in done.err.splitlines()[-1]) == (4, True)
    queries = tmp_path / "queries.jsonl"
    for name in (tmp_path, tmp_path / "absent.jsonl", Path("/proc/self/mem")):
        done = kiemchung(tmp_path / "home", "match", "--claims", str(name), "--queries", str(queries))
        assert (done.code, done.out, done.err.count("\n")) == (4, "", 1)
        assert str(name) in done.err


@pytest.mark.parametrize("piped", ["--claims", "--queries"])
def test_claims_or_queries_may_come_on_standard_input(tmp_path: Path, piped: str) -> None:
    file = tmp_path / "texts.jsonl"
    given = lines_of([{"id": "1", "text": "Ăn tỏi sống chữa khỏi cúm"}])
    file.write_bytes(given)
    names = {"--claims": str(file), "--queries": str(file)} | {piped: "-"}
    done = kiemchung(tmp_path, "match", *(part for pair in names.items() for part in pair), given=given)
    assert (done.code, done.err, done.out.split()[:3]) == (0, "", ["1", "Q0", "1"])


def test_claims_and_queries_cannot_both_come_on_standard_input(tmp_path: Path) -> None:
    done = kiemchung(tmp_path, "match", "--claims", "-", "--queries", "-")
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)


@pytest.mark.slow
@pytest.mark.parametrize("form", ["trec", "jsonl"])
def test_several_processes_print_what_one_does(tmp_path: Path, form: str) -> None:
    queries = lines_of(
        {"id": f"q{number}", "text": f"{MESSAGES[number % len(MESSAGES)]} {number}"} for number in range(140)
    )
    printed = [match(tmp_path, "--format", form, "--processes", count, queries=queries) for count in ("1", "3")]
    assert [ran.code for ran in printed] == [0, 0]
    assert printed[0].out == printed[1].out
