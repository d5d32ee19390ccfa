"""`kiemchung completion`: what a shell needs to complete our options."""

from __future__ import annotations

import argparse

import shtab

from kiemchung.cli.parser import Options, build_parser

_FILES = ("messages", "sources", "claims", "queries", "output")
_FOLDERS = ("folder",)


def run(options: Options) -> int:
    """Print the completion script of a shell."""
    parser = build_parser(options.lang)
    # argparse has no public way to its actions.
    (commands,) = (action for action in parser._actions if isinstance(action, argparse._SubParsersAction))  # noqa: SLF001
    for command in commands.choices.values():
        for action in command._actions:  # noqa: SLF001
            if action.dest in _FILES:
                action.complete = shtab.FILE
            elif action.dest in _FOLDERS:
                action.complete = shtab.DIRECTORY
    print(shtab.complete(parser, shell=options.shell))
    return 0
