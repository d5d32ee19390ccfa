"""Puts a message that nobody has answered to the open claim that it is about, or opens a new one."""

from __future__ import annotations

import hashlib
import re

from django.db.models import Q

from kiemchung.desk import record
from kiemchung.desk.matching import indexes
from kiemchung.desk.models import Claim, ClaimResemblance, ClaimState, Message, MessageFile, Shelf
from kiemchung.engine import types
from kiemchung.engine.claims.reasons import opposed
from kiemchung.engine.text.normalise import fold, normalise
from kiemchung.engine.types import Outcome

_LONGEST_STATEMENT = 400
_MOST_RESEMBLANCES = 3
# Shown to a member, who decides. At .1 instead of the .51 of what readers are shown, .434 of the pairs that belong
# together are seen instead of .190, and .77 of the lines are right instead of .96 (docs/measured/grouping.md).
_SHOWN_BESIDE = 0.1


def claim_of(message: Message) -> Claim:
    """Return the open claim of a message, made when there is none; joins the caller's transaction.

    One message at a time is grouped, on all machines together: two people who send the same words at once count for one
    claim.
    """
    record.lock(Shelf.CLAIMS)
    text = said_in(message)
    if not text:
        return _claim_of_file(message.file)
    same = _claim_of_words(content_key(text))
    if same is not None:
        return same
    index = indexes().claims_index()
    (found,) = index.search_many([types.Message(text)], top=_MOST_RESEMBLANCES, explain=False)
    known = {claim.pk: claim for claim in Claim.objects.filter(pk__in=[int(one.review_id) for one in found.matches])}
    if found.outcome is Outcome.ANSWER:
        best = known.get(int(found.matches[0].review_id))
        # Questions have no yes or no: "… chữa được không" and "… không chữa được" are opposed by what they ask about.
        if best is not None and best.state == ClaimState.OPEN and not opposed(text, best.statement):
            return best
    claim = open_claim(text, message.lang)
    ClaimResemblance.objects.bulk_create(
        ClaimResemblance(claim=claim, other=known[int(one.review_id)], probability=one.probability)
        for one in found.matches
        if int(one.review_id) in known and one.probability >= _SHOWN_BESIDE
    )
    return claim


def claim_of_unexamined(message: Message) -> Claim:
    """Return the open claim of the same words or file, made when there is none, without a look at any other.

    The caller has locked the claims. Nothing is grouped under a claim made here but the same words: what makes the
    engine fail is kept out of the index that every other message is compared with.
    """
    text = said_in(message)
    if not text:
        return _claim_of_file(message.file)
    key = content_key(text)
    same = _claim_of_words(key)
    return same or Claim.objects.create(statement=statement_of(text), lang=message.lang, content_key=key)


def _claim_of_words(key: str) -> Claim | None:
    return Claim.objects.filter(state=ClaimState.OPEN, content_key=key).first() or _declined(key)


def _declined(key: str) -> Claim | None:
    """Return the claim that was declined, of the same words: who asks again reads the reason."""
    declined = Claim.objects.filter(state=ClaimState.DECLINED)
    return declined.filter(Q(content_key=key) | Q(messages__content_key=key)).order_by("-pk").first()


def _claim_of_file(file: MessageFile) -> Claim:
    """A file without words counts for the claim of the same bytes, which has no statement until a person writes one."""
    same = Claim.objects.filter(state=ClaimState.OPEN, content_key=file.sha256).first()
    return same or Claim.objects.create(statement="", lang="vi", content_key=file.sha256)


def open_claim(text: str, lang: str) -> Claim:
    """Store a new open claim, in the caller's transaction."""
    claim = Claim.objects.create(statement=statement_of(text), lang=lang, content_key=content_key(text))
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


def unshelve(claim: Claim) -> None:
    """Let no further message be grouped under a claim."""
    record.remove(Shelf.CLAIMS, [str(claim.pk)])


def said_in(message: Message) -> str:
    """Return what a message says, with the words in its file."""
    file = getattr(message, "file", None)
    return "\n".join(filter(None, (message.text, file.words if file else "")))


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
