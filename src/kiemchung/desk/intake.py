"""Takes a message in: it and its job are stored in one transaction, before anything is answered."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction

from kiemchung.checking import about_links
from kiemchung.desk import files, tickets
from kiemchung.desk.errors import RefusedMessageError
from kiemchung.desk.models import Message, MessageKind, MessageState
from kiemchung.engine.text.personal_data import masked
from kiemchung.engine.types import Lookalike
from kiemchung.jobs import clock
from kiemchung.jobs.queue import enqueue

LONGEST = 20_000  # characters: ten pages; a longer one is no message
_TURN_AROUND = frozenset(
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)  # bidirectional overrides and the like
KEPT = timedelta(days=90)  # how long a message waits for an answer, and can be looked up after it
ANSWER_JOB = "desk.answer"


@dataclass(frozen=True)
class Asked:
    """A message that was stored: its ticket goes to the asker and is kept nowhere."""

    message_id: int
    ticket: str
    job_id: int | None  # None: the same delivery was stored before


def ask(text: str, *, channel: str, ref: str, lang: str = "", file: bytes = b"", runs_here: bool = False) -> Asked:
    """Store a message and the job that answers it; the same delivery again gives the same ticket.

    What belongs to a person is masked before it is stored. Whom its links and senders imitate is told from the message
    as it came: an address that poses as a bank's belongs to nobody.

    `ref` is the channel's own id of the delivery, at most 120 characters. With a `file`, at most `files.LARGEST` bytes,
    the text may be empty. `runs_here` says that the caller runs the job itself, at once: no worker is woken. Raises
    `RefusedMessageError` for a text that is empty, too long or no text, and
    `StorageFullError`.
    """
    plain = readable(text) if text.strip() or not file else ""
    code = tickets.code_for(channel, ref)
    stored_as = files.keep(file) if file else ""
    try:
        with transaction.atomic():
            message = Message.objects.create(
                kind=MessageKind.TEXT,
                text=masked(plain).text,
                lookalikes=[stored_lookalike(one) for one in about_links(plain).lookalikes],
                lang=lang,
                channel=channel,
                channel_ref=ref,
                ticket_digest=tickets.digest_of(code),
                expires_at=clock.now() + KEPT,
            )
            if stored_as:
                files.attach(message, stored_as, file)
            job_id = enqueue(ANSWER_JOB, {"message": message.pk}, key=str(message.pk), wakes=not runs_here)
    except BaseException as error:
        if stored_as:
            files.forget(stored_as)
        if not isinstance(error, IntegrityError):
            raise
        known = Message.objects.filter(ticket_digest=tickets.digest_of(code)).first()  # an erased one has no `ref`
        if known is None:
            raise
        return Asked(known.pk, code, None)
    return Asked(message.pk, code, job_id)


def message_for(typed: str) -> Message | None:
    """Return the message of a ticket as somebody typed it; None when there is none, or it was deleted."""
    code = tickets.read_code(typed)
    if not code:
        return None
    found = Message.objects.filter(ticket_digest=tickets.digest_of(code)).exclude(state=MessageState.DELETED)
    return found.select_related("claim", "file").first()


def stored_lookalike(one: Lookalike) -> dict[str, Any]:
    """Return a lookalike as it is stored with a message."""
    return {
        "name": one.name,
        "kind": str(one.kind),
        "organisation": one.organisation_id,
        "probability": one.probability,
        "reasons": [[reason.code, list(reason.values)] for reason in one.reasons],
    }


def readable(text: str) -> str:
    """Return a text as it is stored. Raises `RefusedMessageError` for one that is empty, too long or no text."""
    plain = "".join(sign for sign in text.replace("\r\n", "\n") if sign in "\n\t" or _is_shown(sign)).strip()
    if not any(unicodedata.category(sign)[0] not in "CZM" for sign in plain):
        raise RefusedMessageError(
            "The message is empty. Paste the text or the link that you doubt.",
            "Tin chưa có nội dung. Hãy dán đoạn chữ hoặc đường dẫn mà bạn còn nghi ngờ.",
        )
    if len(plain) > LONGEST:
        raise RefusedMessageError(
            f"The message has {len(plain):,} characters; {LONGEST:,} are taken. Send the part that you doubt.",
            f"Tin dài {len(plain)} ký tự; chỉ nhận tới {LONGEST}. Hãy gửi phần mà bạn còn nghi ngờ.",
        )
    return plain


def _is_shown(sign: str) -> bool:
    """Whether a sign can be stored and shown: no control signs, no halves of surrogate pairs, none that turns around
    what stands beside it."""
    return unicodedata.category(sign) not in ("Cc", "Cs") and sign not in _TURN_AROUND
