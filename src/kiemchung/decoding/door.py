"""The one guarded door for files: a picture, sound or film goes in, what the media engine works on comes out.

Nothing of the file is interpreted in this process but its first bytes, which say the format. The rest happens in a
child without network, files and privileges, with limits on memory, time and output (`sandbox`, `worker`).
"""

from __future__ import annotations

import hashlib
import os
import signal
import stat
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from kiemchung.deadline import Deadline, DeadlineError
from kiemchung.decoding.errors import REFUSALS, DecodeError, SandboxError
from kiemchung.decoding.facts import FileFacts
from kiemchung.decoding.formats import FORMATS, HEAD_BYTES, Format, format_of, is_heic, needs_ffmpeg
from kiemchung.decoding.framing import BrokenAnswerError, Receiver
from kiemchung.decoding.limits import Limits
from kiemchung.decoding.results import MAX_ANSWER_BYTES, Answer, Media, facts_from
from kiemchung.decoding.room import COMMAND, Room, check_platform
from kiemchung.engine.errors import system_words
from kiemchung.engine.media.types import MediaKind, ReadLine

if sys.platform != "win32":
    import fcntl

Source = Path | str | bytes

_KINDS = (
    (stat.S_ISDIR, "a folder", "thư mục"),
    (stat.S_ISFIFO, "a named pipe", "đường ống"),
    (stat.S_ISSOCK, "a socket", "socket"),
    (lambda mode: stat.S_ISCHR(mode) or stat.S_ISBLK(mode), "a device", "thiết bị"),
)
# The process may use a little more processor time than real time allows: the deadline comes first and says why.
_SPARE_CPU_SECONDS = 5
# Room that a crash leaves for its cause to be told.
_STATUS_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Decoded:
    """A decoded file: what it is, the SHA-256 of its bytes (64 hexadecimal digits), its content, and what it says about
    itself. `media` is a `Picture`, `Sound` or `Video`, as `kind` says. `lines` are the lines of text in a picture,
    or in up to 8 frames of a film, each once; `None` where none were asked for or nothing is installed that reads."""

    kind: MediaKind
    sha256: str
    media: Media
    facts: FileFacts
    lines: tuple[ReadLine, ...] | None = None


@dataclass(frozen=True, slots=True)
class _Opened:
    """A regular file, open for reading, with what is known of it before it is decoded."""

    name: str
    descriptor: int
    size: int
    form: Format
    needs_ffmpeg: bool
    sha256: str


