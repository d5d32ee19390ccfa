"""R6: of a withheld source everybody sees that it exists, its kind and the reason, and no byte of what it says."""

from __future__ import annotations

import logging
from urllib.parse import quote

import pytest
from django.test import Client

from kiemchung.desk import drafting, publishing
from tests.desk.conftest import Desk
from tests.desk.newsroom import TAMARIND, ask, hand_in, wording, work
from tests.web.cast import join, signed_in

CANARY = "kanarienquelle"
SOURCE = drafting.Source(
    f"Y tá {CANARY}", f"https://{CANARY}.example/a", f"https://{CANARY}.example/b", f"Lời {CANARY}", True
)


def test_r6_a_reader_sees_no_byte_of_it_in_pages_feeds_api_search_dump_or_logs(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    message = ask(TAMARIND)
    claim = message.claim
    assert claim is not None
    withheld = drafting.Source(**{**SOURCE.__dict__, "withheld_because": "Bảo vệ người cung cấp tin"})
    drafting.add_evidence(claim.pk, withheld, actor=desk.linh)
    revision = hand_in(claim, desk.linh, wording())
    version = publishing.publish(claim.pk, actor=desk.an, revision=revision)
    work()
    slug = version.review.slug
    paths = [
        *("/", "/kiem-chung", f"/kiem-chung/{slug}", f"/kiem-chung/{slug}/ban/1", f"/kiem-chung?q={quote(TAMARIND)}"),
        *(f"/v1alpha1/claims:search?query={quote(TAMARIND)}", "/openapi.json", *_machine_paths()),
    ]
    reader = Client()
    said = {path: _read(reader, path, lang) for path in paths for lang in ("vi", "en")}
    assert "Bảo vệ người cung cấp tin" in said[f"/kiem-chung/{slug}"]
    asked = reader.post("/api/check", {"text": TAMARIND}, content_type="application/json").content.decode()
    assert [path for path, text in {**said, "/api/check": asked}.items() if CANARY in text.lower()] == []
    searched = (
        _read(reader, f"/kiem-chung?q={CANARY}", "vi"),
        _read(reader, f"/v1alpha1/claims:search?query={CANARY}", "vi"),
    )
    assert [text for text in searched if f"{CANARY}.example" in text or f"Y tá {CANARY}" in text or slug in text] == []
    assert reader.get(f"/desk/claims/{claim.pk}/sources").status_code == 302
    assert CANARY not in caplog.text.replace(f"={CANARY}", "")
    caplog.clear()
    assert f"Lời {CANARY}" in _read(signed_in(join("mai", "checker")), f"/desk/claims/{claim.pk}/sources", "vi")
    assert CANARY not in caplog.text


def _machine_paths() -> list[str]:
    from django.urls import reverse

    names = ("reviews_atom", "reviews_json", "corrections_atom", "corrections_json", "data_feed", "dump", "log_entries")
    return [reverse(name) for name in (*names, "log_heads", "sitemap")]


def _read(client: Client, path: str, lang: str) -> str:
    response = client.get(path, headers={"accept-language": lang})
    assert response.status_code == 200, path
    content = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    return content.decode()
