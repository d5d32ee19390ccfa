"""Programs are refused in JSON, as the OpenAPI description says; people in a page."""

from __future__ import annotations

import json
from typing import Any

import jsonschema_rs
import pytest
from django.test import Client

from kiemchung.web.machine.description import described
from tests.desk.conftest import Desk

SEARCH = "/v1alpha1/claims:search"


def too_many(path: str, method: str = "get") -> Any:
    ask = getattr(Client(SERVER_NAME="localhost"), method)
    return next(answer for answer in (ask(path) for _ in range(150)) if answer.status_code == 429)


@pytest.mark.parametrize(("path", "method"), [("/api/check", "post"), (SEARCH, "get")])
def test_a_program_that_asks_too_often_reads_in_json_when_to_ask_again(path: str, method: str, desk: Desk) -> None:
    answer = too_many(path, method)
    promised = described()["paths"][path][method]["responses"]["429"]
    jsonschema_rs.validate(promised["content"]["application/json"]["schema"], json.loads(answer.content))
    assert answer["Content-Type"] == "application/json"
    assert answer.json()["error"]["code"] == 429
    assert int(answer["Retry-After"]) >= 1
    assert "Retry-After" in promised["headers"]


def test_a_person_who_asks_too_often_reads_a_page(desk: Desk) -> None:
    answer = too_many("/tra-cuu", "post")
    assert answer["Content-Type"].startswith("text/html")
    assert int(answer["Retry-After"]) >= 1


@pytest.mark.parametrize("path", ["/api/", "/api/checks", "/v1alpha1/claims"])
def test_a_program_at_a_wrong_address_reads_json(path: str, desk: Desk) -> None:
    answer = Client(SERVER_NAME="localhost").get(path)
    assert (answer.status_code, answer.json()["error"]["status"]) == (404, "NOT_FOUND")
    page = Client(SERVER_NAME="localhost").get("/khong-co")
    assert page["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(
    ("given", "name", "expected"),
    [
        ({}, "query", "reviewPublisherSiteFilter"),
        ({"query": " "}, "query", "reviewPublisherSiteFilter"),
        ({"query": "a\0b"}, "query", "NUL"),
        ({"reviewPublisherSiteFilter": "a\0b"}, "reviewPublisherSiteFilter", "NUL"),
        ({"query": "a", "languageCode": "v\0"}, "languageCode", "NUL"),
        ({"query": "a", "pageSize": "0"}, "pageSize", "from 1 to 100"),
        ({"query": "a", "pageSize": "101"}, "pageSize", "from 1 to 100"),
        ({"query": "a", "pageSize": "1_0"}, "pageSize", "from 1 to 100"),
        ({"query": "a", "maxAgeDays": "-1"}, "maxAgeDays", "from 0 to 36500"),
        ({"query": "a", "maxAgeDays": "9" * 400}, "maxAgeDays", "from 0 to 36500"),
        ({"query": "a", "offset": "x"}, "offset", "whole number from 0"),
        ({"query": "a", "offset": "9" * 30}, "offset", "whole number from 0"),
        ({"query": "a", "pageToken": "x"}, "pageToken", "whole number from 0"),
        ({"query": "a", "pageToken": "1", "offset": "1"}, "offset", "pageToken"),
    ],
)
def test_a_search_that_is_refused_says_which_parameter_is_wrong_and_what_is_expected(
    given: dict[str, str], name: str, expected: str, desk: Desk
) -> None:
    answer = Client(SERVER_NAME="localhost").get(SEARCH, given)
    assert answer.status_code == 400
    message = answer.json()["error"]["message"]
    assert message.startswith(f"`{name}` ")
    assert expected in message
