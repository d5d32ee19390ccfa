"""Addresses as a browser opens them, not as a hurried reader reads them, and the letters in them by name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiemchung.engine.lookalikes.addresses import kind_of, parse_address
from kiemchung.engine.lookalikes.index import LookalikeIndex
from kiemchung.engine.lookalikes.organisations import known_organisations
from kiemchung.engine.lookalikes.reasons import lookalike_sentence
from tests.engine.lookalikes.registry import index


@pytest.mark.parametrize(
    "link", [r"https://evil.top\@gotmart.vn/", "https://evil.top/@gotmart.vn/", r"evil.top/\@gotmart.vn"]
)
def test_an_official_domain_after_slash_and_at_deceives(link: str) -> None:
    assert parse_address(link).host == "evil.top"
    found = index().score(link)
    assert (found.is_alert, found.organisation_id) == (True, "gotmart")
    assert found.reasons[0].code == "name_after_at"
    assert found.reasons[0].values == ("gotmart.vn", "evil.top")


@pytest.mark.parametrize(
    "link", ["https://www.tiktok.com/@gotmart.vn", "https://example.org/@gotmart", "https://x.com/@gotmart.vn"]
)
def test_an_account_after_slash_and_at_deceives_nobody(link: str) -> None:
    assert not index().score(link).is_alert


@pytest.mark.parametrize("host", ["shab.com.vn.kxdesign.top", "https://shbe.com.vn.nhahang.com/dang-nhap"])
def test_a_slip_in_four_letters_deceives_with_the_official_suffix_before_anothers_domain(host: str) -> None:
    found = index().score(host)
    assert (found.is_alert, found.organisation_id) == (True, "sonhabank")
    assert found.reasons[0].code == "misspelt"
    assert "official_domain_in_front" not in {reason.code for reason in found.reasons}


@pytest.mark.parametrize(
    "host", ["shab.com.vn", "shab.vn.kxdesign.top", "www.shab.kxdesign.top", "shab.com.kxdesign.vn"]
)
def test_a_slip_in_four_letters_is_nothing_without_that_suffix(host: str) -> None:
    assert not index().score(host).is_alert


@given(
    st.from_regex(r"[a-z0-9_-]{1,8}(\.[a-z0-9_-]{1,8}){0,4}\.(com|vn|com\.vn|github\.io|top|xn--p1ai)", fullmatch=True)
)
def test_a_plain_host_has_the_parts_that_a_link_to_it_has(host: str) -> None:
    assert parse_address(host) == parse_address(f"https://{host}/")


def test_an_escaped_backslash_is_part_of_the_user_name_as_in_a_browser() -> None:
    assert parse_address("https://evil.top%5C@gotmart.vn/").host == "gotmart.vn"


@pytest.mark.parametrize(
    "name", ["gotmart.vn:99999", "https://gotmart.vn:65536/", "gotmart..vn", "https://www..gotmart.vn/"]
)
def test_what_no_browser_opens_is_nobodys_official_address(name: str) -> None:
    found = index().score(name)
    assert (found.is_alert, [reason.code for reason in found.reasons]) == (False, ["opens_nothing"])
    assert index().score("gotmart.vn:65535").reasons[0].code == "official"


@pytest.mark.parametrize("name", ["..gotmart..top", "gotmart...top", ".gotmart.top."])
def test_empty_labels_are_passed_over(name: str) -> None:
    found = index().score(name)
    assert found.is_alert
    assert all(".." not in value for reason in found.reasons for value in reason.values)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("[::1]", "host"),
        ("[::1]:443", "url"),
        ("[2001:db8::1]/login", "url"),
        ("[Hỗ trợ] Gotmart", "display_name"),
        ("gotmart\x07-vip.top", "host"),
        ("https://got\tmart-vip.top", "url"),
        ("\x1b[1mgotmart.top", "display_name"),
    ],
)
def test_the_kind_is_told_without_what_nobody_sees(name: str, kind: str) -> None:
    assert kind_of(name).value == kind


@pytest.mark.parametrize("name", ["gotmart-{}giftcode.top", "CSKH Got{}mart", "{}gotmart-vip.top"])
@pytest.mark.parametrize("control", ["\x07", "\x00", "\u200b", "\u202e"])
def test_characters_that_nobody_sees_neither_lower_the_score_nor_go_unsaid(name: str, control: str) -> None:
    plain, hidden = index().score_many([name.format(""), name.format(control)])
    assert hidden.kind == plain.kind
    assert hidden.probability >= plain.probability
    assert "hidden_characters" in [reason.code for reason in hidden.reasons]


@pytest.mark.parametrize(
    ("name", "vietnamese", "english"),
    [
        ("gọtmart.top", "chữ “ọ” không phải là “o”", "the letter “ọ” is not “o”"),
        ("gоtmart-vip.top", "chữ “о” (chữ Kirin) không phải là “o”", "the letter “о” (Cyrillic) is not “o”"),
        ("CSKH Gοtmart", "chữ “ο” (chữ Hy Lạp) không phải là “o”", "the letter “ο” (Greek) is not “o”"),
        ("xn--gotmrt-sta.top", "chữ “á” không phải là “a”", "the letter “á” is not “a”"),
    ],
)
def test_the_letter_that_is_another_is_named_with_its_script(name: str, vietnamese: str, english: str) -> None:
    reasons = index().score(name).reasons
    assert vietnamese in [lookalike_sentence(reason, "vi") for reason in reasons]
    assert english in [lookalike_sentence(reason, "en") for reason in reasons]
    assert "marks_changed" not in [reason.code for reason in reasons]


def test_marks_in_a_vietnamese_name_are_not_called_other_letters() -> None:
    found = index().score("Chăm sóc khách hàng Gоtmart")  # one letter is Cyrillic
    assert [reason.values[0] for reason in found.reasons if reason.code == "other_letter"] == ["о"]


@pytest.mark.parametrize(
    "name", ["evnhcmc-tiendien.cc", "evnspc-hoadon.top", "evnhanoi-cskh.online", "EVNCPC thông báo cắt điện"]
)
def test_the_power_companies_of_the_regions_are_protected(name: str) -> None:
    found = LookalikeIndex(known_organisations()).score(name)
    assert (found.is_alert, found.organisation_id) == (True, "evn")
