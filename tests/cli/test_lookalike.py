"""`kiemchung lookalike` as other programs call it: formats, streams, exit codes."""

from __future__ import annotations

import gzip
import json
import os
import pty
import subprocess
import time
from pathlib import Path

import pytest

from tests.cli.command import PROGRAM, environment, kiemchung

GOTMART = {"id": "gotmart", "name": "Gotmart Việt Nam", "display": "Gotmart", "domains": ["gotmart.vn"]}
SON_HA = {"id": "sonha", "name": "Ngân hàng TMCP Sơn Hà", "display": "SonHaBank", "domains": ["sonhabank.com.vn"]}
ORGANISATIONS = (GOTMART | {"category": "ecommerce", "country": "VN"}, SON_HA | {"category": "bank", "country": "VN"})
NAMES = "gotmart-quatang.top\nexample.org\ngotmart.vn\nCSKH G0tmart\nHội ghét Gotmart\n\nsonhabank.com.vn-xx.life\n"


@pytest.fixture
def ours(tmp_path: Path) -> str:
    path = tmp_path / "ours.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ORGANISATIONS), encoding="utf-8")
    return str(path)


@pytest.fixture
def names(tmp_path: Path) -> str:
    path = tmp_path / "names.txt"
    path.write_text(NAMES, encoding="utf-8")
    return str(path)


def test_tsv_has_a_header_and_one_row_an_alert(empty: Path, ours: str, names: str) -> None:
    done = kiemchung(empty, "lookalike", "--names", names, "--organisations", ours, "--format", "tsv")
    rows = [line.split("\t") for line in done.out.splitlines()]
    assert rows[0] == ["name", "organisation", "probability", "reasons"]
    assert [(row[0], row[1]) for row in rows[1:]] == [
        ("gotmart-quatang.top", "gotmart"),
        ("CSKH G0tmart", "gotmart"),
        ("sonhabank.com.vn-xx.life", "sonha"),
    ]
    assert all(0.5 <= float(row[2]) <= 1 for row in rows[1:])
    assert rows[3][3].split(",")[0] == "official_domain_in_front"
    assert (done.code, done.err) == (0, "")


def test_all_gives_every_name_in_its_order(empty: Path, ours: str, names: str) -> None:
    done = kiemchung(empty, "lookalike", "--names", names, "--organisations", ours, "--format", "tsv", "--all")
    rows = [line.split("\t") for line in done.out.splitlines()[1:]]
    assert [row[0] for row in rows] == [name for name in NAMES.splitlines() if name]
    assert rows[1] == ["example.org", "", "0", ""]
    assert rows[2] == ["gotmart.vn", "gotmart", "0", "official"]


def test_a_name_is_printed_as_given_with_what_cannot_be_seen_and_backslash_escaped(empty: Path, ours: str) -> None:
    given = ("Gotmart\tCSKH\\vip", "GOTMART-Quatang.TOP", "hai\ndòng", "gotmart\u200b.top", "\x1b[2Ja\u2028\u202e")
    done = kiemchung(empty, "lookalike", *given, "--organisations", ours, "--format", "tsv", "--all")
    written = [line.split("\t")[0] for line in done.out.splitlines()[1:]]
    assert written == [
        "Gotmart\\tCSKH\\\\vip",
        "GOTMART-Quatang.TOP",
        "hai\\ndòng",
        "gotmart\\u200b.top",
        "\\x1b[2Ja\\u2028\\u202e",
    ]


def test_jsonl_gives_the_reasons_in_words(empty: Path, ours: str) -> None:
    done = kiemchung(
        empty, "lookalike", "gotmart-quatang.top", "--organisations", ours, "--format", "jsonl", "--lang", "vi"
    )
    [row] = done.rows
    assert (row["kind"], row["organisation"], row["alert"]) == ("host", "gotmart", True)
    assert {"code": "scam_words", "values": ["quatang"], "text": "kèm từ hay gặp trong lừa đảo: quatang"} in row[
        "reasons"
    ]


