"""Whatever a person reads exists in Vietnamese and in English; programs read the same in both."""

from __future__ import annotations

import argparse
import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import kiemchung
from kiemchung.cli import manual, usage, words
from kiemchung.cli.parser import build_parser
from kiemchung.decoding.errors import LACKS, REFUSALS
from kiemchung.decoding.facts import SENTENCES as FACTS
from kiemchung.engine.claims.reasons import SENTENCES
from kiemchung.engine.errors import KiemchungError
from kiemchung.engine.formats.refusals import REASONS
from tests.cli.command import kiemchung as run

SOURCE = Path(kiemchung.__file__).parent
# Errors whose text comes from elsewhere: a code of `REASONS`, `REFUSALS`, `LACKS`.
BY_CODE = {"RefusalError", "DecodeError", "SandboxError", "LeaseLostError", "LogDamagedError"}
VIETNAMESE = re.compile("[à-ỹđ]", re.I)
# Words that are the same in both languages.
SAME = {"MRR", "MAP@5", "video"}
TABLES = {
    "words": words._TEXTS,
    "ratings": words._RATINGS,
    "measures": words._MEASURES,
    "manual": manual._MANUAL,
    "reasons": SENTENCES,
    "refusals": {code: (vietnamese, english) for code, (english, vietnamese) in REASONS.items()},
    "files": {code: (vietnamese, english) for code, (english, vietnamese) in REFUSALS.items()},
    "machines": {code: (vietnamese, english) for code, (english, vietnamese) in LACKS.items()},
    "facts": {code: (vietnamese, english) for code, (english, vietnamese) in FACTS.items()},
}


def errors() -> set[str]:
    """The names of our own errors, those of modules nobody imports included."""
    found = {"AddressError", "_TooMuchError"}
    waiting = [KiemchungError]
    for name in kiemchung.__all__:
        getattr(kiemchung, name)
    while waiting:
        one = waiting.pop()
        found.add(one.__name__)
        waiting.extend(one.__subclasses__())
    return found - BY_CODE


def raised() -> Iterator[tuple[str, ast.Call]]:
    """Every place in the code where one of our errors is made."""
    names = errors()
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                yield f"{path.relative_to(SOURCE)}:{node.lineno}", node


def fields(text: str) -> set[str]:
    return set(re.findall(r"\{(\w*)[^}]*\}", text))


PLACES = dict(raised())


def test_the_errors_are_found_in_the_code() -> None:
    assert len(PLACES) > 60


@pytest.mark.parametrize("place", PLACES)
def test_every_error_is_said_in_both_languages(place: str) -> None:
    call = PLACES[place]
    assert len(call.args) == 2
    english, vietnamese = map(ast.unparse, call.args)
    assert english != vietnamese
    said = "".join(str(n.value) for n in ast.walk(call.args[1]) if isinstance(n, ast.Constant))
    assert VIETNAMESE.search(said) or not any(isinstance(n, ast.Constant) for n in ast.walk(call.args[1]))
    values = [{ast.unparse(n.value) for n in ast.walk(arg) if isinstance(n, ast.FormattedValue)} for arg in call.args]
    turned = {value.replace("english", "vietnamese") for value in values[0]}
    assert {re.sub(r"^(item|first)\.reason$", r"\1.text('vi')", value) for value in turned} == values[1]


@pytest.mark.parametrize(("table", "key"), [(table, key) for table, texts in TABLES.items() for key in texts])
def test_every_text_is_there_in_both_languages(table: str, key: str) -> None:
    vietnamese, english = TABLES[table][key]
    assert vietnamese.strip()
    assert english.strip()
    assert vietnamese != english or english in SAME
    assert fields(vietnamese) == fields(english)


@pytest.mark.parametrize("english", list(manual._PLACES))
def test_every_place_of_a_value_has_a_vietnamese_name(english: str) -> None:
    assert manual.place_of(english, "vi") != manual.place_of(english, "en")


