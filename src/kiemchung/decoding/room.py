"""The door's side of the child: starts it, hands it files, and ends it with everything in it."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kiemchung.deadline import Deadline, DeadlineError
from kiemchung.decoding.errors import SandboxError
from kiemchung.decoding.framing import PIPE_BYTES

if sys.platform != "win32":
    import fcntl

_SOURCE = Path(__file__).parents[2]
# `-I`: neither the folder one stands in nor PYTHON* of the environment can put other modules in place of ours.
COMMAND = (
    sys.executable,
    "-I",
    "-c",
    f"import sys; sys.path.append({str(_SOURCE)!r}); from kiemchung.decoding.worker import main; main()",
)
# One thread, because a process with several cannot be forked safely nor leave its user namespace.
_ENVIRONMENT = {
    "LC_ALL": "C.UTF-8",
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OMP_THREAD_LIMIT": "1",
}
_START_SECONDS, _END_SECONDS = 60.0, 2.0
_MESSAGE_BYTES = 64 * 1024
_NEEDS = ("numpy", "PIL", "av", "c2pa")


def check_platform() -> None:
    """Raises `SandboxError` on a system that cannot lock a process in, and where the extra `media` is missing."""
    if not sys.platform.startswith("linux"):
        raise SandboxError("platform")
    if not all(importlib.util.find_spec(name) for name in _NEEDS):
        raise SandboxError("extra")


class Room:
    """One child that is ready to decode, locked in and tested. Raises `SandboxError` where that cannot be had.

    Without `ffmpeg` it decodes still pictures alone.
    """

    def __init__(
        self,
        trust_list: Path | None = None,
        command: Sequence[str] = COMMAND,
        *,
        reading: bool = False,
        ffmpeg: bool = True,
    ) -> None:
        check_platform()
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        arguments = [
            *command,
            str(theirs.fileno()),
            "read" if reading else "-",
            "ffmpeg" if ffmpeg else "-",
            *([str(trust_list)] if trust_list else []),
        ]
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and program
                arguments,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env={**_ENVIRONMENT, **{name: os.environ[name] for name in ("TMPDIR",) if name in os.environ}},
                start_new_session=True,
            )
        try:
            self._wait_until_ready()
        except BaseException:
            self.close()
            raise

    @property
    def pid(self) -> int:
        """The number of the child, and of the group of all processes that belong to it."""
        return self._process.pid

    def ask(self, request: Mapping[str, object], file: int) -> int:
        """Hands over a request with an open file; returns the descriptor from which the answer is read."""
        reading, writing = os.pipe()
        try:
            with contextlib.suppress(OSError):  # a smaller pipe is slower, and an operator may forbid this one
                fcntl.fcntl(reading, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
            socket.send_fds(self._socket, [json.dumps(request).encode()], [file, writing])
        except BaseException:
            os.close(reading)
            raise
        finally:
            os.close(writing)
        return reading

    def status(self, deadline: Deadline) -> int:
        """How the process of the last request ended: its exit code, or the negative number of a signal."""
        status = self._hear(deadline).get("status")
        return status if isinstance(status, int) else 1

    def close(self) -> None:
        """Ends the child and all that belongs to it, at once, and waits until it is gone.

        It ends when its socket does, and takes all of its processes along, so that none is left for others to bury;
        what does not is killed.
        """
        self._socket.close()
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _wait_until_ready(self) -> None:
        try:
            said = self._hear(Deadline(_START_SECONDS))
        except (DeadlineError, ValueError, OSError):
            raise SandboxError("start", "the child process did not start") from None
        if "layers" not in said:
            raise SandboxError(str(said.get("layer", "start")), str(said.get("detail", "")))
        self.reads = bool(said.get("reads"))

    def _hear(self, deadline: Deadline) -> dict[str, Any]:
        poll = select.poll()
        poll.register(self._socket, select.POLLIN)
        while not poll.poll(deadline.remaining() * 1000):
            pass
        said = json.loads(self._socket.recv(_MESSAGE_BYTES))
        if not isinstance(said, dict):
            raise ValueError  # noqa: TRY004 - it means the same as what is no JSON
        return said