def test_a_table_explains_in_the_language_asked_for(empty: Path, ours: str) -> None:
    done = kiemchung(empty, "lookalike", "gotmart-quatang.top", "--organisations", ours, "--explain", "--lang", "en")
    assert "⚠ gotmart-quatang.top" in done.out
    assert "Gotmart" in done.out
    assert "words common in scams: quatang" in done.out


def test_control_characters_do_not_reach_the_terminal(empty: Path, ours: str) -> None:
    done = kiemchung(empty, "lookalike", "gotmart\x1b[31m.top", "\u202egotmart.top", "--organisations", ours, "--all")
    assert "\\x1b[31m" in done.out
    assert "\x1b" not in done.out
    assert "\u202e" not in done.out


def test_a_table_is_never_certain_and_gives_official_names_their_owner(empty: Path, ours: str) -> None:
    given = ("gotmart.vn.xacminh-dangnhap.top", "www.gotmart.vn", "Gotmart", "--organisations", ours, "--lang", "vi")
    done = kiemchung(empty, "lookalike", *given)
    assert done.out.splitlines() == [
        "⚠ gotmart.vn.xacminh-dangnhap.top  →  Gotmart  99 %",
        "· www.gotmart.vn  =  tên miền chính thức của Gotmart",
        "· Gotmart  =  đúng tên chính thức của Gotmart; ai cũng viết được tên này",
    ]
    assert kiemchung(empty, "lookalike", "gotmart.vn", "--organisations", ours).code == 1


def test_nothing_found_is_exit_code_1_and_said_to_people_only(empty: Path, ours: str) -> None:
    done = kiemchung(empty, "lookalike", "example.org", "--organisations", ours, "--lang", "en")
    assert (done.code, "does not mean that it is safe" in done.out) == (1, True)
    done = kiemchung(empty, "lookalike", "example.org", "--organisations", ours, "--format", "jsonl")
    assert (done.code, done.out) == (1, "")


def test_the_registry_that_comes_along_is_used_without_a_file(empty: Path) -> None:
    done = kiemchung(empty, "lookalike", "vietcombank-vaytien.top", "--format", "tsv")
    assert (done.code, done.out.splitlines()[1].split("\t")[1]) == (0, "vietcombank")


def test_kind_and_threshold_are_obeyed(empty: Path, ours: str) -> None:
    given = ("lookalike", "gotmart.fans", "--organisations", ours, "--all", "--format", "jsonl")
    kinds = [kiemchung(empty, *given, "--kind", kind).rows[0]["kind"] for kind in ("handle", "URL", "display-name")]
    assert kinds == ["handle", "url", "display_name"]
    assert kiemchung(empty, *given, "--threshold", "0").rows[0]["alert"]
    assert not kiemchung(empty, *given, "--threshold", "1").rows[0]["alert"]


def test_a_bad_line_is_refused_and_costs_no_other(empty: Path, ours: str) -> None:
    given = b"gotmart-vip.top\n\xff\xfe\xff.com\nok.com\n" + b"a" * 70_000 + b"\nnul\0.com\ngotmart-cskh.top"
    done = kiemchung(empty, "lookalike", "--organisations", ours, "--format", "tsv", given=given)
    assert done.code == 3
    assert [line.split("\t")[0] for line in done.out.splitlines()[1:]] == ["gotmart-vip.top", "gotmart-cskh.top"]
    assert [f"line {n}" in done.err for n in (1, 2, 3, 4, 5, 6)] == [False, True, False, True, True, False]


def test_a_long_line_over_many_pieces_is_one_refusal(empty: Path, ours: str) -> None:
    given = b"a" * 1_000_000 + b"\ngotmart-vip.top\n"
    done = kiemchung(empty, "lookalike", "--organisations", ours, "--format", "tsv", given=given)
    assert (done.code, done.err.count("line 1"), done.out.count("gotmart-vip.top")) == (3, 1, 1)


