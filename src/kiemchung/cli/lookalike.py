"""`kiemchung lookalike`: names in, the organisation each may imitate out, as a table, TSV or JSON Lines."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Iterator, Sequence

from kiemchung.cli.complaints import bad_byte, complain, place
from kiemchung.cli.parser import Options
from kiemchung.cli.terminal import chance, safe, visible
from kiemchung.cli.words import say
from kiemchung.engine.errors import InputError
from kiemchung.engine.formats.answers import line_of, rounded
from kiemchung.engine.formats.refusals import Refusal
from kiemchung.engine.formats.streams import PIECE_BYTES, plain_utf8
from kiemchung.engine.lookalikes.addresses import ADDRESSES
from kiemchung.engine.lookalikes.index import LookalikeIndex
from kiemchung.engine.lookalikes.organisations import known_organisations, read_organisations
from kiemchung.engine.lookalikes.reasons import lookalike_sentence
from kiemchung.engine.types import Lookalike
from kiemchung.sources import open_file, pieces_of, piped, size_of

TSV_HEADER = "name\torganisation\tprobability\treasons"
_MOST_BYTES = 64 * 1024
_MOST_WORDS = "64 KB"
_EVERY = 0.5  # seconds between two lines of progress
Batch = list[str | Refusal]


def run(options: Options) -> int:
    """Judge all names; 3 when a line was refused, else 1 when nothing was found."""
    index = open_index(options.organisations)
    writer = _Writer(options, index)
    found = refused = False
    for batch, source in _batches(options):
        names = [item for item in batch if isinstance(item, str)]
        for item in batch:
            if isinstance(item, Refusal):
                refused = True
                complain(f"{say('refused', options.lang)}: {place(source, item, options.lang)}")
        results = index.score_many(names, kind=options.kind, threshold=options.threshold)
        found = writer.write(results) or found
    writer.end()
    if refused:
        return 3
    return 0 if found else 1


def open_index(organisations: str) -> LookalikeIndex:
    """Return the index of a file of organisations, of those that come with kiemchung for an empty name."""
    # Nothing of an index is ever garbage: to look for some while it grows costs a tenth of the time.
    gc.disable()
    try:
        index = _index_of(organisations)
    finally:
        gc.enable()
    gc.freeze()
    return index


def _index_of(organisations: str) -> LookalikeIndex:
    if not organisations:
        return LookalikeIndex(known_organisations())
    with open_file(organisations) as file:
        return LookalikeIndex(
            read_organisations(plain_utf8(pieces_of(file, organisations), organisations), organisations)
        )


def _batches(options: Options) -> Iterator[tuple[Batch, str]]:
    """Return names in batches with where they come from: arguments, then the file, or else standard input."""
    if not options.given and not options.names and piped().isatty():
        raise InputError(
            "There is no name. Give names, --names FILE, or names on standard input, one a line.",
            "Chưa có tên nào. Hãy đưa tên, --names TỆP, hoặc tên qua đầu vào chuẩn, mỗi dòng một tên.",
        )
    given = [name for name in options.given if name != "-"]
    if given:
        yield [_argument(name, number) for number, name in enumerate(given, 1)], ""
    if options.names and options.names != "-":
        with open_file(options.names) as file:
            size = size_of(file)
            progress = _Progress(options, size)
            pieces = pieces_of(file, options.names, size, progress.read)
            for batch in _lines_of(pieces, options.names):
                yield batch, options.names
                progress.count(len(batch))
            progress.end()
    elif "-" in options.given or options.names == "-" or not options.given:
        reader = piped()
        # `read1` returns what is there: names are answered when they come, not once the pipe is full.
        for batch in _lines_of(iter(lambda: reader.read1(PIECE_BYTES), b""), "-"):
            yield batch, "-"


def _argument(name: str, number: int) -> str | Refusal:
    byte = bad_byte(name)
    return Refusal(number, "encoding", detail=f"byte {byte}", unit="item") if byte else name


def _lines_of(pieces: Iterator[bytes], name: str) -> Iterator[Batch]:
    """Return the lines of each piece as one batch: never more than a piece is held, and no line waits for the next."""
    held, number, is_too_long = b"", 0, False
    for piece in plain_utf8(pieces, name):
        whole, end, rest = piece.rpartition(b"\n")
        if not end:
            held = b"" if is_too_long else held + piece
            is_too_long = is_too_long or len(held) > _MOST_BYTES
            continue
        batch: Batch = []
        if is_too_long:
            number += 1
            batch.append(Refusal(number, "too_large", detail=_MOST_WORDS))
            whole = whole.partition(b"\n")[2]
        else:
            whole = held + whole
        found, number = _names(whole, number) if whole else ([], number)
        yield batch + found
        held, is_too_long = rest, len(rest) > _MOST_BYTES
    if is_too_long:
        yield [Refusal(number + 1, "too_large", detail=_MOST_WORDS)]
    elif held:
        yield _names(held, number)[0]


def _names(block: bytes, number: int) -> tuple[Batch, int]:
    """Return the names of whole lines, blank ones passed over, and the number of the last line."""
    rows = block.split(b"\n")
    last = number + len(rows)
    try:
        text = block.decode("utf-8")
    except UnicodeDecodeError:
        return [item for at, row in enumerate(rows, number + 1) if (item := _name(row, at)) is not None], last
    if "\0" in text or (len(block) > _MOST_BYTES and max(map(len, rows)) > _MOST_BYTES):
        return [item for at, row in enumerate(rows, number + 1) if (item := _name(row, at)) is not None], last
    return [name for row in text.split("\n") if (name := row.rstrip("\r")) and not name.isspace()], last


def _name(row: bytes, number: int) -> str | Refusal | None:
    if len(row) > _MOST_BYTES:
        return Refusal(number, "too_large", detail=_MOST_WORDS)
    if b"\0" in row:
        return Refusal(number, "nul", "name")
    try:
        name = row.decode("utf-8").rstrip("\r")
    except UnicodeDecodeError as error:
        return Refusal(number, "encoding", detail=f"byte {error.start + 1}")
    return name if name.strip() else None


class _Writer:
    """Writes results in the form that was asked for; a batch is out before the next is read."""

    def __init__(self, options: Options, index: LookalikeIndex) -> None:
        self._all, self._lang, self._explain = options.all, options.lang, options.explain
        self._shown = {o.id: o.display or o.name for o in index.organisations}
        self._form: Callable[[Lookalike], str] = {"tsv": _tsv, "jsonl": self._json, "table": self._row}[options.format]
        self._is_table = options.format == "table"
        self._is_said = False
        if options.format == "tsv":
            sys.stdout.write(TSV_HEADER + "\n")

    def write(self, results: Sequence[Lookalike]) -> bool:
        """Write what is to be shown of a batch; return whether there was an alert in it."""
        alerts = [one for one in results if one.is_alert]
        shown = results if self._all else alerts
        if self._is_table and not self._all:  # a person hears of official names too
            shown = [one for one in results if one.is_alert or _whose(one)]
        self._is_said = self._is_said or bool(alerts if not self._all else results)
        sys.stdout.write("".join([self._form(one) + "\n" for one in shown]))
        sys.stdout.flush()
        return bool(alerts)

    def end(self) -> None:
        """Say that nothing was found, where a person reads."""
        if self._is_table and not self._is_said:
            print(say("no_lookalike", self._lang))

    def _row(self, one: Lookalike) -> str:
        sign = "⚠" if one.is_alert else "·"
        if not one.organisation_id:
            return f"{sign} {visible(one.name)}"
        shown = safe(self._shown[one.organisation_id])
        if whose := _whose(one):
            return f"{sign} {visible(one.name)}  =  {say(whose, self._lang, organisation=shown)}"
        line = f"{sign} {visible(one.name)}  →  {shown}  {chance(one.probability)}"
        if self._explain:
            for reason in one.reasons:
                line += f"\n    – {safe(lookalike_sentence(reason, self._lang))}"
        return line

    def _json(self, one: Lookalike) -> str:
        return line_of(lookalike_data(one, self._lang))


def _whose(one: Lookalike) -> str:
    """Return which sentence says that a name is an organisation's own, if it is."""
    codes = {reason.code for reason in one.reasons}
    if "official" in codes:
        return "own_address" if one.kind in ADDRESSES else "own_name"
    return "affiliated_address" if "affiliated" in codes else ""


