"""The locked room in which hostile files are read: a child process locks itself in, and tries the doors from inside.

`enter` is called once by a child that has imported all it needs, `lock` by each process forked from it, before it
reads one file. Linux only; nothing but system calls; every return code is checked. What each layer is for, and what was
measured, is in docs/decisions/0015-decoding-in-a-child.md.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import mmap
import os
import resource
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path

_libc = ctypes.CDLL(None, use_errno=True)

# linux/sched.h, linux/prctl.h, linux/landlock.h; the numbers of the Landlock calls are the same on every architecture.
_NEW_IPC, _NEW_USER, _NEW_PID, _NEW_NET = 0x08000000, 0x10000000, 0x20000000, 0x40000000
_SET_PARENT_DEATH_SIGNAL, _SET_DUMPABLE, _SET_NO_NEW_PRIVILEGES = 1, 4, 38
_LANDLOCK_CREATE, _LANDLOCK_RESTRICT = 444, 446
# All rights on files that Landlock knows, by the version of its interface; on TCP from 4 on, scopes from 6 on.
_FILE_RIGHTS = {1: 0x1FFF, 2: 0x3FFF, 3: 0x7FFF, 4: 0x7FFF}
_ALL_FILE_RIGHTS, _ALL_TCP_RIGHTS, _ALL_SCOPES = 0xFFFF, 0x3, 0x3
_CAPABILITY_VERSION = 0x20080522
_NOBODY = 65534
# Above those that are moved to, so that none is overwritten on the way.
_HIGH_DESCRIPTOR = 64

Probe = Callable[[], object]


class LayerError(Exception):
    """A layer of the sandbox is missing or does not hold: its name in `LAYERS`, and the system's words."""

    def __init__(self, layer: str, detail: str) -> None:
        super().__init__(f"{layer}: {detail}")
        self.layer, self.detail = layer, detail


