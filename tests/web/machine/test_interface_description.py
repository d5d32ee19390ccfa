"""Everything that the OpenAPI description promises, asked by schemathesis: no 5xx, answers as described."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
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
