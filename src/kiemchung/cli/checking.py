"""`kiemchung check`: a doubtful message in, the review that answers it out."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from kiemchung.checking import about_links, answers_with_reviews, protected
from kiemchung.cli import words
from kiemchung.cli.complaints import MOST_NAMED, bad_byte, complain, place
from kiemchung.cli.parser import Options
from kiemchung.cli.terminal import Cards
from kiemchung.cli.words import say
from kiemchung.collection.home import default_home
from kiemchung.collection.searchable import SearchableCollection
from kiemchung.collection.types import CollectionError
from kiemchung.engine.claims.dense import encoder_from_environment
from kiemchung.engine.claims.index import ClaimIndex
from kiemchung.engine.errors import InputError, KiemchungError
from kiemchung.engine.formats.answers import line_of, unsearched, with_reviews
from kiemchung.engine.formats.refusals import Refusal, clip
from kiemchung.engine.formats.streams import PIECE_BYTES, is_plausible_utf16, lines, plain_utf8
from kiemchung.engine.links import is_link, links_in, words_of_address
from kiemchung.engine.types import Answer, Message, Organisation, Outcome
from kiemchung.sources import open_file, pieces_of, piped

if TYPE_CHECKING:
    from kiemchung.examining import Examiner

MOST_BYTES = 4 * 1024 * 1024
_MOST_WORDS = f"{MOST_BYTES // 1024 // 1024} MB"
_MOST_NAME = 1024
# Endings of what people keep text, pictures, sound and video in; none that is also a usual end of a web address.
_FILE_SUFFIXES = frozenset(
    (".txt .md .csv .tsv .json .jsonl .gz .log .eml .html .htm .pdf .doc .docx .odt .rtf .xls .xlsx .ppt .pptx").split()
)
# What has one of these is a picture, sound or video or is refused as one: never read as the text of a message.
_MEDIA_SUFFIXES = frozenset(
    (
        ".jpg .jpeg .png .gif .webp .avif .heic .heif .bmp .tif .tiff .psd .svg .eps"
        " .mp3 .m4a .aac .wav .ogg .oga .opus .flac .mp4 .m4v .mov .mkv .avi .webm .3gp"
    ).split()
)
_PATH = re.compile(r"(?:\.{0,2}|~|[A-Za-z]:)[/\\]")
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def run(options: Options) -> int:
    """Answer each message; 3 when a line was refused, else 1 when nothing was found for any.

    Links are judged without a collection: where there is none, what they imitate is said before the error is.
    """
    asked = _Asked(_messages(options))
    first = list(islice(asked, 1))  # a message that is none is said before anything about the collection
    messages = chain(first, asked)
    with ExitStack() as opened:
        examiner = _Examiners(opened)
        try:
            collection = opened.enter_context(
                SearchableCollection.open(default_home(), read_only=True, encoder=encoder_from_environment())
            )
            index = _index(collection, options) if first else None
            examiner.give(collection, index)
        except KiemchungError:
            _warn_all(messages, options, examiner)
            raise
        found = index is not None and _answer_all(collection, index, messages, options, examiner)
    if asked.is_refused or examiner.is_refused:
        return 3
    return 0 if found else 1


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A picture, sound or video that was sent, by the name of its file."""

    name: str


class _Examiners:
    """What examines files, made when the first one comes: who sends only text does without."""

    def __init__(self, opened: ExitStack) -> None:
        self._opened = opened
        self.is_refused = False
        self._given: tuple[SearchableCollection | None, ClaimIndex | None] = None, None
        self._made: Examiner | None = None

    def give(self, collection: SearchableCollection, index: ClaimIndex | None) -> None:
        """Say which reviews there are to search."""
        self._given = collection, index

    def __call__(self) -> Examiner:
        if self._made is None:
            from kiemchung.examining import Examiner

            self._made = self._opened.enter_context(Examiner(default_home(), *self._given))
        return self._made

    def show(self, file: MediaFile, cards: Cards, options: Options) -> bool:
        """Print what is known about a file; return whether anything was found.

        Of several messages, a file that is refused is named and costs no other; alone it is the error.
        """
        from kiemchung.cli.checking_media import show_media
        from kiemchung.decoding import DecodeError

        try:
            return show_media(
                self(),
                file.name,
                cards,
                limit=options.limit,
                top=options.top,
                as_json=options.json,
                is_searched=self._given[1] is not None,
            )
        except DecodeError as error:
            if len(options.messages) == 1:
                raise
            self.is_refused = True
            complain(f"{say('refused', options.lang)}: {error.text(options.lang)}")
            return False


