"""The settings of the site: each refused by its name when it is wrong, and safe as a whole."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kiemchung.desk.log import keys
from kiemchung.engine.errors import InputError, SetupError
from kiemchung.recognising import open_decoder
from kiemchung.web.environment import Address, address_from, contact_from, days_from, networks_from, secret_from
from tests.decoding.signing import make_signer

NAME = "KIEMCHUNG_TEST"


def kiemchung(home: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    environment = {**inherited, "KIEMCHUNG_HOME": str(home), "KIEMCHUNG_DATABASE": "", **settings}
    command = [str(Path(sys.executable).with_name("kiemchung")), "--lang", "en", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)


def manage(home: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return kiemchung(home, "manage", *arguments, **settings)


@pytest.mark.parametrize(
    "given",
    ["http://a.example", "a.example", "https://", "https://a.example/desk", "https://u:p@a.example", "https://a:x/"],
)
def test_an_address_that_is_none_is_refused(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, given)
    with pytest.raises(SetupError, match=NAME):
        address_from(NAME)


def test_an_address_is_host_and_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, " https://Kiểm.example:8443/ ")
    assert address_from(NAME) == Address("xn--kim-pkz.example", 8443)
    assert address_from(NAME).origin == "https://xn--kim-pkz.example:8443"
    monkeypatch.setenv(NAME, "")
    assert not address_from(NAME).is_public


@pytest.mark.parametrize("given", ["proxy.example", "10.0.0.0/99", "10.0.0.1/8"])
def test_networks_that_are_none_are_refused(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, given)
    with pytest.raises(SetupError, match=NAME):
        networks_from(NAME)


def test_a_secret_may_lie_in_a_file_and_is_not_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "token").write_text("0123456789-0123456789\n")
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "token"))
    assert secret_from(NAME) == "0123456789-0123456789"
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "nothing"))
    with pytest.raises(SetupError, match=f"{NAME}_FILE"):
        secret_from(NAME)
    monkeypatch.delenv(f"{NAME}_FILE")
    monkeypatch.setenv(NAME, "geheim")
    with pytest.raises(SetupError, match=NAME) as refused:
        secret_from(NAME)
    assert "geheim" not in refused.value.english + refused.value.vietnamese


@pytest.mark.parametrize("given", ["security@a.example", "http://a.example", "mailto:nobody", "mailto:a@b c"])
def test_a_contact_that_is_none_is_refused(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, given)
    with pytest.raises(SetupError, match=NAME):
        contact_from(NAME)


@pytest.mark.slow
def test_asvs_62_a_public_site_passes_the_checks_for_deployment(tmp_path: Path) -> None:
    done = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING", KIEMCHUNG_SITE="https://kiemchung.example")
    assert (done.returncode, done.stdout) == (0, "System check identified no issues (0 silenced).\n"), done.stderr


@pytest.mark.slow
def test_a_wrong_setting_is_said_in_one_line(tmp_path: Path) -> None:
    done = manage(tmp_path, "check", KIEMCHUNG_SITE="http://kiemchung.example")
    assert (done.returncode, "KIEMCHUNG_SITE" in done.stderr, "Traceback" in done.stderr) == (4, True, False)


@pytest.mark.slow
def test_the_tables_are_those_of_the_models(tmp_path: Path) -> None:
    assert manage(tmp_path, "makemigrations", "--check", "--dry-run").returncode == 0


@pytest.mark.parametrize("given", ["x", "179", "3651", "-1", "٣", "1.5", "9" * 5000])
def test_a_number_of_days_that_is_none_is_refused(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, given)
    with pytest.raises(SetupError, match=NAME):
        days_from(NAME, default=180, least=180, most=3650)


def test_a_number_of_days_has_a_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, " 365 ")
    assert days_from(NAME, default=180, least=180, most=3650) == 365
    monkeypatch.setenv(NAME, "")
    assert days_from(NAME, default=180, least=180, most=3650) == 180


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("KIEMCHUNG_ENCODER", "/nope"),
        ("KIEMCHUNG_ORGANISATIONS", "/nope"),
        ("KIEMCHUNG_SPEECH", "/nope"),
        ("KIEMCHUNG_TRUST_LIST", "/nope"),
        ("KIEMCHUNG_TRUST_LIST", __file__),
        ("KIEMCHUNG_LOG_KEY_FILE", "/proc/nope"),
        ("KIEMCHUNG_SIET", "https://kiemchung.example"),
    ],
)
@pytest.mark.parametrize("command", [("work", "--once"), ("serve", "--port", "0")])
def test_what_a_setting_names_and_cannot_be_used_is_refused_at_the_start(
    command: tuple[str, ...], name: str, given: str, tmp_path: Path
) -> None:
    done = kiemchung(tmp_path, *command, **{name: given})
    assert done.returncode in (2, 4)
    assert name in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "desk.sqlite").exists(), "nothing has begun"


@pytest.mark.parametrize("what", ["nothing", "words", "broken", "one of two broken", "a key"])
def test_a_trust_list_without_a_whole_certificate_is_refused_by_name(what: str, tmp_path: Path) -> None:
    signer = make_signer()
    cut = signer.root[:200] + b"\n-----END CERTIFICATE-----\n"
    given = {
        "nothing": b"", "words": "chứng chỉ".encode(), "broken": cut,
        "one of two broken": signer.root + cut, "a key": signer.key,
    }  # fmt: skip
    listed = tmp_path / "trusted.pem"
    listed.write_bytes(given[what])
    with pytest.raises(InputError, match="KIEMCHUNG_TRUST_LIST") as refused:
        open_decoder({"KIEMCHUNG_TRUST_LIST": str(listed)})
    assert "ít nhất một chứng chỉ" in refused.value.text("vi")
    listed.write_bytes(signer.chain)
    open_decoder({"KIEMCHUNG_TRUST_LIST": str(listed)}).close()


@pytest.mark.slow
def test_a_backup_needs_no_encoder_and_a_name_that_is_none_is_answered_with_the_nearest(tmp_path: Path) -> None:
    assert manage(tmp_path, "check", KIEMCHUNG_ENCODER="/nope", KIEMCHUNG_PORT="tcp://10.0.0.1:80").returncode == 0
    assert "nearest is KIEMCHUNG_SITE" in manage(tmp_path, "check", KIEMCHUNG_SIET="x").stderr


def test_a_key_that_is_not_there_yet_may_be_made_and_is_not_made_by_the_check(tmp_path: Path) -> None:
    keys.require_usable(tmp_path / "keys" / "log-key")
    assert list((tmp_path / "keys").iterdir()) == []
