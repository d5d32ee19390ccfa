"""The systemd unit of docs/running.md: systemd understands it, and a service of it decodes while it is locked up."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kiemchung.decoding.errors import LAYERS
from tests.decoding import booting, samples
from tests.decoding.hostile import HOSTILE

ROOT = Path(__file__).parents[2]
[UNIT] = re.findall(r"```ini\n(\[Unit\].*?)```", (ROOT / "docs" / "running.md").read_text(encoding="utf-8"), re.DOTALL)
MACHINE = "/usr/local/lib/kiemchung/bin/kiemchung"
needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")

# Runs in place of the service: the report, then one file after the other, each with what it was or why it is refused.
DECODES = """
import json, os, pathlib
from kiemchung.decoding import DecodeError, Decoder, is_safe
status = dict(line.split(":\\t") for line in open("/proc/self/status").read().splitlines() if ":\\t" in line)
report = is_safe()
said = {"user": os.getuid(), "capabilities": status["CapBnd"], "filter": status["Seccomp"],
        "layers": report.layers, "error": str(report.error or ""), "files": {}}
with Decoder() as decoder:
    for path in sorted(pathlib.Path("/task/files").iterdir()) if report else ():
        try:
            said["files"][path.name] = decoder.decode(path).kind
        except DecodeError as error:
            said["files"][path.name] = error.code
print(json.dumps(said))
"""
# The service of the unit with another program, as `systemctl edit` does it; `$1` is one more line of options.
TASK = """
run() {
  mkdir -p /run/systemd/system/kiemchung.service.d
  printf '%s\\n' '[Service]' Type=oneshot Restart=no ExecStart= \\
    'ExecStart=/usr/local/lib/kiemchung/bin/python /task/decodes.py' \\
    StandardOutput=truncate:/run/said StandardError=inherit "$1" > /run/systemd/system/kiemchung.service.d/test.conf
  systemctl daemon-reload
  systemctl start kiemchung || systemctl status --no-pager --full kiemchung; cat /run/said
}
"""


def told(folder: Path, *options: str) -> list[dict[str, object]]:
    """What the program says of itself as a service of the unit, once for each line of further options."""
    if reason := booting.reason_not_to():
        pytest.skip(reason)
    files = folder / "task" / "files"
    files.mkdir(parents=True)
    (folder / "task" / "decodes.py").write_text(DECODES, encoding="utf-8")
    [bomb] = [hostile.make() for hostile in HOSTILE if hostile.name == "JPEG bomb"]
    contents = {"bomb": bomb, "jpeg": samples.picture(), "png": samples.picture("PNG"), "sound": samples.sound()}
    for name, content in {**contents, "film": samples.film(scenes=1)}.items():
        (files / name).write_bytes(content)
    said = booting.boot(folder, UNIT, TASK + "\n".join(f"run '{option}'" for option in options))
    return [json.loads(line) for line in said.splitlines()]


@needs_systemd
def test_systemd_knows_every_option_of_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "kiemchung.service"
    unit.write_text(UNIT.replace(MACHINE, sys.executable), encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    assert [line for line in done.stderr.splitlines() if unit.name in line] == []


@pytest.mark.usefixtures("safe")
def test_a_service_of_the_unit_decodes_every_kind_of_file_and_refuses_a_hostile_one(tmp_path: Path) -> None:
    [said] = told(tmp_path, "")
    assert said["layers"] == dict.fromkeys(LAYERS, True), said["error"]
    assert said["files"] == {
        "bomb": "too_many_pixels",
        "film": "video",
        "jpeg": "picture",
        "png": "picture",
        "sound": "sound",
    }
    assert said["user"] != 0
    assert (said["capabilities"], said["filter"]) == ("0000000000000000", "2")


@pytest.mark.usefixtures("safe")
def test_where_the_unit_forbids_what_is_needed_media_is_off_and_it_says_what_to_allow(tmp_path: Path) -> None:
    ways = {
        "RestrictNamespaces=yes": ("network", "user namespaces"),
        "SystemCallFilter=~landlock_create_ruleset": ("landlock", "landlock_create_ruleset and landlock_restrict_self"),
        "SystemCallFilter=~chroot": ("root", "SystemCallFilter="),
        "SystemCallFilter=~chroot\nSystemCallErrorNumber=": ("system", "SystemCallErrorNumber=EPERM"),
    }
    for said, (layer, remedy) in zip(told(tmp_path, *ways), ways.values(), strict=True):
        layers = said["layers"]
        assert isinstance(layers, dict)
        assert [name for name, holds in layers.items() if holds is False] == [layer]
        assert remedy in str(said["error"])
        assert said["files"] == {}