class _Asked:
    """The messages, without the lines that were refused; remembers whether there was one."""

    def __init__(self, messages: Iterator[Message | MediaFile | None]) -> None:
        self._messages = messages
        self.is_refused = False

    def __iter__(self) -> Iterator[Message | MediaFile]:
        for message in self._messages:
            if message is None:
                self.is_refused = True
            else:
                yield message


def _answer_all(
    collection: SearchableCollection,
    index: ClaimIndex,
    messages: Iterable[Message | MediaFile],
    options: Options,
    examiner: _Examiners,
) -> bool:
    """Answer each message; return whether anything was found for any."""
    found = False
    cards = Cards(sys.stdout, options.lang)
    for message in messages:
        if isinstance(message, MediaFile):
            found = examiner.show(message, cards, options) or found
            continue
        ((answer, reviews),) = answers_with_reviews(collection, index, [message], top=options.top, limit=options.limit)
        organisations = _named(answer)
        if options.json:
            print(line_of(with_reviews(answer, reviews, options.lang, organisations)), flush=options.lines)
        else:
            cards.show(message.text, answer, reviews, organisations)
        found = found or answer.outcome is not Outcome.NONE or bool(answer.lookalikes)
    return found


def _warn_all(messages: Iterable[Message | MediaFile], options: Options, examiner: _Examiners) -> None:
    """Say of each message whom its links imitate, and what each file is, where no reviews can be searched."""
    cards = Cards(sys.stdout, options.lang)
    for message in messages:
        if isinstance(message, MediaFile):
            examiner.show(message, cards, options)
            continue
        answer = about_links(message)
        if options.json:
            print(line_of(unsearched(answer, options.lang, _named(answer))), flush=options.lines)
        elif answer.lookalikes or answer.official:
            cards.about_links(message.text, answer, _named(answer))
    sys.stdout.flush()


def _named(answer: Answer) -> dict[str, Organisation]:
    is_any = answer.lookalikes or answer.official
    return {one.id: one for one in protected().organisations} if is_any else {}


def _index(collection: SearchableCollection, options: Options) -> ClaimIndex:
    if not collection.record.count():
        raise CollectionError(say("empty_collection", "en"), say("empty_collection", "vi"))

    def progress(done: int, total: int) -> None:
        if sys.stderr.isatty():
            counts = f"{words.number(done, options.lang)}/{words.number(total, options.lang)}"
            sys.stderr.write(f"\r{say('catching_up', options.lang)}: {counts}")
            sys.stderr.write("\n" if done == total else "")

    return collection.index(progress=progress)


def _messages(options: Options) -> Iterator[Message | MediaFile | None]:
    """Return the messages; `None` in place of a line that was refused, which has been said by then."""
    for given in options.messages:
        if options.lines:
            yield from _line_messages(given, options)
            continue
        if _is_media(given):
            yield MediaFile(given)
            continue
        text = _text(given, options.lang)
        if not text.strip():
            raise InputError(
                "The message is empty: there is nothing to check. Give the text itself, a file or `-`.",
                "Tin trống: không có gì để kiểm chứng. Hãy đưa chính nội dung tin, một tệp hoặc `-`.",
            )
        yield _message(text, options)


def _is_media(given: str) -> bool:
    if given == "-" or not _is_there(given):
        return False
    from kiemchung.recognising import looks_like_media

    # What only says by its name that it is one is told so where files are decoded.
    return Path(given).suffix.lower() in _MEDIA_SUFFIXES or looks_like_media(Path(given))


def _line_messages(given: str, options: Options) -> Iterator[Message | None]:
    refused = 0
    for item in _lines(given, options.lang):
        if not isinstance(item, Refusal):
            yield _message(item, options)
            continue
        refused += 1
        if refused <= MOST_NAMED:  # named at once: who sends lines one by one sees which was bad
            complain(f"{say('refused', options.lang)}: {place(given, item, options.lang)}")
        yield None
    if refused > MOST_NAMED:
        complain(say("more", options.lang, count=words.number(refused - MOST_NAMED, options.lang)))


