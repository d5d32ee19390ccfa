"""`kiemchung check`: a doubtful message in, the review that answers it out."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from io import BufferedReader
from pathlib import Path
from typing import cast
from urllib.parse import unquote, urlsplit

from kiemchung.checking import encoder_from_environment, lookalikes_in, protected
from kiemchung.cli.answers import line_of, with_reviews
from kiemchung.cli.complaints import complain, place
from kiemchung.cli.parser import Options
from kiemchung.cli.terminal import Cards
from kiemchung.cli.words import say
from kiemchung.collection.home import default_home
from kiemchung.collection.searchable import SearchableCollection
from kiemchung.collection.types import CollectionError
from kiemchung.engine.claims.index import ClaimIndex
from kiemchung.engine.errors import InputError
from kiemchung.engine.formats.refusals import Refusal, clip
from kiemchung.engine.formats.streams import PIECE_BYTES, lines, plain_utf8
from kiemchung.engine.types import Message, Outcome

MOST_BYTES = 4 * 1024 * 1024
_MOST_WORDS = f"{MOST_BYTES // 1024 // 1024} MB"
_MOST_NAME = 1024
_URL = re.compile(r"https?://\S+\Z", re.I)
_PARTS = re.compile(r"[^\w]+|_")
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def run(options: Options) -> int:
    """Answer each message; 3 when a line was refused, else 1 when nothing was found for any."""
    found = refused = False
    cards = Cards(sys.stdout, options.lang)
    with SearchableCollection.open(default_home(), encoder=encoder_from_environment()) as collection:
        index: ClaimIndex | None = None
        for item in _messages(options):
            if item is None:
                refused = True
                continue
            message, given = item
            if index is None:
                index = _index(collection, options)
            answer = index.search(message, top=options.top, limit=options.limit)
            answer = replace(answer, lookalikes=lookalikes_in(given))
            organisations = {o.id: o for o in protected().organisations} if answer.lookalikes else {}
            reviews = collection.record.get_many([match.review_id for match in answer.matches])
            if options.json:
                print(line_of(with_reviews(answer, reviews, options.lang, organisations)), flush=options.lines)
            else:
                cards.show(message.text, answer, reviews, organisations)
            found = found or answer.outcome is not Outcome.NONE or bool(answer.lookalikes)
    if refused:
        return 3
    return 0 if found else 1


def _index(collection: SearchableCollection, options: Options) -> ClaimIndex:
    if not collection.record.count():
        raise CollectionError(say("empty_collection", options.lang))

    def progress(done: int, total: int) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{say('catching_up', options.lang)}: {done:,}/{total:,}")
            sys.stderr.write("\n" if done == total else "")

    return collection.index(progress=progress)


def _messages(options: Options) -> Iterator[tuple[Message, str] | None]:
    """Return the messages, each with the text as given; `None` for a line that was refused, which has been said."""
    for given in options.messages:
        if options.lines and (given == "-" or _is_there(given)):
            for item in _lines(given):
                if isinstance(item, Refusal):
                    complain(f"{say('refused', options.lang)}: {place(given, item, options.lang)}")
                yield None if isinstance(item, Refusal) else _message(item, options)
            continue
        text = _text(given)
        if not text.strip():
            raise InputError("The message is empty: there is nothing to check. Give the text itself, a file or `-`.")
        yield _message(text, options)


def _message(text: str, options: Options) -> tuple[Message, str]:
    return Message(_read_address(text.strip(), fetch=options.fetch) if _URL.match(text.strip()) else text), text


def _lines(given: str) -> Iterator[str | Refusal]:
    """Return the lines as they come in; an empty one is passed over, a bad one is refused and costs no other."""
    pieces = _piped() if given == "-" else _pieces(given)
    for number, line in enumerate(lines(plain_utf8(pieces, given), MOST_BYTES), 1):
        if line is None:
            yield Refusal(number, "too_large", detail=_MOST_WORDS)
        elif b"\0" in line:
            yield Refusal(number, "nul", "text")
        elif line.strip():
            try:
                yield line.decode("utf-8")
            except UnicodeDecodeError as error:
                yield Refusal(number, "encoding", detail=f"byte {error.start + 1}")


def _piped() -> Iterator[bytes]:
    # `read1` returns what is there: each line is answered when it comes, not once the pipe is full.
    reader = cast(BufferedReader, sys.stdin.buffer)
    return iter(lambda: reader.read1(PIECE_BYTES), b"")


def _pieces(name: str) -> Iterator[bytes]:
    from kiemchung.sources import open_file, pieces_of  # brings the network with it, which most checks do not need

    with open_file(name) as file:
        yield from pieces_of(file, clip(name))


def _text(given: str) -> str:
    """Return the message that an argument is or names."""
    if given == "-":
        return _decoded(_whole(_piped(), "standard input"), "standard input")
    if _is_there(given):
        return _decoded(_whole(_pieces(given), clip(given)), clip(given))
    return given


def _is_there(name: str) -> bool:
    if not name or len(name) > _MOST_NAME or not name.isprintable():
        return False
    try:
        return Path(name).exists()
    except (OSError, ValueError):
        return False


def _whole(pieces: Iterator[bytes], name: str) -> bytes:
    data = bytearray()
    for piece in pieces:
        data += piece
        if len(data) > MOST_BYTES:
            raise InputError(f"{name} has more than {_MOST_WORDS}: too long for one message. Use --lines.")
    return bytes(data)


def _decoded(data: bytes, name: str) -> str:
    is_utf16 = data.startswith(_UTF16_MARKS)
    if b"\0" in data and not is_utf16:
        raise InputError(
            f"{name} is not text. Pictures, sound and video cannot be checked yet; give the words that are in it."
        )
    try:
        return data.decode("utf-16" if is_utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        encoding = "UTF-16" if is_utf16 else "UTF-8"
        raise InputError(
            f"{name}: byte {error.start + 1} is not {encoding}. Save the text as UTF-8 and try again."
        ) from error


def _read_address(text: str, *, fetch: bool) -> str:
    """Return the words of a web address or, with `fetch`, of the page behind it."""
    try:
        address = urlsplit(text)
        named = f"{address.hostname or ''} {address.path}"
    except ValueError:  # an address that only looks like one is a message like any other
        named = text
    words = _PARTS.sub(" ", unquote(named)).strip() or text
    if not fetch:
        return words
    from kiemchung.cli.pages import page_text

    return page_text(text) or words
