"""What holds on every page of the desk: text stays text, looking changes nothing, and each route knows its verbs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from kiemchung.desk import claims, drafting, publishing, requests
from kiemchung.desk.models import (
    Claim,
    ClaimResemblance,
    Member,
    Message,
    Page,
    RequestKind,
    RequestOutcome,
    ReviewRequest,
    Selection,
    Suggestion,
)
from kiemchung.web.staff.urls import _around, _claim, _queue, _review
from tests.desk.conftest import Desk
from tests.desk.newsroom import TAMARIND, ask, know
from tests.web.staff.conftest import Browser
from tests.web.staff.pages import Elements, elements_of, text_of, typed

CORPUS = (
    "\"'><xss-probe onxss=1>",
    "</textarea></title></script><xss-probe>",
    '" onxss="1" autofocus onfocus="x',
    "' onxss='1",
    "<img src=x onerror=alert(1)><svg/onload=alert(1)>",
    "<a href=javascript:alert(1)>x</a><!--<xss-probe>",
    "{{ 7000000|add:98765 }}{% csrf_token %}${7*7}",
    "&lt;xss-probe&gt;&#60;xss-probe&#62;\u2028\u202e",
)


@dataclass
class World:
    """A desk with everything in it, all of it named by the same text."""

    published: Claim
    handed_in: Claim
    open: Claim
    decided: ReviewRequest
    waiting: ReviewRequest
    batch: str

    def addresses(self) -> Iterator[str]:
        """Every page of the desk that is read."""
        for pile in ("open", "handed_in", "published", "answered", "declined", "dismissed"):
            yield f"/desk/?pile={pile}&order=newest"
        yield f"/desk/?undo={self.batch}"
        for claim in (self.published, self.handed_in, self.open):
            yield from (f"/desk/claims/{claim.pk}{step}" for step in ("", "/sources", "/draft", "/publish"))
        yield from ("/desk/requests", "/desk/requests?show=decided")
        yield from (f"/desk/requests/{one.pk}" for one in (self.decided, self.waiting))
        yield from ("/desk/statistics", "/desk/statistics?days=90")
        yield from ("/desk/statistics/days.csv", "/desk/statistics/claims.csv")
        yield from ("/desk/pages", "/desk/pages/about/vi", "/desk/pages/about/en", "/desk/pages/about/vi/2")


def world(desk: Desk, text: str) -> World:
    """Make it."""
    shown = f"Chuyện {text}"
    long = f"{text} " + "Chúng tôi đã xem lại tất cả các nguồn mà bạn nêu trong yêu cầu này, và xin trả lời."
    Member.objects.update(shown_name=text[:100])
    made = []
    for topic in (TAMARIND, "Cầu Long Biên sẽ bị dỡ bỏ", "Bão số năm đổ vào Đà Nẵng", "chào cả nhà", "Gạo nhiễm chì"):
        message = ask(topic)
        assert message.claim is not None
        Message.objects.filter(pk=message.pk).update(text=f"{topic} {text}")
        claim = message.claim
        claim.statement = f"{topic} {text}"
        claim.save()
        made.append(claim)
    published, handed_in, open_one, chatter, declined = made
    for claim in (published, handed_in):
        _write(claim, desk, text, "")
        publishing.publish(claim.pk, actor=desk.an, revision=drafting.draft_of(claim).revision)
        claim.refresh_from_db()
    _write(handed_in, desk, f"{text} khác", f"Vì {text}")
    know(("kiem-1", shown))
    Suggestion.objects.create(message=open_one.messages.all()[0], review_ref="kiem-1", rank=1, probability=0.5)
    lookalike = {"name": text, "kind": "host", "organisation": text, "probability": 1.0, "reasons": []}
    Message.objects.filter(claim=open_one).update(lookalikes=[lookalike])
    claims.note(open_one.pk, shown, actor=desk.minh)
    claims.restate(open_one.pk, shown, actor=desk.minh)
    drafting.add_evidence(open_one.pk, drafting.Source(text, quotation=text, withheld_because=text), actor=desk.minh)
    claims.hold(open_one.pk, actor=desk.ha)
    claims.decline(declined.pk, "opinion", actor=desk.linh)  # type: ignore[arg-type]
    ClaimResemblance.objects.create(claim=open_one, other=Claim.objects.exclude(pk=open_one.pk)[0], probability=0.5)
    asked = [
        requests.request_review(
            published.review, RequestKind.DISPUTE, shown, source_url="https://x.example/" + text, ref=ref
        )
        for ref in ("a", "b")
    ]
    requests.decide(asked[0].request.pk, RequestOutcome.UPHELD, long, actor=desk.binh)
    for number in (2, 3):
        Page.objects.create(kind="about", lang="vi", number=number, text=long, written_by=desk.ha)
    batch = claims.dismiss([chatter.pk], actor=desk.linh)
    return World(published, handed_in, open_one, asked[0].request, asked[1].request, batch)


def _write(claim: Claim, desk: Desk, text: str, reason: str) -> None:
    if not reason:
        claims.select(claim.pk, Selection.HARM, actor=desk.linh)
        for title, is_primary in ((text, True), (f"{text} hai", False)):
            source = drafting.Source(
                title,
                f"https://x.example/{is_primary}",
                f"https://luu.example/?{is_primary}=%22",
                text,
                is_primary=is_primary,
            )
            drafting.add_evidence(claim.pk, source, actor=desk.linh)
    said = drafting.Wording(
        claim_reviewed=f"{text} nhận định",
        title=f"{text} tiêu đề",
        rating="false",
        summary=text,
        body=f"{text}\n\n{text}",
        appearance="https://x.example/?a=1&b=2",
        speaker="officeholder",
        said_in_office=text,
        office=text,
        search_described=text,
    )
    revision = drafting.draft_of(claim).revision
    draft = drafting.save(claim.pk, said, actor=desk.linh, revision=revision, correction_reason=reason)
    drafting.submit(claim.pk, actor=desk.linh, revision=draft.revision)


def _is_ours(page: str, text: str) -> list[str]:
    """Return what the page has that no template wrote."""
    wrong = []
    for tag, attributes in Elements(page).found:
        if tag in ("xss-probe", "img", "iframe", "style") or "style" in attributes:
            wrong.append(tag)
        wrong += [f"{tag} {name}" for name in attributes if name.startswith("on") or name == "autofocus"]
        if tag == "script" and not str(attributes.get("src", "")).startswith("/static/"):
            wrong.append("script")
        address = str(attributes.get("href") or attributes.get("src") or attributes.get("action") or "")
        if address and not address.startswith(("/", "?", "#", "https://", "http://")):
            wrong.append(address)
    if (
        "{{ 7000000" in text
        and "7098765" in Elements(page).text
        and "{{ 7000000|add:98765 }}" not in Elements(page).text
    ):
        wrong.append("template")
    return wrong


@pytest.mark.parametrize("text", [" ".join(CORPUS[at::3]) for at in range(3)], ids=["one", "two", "three"])
def test_v1_2_1_text_from_every_field_stays_text_on_every_page(text: str, desk: Desk, at: Browser) -> None:
    made = world(desk, text)
    seen = 0
    for member in (desk.ha, desk.binh):
        browser = at(member)
        for address in made.addresses():
            if member != desk.ha and "/pages" in address:
                continue
            page = browser.get(address)
            assert page.status_code == 200, address
            content = page.content.decode("utf-8-sig")
            if "html" in page["Content-Type"]:
                assert _is_ours(content, text) == [], address
                seen += text.split()[0][:4] in Elements(content).text
        found = browser.get("/desk/", {"words": text, "pile": text, "undo": text})
        assert _is_ours(found.content.decode(), text) == []
    assert seen > 20
    preview = at(desk.ha).post(
        f"/desk/claims/{made.open.pk}/draft/preview",
        {name: value if name in ("rating", "lang", "revision", "speaker") else text for name, value in typed(1).items()}
        | {"appearance": "https://x.example/"},
        headers={"hx-request": "true"},
    )
    assert preview.status_code == 200
    assert _is_ours(preview.content.decode(), text) == []


def test_v3_5_3_looking_changes_nothing(desk: Desk, at: Browser) -> None:
    made = world(desk, "bình thường")
    browsers = [at(member) for member in (desk.ha, desk.linh)]
    before = _digest()
    for browser in browsers:
        for address in made.addresses():
            assert browser.get(address).status_code in (200, 403)
            assert browser.head(address).status_code in (200, 403)
    assert _digest() == before


def _digest() -> str:
    """Return a digest of all rows but the sessions', which say when a member was last there."""
    found = hashlib.sha256()
    for model in apps.get_models(include_auto_created=True):
        if model is not Session:
            with connection.cursor() as cursor:
                cursor.execute(f'SELECT * FROM "{model._meta.db_table}" ORDER BY 1')  # noqa: S608 - our own names
                found.update(repr(cursor.fetchall()).encode())
    return found.hexdigest()


