"""Children that are started with something changed: a layer left out, a decoder that attacks, another user."""

from __future__ import annotations

import os
import sys
import textwrap
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src"
IS_ROOT = os.geteuid() == 0
# Whoever runs the tests, and, where that is root, an ordinary user besides.
USERS = ("myself", "nobody") if IS_ROOT else ("myself",)

_BEGINNING = f"""
import ctypes, errno, json, os, resource, signal, socket, sys, time
sys.path.append({str(SOURCE)!r})
from kiemchung.decoding import sandbox, worker
from kiemchung.decoding.errors import Refused
"""
_AS_NOBODY = """
worker.warm_up()
os.setgroups([]); os.setresgid(65534, 65534, 65534); os.setresuid(65534, 65534, 65534)
"""
_WITHOUT_CALL = """
class Without:
    def __init__(self, libc, name):
        self.libc, self.name = libc, name
    def __getattr__(self, name):
        return (lambda *_: 0) if name == self.name else getattr(self.libc, name)
"""


def command(change: str = "", *, user: str = "myself") -> list[str]:
    """The command of a child in which `change` is run before its `main`."""
    dropped = _AS_NOBODY if user == "nobody" else ""
    return [sys.executable, "-I", "-c", f"{_BEGINNING}{textwrap.dedent(change)}{dropped}\nworker.main()"]


def without_call(name: str) -> str:
    """The change that makes one system call do nothing and say that it succeeded."""
    return f"{_WITHOUT_CALL}\nsandbox._libc = Without(sandbox._libc, {name!r})"


def without_limit(name: str) -> str:
    """The change that forgets one limit."""
    return f"""
real = resource.setrlimit
resource.setrlimit = lambda limit, most: None if limit == resource.{name} else real(limit, most)
"""


def instead_of_decoding(body: str) -> str:
    """The change that runs `body` where the file would be decoded; `said(text)` tells the test something."""
    return f"""
def said(text):
    raise Refused("too_long", str(text))
def attack(file, form, pipe, **_):
{textwrap.indent(textwrap.dedent(body), "    ")}
real_decode = worker.decode_file
worker.decode_file = attack
real_warm_up = worker.warm_up
def warm_up(**how):
    worker.decode_file = real_decode
    real_warm_up(**how)
    worker.decode_file = attack
worker.warm_up = warm_up
"""


def is_alive(pid: int) -> bool:
    """Whether any process of the group `pid` is left."""
    try:
        os.killpg(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
