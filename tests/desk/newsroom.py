"""What a desk does all day, in one call each, for tests that begin after it."""

from __future__ import annotations

from datetime import date
from itertools import count

from kiemchung.desk import claims, drafting, intake, publishing, record
from kiemchung.desk.models import Claim, Member, Message, ReviewVersion, Selection, Shelf
from kiemchung.engine.types import MappedRating, Rating, Review
from kiemchung.jobs.worker import Worker

_refs = count(1)
TAMARIND = "Ăn me chua trước khi ngủ giúp cao thêm 2 cm"


def work() -> int:
    """Let a worker do all that is due."""
    return Worker().run(once=True)


def ask(text: str, ref: str = "") -> Message:
    """Ask and let a worker answer."""
    asked = intake.ask(text, channel="test", ref=ref or f"message-{next(_refs)}")
    work()
    return Message.objects.get(pk=asked.message_id)


def know(*reviews: tuple[str, str]) -> None:
    """Put reviews of other publishers into the record: id and claim."""
    record.put(
        Shelf.REVIEWS,
        [
            Review(
                id=ref,
                claim=claim,
                rating=Rating("Sai", MappedRating.FALSE, "words"),
                url=f"https://kiem.example/{ref}",
                publisher="Báo Kiểm",
                date="2026-01-02",
                lang="vi",
            )
            for ref, claim in reviews
        ],
    )


def wording(rating: str = "false", **changed: str) -> drafting.Wording:
    """A complete review."""
    said = {
        "claim_reviewed": TAMARIND,
        "title": "Ăn me không làm cao thêm",
        "summary": "Chưa có nghiên cứu nào cho thấy me chua làm người ta cao lên.",
        "body": "Chiều cao do di truyền, dinh dưỡng và giấc ngủ quyết định. Hai bác sĩ đã xem các nghiên cứu.",
        "search_described": "Tìm trong PubMed với từ khóa tamarind height, không có kết quả.",
    }
    return drafting.Wording(rating=rating, **{**said, **changed})


def hand_in(claim: Claim, writer: Member, said: drafting.Wording | None = None, reason: str = "") -> int:
    """Select, collect two sources, write and hand in; return the revision."""
    if claim.state == "open":
        claims.select(claim.pk, Selection.REQUESTS, actor=writer)
    for title, is_primary in (("Viện Dinh dưỡng", True), ("Báo Sức khỏe", False)):
        source = drafting.Source(
            title, f"https://nguon.example/{title[:3]}", is_primary=is_primary, accessed_on=date(2026, 3, 1)
        )
        drafting.add_evidence(claim.pk, source, actor=writer)
    revision = drafting.draft_of(claim).revision
    draft = drafting.save(claim.pk, said or wording(), actor=writer, revision=revision, correction_reason=reason)
    drafting.submit(claim.pk, actor=writer, revision=draft.revision)
    return draft.revision


def publish(claim: Claim, writer: Member, editor: Member, said: drafting.Wording | None = None) -> ReviewVersion:
    """Hand in, publish, and let everybody be told."""
    version = publishing.publish(claim.pk, actor=editor, revision=hand_in(claim, writer, said))
    work()
    return version


def correct(claim: Claim, writer: Member, editor: Member, said: drafting.Wording, reason: str) -> ReviewVersion:
    """Publish a correction, and let everybody be told."""
    claim.refresh_from_db()
    version = publishing.publish(claim.pk, actor=editor, revision=hand_in(claim, writer, said, reason))
    work()
    return version
