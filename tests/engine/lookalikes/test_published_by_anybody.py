"""Where anybody publishes, the domain reassures nobody, and the account is judged as a handle is."""

from __future__ import annotations

import pytest

from kiemchung.checking import about_links
from kiemchung.engine.lookalikes.addresses import parse_address
from kiemchung.engine.lookalikes.index import LookalikeIndex
from kiemchung.engine.lookalikes.organisations import known_organisations
from kiemchung.engine.lookalikes.publishing import account_in
from kiemchung.engine.types import Organisation

OTHERS = (
    Organisation("youtube", "YouTube", domains=("youtube.com",)),
    Organisation("instagram", "Instagram", domains=("instagram.com",)),
    Organisation("x", "Twitter", domains=("x.com",)),
    Organisation("github", "GitHub", domains=("github.com", "github.io")),
    Organisation("trang", "Trang Cá Nhân", domains=("trangcanhan.github.io",)),
)
INDEX = LookalikeIndex([*known_organisations(), *OTHERS])


@pytest.mark.parametrize(
    "link",
    [
        "https://sites.google.com/view/nhan-qua",
        "https://docs.google.com/forms/d/e/1FAIpQL/viewform",
        "https://drive.google.com/file/d/1a/view",
        "https://www.google.com/url?q=https://evil.top",
        "https://facebook.com/ai.do",
        "https://m.facebook.com/groups/123",
        "facebook.com/profile.php?id=100064",
        "https://t.me/ai_do",
        "https://zalo.me/0912345678",
        "https://youtube.com/@ai-do",
        "https://www.tiktok.com/@ai.do",
        "https://instagram.com/ai.do",
        "https://x.com/aido",
        "https://aido.github.io",
        "https://aido.github.io/qua",
        "https://facebook.com/Vietcombank-ho-tro-1234",
    ],
)
def test_a_page_of_somebody_is_not_called_official(link: str) -> None:
    assert not {reason.code for reason in INDEX.score(link).reasons} & {"official", "affiliated"}
    assert about_links(f"xem {link} nhé").official == ()


@pytest.mark.parametrize(
    "link", ["facebook.com", "https://www.facebook.com/", "https://t.me", "zalo.me", "https://google.com/search?q=a"]
)
def test_the_domain_itself_stays_official(link: str) -> None:
    assert [reason.code for reason in INDEX.score(link).reasons] == ["official"]


def test_an_official_domain_below_a_private_suffix_is_official_and_its_neighbours_are_not() -> None:
    found = INDEX.score_many(["trangcanhan.github.io", "trangcanhan.github.io/a", "khac.github.io"])
    assert [[reason.code for reason in one.reasons] for one in found] == [["official"], ["official"], []]


@pytest.mark.parametrize(
    "link",
    [
        "https://facebook.com/Vietcombank-ho-tro-1234",
        "https://sites.google.com/view/vietcombank-ho-tro",
        "https://t.me/vietcombank_cskh",
        "https://www.tiktok.com/@vietcombank.hotro",
        "https://www.facebook.com/people/Vietcombank-CSKH/61550000000000/",
    ],
)
def test_an_account_that_poses_as_a_desk_warns(link: str) -> None:
    found = INDEX.score(link)
    assert (found.is_alert, found.organisation_id) == (True, "vietcombank")
    assert found.reasons[0].code == "name_in_path"
    assert INDEX.score_many([link], explain=False)[0].is_alert


@pytest.mark.parametrize(
    "link",
    [
        "https://x.com/BIDV",
        "https://www.facebook.com/vietcombank",
        "https://www.facebook.com/hoighetvietcombank",
        "https://www.facebook.com/evnhanoi",
        "https://www.facebook.com/FPTShop",
        "https://www.youtube.com/@VTV24",
        "https://www.facebook.com/thongtinchinhphu",
        "https://x.com/AppleSupport",
        "https://facebook.com/vnexpress/posts/vietcombank-canh-bao-lua-dao",
        "https://www.youtube.com/watch?v=vietcombank-hotro",
        "https://docs.google.com/forms/d/vietcombank/edit",
    ],
)
def test_an_account_that_only_names_an_organisation_does_not(link: str) -> None:
    assert not INDEX.score(link).is_alert


@pytest.mark.parametrize(
    ("link", "account"),
    [
        ("https://facebook.com/Ten-Trang-100064123456789", "ten-trang"),
        ("https://facebook.com/groups/nhom-mua-ban/posts/1", "nhom-mua-ban"),
        ("https://sites.google.com/view/ten", "ten"),
        ("https://vi.example/ten", ""),
        ("https://facebook.com/", ""),
    ],
)
def test_the_account_is_what_the_path_names(link: str, account: str) -> None:
    assert account_in(parse_address(link)) == account
