"""Outlets, quoted sources and organisations in the news are spoken of; offers in the same form are not."""

from __future__ import annotations

from functools import lru_cache

import pytest

from kiemchung.engine.lookalikes.index import LookalikeIndex
from kiemchung.engine.lookalikes.organisations import known_organisations
from kiemchung.engine.text.normalise import fold
from tests.engine.lookalikes.complaints import COMPLAINTS, DESKS
from tests.engine.lookalikes.headlines import IMITATIONS, MENTIONS


@lru_cache(maxsize=1)
def known() -> LookalikeIndex:
    return LookalikeIndex(known_organisations())


@pytest.mark.parametrize("name", MENTIONS)
def test_who_reports_and_who_is_reported_on_poses_as_nobody(name: str) -> None:
    assert not known().score(name).is_alert


@pytest.mark.parametrize("name", IMITATIONS)
def test_an_offer_in_the_form_of_a_headline_is_still_an_imitation(name: str) -> None:
    assert known().score(name).is_alert


@pytest.mark.parametrize("said", ["parody", "satire", "unofficial", "không chính thức", "fan-made", "not affiliated"])
def test_who_says_that_it_is_not_the_organisation_does_not_pose_as_it(said: str) -> None:
    assert not known().score(f"Hỗ trợ Vietcombank ({said})").is_alert


@pytest.mark.parametrize("name", COMPLAINTS)
def test_who_complains_tells_news_or_explains_poses_as_nobody(name: str) -> None:
    assert not known().score(name).is_alert


@pytest.mark.parametrize("name", DESKS)
def test_a_desk_or_a_threat_in_the_words_of_a_complaint_is_still_an_imitation(name: str) -> None:
    assert known().score(name).is_alert


def test_complaints_typed_without_marks_are_left_alone_as_well() -> None:
    flagged = [name for name in COMPLAINTS if known().score(fold(name)).is_alert]
    assert flagged == []
