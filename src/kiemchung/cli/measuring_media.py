"""`kiemchung evaluate media`: the measures over a labelled folder of references and queries (docs/media.md)."""

from __future__ import annotations

import csv
import json
import math
import sys
from collections.abc import Iterator
from pathlib import Path

from kiemchung.cli.decoded_files import decoded_files
from kiemchung.cli.parser import Options
from kiemchung.cli.progress import Progress, files_below
from kiemchung.cli.terminal import safe
from kiemchung.cli.words import say
from kiemchung.decoding import Decoder
from kiemchung.engine.errors import InputError
from kiemchung.engine.media.index import Described
from kiemchung.engine.media.measures import Label, MediaMeasures, measure_media
from kiemchung.engine.media.types import MediaMatch, Region
from kiemchung.recognising import MediaReferences, describe, open_decoder


def run(options: Options) -> int:
    """Measure and print; 3 when a file was refused (what it shows then counts as not found)."""
    folder = Path(options.folder)
    references, queries = (_part(folder, name) for name in ("references", "queries"))
    labels = read_labels(folder / "labels.tsv")
    _check_files(folder, labels)
    refused: list[str] = []
    with open_decoder() as decoder:
        index = MediaReferences(_described(decoder, references, [], options, refused))
        asked = sorted({label.query for label in labels})
        found: dict[str, list[MediaMatch]] = {name: [] for name in asked}
        for name, query in _described(decoder, queries, asked, options, refused):
            found[name] = index.match(query)
    measures = measure_media(labels, found)
    _print(options, folder.name, measures, refused)
    return 3 if refused else 0


def _part(folder: Path, name: str) -> Path:
    if not (folder / name).is_dir():
        raise InputError(
            f"{folder} has no folder {name}. Name a folder with references/, queries/ and labels.tsv.",
            f"{folder} không có thư mục {name}. Hãy nêu thư mục có references/, queries/ và labels.tsv.",
        )
    return folder / name


def read_labels(path: Path) -> list[Label]:
    """Return the labels of a file. Raises `InputError` that names the line."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path} cannot be read: a table with the columns query and reference, in UTF-8, is needed there.",
            f"Không đọc được {path}: ở đó cần một bảng có cột query và reference, bằng UTF-8.",
        ) from error
    labels = []
    for number, row in enumerate(rows, 2):
        try:
            labels.append(_label(row))
        except (KeyError, ValueError, TypeError) as error:
            raise InputError(
                f"{path}, line {number}: needs query and reference; regions are x,y,w,h, times are seconds.",
                f"{path}, dòng {number}: cần query và reference; vùng viết x,y,w,h, thời điểm tính bằng giây.",
            ) from error
    if not labels:
        raise InputError(
            f"{path} holds no line. Give the query and its reference, one pair a line.",
            f"{path} không có dòng nào. Hãy ghi tệp cần nhận ra và tệp gốc của nó, mỗi dòng một cặp.",
        )
    return labels


def _label(row: dict[str, str]) -> Label:
    return Label(
        row["query"] or _none(),
        row["reference"],
        _region(row.get("query_region")),
        _region(row.get("reference_region")),
        _seconds(row.get("start_s")),
        _seconds(row.get("end_s")),
        row.get("group") or "",
    )


def _none() -> str:
    raise ValueError("a query without a name")


def _region(text: str | None) -> Region | None:
    if not text:
        return None
    x, y, w, h = (int(part) for part in text.split(","))
    return Region(x, y, w, h)


def _seconds(text: str | None) -> float | None:
    if not text:
        return None
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _check_files(folder: Path, labels: list[Label]) -> None:
    for label in labels:
        for part, name in (("queries", label.query), ("references", label.reference)):
            if name and not (folder / part / name).is_file():
                raise InputError(
                    f"{folder / 'labels.tsv'} names {name}, which is not in {part}/. Correct the name.",
                    f"{folder / 'labels.tsv'} nêu {name}, không có trong {part}/. Hãy sửa lại tên.",
                )


def _described(
    decoder: Decoder, folder: Path, names: list[str], options: Options, refused: list[str]
) -> Iterator[tuple[str, Described]]:
    """Yield files of a folder, described, all or those with these names; one that is refused is named and left."""
    paths = [folder / name for name in names] or files_below(folder)
    files = [(path.relative_to(folder).as_posix(), path) for path in paths]
    for name, decoded in decoded_files(decoder, files, Progress(len(files), folder.name), options.lang, refused):
        yield name, describe(decoded)


def _print(options: Options, name: str, measures: MediaMeasures, refused: list[str]) -> None:
    if options.json:
        data = {
            "set": name,
            "shares": [share.as_data() for share in measures.shares],
            **measures.numbers(),
            "refused": refused,
            "worst": [
                {"what": one.what, "query": one.query, "reference": one.reference, "by": round(one.by, 4)}
                for one in measures.worst
            ],
        }
        print(json.dumps(data, ensure_ascii=False))
        return
    print(f"{name}:")
    for share in measures.shares:
        if share.total:
            low, high = share.interval
            counted = f"{share.count:>6,} / {share.total:<7,} {share.count / share.total:.4f}"
            print(f"  {safe(share.what):<32} {counted}  [{low:.4f}, {high:.4f}]")
    for label, value in measures.numbers().items():
        print(f"  {label:<32} {value}")
    if measures.worst:
        print(say("worst_cases", options.lang, count=len(measures.worst)))
        for one in measures.worst:
            print(f"  {one.what:<16} {safe(one.query)}  {safe(one.reference)}  {one.by:.3f}")
    sys.stdout.flush()
