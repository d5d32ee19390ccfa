"""What the desk holds: classes of data, how many, how old, until when; for whoever has to answer for a breach (R29)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps
from django.db.models import Max, Min

from kiemchung.collection.home import default_home
from kiemchung.desk import erased
from kiemchung.jobs.report import age_of

_DAY_S = 86_400


@dataclass(frozen=True)
class Held:
    """One class of data. Ages are in days, None where there is nothing or no time is kept with it."""

    name: str
    count: int
    oldest_days: float | None
    newest_days: float | None
    until: str  # when it goes


@dataclass(frozen=True)
class _Class:
    model: str
    time: str | None
    until: str


# Each table of ours is named here (tests/desk/test_minimisation.py); those that only join others say where they belong.
_UNTIL_90_DAYS, _WITH_MESSAGE, _WITH_MESSAGE_OR_KEPT, _WITH_CLAIM, _FOR_EVER, _LEAVES = (
    "90_days",
    "message",
    "message_or_kept",
    "claim",
    "for_ever",
    "switched_off",
)
CLASSES = {
    "messages": _Class("desk.Message", "received_at", _UNTIL_90_DAYS),
    "files_of_messages": _Class("desk.MessageFile", "message__received_at", _WITH_MESSAGE),
    "answers": _Class("desk.Answer", "answered_at", _WITH_MESSAGE),
    "suggestions": _Class("desk.Suggestion", "message__received_at", _WITH_MESSAGE),
    "claims": _Class("desk.Claim", "opened_at", _WITH_MESSAGE_OR_KEPT),
    "resemblances_of_claims": _Class("desk.ClaimResemblance", None, _WITH_CLAIM),
    "deeds_of_members": _Class("desk.ClaimEvent", "happened_at", _WITH_CLAIM),
    "notes_of_members": _Class("desk.Note", "written_at", _WITH_CLAIM),
    "sources": _Class("desk.Evidence", "added_at", _FOR_EVER),
    "files_of_sources": _Class("desk.SourceFile", "stored_at", _FOR_EVER),
    "drafts": _Class("desk.Draft", "changed_at", _FOR_EVER),
    "reviews": _Class("desk.Review", "first_published_at", _FOR_EVER),
    "versions_of_reviews": _Class("desk.ReviewVersion", "published_at", _FOR_EVER),
    "pages": _Class("desk.Page", "published_at", _FOR_EVER),
    "requests_of_readers": _Class("desk.ReviewRequest", "received_at", "decided"),
    "changes_of_other_publishers": _Class("desk.ForeignChange", "seen_at", _FOR_EVER),
    "withdrawals_of_other_publishers": _Class("desk.WithdrawnAddress", "seen_at", _FOR_EVER),
    "searchable_record": _Class("desk.Shelved", None, _FOR_EVER),
    "entries_of_public_log": _Class("desk.LogEntry", "at", _FOR_EVER),
    "sealed_parts_of_public_log": _Class("desk.LogSalt", "entry__at", "erased"),
    "members": _Class("desk.Member", "joined_at", _LEAVES),
    "acts_on_members": _Class("desk.MemberAct", "happened_at", _FOR_EVER),
    "second_factors": _Class("mfa.Authenticator", "created_at", _LEAVES),
    "mail_addresses_of_members": _Class("account.EmailAddress", None, _LEAVES),
    "sessions": _Class("sessions.Session", None, "12_hours"),
    "jobs": _Class("jobs.Job", "enqueued_at", "done"),
}


def held() -> Iterator[Held]:
    """Yield every class of data with its count and ages; nothing but the database and the home folder is asked."""
    for name, one in CLASSES.items():
        rows = apps.get_model(one.model).objects.all()
        if one.model == "desk.Message":
            rows = rows.exclude(text="", state="deleted")
        if one.model == "desk.ReviewRequest":
            rows = rows.filter(erased_at=None)
        ages = rows.aggregate(oldest=Min(one.time), newest=Max(one.time)) if one.time else {}
        days = {key: None if at is None else round(age_of(at) / _DAY_S, 1) for key, at in ages.items()}
        yield Held(name, rows.count(), days.get("oldest"), days.get("newest"), one.until)
    emptied = apps.get_model("desk.Message").objects.filter(text="", state="deleted")
    yield Held("emptied_messages", emptied.count(), None, None, _FOR_EVER)
    ended = apps.get_model("desk.ReviewRequest").objects.exclude(erased_at=None)
    yield Held("emptied_requests", ended.count(), None, None, _FOR_EVER)
    yield Held("notes_of_erasure", sum(1 for _ in erased.noted(default_home() / erased.NAME)), None, None, _FOR_EVER)
    sources = {*apps.get_model("desk.SourceFile").objects.values_list("stored_as", flat=True)}
    of_sources = [path.name in sources for path in _files(default_home())]
    yield Held("stored_files_of_messages", of_sources.count(False), None, None, _WITH_MESSAGE)
    yield Held("stored_files_of_sources", of_sources.count(True), None, None, _FOR_EVER)


def _files(home: Path) -> Iterator[Path]:
    return (path for path in (home / "files").rglob("*") if path.is_file())
