"""Puts a message that nobody has answered to the open claim that it is about, or opens a new one.

Who asks does not wait for it: it is a job of its own, except where the same words are known (decision 0038).
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from django.db.models import BigIntegerField, Exists, OuterRef
from django.db.models.functions import Cast

from kiemchung.desk import record
from kiemchung.desk.matching import indexes
from kiemchung.desk.models import Claim, ClaimResemblance, ClaimState, Message, MessageState, Shelf, Shelved
from kiemchung.engine import types
from kiemchung.engine.claims.candidates import LEAST_SIZE
from kiemchung.engine.claims.reasons import opposed
from kiemchung.engine.text.normalise import fold, normalise
from kiemchung.engine.types import Outcome
from kiemchung.jobs.models import UNFINISHED, Job
from kiemchung.jobs.queue import enqueue

GROUP_JOB = "desk.group"
_LONGEST_STATEMENT = 400
_MOST_RESEMBLANCES = 3
# Shown to a member, who decides. At .1 instead of the .51 of what readers are shown, .434 of the pairs that belong
# together are seen instead of .190, and .80 of the lines are right instead of .96 (docs/measured/grouping.md). Among a
# few claims every word is rare, and strangers look alike: there what readers would be shown is shown.
_SHOWN_BESIDE = 0.1


@dataclass(frozen=True)
class Alike:
    """Which open claims are like a text, best first, as of a change of their shelf and its mark."""

    found: types.Answer
    change: int
    mark: int


def alike(text: str) -> Alike:
    """Look for the open claims that are like a text."""
    index = indexes().claims_index()
    (found,) = index.search_many([types.Message(text)], top=_MOST_RESEMBLANCES, explain=False)
    return Alike(found, index.change, index.mark)


def ask_to_group(message: Message) -> None:
    """Ask, in the caller's transaction, that an open message be put to its claim."""
    enqueue(GROUP_JOB, {"message": message.pk}, key=str(message.pk), queue="answers")


def being_grouped() -> int:
    """Return how many questions are not put to a claim yet, so that the desk does not see them; none that was deleted
    or answered since. Cost: one query, by the index of unfinished jobs."""
    is_waiting = Message.objects.filter(
        pk=Cast(OuterRef("key"), BigIntegerField()), state=MessageState.OPEN, claim=None
    )
    return Job.objects.filter(Exists(is_waiting), UNFINISHED, kind=GROUP_JOB).count()


def published_meanwhile(before: Alike | None, text: str) -> Claim | None:
    """Return the claim that a text was found to be about `before` its review was published; the caller has locked the
    claims. Its askers get the review, and so does this one."""
    if before is None or before.found.outcome is not Outcome.ANSWER:
        return None
    best = Claim.objects.filter(pk=int(before.found.matches[0].review_id), state=ClaimState.PUBLISHED).first()
    return None if best is None or opposed(text, best.statement) else best


def is_known(key: str, message_id: int) -> bool:
    """Whether any other message, or any claim, has these words or this file. Cost: two queries by an index each."""
    others = Message.objects.filter(content_key=key).exclude(content_key="").exclude(pk=message_id)
    return others.exists() or Claim.objects.filter(content_key=key).exclude(content_key="").exists()


def claim_of(message: Message, before: Alike | None = None) -> Claim:
    """Return the open claim of a message, made when there is none; joins the transaction of the caller, who has locked
    the claims.

    So one message at a time is grouped, on all machines together: two people who send the same words at once count for
    one claim. What was found `before` is taken while no claim has changed since.
    """
    text, key = said_in(message), key_of(message)
    same = claim_of_the_same(key)
    if same is not None or not text:
        return same or open_claim(message)
    index = indexes().claims_index()
    is_new = before is not None and (before.change, before.mark) == (index.change, index.mark)
    found = before.found if before is not None and is_new else alike(text).found
    known = {claim.pk: claim for claim in Claim.objects.filter(pk__in=[int(one.review_id) for one in found.matches])}
    if found.outcome is Outcome.ANSWER:
        best = known.get(int(found.matches[0].review_id))
        # Questions have no yes or no: "… chữa được không" and "… không chữa được" are opposed by what they ask about.
        if best is not None and best.state == ClaimState.OPEN and not opposed(text, best.statement):
            return best

    def is_shown(probability: float) -> bool:
        is_large = len(index) > LEAST_SIZE
        return probability >= _SHOWN_BESIDE if is_large else index.outcome(probability) is not Outcome.NONE

    claim = open_claim(message)
    ClaimResemblance.objects.bulk_create(
        ClaimResemblance(claim=claim, other=known[int(one.review_id)], probability=one.probability)
        for one in found.matches
        if int(one.review_id) in known and is_shown(one.probability)
    )
    return claim


