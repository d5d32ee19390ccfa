"""Everything that the OpenAPI description promises, asked by schemathesis: no 5xx, answers as described."""

from __future__ import annotations

import json
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.test import Client
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from kiemchung.web import door
from kiemchung.web.limits import LIMITS
from kiemchung.web.machine.description import described
from kiemchung.web.machine.refusals import DESCRIBED
from tests.desk.conftest import Desk
from tests.desk.newsroom import know

schema = schemathesis.openapi.from_dict(described())


@pytest.fixture
def known(desk: Desk) -> None:
    know(("a", "Uống nước chanh nóng chữa khỏi ung thư"), ("b", "Cắm sạc điện thoại qua đêm làm hỏng pin"))


@schema.parametrize()
@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_operation_keeps_its_description(case: Any, known: None) -> None:
    for buckets in LIMITS.values():
        buckets.forget()
    response = case.call(app=get_wsgi_application(), base_url="http://localhost")
    case.validate_response(response, checks=[not_a_server_error, response_schema_conformance, status_code_conformance])


@pytest.mark.parametrize("path", sorted(described()["paths"]))
def test_what_is_limited_and_what_an_overloaded_site_answers_is_described(path: str, desk: Desk) -> None:
    ((method, operation),) = described()["paths"][path].items()
    ask = getattr(Client(HTTP_HOST="localhost"), method)
    is_limited = any(ask(path).status_code == 429 for _ in range(150))
    assert is_limited == ("429" in operation["responses"]) == (path in {"/api/check", "/v1alpha1/claims:search"})
    assert "503" in operation["responses"], "the door answers it to every request"


@pytest.mark.parametrize("path", DESCRIBED)
def test_what_is_too_large_or_too_slow_is_answered_as_described(path: str, desk: Desk) -> None:
    ((method, operation),) = described()["paths"][path].items()
    too_large = Client(HTTP_HOST="localhost").generic(method.upper(), path, headers={"content-length": "1000001"})
    for code, answer in (("413", too_large), ("408", door._too_slow(path))):
        schema = operation["responses"][code]["content"]["application/json"]["schema"]
        assert (str(answer.status_code), answer["Content-Type"]) == (code, "application/json")
        jsonschema_rs.validate(schema, json.loads(answer.content))


def test_refusals_are_json_where_the_description_has_an_operation_and_nowhere_else(desk: Desk) -> None:
    assert set(described()["paths"]) == set(DESCRIBED)
    assert door._too_slow("/hoi")["Content-Type"].startswith("text/plain")