def lookalike_data(one: Lookalike, lang: str) -> dict[str, object]:
    """Return a result as JSON carries it."""
    reasons = [{"code": r.code, "values": list(r.values), "text": lookalike_sentence(r, lang)} for r in one.reasons]
    return {
        "name": one.name,
        "kind": one.kind,
        "organisation": one.organisation_id or None,
        "probability": rounded(one.probability),
        "alert": one.is_alert,
        "reasons": reasons,
    }


def _tsv(one: Lookalike) -> str:
    """Return the row of one name: as given (escaped), organisation, probability, codes."""
    name = one.name if one.name.isprintable() and "\\" not in one.name else visible(one.name.replace("\\", "\\\\"))
    if not one.organisation_id:
        return f"{name}\t\t0\t"
    codes = ",".join([reason.code for reason in one.reasons])
    return f"{name}\t{one.organisation_id}\t{rounded(one.probability):g}\t{codes}"


class _Progress:
    """One line on a terminal: the share read, names a second, the time that remains."""

    def __init__(self, options: Options, size: int | None) -> None:
        self._is_on = not options.quiet and sys.stderr.isatty() and not sys.stdout.isatty()
        self._size, self._read, self._names = size, 0, 0
        self._started = self._told = time.monotonic()

    def read(self, done: int, total: int | None) -> None:
        """Take note of the bytes read so far."""
        self._read = done
        self._size = total or self._size

    def count(self, names: int) -> None:
        """Take note of names judged; say so now and then."""
        self._names += names
        now = time.monotonic()
        if self._is_on and now - self._told >= _EVERY:
            self._told = now
            share = self._read / self._size if self._size else 0.0
            left = (now - self._started) * (1 - share) / share if share else 0.0
            rate = self._names / (now - self._started)
            sys.stderr.write(f"\r{share:4.0%}  {self._names:,}  {rate:,.0f}/s  {left:,.0f} s \x1b[K")
            sys.stderr.flush()

    def end(self) -> None:
        """Leave a clean line."""
        if self._is_on:
            sys.stderr.write("\r\x1b[K")
