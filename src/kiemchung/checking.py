"""Answers messages from the local collection in one call, as the command `kiemchung check` does."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from kiemchung.collection.home import default_home
from kiemchung.collection.searchable import SearchableCollection, SearchableRecord
from kiemchung.engine.claims.dense import encoder_from_environment
from kiemchung.engine.claims.index import CANDIDATES, ClaimIndex
from kiemchung.engine.claims.rank import DEFAULT_LIMIT
from kiemchung.engine.claims.reasons import reasons_many
from kiemchung.engine.errors import InputError, system_words
from kiemchung.engine.links import address_key, is_link, links_in, words_of_address
from kiemchung.engine.types import Answer, Lookalike, Match, Message, Outcome, Reason, Review

if TYPE_CHECKING:
    from kiemchung.engine.lookalikes.index import LookalikeIndex

# The probability that a message with the very address of a review, or of a place where its claim appeared, is about
# that claim; where several reviews have the address, they share it. Set, not fitted: no collection of messages with
# links was there to measure it. Therefore an address decides alone only where the message is nothing but the address of
# the review itself; a page on which a claim appeared can hold more than one claim.
SAME_ADDRESS = {"same_address": 0.999, "same_appearance": 0.9}
# What is no longer than this is judged as the name of a sender or a page, too: of names_vi's dev part 102 of 174
# imitations are warned of, and 1 of 115 mentions and 1 of 45 own names; of the short messages of messages_vi 0 of 104,
# of the starter collection's 3 of 300, all about fraud in that name (`python -m benchmarks.short_names`).
LONGEST_NAME = 80
MOST_WORDS_OF_A_NAME = 10
# Who asks, gives a number to call, or begins small and goes on writes a sentence about somebody, and no name.
_ASKS = re.compile(r"\?|(?<!hàng )(?<!hang )(?<![^\W_])(?:không|khong|ko|hok|hong|hông)(?![^\W_])")
_NUMBER = re.compile(r"(?:\d[ .-]?){6,}")
_MOST_SMALL_WORDS = 3
_STEP = 1.0 - 1e-6  # as in `rank`: neighbours are never tied
_NO_WORDS = "few_words"
_SIGNS_OF_LINKS = (".", "。", "．", "｡", "chấm", "cham", "dot")


def check_many(
    messages: Sequence[str | Message], *, home: Path | None = None, limit: float = DEFAULT_LIMIT, top: int = 5
) -> list[Answer]:
    """Return the answer to each message, in their order, from the collection in `home`.

    `home` is the folder of the collection (default: `default_home()`); it must have been made by an import. `limit`
    (0-1) is the highest expected share of wrong answers among all automatic answers, `top` how many matches an answer
    holds at most. A web address in a message is looked up too (see `answers_from`); nothing is fetched. The collection
    is opened once for all messages, and its index brought up to date first. A folder with an empty collection answers
    `none`. Raises `CollectionError` when there is no collection or it cannot be read, `IndexBusyError` while another
    process makes its first index, `InputError` for a limit outside 0-1, `SetupError` for an encoder that cannot be used
    (see `encoder_from_environment`) and for an index that can neither be read nor written.

    >>> import tempfile
    >>> from datetime import UTC, datetime
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with SearchableCollection.open(Path(folder)) as collection:
    ...         review = Review(id="1", claim="Ăn tỏi sống chữa khỏi cúm", url="https://vi.example/toi")
    ...         _ = collection.import_reviews([review], now=datetime(2026, 1, 1, tzinfo=UTC))
    ...     asked = ["an toi song chua cum", "mưa đá ở Huế", "tin này sao? http://www.vi.example/toi/?utm_source=zalo"]
    ...     answers = check_many(asked, home=Path(folder))
    >>> [match.review_id for match in answers[0].matches], answers[1].outcome.value
    (['1'], 'none')
    >>> answers[2].matches[0].reasons[0].code
    'same_address'
    """
    asked = [Message(message) if isinstance(message, str) else message for message in messages]
    with SearchableCollection.open(
        home or default_home(), read_only=True, encoder=encoder_from_environment()
    ) as collection:
        found = answers_with_reviews(collection, collection.index(), asked, limit=limit, top=top)
        return [answer for answer, _ in found]


def check(message: str | Message, *, home: Path | None = None, limit: float = DEFAULT_LIMIT, top: int = 5) -> Answer:
    """Return `check_many` of one message. For more than a few messages call `check_many`: opening costs most of it."""
    return check_many([message], home=home, limit=limit, top=top)[0]


def answers_from(
    collection: SearchableRecord,
    index: ClaimIndex,
    messages: Sequence[Message],
    *,
    limit: float = DEFAULT_LIMIT,
    top: int = 5,
    explain_from: float = 0.0,
) -> list[Answer]:
    """Return what `index` answers, with the reviews that stand at an address in the message, or whose claim does.

    A message that is nothing but an address is searched by the words in it. A message without links, or with links
    that no review has, is answered by the index alone. Matches below `explain_from` may carry no reasons.
    """
    read = [_readable(message) for message in messages]
    answers = index.search_many(read, top=top, limit=limit, explain_from=explain_from)
    for place, (sent, message, answer) in enumerate(zip(messages, read, answers, strict=True)):
        if found := _at_addresses(collection, message):
            answers[place] = _with_addresses(index, sent, message, answer, found, limit=limit, top=top)
    links = [about_links(message) for message in messages]
    return [
        replace(answer, lookalikes=one.lookalikes, official=one.official)
        for answer, one in zip(answers, links, strict=True)
    ]


def answers_with_reviews(
    collection: SearchableRecord,
    index: ClaimIndex,
    messages: Sequence[Message],
    *,
    limit: float = DEFAULT_LIMIT,
    top: int = 5,
    only_shown: bool = False,
) -> list[tuple[Answer, dict[str, Review]]]:
    """Return what `answers_from` does, each answer with the reviews of its matches; with `only_shown` without the
    matches that nobody is shown, neither as the answer nor as a suggestion.

    A review may have been removed since the index was opened: its match is left out, and what may be done with the best
    of the others is decided anew.
    """
    shown = []
    least = index.least_shown if only_shown else 0.0
    for answer in answers_from(collection, index, messages, limit=limit, top=top, explain_from=least):
        if only_shown:
            likely = tuple(match for match in answer.matches if match.probability >= least)
            answer = replace(answer, matches=likely)
        reviews = collection.record.get_many([match.review_id for match in answer.matches])
        shown.append((_of_those_there(index, answer, reviews, limit), reviews))
    return shown


def _of_those_there(index: ClaimIndex, answer: Answer, reviews: Mapping[str, Review], limit: float) -> Answer:
    there = [match for match in answer.matches if match.review_id in reviews]
    if len(there) == len(answer.matches):
        return answer
    matches = tuple(replace(match, rank=rank) for rank, match in enumerate(there, 1))
    outcome = index.outcome(matches[0].probability, limit) if matches else Outcome.NONE
    # Which facts differ from those of the next best is not known any more: a person may look.
    return replace(answer, outcome=Outcome.SUGGEST if outcome is Outcome.ANSWER else outcome, matches=matches)


def _readable(message: Message) -> Message:
    if not is_link(message.text):
        return replace(message, links=(*message.links, *links_in(message.text)))
    address = message.text.strip()
    return replace(message, text=words_of_address(address), links=(*message.links, address))


def _at_addresses(collection: SearchableRecord, message: Message) -> dict[str, tuple[Review, Reason]]:
    """Return the reviews that an address of the message leads to, by id, each with its reason."""
    found: dict[str, tuple[Review, Reason]] = {}
    for link in dict.fromkeys(message.links):
        for review in collection.record.at_address(link):
            is_own = bool(review.url) and address_key(review.url) == address_key(link)
            reason = Reason("same_address" if is_own else "same_appearance", (link,))
            if is_own or review.id not in found:
                found[review.id] = review, reason
    return found


def _with_addresses(
    index: ClaimIndex,
    sent: Message,
    message: Message,
    answer: Answer,
    found: Mapping[str, tuple[Review, Reason]],
    *,
    limit: float,
    top: int,
) -> Answer:
    """Return the answer with the reviews found by address put in by their probability.

    Words and address are taken as independent signs: either may be wrong by itself. `sent` is the message as it came.
    """
    (wide,) = index.search_many([message], top=max(CANDIDATES, top), limit=limit, explain=False)
    by_words = {match.review_id: match for match in wide.matches}
    explained = {match.review_id: match.reasons for match in answer.matches}
    whys = reasons_many(message.text, [review for review, _ in found.values()])
    ranked = [match for match in wide.matches if match.review_id not in found]
    for (review_id, (_, reason)), why in zip(found.items(), whys, strict=True):
        known = by_words.get(review_id, Match(review_id, 0, float("-inf"), 0.0))
        probability = 1.0 - (1.0 - known.probability) * (1.0 - SAME_ADDRESS[reason.code] / len(found))
        explained[review_id] = (reason, *(one for one in why if one.code != _NO_WORDS))
        ranked.append(replace(known, probability=probability))
    ranked.sort(key=lambda match: (-match.probability, match.review_id))
    best = ranked[0]
    decided = _is_the_page(sent, best, found) or _is_answered_by(answer, best)
    # What stands at an address in the message is worth a look in any case.
    outcome = index.outcome(best.probability, limit) if decided else Outcome.SUGGEST
    matches = numbered(ranked[:top])
    shown = tuple(replace(match, reasons=explained.get(match.review_id, ())) for match in matches)
    return Answer(answer.message_id, outcome, shown)


def _is_the_page(sent: Message, best: Match, found: Mapping[str, tuple[Review, Reason]]) -> bool:
    """Return whether nothing was sent but the address of the best review itself."""
    return is_link(sent.text) and best.review_id in found and found[best.review_id][1].code == "same_address"


def _is_answered_by(answer: Answer, best: Match) -> bool:
    return answer.outcome is Outcome.ANSWER and answer.matches[0].review_id == best.review_id


def numbered(ranked: Sequence[Match]) -> list[Match]:
    """Return matches, best first, with ranks, scores that never rise and probabilities that fall at each step."""
    score = min((match.score for match in ranked if match.score > float("-inf")), default=0.0)
    scores = []
    for match in reversed(ranked):
        score = max(score, match.score)
        scores.append(score)
    numbered, ceiling = [], 1.0
    for rank, (match, value) in enumerate(zip(ranked, reversed(scores), strict=True), 1):
        ceiling = min(match.probability, ceiling * _STEP)
        numbered.append(replace(match, rank=rank, score=value, probability=ceiling))
    return numbered


def lookalikes_in(message: str | Message) -> tuple[Lookalike, ...]:
    """Return the links and hosts of a message that imitate a protected organisation, then such mail addresses.

    Protected are the organisations of the file that `KIEMCHUNG_ORGANISATIONS` names, else those that come with
    kiemchung. Raises `InputError` for a file that cannot be used.

    >>> [one.organisation_id for one in lookalikes_in("Nhận quà tại vietcombank-quatang.top, xem vietcombank.com.vn")]
    ['vietcombank']
    """
    return about_links(message).lookalikes


def about_links(message: str | Message) -> Answer:
    """Return an answer that says of the links of a message whom they imitate or belong to, and nothing else; and of a
    message that is no longer than a name and has no link, whom it imitates as one.

    No collection is needed. Raises `InputError` as `lookalikes_in` does.

    >>> [one.name for one in about_links("xem vietcombank.com.vn và vietcombank-quatang.top").official]
    ['vietcombank.com.vn']
    >>> [one.organisation_id for one in about_links("CSKH VlETCOMBANK").lookalikes]
    ['vietcombank']
    """
    text = message if isinstance(message, str) else " ".join((message.text, *message.links))
    plain = Answer("" if isinstance(message, str) else message.id, Outcome.NONE)
    if not any(sign in text.lower() for sign in _SIGNS_OF_LINKS):
        return replace(plain, lookalikes=_as_a_name(text))  # nothing is loaded for a long message without a link
    from kiemchung.engine.lookalikes.links import hosts_in, mails_in

    hosts, mails = hosts_in(text), mails_in(text)
    if not hosts and not mails:
        return replace(plain, lookalikes=_as_a_name(text))
    found = protected().score_many(hosts)
    posted = protected().score_many(mails.values())
    # Anybody can write any sender into a mail: of an official one nothing is said.
    warned = [replace(one, name=mail) for mail, one in zip(mails, posted, strict=True) if one.is_alert]
    is_own = [any(reason.code == "official" for reason in one.reasons) for one in found]
    return replace(
        plain,
        lookalikes=(*(one for one in found if one.is_alert), *warned),
        official=tuple(one for one, own in zip(found, is_own, strict=True) if own),
    )


def _as_a_name(text: str) -> tuple[Lookalike, ...]:
    """Return whom a message imitates that may be nothing but the name of a sender or a page."""
    name = text.strip()
    if not name or "\n" in name or len(name) > LONGEST_NAME or len(name.split()) > MOST_WORDS_OF_A_NAME:
        return ()
    if _is_a_sentence(name):
        return ()
    found = protected().score(name)
    return (found,) if found.is_alert else ()


def _is_a_sentence(text: str) -> bool:
    is_small = text[0].islower() and len(text.split()) > _MOST_SMALL_WORDS
    return is_small or bool(_ASKS.search(text.lower()) or _NUMBER.search(text))


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
        english, vietnamese = system_words(error)
        raise InputError(
            f"KIEMCHUNG_ORGANISATIONS names {path}: {english}. Check the name.",
            f"KIEMCHUNG_ORGANISATIONS chỉ tới {path}: {vietnamese}. Hãy xem lại tên.",
        ) from error
