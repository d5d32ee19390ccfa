"""A day at the desk in a real browser: open, collect, write, hand in, publish; with and without scripts, by keys."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from kiemchung.desk import claims, grouping
from kiemchung.desk.models import Claim, ClaimState, Member, Message, MessageState, ReviewVersion
from kiemchung.jobs import clock
from tests.browser.browsing import DESKTOP, PHONE, Reader
from tests.browser.conftest import Browse
from tests.web.cast import Cast, signed_in
from tests.web.walking import path_of

_numbers = count(1)


@pytest.fixture
def claim(people: Cast) -> Claim:
    """A claim that two have asked about, unlike all others."""
    number = next(_numbers)
    text = f"Chuyện lạ thứ {number}: con cá {number} vây biết leo cây dừa"
    made = Claim.objects.create(statement=text, lang="vi", content_key=grouping.content_key(text))
    for time in range(2):
        Message.objects.create(
            text=text,
            channel="browser",
            channel_ref=f"{number}-{time}",
            ticket_digest=f"browser-{number}-{time}",
            state=MessageState.OPEN,
            claim=made,
            expires_at=clock.now() + timedelta(days=90),
        )
    return made


def enter(reader: Reader, member: Member) -> None:
    """Take a seat at the desk."""
    session = signed_in(member).cookies["session"].value
    reader.page.context.add_cookies([{"name": "session", "value": session, "url": reader.address}])


def add_source(page: Page, title: str, *, is_primary: bool) -> None:
    page.get_by_label("What it is").fill(title)
    page.get_by_label("Address", exact=True).fill(f"https://vien.example/{len(title)}")
    if is_primary:
        page.get_by_label("Primary source").check()
    page.get_by_role("button", name="Add it").click()


@pytest.mark.parametrize(
    ("has_scripts", "size"), [(True, DESKTOP), (False, PHONE)], ids=["scripts", "no scripts, phone"]
)
def test_from_the_queue_to_the_published_review(
    browse: Browse, people: Cast, claim: Claim, has_scripts: bool, size: tuple[int, int]
) -> None:
    writer = browse(language="en", size=size, has_scripts=has_scripts)
    enter(writer, people.checker)
    page = writer.open("/desk/?order=newest")
    page.get_by_role("listitem").filter(has_text=claim.statement).get_by_role("button", name="Open it").click()
    page.get_by_label("Many people ask").check()
    page.get_by_role("button", name="Choose it").click()
    page.get_by_role("link", name="Sources", exact=True).click()
    add_source(page, "Viện Hải dương học", is_primary=True)
    add_source(page, "Báo Biển", is_primary=False)
    writer.look()
    page.get_by_role("link", name="Review", exact=True).click()
    page.get_by_label("Title").fill("Cá không biết leo cây")
    page.get_by_label("False", exact=True).check()
    page.get_by_label("Summary").fill("Không loài cá nào leo được cây dừa.")
    page.get_by_label("Text", exact=True).fill("Đã hỏi hai nhà sinh vật học.\n\nCả hai đều cười.")
    if has_scripts:
        expect(page.locator("#preview")).to_contain_text("Cả hai đều cười.")
        page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#preview h3")).to_have_text("Cá không biết leo cây")
    expect(page.get_by_label("Title")).to_have_value("Cá không biết leo cây")
    writer.look()
    page.get_by_role("button", name="Save and hand in").click()
    expect(page.get_by_text("Handed in. Somebody else reads it now")).to_be_visible()

    editor = browse(language="en", size=size, has_scripts=has_scripts)
    enter(editor, people.editor)
    page = editor.open(f"/desk/claims/{claim.pk}/publish")
    editor.look()
    page.locator("form[action$='/publish']").get_by_role("button").click()
    expect(page.get_by_text("Everybody who asked is being told")).to_be_visible()
    assert ReviewVersion.objects.get(review__claim=claim).published_by == people.editor


def test_chatter_is_put_aside_and_brought_back_by_keyboard(browse: Browse, people: Cast, claim: Claim) -> None:
    reader = browse(language="en")
    enter(reader, people.checker)
    page = reader.open("/desk/?order=newest")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.get_by_label(f"Tick claim {claim.pk}")).to_be_checked()
    page.get_by_role("button", name="Put the ticked ones aside").click()
    claim.refresh_from_db()
    assert claim.state == ClaimState.DISMISSED
    page.get_by_role("button", name="Undo").click()
    claim.refresh_from_db()
    assert claim.state == ClaimState.OPEN


def test_the_keys_are_listed_and_can_be_switched_off(browse: Browse, people: Cast, claim: Claim) -> None:
    reader = browse(language="en")
    enter(reader, people.checker)
    page = reader.open("/desk/?order=newest")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "words"
    page.keyboard.type("jx?o")
    expect(page.get_by_label("Search the claims")).to_have_value("jx?o")
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(page.get_by_text("next, previous claim")).to_be_visible()
    reader.look()
    page.get_by_label("Single keys work on this device").uncheck()
    page.reload()
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.tagName") == "BODY"


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_every_box_to_tick_or_choose_is_24_pixels_wide_and_high(
    browse: Browse, people: Cast, claim: Claim, size: tuple[int, int]
) -> None:
    claims.hold(claim.pk, actor=people.checker, take_over=True)
    reader = browse(language="en", size=size)
    enter(reader, people.checker)
    named: set[str] = set()
    for path in ("/desk/?order=newest", f"/desk/claims/{claim.pk}/sources", f"/desk/claims/{claim.pk}/draft"):
        page = reader.open(path)
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        boxes = page.locator("input[type=checkbox], input[type=radio]")
        for box in boxes.all():
            measured = box.bounding_box()
            assert measured is not None
            name = str(box.get_attribute("name") or box.get_attribute("id"))
            assert min(measured["width"], measured["height"]) >= 24, (path, name, measured)
            named.add(name)
    assert named >= {"is_primary", "is_file_public", "rating", "claim"}
    assert named - {"is_primary", "is_file_public", "rating", "claim"}, "the switch for single keys too"


def test_two_who_write_at_once_lose_nothing(browse: Browse, people: Cast, claim: Claim) -> None:
    windows = []
    for member in (people.checker, people.editor):
        claims.hold(claim.pk, actor=member, take_over=True)
        reader = browse(language="en")
        enter(reader, member)
        page = reader.open(f"/desk/claims/{claim.pk}/draft")
        page.get_by_label("Title").fill(f"Tiêu đề của {member.username}")
        windows.append(reader)
    windows[1].page.get_by_role("button", name="Save", exact=True).click()
    expect(windows[1].page.get_by_text("Saved.")).to_be_visible()
    page = windows[0].page
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_label("Title")).to_have_value(f"Tiêu đề của {people.checker.username}")
    expect(page.locator("del").first).to_be_visible()
    windows[0].look()
    page.get_by_role("button", name="Take over and save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    claim.refresh_from_db()
    assert claim.draft.title == f"Tiêu đề của {people.checker.username}"


@pytest.mark.parametrize("has_scripts", [True, False], ids=["scripts", "no scripts"])
def test_r27_a_picture_is_blurred_until_it_is_wanted(browse: Browse, people: Cast, has_scripts: bool) -> None:
    reader = browse(language="en", has_scripts=has_scripts)
    enter(reader, people.checker)
    asked: list[str] = []
    reader.page.on("request", lambda request: asked.append(request.url))
    page = reader.open(path_of("claim"))
    expect(page.get_by_alt_text("Blurred: picture")).to_be_visible()
    sharp = page.locator(".veil img")
    expect(sharp).to_be_hidden()
    # Without scripts the browser fetches at once what it shows later: so that nobody can be followed by what is loaded.
    assert has_scripts != any(path_of("sharp_preview") in address for address in asked)
    page.get_by_text("Show it sharp").click()
    expect(sharp).to_be_visible()
    expect(sharp).to_have_js_property("complete", True)
    reader.look()


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_nothing_covers_a_control_of_a_draft_that_was_not_taken_however_far_the_page_is_scrolled(
    browse: Browse, people: Cast, claim: Claim, size: tuple[int, int]
) -> None:
    claims.hold(claim.pk, actor=people.checker, take_over=True)
    reader = browse(language="en", size=size)
    enter(reader, people.checker)
    page = reader.open(f"/desk/claims/{claim.pk}/draft")
    with page.expect_response(lambda answer: answer.request.method == "POST") as answered:
        page.locator("button[name=submit]").click()
    assert answered.value.status == 422
    # What stays in the window covers something else with every step.
    for place in range(0, int(page.evaluate("document.documentElement.scrollHeight")), size[1] // 8):
        page.evaluate("place => window.scrollTo(0, place)", place)
        reader.look()