class Listener:
    """A live listener on this machine's loopback, made before the network is left; it must be out of reach after."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        _connect(self.port, socket.SOCK_STREAM)


def leave_network(listener: Listener) -> None:
    """Puts the process into a network with nothing in it, and its children into their own table of processes.

    Root may do that as it is; an ordinary user may in a user namespace. Raises `LayerError`.
    """
    if len(os.listdir("/proc/self/task")) != 1:  # noqa: PTH208
        raise LayerError("system", "the process has several threads, and cannot be forked safely")
    _check("system", "prctl", _prctl(_SET_NO_NEW_PRIVILEGES, 1))
    flags = _NEW_NET | _NEW_IPC | _NEW_PID
    if _libc.unshare(flags) != 0:
        _check("network", "unshare", _libc.unshare(flags | _NEW_USER))
    _expect("network", lambda: _connect(listener.port, socket.SOCK_STREAM), errno.ENETUNREACH)


def leave_files() -> None:
    """Takes away all files: Landlock allows none, and the root directory is an empty one that is already deleted.

    Landlock does not cover everything that goes by a path (status, modes, sockets), the empty root does; together they
    need no list of exceptions. Raises `LayerError`.
    """
    empty = Path(tempfile.mkdtemp(prefix="kiemchung-empty-"))
    empty.chmod(0o711)  # so that a test inside learns that there is nothing, not that it may not look
    os.chdir(empty)
    empty.rmdir()
    for mode in (os.O_RDONLY, os.O_WRONLY):
        os.close(os.open(os.devnull, mode))
    restrict()
    _expect("landlock", lambda: os.open(os.devnull, os.O_RDONLY), errno.EACCES)
    _expect("landlock", lambda: os.open(os.devnull, os.O_WRONLY), errno.EACCES)
    _check("root", "chroot", _libc.chroot(b"."))
    _expect("root", lambda: Path(os.devnull).stat(), errno.ENOENT)


def restrict() -> None:
    """One more layer of Landlock that allows no file, no TCP, no signal and no debugging outside it."""
    version = _libc.syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), 1)
    _check("landlock", "landlock_create_ruleset", version)
    rights = [_FILE_RIGHTS.get(version, _ALL_FILE_RIGHTS)]
    rights += [_ALL_TCP_RIGHTS] if version >= 4 else []
    rights += [_ALL_SCOPES] if version >= 6 else []
    ruleset = (ctypes.c_uint64 * len(rights))(*rights)
    descriptor = _libc.syscall(_LANDLOCK_CREATE, ruleset, ctypes.c_size_t(ctypes.sizeof(ruleset)), 0)
    _check("landlock", "landlock_create_ruleset", descriptor)
    try:
        _check("landlock", "landlock_restrict_self", _libc.syscall(_LANDLOCK_RESTRICT, descriptor, 0))
    finally:
        os.close(descriptor)


def leave_identity() -> None:
    """Root becomes nobody, and whoever it is gives up every capability; the environment is emptied."""
    if os.geteuid() == 0:
        _must("identity", lambda: os.setgroups([]))
        _must("identity", lambda: os.setresgid(_NOBODY, _NOBODY, _NOBODY))
        _must("identity", lambda: os.setresuid(_NOBODY, _NOBODY, _NOBODY))
    header, nothing = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0), (ctypes.c_uint32 * 6)()
    _check("identity", "capset", _libc.capset(header, nothing))
    _check("identity", "prctl", _prctl(_SET_DUMPABLE, 0))
    _expect("identity", lambda: _check("identity", "unshare", _libc.unshare(_NEW_NET)), errno.EPERM)
    os.environ.clear()


def lock(listener_port: int, memory_bytes: int, cpu_seconds: int) -> None:
    """The last step before a file is read: limits, a test of every layer from inside, and no new descriptor ever.

    The process may take `memory_bytes` of address space and `cpu_seconds` of processor time, write no file, and
    start no process or thread. Raises `LayerError`; then the file must not be read.
    """
    restrict()
    limits = {
        resource.RLIMIT_AS: memory_bytes,
        resource.RLIMIT_CPU: cpu_seconds,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NPROC: 0,
        resource.RLIMIT_MEMLOCK: 0,
    }
    for limit, most in limits.items():
        _must("limits", lambda limit=limit, most=most: resource.setrlimit(limit, (most, most)))  # type: ignore[misc]
    test(listener_port, memory_bytes)
    _must("descriptors", lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0)))
    _expect("descriptors", os.pipe, errno.EMFILE)


def test(listener_port: int, memory_bytes: int) -> None:
    """Tries what must not succeed, and raises `LayerError` with the name of the layer that let it."""
    # Landlock stops TCP but knows no UDP: the second connection is stopped by the empty network alone.
    _expect("network", lambda: _connect(listener_port, socket.SOCK_STREAM), errno.ENETUNREACH, errno.EACCES)
    _expect("network", lambda: _connect(listener_port, socket.SOCK_DGRAM), errno.ENETUNREACH)
    _expect("root", lambda: os.open(os.devnull, os.O_RDONLY), errno.ENOENT, errno.EACCES)
    _expect("root", lambda: os.open("written", os.O_WRONLY | os.O_CREAT), errno.ENOENT, errno.EACCES)
    _expect("root", lambda: Path(os.devnull).stat(), errno.ENOENT)
    _expect("limits", lambda: mmap.mmap(-1, memory_bytes), errno.ENOMEM)
    _expect("limits", _write_to_memory_file, errno.EFBIG)
    _expect("limits", _fork, errno.EAGAIN)


def die_with_parent(parent: int) -> None:
    """Has the kernel kill this process when its parent `parent` ends, or ends it now where that already has."""
    _check("system", "prctl", _prctl(_SET_PARENT_DEATH_SIGNAL, 9))
    if os.getppid() != parent:
        os._exit(1)


def keep_only(*descriptors: int) -> tuple[int, ...]:
    """Closes every descriptor but the standard ones and these, which become 3, 4, …; returns their new numbers."""
    high = [fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, _HIGH_DESCRIPTOR) for descriptor in descriptors]
    kept = tuple(range(3, 3 + len(descriptors)))
    for old, new in zip(high, kept, strict=True):
        os.dup2(old, new, inheritable=False)
    os.closerange(3 + len(descriptors), resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    return kept


def _prctl(option: int, value: int) -> int:
    nothing = ctypes.c_ulong(0)
    return int(_libc.prctl(option, ctypes.c_ulong(value), nothing, nothing, nothing))


def _connect(port: int, kind: socket.SocketKind) -> None:
    with socket.socket(socket.AF_INET, kind) as outside:
        outside.settimeout(2)
        outside.connect(("127.0.0.1", port))


def _write_to_memory_file() -> None:
    descriptor = os.memfd_create("test")
    try:
        os.write(descriptor, b"x")
    finally:
        os.close(descriptor)


def _fork() -> None:
    if os.fork() == 0:
        os._exit(0)


def _expect(layer: str, probe: Probe, *errors: int) -> None:
    """`probe` must fail with one of `errors`: success, or a failure for another reason, proves nothing."""
    try:
        probe()
    except (OSError, LayerError) as error:
        number = error.errno if isinstance(error, OSError) else ctypes.get_errno()
        if number in errors:
            return
        raise LayerError(layer, f"a test failed in an unexpected way ({error})") from None
    raise LayerError(layer, "what must be refused was allowed")


def _must(layer: str, step: Probe) -> None:
    try:
        step()
    except (OSError, ValueError) as error:
        raise LayerError(layer, str(error)) from None


def _check(layer: str, call: str, result: int) -> None:
    if result < 0:
        number = ctypes.get_errno()
        raise LayerError(layer, f"{call}: {os.strerror(number)}")
