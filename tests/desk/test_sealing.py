"""What is encrypted at rest opens with the key of the service alone, and only where it was put."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import override_settings

from kiemchung.desk import drafting, evidence, sealing
from kiemchung.desk.backups import making
from kiemchung.desk.models import Claim, Evidence
from kiemchung.web.staff.signing_in import factors
from kiemchung.web.staff.signing_in.codes import use_up
from tests.desk.conftest import Desk
from tests.desk.newsroom import TAMARIND, ask
from tests.desk.test_minimisation import dumped, rows
from tests.web.cast import SECRET, code_now, join

CANARY = "Y tá Hoa, khoa Nhi"
SOURCE = drafting.Source(CANARY, "https://canary.example/hoa", quotation=f"{CANARY} kể lại", withheld_because="Bảo vệ")
OTHER_KEY = "x" * 60


def withheld(desk: Desk) -> tuple[Claim, Evidence]:
    claim = ask(TAMARIND).claim
    assert claim is not None
    return claim, drafting.add_evidence(claim.pk, SOURCE, actor=desk.linh)


def test_asvs57_a_sealed_text_opens_for_its_purpose_alone_and_no_changed_bit_of_it_does() -> None:
    sealed = sealing.seal("bí mật", "a")
    assert sealing.opened(sealed, "a") == "bí mật"
    assert sealing.seal("bí mật", "a") != sealed
    raw = base64.b64decode(sealed.removeprefix(sealing.FORM))
    for place in range(len(raw)):
        changed = bytes([*raw[:place], raw[place] ^ 1, *raw[place + 1 :]])
        with pytest.raises(sealing.SealedError):
            sealing.opened(sealing.FORM + base64.b64encode(changed).decode(), "a")
    for wrong in ("", "bí mật", sealing.FORM, sealed[:20], sealed.removeprefix(sealing.FORM)):
        with pytest.raises(sealing.SealedError):
            sealing.opened(wrong, "a")
    with pytest.raises(sealing.SealedError):
        sealing.opened(sealed, "b")


def test_r6_what_is_withheld_stands_in_no_table_no_file_and_no_backup(desk: Desk, tmp_path: Path) -> None:
    claim, _ = withheld(desk)
    assert claim.statement in rows(), "the scan finds what is there"
    making.make(tmp_path / "backup")
    fresh = dumped(tmp_path / "backup", tmp_path / "unpacked")
    connection.close()
    kept = [path.read_bytes() for path in desk.home.rglob("*") if path.is_file()]
    for canary in ("Y tá Hoa", "khoa Nhi", "canary.example"):
        assert canary not in rows()
        assert canary not in fresh
        assert [content for content in kept if canary.encode() in content] == []


def test_r6_members_read_it_and_without_the_key_are_told_so(desk: Desk) -> None:
    claim, _ = withheld(desk)
    (read,) = evidence.sources_of(claim)
    assert read.content == evidence.Content(CANARY, "https://canary.example/hoa", "", f"{CANARY} kể lại")
    with override_settings(SECRET_KEY=OTHER_KEY):
        assert evidence.sources_of(claim)[0].content is None


def test_r6_the_database_keeps_no_withheld_source_in_the_clear(desk: Desk) -> None:
    _, one = withheld(desk)
    for changed in ({"title": CANARY}, {"url": "https://a.example"}, {"quotation": "x"}, {"sealed": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Evidence.objects.filter(pk=one.pk).update(**changed)


def test_the_secrets_of_second_factors_are_not_in_the_database_and_work(desk: Desk) -> None:
    member = join("mai", "checker")
    codes = RecoveryCodes.activate(member).get_unused_codes()
    assert SECRET not in rows()
    assert all(one.data.get("secret", one.data.get("seed")).startswith(sealing.FORM) for one in _factors(member))
    assert use_up(member.pk, code_now()) is not None
    assert use_up(member.pk, codes[3]) is not None
    assert use_up(member.pk, codes[3]) is None


def _factors(member: Any) -> list[Authenticator]:
    return list(Authenticator.objects.filter(user=member))


def test_without_the_key_no_code_is_right_and_nothing_breaks(desk: Desk) -> None:
    member = join("mai", "checker")
    codes = RecoveryCodes.activate(member).get_unused_codes()
    with override_settings(SECRET_KEY=OTHER_KEY):
        for code in (code_now(), codes[0], "", "000000"):
            assert use_up(member.pk, code) is None


@pytest.mark.slow
def test_rows_from_before_are_encrypted_by_the_migration_and_go_on_working(desk: Desk) -> None:
    claim, _ = withheld(desk)
    member = join("mai", "checker")
    codes = RecoveryCodes.activate(member).get_unused_codes()
    seeds = [factors.opened(one.data["seed"]) for one in _factors(member) if "seed" in one.data]
    call_command("migrate", "desk", "0006_follow_the_record", verbosity=0)
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE desk_evidence SET title = %s, url = %s, quotation = %s",
                [CANARY, SOURCE.url, SOURCE.quotation],
            )
            for kind, data in (("totp", {"secret": SECRET}), ("recovery_codes", {"seed": seeds[0], "used_mask": 0})):
                cursor.execute("UPDATE mfa_authenticator SET data = %s WHERE type = %s", [json.dumps(data), kind])
        assert SECRET in rows()
    finally:
        call_command("migrate", verbosity=0)
    assert [one for one in (SECRET, seeds[0], "Y tá Hoa") if one in rows()] == []
    assert evidence.sources_of(claim)[0].content == evidence.Content(CANARY, SOURCE.url, "", SOURCE.quotation)
    assert use_up(member.pk, code_now()) is not None
    assert use_up(member.pk, codes[0]) is not None
    assert apps.get_model("desk", "Evidence").objects.count() == 1


def test_a_session_in_the_database_tells_nothing(desk: Desk) -> None:
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session["mfa.totp.secret"] = SECRET
    session.save()
    assert SECRET not in rows()
    assert base64.b64encode(SECRET.encode()).decode()[:12] not in rows()
    again = SessionStore(session.session_key)
    assert again["mfa.totp.secret"] == SECRET
    with override_settings(SECRET_KEY=OTHER_KEY):
        assert dict(SessionStore(session.session_key).items()) == {}


def test_r32_the_secret_of_one_member_opens_in_no_other_row(desk: Desk) -> None:
    mai, lan = join("mai", "checker"), join("lan", "checker")
    mine, other = (Authenticator.objects.get(user=one, type="totp") for one in (mai, lan))
    Authenticator.objects.filter(pk=other.pk).update(data=mine.data)
    with pytest.raises(sealing.SealedError):
        factors.opened(Authenticator.objects.get(pk=other.pk).data["secret"])
    assert factors.opened(Authenticator.objects.get(pk=mine.pk).data["secret"]) == SECRET


def test_r32_a_secret_from_before_opens_and_is_sealed_for_its_member_when_it_is_used(desk: Desk) -> None:
    member = join("mai", "checker")
    before = {"secret": sealing.seal(SECRET, "second factor")}
    Authenticator.objects.filter(user=member, type="totp").update(data=before)
    one = Authenticator.objects.get(user=member, type="totp")
    assert factors.opened(one.data["secret"]) == SECRET
    one.record_usage()
    stored = str(Authenticator.objects.get(pk=one.pk).data["secret"])
    assert sealing.opened(stored, factors.purpose(member.pk)) == SECRET
