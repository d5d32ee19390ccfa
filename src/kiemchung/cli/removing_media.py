"""`kiemchung media remove`: references out of the collection, for good."""

from __future__ import annotations

from pathlib import Path

from kiemchung.cli.adding_media import sole_writer
from kiemchung.cli.complaints import complain
from kiemchung.cli.parser import Options
from kiemchung.cli.terminal import safe
from kiemchung.cli.words import say
from kiemchung.collection.home import default_home
from kiemchung.collection.media import MediaCollection, MediaReference
from kiemchung.decoding import Limits, sha256_of
from kiemchung.engine.formats.answers import line_of


def run(options: Options) -> int:
    """Remove what is named by id or by a file; 1 when none of it is there, 3 when some is not."""
    MediaCollection.open(default_home(), read_only=True).__exit__(None, None, None)  # none is made to remove from
    with MediaCollection.open(default_home()) as media, sole_writer(media) as writer:
        named = {given: named_reference(media, given) for given in options.files}
        gone = {one.id: one for one in named.values() if one is not None}
        if gone:
            writer.remove(list(gone))
            writer.commit()
    for one in gone.values():
        if options.json:
            print(line_of({"id": one.id, "name": one.name, "change": "removed"}))
        else:
            print(f"{say('removed', options.lang)}  {safe(one.name)} ({one.id})")
    missing = [given for given, one in named.items() if one is None]
    for given in missing:
        complain(f"{say('no_reference', options.lang, name=given)}.")
    if not gone:
        return 1
    return 3 if missing else 0


def named_reference(media: MediaCollection, given: str) -> MediaReference | None:
    """Return the reference with this id, or with the bytes of the file of this name.

    Raises `InputError` for a file that cannot be read.
    """
    if given.isdecimal() and len(given) < 19 and not Path(given).is_file():
        return media.get_many([int(given)]).get(int(given))
    return media.with_sha256(sha256_of(Path(given), Limits().max_bytes))
