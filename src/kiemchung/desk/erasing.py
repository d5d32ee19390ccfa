"""Deletes messages: when their time is over, or when the one who asked wants it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from django.db import connection, transaction

from kiemchung.desk import erased, files, forgetting, grouping, log, record, source_files
from kiemchung.desk.erased import Erasure
from kiemchung.desk.models import Message, MessageFile, MessageState, Shelf
from kiemchung.jobs import clock

_BATCH = 200


def erase(message_id: int) -> None:
    """Delete what a message said, its file, answers and suggestions; its row stays empty, so that it never comes again.

    Its words go from its claims too (`forgetting`). Before its time is over it is noted in `erased`, so that no backup
    brings it back.
    """
    with transaction.atomic():
        record.lock(Shelf.CLAIMS)
        message = Message.objects.select_for_update(of=("self",)).get(pk=message_id)
        said, key = grouping.said_in(message), grouping.key_of(message)
        asked_of = forgetting.claims_with_words_of(message)
        if message.expires_at > clock.now():
            erased.note(Erasure(ticket=message.ticket_digest))
        stored = [
            name
            for names in MessageFile.objects.filter(message=message).values_list("stored_as", "preview_as")
            for name in names
        ]
        MessageFile.objects.filter(message=message).delete()
        for name in stored:
            transaction.on_commit(partial(files.forget, name))
        message.answers.all().delete()
        message.suggestions.all().delete()
        message.text, message.lookalikes, message.lang, message.content_key = "", [], "", ""
        message.channel_ref = f"erased {message.pk}"  # the digest of its ticket tells when it comes again
        message.claim, message.state = None, MessageState.DELETED
        message.save()
        forgetting.forget(asked_of, said, key)


def erase_now(message_id: int) -> None:
    """Delete a message for the one who asked: its words are in no file of the database when this returns."""
    erase(message_id)
    empty_write_ahead_log()


def empty_write_ahead_log() -> None:
    """Let nothing that was erased stand in SQLite's write-ahead log for a while; does nothing in a transaction."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def erase_expired(now: datetime | None = None) -> int:
    """Delete the messages whose time is over; return how many."""
    done = 0
    expired = Message.objects.filter(expires_at__lte=now or clock.now()).exclude(state=MessageState.DELETED)
    while ids := list(expired.order_by("expires_at").values_list("pk", flat=True)[:_BATCH]):
        for message_id in ids:
            erase(message_id)
        done += len(ids)
    return done


def erase_again(erasures: Iterable[Erasure]) -> int:
    """Erase what was erased before, after an older state of the record was put back; return how many were there."""
    done = 0
    for one in erasures:
        if one.entry is not None:
            done += log.erase(one.entry, one.name)
            continue
        if one.file is not None:
            done += source_files.erase([one.file], one.name or "")
            continue
        found = Message.objects.filter(ticket_digest=one.ticket).exclude(state=MessageState.DELETED)
        for message_id in found.values_list("pk", flat=True):
            erase(message_id)
            done += 1
    return done
