"""What `kiemchung match` is timed against: a whole process that reads, indexes and ranks with bm25s.

`python -m benchmarks.match_bm25s CLAIMS QUERIES TOP` writes TREC lines.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import bm25s


def main(claims: str, queries: str, top: int) -> None:
    """Rank all queries in one batch, the fastest way bm25s offers on one thread."""
    reviews = [json.loads(line) for line in Path(claims).read_text(encoding="utf-8").splitlines()]
    asked = [json.loads(line) for line in Path(queries).read_text(encoding="utf-8").splitlines()]
    texts = [f"{row['text']} {row['title']} {row['body']}" for row in reviews]
    index = bm25s.BM25()
    index.index(bm25s.tokenize(texts, show_progress=False), show_progress=False)
    tokens = bm25s.tokenize([row["text"] for row in asked], return_ids=False, show_progress=False)
    found, scores = index.retrieve(tokens, k=min(top, len(reviews)), show_progress=False, n_threads=0)
    for row, documents, values in zip(asked, found, scores, strict=True):
        for rank, (document, value) in enumerate(zip(documents, values, strict=True), 1):
            sys.stdout.write(f"{row['id']} Q0 {reviews[int(document)]['id']} {rank} {value:.6f} {value:.6f}\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