def explained(parser: argparse.ArgumentParser) -> Iterator[str | None]:
    """Yield what every option and operand says of itself, those of commands and of their parts included."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for part in action.choices.values():
                yield from explained(part)
        else:
            yield action.help


def test_every_option_explains_itself_in_both_languages() -> None:
    spoken = []
    for lang in ("vi", "en"):
        parser = build_parser(lang)
        spoken.append(list(explained(parser)))
    assert all(text for texts in spoken for text in texts)
    assert [vi for vi, en in zip(*spoken, strict=True) if vi == en] == []


COMMANDS = ("", "check", "import", "export", "match", "evaluate", "demo", "completion")


@pytest.mark.parametrize("command", COMMANDS)
def test_help_comes_in_the_language_asked_for(tmp_path: Path, command: str) -> None:
    vietnamese = run(tmp_path, *command.split(), "--help", LANG="vi_VN.UTF-8").out
    assert vietnamese.startswith("cách dùng: kiemchung")
    assert "tùy chọn:" in vietnamese
    assert not re.search(r"usage:|options:|positional|show this|examples:", vietnamese)
    assert run(tmp_path, *command.split(), "--help", "--lang", "en", LANG="vi_VN.UTF-8").out.startswith("usage: ")
    assert run(tmp_path, *command.split(), "--lang=vi", "--help").out == vietnamese


WRONG = (
    ["check"],
    ["chek", "x"],
    ["check", "--limit", "2", "x"],
    ["check", "--limit"],
    ["check", "--top", "0", "x"],
    ["check", "--lang", "fr", "x"],
    ["check", "--js", "x"],
    ["check", "--json=1", "x"],
    ["match", "--claims", "x"],
    ["match", "--claims", "x", "--queries", "y", "--format", "xml"],
    ["import"],
    ["export", "--page", "vi.example"],
)


@pytest.mark.parametrize("arguments", WRONG, ids=" ".join)
def test_wrong_usage_is_said_in_vietnamese(tmp_path: Path, arguments: list[str]) -> None:
    done = run(tmp_path, *arguments, LANG="vi_VN.UTF-8")
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert VIETNAMESE.search(done.err)
    assert "Xem kiemchung" in done.err
    assert not re.search(r"argument|expected|required|invalid|unrecognized|choose|must|See", done.err)


@pytest.mark.parametrize(("_english", "vietnamese"), usage.MISTAKES)
def test_every_mistake_has_words_in_vietnamese(_english: str, vietnamese: str) -> None:
    assert vietnamese == "{0}: {1}" or VIETNAMESE.search(vietnamese)


FAILURES = {
    "folder": (["import", "/"], "là thư mục"),
    "absent": (["import", "/khong/co"], "Không có /khong/co"),
    "broken medium": (["import", "/proc/self/mem"], "lỗi đọc ghi"),
    "empty": (["import", "-"], "đầu vào chuẩn trống"),
    "empty message": (["check", " "], "Tin trống"),
    "no collection yet": (["check", "x"], "Chưa có kho bài kiểm chứng"),
    "address": (["import", "http://127.0.0.1/x"], "không dẫn tới internet công cộng"),
    "no labels": (["evaluate", "claims", "/proc/self"], "không có claims.jsonl"),
}


@pytest.mark.parametrize("name", FAILURES)
def test_what_cannot_be_done_is_said_in_vietnamese(tmp_path: Path, name: str) -> None:
    arguments, words = FAILURES[name]
    done = run(tmp_path, *arguments, LANG="vi_VN.UTF-8")
    assert done.err.startswith("Lỗi: ")
    assert words in done.err
    assert done.err.count("\n") == 1


def test_a_detail_of_a_refusal_is_said_in_vietnamese(tmp_path: Path) -> None:
    given = b'{"id": "a", "claim": 3}\n{"id": "b", "claim": "x",}\n'
    done = run(tmp_path, "import", "-", given=given, LANG="vi_VN.UTF-8")
    first, second, *_ = done.err.splitlines()
    assert first.endswith("'claim' phải là văn bản, không phải số")
    assert "ở ký tự" in second
    assert "Expecting" not in second


def test_programs_read_the_same_in_both_languages(tmp_path: Path) -> None:
    given = b'{"id": "a", "claim": "Chanh"}\n{"id": "b"}\n'
    one, other = (
        run(tmp_path / lang, "import", "--json", "--lang", lang, "-", given=given).rows for lang in ("vi", "en")
    )
    assert one == other