def claim_of_unexamined(message: Message) -> Claim:
    """Return the open claim of the same words or file, made when there is none, without a look at any other.

    The caller has locked the claims. Nothing is grouped under a claim made here but the same words: what makes the
    engine fail is kept out of the index that every other message is compared with.
    """
    text, key = said_in(message), key_of(message)
    same = claim_of_the_same(key)
    lang = message.lang if text else "vi"
    return same or Claim.objects.create(statement=statement_of(text), lang=lang, content_key=key)


def claim_of_the_same(key: str) -> Claim | None:
    """Return the open claim that the same words or bytes count for, which after a merge is another than they began.

    The caller has locked the claims. Else the one that was declined: who asks again reads the reason. Two queries by
    an index each, as all processes wait for the lock.
    """
    own = Claim.objects.filter(state=ClaimState.OPEN, content_key=key).first()
    if own is not None:
        return own
    sent = Message.objects.filter(content_key=key).exclude(content_key="")  # in the words of the index
    claims = Claim.objects.filter(pk__in=sent.values("claim"), state__in=(ClaimState.OPEN, ClaimState.DECLINED))
    newest = sorted(claims, key=lambda claim: (claim.state == ClaimState.OPEN, claim.pk))
    return newest[-1] if newest else None


def open_claim(message: Message) -> Claim:
    """Store a new open claim of a message, in the caller's transaction; that of a file without words has no statement
    until a person writes one."""
    text = said_in(message)
    lang = message.lang if text else "vi"
    claim = Claim.objects.create(statement=statement_of(text), lang=lang, content_key=key_of(message))
    shelve(claim, text)
    return claim


def shelve(claim: Claim, text: str = "") -> None:
    """Let messages be grouped under an open claim, by its statement and the words of its first message.

    Nothing is grouped by words under a file without any: its claim has no statement.
    """
    if not claim.statement:
        return
    review = types.Review(id=str(claim.pk), claim=claim.statement, body=text if text != claim.statement else "")
    record.put(Shelf.CLAIMS, [review])


def shelve_again(claim: Claim, text: str = "") -> None:
    """Let messages be grouped under a claim that is open once more; under none that was kept off the shelf, as what the
    engine fails on is in no index (`claim_of_unexamined`)."""
    if Shelved.objects.filter(shelf=Shelf.CLAIMS, ref=str(claim.pk)).exists():
        shelve(claim, text)


def unshelve(claim: Claim) -> None:
    """Let no further message be grouped under a claim. One that was never on the shelf leaves no row there."""
    if Shelved.objects.filter(shelf=Shelf.CLAIMS, ref=str(claim.pk), is_removed=False).exists():
        record.remove(Shelf.CLAIMS, [str(claim.pk)])


def go_on_with(claim: Claim, published: str) -> None:
    """Give a claim that opens again beside one of the same words those that were published of it: later messages count
    for the other one, and it keeps none of a message which it may not be found by."""
    claim.statement, claim.content_key = statement_of(published), f"withdrawn {claim.pk}"
    claim.save(update_fields=("statement", "content_key"))


def said_in(message: Message) -> str:
    """Return what a message says, with the words in its file."""
    file = getattr(message, "file", None)
    return "\n".join(filter(None, (message.text, file.words if file else "")))


def key_of(message: Message) -> str:
    """Return what is equal for messages of the same words, or, where there are none, of the same bytes."""
    said, file = said_in(message), getattr(message, "file", None)
    return content_key(said) if said or file is None else str(file.sha256)


def statement_of(text: str) -> str:
    """Return the first words of a message as the statement of its claim, until a person writes a better one.

    >>> statement_of("Nghe nói  ăn me chua\\n giúp cao thêm")
    'Nghe nói ăn me chua giúp cao thêm'
    """
    plain = re.sub(r"\s+", " ", text).strip()
    if len(plain) <= _LONGEST_STATEMENT:
        return plain
    return plain[:_LONGEST_STATEMENT].rsplit(" ", 1)[0] + " …"


def content_key(text: str) -> str:
    """Return a key that is equal for messages of the same words, whatever their marks, capitals and blanks."""
    words = " ".join(re.findall(r"\w+", fold(normalise(text))))
    return hashlib.sha256((words or text).encode()).hexdigest()
