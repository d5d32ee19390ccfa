"""R13: a claim has the address where it was seen, or is a message that is passed on; who is named spoke in office."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import get_resolver, reverse

from kiemchung.desk import drafting, publishing
from kiemchung.desk.collecting import collect
from kiemchung.desk.errors import NotReadyError
from kiemchung.desk.models import Claim, ReviewVersion
from kiemchung.sources import read_source
from kiemchung.web.public.markup import claim_review
from tests.desk.conftest import Desk
from tests.desk.newsroom import TAMARIND, ask, publish, wording
from tests.desk.test_minimisation import rows

NAME, OFFICE = "Kanarien Thị Hoa", "Bộ trưởng Bộ Y tế"


def claim_of(desk: Desk) -> Claim:
    claim = ask(TAMARIND).claim
    assert claim is not None
    return claim


def markup(desk: Desk, **said: str) -> dict[str, object]:
    version = publish(claim_of(desk), desk.linh, desk.an, wording(**said))
    return dict(claim_review(version)["itemReviewed"])


def test_r13_a_message_that_is_passed_on_names_nobody(desk: Desk) -> None:
    assert set(markup(desk)) == {"@type", "name"}
    page = Client().get(reverse("reviews")).content.decode()
    assert "author" not in json.dumps(markup_of_page(page))


def markup_of_page(page: str) -> object:
    return [part.partition("</script>")[0] for part in page.split('<script type="application/ld+json">')[1:]]


def test_r13_the_address_where_it_was_seen_is_its_appearance(desk: Desk) -> None:
    found = markup(desk, appearance="https://vi.example/bai")
    assert found["appearance"] == [{"@type": "CreativeWork", "url": "https://vi.example/bai"}]
    assert "author" not in found


def test_r13_a_public_body_is_an_organisation_and_an_officeholder_has_the_office(desk: Desk) -> None:
    body = markup(desk, speaker="public_body", said_in_office="Sở Y tế")
    assert body["author"] == {"@type": "Organization", "name": "Sở Y tế"}


def test_r13_an_officeholder_is_named_with_the_office(desk: Desk) -> None:
    person = markup(desk, speaker="officeholder", said_in_office=NAME, office=OFFICE)
    assert person["author"] == {"@type": "Person", "name": NAME, "jobTitle": OFFICE}


@pytest.mark.parametrize(
    "said",
    [
        {"said_in_office": NAME},
        {"speaker": "public_body"},
        {"speaker": "officeholder", "said_in_office": NAME},
        {"speaker": "officeholder", "office": OFFICE},
        {"speaker": "public_body", "said_in_office": "Sở Y tế", "office": OFFICE},
        {"office": OFFICE},
        {"speaker": "blogger", "said_in_office": NAME},
    ],
)
def test_r13_whoever_is_named_otherwise_cannot_be_handed_in(desk: Desk, said: dict[str, str]) -> None:
    claim = claim_of(desk)
    draft = drafting.save(claim.pk, wording(**said), actor=desk.linh, revision=0)
    assert "speaker" in drafting.missing(draft)


@pytest.mark.parametrize(
    "name", ["@hoa.tran", "https://mang.example/hoa", "www.mang.example", "hoa@thu.example", "hoatran.vn"]
)
def test_r13_no_account_and_no_address_is_anybody(desk: Desk, name: str) -> None:
    claim = claim_of(desk)
    with pytest.raises(NotReadyError):
        drafting.save(claim.pk, wording(speaker="public_body", said_in_office=name), actor=desk.linh, revision=0)


def test_r13_the_database_wants_an_office_of_an_officeholder(desk: Desk) -> None:
    version = publish(claim_of(desk), desk.linh, desk.an)
    version.pk, version.number, version.speaker = None, 2, "officeholder"
    version.kind, version.reason = "correction", "Sửa"
    with pytest.raises(IntegrityError), transaction.atomic():
        version.save(force_insert=True)


def test_r13_nothing_is_listed_or_found_by_who_has_said_it(desk: Desk) -> None:
    publish(claim_of(desk), desk.linh, desk.an, wording(speaker="officeholder", said_in_office=NAME, office=OFFICE))
    client = Client()
    for path in (f"/kiem-chung?q={NAME}", f"/v1alpha1/claims:search?query={NAME}"):
        assert "an-me-khong-lam-cao-them" not in client.get(path).content.decode()
    for path in (f"/kiem-chung?author={NAME}", f"/kiem-chung?said_in_office={NAME}", f"/kiem-chung?speaker={NAME}"):
        assert _listed(client, path) == _listed(client, "/kiem-chung")
    described = json.loads(client.get("/openapi.json").content)
    names = [
        one["name"]
        for path in described["paths"].values()
        for way in path.values()
        for one in way.get("parameters", [])
    ]
    assert [one for one in names if one in ("author", "speaker", "by", "said_in_office", "publisher")] == []
    routes = [str(route) for route in get_resolver().reverse_dict]
    assert [one for one in routes if any(word in one for word in ("author", "speaker", "person"))] == []


def _listed(client: Client, path: str) -> list[str]:
    return re.findall(r'href="/kiem-chung/[^"]+"', client.get(path).content.decode())


def test_r13_who_is_named_by_other_publishers_is_not_taken_over(desk: Desk, tmp_path: Path) -> None:
    review = {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": "https://kiem.example/1",
        "claimReviewed": TAMARIND,
        "itemReviewed": {
            "@type": "Claim",
            "author": {"@type": "Person", "name": NAME, "sameAs": "https://x.example/k"},
        },
        "reviewRating": {"@type": "Rating", "alternateName": "Sai"},
    }
    path = tmp_path / "feed.json"
    path.write_text(json.dumps(review), encoding="utf-8")
    assert collect(read_source(str(path)), now=datetime(2026, 3, 1, tzinfo=UTC)).added == 1
    assert NAME not in rows()
    ask(f"{NAME} nói: {TAMARIND}")
    assert not ReviewVersion.objects.exclude(said_in_office="").exists()


def test_r13_a_version_from_before_keeps_its_digest(desk: Desk) -> None:
    version = publish(claim_of(desk), desk.linh, desk.an)
    assert not {"speaker", "office"} & publishing.content_of(version).keys()