class Decoder:
    """Decodes files one after the other, each in a fresh process that is locked in before it reads.

    Still pictures have a child of their own, without FFmpeg; the one for sound, films and large PNGs is started with
    the first of them. Starting costs a third of a second, a file about ten milliseconds beyond its decoding: keep one
    for many files, one for each thread that decodes (a second thread waits). Close it, or use it as a context manager;
    its processes are then gone, as they are when this process is killed. `trust_list` is a file of certificates (PEM)
    of signers that are trusted in notes of origin. With `reading` the words in pictures are read too, where Tesseract
    is installed (`reads`): .3 s more to start, .1 to 2 s a picture.

    The argument that begins with an underscore is for tests.

    >>> with Decoder() as decoder:  # doctest: +SKIP
    ...     decoder.decode("picture.jpg").media.pixels.shape
    (960, 1280, 3)
    """

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        trust_list: Path | None = None,
        reading: bool = False,
        _command: Sequence[str] = COMMAND,
    ) -> None:
        self._limits, self._trust_list, self._command = limits or Limits(), trust_list, _command
        self._reading = reading
        self._rooms: dict[bool, Room] = {}  # by whether there is FFmpeg in it
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends all children; the next file starts another."""
        while self._rooms:
            self._rooms.popitem()[1].close()

    def start(self) -> None:
        """Has the child for pictures ready, so that the first does not wait for it. Raises `SandboxError`."""
        self._started(ffmpeg=False)

    def _started(self, *, ffmpeg: bool) -> Room:
        if ffmpeg not in self._rooms:
            self._rooms[ffmpeg] = Room(self._trust_list, self._command, reading=self._reading, ffmpeg=ffmpeg)
        return self._rooms[ffmpeg]

    @property
    def reads(self) -> bool:
        """Whether words in pictures are read: asked for, and installed. Starts the child. Raises `SandboxError`."""
        return self._started(ffmpeg=False).reads

    def decode(self, source: Source, *, name: str | None = None, with_place: bool = False) -> Decoded:
        """The content of a file, given by its path or as bytes; `name` is what messages call it.

        `with_place` also reads where the file says it was made; do not store that. Raises `DecodeError` (the file) and
        `SandboxError` (this machine). Costs 10-60 ms of the processor for a photograph, for sound 1/600 of its length.
        """
        if not self._rooms:  # else it was looked at, which takes a millisecond
            check_platform()
        with _opened(source, name, self._limits.max_bytes) as opened, self._lock:
            before = _state(opened.descriptor)
            try:
                decoded = self._decoded(opened, with_place=with_place)
            except DecodeError:
                _check_unchanged(opened, before)
                raise
            _check_unchanged(opened, before)
            return decoded

    def _decoded(self, opened: _Opened, *, with_place: bool) -> Decoded:
        is_picture = opened.form.reader == "picture"
        seconds = self._limits.picture_seconds if is_picture else self._limits.stream_seconds
        room = self._started(ffmpeg=opened.needs_ffmpeg)
        try:
            answer = _asked(room, opened, Deadline(seconds), int(seconds) + _SPARE_CPU_SECONDS, with_place=with_place)
            kind, media = answer.media()
            facts = facts_from(answer.facts or {}, opened.form.name, opened.size, with_place=with_place)
        except (DeadlineError, BrokenAnswerError, OSError, ValueError, SandboxError) as error:
            self.close()
            raise _explained(error, opened.name, seconds) from None
        except DecodeError:
            raise
        except BaseException:  # Ctrl-C and the like: nothing goes on behind our back
            self.close()
            raise
        return Decoded(kind, opened.sha256, media, facts, answer.lines)


def decode(
    source: Source, limits: Limits | None = None, *, name: str | None = None, with_place: bool = False
) -> Decoded:
    """`Decoder(limits).decode(source)` for one file; a `Decoder` is twenty times as fast for many."""
    with Decoder(limits) as decoder:
        return decoder.decode(source, name=name, with_place=with_place)


def _asked(room: Room, opened: _Opened, deadline: Deadline, cpu_seconds: int, *, with_place: bool) -> Answer:
    """The child's whole answer. A process that crashed is told from one that answered nonsense by how it ended."""
    request = {"format": opened.form.name, "with_place": with_place, "cpu_seconds": cpu_seconds}
    pipe = room.ask(request, opened.descriptor)
    answer, refusal = Answer(), None
    try:
        receiver = Receiver(pipe, deadline, MAX_ANSWER_BYTES)
        while (part := receiver.receive()) is not None:
            header, payload = part
            if header.get("part") in ("refused", "unlocked"):
                refusal = _refusal(header, opened.name)
                break
            answer.add(header, payload)
    except EOFError:
        refusal = DecodeError("damaged", opened.name)
    finally:
        os.close(pipe)
    status = room.status(Deadline(_STATUS_SECONDS))
    if status < 0:
        raise _crash(-status, opened.name, cpu_seconds)
    if refusal is None and status != 0:
        raise BrokenAnswerError("how it ended")
    if refusal is not None:
        raise refusal
    return answer


def _refusal(header: dict[str, object], name: str) -> DecodeError | SandboxError:
    code, detail = str(header.get("code")), str(header.get("detail", ""))[:100]
    if header["part"] == "unlocked":
        return SandboxError(str(header.get("layer"))[:40], detail)
    if code not in REFUSALS:
        raise BrokenAnswerError("a reason")
    return DecodeError(code, name, detail if detail.isprintable() else "")


