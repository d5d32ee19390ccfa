"""A site with one of everything, so that each route has an object to be asked for."""

from __future__ import annotations

import numpy as np

from kiemchung.desk import drafting, files, intake, previews, requests
from kiemchung.desk.models import Message, MessageFile, MessageKind, PageKind, RequestKind
from kiemchung.engine.media.types import Picture
from tests.decoding.drawing import screenshot
from tests.desk.conftest import write_pages
from tests.desk.newsroom import TAMARIND, ask, know, publish, work
from tests.web.cast import Cast

Parts = dict[str, dict[str, object]]
CLAIM = "Uống nước chanh nóng chữa khỏi ung thư"
OF_A_CLAIM = (
    *("claim", "open_claim", "close_claim", "note", "restate", "select", "decline", "dismiss", "merge", "keep_apart"),
    *("split", "answer_with_review", "sources", "draft", "preview", "take_back", "withdraw", "publish", "send_back"),
)


def with_a_picture(message: Message) -> MessageFile:
    """Let a message have come with a picture, as if it had been examined."""
    pixels = np.asarray(screenshot(TAMARIND).convert("RGB"))
    preview = previews.kept(previews.made_of(Picture(pixels, pixels.shape[1], pixels.shape[0])))
    file = files.attach(message, files.keep(b"the file itself"), b"the file itself")
    file.words, file.preview_as, file.preview_sha256 = TAMARIND, preview.name, preview.sha256
    file.save()
    Message.objects.filter(pk=message.pk).update(kind=MessageKind.PICTURE)
    return file


def stock(people: Cast) -> Parts:
    """Ask, answer, publish and dispute; return what stands in the addresses of the routes that need something."""
    write_pages(people.administrator, list(PageKind))
    know(("a", CLAIM))
    asked = intake.ask(CLAIM, channel="web", ref="m" * 24)
    work()
    answered = Message.objects.get(pk=asked.message_id)
    about_tamarind = ask(TAMARIND)
    claim = about_tamarind.claim
    assert claim is not None
    with_a_picture(about_tamarind)
    given = drafting.Source("Bảng số liệu", file=b"Khong co khac biet.", is_file_public=True)
    attached = drafting.add_evidence(claim.pk, given, actor=people.checker)
    version = publish(claim, people.checker, people.editor)
    slug = version.review.slug
    disputed = requests.request_review(
        version.review, RequestKind.CORRECTION, "Nguồn này nói khác hẳn.", source_url="", ref="r" * 24
    )
    ticket: dict[str, object] = {"code": asked.ticket}
    at_the_claim: dict[str, object] = {"claim_id": claim.pk}
    source = claim.evidence.exclude(pk=attached.pk)[0]
    return {
        **dict.fromkeys(OF_A_CLAIM, at_the_claim),
        "remove_source": {**at_the_claim, "source_id": source.pk},
        "source_file": {**at_the_claim, "source_id": attached.pk},
        "take_file_back": {**at_the_claim, "sha256": attached.file.sha256 if attached.file else ""},
        "review_bundle": {"slug": slug},
        "review_file": {"slug": slug, "sha256": attached.file.sha256 if attached.file else ""},
        "review_request": {"request_id": disputed.request.pk},
        "statistics_file": {"table": "days"},
        "desk_page": {"kind": "method", "lang": "vi"},
        "desk_page_version": {"kind": "method", "lang": "vi", "number": 1},
        "blurred_preview": {"message_id": about_tamarind.pk},
        "sharp_preview": {"message_id": about_tamarind.pk},
        "ticket": ticket,
        "judge_answer": {**ticket, "answer_id": answered.answers.get().pk},
        "delete_ticket": ticket,
        "review": {"slug": slug},
        "card": {"slug": slug},
        "embed": {"slug": slug},
        "review_version": {"slug": slug, "number": 1},
        "ask_for_correction": {"slug": slug},
        "request": {"code": disputed.ticket},
        "about": {"kind": "method"},
        "about_version": {"kind": "method", "number": 1},
        "change_member": {"member_id": people.checker.pk},
        "mfa_remove_webauthn": {"pk": 4711},
    }
