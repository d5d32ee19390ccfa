"""Examines a picture, sound or video that was sent: what in it was checked, what it says, what it says about itself."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import partial
from math import isfinite
from pathlib import Path
from types import TracebackType
from typing import Self

from kiemchung.checking import about_links, answers_with_reviews, numbered
from kiemchung.collection.media import Found, MediaCollection
from kiemchung.collection.searchable import SearchableRecord
from kiemchung.decoding import Decoded, DecodeError, Decoder, FileFacts
from kiemchung.engine.claims.index import ClaimIndex
from kiemchung.engine.claims.rank import DEFAULT_LIMIT
from kiemchung.engine.claims.reasons import speaks_against
from kiemchung.engine.errors import SetupError
from kiemchung.engine.media.added import ADDED, most_added
from kiemchung.engine.media.index import Described, MediaIndex
from kiemchung.engine.media.reading import has_words, message_text
from kiemchung.engine.media.sheet import clock
from kiemchung.engine.media.speech import Transcriber, Transcript, open_transcriber
from kiemchung.engine.media.types import MediaKind, MediaMatch, Picture, ReadLine
from kiemchung.engine.types import Answer, Match, Message, Outcome, Reason, Review
from kiemchung.recognising import describe, open_decoder

# A part says nothing about the rest: so much of the picture, or of the time, that was sent must match before it is
# answered without a person. Set, not fitted: there is no collection of pictures sent by people to measure it on.
MOST_OF_IT = 0.9
MOST_OF_TIME = 0.8
# From here on words are about what a review is about, and may speak against it; below, they are about something else.
_SAME_TOPIC = 0.5


@dataclass(frozen=True, slots=True)
class Examined:
    """All that is said about one file.

    `found` are the collection's references that it shows or plays, likeliest first; `lines` the words read in a picture
    or in some frames of a video (`None`: nothing is installed that reads them), `transcript` what is said in it
    (`None`: no sound, no model, or one that cannot be used: `speech_error` says why and what to do); `answer` and
    `reviews` are as for a message, from references and words together.
    """

    decoded: Decoded
    found: tuple[Found, ...]
    lines: tuple[ReadLine, ...] | None
    transcript: Transcript | None
    answer: Answer
    reviews: Mapping[str, Review]
    speech_error: SetupError | None = None

    @property
    def facts(self) -> FileFacts:
        """What the file says about itself."""
        return self.decoded.facts

    @property
    def text(self) -> str:
        """All words that were read and heard."""
        return words_in(self.lines, self.transcript)


class Examiner:
    """Examines files one after the other; use as a context manager.

    `collection` and `index` are those of the reviews, `None` where there are none: then no words are searched. What is
    needed is opened when the first file comes. `transcriber` says what is said (default: the model in the folder that
    `KIEMCHUNG_SPEECH` names, if it does).
    """

    def __init__(
        self,
        home: Path,
        collection: SearchableRecord | None = None,
        index: ClaimIndex | None = None,
        *,
        transcriber: Transcriber | None = None,
    ) -> None:
        self._home, self._collection, self._claims = home, collection, index
        self._opened = ExitStack()
        self._decoder = self._opened.enter_context(open_decoder(reading=True))
        self._small_decoder: Decoder | None = None
        self._media: tuple[MediaCollection, MediaIndex] | None = None
        self._transcriber = transcriber
        self._speech_error: SetupError | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opened.close()

    def examine(self, path: Path, *, name: str | None = None, limit: float = DEFAULT_LIMIT, top: int = 5) -> Examined:
        """Return what is known about a file; see `check_many` for `limit` and `top`.

        Raises `DecodeError` (the file), `SandboxError` (this machine),
        `CollectionError` and `IndexDamagedError`. Cost: decoding and reading 1-2 s, and a search of the references.
        """
        decoded = self._decoder.decode(path, name=name)
        described = describe(decoded)
        found = self._found(described, top)
        transcript = self._heard(described)
        message = Message(words_in(decoded.lines, transcript))
        answer, reviews = self._answer(message, limit, top)
        if self._collection is not None and self._claims is not None:
            there = self._collection.record.get_many({one for each in found for one in each.reference.reviews})
            reviews = {**reviews, **there}
            with_review = [one for one in found if _first(one, there)]
            seen = _Seen(described, decoded.lines, with_review, partial(self._added, decoded))
            answer = _together(answer, seen, reviews, limit=limit, top=top)
        error = self._speech_error if described.sound is not None else None
        return Examined(decoded, tuple(found), decoded.lines, transcript, answer, reviews, error)

    def _found(self, described: Described, top: int) -> list[Found]:
        if self._media is None:
            if not MediaCollection.is_in(self._home):
                return []
            media = self._opened.enter_context(MediaCollection.open(self._home, read_only=True))
            self._media = media, media.index()
        media, index = self._media
        return media.match(index, described, top=top)

    def _added(self, decoded: Decoded, one: Found) -> float:
        """How far a picture differs from the small copy of the reference; see `most_added`."""
        placed, cannot_tell = one.match.placed, float("inf")
        if self._media is None or placed is None or not isinstance(decoded.media, Picture):
            return cannot_tell
        small = self._media[0].preview(one.reference.id, one.match.reference_at_s)
        if small is None:
            return cannot_tell
        if self._small_decoder is None:  # what is kept is read through the guarded door too, but not for words
            self._small_decoder = self._opened.enter_context(open_decoder())
        try:
            reference = self._small_decoder.decode(small, name=one.reference.name).media
        except DecodeError:  # the copy that is kept is damaged, nothing is wrong with what was sent: a person looks
            return cannot_tell
        return (
            most_added(decoded.media.pixels, reference.pixels, placed)
            if isinstance(reference, Picture)
            else cannot_tell
        )

    def _heard(self, described: Described) -> Transcript | None:
        if described.sound is None:
            return None
        if self._transcriber is None and self._speech_error is None:
            named = os.environ.get("KIEMCHUNG_SPEECH", "")
            try:
                self._transcriber = open_transcriber(Path(named) if named else None)
            except SetupError as error:  # the rest of what is known about the file does not need it
                self._speech_error = error
        return None if self._transcriber is None else self._transcriber.transcribe(described.sound)

    def _answer(self, message: Message, limit: float, top: int) -> tuple[Answer, dict[str, Review]]:
        if not message.text.strip():
            return Answer("", Outcome.NONE), {}
        if self._collection is None or self._claims is None:
            return about_links(message), {}
        ((answer, reviews),) = answers_with_reviews(self._collection, self._claims, [message], limit=limit, top=top)
        return answer, reviews


def words_in(lines: Sequence[ReadLine] | None, transcript: Transcript | None) -> str:
    """Return the message that was read in a picture and what was heard, as one text.

    >>> from kiemchung.engine.media.speech import Spoken
    >>> words_in(None, Transcript((Spoken("uống nước", 0, 1), Spoken("chanh", 1, 2))))
    'uống nước chanh'
    """
    return "\n".join(filter(None, (message_text(lines or ()), transcript.text if transcript else "")))


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was found in a file, likeliest first, each with a review that is there; `added` says how far a picture
    differs from a reference where something was added to it (`most_added`)."""

    file: Described
    lines: tuple[ReadLine, ...] | None
    found: list[Found]
    added: Callable[[Found], float]