def _message(text: str, options: Options) -> Message:
    if not (options.fetch and is_link(text)):
        return Message(text)
    from kiemchung.cli.pages import read_page

    address = text.strip()
    page = read_page(address)
    return Message(page.text or words_of_address(address), links=(address, page.url))


def _lines(given: str, lang: str) -> Iterator[str | Refusal]:
    """Return the lines as they come in; an empty one is passed over, a bad one is refused and costs no other."""
    name, pieces = (say("stdin", lang), _piped()) if given == "-" else (given, _pieces(given))
    for number, line in enumerate(lines(plain_utf8(pieces, name), MOST_BYTES), 1):
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
    reader = piped()
    return iter(lambda: reader.read1(PIECE_BYTES), b"")


def _pieces(name: str) -> Iterator[bytes]:
    with open_file(name) as file:
        yield from pieces_of(file, clip(name))


def _text(given: str, lang: str) -> str:
    """Return the message that an argument is or names."""
    if given == "-":
        name = say("stdin", lang)
        return _decoded(_whole(_piped(), name), name)
    if _is_there(given):
        return _decoded(_whole(_pieces(given), clip(given)), clip(given))
    if looks_like_path(given):
        shown = clip(given)
        raise InputError(
            f"There is no file {shown}. Check the name; to check these very words, pipe them in: echo … | kiemchung"
            " check -; write https:// before a web address.",
            f"Không có tệp {shown}. Hãy kiểm tra lại tên; muốn hỏi về chính những chữ này thì dùng: echo … | kiemchung"
            " check -; còn địa chỉ web thì thêm https:// ở trước.",
        )
    if byte := bad_byte(given):
        raise not_utf8(say("message", lang), byte)
    return given


def _is_there(name: str) -> bool:
    if not 0 < len(name) <= _MOST_NAME:
        return False
    try:
        return os.path.lexists(name)  # a link that leads nowhere is there, and is said to lead nowhere
    except (OSError, ValueError):
        return False


def _is_name(text: str) -> bool:
    return bool(text) and len(text) <= _MOST_NAME and text.isprintable()


def looks_like_path(text: str) -> bool:
    """Return whether an argument is the name of a file rather than a message: no blanks, and written as a path,
    in a folder that is there, or with the ending of a file; a web address is none.

    >>> given = ("/khong/co", "tin.txt", "5.000.000đ/ngày", "vi.example/tin.html", "a/b.txt ?")
    >>> [looks_like_path(one) for one in given]
    [True, True, False, False, False]
    """
    if not _is_name(text) or any(map(str.isspace, text)) or "://" in text or links_in(text):
        return False
    if _PATH.match(text) or Path(text).suffix.lower() in _FILE_SUFFIXES | _MEDIA_SUFFIXES:
        return True
    folder = text.rpartition("/")[0]
    return bool(folder) and _is_there(folder.partition("/")[0])


def _whole(pieces: Iterator[bytes], name: str) -> bytes:
    data = bytearray()
    for piece in pieces:
        data += piece
        if len(data) > MOST_BYTES:
            raise InputError(
                f"{name} has more than {_MOST_WORDS}: too long for one message. Use --lines.",
                f"{name} có hơn {_MOST_WORDS}: quá dài cho một tin. Hãy dùng --lines.",
            )
    return bytes(data)


def not_utf8(name: str, byte: int, encoding: str = "UTF-8") -> InputError:
    """Return what is said of bytes that are no text, wherever they come from."""
    return InputError(
        f"{name}: byte {byte} is not {encoding}. Save the text as UTF-8 and try again.",
        f"{name}: byte {byte} không phải {encoding}. Hãy lưu văn bản dưới dạng UTF-8 rồi thử lại.",
    )


def _decoded(data: bytes, name: str) -> str:
    is_utf16 = data.startswith(_UTF16_MARKS) and is_plausible_utf16(data)
    if b"\0" in data and not is_utf16:
        raise InputError(
            f"{name} is neither text nor a picture, sound or video that is read here. Give such a file by its name, or"
            " the words that are in it.",
            f"{name} không phải văn bản, cũng không phải ảnh, âm thanh, video loại đọc được. Hãy nêu tên tệp, hoặc"
            " đưa phần chữ trong đó.",
        )
    try:
        return data.decode("utf-16" if is_utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise not_utf8(name, error.start + 1, "UTF-16" if is_utf16 else "UTF-8") from error
