"""The command `kiemchung`: parse, call, print. Results on standard output, everything else on standard error."""

from __future__ import annotations

import contextlib
import errno
import importlib
import io
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, TextIO, cast

from kiemchung.cli.complaints import complain
from kiemchung.cli.parser import Options, build_parser, language_asked
from kiemchung.cli.usage import UsageError
from kiemchung.cli.words import say
from kiemchung.engine.errors import InputError, KiemchungError, system_words

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# What is said of Ctrl-C, by the module of the command.
_STOPPED = {"importing": "import_interrupted"}
DONE, NOTHING_FOUND, WRONG_USAGE, SOME_REFUSED, FAILED, INTERRUPTED = 0, 1, 2, 3, 4, 130


class _Command(Protocol):
    def run(self, options: Options) -> int: ...


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code.

    0 done, 1 nothing found, 2 wrong usage, 3 done but some input refused, 4 could not be done, 130 interrupted.
    """
    if cast(TextIO | None, sys.stderr) is None:  # closed: what would be said there is said to nobody
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - to the end of the process
    _speak_utf8()
    _on_one_core()
    given = list(sys.argv[1:] if arguments is None else arguments)
    if cast(TextIO | None, sys.stdout) is None:
        lang = language_asked(given)
        complain(f"{say('error', lang)}: {say('output_closed', lang)}")
        return FAILED
    lang = language_asked(given)
    options: Options | None = None
    try:
        options = _parsed(given, lang)
        lang = options.lang
        # Each command imports what it needs: `--help` and a wrong option answer at once.
        command = cast(_Command, importlib.import_module(f"kiemchung.cli.{options.module}"))
        code = command.run(options)
        sys.stdout.flush()
    except KeyboardInterrupt:
        complain(say(_STOPPED.get(options.module if options else "", "interrupted"), lang))
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone, as `head` does: not an error, and nothing more can be said.
        _drop_output()
        return 128 + getattr(signal, "SIGPIPE", 13)  # Windows knows no such signal
    except KiemchungError as error:
        complain(f"{say('error', lang)}: {error.text(lang)}")
        is_usage = isinstance(error, InputError) and options is not None and options.usage_errors
        is_usage = is_usage or isinstance(error, UsageError)
        return WRONG_USAGE if is_usage else FAILED
    except MemoryError:
        complain(f"{say('error', lang)}: {say('out_of_memory', lang)}")
        return FAILED
    except OSError as error:
        if error.filename is None:
            _drop_output()
        where = error.filename or say("output", lang)
        why = system_words(error)[0 if lang == "en" else 1]
        remedy = say("make_room" if error.errno in _FULL else "check_place", lang)
        complain(f"{say('error', lang)}: {where}: {why}. {remedy}")
        return FAILED
    return code


def _parsed(given: list[str], lang: str) -> Options:
    try:
        return cast(Options, build_parser(lang).parse_args(given))
    except SystemExit:
        sys.stdout.flush()  # of `--help`: what does not arrive is an error here too
        raise


def _drop_output() -> None:
    """Let what is still to be written go nowhere: Python would try again at its end, and end with a code of its own."""
    with contextlib.suppress(io.UnsupportedOperation):  # an output in memory
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _on_one_core() -> None:
    """Let NumPy, which is loaded after this, multiply in one thread.

    Threads that wait for each other spin: on two busy cores a picture took 220 ms to describe, in one thread 30. Work
    is shared out among processes instead. Who has set it keeps what was set.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def _speak_utf8() -> None:
    # Programs that read us expect one encoding, and Vietnamese cannot be written in many of the others.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
