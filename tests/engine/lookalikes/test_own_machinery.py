"""Words of machinery speak for an organisation only where it may have some."""

from __future__ import annotations

import pytest

from kiemchung.engine.lookalikes.index import LookalikeIndex
from kiemchung.engine.lookalikes.organisations import known_organisations

KNOWN = LookalikeIndex(known_organisations())


@pytest.mark.parametrize(
    "host", ["bidvsmart.vip", "bidv-smart.com", "bidv-cloud.xyz", "vietcombank-data.online", "agribank-business.net"]
)
def test_machinery_under_a_suffix_that_a_bank_does_not_use_warns(host: str) -> None:
    found = KNOWN.score(host)
    assert found.is_alert
    assert "own_machinery" not in [reason.code for reason in found.reasons]


@pytest.mark.parametrize(
    "host", ["bidvcdn.com.vn", "vietcombankconnect.com.vn", "vnexpresscdn.com", "shopee-static.net", "googlecloud.net"]
)
def test_machinery_under_its_own_suffixes_and_of_web_companies_does_not(host: str) -> None:
    found = KNOWN.score(host)
    assert not found.is_alert
    assert "own_machinery" in [reason.code for reason in found.reasons]
