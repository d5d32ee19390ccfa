"""Where the collection lies on each platform."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiemchung.collection.home import default_home
from kiemchung.engine.errors import SetupError


@pytest.mark.parametrize(
    ("environment", "platform", "expected"),
    [
        ({"KIEMCHUNG_HOME": "/x/y"}, "linux", "/x/y"),
        ({"KIEMCHUNG_HOME": "~/y"}, "win32", "~/y"),
        ({"KIEMCHUNG_HOME": ""}, "linux", "~/.local/share/kiemchung"),
        ({"XDG_DATA_HOME": "/data"}, "linux", "/data/kiemchung"),
        ({"XDG_DATA_HOME": "relative"}, "linux", "~/.local/share/kiemchung"),
        ({}, "darwin", "~/Library/Application Support/kiemchung"),
        ({}, "win32", "~/AppData/Local/kiemchung"),
        ({"LOCALAPPDATA": "/local"}, "win32", "/local/kiemchung"),
    ],
)
def test_the_home_is_where_each_platform_keeps_data(environment: dict[str, str], platform: str, expected: str) -> None:
    assert default_home(environment, platform) == Path(expected).expanduser()


def test_a_relative_home_is_made_absolute() -> None:
    assert default_home({"KIEMCHUNG_HOME": "data"}).is_absolute()


def test_an_account_without_a_home_is_told_what_to_set() -> None:
    with pytest.raises(SetupError, match="KIEMCHUNG_HOME"):
        default_home({"KIEMCHUNG_HOME": "~nobody-of-this-name/x"})
