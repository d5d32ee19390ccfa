"""`kiemchung completion`: what a shell needs to complete our options."""

from __future__ import annotations

import shtab

from kiemchung.cli.parser import Options, build_parser


def run(options: Options) -> int:
    """Print the completion script of a shell."""
    print(shtab.complete(build_parser(options.lang), shell=options.shell))
    return 0
