"""F31: however a text is written it is one claim and does no harm where it is shown; domains show what they are."""

from __future__ import annotations

import time
import unicodedata

import pytest
from django.test import Client

from kiemchung.desk import intake
from kiemchung.desk.errors import RefusedMessageError
from kiemchung.desk.models import Message
from tests.desk.conftest import Desk
from tests.desk.newsroom import ask, know

CLAIM = "Uống nước chanh nóng mỗi sáng chữa khỏi ung thư"
FORGED = "vietcоmbank.com.vn"  # with a Cyrillic о
TURNED = "\u202e\u2066\u202a"
CORPUS = {
    "composed": unicodedata.normalize("NFC", CLAIM),
    "decomposed": unicodedata.normalize("NFD", CLAIM),
    "both in one": unicodedata.normalize("NFD", CLAIM[:20]) + CLAIM[20:],
    "Telex slips": "uoongs nước chanh nongs mỗi sáng chữa khoir ung thuw",
    "without marks": "uong nuoc chanh nong moi sang chua khoi ung thu",
    "zero-width signs": "\u200b".join(CLAIM.split(" ")[:1]) + " \u200d" + " \ufeff".join(CLAIM.split(" ")[1:]),
    "zero-width signs in words": CLAIM.replace("chanh", "ch\u200banh").replace("ung", "u\u200cng"),
    "turned around": f"{TURNED}{CLAIM}\u202c",
    "letters of other scripts": CLAIM.replace("o", "о").replace("a", "а").replace("c", "с"),  # Cyrillic
    "full width": "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in CLAIM),
}


@pytest.mark.parametrize("how", CORPUS)
def test_f31_however_it_is_written_it_gets_the_same_review(desk: Desk, how: str) -> None:
    know(("a", CLAIM), ("b", "Cắm sạc điện thoại qua đêm làm hỏng pin"))
    message = ask(CORPUS[how])
    assert [one.review_ref for one in message.answers.all()] == ["a"]


@pytest.mark.parametrize("how", CORPUS)
def test_f31_however_it_is_written_it_counts_for_the_same_open_claim(desk: Desk, how: str) -> None:
    first, second = ask(CLAIM), ask(CORPUS[how])
    assert first.claim is not None
    assert second.claim == first.claim


def test_f31_what_turns_text_around_is_not_kept(desk: Desk) -> None:
    message = ask(f"{TURNED}{CLAIM} \u202egpj.exe")
    assert not set(message.text) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    with pytest.raises(RefusedMessageError):
        intake.readable(TURNED)


def test_f31_a_forged_domain_is_shown_as_what_it_is(desk: Desk) -> None:
    asked = intake.ask(f"Đăng nhập ngay https://{FORGED}/nhan-qua", channel="web", ref="r" * 24)
    page = Client(headers={"accept-language": "vi"}).get(f"/tra-cuu/{asked.ticket}").content.decode()
    assert FORGED.encode("idna").decode() in page
    assert "Vietcombank" in page
    assert f'href="https://{FORGED}' not in page


def test_f31_64_kb_without_a_blank_are_refused_in_time_and_the_longest_that_is_taken_is_answered(desk: Desk) -> None:
    begun = time.monotonic()
    with pytest.raises(RefusedMessageError):
        intake.ask("ă" * 65_536, channel="web", ref="long")
    for sign in ("ă", "a", "ạ\u0301", "漢"):
        text = (sign * intake.LONGEST)[: intake.LONGEST]
        message = ask(text)
        assert message.state == "open"
        page = Client().get("/kiem-chung", {"q": text[:900]})
        assert page.status_code == 200
    assert time.monotonic() - begun < 60
    assert Message.objects.count() == 4
