"""Lookalikes against their peers, side by side in one run: `python -m benchmarks.lookalikes`.

Prints Markdown tables; `--write` also stores them in `docs/measured/lookalikes.md`. Data: the folder `KIEMCHUNG_DATA`.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.setting import commit, load, machine, markdown, one_core

if TYPE_CHECKING:
    from kiemchung.engine.lookalikes.measures import Labelled, Pair

MEASURED = Path(__file__).parent.parent / "docs" / "measured" / "lookalikes.md"
_SLOW = 20_000  # newly registered names for the slow peer
_MANY = 10_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what is asked for (everything by default); 2 when the data is missing."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    options = _parser().parse_args(given)
    threads = one_core()
    # Imported here: the number of threads must be set before NumPy is loaded.
    from benchmarks.corpus import DataMissingError, data_folder
    from benchmarks.lookalike_peers import shut_network

    shut_network()
    printed = [_heading(given, threads)]
    print(printed[0], flush=True)
    try:
        for part in _report(options, data_folder()):
            print("\n" + part, flush=True)
            printed.append(part)
    except DataMissingError as error:
        print(error, file=sys.stderr)
        return 2
    if options.write:
        MEASURED.parent.mkdir(parents=True, exist_ok=True)
        MEASURED.write_text("\n\n".join(printed) + "\n", encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.lookalikes", description=__doc__)
    parser.add_argument("--quality", action="store_true", help="only our own measures")
    parser.add_argument("--peers", action="store_true", help="only the peers side by side (minutes)")
    parser.add_argument("--speed", action="store_true", help="only the speed of the command")
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="print the N worst cases, never stored")
    parser.add_argument("--write", action="store_true", help="store the tables in docs/measured/lookalikes.md")
    return parser


def _heading(given: Sequence[str], threads: str) -> str:
    command = " ".join(["python -m benchmarks.lookalikes", *given])
    return "\n".join(
        [
            "# Lookalikes, measured",
            "",
            "- data: the folders `lookalike` and `names_vi` of `KIEMCHUNG_DATA`, dev parts. The models were fitted on",
            "  `positives_dev`, `names_vi` and the banks and universities of `benign_dev`, so those flatter; the",
            "  Japanese hosts, the other innocent names and the stream were not fitted on (see the model's card for",
            "  figures held out by organisation)",
            f"- command: `{command}`",
            f"- commit: {commit()}",
            f"- machine: {machine()}; {threads}; load at the start {load()}",
        ]
    )


def _report(options: argparse.Namespace, folder: Path) -> Iterator[str]:
    every = not (options.quality or options.peers or options.speed or options.worst)
    if every or options.quality:
        yield _quality(folder / "lookalike")
        yield _quality(folder / "names_vi")
    if every or options.peers:
        yield _peers(folder / "lookalike")
    if every or options.speed:
        yield _speed(folder / "lookalike")
    if options.worst:
        for name in ("lookalike", "names_vi"):
            print(f"\n{_worst(folder / name, options.worst)}")


def _pairs(folder: Path) -> list[Pair]:
    from benchmarks.corpus import DataMissingError
    from kiemchung.cli.lookalike import open_index
    from kiemchung.cli.measuring_lookalikes import labelled_names, organisations_of

    if not folder.is_dir():
        raise DataMissingError(f"{folder} is missing.")
    index = open_index(organisations_of(folder, ""))
    labelled = labelled_names(folder)
    return list(zip(labelled, index.score_many([one.name for one in labelled]), strict=True))


def _quality(folder: Path) -> str:
    from kiemchung.engine.lookalikes.measures import calibration_error, f1, measure_lookalikes

    pairs = _pairs(folder)
    rows = []
    for share in measure_lookalikes(pairs):
        data = share.as_data()
        rows.append([share.what, str(share.count), str(share.total), f"{share.share:.4f}", str(data["at_most"])])
    table = markdown(["what", "names", "of", "share", "at most (Wilson 95 %)"], rows)
    return f"## {folder.name}\n\nF1 {f1(pairs):.3f}, calibration error {calibration_error(pairs):.3f}\n\n{table}"


def _peers(folder: Path) -> str:
    from benchmarks import lookalike_peers as peers
    from kiemchung.cli.measuring_lookalikes import labelled_names
    from kiemchung.engine.lookalikes.organisations import read_organisations

    organisations = read_organisations([(folder / "organisations.jsonl").read_bytes()])
    domains = sorted({domain for organisation in organisations for domain in organisation.domains})
    stream = _stream(folder)
    makers: dict[str, Callable[[], peers.Peer]] = {
        peers.OURS: lambda: peers.Ours(organisations),
        "dnstwist + words + suffixes": lambda: peers.Enumerated(peers.dnstwist_variants(domains), domains),
        "ail-typo-squatting, all": lambda: peers.Enumerated(peers.ail_variants(domains), domains),
        "opensquat, labels of 5+ letters": lambda: peers.Opensquat(organisations),
    }
    labelled = [one for one in labelled_names(folder) if one.is_visible and "/" not in one.name]
    rows = []
    for name, make in makers.items():
        began = time.perf_counter()
        peer = make()
        made = time.perf_counter() - began
        began = time.perf_counter()
        flags = peer.flag([one.name for one in labelled])
        few = stream[:_SLOW] if isinstance(peer, peers.Opensquat) else stream
        alerts = sum(peer.flag(few))
        rate = (len(labelled) + len(few)) / (time.perf_counter() - began)
        rows.append(
            [name, f"{made:.1f} s", f"{rate:,.0f}", *_figures(labelled, flags), f"{1e5 * alerts / len(few):.0f}"]
        )
    header = ["tool", "made in", "names/s", "recall", "recall, Japanese", "popular", "hard", "F1", "alerts / 100,000"]
    return f"## Peers\n\nHosts only, the same names for all, one core.\n\n{markdown(header, rows)}"


def _figures(labelled: Sequence[Labelled], flags: Sequence[bool]) -> list[str]:
    from kiemchung.engine.lookalikes.measures import IMITATION

    def share(chosen: Callable[..., bool]) -> float:
        picked = [flag for one, flag in zip(labelled, flags, strict=True) if chosen(one)]
        return sum(picked) / max(len(picked), 1)

    hits = sum(flag for one, flag in zip(labelled, flags, strict=True) if one.label == IMITATION)
    missed = sum(not flag for one, flag in zip(labelled, flags, strict=True) if one.label == IMITATION)
    wrong = sum(flag for one, flag in zip(labelled, flags, strict=True) if one.label != IMITATION and one.is_counted)
    return [
        f"{share(lambda one: one.label == IMITATION and 'jpcert' not in one.group):.3f}",
        f"{share(lambda one: one.label == IMITATION and 'jpcert' in one.group):.3f}",
        f"{share(lambda one: one.group == 'popular'):.4f}",
        f"{share(lambda one: one.group == 'hard' and one.is_counted):.3f}",
        f"{2 * hits / max(2 * hits + missed + wrong, 1):.3f}",
    ]


def _stream(folder: Path) -> list[str]:
    return [
        line.split("\t")[0]
        for path in sorted(folder.glob("stream*.txt"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]


def _speed(folder: Path) -> str:
    rows = []
    with tempfile.TemporaryDirectory() as made:
        names, few, many = Path(made) / "names.txt", Path(made) / "one.txt", Path(made) / "many.jsonl"
        names.write_text("\n".join(_stream(folder)) + "\n", encoding="utf-8")
        few.write_text("example.org\n", encoding="utf-8")
        organisations = folder / "organisations.jsonl"
        _write_many(organisations, many)
        count = len(names.read_text(encoding="utf-8").splitlines())
        for label, registry in ((f"{_count(organisations):,}", organisations), (f"{_count(many):,}", many)):
            start = sorted(_seconds(few, registry) for _ in range(3))[1]
            wall, processor = sorted(_seconds(names, registry) for _ in range(3))[1]
            rows.append(
                [label, f"{start[1]:.2f} s", f"{processor:.2f} s", f"{count / processor:,.0f}", f"{start[0]:.2f} s"]
                + [f"{wall:.2f} s", f"{count / wall:,.0f}"]
            )
    header = ["organisations", "one name", f"{count:,} names", "names/s", "one name, by the clock"]
    header += ["all, by the clock", "names/s by the clock"]
    said = "The command end to end, `--format tsv --all`, one core, median of 3: processor time, then the clock."
    return f"## Speed\n\n{said}\n\n{markdown(header, rows)}"


def _count(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def _seconds(names: Path, organisations: Path) -> tuple[float, float]:
    """Return what one run takes by the clock and of the processor; where others work too, the second is the measure."""
    program = [sys.executable, "-c", "import sys; from kiemchung.cli import main; sys.exit(main())", "lookalike"]
    before, began = os.times(), time.perf_counter()
    subprocess.run(
        [*program, "--names", names, "--organisations", organisations, "--format", "tsv", "--all"],
        stdout=subprocess.DEVNULL,
        check=False,
    )
    wall, after = time.perf_counter() - began, os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return wall, used


def _write_many(path: Path, target: Path) -> None:
    """Write `_MANY` organisations: the given ones, and others with coined names."""
    import json
    import random

    draw = random.Random(1)  # noqa: S311 - repeatable, not secret
    rows = path.read_text(encoding="utf-8").splitlines()
    while len(rows) < _MANY:
        word = "".join(draw.choice(["bcdfghklmnprstvx", "aeiou"][at % 2]) for at in range(draw.randrange(5, 11)))
        row = {"id": f"x{len(rows)}", "name": f"Công ty {word}", "display": word, "domains": [f"{word}.example"]}
        rows.append(json.dumps(row))
    target.write_text("\n".join(rows) + "\n", encoding="utf-8")


def _worst(folder: Path, count: int) -> str:
    from kiemchung.engine.lookalikes.measures import worst

    lines = [f"The {count} worst of {folder.name}:"]
    for one, found in worst(_pairs(folder), count):
        wanted = ", ".join(sorted(one.organisations)) or one.group
        codes = ",".join(reason.code for reason in found.reasons)
        lines.append(
            f"  {one.label:<10} {found.probability:.3f}  {one.name}  [{wanted}]  {found.organisation_id} {codes}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
