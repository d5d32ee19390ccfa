"""`check`: what it prints, for people and for programs, and when it ends with which code."""

from __future__ import annotations

import json
import signal
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kiemchung import ClaimIndex, Collection, Review, SearchableCollection
from kiemchung.cli import main
from tests.cli.command import MESSAGES, PROGRAM, environment, kiemchung, kiemchung_alone

CHANH = "uong nuoc chanh nong chua khoi ung thu"


def test_json_has_the_published_shape(home: Path) -> None:
    done = kiemchung(home, "check", "--json", "--top", "3", CHANH)
    assert (done.code, done.err) == (0, "")
    (row,) = done.rows
    assert set(row) == {"outcome", "matches", "lookalikes", "official"}
    assert row["outcome"] in {"answer", "suggest"}
    assert row["lookalikes"] == []
    assert [match["rank"] for match in row["matches"]] == [1, 2, 3]
    best = row["matches"][0]
    assert set(best) == {"review", "rank", "score", "probability", "reasons"}
    keys = {"url", "claim", "title", "rating", "publisher", "publisher_url", "date", "lang"}
    assert keys <= set(best["review"])
    assert best["review"]["id"] == "chanh"
    assert best["review"]["rating"] == {"published": "Sai", "mapped": "false"}
    assert all({"code", "text"} <= set(reason) for reason in best["reasons"])
    assert best["reasons"]


def test_a_program_gets_the_address_of_who_published_where_the_review_has_none(empty: Path) -> None:
    publisher = {"name": "WHO", "url": "https://www.who.int/"}
    row = {"id": "toi", "claim": "Ăn tỏi sống chữa khỏi cúm", "publisher": publisher}
    assert kiemchung(empty, "import", "-", given=json.dumps(row).encode()).code == 0
    review = kiemchung(empty, "check", "--json", "ăn tỏi sống chữa khỏi cúm").rows[0]["matches"][0]["review"]
    assert (review["url"], review["publisher"], review["publisher_url"]) == ("", "WHO", "https://www.who.int/")


def test_probabilities_fall_with_the_rank_and_lie_between_0_and_1(home: Path) -> None:
    for message in MESSAGES:
        (row,) = kiemchung(home, "check", "--json", "--top", "10", message).rows
        values = [match["probability"] for match in row["matches"]]
        assert values == sorted(values, reverse=True)
        assert all(0 <= value <= 1 for value in values)


def test_finding_nothing_says_what_that_means(home: Path) -> None:
    done = kiemchung(home, "check", "😀 👍")
    assert done.code == 1
    assert "Nobody has checked this yet" in done.out
    assert "neither true nor false" in " ".join(done.out.split())


def test_a_message_without_words_finds_nothing(home: Path) -> None:
    done = kiemchung(home, "check", "--json", "😀 👍")
    assert (done.code, done.rows[0]["outcome"]) == (1, "none")


@pytest.mark.parametrize(("lang", "words"), [("vi", "Nhận định"), ("en", "Claim")])
def test_the_answer_comes_in_the_chosen_language(home: Path, lang: str, words: str) -> None:
    done = kiemchung(home, "check", "--lang", lang, "ăn tỏi sống mỗi sáng phòng được cúm")
    assert words in done.out
    assert done.code == 0


def test_the_language_follows_the_locale(home: Path) -> None:
    assert "Tin:" in kiemchung(home, "check", CHANH, LANG="vi_VN.UTF-8").out
    assert "Message:" in kiemchung(home, "check", CHANH, LANG="en_GB.UTF-8").out


@pytest.mark.slow
def test_output_is_utf8_whatever_the_terminal_claims(home: Path) -> None:
    done = kiemchung_alone(home, "check", CHANH, PYTHONIOENCODING="ascii")
    assert "Uống nước chanh nóng" in done.out


def test_one_answer_a_line_in_the_order_of_the_lines(home: Path) -> None:
    given = "\n".join(MESSAGES[:2]) + "\n\r\n\n" + MESSAGES[2]
    done = kiemchung(home, "check", "--lines", "--json", "-", given=given.encode())
    assert done.code == 0
    assert [row["matches"][0]["review"]["id"] for row in done.rows] == ["chanh", "xang-500", "bao-hue"]


