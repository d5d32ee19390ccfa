"""A registry is taken whole or refused with the line that is wrong."""

from __future__ import annotations

import json

import pytest

from kiemchung.engine.errors import InputError
from kiemchung.engine.lookalikes.aliases import aliases_of
from kiemchung.engine.lookalikes.index import LookalikeIndex
from kiemchung.engine.lookalikes.organisations import known_organisations, read_organisations
from tests.engine.lookalikes.registry import ORGANISATIONS


def lines(*rows: object) -> list[bytes]:
    return [json.dumps(row).encode() + b"\n" for row in rows]


def test_fields_are_read_and_unknown_ones_passed_over() -> None:
    row = {"id": "a", "name": "A", "domains": ["A.VN"], "aliases": ["AA"], "source": "x", "founded": 1990}
    [organisation] = read_organisations(lines(row))
    assert (organisation.domains, organisation.aliases) == (("a.vn",), ("AA",))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"id": "", "name": "B"}, "'id' is missing"),
        ({"id": "b"}, "'name' is missing"),
        ({"id": "b", "name": "B", "domains": "b.vn"}, "'domains' must be a list"),
        ({"id": "b", "name": "B", "domains": ["https://b.vn/"]}, "domains"),
        ({"id": "b", "name": "B", "domains": ["b"]}, "domains"),
        ({"id": "b", "name": "B", "handles": [7]}, "'handles' must be"),
        ({"id": "a", "name": "again"}, "is there twice"),
        ([1], "is not a JSON object"),
    ],
)
def test_an_error_names_file_and_line(row: object, said: str) -> None:
    with pytest.raises(InputError, match=r"ours\.jsonl, line 2") as error:
        read_organisations(lines({"id": "a", "name": "A"}, row), "ours.jsonl")
    assert said in str(error.value)


def test_broken_json_and_an_empty_file_are_errors() -> None:
    with pytest.raises(InputError, match="line 1"):
        read_organisations([b"{\n"])
    with pytest.raises(InputError, match="no organisation"):
        read_organisations([b"\n\n"])
    with pytest.raises(InputError, match="no organisation"):
        LookalikeIndex([])


def test_the_registry_that_comes_along_is_large_enough_and_clean() -> None:
    known = known_organisations()
    assert len(known) >= 30
    assert len({organisation.id for organisation in known}) == len(known)
    assert all(organisation.domains for organisation in known)
    domains = [domain for organisation in known for domain in organisation.domains]
    assert len(domains) == len(set(domains))


def test_aliases_come_from_domains_names_and_given_short_forms() -> None:
    texts = {alias.text for alias in aliases_of(ORGANISATIONS) if alias.organisation == 0}
    assert {"lienminhbank", "lmb"} <= texts


def test_an_organisation_is_not_called_by_its_legal_form() -> None:
    texts = {alias.text for alias in aliases_of(ORGANISATIONS)}
    assert not texts & {"nganhang", "tmcp", "vietnam", "benhvien", "daihoc", "express", "bank"}
