"""Pictures of words in one layout: cards whose words differ must not be taken for each other."""

from __future__ import annotations

from benchmarks.media_quality import wilson
from benchmarks.media_references import picture
from benchmarks.setting import markdown
from kiemchung.engine.media.image import describe
from kiemchung.engine.media.pictures import PictureIndex, PictureSegment
from training.made_cards import Layout

_FIRST, LAYOUTS, CARDS = 900_000, 50, 9


def report() -> str:
    """Return the table: each card asks among all cards but itself; the same card is found as the check."""
    names = [(layout, words) for layout in range(LAYOUTS) for words in range(CARDS)]
    described = [describe(picture(Layout(_FIRST + layout).card(words))) for layout, words in names]
    index = PictureIndex([PictureSegment.build([f"{a} {b}" for a, b in names], described)])
    wrong = found = 0
    for (layout, words), matches in zip(names, index.match_many(described, top=20), strict=True):
        known = {match.reference for match in matches}
        found += f"{layout} {words}" in known
        wrong += len([one for one in known if one != f"{layout} {words}"])
    pairs = len(names) * (CARDS - 1)
    low, high = wilson(wrong, pairs)
    rows = [[str(pairs), str(wrong), f"{wrong / pairs:.4f} ({low:.4f}-{high:.4f})", f"{found / len(names):.3f}"]]
    return markdown(["pairs of one layout", "taken for each other", "share (95 %)", "the same card found"], rows)
