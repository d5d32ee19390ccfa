"""`--help` is enough to begin with: a summary, examples, the exit codes; completion for three shells."""

from __future__ import annotations

import shutil
import subprocess
import threading
import time
from pathlib import Path

import pytest

from kiemchung.engine.claims import directory
from tests.cli.command import kiemchung, kiemchung_alone

COMMANDS = ("check", "import", "export", "match", "lookalike", "media", "evaluate", "demo", "completion")
PARTS = ("media match", "media add", "media show", "media remove")


def test_help_names_every_command_and_the_exit_codes(empty: Path) -> None:
    done = kiemchung(empty, "--help")
    assert done.code == 0
    assert all(command in done.out for command in COMMANDS)
    assert "KIEMCHUNG_HOME" in done.out
    assert "130 interrupted" in " ".join(done.out.split())


@pytest.mark.parametrize("command", [*COMMANDS, *PARTS])
def test_every_command_has_examples_that_are_commands(empty: Path, command: str) -> None:
    done = kiemchung(empty, *command.split(), "--help")
    assert done.code == 0
    assert f"kiemchung {command}" in done.out.partition("examples:")[2]
    assert "--lang" in done.out


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_completion_scripts_know_the_commands(empty: Path, tmp_path: Path, shell: str) -> None:
    done = kiemchung(empty, "completion", shell)
    assert (done.code, done.err) == (0, "")
    assert all(command in done.out for command in COMMANDS)
    if shutil.which(shell):
        script = tmp_path / "script"
        script.write_text(done.out)
        subprocess.run([shell, "-n", str(script)], check=True)


@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("im", "import"),
        ("export --f", "--format"),
        ("export --format c", "claimreview"),
        ("import re", "reviews.jsonl"),
        ("export -o re", "reviews.jsonl"),
        ("check --lang v", "vi"),
        ("media ad", "add"),
        ("media add --f", "--from"),
        ("media match re", "reviews.jsonl"),
    ],
)
def test_bash_completes_commands_options_choices_and_files(
    empty: Path, tmp_path: Path, words: str, expected: str
) -> None:
    script = tmp_path / "script"
    script.write_text(kiemchung(empty, "completion", "bash").out)
    (tmp_path / "reviews.jsonl").write_text("")
    given = ["kiemchung", *words.split()]
    before, last = given[-2:]
    program = (
        f"cd {tmp_path}; source {script}; COMP_WORDS=({' '.join(given)}); COMP_CWORD={len(given) - 1};"
        f' _shtab_kiemchung kiemchung "{last}" "{before}"; echo "${{COMPREPLY[@]}}"'
    )
    done = subprocess.run(["bash", "-c", program], capture_output=True, text=True, check=True)
    assert (done.stdout.split(), done.stderr) == ([expected], "")


def test_the_version_is_told(empty: Path) -> None:
    done = kiemchung(empty, "--version")
    assert (done.code, done.out.split()[0]) == (0, "kiemchung")


def test_the_demo_answers_three_messages_and_touches_no_collection(empty: Path) -> None:
    done = kiemchung(empty, "demo", "--no-site", "--lang", "vi")
    assert (done.code, done.err) == (0, "")
    assert done.out.count("Tin:") == 3
    assert "Đã có bài kiểm chứng" in done.out
    assert "kiemchung import" in done.out
    assert kiemchung(empty, "check", "x").code == 4


@pytest.mark.slow
def test_a_demo_waits_for_another_one_that_has_just_begun(empty: Path) -> None:
    writer = directory.Writer(empty / "demo" / "claims")
    threading.Timer(1.0, lambda: writer.__exit__(None, None, None)).start()
    assert kiemchung(empty, "demo", "--no-site").code == 0


def test_help_comes_at_once(empty: Path) -> None:
    began = time.monotonic()
    assert kiemchung_alone(empty, "check", "--help").code == 0
    assert time.monotonic() - began < 3


@pytest.mark.parametrize("columns", [60, 120])
@pytest.mark.parametrize("command", ["", *COMMANDS, *PARTS])
def test_help_keeps_to_the_width_of_the_terminal(empty: Path, command: str, columns: int) -> None:
    for lang in ("vi", "en"):
        out = kiemchung(empty, *command.split(), "--help", "--lang", lang, COLUMNS=str(columns)).out
        text = out.partition("examples:" if lang == "en" else "ví dụ:")[0]
        assert max(map(len, text.splitlines())) <= columns


@pytest.mark.parametrize(
    ("locale", "options", "words"),
    [
        ("", [], "Bộ khởi đầu"),
        ("C.UTF-8", [], "Bộ khởi đầu"),
        ("vi_VN.UTF-8", [], "Bộ khởi đầu"),
        ("en_GB.UTF-8", [], "The starter collection"),
        ("C", ["--lang", "en"], "The starter collection"),
    ],
    ids=str,
)
def test_the_demo_is_in_vietnamese_unless_the_locale_or_the_reader_says_otherwise(
    empty: Path, locale: str, options: list[str], words: str
) -> None:
    done = kiemchung(empty, "demo", "--no-site", *options, LANG=locale)
    assert done.out.startswith(words)
    assert "--lang" in done.out.splitlines()[1]
