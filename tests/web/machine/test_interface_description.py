"""Everything that the OpenAPI description promises, asked by schemathesis: no 5xx, answers as described."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.test import Client
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from kiemchung.web.limits import LIMITS
from kiemchung.web.machine.description import described
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
