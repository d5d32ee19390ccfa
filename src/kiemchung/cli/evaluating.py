"""`kiemchung evaluate claims`: the standard measures over a labelled folder."""

from __future__ import annotations

import json
import shutil
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from kiemchung.cli import words
from kiemchung.cli.matching import read_texts
from kiemchung.cli.parser import Options
from kiemchung.cli.words import measure_name, say
from kiemchung.engine.claims.dense import encoder_from_environment
from kiemchung.engine.claims.index import ClaimIndex
from kiemchung.engine.claims.measures import Measures, Ranked, measure
from kiemchung.engine.errors import InputError
from kiemchung.engine.formats.streams import lines, plain_utf8
from kiemchung.engine.text.normalise import fold
from kiemchung.engine.text.spelling import looks_vietnamese
from kiemchung.engine.text.tokens import tokens
from kiemchung.engine.types import Answer, Message, Outcome, Review
from kiemchung.sources import open_file, pieces_of

_DEPTH = 100
_WIDEST = 120
_VARIANTS: dict[str, Callable[[str], str]] = {
    "as typed": lambda text: text,
    "unmarked": lambda text: fold(unicodedata.normalize("NFC", text)),
    "NFD": lambda text: unicodedata.normalize("NFD", text),
}


def run(options: Options) -> int:
    """Measure and print; every Vietnamese set also without marks and decomposed."""
    if options.kind == "lookalikes":
        from kiemchung.cli import measuring_lookalikes

        return measuring_lookalikes.run(options)
    if options.kind == "media":
        from kiemchung.cli import measuring_media

        return measuring_media.run(options)
    folder = Path(options.folder)
    if not folder.is_dir():
        raise InputError(
            f"{options.folder} is not a folder. Name a folder with claims, queries and qrels.tsv.",
            f"{options.folder} không phải thư mục. Hãy nêu thư mục có claims, queries và qrels.tsv.",
        )
    claims, _ = read_texts(str(_file(folder, "claims")), options.lang)
    queries, _ = read_texts(str(_file(folder, "queries")), options.lang)
    relevant = _qrels(folder / "qrels.tsv", options.split)
    asked = [query for query in queries if query.id in relevant]
    if not asked:
        raise InputError(
            f"{folder / 'qrels.tsv'} names no query of {folder}. Check the ids, or --split.",
            f"{folder / 'qrels.tsv'} không nêu câu hỏi nào của {folder}. Hãy kiểm tra các id, hoặc --split.",
        )
    unanswered = _optional(folder, "negatives", options.lang)
    index = ClaimIndex(claims, encoder=encoder_from_environment())
    vietnamese = sum(looks_vietnamese(tokens(query.claim)) for query in asked) > len(asked) / 2
    results = {}
    for name, change in _VARIANTS.items():
        if name == "as typed" or vietnamese:
            ranked = list(_ranked(index, asked, relevant, change, options.limit))
            results[name] = measure(ranked, _outcomes(index, unanswered, change, options.limit))
    _print(options, folder.name, len(claims), results)
    return 0


def _file(folder: Path, stem: str) -> Path:
    for ending in (".jsonl", ".jsonl.gz"):
        if (folder / f"{stem}{ending}").is_file():
            return folder / f"{stem}{ending}"
    raise InputError(
        f"{folder}: there is no {stem}.jsonl or {stem}.jsonl.gz. Put it there, or name another folder.",
        f"{folder}: không có {stem}.jsonl hay {stem}.jsonl.gz. Hãy đặt tệp vào đó, hoặc nêu thư mục khác.",
    )


def _optional(folder: Path, stem: str, lang: str) -> list[Review]:
    try:
        path = _file(folder, stem)
    except InputError:
        return []
    return read_texts(str(path), lang)[0]


