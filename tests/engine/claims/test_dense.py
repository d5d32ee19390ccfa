"""An encoder has a name that no other one has."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from kiemchung.engine.claims.dense import name_of_model


def model(folder: Path, config: str = "{}", weights: bytes = b"1234") -> Path:
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(config)
    (folder / "model.safetensors").write_bytes(weights)
    return folder


def test_two_models_in_folders_of_one_name_have_two_names(tmp_path: Path) -> None:
    one = model(tmp_path / "a" / "model")
    configured = model(tmp_path / "b" / "model", config='{"hidden_size": 384}')
    larger = model(tmp_path / "c" / "model", weights=b"123456")
    names = {name_of_model(path) for path in (one, configured, larger)}
    assert len(names) == 3
    assert all(name.startswith("model-") for name in names)


def test_a_copy_of_a_model_has_its_name_whenever_it_was_made(tmp_path: Path) -> None:
    one = model(tmp_path / "a" / "model")
    copy = Path(shutil.copytree(one, tmp_path / "b" / "model"))
    os.utime(copy / "model.safetensors", (1, 1))
    assert name_of_model(copy) == name_of_model(one)
