"""`kiemchung manage verify-log` on a real database that an insider has worked on as its owner (R32, F39)."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiemchung import cli
from kiemchung.desk.log import LogDamagedError, append, leaves, signing
from kiemchung.desk.models import LogEntry
from kiemchung.engine.errors import InputError
from kiemchung.engine.merkle import Frontier, leaf_hash
from tests.desk.conftest import Log

AT = datetime(2026, 3, 2, tzinfo=UTC)
SIGNED, COUNT = 10, 12  # with the key's entry


@pytest.fixture
def full(log: Log) -> Log:
    for number in range(SIGNED - 1):
        append("published", {"review": f"bài-{number}", "rating": "Sai"}, at=AT)
    signing.sign(AT)
    for number in range(COUNT - SIGNED):
        append("declined", {"claim": number, "reason": "ý kiến"}, at=AT)
    return log


def printed(*arguments: str) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def verified(*arguments: str) -> tuple[int, dict[str, object]]:
    out = io.StringIO()
    try:
        call_command("verify_log", "--json", *arguments, stdout=out)
        code = 0
    except SystemExit as end:
        code = int(str(end.code))
    return code, json.loads(out.getvalue())


def named(*arguments: str) -> list[tuple[str, int, int]]:
    code, report = verified(*arguments)
    findings = report["findings"]
    assert isinstance(findings, list)
    assert code == (4 if findings else 0)
    return [(one["code"], one["first"], one["last"]) for one in findings]


def kept_heads(log: Log) -> Path:
    path = log.home / "kept.jsonl"
    path.write_text(printed("log_entries", "--heads"), encoding="utf-8")
    return path


def test_a_whole_log_ends_with_0_and_says_how_much_was_read(full: Log, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["manage", "verify-log", "--lang", "vi"]) == 0
    assert f"nguyên vẹn: {COUNT} mục, 1 đầu" in capsys.readouterr().out
    assert cli.main(["--lang", "en", "manage", "verify-log"]) == 0
    said = capsys.readouterr().out
    assert "The log is whole" in said
    assert "the last 2 entries" in said


def test_f39_a_changed_entry_ends_with_4_and_is_named_in_both_languages(
    full: Log, capsys: pytest.CaptureFixture[str]
) -> None:
    full.as_owner("UPDATE desk_logentry SET leaf = replace(leaf, 'Sai', 'Dung') WHERE \"index\" = 4")
    assert cli.main(["manage", "verify-log", "--lang", "en"]) == 4
    assert "Entry 4 was changed" in capsys.readouterr().out
    assert cli.main(["manage", "verify-log", "--lang", "vi"]) == 4
    assert "Mục 4 đã bị sửa" in capsys.readouterr().out


def test_f39_a_deleted_entry_is_named(full: Log) -> None:
    full.as_owner('DELETE FROM desk_logentry WHERE "index" = 6')
    assert named() == [("missing", 6, 6)]


def test_f39_two_swapped_entries_are_named(full: Log) -> None:
    three, four = (LogEntry.objects.get(pk=index).leaf for index in (3, 4))
    for index, line in ((3, four), (4, three)):
        full.as_owner('UPDATE desk_logentry SET leaf = %s WHERE "index" = %s', line, index)
    assert named() == [("swapped", 3, 3), ("swapped", 4, 4)]


def test_f39_two_entries_whose_numbers_were_exchanged_are_named(full: Log) -> None:
    for old, new in ((3, -1), (4, 3), (-1, 4)):
        full.as_owner('UPDATE desk_logentry SET "index" = %s WHERE "index" = %s', new, old)
    assert [found for found in named() if found[0] == "swapped"] == [("swapped", 3, 3), ("swapped", 4, 4)]


def test_f39_a_cut_tail_is_named_by_the_stored_head(full: Log) -> None:
    full.as_owner('DELETE FROM desk_logentry WHERE "index" >= 8')
    assert named() == [("cut", 8, SIGNED - 1)]


def test_f39_a_log_cut_together_with_its_heads_is_named_by_the_heads_that_others_keep(full: Log) -> None:
    kept = kept_heads(full)
    full.as_owner('DELETE FROM desk_logentry WHERE "index" >= 8')
    full.as_owner("DELETE FROM desk_loghead")
    assert named() == []
    assert named("--heads", str(kept)) == [("cut", 8, SIGNED - 1)]


def test_f39_a_backup_that_is_set_back_is_named_by_the_heads_that_others_keep(full: Log) -> None:
    signing.sign(AT)
    kept = kept_heads(full)
    full.as_owner('DELETE FROM desk_logentry WHERE "index" >= %s', SIGNED)
    full.as_owner("DELETE FROM desk_loghead WHERE size > %s", SIGNED)
    assert named() == []
    assert named("--heads", str(kept)) == [("cut", SIGNED, COUNT - 1)]


def test_f39_an_insider_who_mends_the_chain_is_named_by_the_head(full: Log) -> None:
    edge = Frontier()
    for entry in LogEntry.objects.order_by("index"):
        line = entry.leaf if entry.index != 5 else leaves.written(5, entry.kind, {"review": "never said"}, entry.at)
        edge = edge.with_leaf(leaf_hash(line.encode()))
        peaks = " ".join(peak.hex() for peak in edge.peaks)
        full.as_owner('UPDATE desk_logentry SET leaf = %s, peaks = %s WHERE "index" = %s', line, peaks, entry.index)
    assert named() == [("changed", 5, 5)]


def test_f39_nothing_is_signed_over_a_log_that_was_changed(full: Log) -> None:
    full.as_owner("UPDATE desk_logentry SET leaf = replace(leaf, 'claim\":1', 'claim\":2') WHERE \"index\" = 11")
    with pytest.raises(LogDamagedError, match="Entry 11"):
        signing.sign(AT)


def test_f39_a_kind_or_time_changed_beside_an_entry_is_named(full: Log) -> None:
    full.as_owner("UPDATE desk_logentry SET kind = 'refused' WHERE \"index\" = 2")
    full.as_owner("UPDATE desk_logentry SET at = '2025-01-01 00:00:00+00:00' WHERE \"index\" = 3")
    assert named() == [("columns", 2, 2), ("columns", 3, 3)]


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.integers(0, COUNT - 1), st.data())
def test_r32_any_byte_of_any_entry_can_be_flipped_in_the_database_and_is_named(
    full: Log, index: int, data: st.DataObject
) -> None:
    true = LogEntry.objects.get(pk=index).leaf
    line = bytearray(true.encode())
    line[data.draw(st.integers(0, len(line) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    if full.vendor == "postgresql":  # which takes neither NUL nor what is not UTF-8
        text = bytes(line).decode("utf-8", errors="replace").replace("\0", "�")
        full.as_owner('UPDATE desk_logentry SET leaf = %s WHERE "index" = %s', text, index)
    else:
        full.as_owner('UPDATE desk_logentry SET leaf = CAST(%s AS TEXT) WHERE "index" = %s', bytes(line), index)
    try:
        assert index in {first for code, first, _ in named() if code != "head"}
    finally:
        full.as_owner('UPDATE desk_logentry SET leaf = %s WHERE "index" = %s', true, index)
    assert named() == []


def test_outsiders_check_the_dump_with_the_heads_and_the_key_that_they_know(full: Log) -> None:
    signing.sign(AT)
    kept, dump = kept_heads(full), full.home / "log.jsonl"
    dump.write_text(printed("log_entries"), encoding="utf-8")
    public = printed("log_key").strip()
    given_files = ("--dump", str(dump), "--heads", str(kept), "--key", public)
    assert verified(*given_files)[1]["entries"] == COUNT
    assert named(*given_files) == []
    text = dump.read_text(encoding="utf-8")
    dump.write_text(text.replace("bài-4", "bài-5", 1), encoding="utf-8")
    assert named(*given_files) == [("changed", 4, 4)]
    notes = full.home / "heads.txt"
    notes.write_text(printed("log_entries", "--notes"), encoding="utf-8")
    assert named("--dump", str(dump), "--heads", str(notes), "--key", public)[0] == ("range", 0, SIGNED - 1)
    assert printed("log_entries", "--from", "10") == "".join(text.splitlines(keepends=True)[10:])


def test_the_key_can_be_changed_by_command_and_the_log_stays_whole(full: Log) -> None:
    before = printed("log_key")
    after = printed("log_key", "--rotate")
    assert before != after
    assert printed("log_key") == after
    assert named() == []


def test_a_file_that_is_none_is_refused_with_its_line(full: Log, tmp_path: Path) -> None:
    wrong = tmp_path / "heads.jsonl"
    wrong.write_text('{"note": "a", "first": 0, "hashes": []}\n{"note": 1}\n', encoding="utf-8")
    with pytest.raises(InputError, match="line 2"):
        call_command("verify_log", "--heads", str(wrong))
    with pytest.raises(InputError, match="No such file"):
        call_command("verify_log", "--heads", str(tmp_path / "none"))
    with pytest.raises(InputError, match="not a public key"):
        call_command("verify_log", "--key", "secret")
