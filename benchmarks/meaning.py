"""How long a question takes with an encoder: `KIEMCHUNG_ENCODER=DIR python -m benchmarks.meaning`.

Needs the extra `dense` (docs/library.md, "An encoder") and `requirements/bench.txt`. Questions are encoded for real;
the vectors of the spliced reviews are those of `ENCODED` real claims, each moved a little at random, since encoding
300,000 texts takes an hour on one core and what they say does not change how long a search takes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.setting import commit, load, machine, one_core

if TYPE_CHECKING:
    from kiemchung.engine.claims.dense import F32, Encoder
    from kiemchung.engine.claims.index import ClaimIndex

ENCODED = 4_000
QUESTIONS = 200
MOVED = 0.3  # length of the random step beside the unit vector


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 2 when the data or the encoder is missing."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.meaning", description=__doc__)
    parser.add_argument("--size", type=int, default=300_000, help="spliced reviews (default: 300000)")
    parser.add_argument("--set", default="checkthat2022_2a_en", help="whose claims and questions")
    options = parser.parse_args(arguments)
    threads = one_core()
    # Imported here: the number of threads must be set before NumPy is loaded.
    from benchmarks.corpus import DataMissingError
    from kiemchung.engine.errors import KiemchungError

    try:
        table = report(options.set, options.size)
    except (DataMissingError, KiemchungError) as error:
        print(error, file=sys.stderr)
        return 2
    print(f"- command: `python -m benchmarks.meaning`\n- commit: {commit()}\n- machine: {machine()}; {threads}")
    print(f"- load at the end {load()}\n\n{table}")
    return 0


def report(name: str, size: int) -> str:
    """Return the Markdown table of single questions, by words and with the encoder, in one run."""
    from benchmarks.corpus import data_folder, labelled, spliced
    from benchmarks.setting import markdown
    from benchmarks.speed import question_row, times
    from kiemchung.engine.claims.dense import encoder_from_environment
    from kiemchung.engine.claims.index import ClaimIndex
    from kiemchung.engine.errors import SetupError

    encoder = encoder_from_environment()
    if encoder is None:
        raise SetupError("KIEMCHUNG_ENCODER names no model folder.", "KIEMCHUNG_ENCODER không nêu thư mục mô hình.")
    one = labelled(data_folder(), name)
    reviews = spliced(one.reviews, size)
    questions = [question.text for question in one.questions][:QUESTIONS]
    rows = []
    plain = None
    for label, chosen in (("words", None), (f"words and {Path(encoder.name).name}", Moved(encoder))):
        index = ClaimIndex(reviews, encoder=chosen)
        taken = times(partial(_search, index), questions)
        plain = plain or taken
        rows.append(question_row(label, taken, plain))
        if chosen is not None:
            encoding = times(lambda text: encoder.encode([text]), questions)
            rows.append(question_row("of which encoding", encoding, plain))
    names = ["p50 ms", "p95 ms", "p99 ms", "CPU p50 ms", "CPU p95 ms", "CPU p99 ms"]
    header = ["one question, top 5, with reasons", "questions", *names, "CPU median against words"]
    return f"### A question against {size:,} spliced reviews of {name}, warm\n\n{markdown(header, rows)}"


def _search(index: ClaimIndex, text: str) -> None:
    from kiemchung.engine.types import Message

    index.search(Message(text))


class Moved:
    """An encoder that encodes single texts and, of a batch, only the first `ENCODED` texts it ever meets."""

    def __init__(self, encoder: Encoder) -> None:
        import numpy as np

        self.name = encoder.name
        self._encoder = encoder
        self._known: F32 | None = None
        self._random = np.random.default_rng(1)

    def encode(self, texts: Sequence[str]) -> F32:
        """Return one unit vector a text, shape `(len(texts), dimensions)`."""
        import numpy as np

        if len(texts) == 1:
            return self._encoder.encode(texts)
        if self._known is None:
            self._known = self._encoder.encode(texts[:ENCODED])
        drawn = self._known[self._random.integers(len(self._known), size=len(texts))]
        step = self._random.standard_normal(drawn.shape, dtype=np.float32)
        moved = drawn + MOVED * step / np.linalg.norm(step, axis=1, keepdims=True)
        return np.asarray(moved / np.linalg.norm(moved, axis=1, keepdims=True), np.float32)


if __name__ == "__main__":
    sys.exit(main())
