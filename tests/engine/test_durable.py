"""A file takes another one's place wholly, on every system."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from kiemchung.engine import durable


def test_where_a_folder_cannot_be_opened_a_file_takes_its_place_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "new").write_text("newer")
    monkeypatch.setattr(durable, "os", SimpleNamespace(name="nt"))  # Windows opens no folders
    durable.take_the_place(tmp_path / "new", tmp_path / "old")
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("old", "newer")]