def _qrels(path: Path, split: str) -> dict[str, frozenset[str]]:
    if not path.is_file():
        raise InputError(
            f"{path} is missing: it names the relevant claims (query_id, claim_id, split).",
            f"Thiếu {path}: tệp này nêu các nhận định đúng cho từng câu hỏi (query_id, claim_id, split).",
        )
    found: dict[str, set[str]] = {}
    for number, line in enumerate(_text_lines(path), 1):
        columns = line.split("\t")
        if number == 1 and columns[0] == "query_id":
            continue
        if len(columns) < 2:
            raise InputError(
                f"{path}, line {number}: needs query_id and claim_id, separated by a tab.",
                f"{path}, dòng {number}: cần query_id và claim_id, cách nhau bằng ký tự tab.",
            )
        if not split or (len(columns) > 2 and columns[2] == split):
            found.setdefault(columns[0], set()).add(columns[1])
    return {query: frozenset(claims) for query, claims in found.items()}


def _text_lines(path: Path) -> Iterator[str]:
    with open_file(str(path)) as file:
        for number, line in enumerate(lines(plain_utf8(pieces_of(file, str(path)), str(path))), 1):
            try:
                yield (line or b"").decode("utf-8")
            except UnicodeDecodeError as error:
                raise InputError(
                    f"{path}, line {number}: byte {error.start + 1} is not UTF-8. Save the file as UTF-8.",
                    f"{path}, dòng {number}: byte {error.start + 1} không phải UTF-8. Hãy lưu tệp dưới dạng UTF-8.",
                ) from error


def _ranked(
    index: ClaimIndex,
    queries: Sequence[Review],
    relevant: dict[str, frozenset[str]],
    change: Callable[[str], str],
    limit: float,
) -> Iterator[Ranked]:
    for query in queries:
        message = Message(change(query.claim), id=query.id)
        answer = index.search_many([message], top=_DEPTH, limit=limit, explain=False)[0]
        absent = index.without(relevant[query.id]).search_many([message], top=1, limit=limit, explain=False)[0]
        yield Ranked(
            ids=tuple(match.review_id for match in answer.matches),
            relevant=relevant[query.id],
            probability=_top(answer),
            answered=answer.outcome is Outcome.ANSWER,
            probability_without=_top(absent),
        )


def _outcomes(
    index: ClaimIndex, messages: Sequence[Review], change: Callable[[str], str], limit: float
) -> list[tuple[float, bool]]:
    given = [Message(change(message.claim)) for message in messages]
    answers = index.search_many(given, top=1, limit=limit, explain=False)
    return [(_top(answer), answer.outcome is Outcome.ANSWER) for answer in answers]


def _top(answer: Answer) -> float:
    return answer.matches[0].probability if answer.matches else 0.0


def _print(options: Options, name: str, claims: int, results: dict[str, Measures]) -> None:
    if options.json:
        data = {variant: measures.as_data() for variant, measures in results.items()}
        print(json.dumps({"set": name, "claims": claims, "limit": options.limit, "variants": data}))
        return
    lang = options.lang
    print(say("measured", lang, name=name, count=words.number(claims, lang), limit=options.limit))
    columns = {measure_name(variant, lang): measures.as_rows() for variant, measures in results.items()}
    labels = [measure_name(label, lang) for label, _ in next(iter(columns.values()))]
    side_by_side = _table(labels, columns)
    if len(side_by_side[0]) <= shutil.get_terminal_size((_WIDEST, 24)).columns:
        print("\n".join(side_by_side))
        return
    for variant, rows in columns.items():
        print("\n".join(_table(labels, {variant: rows})))


def _table(labels: Sequence[str], columns: dict[str, list[tuple[str, str]]]) -> list[str]:
    """Return the lines of a table, a column a variant."""
    widths = {variant: max(map(len, [variant, *(value for _, value in rows)])) for variant, rows in columns.items()}
    widest = max(map(len, labels))
    head = "  ".join(f"{variant:>{width}}" for variant, width in widths.items())
    lines = [f"  {'':<{widest}}  {head}"]
    for place, label in enumerate(labels):
        values = "  ".join(f"{rows[place][1]:>{widths[variant]}}" for variant, rows in columns.items())
        lines.append(f"  {label:<{widest}}  {values}")
    return lines