READ_ONLY = {
    "source_file",
    "desk",
    "claim",
    "review_requests",
    "desk_statistics",
    "statistics_file",
    "desk_pages",
    "desk_page_version",
}
BOTH = {"sources", "draft", "publish", "review_request", "desk_page"}
ROUTES = {str(route.name): str(route.pattern) for route in (*_queue, *_claim, *_review, *_around)}
_VALUES = {
    "<int:claim_id>": "1",
    "<int:source_id>": "1",
    "<slug:sha256>": "0f",
    "<int:request_id>": "1",
    "<slug:table>": "days",
    "<slug:kind>": "about",
    "<slug:lang>": "vi",
    "<int:number>": "1",
}


def _address(name: str) -> str:
    address = ROUTES[name]
    for hole, value in _VALUES.items():
        address = address.replace(hole, value)
    return f"/desk/{address}"


def test_each_route_knows_its_verbs(desk: Desk, at: Browser, claim: Claim) -> None:
    browser = at(desk.ha)
    for name in sorted(ROUTES):
        read, written = browser.get(_address(name)).status_code, browser.post(_address(name)).status_code
        assert (read == 405) == (name not in READ_ONLY | BOTH), name
        assert (written == 405) == (name in READ_ONLY), name
        assert browser.put(_address(name)).status_code == 405
        assert browser.delete(_address(name)).status_code == 405
        assert max(read, written) < 500, name


