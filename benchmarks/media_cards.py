"""Pictures of words in one layout: cards whose words differ must not be taken for each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.media_queries import NAMES
from benchmarks.media_references import SEED, picture
from benchmarks.media_transformations import sent
from benchmarks.setting import markdown
from kiemchung.engine.media.image import describe
from kiemchung.engine.media.pictures import PictureIndex, PictureSegment
from kiemchung.engine.shares import wilson
from training.made_cards import Layout

# Of each layout so many cards; the first of it is sent in so many of the twenty transformations, in turn. These layouts
# were not looked at; those from 700,000, 800,000, 900,000, 950,000 and 1,000,000 on were. Beside a card in a collage is
# one of the layout so much further on.
FIRST, LAYOUTS, CARDS, SENT = 1_200_000, 100, 11, 2
_BESIDE = 100
_LISTED = 10


def report(count: int = LAYOUTS, first: int = FIRST) -> str:
    """Return the table: each card asks among all cards, and one of each of so many layouts in some transformations."""
    names = [(layout, words) for layout in range(count) for words in range(CARDS)]
    described = [describe(picture(Layout(first + layout).card(words))) for layout, words in names]
    ids = [f"{layout} {words}" for layout, words in names]
    index = PictureIndex([PictureSegment.build(ids, described)])
    found = [{match.reference for match in matches} for matches in index.match_many(described, top=20)]
    rows = [_row("as it is", ids, found, len(ids) * (CARDS - 1))]
    asked, changed, lost = _changed(index, count, first)
    rows.append(_row("changed", asked, changed, len(asked) * (CARDS - 1)))
    table = markdown(
        ["sent", "cards", "pairs of one layout", "taken for each other", "share (95 %)", "the same card found"], rows
    )
    return f"{table}\n\nNot found when changed: {', '.join(lost[:_LISTED]) or 'none'}."


def _changed(index: PictureIndex, count: int, first: int) -> tuple[list[str], list[set[str]], list[str]]:
    """Return the cards sent in some transformations, what each found, and the transformations in which one was lost."""
    asked, found, lost = [], [], []
    for layout in range(count):
        for turn in range(SENT):
            name = NAMES[(layout + 3 * turn) % len(NAMES)]
            rng = np.random.default_rng([SEED, layout, turn])
            beside = Layout(first + _BESIDE + layout).card(0)
            made = sent(name, Layout(first + layout).card(0), rng, beside)
            matches = index.match_many([describe(picture(made.pixels))], top=20)[0]
            asked.append(f"{layout} 0")
            found.append({match.reference for match in matches})
            lost += [name] if asked[-1] not in found[-1] else []
    return asked, found, lost


def _row(sent_as: str, asked: Sequence[str], found: Sequence[set[str]], pairs: int) -> list[str]:
    wrong = sum(len(hit - {one}) for one, hit in zip(asked, found, strict=True))
    right = sum(one in hit for one, hit in zip(asked, found, strict=True))
    low, high = wilson(wrong, pairs)
    share = f"{wrong / pairs:.4f} ({low:.4f}-{high:.4f})"
    return [sent_as, f"{len(asked):,}", f"{pairs:,}", str(wrong), share, f"{right / len(asked):.3f}"]
