"""A domain that only looks like an official one is another: it warns, and nothing calls it official."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kiemchung.checking import about_links
from kiemchung.engine.lookalikes.index import LookalikeIndex
from kiemchung.engine.lookalikes.normalise import opened
from kiemchung.engine.lookalikes.organisations import known_organisations, read_organisations
from kiemchung.engine.types import Organisation
from tests.engine.lookalikes.homographs import domains, homographs, punycode, same, written
from tests.engine.lookalikes.registry import index

_DATA = Path(os.environ.get("KIEMCHUNG_DATA", "/nowhere")) / "lookalike" / "organisations.jsonl"
REGISTRIES = (
    "built in",
    pytest.param("benchmark", marks=pytest.mark.skipif(not _DATA.exists(), reason="KIEMCHUNG_DATA has no registry")),
)


@pytest.fixture
def protected(request: pytest.FixtureRequest) -> LookalikeIndex:
    if request.param == "built in":
        return LookalikeIndex(known_organisations())
    return LookalikeIndex(read_organisations([_DATA.read_bytes()]))


@pytest.mark.parametrize("protected", REGISTRIES, indirect=True)
def test_every_homograph_of_every_official_domain_warns_and_none_is_official(protected: LookalikeIndex) -> None:
    hosts = [host for domain in domains(protected.organisations) for host in homographs(domain)]
    names = [name for host in hosts for name in written(host)]
    assert len(names) > 1000
    for found in protected.score_many(names):
        codes = {reason.code for reason in found.reasons}
        assert found.is_alert, found
        assert found.probability >= 0.9, found
        assert "other_letter" in codes, found
        assert not codes & {"official", "affiliated"}, found


@pytest.mark.parametrize("protected", REGISTRIES, indirect=True)
def test_every_way_to_write_an_official_domain_stays_official(protected: LookalikeIndex) -> None:
    names = [name for domain in domains(protected.organisations) for name in same(domain)]
    wrong = [one.name for one in protected.score_many(names, kind="url") if one.is_alert or one.probability]
    assert wrong == []


@pytest.mark.parametrize(
    "name",
    [
        "vietcọmbank.com.vn",
        "xn--vietcombnk-lj3e.com.vn",
        "ｘn--vietcombnk-lj3e.com.vn",
        "vіеtсоmbаnk.com.vn",
        "νietcombank.com.vn",
        "login.vietcọmbank.com.vn",
        "https://vietcombank.com.vn@vietcọmbank.com.vn/vietcombank",
        "vietcọmbank.com.vn:8443",
        "VIETCỌMBANK。COM。VN",
        "аррle.com",
        "shopẹe.vn",
        "mömo.vn",
        "https://zаlo.me/abc",
        "npç.com.vn",
    ],
)
def test_a_letter_that_only_looks_the_same_makes_another_domain(name: str) -> None:
    found = LookalikeIndex(known_organisations()).score(name)
    assert found.is_alert
    assert found.probability >= 0.9
    assert found.reasons[0].code == "other_letter"


def test_a_homograph_under_an_organisations_own_top_level_domain_is_not_its_own() -> None:
    assert index().score("giaohang.kazuro").reasons[0].code == "official"
    found = index().score("giaohang.kazurọ", kind="host")
    assert (found.is_alert, found.organisation_id) == (True, "kazuro")


@pytest.mark.parametrize(
    "name", ["lógin.gotmart.vn", "ẠẸ.gotmart.vn", "https://gotmart.vn/khuyến-mãi", "got\u200bmart.vn"]
)
def test_what_stands_below_an_official_domain_may_have_any_letters(name: str) -> None:
    assert index().score(name).reasons[0].code == "official"


def test_an_official_domain_with_marks_is_official_in_every_form_and_its_look_alikes_are_not() -> None:
    rows = '{"id": "x", "name": "Chợ Đẹp", "domains": ["xn--chp-wqa4709afha.vn", "chợquê.vn"]}'.encode()
    organisations = read_organisations([rows])
    for domains_given in (organisations[0].domains, tuple(map(punycode, organisations[0].domains))):
        ours = LookalikeIndex([Organisation("x", "Chợ Đẹp", domains=domains_given)])
        for name in ("chợquê.vn", punycode("chợquê.vn"), "CHỢQUÊ.VN", "cho\u031b\u0323quê.vn", "www.chợquê.vn."):
            assert [reason.code for reason in ours.score(name, kind="host").reasons] == ["official"], name
        for name in ("choquê.vn", punycode("chọquê.vn"), "chợquе.vn"):
            assert ours.score(name, kind="host").is_alert, name


@pytest.mark.parametrize("label", ["xn--gotmart-", "xn--a-ecp.ru", "xn--9", "xn--" + "a" * 80])
def test_punycode_that_no_browser_decodes_stays_as_it_is(label: str) -> None:
    assert opened(label) == label


def test_check_warns_of_a_homograph_and_does_not_reassure() -> None:
    found = about_links("vào https://vietcombạnk.com.vn/ hoặc vietcombank.com.vn")
    assert [one.name for one in found.lookalikes] == ["https://vietcombạnk.com.vn/"]
    assert [one.name for one in found.official] == ["vietcombank.com.vn"]
