"""`kiemchung match`: one ranked list of claims for each query, in bulk."""

from __future__ import annotations

import gc
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import lru_cache, partial
from itertools import chain, count

from kiemchung.cli.complaints import Complaints, complain
from kiemchung.cli.parser import Options
from kiemchung.cli.processes import in_processes, usable_cores
from kiemchung.cli.words import say
from kiemchung.engine.claims.analysis import AnalysedReview, analyse_reviews
from kiemchung.engine.claims.dense import encoder_from_environment
from kiemchung.engine.claims.index import ClaimIndex
from kiemchung.engine.errors import InputError
from kiemchung.engine.formats.fields import Node, required, text_in, text_of
from kiemchung.engine.formats.refusals import Refusal, RefusalError, clip
from kiemchung.engine.formats.streams import lines, plain_utf8
from kiemchung.engine.formats.strictjson import parse, type_name
from kiemchung.engine.types import Message, Ranked, Review
from kiemchung.sources import open_file, pieces_of, piped

_BLANKS = re.compile(r"\s+")
# So many at once: fewer would cost more each, more would leave a core without work at the end.
_BATCH = 128
_REVIEWS = 512


def run(options: Options) -> int:
    """Match all queries; 3 when some lines were refused, 1 when there was no query or no claim."""
    if options.claims == options.queries == "-":
        options.usage_errors = True
        raise InputError(
            "Only one of --claims and --queries can be standard input (-). Name a file for the other.",
            "Chỉ một trong hai --claims và --queries được là đầu vào chuẩn (-). Hãy nêu tệp cho phần còn lại.",
        )
    with _without_collecting():
        return _matched(options)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Look for no cyclic garbage: there is next to none, and looking through all texts again and again takes time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _matched(options: Options) -> int:
    claims, claims_refused = read_texts(options.claims, options.lang)
    queries, queries_refused = read_texts(options.queries, options.lang)
    encoder = encoder_from_environment()
    # An encoder has threads of its own, which a fork does not take along.
    processes = 1 if encoder else options.processes or usable_cores()
    index = ClaimIndex(claims, encoder=encoder, analyse=partial(_analysed, processes=processes))
    messages = [Message(text=query.claim, id=query.id) for query in queries]
    batches = [messages[begin : begin + _BATCH] for begin in range(0, len(messages), _BATCH)]
    printed = partial(_answers if options.format == "jsonl" else _rankings, index, options)
    for lines_of_batch in in_processes(printed, batches, processes):
        sys.stdout.write(lines_of_batch)
    if claims_refused or queries_refused:
        return 3
    return 0 if claims and queries else 1


def _analysed(reviews: Sequence[Review], processes: int) -> list[AnalysedReview]:
    runs = [reviews[begin : begin + _REVIEWS] for begin in range(0, len(reviews), _REVIEWS)]
    return list(chain.from_iterable(in_processes(analyse_reviews, runs, processes)))


def _answers(index: ClaimIndex, options: Options, messages: Sequence[Message]) -> str:
    from kiemchung.engine.formats.answers import line_of, with_ids  # rankings do without reasons and their words

    answers = index.search_many(messages, top=options.top, limit=options.limit)
    return "".join(line_of(with_ids(answer, options.lang)) + "\n" for answer in answers)


def _rankings(index: ClaimIndex, options: Options, messages: Sequence[Message]) -> str:
    ranked = index.rank_many(messages, top=options.top)
    return "".join(_trec(message.id, one) for message, one in zip(messages, ranked, strict=True))


def _trec(message_id: str, ranked: Ranked) -> str:
    """Return the lines of TREC's run format; blanks in ids become underscores, numbers have nine significant digits."""
    line = f"{_in_one_piece(message_id).replace('%', '%%')} Q0 %s %d %.9g %.9g\n"
    ids = map(_in_one_piece, ranked.review_ids)
    columns = zip(ids, count(1), ranked.scores, ranked.probabilities, strict=False)
    return line * len(ranked.review_ids) % tuple(chain.from_iterable(columns))


@lru_cache(maxsize=65_536)
def _in_one_piece(name: str) -> str:
    return _BLANKS.sub("_", name)


def read_texts(name: str, lang: str) -> tuple[list[Review], int]:
    """Return the lines of a file of claims or queries (`-`: standard input), and how many were refused and named.

    Raises `InputError` when the file cannot be read or no line of it can be used.
    """
    found: list[Review] = []
    opened = nullcontext(piped()) if name == "-" else open_file(name)
    name = say("stdin", lang) if name == "-" else name
    complaints = Complaints(name, lang)
    with opened as file:
        for item in _lines(pieces_of(file, name), name):
            if isinstance(item, Refusal):
                complaints.add(item)
            else:
                found.append(item)
    first = complaints.first
    if first and not found:
        raise InputError(
            f"{name}: no line could be used (line {first.number} {first.reason}). Each line needs `id` and `text`.",
            f"{name}: không dùng được dòng nào (dòng {first.number} {first.text('vi')})."
            " Mỗi dòng cần có `id` và `text`.",
        )
    complaints.say()
    if not found:
        complain(f"{name}: {say('no_line', lang)}")
    return found, complaints.count


def _lines(pieces: Iterator[bytes], name: str) -> Iterator[Review | Refusal]:
    known: set[str] = set()
    for number, line in enumerate(lines(plain_utf8(pieces, name)), start=1):
        if line is None:
            yield Refusal(number, "too_large", detail="4 MB")
        elif line.strip():
            try:
                read = _text(parse(line))
            except RefusalError as error:
                yield error.at(number)
                continue
            # Two with one id could not be told apart in what is printed.
            yield Refusal(number, "same_id", detail=clip(read.id)) if read.id in known else read
            known.add(read.id)


def _text(node: object) -> Review:
    """Return what is compared of a line; other keys are not even looked at."""
    if not isinstance(node, dict):
        raise RefusalError("not_object", "", type_name(node))
    row: Node = node
    return Review(
        id=required(text_of(row.get("id"), "id"), "id"),
        claim=required(text_in(row, "text", "claim"), "text"),
        title=text_in(row, "title"),
        body=text_in(row, "body"),
    )