def test_gzip_and_carriage_returns_are_read(empty: Path, ours: str, tmp_path: Path) -> None:
    path = tmp_path / "names.gz"
    path.write_bytes(gzip.compress(b"\xef\xbb\xbfgotmart-vip.top\r\nexample.org\r\n"))
    done = kiemchung(empty, "lookalike", "--names", str(path), "--organisations", ours, "--format", "tsv", "--all")
    assert [line.split("\t")[0] for line in done.out.splitlines()[1:]] == ["gotmart-vip.top", "example.org"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--organisations", "nowhere.jsonl", "x.com"), 4, "nowhere.jsonl does not exist"),
        (("--names", "nowhere.txt"), 4, "nowhere.txt does not exist"),
        (("--kind", "picture", "x.com"), 2, "invalid choice"),
        (("--threshold", "2", "x.com"), 2, "is not a probability"),
    ],
)
def test_an_error_says_what_is_wrong(empty: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    done = kiemchung(empty, "lookalike", *arguments)
    assert (done.code, said in done.err) == (code, True), done.err


def test_a_broken_registry_names_its_line(empty: Path, tmp_path: Path) -> None:
    path = tmp_path / "broken.jsonl"
    path.write_text('{"id": "a", "name": "A"}\n{"id": "b"}\n', encoding="utf-8")
    done = kiemchung(empty, "lookalike", "x.com", "--organisations", str(path))
    assert (done.code, "line 2" in done.err) == (4, True)


def test_a_stream_is_answered_as_it_comes(empty: Path, ours: str) -> None:
    command = [*PROGRAM, "lookalike", "--organisations", ours, "--format", "tsv"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment(empty)) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"gotmart-vip.top\n")
        process.stdin.flush()
        assert process.stdout.readline().startswith(b"name\t")
        began = time.monotonic()
        assert process.stdout.readline().startswith(b"gotmart-vip.top\tgotmart\t")
        process.stdin.write(b"gotmart-cskh.top\n")
        process.stdin.flush()
        assert process.stdout.readline().startswith(b"gotmart-cskh.top\tgotmart\t")
        assert time.monotonic() - began < 5
        process.stdin.close()
        assert process.wait() == 0


@pytest.mark.slow
def test_progress_is_shown_on_a_terminal_only(empty: Path, ours: str, tmp_path: Path) -> None:
    path = tmp_path / "many.txt"
    path.write_text("\n".join(f"host{n}.example.org" for n in range(120_000)), encoding="utf-8")
    main, side = pty.openpty()
    command = [*PROGRAM, "lookalike", "--names", str(path), "--organisations", ours, "--format", "tsv"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=side, env=environment(empty), check=False)
    os.close(side)
    assert done.returncode == 1
    assert b"/s" in os.read(main, 65536)
    os.close(main)


def test_a_labelled_folder_is_measured(empty: Path, ours: str, tmp_path: Path) -> None:
    (tmp_path / "positives.tsv").write_text(
        "host\torg\talso\ttechnique\turl\ngotmart-vip.top\tgotmart\t\tcombosquat\t\n", encoding="utf-8"
    )
    (tmp_path / "benign.tsv").write_text("domain\tkind\twhy\nexample.org\tpopular\t\n", encoding="utf-8")
    (tmp_path / "stream.txt").write_text("example.org\t2026\ngotmart-quatang.top\t2026\n", encoding="utf-8")
    done = kiemchung(empty, "evaluate", "lookalikes", str(tmp_path), "--organisations", ours, "--json")
    [row] = done.rows
    shares = {share["what"]: (share["count"], share["of"]) for share in row["shares"]}
    assert shares["recall, positives"] == (1, 1)
    assert shares["flagged, popular"] == (0, 1)
    assert row["alerts_per_100000"] == {"stream": 50000.0}
    assert kiemchung(empty, "evaluate", "lookalikes", str(tmp_path / "nowhere")).code == 4
