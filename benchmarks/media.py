"""Pictures against hashes, side by side in one run: `python -m benchmarks.media --pictures DIR`.

Prints Markdown tables; `--write` also stores them in `docs/measured/media.md`. No picture is kept or shipped.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.setting import commit, load, machine, one_core, show

MEASURED = Path(__file__).parent.parent / "docs" / "measured" / "media.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what is asked for; by default the transformations and the cards."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    options = _parser().parse_args(given)
    threads = one_core()
    options.said = ""
    if options.pictures is None:
        from benchmarks.media_references import installed

        options.pictures = installed()
        options.said = (
            "\n- no folder was named: pictures of the packages installed here, where there are any, and made ones"
        )
    show(_report(options, given, threads), MEASURED if options.write else None)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.media", description=__doc__)
    parser.add_argument(
        "--pictures",
        type=Path,
        metavar="DIR",
        help="a folder of pictures (default: those installed); made ones fill up",
    )
    parser.add_argument("--kept", type=Path, metavar="DIR", help="where described references are kept between runs")
    parser.add_argument("--references", type=int, default=14_000, help="before duplicates go (default: 14000)")
    parser.add_argument("--known", type=int, default=100, help="pictures sent that are references (default: 100)")
    parser.add_argument("--unknown", type=int, default=100, help="pictures sent that are not (default: 100)")
    parser.add_argument("--seconds", type=float, default=7200, help="send no further picture after so many seconds")
    parser.add_argument("--quality", action="store_true", help="only the transformations (may be combined)")
    parser.add_argument(
        "--text", type=int, nargs="?", const=100, metavar="N", help="only cards of N layouts with other words"
    )
    parser.add_argument("--first", type=int, default=1_200_000, metavar="N", help="the first of these layouts")
    parser.add_argument("--hashes", type=int, nargs="?", const=10_000_000, metavar="N", help="lookup among N hashes")
    parser.add_argument("--scale", type=int, nargs="?", const=100_000, metavar="N", help="queries among N references")
    parser.add_argument("--stored", type=int, nargs="?", const=100_000, metavar="N", help="N pictures on disk")
    parser.add_argument("--home", type=Path, metavar="DIR", help="where those of --stored are kept between runs")
    parser.add_argument("--adding", type=int, nargs="?", const=180, metavar="N", help="`media add` of N files a kind")
    parser.add_argument("--looked-at", action="store_true", help="send the half of the files that may be looked at")
    parser.add_argument("--sheet", type=Path, metavar="PNG", help="draw pairs that were left out as showing the same")
    parser.add_argument("--worst", action="store_true", help="print the worst cases, never stored")
    parser.add_argument("--write", action="store_true", help="store the tables in docs/measured/media.md")
    return parser


def _report(options: argparse.Namespace, given: Sequence[str], threads: str) -> Iterator[str]:
    from benchmarks import media_adding, media_cards, media_quality, media_scale, media_stored
    from benchmarks.media_setting import prepared

    every = not (options.quality or options.text or options.hashes or options.scale or options.adding or options.stored)
    yield "\n".join(
        [
            "# Pictures, measured",
            "",
            f"- command: `{' '.join(['python -m benchmarks.media', *given])}`",
            f"- commit: {commit()}",
            f"- machine: {machine()}; {threads}; times are the processor's; load at the start {load()}" + options.said,
        ]
    )
    if every or options.quality or options.scale or options.hashes:
        setting = prepared(options)
        yield setting.said
        if every or options.quality:
            tally = media_quality.measured(
                setting.index, setting.hashes, setting.known, setting.unknown, options.seconds, options.kept
            )
            yield media_quality.table(tally)
            yield media_scale.times(tally.seconds, setting)
            if options.worst:
                print(media_quality.worst(tally), file=sys.stderr)
        if options.hashes:
            yield media_scale.hashes(setting, options.hashes)
        if options.scale:
            yield media_scale.scale(setting, options.scale)
    if options.stored:
        with tempfile.TemporaryDirectory() as folder:
            yield media_stored.report(options.home or Path(folder), options.pictures, options.stored)
    if options.adding:
        yield media_adding.report(options.pictures, options.adding)
    if every or options.text:
        yield media_cards.report(options.text or media_cards.LAYOUTS, options.first)


if __name__ == "__main__":
    raise SystemExit(main())
