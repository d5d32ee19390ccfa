"""Claim matching against its peers, side by side in one run: `python -m benchmarks.claims`.

Prints Markdown tables; `--write` also stores them in `docs/measured/claims.md`. Data: the folder `KIEMCHUNG_DATA`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.setting import commit, load, machine, one_core

MEASURED = Path(__file__).parent.parent / "docs" / "measured" / "claims.md"
_PARTS = ("speed", "quality", "reliability")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what is asked for (everything by default); 2 when the data is missing."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    options = _parser().parse_args(given)
    threads = one_core()
    # Imported here: the number of threads must be set before NumPy is loaded.
    from benchmarks.corpus import DataMissingError

    printed = []
    try:
        for part in _report(options, given, threads):
            print(part + "\n", flush=True)
            printed.append(part)
        if options.worst:
            _print_worst(options)
    except DataMissingError as error:
        print(error, file=sys.stderr)
        return 2
    if options.write:
        MEASURED.parent.mkdir(parents=True, exist_ok=True)
        MEASURED.write_text("\n\n".join(printed) + "\n", encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.claims", description=__doc__)
    for part in _PARTS:
        parser.add_argument(f"--{part}", action="store_true", help=f"only {part} (may be combined)")
    parser.add_argument("--only", metavar="NAME", help="one set, for quality and the worst cases")
    parser.add_argument("--all", action="store_true", help="the largest set too")
    parser.add_argument("--size", type=int, default=300_000, help="spliced reviews (default: 300000)")
    parser.add_argument(
        "--worst",
        type=int,
        default=0,
        metavar="N",
        help="print the N worst cases (with --reliability: the surest wrong ones), never stored",
    )
    parser.add_argument("--write", action="store_true", help="store the tables in docs/measured/claims.md")
    return parser


def _report(options: argparse.Namespace, given: Sequence[str], threads: str) -> Iterator[str]:
    from benchmarks import messages, quality, reliability, speed
    from benchmarks.corpus import SPLIT, data_folder, labelled

    folder = data_folder()
    every = not (options.speed or options.quality or options.reliability or options.worst)
    yield _heading(given, threads, SPLIT)
    if every or options.quality:
        for name in _names(options):
            one = labelled(folder, name)
            yield messages.report(one) if name == "messages_vi" else quality.report(one)
    if every or options.speed:
        yield from speed.report(folder, options.size)
    if every or options.reliability:
        yield f"{reliability.METHOD}"
        yield from reliability.report([labelled(folder, name) for name in reliability.SETS], options.size)
    yield f"Load of the machine at the end: {load()} (above 1: other work ran beside and times are too long)."


def _heading(given: Sequence[str], threads: str, split: str) -> str:
    command = " ".join(["python -m benchmarks.claims", *given])
    lines = [
        "# Claim matching, measured",
        "",
        f"- data: the folder `KIEMCHUNG_DATA`; split `{split}`; {_SEEN}",
        f"- command: `{command}`",
        f"- commit: {commit()}",
        f"- machine: {machine()}; {threads}; load at the start {load()}",
    ]
    return "\n".join(lines)


# `BM25_SHARE` in training/ranking.py says so of itself; a figure on these parts is not one on unseen data.
_SEEN = (
    "weights were fitted on messages_vi and the starter collection only, but a constant of the ranking (`BM25_SHARE`) "
    "was chosen on the dev parts of the other sets: ours may be somewhat flattered there, the peers are not"
)


def _names(options: argparse.Namespace) -> list[str]:
    from benchmarks.corpus import LARGE, SETS

    if options.only:
        return [options.only]
    return [*(name for name in SETS if options.all or name not in LARGE), "messages_vi"]


def _print_worst(options: argparse.Namespace) -> None:
    from benchmarks import reliability, worst
    from benchmarks.corpus import data_folder, labelled

    if options.reliability:
        for name in reliability.SETS:
            print(reliability.sure_but_wrong(labelled(data_folder(), name), options.worst))
        return
    for name in _names(options):
        print(worst.report(labelled(data_folder(), name), options.worst))


if __name__ == "__main__":
    sys.exit(main())
