"""False alarms among pictures of other sources: `python -m benchmarks.media_strangers --pictures DIR --strangers DIR`.

A picture counts as unknown by where it comes from, not by what any matcher says of it: each folder in a directory is
one package, and no project has packages in both directories. Every match is counted. One that a person has looked at
and found right, for the two pictures do share a thing, stands in `--reviewed` with the reason and is counted apart, in
sight; a match that nobody has looked at is a false alarm.
"""

from __future__ import annotations

import argparse
import csv
import random
import sys
import time
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.setting import commit, load, machine, markdown, one_core, show
from kiemchung.engine.shares import wilson

if TYPE_CHECKING:
    from benchmarks.media_references import Source
    from kiemchung.engine.media.pictures import PictureSegment

REVIEWED = Path(__file__).with_name("media_reviewed.tsv")
# What a person may have seen in both, from the least harm to the most; a query counts as the worst of its matches.
PICTURE, THING, NOTHING = "one picture", "one thing", "nothing"
KINDS = {
    PICTURE: "of them: both do show one photograph, drawing or texture",
    THING: "of them: both show one thing, but in two pictures",
    NOTHING: "**of them: nothing in common, or not looked at**",
}
Reviewed = dict[tuple[str, str], tuple[str, str]]
_WAYS = 4
# Of strangers whose pHash differs in so few bits (one picture in several languages or sizes) one is sent.
_ALIKE = 4


@dataclass(frozen=True, slots=True)
class Alarm:
    """One match of a stranger: the way it was sent, its name and the reference's, both within their directory."""

    way: str
    stranger: str
    reference: str
    probability: float
    method: str


@dataclass
class Heard:
    """What one run counted: queries by way, packages of the pictures sent, matches, seconds a query."""

    asked: Counter[str] = field(default_factory=Counter)
    packages: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    alarms: list[list[Alarm]] = field(default_factory=list)
    pdq: int = 0
    seconds: list[float] = field(default_factory=list)


def main(arguments: Sequence[str] | None = None) -> int:
    """Send the strangers and print the table; `--found` writes down the matches for whoever looks at them."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    options = _parser().parse_args(given)
    threads = one_core()
    show(_report(options, given, threads), None)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.media_strangers", description=__doc__)
    parser.add_argument("--pictures", type=Path, metavar="DIR", required=True, help="references: a folder a package")
    parser.add_argument("--strangers", type=Path, metavar="DIR", required=True, help="the same, of other projects")
    parser.add_argument("--kept", type=Path, metavar="DIR", help="where described references are kept between runs")
    parser.add_argument("--references", type=int, default=15_000, help="before duplicates go (default: 15000)")
    parser.add_argument("--queries", type=int, default=8_000, help=f"{_WAYS} a picture (default: 8000)")
    parser.add_argument("--looked-at", action="store_true", help="send the packages that may be looked at")
    parser.add_argument("--reviewed", type=Path, default=REVIEWED, metavar="TSV", help="matches found right by eye")
    parser.add_argument("--found", type=Path, metavar="TSV", help="write the matches down")
    parser.add_argument("--sheet", type=Path, metavar="PNG", help="draw the pairs that matched")
    return parser


def _report(options: argparse.Namespace, given: Sequence[str], threads: str) -> Iterator[str]:
    from benchmarks.media_setting import described_once, without
    from benchmarks.media_variants import sheet

    at_commit, at_load = commit(), load()
    every, by_name, same, _ = described_once(options.pictures, options.references, options.kept)
    references = without(every, same.dropped.keys())
    folders = [{path.name for path in folder.iterdir()} for folder in (options.pictures, options.strangers)]
    if both := folders[0] & folders[1]:
        raise SystemExit(f"These packages are in both directories; take them out of one: {', '.join(sorted(both))}")
    strangers = list(_strangers(options.strangers, options.queries // _WAYS, looked_at=options.looked_at))
    heard = _heard(references, strangers, options)
    pairs = sorted({(one.stranger, one.reference) for alarms in heard.alarms for one in alarms})
    if options.found:
        _write(options.found, heard)
    if options.sheet and pairs:
        named = {_within(one.name, options.strangers): one for one in strangers}
        named |= {_within(name, options.pictures): one for name, one in by_name.items()}
        sheet(pairs, named, options.sheet)
    half = "may be looked at" if options.looked_at else "were not looked at"
    yield "\n".join(
        [
            "# Strangers, measured",
            "",
            f"- command: `{' '.join(['python -m benchmarks.media_strangers', *given])}`",
            f"- commit: {at_commit}",
            f"- machine: {machine()}; {threads}; times are the processor's; load at the start {at_load}",
            "",
            f"{references.size:,} references. Sent: {len(strangers):,} pictures of {len(heard.packages)} packages that "
            f"{half}, {_WAYS} ways each, every way {min(heard.asked.values())} to {max(heard.asked.values())} times; "
            + ", ".join(f"{count:,} {kind}" for kind, count in heard.kinds.most_common())
            + ".",
        ]
    )
    reviewed = _reviewed(options.reviewed)
    yield _table(heard, reviewed)
    yield _pairs(pairs, reviewed)
    yield "Packages: " + ", ".join(f"{name} {count}" for name, count in heard.packages.most_common()) + "."


def _strangers(folder: Path, wanted: int, *, looked_at: bool) -> Iterator[Source]:
    """Yield pictures from all packages in turn, one of a file and one of those that pHash hardly tells apart."""
    import numpy as np

    from benchmarks.media_queries import phash64
    from benchmarks.media_references import SEED, of_file, pictures_in, usable_pixels

    by_package: dict[str, list[Path]] = defaultdict(list)
    for path in pictures_in(folder):
        package = path.relative_to(folder).parts[0]
        if (zlib.crc32(package.encode()) % 2 == 0) == looked_at:
            by_package[package].append(path)
    chance = random.Random(SEED)  # noqa: S311 - a fixed order, no secret
    for paths in by_package.values():
        chance.shuffle(paths)
    seen = np.empty(wanted, np.uint64)
    count = 0
    while by_package and count < wanted:
        for package in list(by_package):
            if not by_package[package]:
                del by_package[package]
                continue
            tiles = list(of_file(by_package[package].pop(), reported=True))
            if not tiles or count == wanted:
                continue
            source = chance.choice(tiles)
            if (pixels := usable_pixels(source)) is None:
                continue
            hashed = phash64(pixels)
            if (np.bitwise_count(seen[:count] ^ hashed) <= _ALIKE).any():
                continue
            seen[count] = hashed
            count += 1
            yield source


def _heard(references: PictureSegment, strangers: Sequence[Source], options: argparse.Namespace) -> Heard:
    """Send each stranger in its ways, beside the next one in a collage."""
    import numpy as np

    from benchmarks.media_queries import NAMES, query_of
    from benchmarks.media_references import kind_of
    from kiemchung.engine.media.pictures import PictureIndex

    heard = Heard()
    index, hashes = PictureIndex([references]), references.hashes
    for number, source in enumerate(strangers):
        heard.packages[_within(source.name, options.strangers).partition("/")[0]] += 1
        heard.kinds[kind_of(source)] += 1
        for step in range(_WAYS):
            way = NAMES[(number * _WAYS + step) % len(NAMES)]
            query = query_of(source, strangers[(number + 1) % len(strangers)], way)
            begin = time.process_time()
            matches = index.match_many([query.features], top=10)[0]
            heard.seconds.append(query.seconds + time.process_time() - begin)
            heard.asked[way] += 1
            apart = np.bitwise_count(hashes[:, None] ^ query.features.hashes).sum(axis=2, dtype=np.int64)
            heard.pdq += bool((apart <= 31).any())
            names = [
                _within(source.name, options.strangers),
                *(_within(m.reference, options.pictures) for m in matches),
            ]
            found = [
                Alarm(way, names[0], name, match.probability, match.method)
                for name, match in zip(names[1:], matches, strict=True)
            ]
            if found:
                heard.alarms.append(found)
                print(*found, sep="\n", file=sys.stderr, flush=True)
    return heard


def _within(name: str, folder: Path) -> str:
    """Return a picture's name within its directory; made ones have no path."""
    return name.removeprefix(f"{folder}/")


