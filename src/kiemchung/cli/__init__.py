"""The command `kiemchung`: parse, call, print. Results on standard output, everything else on standard error."""

from __future__ import annotations

import importlib
import os
import signal
import sys
from collections.abc import Sequence
from typing import Protocol, cast

from kiemchung.cli.parser import Options, build_parser
from kiemchung.cli.words import say
from kiemchung.engine.errors import InputError, KiemchungError

DONE, NOTHING_FOUND, WRONG_USAGE, SOME_REFUSED, FAILED, INTERRUPTED = 0, 1, 2, 3, 4, 130


class _Command(Protocol):
    def run(self, options: Options) -> int: ...


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code.

    0 done, 1 nothing found, 2 wrong usage, 3 done but some input refused, 4 could not be done, 130 interrupted.
    """
    parser = build_parser()
    options = cast(Options, parser.parse_args(arguments))
    try:
        # Each command imports what it needs: `--help` and a wrong option answer at once.
        command = cast(_Command, importlib.import_module(f"kiemchung.cli.{options.module}"))
        code = command.run(options)
        sys.stdout.flush()
    except KeyboardInterrupt:
        _complain(say("interrupted", options.lang))
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone, as `head` does: not an error, and nothing more can be said.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    except KiemchungError as error:
        _complain(f"{say('error', options.lang)}: {error}")
        return WRONG_USAGE if isinstance(error, InputError) and options.usage_errors else FAILED
    except MemoryError:
        _complain(f"{say('error', options.lang)}: out of memory. Give less at once, or a machine with more.")
        return FAILED
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        _complain(f"{say('error', options.lang)}: {where}{error.strerror or error}.")
        return FAILED
    return code


def _complain(text: str) -> None:
    sys.stderr.write(text.encode("utf-8", "replace").decode("utf-8") + "\n")
