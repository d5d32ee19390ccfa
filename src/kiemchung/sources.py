"""Where reviews come from, as a person names it: a file, a web address, or `-` for standard input."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterator
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO, TypeAlias, cast

from kiemchung.engine.errors import InputError, system_words
from kiemchung.engine.formats.refusals import clip
from kiemchung.engine.formats.streams import PIECE_BYTES

if TYPE_CHECKING:
    from kiemchung.engine.formats.reading import Item
    from kiemchung.fetch import Fetcher

Progress: TypeAlias = Callable[[int, int | None], None]

# A feed of 200 MB over a slow line takes its time; a page is there in a moment.
_FETCH_SECONDS = 900.0


def read_source(
    source: str,
    *,
    progress: Progress | None = None,
    standard_input: BinaryIO | None = None,
    fetcher: Fetcher | None = None,
    input_name: str = "standard input",
) -> Iterator[Item]:
    """The reviews and refusals of a source, in its order, read while they are asked for.

    `source` is a path, an http(s) address or `-`. `progress` is called with the bytes read so far and their
    total (`None` when unknown); of an address with the bytes fetched. `input_name` is what messages call standard
    input. Raises `InputError` for what cannot be
    read (the message names the source) and `FetchError` for an address. See `read_reviews` for the formats.

    >>> import io
    >>> next(read_source("-", standard_input=io.BytesIO(b'{"id": "1", "claim": "Chanh"}'))).id
    '1'
    """
    # The formats take a while to load, and whoever opens a file of another kind needs none of them.
    from kiemchung.engine.formats.reading import read_reviews

    if source == "-":
        stream = standard_input or piped()
        yield from read_reviews(pieces_of(stream, input_name, None, progress), name=input_name)
    elif source.lower().startswith(("http://", "https://")):
        with (fetcher or _patient_fetcher()).fetch(source, progress) as fetched:
            pieces = pieces_of(fetched.file, source, fetched.size, None)
            yield from read_reviews(pieces, name=source, base_url=fetched.url)
    else:
        with open_file(source) as file:
            size = size_of(file)
            yield from read_reviews(pieces_of(file, source, size, progress), name=source)


def piped() -> BufferedReader:
    """Standard input as bytes. Raises `InputError` when it is closed, as `<&-` in a shell and some services do."""
    stream = cast(TextIO | None, sys.stdin)
    if stream is None:
        raise InputError(
            "Standard input is closed: there is nothing to read. Give a text, a file, or a pipe.",
            "Đầu vào chuẩn đã đóng: không có gì để đọc. Hãy đưa nội dung, tệp, hoặc dùng ống dẫn (|).",
        )
    return cast(BufferedReader, stream.buffer)


def open_file(source: str) -> BinaryIO:
    """The file with this name, open for reading. Raises `InputError` that says why it cannot be opened."""
    shown = clip(source)
    try:
        path = Path(source)
        if path.is_dir():
            raise InputError(
                f"{shown} is a folder. Name a file in it.", f"{shown} là thư mục. Hãy nêu tên một tệp trong đó."
            )
        return path.open("rb")
    except FileNotFoundError:
        raise InputError(
            f"{shown} does not exist. Check the name.", f"Không có {shown}. Hãy kiểm tra lại tên."
        ) from None
    except PermissionError:
        raise InputError(
            f"{shown} may not be read by this account. Change its rights.",
            f"Tài khoản này không được đọc {shown}. Hãy đổi quyền của tệp.",
        ) from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        english, vietnamese = system_words(error)
        raise InputError(
            f"{shown} cannot be opened: {english}. Check the name, or copy the file elsewhere.",
            f"Không mở được {shown}: {vietnamese}. Hãy kiểm tra tên, hoặc chép tệp ra chỗ khác.",
        ) from error


def size_of(file: BinaryIO) -> int | None:
    """The size of a plain file; a pipe has none."""
    status = os.fstat(file.fileno())
    return status.st_size if stat.S_ISREG(status.st_mode) else None


def pieces_of(
    file: BinaryIO, name: str = "the input", size: int | None = None, progress: Progress | None = None
) -> Iterator[bytes]:
    """The bytes of an open file in pieces of bounded size, telling `progress` the bytes so far and `size`.

    Raises `InputError` that names the file by `name` when the medium fails.

    >>> import io
    >>> list(pieces_of(io.BytesIO(b"chanh")))
    [b'chanh']
    """
    received = 0
    while True:
        try:
            piece = file.read(PIECE_BYTES)
        except OSError as error:
            english, vietnamese = system_words(error)
            raise InputError(
                f"{name} could not be read to its end: {english}. Check the disk.",
                f"Không đọc được {name} đến hết: {vietnamese}. Hãy kiểm tra đĩa.",
            ) from error
        if not piece:
            return
        received += len(piece)
        yield piece
        if progress:
            progress(received, size)


def _patient_fetcher() -> Fetcher:
    # Most of what is read is a file: what fetching needs is imported when there is something to fetch.
    from kiemchung.fetch import Fetcher, Limits

    return Fetcher(Limits(seconds=_FETCH_SECONDS))