def _first(one: Found, reviews: Mapping[str, Review]) -> bool:
    return any(review in reviews for review in one.reference.reviews)


def _together(answer: Answer, seen: _Seen, reviews: Mapping[str, Review], *, limit: float, top: int) -> Answer:
    """Return the answer to the words with the reviews of the references put in by their probability.

    Words and pictures are taken as independent signs: either may be wrong by itself. Words that speak against a review
    count for more than the picture beside them.
    """
    best: dict[str, Found] = {}
    for one in seen.found:
        for review in one.reference.reviews:
            if review in reviews:
                best.setdefault(review, one)
    if not best:
        return answer
    by_words = {match.review_id: match for match in answer.matches}
    ranked = [match for match in answer.matches if match.review_id not in best]
    for review, one in best.items():
        known = by_words.get(review, Match(review, 0, float("-inf"), 0.0))
        probability = 1.0 - (1.0 - known.probability) * (1.0 - one.match.probability)
        if known.probability >= _SAME_TOPIC and any(map(speaks_against, known.reasons)):
            probability = known.probability
        ranked.append(replace(known, probability=probability, reasons=(_reason(one), *known.reasons)))
    ranked.sort(key=lambda match: (-match.probability, match.review_id))
    first = ranked[0]
    by_text = answer.outcome is Outcome.ANSWER and answer.matches[0].review_id == first.review_id
    sight = _Sight.NOT_SURE if first.review_id not in best else _sight(best[first.review_id], seen, limit)
    if sight is _Sight.ADDED and not by_text:
        ranked[0] = replace(first, reasons=(first.reasons[0], Reason("something_added"), *first.reasons[1:]))
    outcome = Outcome.ANSWER if by_text or sight is _Sight.DECIDES else Outcome.SUGGEST
    return replace(answer, outcome=outcome, matches=tuple(numbered(ranked[:top])))


class _Sight(Enum):
    """What is made of a reference that was found: it answers without a person, or does not; or it would, were it not
    that something was added."""

    DECIDES = auto()
    NOT_SURE = auto()
    ADDED = auto()


def _sight(one: Found, seen: _Seen, limit: float) -> _Sight:
    """Return whether what was found answers without a person: the same bytes; or surely, most of what was sent.

    Where there are words they decide: the same picture with other words is another claim. Many captions cannot be read
    by a machine, so a picture must also show nothing at all that the reference does not.
    """
    match = one.match
    if match.method == "file":
        return _Sight.DECIDES
    is_picture = seen.file.kind is MediaKind.PICTURE
    if match.probability < 1.0 - limit or _share(match, seen.file) < (MOST_OF_IT if is_picture else MOST_OF_TIME):
        return _Sight.NOT_SURE
    if not is_picture:  # of a film a few frames were read: others may say anything
        return _Sight.DECIDES if seen.file.kind is MediaKind.SOUND else _Sight.NOT_SURE
    added = seen.added(one)
    if added >= ADDED:
        return _Sight.ADDED if isfinite(added) else _Sight.NOT_SURE
    return _Sight.DECIDES if seen.lines is not None and not has_words(seen.lines) else _Sight.NOT_SURE


def _share(match: MediaMatch, file: Described) -> float:
    """Return how much of what was sent the match covers, 0-1."""
    if match.start_s is not None and match.end_s is not None and file.seconds:
        return min(1.0, (match.end_s - match.start_s) / file.seconds)
    if match.query_region is None or not file.pictures:
        return 0.0
    whole = file.pictures[0].width * file.pictures[0].height
    return match.query_region.w * match.query_region.h / whole


def _reason(one: Found) -> Reason:
    match = one.match
    if match.method == "file":
        return Reason("same_file", (one.reference.name,))
    if match.start_s is None or match.end_s is None:
        return Reason("same_picture", (one.reference.name,))
    code = "same_sound" if match.method == "sound" else "same_video"
    return Reason(code, (one.reference.name, f"{clock(match.start_s)}-{clock(match.end_s)}"))
