"""The service's settings: refused by name, kept from other eyes; its commands; the others start without it."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from kiemchung.cli import main
from kiemchung.engine.errors import SetupError
from kiemchung.web.database import database_from
from kiemchung.web.secret_key import secret_key


def kiemchung(home: Path, *arguments: str, database: str = "") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "KIEMCHUNG_HOME": str(home), "KIEMCHUNG_DATABASE": database}
    command = [str(Path(sys.executable).with_name("kiemchung")), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize(
    "address", ["mysql://a/b", "postgresql://a", "postgresql://a:x/b", "postgresql://u:geheim@a/b/c", "desk.sqlite"]
)
def test_a_wrong_address_is_refused_by_the_settings_name_and_not_repeated(address: str, tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="KIEMCHUNG_DATABASE") as refused:
        database_from(address, tmp_path)
    assert "geheim" not in refused.value.english + refused.value.vietnamese


def test_an_address_is_taken_apart() -> None:
    entry = database_from("postgresql://desk:a%40b@db.example/news?sslmode=require", Path())
    assert (entry["NAME"], entry["USER"], entry["PASSWORD"], entry["HOST"]) == ("news", "desk", "a@b", "db.example")
    assert entry["OPTIONS"] == {"sslmode": "require"}


def test_what_sqlite_has_committed_is_on_the_disk_and_what_was_erased_is_overwritten() -> None:
    said = database_from("", Path())["OPTIONS"]["init_command"]
    assert {"PRAGMA synchronous=FULL", "PRAGMA secure_delete=ON"} <= {one.strip() for one in said.split(";")}


def test_the_secret_key_is_made_once_and_read_by_its_owner_only(tmp_path: Path) -> None:
    key = secret_key(tmp_path / "new")
    assert secret_key(tmp_path / "new") == key
    assert stat.S_IMODE((tmp_path / "new" / "secret-key").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["secret-key"]


def test_a_secret_key_that_others_can_read_or_that_is_short_is_refused(tmp_path: Path) -> None:
    secret_key(tmp_path)
    (tmp_path / "secret-key").chmod(0o644)
    with pytest.raises(SetupError, match="chmod 600"):
        secret_key(tmp_path)
    (tmp_path / "secret-key").write_text("short", encoding="ascii")
    (tmp_path / "secret-key").chmod(0o600)
    with pytest.raises(SetupError, match="shorter"):
        secret_key(tmp_path)


def test_f22_a_folder_that_cannot_be_written_is_named_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = kiemchung(tmp_path / "file" / "home", "work", "--once", "--lang", "en")
    assert done.returncode == 4
    assert "KIEMCHUNG_HOME" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_worker_asks_for_the_tables_first_and_then_works(tmp_path: Path) -> None:
    before = kiemchung(tmp_path, "work", "--once", "--lang", "en")
    assert (before.returncode, "kiemchung manage migrate" in before.stderr) == (4, True)
    assert kiemchung(tmp_path, "manage", "migrate").returncode == 0
    assert kiemchung(tmp_path, "work", "--once", "--queue", "default").returncode == 0
    state = json.loads(kiemchung(tmp_path, "manage", "jobs", "--json").stdout)
    assert (state["quarantined"], [one["name"] for one in state["periodic"]]) == (
        [],
        ["desk.erase_expired", "desk.open_given_up", "desk.sign_log"],
    )
    wrong = kiemchung(tmp_path, "--lang", "vi", "manage", "jobs", "--again", "7")
    assert (wrong.returncode, "không bị cách ly" in wrong.stderr) == (4, True)


@pytest.mark.slow
def test_a_database_that_does_not_answer_is_said_in_one_line(tmp_path: Path) -> None:
    address = f"postgresql://desk@/desk?host={tmp_path}"
    done = kiemchung(tmp_path, "work", "--once", "--lang", "en", database=address)
    assert (done.returncode, "KIEMCHUNG_DATABASE" in done.stderr) == (4, True)
    assert "Traceback" not in done.stderr


def test_the_other_commands_start_without_the_service() -> None:
    program = (
        "import sys, kiemchung, kiemchung.cli, kiemchung.cli.parser, kiemchung.cli.checking; "
        "kiemchung.cli.parser.build_parser(); print('django' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.slow
def test_a_command_is_found_by_the_name_that_is_documented(tmp_path: Path) -> None:
    assert kiemchung(tmp_path, "manage", "migrate").returncode == 0
    for command in (
        ["verify-log"],
        ["log-entries"],
        ["first-administrator", "--help"],
        ["backup", str(tmp_path / "b")],
    ):
        done = kiemchung(tmp_path, "manage", *command)
        assert done.returncode == 0, done.stderr


def test_the_command_that_makes_superusers_says_which_one_is_meant(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lang", "en", "manage", "createsuperuser"]) != 0
    assert "first-administrator" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "There is no command 'verify_logs'. Did you mean verify-log?"),
        ("vi", "Không có lệnh 'verify_logs'. Ý bạn là verify-log?"),
    ],
)
def test_a_command_that_there_is_not_is_wrong_usage_and_says_which_may_be_meant(
    lang: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--lang", lang, "manage", "verify_logs"]) == 2
    assert words in capsys.readouterr().err
    assert main(["--lang", lang, "manage", "nosuch"]) == 2
    assert "kiemchung manage help" in capsys.readouterr().err
