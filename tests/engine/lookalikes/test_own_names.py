"""An organisation's own name is its own however it is typed; what is done to the letters is still seen."""

from __future__ import annotations

import pytest

from kiemchung.engine.lookalikes.addresses import ADDRESSES, Kind
from kiemchung.engine.lookalikes.index import LookalikeIndex
from kiemchung.engine.lookalikes.organisations import known_organisations
from kiemchung.engine.text.normalise import fold

KNOWN = LookalikeIndex(known_organisations())
NAME_KINDS = [kind for kind in Kind if kind not in ADDRESSES]


@pytest.mark.parametrize("kind", NAME_KINDS)
def test_an_organisations_name_typed_without_marks_is_never_flagged(kind: Kind) -> None:
    texts = [text for o in KNOWN.organisations for text in (o.name, o.display, *o.aliases) if text]
    names = [form for text in texts for form in (fold(text), fold(text).upper(), fold(text).lower())]
    assert len(names) > 300
    assert [one.name for one in KNOWN.score_many(names, kind=kind) if one.is_alert] == []


@pytest.mark.parametrize("kind", NAME_KINDS)
@pytest.mark.parametrize(
    "name",
    ["BO Y TE", "Bo Cong An", "Tong cuc Thue", "Ngan hang Vietcombank", "Ngân hàng Vietcombank", "Bo Y te Viet Nam"],
)
def test_a_name_alone_or_with_its_form_claims_nothing(name: str, kind: Kind) -> None:
    assert not KNOWN.score(name, kind=kind).is_alert


@pytest.mark.parametrize(
    "name",
    [
        "Bo Cong An xac minh tai khoan",
        "BO Y TE ho tro nhan tien",
        "Tong cuc Thue hoan thue",
        "CSKH Ngan hang Vietcombank",
        "B0 Y TE",
        "Bo C0ng An",
        "Bộ Ý Tệ",
        "Bộ Y te",
        "Bộ Công an ✅ xác minh",
    ],
)
def test_a_desk_digits_or_other_marks_beside_a_name_are_still_seen(name: str) -> None:
    assert KNOWN.score(name, kind="sender").is_alert


def test_a_name_without_marks_is_not_said_to_change_them() -> None:
    found = KNOWN.score("Bo Cong An xac minh tai khoan", kind="sender")
    assert "marks_changed" not in [reason.code for reason in found.reasons]
    assert "marks_changed" in [reason.code for reason in KNOWN.score("Bộ Ý Tệ", kind="sender").reasons]
