"""systemd as the first process of namespaces of its own, over this machine's files, with one unit and one task in it.

Nothing of the machine is changed: what is written goes to memory, the network is an empty one, the processes are in a
control group made for them, and all ends with the process that started it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.decoding.rooms import IS_ROOT, SOURCE

_SYSTEMD = Path("/lib/systemd/systemd")
_PROGRAMS = ("unshare", "pivot_root", "useradd", "ldconfig", "systemctl")
_GROUPS = Path("/sys/fs/cgroup")

# AT is an empty folder, GROUP our control group; PYTHON, PACKAGES and SOURCE are those of whoever runs this.
_BOOT = r"""
set -eu
echo $$ > "$GROUP/cgroup.procs"
exec unshare --mount --cgroup --pid --net --ipc --uts --fork --kill-child sh -eu -c '
mount --make-rprivate /
mount -t tmpfs tmpfs "$AT/memory"
mkdir "$AT/memory/upper" "$AT/memory/work" "$AT/memory/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$AT/memory/upper,workdir=$AT/memory/work" "$AT/memory/root"
cd "$AT/memory/root"
id kiemchung >/dev/null 2>&1 || useradd -R "$PWD" --system --shell /usr/sbin/nologin kiemchung
here=usr/local/lib/kiemchung
rm -rf $here
mkdir -p $here/bin "$here/lib/$PYTHON_NAME/site-packages" opt/python task
mount --bind "$PYTHON" opt/python
mount -t overlay overlay -o "lowerdir=$SOURCE:$PACKAGES" "$here/lib/$PYTHON_NAME/site-packages"
echo "home = /opt/python/bin" > $here/pyvenv.cfg
ln -s "/opt/python/bin/$PYTHON_NAME" $here/bin/python
echo /opt/python/lib >> etc/ld.so.conf
ldconfig -r .
mount --bind "$AT/task" task
cp task/*.service etc/systemd/system/
mount -t proc proc proc
mount -t sysfs sysfs sys
mount -t cgroup2 cgroup sys/fs/cgroup
for folder in run tmp dev; do mount -t tmpfs -o mode=755 tmpfs $folder; done
chmod 1777 tmp
for device in null,3 zero,5 full,7 random,8 urandom,9; do mknod -m 666 dev/${device%,*} c 1 ${device#*,}; done
mknod -m 666 dev/tty c 5 0
mkdir dev/shm dev/pts run/old && ln -s /proc/self/fd dev/fd
mount -t tmpfs -o mode=1777 tmpfs dev/shm
mount -t devpts -o newinstance,ptmxmode=666 devpts dev/pts && ln -s pts/ptmx dev/ptmx
pivot_root . run/old
umount -l /run/old
exec env -i container=kiemchung-test /lib/systemd/systemd --system --unit=task.service --log-target=console \
  > /task/console 2>&1 < /dev/null
'
"""
_TASK = """
[Unit]
Requires=basic.target
After=basic.target

[Service]
Type=oneshot
ExecStart=/bin/sh /task/task.sh
StandardOutput=file:/task/said
StandardError=inherit
ExecStopPost=/bin/kill -s RTMIN+14 1
"""


def reason_not_to() -> str:
    """Why systemd cannot be booted here; empty where it can."""
    if not IS_ROOT:
        return "only root can boot a system of its own"
    missing = [name for name in _PROGRAMS if shutil.which(name) is None]
    if not _SYSTEMD.exists() or missing:
        return f"systemd is not installed: apt install systemd ({', '.join(missing) or _SYSTEMD})"
    return "" if _group_of_groups() else "this machine has no cgroup2"


def boot(folder: Path, unit: str, task: str, *, seconds: float = 120) -> str:
    """What the shell script `task` says as root of a system that has `unit` as `kiemchung.service`.

    The Python and the packages of whoever runs this lie in /usr/local/lib/kiemchung there, `folder`/task in /task.
    """
    (folder / "memory").mkdir()
    (folder / "task").mkdir(exist_ok=True)
    for name, text in {"kiemchung.service": unit, "task.service": _TASK, "task.sh": task}.items():
        (folder / "task" / name).write_text(text, encoding="utf-8")
    (folder / "task").chmod(0o755)  # it is mounted elsewhere, and an ordinary user reads there
    parent = _group_of_groups()
    assert parent is not None
    group = parent / f"kiemchung-test-{os.getpid()}"
    group.mkdir()
    try:
        done = subprocess.run(
            ["/bin/sh", "-c", _BOOT],
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", **_places(folder, group)},
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    finally:
        _remove(group)
    said = folder / "task" / "said"
    console = folder / "task" / "console"
    if not console.exists():  # systemd itself was not reached: this machine does not let root make such a system
        pytest.skip(f"systemd cannot be booted here: {done.stderr.strip()}")
    assert said.exists(), done.stderr + console.read_text(errors="replace")
    return said.read_text(encoding="utf-8")


def _places(folder: Path, group: Path) -> dict[str, str]:
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    packages = Path(sys.prefix) / "lib" / name / "site-packages"
    places = {"AT": folder, "GROUP": group, "PYTHON": sys.base_prefix, "PACKAGES": packages, "SOURCE": SOURCE}
    return {"PYTHON_NAME": name, **{key: str(place) for key, place in places.items()}}


def _group_of_groups() -> Path | None:
    """Where control groups of the second kind are, beside those of the first or alone."""
    return next((path for path in (_GROUPS, _GROUPS / "unified") if (path / "cgroup.controllers").exists()), None)


def _remove(group: Path) -> None:
    (group / "cgroup.kill").write_text("1")
    for _ in range(100):
        if "populated 0" in (group / "cgroup.events").read_text():
            break
        time.sleep(0.05)
    below = [path for path in group.rglob("*") if path.is_dir()]
    for path in sorted(below, key=lambda path: len(path.parts), reverse=True):
        path.rmdir()
    group.rmdir()
