"""Whatever comes in: one clear line with place and remedy, the right code, no traceback, nothing half-written."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.cli.command import PROGRAM, ROWS, Ran, environment, kiemchung, kiemchung_alone, lines_of
from tests.cli.test_importing import GOOD, stored
from tests.decoders import needs_decoder

pytestmark = pytest.mark.slow

# name -> (what comes in, what the message or refusal must say)
WHOLE_FILES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "empty"),
    "blank": (b" \n\n ", "empty"),
    "binary": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" * 50, "neither JSON nor HTML"),
    "plain words": ("Đây không phải là JSON".encode(), "neither JSON nor HTML"),
    "cut json": (b'{"@type": "DataFeed", "dataFeedElement": [{"item": [{"claimReviewed": "x', "in the middle"),
    "cut gzip": (b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab", "gzip"),
    "damaged gzip": (b"\x1f\x8b" + b"\xff" * 100, "gzip"),
    "page without reviews": (b"<!doctype html><p>Xin chao</p>", "no ClaimReview"),
}
LINES: dict[str, tuple[bytes, str]] = {
    "deep": (b'{"id": "a", "claim": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "deeper"),
    "deep and open": (b'{"id": "a", "claim": ' + b'{"a":' * 100_000, "deeper"),
    "NaN": (b'{"id": "a", "claim": "b", "n": NaN}', "not a number"),
    "infinite": (b'{"id": "a", "claim": "b", "n": 1e999}', "not a number"),
    "huge number": (b'{"id": "a", "claim": "b", "n": ' + b"9" * 10_000 + b"}", "JSON"),
    "duplicate key": (b'{"id": "a", "id": "b", "claim": "c"}', "twice"),
    "lone surrogate": (rb'{"id": "a", "claim": "x\ud800y"}', "surrogate"),
    "NUL": (rb'{"id": "a", "claim": "x\u0000y"}', "NUL"),
    "invalid UTF-8": (b'{"id": "a", "claim": "\xff\xfe"}', "UTF-8"),
    "wrong type": (b'{"id": "a", "claim": {"a": 1}}', "'claim' must be"),
    "wrong type of id": (b'{"id": {"a": 1}, "claim": "b"}', "'id' must be"),
    "no claim": (b'{"id": "a"}', "'claim' is missing"),
    "no id": (b'{"claim": "a"}', "'id' is missing"),
    "empty claim": (b'{"id": "a", "claim": "  "}', "'claim' is missing"),
    "not an object": (b'"chanh"', "not a JSON object"),
    "long string": (b'{"id": "a", "claim": "' + b"x" * 1_500_000 + b'"}', "longer than"),
    "long line": (b'{"id": "a", "claim": "' + b"x" * 5_000_000 + b'"}', "larger than"),
    "unknown rating": (b'{"id": "a", "claim": "b", "rating": {"mapped": "perhaps"}}', "must be one of"),
}


@pytest.mark.parametrize("name", WHOLE_FILES)
def test_a_file_that_cannot_be_read_changes_nothing(home: Path, tmp_path: Path, name: str) -> None:
    content, words = WHOLE_FILES[name]
    file = tmp_path / "reviews"
    file.write_bytes(content)
    for options in ([], ["--json"]):
        done = kiemchung(home, "import", *options, str(file))
        assert (done.code, done.out) == (4, "")
        assert done.err.startswith(f"Error: {file}")
        assert words in done.err
        assert done.err.count("\n") == 1
    assert stored(home) == len(ROWS)


@pytest.mark.parametrize("name", LINES)
def test_a_bad_line_is_named_and_costs_no_other(empty: Path, name: str) -> None:
    line, words = LINES[name]
    other = b'{"id": "sau", "claim": "Sau dong hong"}\n'
    done = kiemchung(empty, "import", "--json", "-", given=GOOD + line + b"\n" + other)
    (row,) = done.rows
    assert (done.code, row["added"]) == (3, 2)
    assert [item["line"] for item in row["refused"]] == [2]
    assert words in row["refused"][0]["reason"]
    assert len(row["refused"][0]["reason"]) < 500


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("/", "is a folder"),
        ("/khong/co", "does not exist"),
        ("/proc/self/mem", "could not be read"),
        ("x" * 5000, "cannot be opened"),
        ("a\x1b[2J\nb", "does not exist"),
        ("http://[::1", "not well-formed"),
        ("http://127.0.0.1:9/x", "127.0.0.1"),
    ],
)
def test_a_source_that_cannot_be_opened_is_named_in_one_line(empty: Path, source: str, words: str) -> None:
    done = kiemchung(empty, "import", source)
    assert (done.code, done.out, done.err.count("\n")) == (4, "", 1)
    assert words in done.err
    assert "\x1b" not in done.err
    assert len(done.err) < 1000
    assert stored(empty) == 0


@pytest.mark.parametrize(
    ("given", "words"),
    [(b"", "empty"), (b" \n\t", "empty"), (b"ab\x00\x01", "neither text"), (b"chanh \xff", "byte 7 is not UTF-8")],
)
def test_check_refuses_a_message_that_is_none(home: Path, given: bytes, words: str) -> None:
    done = kiemchung(home, "check", "--json", "-", given=given)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert words in done.err


@pytest.mark.parametrize("name", ["/", "/proc/self/mem"])
def test_check_names_a_file_it_cannot_read(home: Path, name: str) -> None:
    done = kiemchung(home, "check", name)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert name in done.err


def test_a_bad_line_among_messages_is_named_and_costs_no_other(home: Path) -> None:
    given = b"nuoc chanh nong\nhong \xff\na\x00b\n" + b"x" * 5_000_000 + b"\ngia xang tang\n"
    done = kiemchung(home, "check", "--json", "--lines", "-", given=given)
    assert (done.code, len(done.rows)) == (3, 2)
    assert [line.split(":")[1] for line in done.err.splitlines()] == [
        f" standard input, line {number}" for number in (2, 3, 4)
    ]


@pytest.mark.parametrize(
    "message",
    [
        "nước chanh " * 100_000,
        "a" * 1_000_000,
        "1" * 1_000_000,
        "\u0301" * 300_000,
        "ha" * 500_000,
        "http://" + "a." * 300_000,
    ],
    ids=["words", "one letter", "digits", "marks", "laughter", "address"],
)
def test_a_message_of_a_megabyte_is_answered_within_seconds(home: Path, message: str) -> None:
    began = time.monotonic()
    done = kiemchung(home, "check", "--json", "-", given=message.encode())
    assert done.code in {0, 1}
    assert len(done.rows) == 1
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("message", [b"x" * 5000, b"http://[::1", "\u202echanh\u2028 🍋".encode()])
def test_any_text_may_be_an_argument(home: Path, message: bytes) -> None:
    for options in (["--json"], []):
        done = kiemchung_alone(home, "check", *options, message)
        assert (done.code in {0, 1}, done.err) == (True, "")


@pytest.mark.parametrize("message", [b"chanh \xed\xa0\x80 nong", b"chanh \xff\xfe", b"ng\xe0y 5 th\xe1ng 6"])
def test_bytes_that_are_no_text_are_refused_as_argument_as_from_standard_input(home: Path, message: bytes) -> None:
    given = kiemchung_alone(home, "check", message)
    piped = kiemchung(home, "check", "-", given=message)
    assert (given.code, given.out, given.err.count("\n")) == (2, "", 1)
    assert given.err.partition("byte ")[2] == piped.err.partition("byte ")[2]
    assert piped.code == 2


def test_a_mark_of_utf16_before_other_text_is_no_utf16(home: Path, tmp_path: Path) -> None:
    for options in ([], ["--lines"]):
        done = kiemchung(home, "check", *options, "-", given=b"\xff\xfe abc")
        assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
        assert "UTF-8" in done.err
    for text in ("nước chanh nóng", "新冠疫苗会致癌", "ดื่มน้ำมะนาว"):
        for encoding in ("utf-16", "utf-8-sig"):
            assert kiemchung(home, "check", "--json", "-", given=text.encode(encoding)).code in {0, 1}


@pytest.mark.parametrize("name", ["/khong/co/tin.txt", "README.md", "./tin", "anh.JPG", "~/tin", "../x", "C:\\tin.txt"])
def test_the_name_of_a_file_that_is_not_there_is_no_message(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = kiemchung(home, "check", name)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert f"There is no file {name}" in done.err


def test_a_name_in_a_folder_that_is_there_is_that_of_a_file(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert kiemchung(home, "check", "tin/moi").code == 1
    (tmp_path / "tin").mkdir()
    assert kiemchung(home, "check", "tin/moi").code == 2


@pytest.mark.parametrize(
    "message",
    ["5.000.000đ/ngày", "đúng a/b.txt không", "vietcombank.com", "vi.example/tin.html", "https://vi.example/a.txt"],
)
def test_a_message_with_a_slash_or_a_dot_is_still_one(home: Path, message: str) -> None:
    done = kiemchung(home, "check", "--json", message)
    assert (done.code in {0, 1}, done.err) == (True, "")


@pytest.mark.parametrize("name", ["nope.txt", "khong co"])
def test_lines_come_from_a_file_that_is_there(home: Path, name: str) -> None:
    done = kiemchung(home, "check", "--lines", name)
    assert (done.code, done.out) == (2, "")
    assert f"{name} does not exist" in done.err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["check", "-"], 2), (["check", "--lines", "-"], 2), (["import", "-"], 4), (["lookalike"], 4), (["match"], 4)],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_closed_standard_input_is_said_in_a_sentence(
    home: Path, tmp_path: Path, arguments: list[str], code: int
) -> None:
    (tmp_path / "q.jsonl").write_bytes(b'{"id": "q", "text": "gao"}')
    more = ["--claims", "-", "--queries", str(tmp_path / "q.jsonl")] if arguments == ["match"] else []
    done = kiemchung_alone(home, *arguments, *more, before=lambda: os.close(0))
    assert (done.code, done.out, done.err.count("\n")) == (code, "", 1)
    assert "Standard input is closed" in done.err


@pytest.mark.parametrize("arguments", [["check", "chanh"], ["--help"], ["export"], ["demo"], ["import", "starter"]])
def test_a_closed_standard_output_is_said_before_anything_is_done(empty: Path, arguments: list[str]) -> None:
    done = kiemchung_alone(empty, *arguments, before=lambda: os.close(1))
    assert (done.code, done.out, done.err.count("\n")) == (4, "", 1)
    assert "standard output is closed" in done.err
    assert not empty.exists()


def test_with_standard_error_closed_the_answer_and_the_code_are_the_same(home: Path) -> None:
    done = kiemchung_alone(home, "check", "--json", "uong nuoc chanh nong", before=lambda: os.close(2))
    assert (done.code, done.err) == (0, "")
    assert done.rows[0]["matches"]
    assert kiemchung_alone(home, "check", "/khong/co", before=lambda: os.close(2)).code == 2


@pytest.mark.parametrize(
    ("message", "byte"), [(b"chanh \xed\xa0\x80 nong", 7), (b"\xff\xfe\xfd", 1), ("à".encode() + b"\xe1", 3)]
)
def test_an_argument_that_is_not_utf_8_is_refused_as_a_file_is(home: Path, message: bytes, byte: int) -> None:
    done = kiemchung_alone(home, "check", message)
    assert (done.code, done.out, f"byte {byte} is not UTF-8" in done.err) == (2, "", True)
    done = kiemchung_alone(home, "lookalike", message, b"vietcombank-otp.top", "--format", "tsv")
    assert (done.code, f"item 1: is not valid UTF-8 (byte {byte})" in done.err) == (3, True)
    assert "vietcombank-otp.top" in done.out


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["check"],
        ["chek", "x"],
        ["check", "--limit", "2", "x"],
        ["check", "--limit", "nan", "x"],
        ["check", "--top", "0", "x"],
        ["check", "--lang", "fr", "x"],
        ["check", "--js", "x"],
        ["match", "--claims", "x"],
        ["match", "--claims", "x", "--queries", "y", "--format", "xml"],
        ["evaluate", "pictures", "x"],
        ["completion", "powershell"],
        ["import"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_one_line_that_points_to_the_help(empty: Path, arguments: list[str]) -> None:
    done = kiemchung(empty, *arguments)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert done.err.endswith("--help.\n")


def test_a_full_disk_leaves_the_collection_as_it_was(home: Path) -> None:
    rows = lines_of({"id": f"n{n}", "claim": f"Tin đồn thứ {n} về {n * 7919} con trâu"} for n in range(4000))

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))

    done = kiemchung_alone(home, "import", "--json", "-", given=rows, before=limit)
    assert (done.code, done.out, done.err.count("\n")) == (4, "", 1), done.err
    assert str(home) in done.err, "the place is named"
    assert stored(home) == len(ROWS)
    (row,) = kiemchung(home, "import", "--json", "-", given=lines_of(ROWS)).rows
    assert row["unchanged"] == len(ROWS)
    assert kiemchung(home, "check", ROWS[0]["claim"]).code == 0


@pytest.mark.parametrize("arguments", [("check", "--json", "nước chanh"), ("--help",), ("--version",), ("check", "-h")])
def test_output_to_a_full_disk_is_an_error_with_a_remedy(home: Path, arguments: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*PROGRAM, *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            env=environment(home),
            check=False,
        )
    assert done.returncode == 4
    assert b"Make room" in done.stderr
    assert done.stderr.count(b"\n") == 1


def test_a_home_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for arguments in (["check", "x"], ["import", "starter"]):
        done = kiemchung(tmp_path / "file" / "home", *arguments)
        assert (done.code, done.err.count("\n")) == (4, 1)
        assert str(tmp_path / "file") in done.err


def test_a_damaged_collection_is_named_with_a_remedy(home: Path) -> None:
    (file,) = home.glob("*.sqlite*")
    file.write_bytes(b"khong phai co so du lieu" * 500)
    done = kiemchung(home, "check", "x")
    assert (done.code, done.err.count("\n")) == (4, 1)
    assert file.name in done.err


def test_ctrl_c_during_an_import_leaves_the_collection_as_it_was(home: Path) -> None:
    command = [*PROGRAM, "import", "-"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    rows = lines_of({"id": f"n{n}", "claim": f"Tin đồn thứ {n} về {n * 7919} con trâu"} for n in range(12_000))
    with subprocess.Popen(command, **pipes, env=environment(home)) as process:  # type: ignore[call-overload]
        process.stdin.write(rows)
        process.stdin.flush()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert (process.returncode, said.count(b"\n")) == (130, 1), said
    assert said.startswith(b"Stopped.")
    assert stored(home) == len(ROWS)
    assert kiemchung(home, "check", ROWS[0]["claim"]).code == 0


def in_match(folder: Path, content: bytes, *, as_queries: bool) -> Ran:
    names = {"claims": lines_of([{"id": "c", "text": "Gạo làm từ nhựa"}]), "queries": b'{"id": "q", "text": "gao"}\n'}
    names["queries" if as_queries else "claims"] = content
    for name, data in names.items():
        (folder / name).write_bytes(data)
    return kiemchung(folder / "home", "match", "--claims", str(folder / "claims"), "--queries", str(folder / "queries"))


@pytest.mark.parametrize("as_queries", [False, True], ids=["claims", "queries"])
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (bytes(range(256)) * 4000, "no line could be used"),
        (b"chanh \xff nong\n", "is not valid UTF-8"),
        (b'{"id": "a", "text": ' + b"[" * 100_000, "nested deeper"),
        (b'{"id": "a", "text": "b", "n": NaN}', "not a number"),
        (b'{"id": "a", "id": "b", "text": "c"}', "twice"),
        (rb'{"id": "a", "text": "\ud800"}', "surrogate"),
        (b'{"id": "a", "text": 3}', "'text' must be text"),
        (b'{"id": "a"}', "'text' is missing"),
        (b'{"id": "a", "text": null}', "'text' is missing"),
        (b'{"id": "a", "text": ""}', "'text' is missing"),
        (b'{"text": "a"}', "'id' is missing"),
        (b"nuoc chanh " * 90_000, "is not valid JSON"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_without_a_usable_line_is_one_sentence_in_match(
    tmp_path: Path, content: bytes, words: str, as_queries: bool
) -> None:
    done = in_match(tmp_path, content, as_queries=as_queries)
    assert (done.code, done.out, done.err.count("\n")) == (4, "", 1)
    assert words in done.err
    assert "Each line needs `id` and `text`" in done.err


@pytest.mark.parametrize("as_queries", [False, True], ids=["claims", "queries"])
def test_a_file_without_lines_is_said_to_be_so(tmp_path: Path, as_queries: bool) -> None:
    done = in_match(tmp_path, b"", as_queries=as_queries)
    assert (done.code, done.out) == (1, "")
    assert done.err.endswith(f"{'queries' if as_queries else 'claims'}: there is no line in it\n")


@pytest.mark.parametrize("as_queries", [False, True], ids=["claims", "queries"])
def test_an_empty_text_and_an_id_that_is_there_already_are_refused_by_line(tmp_path: Path, as_queries: bool) -> None:
    rows = [{"id": "q", "text": "gạo"}, {"id": "e", "text": " "}, {"id": "q", "text": "nhựa"}, {"id": "r", "text": "a"}]
    done = in_match(tmp_path, lines_of(rows), as_queries=as_queries)
    assert done.code == 3
    first, second = done.err.splitlines()
    assert first.endswith("line 2: 'text' is missing or empty")
    assert second.endswith("line 3: the id q is there already; each line needs its own")
    printed = {line.split()[0 if as_queries else 2] for line in done.out.splitlines()}
    assert printed == {"q", "r"}


def test_many_bad_lines_do_not_fill_the_screen(home: Path, tmp_path: Path) -> None:
    bad = b"\xff\n" * 3000
    done = in_match(tmp_path, bad + b'{"id": "q", "text": "gao"}\n', as_queries=True)
    assert (done.code, done.err.count("\n")) == (3, 11)
    assert done.err.endswith("… and 2,990 more lines\n")
    done = kiemchung(home, "check", "--lines", "--json", "-", given=bad + b"nuoc chanh nong\n")
    assert (done.code, len(done.rows), done.err.count("\n")) == (3, 1, 11)


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (b"\xff\xfe\xfd", "UTF-16"),
        (b"q\tc\nq \xff\tc\n", "line 2: byte 3 is not UTF-8"),
        (b"q c\n", "separated by a tab"),
        (b"", "names no query"),
        (b"nuoc chanh " * 90_000, "separated by a tab"),
        (b"x\ty\n", "names no query"),
    ],
    ids=["binary", "invalid UTF-8", "no tab", "empty", "megabyte", "other ids"],
)
def test_labels_that_cannot_be_used_are_named(tmp_path: Path, labels: bytes, words: str) -> None:
    for name in ("claims", "queries"):
        (tmp_path / f"{name}.jsonl").write_bytes(lines_of([{"id": name[0], "text": "Gạo làm từ nhựa"}]))
    (tmp_path / "qrels.tsv").write_bytes(labels)
    done = kiemchung(tmp_path / "home", "evaluate", "claims", str(tmp_path))
    assert (done.code, done.out, done.err.count("\n")) == (4, "", 1)
    assert words in done.err
    assert "qrels.tsv" in done.err


def test_a_labelled_folder_that_lacks_a_file_names_it(tmp_path: Path) -> None:
    for missing in ("claims", "queries", "qrels.tsv"):
        done = kiemchung(tmp_path / "home", "evaluate", "claims", str(tmp_path))
        assert (done.code, done.out, done.err.count("\n")) == (4, "", 1)
        assert missing in done.err
        name = missing if "." in missing else f"{missing}.jsonl"
        (tmp_path / name).write_bytes(lines_of([{"id": "a", "text": "Gạo"}]))


@pytest.mark.parametrize(
    "picture", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"\xff\xd8\xff\xe0\0\x10JFIF", b"RIFF\0\0\0\0WEBP"]
)
@needs_decoder
@pytest.mark.parametrize(("lang", "words"), [("vi", "bị hỏng"), ("en", "is damaged")])
def test_a_picture_that_is_cut_off_is_said_to_be_damaged(
    home: Path, tmp_path: Path, picture: bytes, lang: str, words: str
) -> None:
    file = tmp_path / "anh.png"
    file.write_bytes(picture)
    done = kiemchung(home, "check", "--lang", lang, str(file))
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert words in done.err
    assert "anh.png" in done.err


def test_ctrl_c_during_a_match_is_one_line_and_130(tmp_path: Path) -> None:
    rows = lines_of({"id": f"n{n}", "text": f"Tin đồn thứ {n} về {n * 7919} con trâu"} for n in range(3000))
    (tmp_path / "rows").write_bytes(rows)
    command = [*PROGRAM, "match", "--claims", str(tmp_path / "rows"), "--queries", str(tmp_path / "rows")]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(tmp_path)
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (130, b"Stopped.\n")