def _crash(number: int, name: str, cpu_seconds: int) -> DecodeError:
    if number == signal.SIGXCPU:
        return DecodeError("too_slow", name, str(cpu_seconds))
    try:
        return DecodeError("crashed", name, signal.Signals(number).name)
    except ValueError:
        return DecodeError("crashed", name, str(number))


def _explained(error: Exception, name: str, seconds: float) -> Exception:
    if isinstance(error, SandboxError):
        return error
    if isinstance(error, DeadlineError):
        return DecodeError("too_slow", name, f"{seconds:g}")
    if isinstance(error, BrokenAnswerError):
        return DecodeError("broken_answer", name, str(error))
    return DecodeError("crashed", name, "the child process is gone", "tiến trình con đã mất")


@contextmanager
def _opened(source: Source, name: str | None, max_bytes: int) -> Iterator[_Opened]:
    shown = name or ("data" if isinstance(source, bytes) else str(source))
    try:
        descriptor = _memory_file(source) if isinstance(source, bytes) else _open_file(Path(source), shown)
    except (OSError, ValueError) as error:
        raise _unreadable(error, shown) from None
    try:
        size = os.fstat(descriptor).st_size
        if size == 0:
            raise DecodeError("empty", shown)
        if size > max_bytes:
            raise DecodeError("too_large", shown, f"{max_bytes:,}")
        head = os.pread(descriptor, HEAD_BYTES, 0)
        form = _format(head, shown)
        yield _Opened(shown, descriptor, size, form, needs_ffmpeg(head, form), _sha256(descriptor, shown))
    finally:
        os.close(descriptor)


def sha256_of(path: Path, max_bytes: int) -> str:
    """The SHA-256 of a file's bytes, 64 hexadecimal digits; nothing is decoded. Raises `DecodeError` for what is no
    regular file, cannot be read, or has more than `max_bytes`."""
    shown = str(path)
    try:
        descriptor = _open_file(path, shown)
    except (OSError, ValueError) as error:
        raise _unreadable(error, shown) from None
    try:
        if os.fstat(descriptor).st_size > max_bytes:
            raise DecodeError("too_large", shown, f"{max_bytes:,}")
        return _sha256(descriptor, shown)
    finally:
        os.close(descriptor)


def _unreadable(error: OSError | ValueError, shown: str) -> DecodeError:
    english, vietnamese = system_words(error)
    return DecodeError("unreadable", shown, english, vietnamese)


def _open_file(path: Path, shown: str) -> int:
    """Opens a regular file and nothing else; a named pipe is not waited for."""
    _check_regular(os.stat(path).st_mode, shown)  # noqa: PTH116 - opening a device can already do something
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
    try:
        _check_regular(os.fstat(descriptor).st_mode, shown)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _check_regular(mode: int, shown: str) -> None:
    for is_kind, english, vietnamese in _KINDS:
        if is_kind(mode):
            raise DecodeError("not_a_file", shown, english, vietnamese)


def _memory_file(content: bytes) -> int:
    """The bytes as a file in memory that nobody can change any more."""
    descriptor = os.memfd_create("kiemchung", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        with open(descriptor, "wb", closefd=False) as file:
            file.write(content)
        os.fchmod(descriptor, 0o400)  # a file in memory could otherwise be started as a program
        seals = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, seals)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _format(head: bytes, shown: str) -> Format:
    form = format_of(head)
    if form is None:
        if is_heic(head):
            raise DecodeError("heic", shown, ", ".join(one.name for one in FORMATS.values() if one.reader == "picture"))
        raise DecodeError("unknown_format", shown, ", ".join(FORMATS))
    return form


def _sha256(descriptor: int, shown: str) -> str:
    try:
        with open(descriptor, "rb", closefd=False) as file:
            file.seek(0)
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise _unreadable(error, shown) from None


def _state(descriptor: int) -> tuple[int, int]:
    now = os.fstat(descriptor)
    return now.st_size, now.st_mtime_ns


def _check_unchanged(opened: _Opened, before: tuple[int, int]) -> None:
    if _state(opened.descriptor) != before or before[0] != opened.size:
        raise DecodeError("changed", opened.name)