@pytest.mark.slow
def test_a_line_is_answered_before_the_next_one_comes(home: Path) -> None:
    command = [*PROGRAM, "check", "--lines", "--json", "-"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "env": environment(home)}
    with subprocess.Popen(command, **pipes) as process:  # type: ignore[call-overload]
        for message in MESSAGES[:2]:
            process.stdin.write(message.encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["matches"]
        process.stdin.close()
        assert process.wait(30) == 0


def test_a_message_may_be_in_a_file_or_on_standard_input(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "tin.txt"
    file.write_text(CHANH, encoding="utf-8-sig")
    utf16 = tmp_path / "tin-16.txt"
    utf16.write_text(CHANH, encoding="utf-16")
    expected = kiemchung(home, "check", "--json", CHANH).rows
    assert kiemchung(home, "check", "--json", str(file)).rows == expected
    assert kiemchung(home, "check", "--json", str(utf16)).rows == expected
    assert kiemchung(home, "check", "--json", "-", given=CHANH.encode()).rows == expected
    assert kiemchung(home, "check", "--json", "--lines", str(utf16)).rows == expected


def test_decomposed_and_composed_marks_get_the_same_answer(home: Path) -> None:
    import unicodedata

    for message in MESSAGES:
        composed = kiemchung(home, "check", "--json", unicodedata.normalize("NFC", message)).rows
        assert kiemchung(home, "check", "--json", unicodedata.normalize("NFD", message)).rows == composed


def test_an_address_is_looked_up_by_its_words_and_not_opened(home: Path) -> None:
    done = kiemchung(home, "check", "--json", "https://bao.invalid/uong-nuoc-chanh-nong-chua-khoi-ung-thu.html")
    assert done.rows[0]["matches"][0]["review"]["id"] == "chanh"


def test_an_address_on_this_machine_is_not_fetched(home: Path) -> None:
    done = kiemchung(home, "check", "--fetch", "http://127.0.0.1:1/x")
    assert done.code == 4
    assert "127.0.0.1" in done.err
    assert done.err.count("\n") == 1


@pytest.mark.slow
def test_a_smaller_limit_never_answers_what_a_larger_one_does_not(home: Path) -> None:
    order = {"none": 0, "suggest": 1, "answer": 2}
    for message in MESSAGES:
        outcomes = [
            kiemchung(home, "check", "--json", "--limit", limit, message).rows[0]["outcome"]
            for limit in ("0", "0.005", "0.05", "1")
        ]
        assert [order[outcome] for outcome in outcomes] == sorted(order[outcome] for outcome in outcomes)


def test_a_reader_that_goes_away_is_no_error(home: Path) -> None:
    command = [*PROGRAM, "check", "--lines", "--json", "-"]
    given = (CHANH + "\n").encode() * 400
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, **pipes, env=environment(home)) as process:  # type: ignore[call-overload]
        process.stdout.close()
        try:
            process.stdin.write(given)
            process.stdin.close()
        except BrokenPipeError:
            pass
        assert process.stderr.read() == b""
        assert process.wait(30) == 128 + signal.SIGPIPE


def test_control_characters_of_a_message_do_not_reach_the_terminal(home: Path) -> None:
    done = kiemchung(home, "check", "\x1b[2J\u202e" + CHANH + "\r\n👨\u200d👩\u200d👧\tx")
    assert "\x1b" not in done.out
    assert "\u202e" not in done.out
    assert "👨\u200d👩\u200d👧" in done.out


def test_nothing_is_coloured_away_from_a_terminal(home: Path) -> None:
    assert "\x1b[" not in kiemchung(home, "check", CHANH).out


def test_the_library_call_gives_the_exit_code(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KIEMCHUNG_HOME", str(home))
    assert main(["check", "--json", CHANH]) == 0
    assert json.loads(capsys.readouterr().out)["matches"][0]["review"]["id"] == "chanh"
    assert main(["check", "😀 👍"]) == 1


def test_an_empty_collection_says_how_to_fill_it(empty: Path) -> None:
    done = kiemchung(empty, "check", CHANH)
    assert done.code == 4
    assert "kiemchung import starter" in done.err
    assert "kiemchung import starter" in kiemchung(empty, "check", "--lang", "vi", CHANH).err


def test_asking_where_nothing_is_makes_nothing(empty: Path) -> None:
    assert kiemchung(empty, "check", CHANH).code == 4
    assert not empty.exists()


def test_an_encoder_that_is_not_there_could_not_be_done_and_is_no_wrong_usage(home: Path) -> None:
    for arguments in (["check", CHANH], ["import", "starter"]):
        done = kiemchung(home, *arguments, KIEMCHUNG_ENCODER="/nonexist")
        assert (done.code, done.out, done.err.count("\n")) == (4, "", 1)


def test_where_the_index_cannot_be_written_its_last_commit_answers(home: Path) -> None:
    expected = kiemchung(home, "check", "--json", CHANH).rows
    with Collection.open(home) as record:  # a change that the index does not have yet
        record.import_reviews([Review("moi", "Muối hồng chữa mất ngủ")], now=datetime(2026, 1, 2, tzinfo=UTC))
    lock = home / "claims" / "lock"
    lock.unlink()
    lock.mkdir()
    done = kiemchung(home, "check", "--json", CHANH)
    assert (done.code, done.err, done.rows) == (0, "", expected)
    (home / "claims" / "manifest.json").unlink()
    assert kiemchung(home, "check", CHANH).code == 4


@pytest.mark.parametrize("arguments", [["check"], ["check", "--json"]])
def test_a_review_that_was_removed_meanwhile_is_neither_shown_nor_decided_by(
    home: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    opened = SearchableCollection.index

    def index(collection: SearchableCollection, **options: Any) -> ClaimIndex:
        """Another process removes the review once the index has been opened."""
        found = opened(collection, **options)
        with Collection.open(collection.record.home) as record:
            record.remove("chanh")
        return found

    monkeypatch.setattr(SearchableCollection, "index", index)
    done = kiemchung(home, *arguments, CHANH)
    assert (done.code, done.err) == (1, "")
    assert "Uống nước chanh" not in done.out
    if "--json" in arguments:
        (answer,) = done.rows
        assert answer["outcome"] == "none"
        assert [match["rank"] for match in answer["matches"]] == [1, 2, 3, 4]


def test_a_deleted_or_damaged_index_is_built_anew(home: Path) -> None:
    expected = kiemchung(home, "check", "--json", CHANH).rows
    for file in sorted((home / "claims").glob("*.segment")):
        file.write_bytes(file.read_bytes()[:100])
    assert kiemchung(home, "check", "--json", CHANH).rows == expected
    (home / "claims" / "manifest.json").write_text("{")
    assert kiemchung(home, "check", "--json", CHANH).rows == expected
    for file in (home / "claims").iterdir():
        file.unlink()
    assert kiemchung(home, "check", "--json", CHANH).rows == expected
