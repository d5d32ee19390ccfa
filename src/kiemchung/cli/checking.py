"""`kiemchung check`: a doubtful message in, the review that answers it out."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from kiemchung.cli.answers import line_of, with_reviews
from kiemchung.cli.configuration import encoder_from_environment
from kiemchung.cli.parser import Options
from kiemchung.cli.terminal import Cards
from kiemchung.cli.words import say
from kiemchung.collection.home import default_home
from kiemchung.collection.searchable import SearchableCollection
from kiemchung.engine.claims.index import ClaimIndex
from kiemchung.engine.errors import InputError
from kiemchung.engine.types import Message, Outcome

MOST_BYTES = 4 * 1024 * 1024
_URL = re.compile(r"https?://\S+\Z", re.I)
_PARTS = re.compile(r"[^\w]+|_")


def run(options: Options) -> int:
    """Answer each message; 1 when nothing was found for any."""
    found = False
    cards = Cards(sys.stdout, options.lang)
    with SearchableCollection.open(default_home(), encoder=encoder_from_environment()) as collection:
        index = _index(collection, options)
        for message in _messages(options):
            answer = index.search(message, top=options.top, limit=options.limit)
            reviews = collection.record.get_many([match.review_id for match in answer.matches])
            if options.json:
                print(line_of(with_reviews(answer, reviews, options.lang)), flush=options.lines)
            else:
                cards.show(message.text, answer, reviews)
            found = found or answer.outcome is not Outcome.NONE
    return 0 if found else 1


def _index(collection: SearchableCollection, options: Options) -> ClaimIndex:
    if not collection.record.count():
        raise InputError(say("empty_collection", options.lang))

    def progress(done: int, total: int) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{say('catching_up', options.lang)}: {done:,}/{total:,}")
            sys.stderr.write("\n" if done == total else "")

    return collection.index(progress=progress)


def _messages(options: Options) -> Iterator[Message]:
    for given in options.messages:
        for text in _texts(given, lines=options.lines):
            if not text.strip():
                if options.lines:
                    continue
                raise InputError(
                    "the message is empty: there is nothing to check. Give the text itself, a file or `-`."
                )
            yield Message(_read_address(text, fetch=options.fetch) if _URL.match(text.strip()) else text)


def _texts(given: str, *, lines: bool) -> Iterator[str]:
    if given == "-":
        if lines:
            yield from (_decoded(line, "standard input").rstrip("\r\n") for line in sys.stdin.buffer)
        else:
            yield _decoded(_at_most(sys.stdin.buffer.read(MOST_BYTES + 1), "standard input"), "standard input")
        return
    path = Path(given) if len(given) < 1024 and "\0" not in given and "\n" not in given else None
    if path is None or not _exists(path):
        yield given
    elif path.is_dir():
        raise InputError(f"{given} is a folder. Name a file in it, or give the message itself.")
    elif lines:
        with path.open("rb") as file:
            yield from (_decoded(line, given).rstrip("\r\n") for line in file)
    else:
        with path.open("rb") as file:
            yield _decoded(_at_most(file.read(MOST_BYTES + 1), given), given)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _at_most(data: bytes, name: str) -> bytes:
    if len(data) > MOST_BYTES:
        raise InputError(
            f"{name} has more than {MOST_BYTES // 1024 // 1024} MB: too long for one message. Use --lines."
        )
    return data


def _decoded(data: bytes, name: str) -> str:
    if b"\0" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError(
            f"{name} is not text. Pictures, sound and video cannot be checked yet; give the words that are in it."
        )
    try:
        return data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: byte {error.start} is not UTF-8. Save the text as UTF-8 and try again.") from error


def _read_address(text: str, *, fetch: bool) -> str:
    """Return the words of a web address or, with `fetch`, of the page behind it."""
    address = urlsplit(text.strip())
    words = _PARTS.sub(" ", unquote(f"{address.hostname or ''} {address.path}"))
    if not fetch:
        return words.strip() or text
    from kiemchung.cli.pages import page_text

    return page_text(text.strip()) or words
