"""`kiemchung media show`: the references of the collection, or what one file is and says about itself."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import Any

from kiemchung.cli.complaints import complain
from kiemchung.cli.parser import Options
from kiemchung.cli.pictures import check_picture_name, write_picture
from kiemchung.cli.terminal import safe, wrapped
from kiemchung.cli.usage import UsageError
from kiemchung.cli.words import number, say
from kiemchung.collection.home import default_home
from kiemchung.collection.media import MediaCollection, MediaReference
from kiemchung.decoding import Decoded, DecodeError, Decoder, FileFacts
from kiemchung.decoding import describe as sentences
from kiemchung.engine.errors import InputError
from kiemchung.engine.formats.answers import line_of
from kiemchung.engine.media.sheet import clock, contact_sheet
from kiemchung.engine.media.types import Picture, Sound, Video
from kiemchung.recognising import open_decoder


def run(options: Options) -> int:
    """List, or show what is named; 1 when there is nothing, 3 when a file was refused."""
    if options.sheet and len(options.files) != 1:
        raise UsageError("--sheet draws one video. Name its file.", "--sheet vẽ một video. Hãy nêu tệp của video đó.")
    if options.sheet:
        check_picture_name(options.sheet, "--sheet", options.files)
    if not options.files:
        return _list(options)
    ids = [given for given in options.files if _is_id(given)]
    missing = _show_stored(ids, options) if ids else 0
    refused = _show_files([given for given in options.files if not _is_id(given)], options)
    if refused or (missing and len(ids) < len(options.files)):
        return 3
    return 1 if missing else 0


def _is_id(given: str) -> bool:
    return given.isdecimal() and len(given) < 19 and not Path(given).exists()


def _list(options: Options) -> int:
    if not MediaCollection.is_in(default_home()):
        print(say("no_references", options.lang))
        return 1
    with MediaCollection.open(default_home(), read_only=True) as media:
        of_reviews = chain.from_iterable(map(media.of_review, options.review))
        found = _print(of_reviews if options.review else media.references(), options)
    if not found and not options.json:
        print(say("no_references", options.lang))
    return 0 if found else 1


def _show_stored(ids: Iterable[str], options: Options) -> int:
    """Show references by id; return how many there are not."""
    missing = 0
    with MediaCollection.open(default_home(), read_only=True) as media:
        for given in ids:
            reference = media.get_many([int(given)]).get(int(given))
            if reference is None:
                missing += 1
                complain(f"{say('no_reference', options.lang, name=given)}.")
            else:
                _print([reference], options)
    return missing


def _print(references: Iterable[MediaReference], options: Options) -> int:
    count = 0
    for one in references:
        count += 1
        print(line_of(reference_data(one)) if options.json else _line(one, options.lang))
    return count


def reference_data(one: MediaReference) -> dict[str, Any]:
    """Return what is told about a stored reference."""
    return {
        "id": one.id,
        "name": one.name,
        "kind": one.kind.value,
        "sha256": one.sha256,
        "size": one.size,
        "seconds": round(one.seconds, 2),
        "width": one.width,
        "height": one.height,
        "added_at": one.added_at,
        "reviews": list(one.reviews),
    }


def _line(one: MediaReference, lang: str) -> str:
    extent = " ".join(filter(None, (_shape(one.width, one.height), clock(one.seconds) if one.seconds else "")))
    reviews = ", ".join(one.reviews) or say("without_review", lang)
    return f"{one.id:>6}  {say(one.kind.value, lang)}  {extent}  {safe(one.name)}  [{safe(reviews)}]"


def _shape(width: int, height: int) -> str:
    return f"{width}x{height}" if width else ""


def _show_files(names: Iterable[str], options: Options) -> bool:
    """Show what files are and say about themselves; return whether one was refused."""
    refused = False
    with open_decoder() as decoder:
        for name in names:
            try:
                _show_file(decoder, name, options)
            except DecodeError as error:
                refused = True
                complain(f"{say('refused', options.lang)}: {error.text(options.lang)}")
    return refused


def _show_file(decoder: Decoder, name: str, options: Options) -> None:
    # The place is shown to the person who has the file, and kept nowhere.
    decoded = decoder.decode(Path(name), name=name, with_place=True)
    if options.json:
        print(line_of({"file": name} | file_data(decoded, options.lang)))
    else:
        width, height, seconds = extent_of(decoded)
        extent = " ".join(filter(None, (_shape(width, height), clock(seconds) if seconds else "")))
        size = say("bytes", options.lang, count=number(decoded.facts.size, options.lang))
        print(f"{safe(name)}: {say(decoded.kind.value, options.lang)}, {decoded.facts.format}, {extent}, {size}")
        print(f"  SHA-256 {decoded.sha256}")
        for sentence in sentences(decoded.facts, options.lang):
            print(wrapped(f"  {safe(sentence)}"))
    if options.sheet:
        if not isinstance(decoded.media, Video):
            raise InputError(
                f"{name} is no video: --sheet draws the frames of one. Name a video, or leave --sheet out.",
                f"{name} không phải video: --sheet vẽ các khung hình của một video. Hãy nêu tệp video hoặc bỏ --sheet.",
            )
        write_picture(options.sheet, contact_sheet(decoded.media.frames))


def extent_of(decoded: Decoded) -> tuple[int, int, float]:
    """Return width, height (0 for sound) and seconds (0 for a picture) of a decoded file."""
    media = decoded.media
    if isinstance(media, Sound):
        return 0, 0, media.seconds
    if isinstance(media, Picture):
        return media.width, media.height, 0.0
    first = media.frames[0].picture
    return first.width, first.height, media.seconds


def file_data(decoded: Decoded, lang: str) -> dict[str, Any]:
    """Return what is told about a file: what it is, and what it says about itself, which nobody has checked."""
    width, height, seconds = extent_of(decoded)
    return {
        "kind": decoded.kind.value,
        "format": decoded.facts.format,
        "size": decoded.facts.size,
        "sha256": decoded.sha256,
        "width": width,
        "height": height,
        "seconds": round(seconds, 2),
        "says": _says(decoded.facts),
        "provenance": _provenance(decoded.facts),
        "sentences": list(sentences(decoded.facts, lang)),
    }


def _says(facts: FileFacts) -> dict[str, Any]:
    place = facts.place and {"latitude": facts.place.latitude, "longitude": facts.place.longitude}
    return {"taken_at": facts.taken_at, "camera": facts.camera, "software": facts.software, "place": place}


def _provenance(facts: FileFacts) -> dict[str, Any]:
    return {
        "valid": facts.is_intact.value,
        "trusted": facts.is_trusted.value,
        "signer": facts.signer,
        "generated": facts.is_generated.value,
    }
