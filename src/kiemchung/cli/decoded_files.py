"""Files decoded one after the other, with progress; one that is refused is named and left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from kiemchung.cli.complaints import complain
from kiemchung.cli.progress import Progress
from kiemchung.cli.words import say
from kiemchung.decoding import Decoded, DecodeError, Decoder


def decoded_files(
    decoder: Decoder, files: Sequence[tuple[str, Path]], progress: Progress, lang: str, refused: list[str]
) -> Iterator[tuple[str, Decoded]]:
    """Yield each file, decoded, by what it is called; the names of those refused are put into `refused`."""
    for name, path in files:
        try:
            yield name, decoder.decode(path, name=name)
        except DecodeError as error:
            refused.append(name)
            progress.clear()
            complain(f"{say('refused', lang)}: {error.text(lang)}")
        progress.step()
    progress.clear()
