"""A collection of ten reviews for the commands, made once a process."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.command import ROWS, kiemchung, lines_of


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("made") / "home"
    done = kiemchung(home, "import", "--json", "-", given=lines_of(ROWS))
    assert (done.code, done.err) == (0, "")
    return home


@pytest.fixture
def home(made_once: Path, tmp_path: Path) -> Path:
    """A collection of `ROWS`, for this test alone."""
    return Path(shutil.copytree(made_once, tmp_path / "home"))


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """Where a collection will be."""
    return tmp_path / "empty"
