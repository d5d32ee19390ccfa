"""Examines a picture, sound or video that was sent: what in it was checked, what it says, what it says about itself."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from kiemchung.checking import about_links, answers_with_reviews
from kiemchung.collection.media import Found, MediaCollection
from kiemchung.collection.searchable import SearchableRecord
from kiemchung.deciding import Seen, together
from kiemchung.decoding import Decoded, DecodeError, Decoder, FileFacts
from kiemchung.engine.claims.index import ClaimIndex
from kiemchung.engine.claims.rank import DEFAULT_LIMIT
from kiemchung.engine.errors import SetupError
from kiemchung.engine.media.added import most_added
from kiemchung.engine.media.index import Described, MediaIndex
from kiemchung.engine.media.reading import message_text
from kiemchung.engine.media.speech import Transcriber, Transcript, open_transcriber
from kiemchung.engine.media.types import Picture, ReadLine
from kiemchung.engine.types import Answer, Message, Outcome, Review
from kiemchung.recognising import describe, open_decoder


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
            with_review = [one for one in found if any(review in there for review in one.reference.reviews)]
            seen = Seen(described, decoded.lines, transcript, with_review, partial(self._added, decoded))
            answer = together(answer, seen, reviews, limit=limit, top=top)
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