def test_v3_5_1_a_form_from_elsewhere_is_refused(desk: Desk, at: Browser, claim: Claim) -> None:
    browser = at(desk.ha, enforce_csrf_checks=True)  # type: ignore[call-arg]
    before = _digest()
    for name in sorted(set(ROUTES) - READ_ONLY):
        data = {"claim": claim.pk, "text": "x", "reason": "harm", "statement": "x"}
        assert browser.post(_address(name), data).status_code == 403, name
    assert _digest() == before


def test_nobody_gets_in_without_signing_in(desk: Desk, claim: Claim) -> None:
    stranger = Client()
    for name in sorted(ROUTES):
        for answer in (stranger.get(_address(name)), stranger.post(_address(name))):
            assert answer.status_code in (302, 401), name
            assert TAMARIND not in answer.content.decode()


def test_a_member_who_was_switched_off_reads_nothing(desk: Desk, at: Browser, claim: Claim) -> None:
    browser = at(desk.linh)
    Member.objects.filter(pk=desk.linh.pk).update(is_active=False)
    assert browser.get("/desk/").status_code in (302, 403)
    assert browser.post(f"/desk/claims/{claim.pk}/note", {"text": "x"}).status_code in (401, 403)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_page_speaks_one_language(lang: str, desk: Desk, at: Browser) -> None:
    made = world(desk, "thường")
    browser = at(desk.ha)
    browser.post("/language", {"language": lang})
    other = {"vi": ("Nothing", "Versions", "Sources", "Queue"), "en": ("Hàng chờ", "phiên bản", "Nguồn:", "Chưa ai")}[
        lang
    ]
    for address in made.addresses():
        page = browser.get(address)
        assert page["Content-Language"] == lang
        if "html" in page["Content-Type"]:
            shown = text_of(page)
            assert not [word for word in other if word in shown], address


def test_every_field_has_a_label(desk: Desk, at: Browser) -> None:
    made = world(desk, "thường")
    browser = at(desk.ha)
    for address in made.addresses():
        page = browser.get(address)
        if "html" not in page["Content-Type"]:
            continue
        labelled = {one.get("for") for one in elements_of(page, "label")}
        for tag in ("input", "textarea", "select"):
            for field in elements_of(page, tag):
                is_named = field.get("aria-label") or field.get("id") in labelled
                is_inside = tag == "input" and field.get("type") == "radio" and field.get("name") == "reason"
                assert field.get("type") == "hidden" or is_named or is_inside, (address, field)
