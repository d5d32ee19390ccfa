"""Files decoded one after the other, with progress; one that is refused is named and left."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from kiemchung.cli.complaints import complain
from kiemchung.cli.progress import Progress
from kiemchung.cli.words import say
from kiemchung.decoding import Decoded, DecodeError, Decoder


def _tell_nobody(_name: str, _error: DecodeError) -> None:
    pass


def decoded_files(
    decoder: Decoder,
    files: Sequence[tuple[str, Path]],
    progress: Progress,
    lang: str,
    refused: list[str],
    on_refused: Callable[[str, DecodeError], None] = _tell_nobody,
) -> Iterator[tuple[str, Decoded]]:
    """Yield each file, decoded, by what it is called; the names of those refused are put into `refused`, and each is
    told to `on_refused` besides."""
    for name, path in files:
        try:
            yield name, decoder.decode(path, name=name)
        except DecodeError as error:
            refused.append(name)
            progress.clear()
            complain(f"{say('refused', lang)}: {error.text(lang)}")
            on_refused(name, error)
        progress.step()
    progress.clear()
