"""`kiemchung media match`: which references each file shows or plays, of the collection or of a folder."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from kiemchung.cli.decoded_files import decoded_files
from kiemchung.cli.media_rows import FORMS, Row, header
from kiemchung.cli.parser import Options
from kiemchung.cli.pictures import Gallery
from kiemchung.cli.progress import Progress, files_below, named_files
from kiemchung.cli.usage import UsageError
from kiemchung.cli.words import say
from kiemchung.collection.home import default_home
from kiemchung.collection.media import MediaCollection
from kiemchung.decoding import Decoded, DecodeError, Decoder
from kiemchung.engine.errors import InputError
from kiemchung.engine.formats.answers import line_of
from kiemchung.engine.media.drawing import Side
from kiemchung.engine.media.index import Described
from kiemchung.engine.media.types import MediaMatch
from kiemchung.recognising import MediaReferences, describe, open_decoder, side

NamedFiles = Sequence[tuple[str, Path]]


@dataclass(frozen=True, slots=True)
class _Query:
    """A file to recognise, by its name."""

    name: str
    decoded: Decoded
    described: Described


def run(options: Options) -> int:
    """Match the files; 3 when one was refused, else 1 when nothing was found."""
    _check_usage(options)
    refused: list[str] = []
    found = is_any_compared = False
    with ExitStack() as opened:
        decoder = opened.enter_context(open_decoder())
        gallery = Gallery(options.picture, options.files)
        source: _Folder | _Collection
        if options.references:
            source = _Folder(decoder, options, refused)
            queries = _in_folder(_folder(options.queries, "--queries"))
        else:
            source = _Collection(decoder, opened)
            queries = list(named_files(options.files))
        if options.format == "tsv":
            print(header(with_reviews=not options.references))
        for query in _described(decoder, queries, options, refused):
            is_any_compared = True
            rows = source.match(query, options.top)
            for row in rows:
                found = True
                print(FORMS[options.format](row, options.lang))
            sys.stdout.flush()
            if rows and gallery.has_room:
                gallery.add(_query_side(query, rows[0]), source.side(rows[0]), rows[0])
        gallery.write()
    if options.format == "table" and is_any_compared and not found:
        print(say("no_media", options.lang))
    if refused:
        return 3
    return 0 if found else 1


def _check_usage(options: Options) -> None:
    if bool(options.references) != bool(options.queries) or bool(options.references) == bool(options.files):
        raise UsageError(
            "Name the files to recognise, or a folder with --references and one with --queries.",
            "Hãy nêu các tệp cần nhận ra, hoặc một thư mục với --references và một thư mục với --queries.",
        )
    if options.references:
        for name, option in ((options.references, "--references"), (options.queries, "--queries")):
            _folder(name, option)


class _Folder:
    """References of a folder, in memory."""

    def __init__(self, decoder: Decoder, options: Options, refused: list[str]) -> None:
        self._decoder = decoder
        self._files = dict(_in_folder(_folder(options.references, "--references")))
        described = _described(decoder, list(self._files.items()), options, refused, role="reference")
        self._seconds: dict[str, float] = {}
        self._index = MediaReferences(self._noted(described))

    def _noted(self, queries: Iterator[_Query]) -> Iterator[tuple[str, Described]]:
        for query in queries:
            self._seconds[query.name] = query.described.seconds
            yield query.name, query.described

    def match(self, query: _Query, top: int) -> list[Row]:
        """Return what is found in a file."""
        found = self._index.match(query.described, top=top)
        return [Row(query.name, match, seconds=self._seconds[match.reference]) for match in found]

    def side(self, row: Row) -> Side | None:
        """Return the reference of a row to be drawn."""
        path = self._files[row.match.reference]
        return side(self._decoder.decode(path), row.match.reference_region, shown_at(row.match))


class _Collection:
    """References of the collection, on disk."""

    def __init__(self, decoder: Decoder, opened: ExitStack) -> None:
        self._decoder = decoder
        self._media = opened.enter_context(MediaCollection.open(default_home(), read_only=True))
        self._index = self._media.index()

    def match(self, query: _Query, top: int) -> list[Row]:
        """Return what is found in a file."""
        return [
            Row(
                query.name,
                replace(one.match, reference=one.reference.name),
                one.reference.id,
                one.reference.reviews,
                one.reference.seconds,
            )
            for one in self._media.match(self._index, query.described, top=top)
        ]

    def side(self, row: Row) -> Side | None:
        """Return the reference of a row to be drawn, from the small picture that was kept."""
        reference = self._media.get_many([row.id or 0])[row.id or 0]
        return stored_side(self._decoder, self._media, reference.id, (reference.width, reference.height), row)


def shown_at(match: MediaMatch) -> float | None:
    """Return the time of a reference that shows a match: of its frame, or where its sound begins."""
    return match.start_s if match.reference_at_s is None else match.reference_at_s


def stored_side(
    decoder: Decoder, media: MediaCollection, reference_id: int, size: tuple[int, int], row: Row
) -> Side | None:
    """Return a stored reference as one side of a drawn match; its small picture comes through the guarded door too."""
    kept = media.preview(reference_id, shown_at(row.match))
    if kept is None:
        return None
    small = side(decoder.decode(kept), row.match.reference_region, None)
    return small and Side(replace(small.picture, width=size[0], height=size[1]), small.region)


def _query_side(query: _Query, row: Row) -> Side | None:
    return side(query.decoded, row.match.query_region, row.match.query_at_s)


def _folder(name: str, option: str) -> Path:
    path = Path(name)
    if not path.is_dir():
        raise InputError(
            f"{option} {name} is not a folder. Name the folder that holds the files.",
            f"{option} {name} không phải thư mục. Hãy nêu thư mục chứa các tệp.",
        )
    return path


def _in_folder(folder: Path) -> NamedFiles:
    return [(path.relative_to(folder).as_posix(), path) for path in files_below(folder)]


def _described(
    decoder: Decoder, files: NamedFiles, options: Options, refused: list[str], *, role: str = "query"
) -> Iterator[_Query]:
    """Yield files, described; one that is refused is named and left."""
    progress = Progress(len(files), say("recognising", options.lang), quiet=options.quiet)

    def tell(name: str, error: DecodeError) -> None:
        if options.format == "jsonl":  # a program that pairs files with answers misses none
            print(line_of({role: name, "refused": error.text(options.lang)}), flush=True)

    for name, decoded in decoded_files(decoder, files, progress, options.lang, refused, tell):
        yield _Query(name, decoded, describe(decoded))
