"""What a draft would make public of a person, by rule: whoever publishes has to say that it may be published.

A hotline, an office's number or address may stand in a review; no rule tells them from those of a private person.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiemchung.desk.errors import NotReadyError
from kiemchung.desk.models import Draft
from kiemchung.engine.text.personal_data import Kind, personal_passages

# All that a member writes in words and readers see; what sources are called and say is public too.
_PUBLIC = ("claim_reviewed", "title", "summary", "body", "search_described", "correction_reason")


@dataclass(frozen=True, slots=True)
class Disclosed:
    """One find: the field of the draft (or `evidence`), the kind, and the words as they stand there."""

    field: str
    kind: Kind
    text: str


def disclosed(draft: Draft) -> tuple[Disclosed, ...]:
    """Return each find once, field by field. Claim, title and summary may have none: `drafting.missing` says so."""
    said = [(field, getattr(draft, field)) for field in _PUBLIC]
    shown = draft.claim.evidence.filter(is_withheld=False).values_list("title", "quotation")
    said += [("evidence", text) for source in shown for text in source]
    return tuple(
        dict.fromkeys(Disclosed(field, one.kind, one.text) for field, text in said for one in personal_passages(text))
    )


def require_meant(draft: Draft, *, is_meant: bool) -> None:
    """Raise `NotReadyError` where something would be made public and nobody has said that it may be."""
    if not is_meant and (finds := disclosed(draft)):
        raise NotReadyError(
            f"The text has what our rules take for personal data ({len(finds)}). Look at each, and tick that these may "
            "be published; else send the draft back.",
            f"Bài có {len(finds)} chỗ mà quy tắc coi là dữ liệu cá nhân. Hãy xem từng chỗ rồi đánh dấu là được đăng; "
            "nếu không, hãy trả lại bản nháp.",
            missing=("disclosure",),
        )
