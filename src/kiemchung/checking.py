"""Answers messages from the local collection in one call, as the command `kiemchung check` does."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from kiemchung.collection.home import default_home
from kiemchung.collection.searchable import SearchableCollection
from kiemchung.engine.claims.dense import Encoder, SentenceEncoder
from kiemchung.engine.claims.rank import DEFAULT_LIMIT
from kiemchung.engine.errors import InputError
from kiemchung.engine.types import Answer, Lookalike, Message

if TYPE_CHECKING:
    from kiemchung.engine.lookalikes.index import LookalikeIndex


def check_many(
    messages: Sequence[str | Message], *, home: Path | None = None, limit: float = DEFAULT_LIMIT, top: int = 5
) -> list[Answer]:
    """Return the answer to each message, in their order, from the collection in `home`.

    `home` is the folder of the collection (default: `default_home()`); it must have been made by an import. `limit`
    (0-1) is the highest expected share of wrong answers among all automatic answers, `top` how many matches an answer
    holds at most. The collection is opened once for all messages, and its index brought up to date first. A folder with
    an empty collection answers `none`. Raises `CollectionError` when there is no collection or it cannot be read,
    `IndexBusyError` while another process makes its first index, `InputError` for a limit outside 0-1 and for an
    encoder that cannot be used (see `encoder_from_environment`).

    >>> import tempfile
    >>> from datetime import UTC, datetime
    >>> from kiemchung.engine.types import Review
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with SearchableCollection.open(Path(folder)) as collection:
    ...         review = Review(id="1", claim="Ăn tỏi sống chữa khỏi cúm")
    ...         _ = collection.import_reviews([review], now=datetime(2026, 1, 1, tzinfo=UTC))
    ...     answers = check_many(["an toi song chua cum", "mưa đá ở Huế"], home=Path(folder))
    >>> [match.review_id for match in answers[0].matches], answers[1].outcome.value
    (['1'], 'none')
    """
    asked = [Message(message) if isinstance(message, str) else message for message in messages]
    with SearchableCollection.open(
        home or default_home(), read_only=True, encoder=encoder_from_environment()
    ) as collection:
        answers = collection.index().search_many(asked, top=top, limit=limit)
    return [
        replace(answer, lookalikes=lookalikes_in(message.text)) for answer, message in zip(answers, asked, strict=True)
    ]


def check(message: str | Message, *, home: Path | None = None, limit: float = DEFAULT_LIMIT, top: int = 5) -> Answer:
    """Return `check_many` of one message. For more than a few messages call `check_many`: opening costs most of it."""
    return check_many([message], home=home, limit=limit, top=top)[0]


def lookalikes_in(text: str) -> tuple[Lookalike, ...]:
    """Return the links and hosts of a message that imitate a protected organisation, in their order.

    Protected are the organisations of the file that `KIEMCHUNG_ORGANISATIONS` names, else those that come with
    kiemchung. Raises `InputError` for a file that cannot be used.

    >>> [one.organisation_id for one in lookalikes_in("Nhận quà tại vietcombank-quatang.top, xem vietcombank.com.vn")]
    ['vietcombank']
    """
    if "." not in text and "。" not in text and "．" not in text and "chấm" not in text:
        return ()  # nothing is loaded for a message without a link
    from kiemchung.engine.lookalikes.links import links_in

    links = links_in(text)
    return tuple(one for one in protected().score_many(links) if one.is_alert) if links else ()


def protected() -> LookalikeIndex:
    """Return the index of the protected organisations, made when it is first asked for."""
    return _protected(os.environ.get("KIEMCHUNG_ORGANISATIONS", ""))


@lru_cache(maxsize=2)
def _protected(path: str) -> LookalikeIndex:
    from kiemchung.engine.lookalikes.index import LookalikeIndex
    from kiemchung.engine.lookalikes.organisations import known_organisations, read_organisations

    if not path:
        return LookalikeIndex(known_organisations())
    try:
        return LookalikeIndex(read_organisations([Path(path).read_bytes()], path))
    except OSError as error:
        raise InputError(f"KIEMCHUNG_ORGANISATIONS names {path}: {error.strerror or error}. Check the name.") from error


def encoder_from_environment(environment: Mapping[str, str] | None = None) -> Encoder | None:
    """Return the encoder that `KIEMCHUNG_ENCODER` names, or `None` where it is not set or empty.

    Raises `InputError` when the extra `dense` is missing or the folder is no sentence-transformers model.

    >>> encoder_from_environment({}) is None
    True
    """
    path = (os.environ if environment is None else environment).get("KIEMCHUNG_ENCODER", "")
    return SentenceEncoder(Path(path)) if path else None