def _write(place: Path, heard: Heard) -> None:
    """Write the matches down, likeliest first, to be looked at."""
    rows = sorted((one for alarms in heard.alarms for one in alarms), key=lambda one: -one.probability)
    with place.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, delimiter="\t", lineterminator="\n")
        out.writerows([one.stranger, one.reference, one.way, f"{one.probability:.4f}", one.method] for one in rows)


def _reviewed(place: Path) -> Reviewed:
    """Return what a person saw in pairs of stranger and reference: which kind of thing in common, and what it is."""
    if not place.is_file():
        return {}
    with place.open(encoding="utf-8", newline="") as file:
        return {(row[0], row[1]): (row[2], row[3]) for row in csv.reader(file, delimiter="\t") if row}


def _table(heard: Heard, reviewed: Reviewed) -> str:
    asked, pictures = heard.asked.total(), heard.packages.total()
    by_kind: dict[str, list[list[Alarm]]] = {kind: [] for kind in KINDS}
    for found in heard.alarms:
        kinds = [reviewed.get((one.stranger, one.reference), (NOTHING, ""))[0] for one in found]
        by_kind[max(kinds, key=list(KINDS).index)].append(found)

    def row(said: str, alarms: Sequence[Sequence[Alarm]]) -> list[str]:
        shown = {one.stranger for found in alarms for one in found}
        return [said, _interval(len(alarms), asked), _interval(len(shown), pictures)]

    rows = [row("a reference was named", heard.alarms)]
    rows += [row(said, by_kind[kind]) for kind, said in KINDS.items()]
    rows.append(["PDQ ≤ 31 in 8 orientations named one", _interval(heard.pdq, asked), ""])
    times = sorted(heard.seconds)
    spent = f"{1000 * times[len(times) // 2]:.0f} ms a query in the median, with describing."
    return markdown(["", "queries (95 %)", "pictures (95 %)"], rows) + f"\n\n{spent}"


def _interval(count: int, total: int) -> str:
    low, high = wilson(count, total)
    return f"{count} of {total:,} ({1000 * low:.2f}-{1000 * high:.2f} ‰)"


def _pairs(pairs: Sequence[tuple[str, str]], reviewed: Reviewed) -> str:
    """Return every pair that matched, with what was seen in it."""
    rows = []
    for one, other in pairs:
        kind, said = reviewed.get((one, other), (NOTHING, "**not looked at**"))
        rows.append([f"`{_short(one)}`", f"`{_short(other)}`", kind, said])
    return markdown(["stranger", "reference", "in common", "what"], rows) if rows else "No stranger matched."


def _short(name: str) -> str:
    """Return package and file of a name, without the folders between.

    >>> _short("opencv-doc/usr/share/doc/lena.jpg")
    'opencv-doc/…/lena.jpg'
    """
    package, _, rest = name.partition("/")
    return f"{package}/…/{rest.rpartition('/')[2]}" if rest else name


if __name__ == "__main__":
    raise SystemExit(main())
