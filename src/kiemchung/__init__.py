"""Kiểm Chứng answers a doubtful message from published fact-checks and says whom a name imitates: all that is public.

What is not named here may change at any time. Names are loaded when they are first used: `import kiemchung` alone costs
a few milliseconds and loads neither NumPy nor SQLite. The guide is docs/library.md.

>>> from kiemchung import ClaimIndex, Message, Review
>>> index = ClaimIndex([Review(id="1", claim="Uống nước chanh nóng chữa khỏi ung thư")])
>>> index.search(Message("uong nuoc chanh nong chua ung thu phai ko")).matches[0].review_id
'1'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from kiemchung.version import VERSION as __version__  # noqa: N811 (the name that Python programs look for)

if TYPE_CHECKING:
    from kiemchung.checking import check, check_many
    from kiemchung.collection.home import default_home
    from kiemchung.collection.searchable import SearchableCollection
    from kiemchung.collection.store import Collection
    from kiemchung.collection.types import Change, CollectionError, ImportSummary, LeftOut, Version
    from kiemchung.engine.claims.dense import Encoder, SentenceEncoder, encoder_from_environment
    from kiemchung.engine.claims.index import ClaimIndex
    from kiemchung.engine.claims.reasons import sentence
    from kiemchung.engine.errors import IndexBusyError, IndexDamagedError, InputError, KiemchungError, SetupError
    from kiemchung.engine.formats.claimreview import claimreview_from
    from kiemchung.engine.formats.feeds import claimreview_pieces, feed_pieces
    from kiemchung.engine.formats.ratings import rate
    from kiemchung.engine.formats.reading import read_reviews
    from kiemchung.engine.formats.refusals import Refusal
    from kiemchung.engine.formats.withdrawals import Withdrawal
    from kiemchung.engine.lookalikes.addresses import Kind
    from kiemchung.engine.lookalikes.index import LookalikeIndex
    from kiemchung.engine.lookalikes.organisations import known_organisations, read_organisations
    from kiemchung.engine.lookalikes.reasons import lookalike_sentence
    from kiemchung.engine.text.language import Language, recognise_language
    from kiemchung.engine.text.normalise import fold, normalise
    from kiemchung.engine.text.quantities import Values, read_values
    from kiemchung.engine.text.tokens import tokens
    from kiemchung.engine.types import (
        Answer,
        Lookalike,
        MappedRating,
        Match,
        Message,
        Organisation,
        Outcome,
        Rating,
        Reason,
        Review,
    )
    from kiemchung.fetch import FetchError
    from kiemchung.sources import read_source
    from kiemchung.starter import starter_reviews

_HOMES = {
    "checking": ("check", "check_many"),
    "collection.home": ("default_home",),
    "collection.searchable": ("SearchableCollection",),
    "collection.store": ("Collection",),
    "collection.types": ("Change", "CollectionError", "ImportSummary", "LeftOut", "Version"),
    "engine.claims.dense": ("Encoder", "SentenceEncoder", "encoder_from_environment"),
    "engine.claims.index": ("ClaimIndex",),
    "engine.claims.reasons": ("sentence",),
    "engine.errors": ("IndexBusyError", "IndexDamagedError", "InputError", "KiemchungError", "SetupError"),
    "engine.formats.claimreview": ("claimreview_from",),
    "engine.formats.feeds": ("claimreview_pieces", "feed_pieces"),
    "engine.formats.ratings": ("rate",),
    "engine.formats.reading": ("read_reviews",),
    "engine.formats.refusals": ("Refusal",),
    "engine.formats.withdrawals": ("Withdrawal",),
    "engine.lookalikes.addresses": ("Kind",),
    "engine.lookalikes.index": ("LookalikeIndex",),
    "engine.lookalikes.organisations": ("known_organisations", "read_organisations"),
    "engine.lookalikes.reasons": ("lookalike_sentence",),
    "engine.text.language": ("Language", "recognise_language"),
    "engine.text.normalise": ("fold", "normalise"),
    "engine.text.quantities": ("Values", "read_values"),
    "engine.text.tokens": ("tokens",),
    "engine.types": (
        "Answer",
        "Lookalike",
        "MappedRating",
        "Match",
        "Message",
        "Organisation",
        "Outcome",
        "Rating",
        "Reason",
        "Review",
    ),
    "fetch": ("FetchError",),
    "sources": ("read_source",),
    "starter": ("starter_reviews",),
}
_HOME_OF = {name: f"kiemchung.{home}" for home, names in _HOMES.items() for name in names}

__all__ = [
    "Answer",
    "Change",
    "ClaimIndex",
    "Collection",
    "CollectionError",
    "Encoder",
    "FetchError",
    "ImportSummary",
    "IndexBusyError",
    "IndexDamagedError",
    "InputError",
    "KiemchungError",
    "Kind",
    "Language",
    "LeftOut",
    "Lookalike",
    "LookalikeIndex",
    "MappedRating",
    "Match",
    "Message",
    "Organisation",
    "Outcome",
    "Rating",
    "Reason",
    "Refusal",
    "Review",
    "SearchableCollection",
    "SentenceEncoder",
    "SetupError",
    "Values",
    "Version",
    "Withdrawal",
    "__version__",
    "check",
    "check_many",
    "claimreview_from",
    "claimreview_pieces",
    "default_home",
    "encoder_from_environment",
    "feed_pieces",
    "fold",
    "known_organisations",
    "lookalike_sentence",
    "normalise",
    "rate",
    "read_organisations",
    "read_reviews",
    "read_source",
    "read_values",
    "recognise_language",
    "sentence",
    "starter_reviews",
    "tokens",
]

if not TYPE_CHECKING:  # a type checker must see the imports above only, else a misspelt name passes

    def __getattr__(name: str) -> object:
        if name not in _HOME_OF:
            raise AttributeError(f"module 'kiemchung' has no attribute {name!r}")
        found = getattr(import_module(_HOME_OF[name]), name)
        globals()[name] = found
        return found

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
