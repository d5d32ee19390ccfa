"""What passes between the layers: frozen dataclasses, no behaviour beyond what their fields already say."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class MappedRating(StrEnum):
    """The eight ratings that any publisher's scale is mapped to."""

    TRUE = "true"
    MOSTLY_TRUE = "mostly_true"
    MIXED = "mixed"
    MISSING_CONTEXT = "missing_context"
    FALSE = "false"
    SCAM = "scam"
    SATIRE = "satire"
    UNPROVEN = "unproven"


@dataclass(frozen=True, slots=True)
class Rating:
    """A review's result: `published` word for word as its publisher wrote it, `mapped` to our eight or `None`.

    `basis` makes the mapping visible: `words` (the published words were recognised), `scale` (from the number on
    the publisher's own scale), `given` (the source named one of our eight), or `none`.
    """

    published: str = ""
    mapped: MappedRating | None = None
    basis: str = "none"


@dataclass(frozen=True, slots=True)
class Message:
    """What somebody sends in to be checked. `lang` is a BCP-47 language or empty (then it is recognised); `links` are
    web addresses that came beside the text (those in the text need not be named)."""

    text: str
    id: str = ""
    lang: str = ""
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Review:
    """A published check of a claim.

    `id` is the review's own identity: the same review read twice has the same id. `claim` is the statement that was
    checked; `title` and `body` are the review's own words about it. `date` is the day of (last) publication as ISO
    8601 text, or empty. `appearances` are addresses where the claim was seen: of what was said, never of who said it.
    `fetched_from` is the address of the source that it was just read from, empty for a file or pipe; it is not stored,
    and two reviews that differ in it alone are equal.
    """

    id: str
    claim: str
    title: str = ""
    body: str = ""
    rating: Rating = field(default_factory=Rating)
    url: str = ""
    publisher: str = ""
    publisher_url: str = ""
    date: str = ""
    lang: str = ""
    appearances: tuple[str, ...] = ()
    fetched_from: str = field(default="", compare=False, repr=False)


class Outcome(StrEnum):
    """What may be done with the best match: answer by itself, show to a person, or nothing found."""

    ANSWER = "answer"
    SUGGEST = "suggest"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a message and a review match or do not: a published `code` and the words or values it rests on."""

    code: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """A review for a message, with the probability (0-1) that both are about the same claim, and the reasons."""

    review_id: str
    rank: int
    score: float
    probability: float
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Ranked:
    """What was found for one message as columns, best first: ids of reviews, scores, probabilities (0-1).

    `can_answer` says that nothing but its probability keeps the best from being the answer.
    """

    review_ids: tuple[str, ...] = ()
    scores: tuple[float, ...] = ()
    probabilities: tuple[float, ...] = ()
    can_answer: bool = False


@dataclass(frozen=True, slots=True)
class Organisation:
    """A protected name: what it is called, and the domains, accounts and senders that are really its own.

    `domains` are official domains (everything below them is official too), `affiliates` domains of others that may use
    the name, `suffixes` top-level domains that belong to the organisation. `handles` and `senders` are its accounts
    and SMS sender names. `category` and `country` are free words (`bank`, `VN`).
    """

    id: str
    name: str
    display: str = ""
    aliases: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    affiliates: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    senders: tuple[str, ...] = ()
    category: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Lookalike:
    """A name and the organisation it most probably imitates (0-1), with the reasons; empty where it resembles none.

    `is_alert` says that the probability reaches the threshold that was asked for.
    """

    name: str
    kind: str
    organisation_id: str
    probability: float
    reasons: tuple[Reason, ...] = ()
    is_alert: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """All that is said about one message: the outcome, the matches, best first, and whom its links imitate.

    `official` are links that stand under an organisation's own domain: a fact about the registry, no praise of the
    message.
    """

    message_id: str
    outcome: Outcome
    matches: tuple[Match, ...] = ()
    lookalikes: tuple[Lookalike, ...] = ()
    official: tuple[Lookalike, ...] = ()
