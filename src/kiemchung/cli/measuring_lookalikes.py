"""`kiemchung evaluate lookalikes`: the measures over a labelled folder of hosts or names."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

from kiemchung.cli.lookalike import open_index
from kiemchung.cli.parser import Options
from kiemchung.engine.errors import InputError
from kiemchung.engine.lookalikes.index import LookalikeIndex
from kiemchung.engine.lookalikes.measures import IMITATION, Labelled, calibration_error, f1, measure_lookalikes

_AFFILIATE = "affiliate"
_APART = "same-label"
_BRANCH = "branch-unverified"


def run(options: Options) -> int:
    """Measure and print."""
    folder = Path(options.folder)
    if not folder.is_dir():
        raise InputError(
            f"{options.folder} is not a folder. Name a folder with positives*.tsv or names*.tsv.",
            f"{options.folder} không phải thư mục. Hãy nêu một thư mục có positives*.tsv hoặc names*.tsv.",
        )
    labelled = labelled_names(folder)
    streams = sorted(folder.glob("stream*.txt"))
    if not labelled and not streams:
        raise InputError(
            f"{options.folder} holds no positives*.tsv, benign*.tsv, names*.tsv or stream*.txt.",
            f"{options.folder} không có positives*.tsv, benign*.tsv, names*.tsv hay stream*.txt.",
        )
    index = open_index(organisations_of(folder, options.organisations))
    pairs = list(zip(labelled, index.score_many([one.name for one in labelled]), strict=True))
    shares = measure_lookalikes(pairs)
    alerts = [_alerts(index, path) for path in streams]
    summary = {"f1": round(f1(pairs), 4), "calibration_error": round(calibration_error(pairs), 4)} if pairs else {}
    if options.json:
        data = {"set": folder.name, "shares": [share.as_data() for share in shares], **summary}
        print(json.dumps(data | {"alerts_per_100000": {name: round(rate, 1) for name, rate, _, _ in alerts}}))
        return 0
    print(f"{folder.name}: {len(index.organisations):,} organisations")
    for share in shares:
        print(f"  {share.what:<48} {share.count:>6,} of {share.total:<7,} {share.share:.4f}")
    for name, value in summary.items():
        print(f"  {name.replace('_', ' '):<48} {value}")
    for name, rate, count, total in alerts:
        print(f"  {f'alerts per 100,000, {name}':<48} {count:>6,} of {total:<7,} {rate:.1f}")
    return 0


def organisations_of(folder: Path, given: str) -> str:
    """Return the file of organisations that goes with a folder: the one given, in it, or in `lookalike` beside it."""
    if given:
        return given
    for path in (folder / "organisations.jsonl", folder.parent / "lookalike" / "organisations.jsonl"):
        if path.is_file():
            return str(path)
    raise InputError(
        f"{folder} holds no organisations.jsonl. Name the file with --organisations.",
        f"{folder} không có organisations.jsonl. Hãy nêu tệp bằng --organisations.",
    )


def labelled_names(folder: Path) -> list[Labelled]:
    """Return all labelled names of a folder."""
    found: list[Labelled] = []
    for path in sorted(folder.glob("positives*.tsv")):
        found += [_positive(row, path.stem) for row in _rows(path)]
    for path in sorted(folder.glob("benign*.tsv")):
        found += [_benign(row) for row in _rows(path)]
    for path in sorted(folder.glob("names*.tsv")):
        found += [_name(row) for row in _rows(path)]
    return found


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE), start=2):
            if None in row or None in row.values():
                raise InputError(
                    f"{path}, line {number}: another number of columns than the header. Correct the line.",
                    f"{path}, dòng {number}: số cột khác với dòng đầu. Hãy sửa dòng này.",
                )
            yield row


def _positive(row: dict[str, str], group: str) -> Labelled:
    also = row.get("also", "").replace(",", " ").split()
    technique = row.get("technique", "")
    name = row.get("url", "") or row["host"]
    right = frozenset({row["org"], *also})
    return Labelled(name, group, IMITATION, right, technique, is_visible=technique != "path")


def _benign(row: dict[str, str]) -> Labelled:
    is_counted = row["kind"] != _APART and _AFFILIATE not in row.get("why", "")
    return Labelled(row["domain"], row["kind"], "innocent", is_counted=is_counted)


def _name(row: dict[str, str]) -> Labelled:
    is_counted = row.get("why", "") != _BRANCH
    right = frozenset({row["organisation"]} - {""})
    group = "names" if row["label"] == IMITATION else row["label"]
    detail = row.get("kind", "") if row["label"] == IMITATION else ""
    return Labelled(row["name"], group, row["label"], right, detail, is_counted=is_counted)


def _alerts(index: LookalikeIndex, path: Path) -> tuple[str, float, int, int]:
    names = [line.split("\t")[0] for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    count = sum(one.is_alert for one in index.score_many(names, explain=False))
    return path.stem, 100_000 * count / max(len(names), 1), count, len(names)
