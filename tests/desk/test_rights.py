"""What the desk writes is readable by its own account alone, whatever the umask (R25)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command

from kiemchung.desk import files, intake
from kiemchung.desk.backups import making, restoring
from tests.desk.conftest import Desk
from tests.desk.dying import serving
from tests.desk.newsroom import TAMARIND, ask, publish


@pytest.fixture(autouse=True)
def _umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def rights(path: Path) -> str:
    return oct(path.stat().st_mode & 0o777)


def test_r25_a_restored_file_is_for_this_account_alone(desk: Desk, tmp_path: Path) -> None:
    intake.ask("", channel="test", ref="a", file=b"content")
    making.make(tmp_path / "backup")
    restoring.restore(tmp_path / "backup", is_replacing=True)
    folder = desk.home / files.FOLDER
    assert [rights(folder), *(rights(one) for one in folder.iterdir())] == ["0o700", "0o600"]


def test_r25_an_exported_review_is_for_this_account_alone(desk: Desk, tmp_path: Path) -> None:
    claim = ask(TAMARIND).claim
    assert claim is not None
    version = publish(claim, desk.linh, desk.an)
    call_command("export-review", version.review.slug, str(tmp_path / "out.zip"), with_withheld=True)
    assert rights(tmp_path / "out.zip") == "0o600"


@pytest.mark.faults
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_r25_what_a_new_site_makes_is_for_this_account_alone(database: object, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    with serving(home, "--no-worker"):
        made = {one.name: rights(one) for one in home.glob("desk.sqlite*")}
    assert made
    assert set(made.values()) == {"0o600"}
