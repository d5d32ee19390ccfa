"""`kiemchung completion`: what a shell needs to complete our options."""

from __future__ import annotations

import argparse

import shtab

from kiemchung.cli.parser import Options, build_parser

_FILES = ("messages", "sources", "claims", "queries", "output", "files", "source", "sheet", "picture")
_FOLDERS = ("folder", "references")


def run(options: Options) -> int:
    """Print the completion script of a shell."""
    parser = build_parser(options.lang)
    _complete(parser)
    print(shtab.complete(parser, shell=options.shell))
    return 0


def _complete(parser: argparse.ArgumentParser) -> None:
    """Say of each option and operand, also of the parts of a command, whether it is a file or a folder."""
    for action in parser._actions:  # noqa: SLF001 - argparse has no public way to its actions
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            for part in action.choices.values():
                _complete(part)
        elif action.dest in _FILES:
            action.complete = shtab.FILE  # type: ignore[attr-defined]
        elif action.dest in _FOLDERS:
            action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]
