"""What a published figure must say of itself: machine, commit, and that one core was used."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "RAYON_NUM_THREADS")
_ROOT = Path(__file__).parent.parent


def one_core() -> str:
    """Keep this process and its children to one thread on one core; call before NumPy is imported."""
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    if not hasattr(os, "sched_setaffinity"):
        return "one thread; not pinned to a core (this system cannot)"
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    return "one thread, pinned to one core"


def commit() -> str:
    """Return the commit measured, and whether the sources differ from it; `unknown` outside a checkout."""
    git = shutil.which("git")
    if git is None:
        return "unknown"
    found = [_output([git, "rev-parse", "--short", "HEAD"]), _output([git, "status", "--porcelain", "src"])]
    return (found[0] or "unknown") + (" with uncommitted changes" if found[1] else "")


def machine() -> str:
    """Return CPU model, cores, memory and Python."""
    return f"{_cpu()}, {os.cpu_count()} cores, {_memory()}, {platform.system()}, Python {platform.python_version()}"


def load() -> str:
    """Return the machine's load while measuring: above 1, others were running too."""
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


def markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table.

    >>> print(markdown(["a", "b"], [["1", "2"]]))
    | a | b |
    |---|---|
    | 1 | 2 |
    """
    lines = ["| " + " | ".join(row) + " |" for row in [header, *rows]]
    return "\n".join([lines[0], "|" + "---|" * len(header), *lines[1:]])


def _cpu() -> str:
    listed = Path("/proc/cpuinfo")
    if listed.is_file():
        for line in listed.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _memory() -> str:
    try:
        return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GB"
    except (ValueError, OSError, AttributeError):
        return "memory unknown"


def _output(command: Sequence[str]) -> str:
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def show(parts: Iterable[str], place: Path | None) -> None:
    """Print the parts of a report as they are measured; store them at `place`, if there is one, once all are."""
    printed = []
    for part in parts:
        print(part + "\n", flush=True)
        printed.append(part)
    if place is not None:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("\n\n".join(printed) + "\n", encoding="utf-8")
