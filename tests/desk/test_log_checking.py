"""R32, F39: whoever changes, drops, swaps or cuts entries is noticed, and the entry is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from kiemchung.desk.log import checking, files, leaves, notes
from kiemchung.desk.log.checking import Head, Report, Row, check
from kiemchung.engine.merkle import Frontier, leaf_hash

AT = datetime(2026, 3, 2, tzinfo=UTC)
KEY, NEXT_KEY, INSIDER = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2, 3))
SIZES = (3, 7, 8, 13)  # of the heads; entries 13 and 14 are not signed yet
COUNT = 15


def public(key: Ed25519PrivateKey) -> str:
    return notes.public_text(key.public_key())


def leaf(index: int) -> str:
    if index == 0:
        return leaves.written(0, "key", {"key": public(KEY)}, AT)
    return leaves.written(index, "published", {"review": f"bài-{index}", "rating": "Sai"}, AT)


def rows_of(lines: list[str]) -> list[Row]:
    """The rows that belong to these lines, with everything beside them made anew: what an insider can do."""
    rows, edge = [], Frontier()
    for index, line in enumerate(lines):
        edge = edge.with_leaf(leaf_hash(line.encode()))
        said = leaves.read(line)
        kind, at = (said.kind, said.at) if said else ("", AT)
        rows.append(Row(index, line, kind, at, " ".join(peak.hex() for peak in edge.peaks)))
    return rows


def heads_of(lines: list[str], sizes: tuple[int, ...] = SIZES, key: Ed25519PrivateKey = KEY) -> list[Head]:
    heads, first = [], 0
    for size in sizes:
        hashes = [leaf_hash(line.encode()) for line in lines[:size]]
        note = notes.signed(size, Frontier().with_leaves(hashes).root(), AT, key)
        heads.append(Head(note, first, [one.hex() for one in hashes[first:]]))
        first = size
    return heads


@lru_cache
def true_lines() -> tuple[str, ...]:
    return tuple(leaf(index) for index in range(COUNT))


def true_rows() -> list[Row]:
    return rows_of(list(true_lines()))


def true_heads() -> list[Head]:
    return heads_of(list(true_lines()))


def named(report: Report) -> set[int]:
    return {index for one in report.findings for index in range(one.first, one.last + 1)}


def codes(report: Report) -> set[str]:
    return {one.code for one in report.findings}


indexes = st.integers(0, COUNT - 1)
signed_indexes = st.integers(0, SIZES[-1] - 1)


def test_a_whole_log_has_no_findings() -> None:
    report = check(true_rows(), true_heads(), true_heads(), own=public(KEY))
    assert report.findings == ()
    assert (report.entries, report.heads) == (COUNT, 2 * len(SIZES))
    assert report.newest is not None
    assert report.newest.size == SIZES[-1]


@given(indexes, st.data())
def test_r32_any_flipped_bit_of_any_entry_is_named(index: int, data: st.DataObject) -> None:
    rows = true_rows()
    line = bytearray(rows[index].leaf.encode())
    place = data.draw(st.integers(0, len(line) - 1))
    line[place] ^= 1 << data.draw(st.integers(0, 7))
    rows[index] = replace(rows[index], leaf=bytes(line).decode("utf-8", errors="replace"))
    report = check(rows, true_heads())
    assert index in named(report)
    assert {one for one in report.findings if one.first != index and one.code not in ("head",)} == set()


@given(indexes)
def test_r32_any_dropped_entry_is_named(index: int) -> None:
    rows = true_rows()
    del rows[index]
    report = check(rows, true_heads())
    if index < COUNT - 1:
        assert named(report) >= {index}
        assert "missing" in codes(report)
    else:
        assert report.findings == (), "the last entry, which nobody has signed yet"


@given(indexes, indexes)
def test_r32_any_two_swapped_entries_are_both_named(one: int, other: int) -> None:
    rows = true_rows()
    rows[one], rows[other] = (
        replace(rows[one], leaf=rows[other].leaf),
        replace(rows[other], leaf=rows[one].leaf),
    )
    report = check(rows, true_heads())
    assert {found.first for found in report.findings if found.code == "swapped"} == (
        {one, other} if one != other else set()
    )


@given(st.integers(0, SIZES[-1] - 1))
def test_r32_any_cut_of_the_signed_tail_is_named(left: int) -> None:
    report = check(true_rows()[:left], true_heads(), trusted=[public(KEY)])
    cut = [one for one in report.findings if one.code == "cut"]
    assert [(one.first, one.last) for one in cut] == [(left, SIZES[-1] - 1)]


@given(st.integers(1, SIZES[-1] - 1))
def test_f39_an_insider_who_makes_everything_beside_an_entry_anew_is_named_by_the_heads(index: int) -> None:
    lines = list(true_lines())
    lines[index] = leaves.written(index, "published", {"review": "never said"}, AT)
    for stored, mirrored in ((true_heads(), []), ([], true_heads())):
        report = check(rows_of(lines), stored, mirrored, trusted=[public(KEY)])
        assert named(report) == {index}
        assert codes(report) == {"changed"}


@given(st.integers(1, SIZES[-1] - 1))
def test_f39_an_insider_with_a_key_of_his_own_is_named_by_the_heads_that_others_keep(index: int) -> None:
    lines = list(true_lines())
    lines[0] = leaves.written(0, "key", {"key": public(INSIDER)}, AT)
    lines[index] = leaves.written(index, "published", {"review": "never said"}, AT)
    forged = heads_of(lines, key=INSIDER)
    assert check(rows_of(lines), forged).findings == (), "by itself it is whole: that is why heads are kept by others"
    report = check(rows_of(lines), forged, true_heads(), trusted=[public(KEY)], own=public(KEY))
    assert named(report) >= {0, index}
    assert codes(report) == {"changed", "head", "key", "head_missing"} or codes(report) >= {"changed", "key"}


@given(st.integers(1, SIZES[-1] - 1))
def test_f39_of_notes_alone_the_first_head_that_does_not_hold_gives_the_range(index: int) -> None:
    lines = list(true_lines())
    lines[index] = leaves.written(index, "published", {"review": "never said"}, AT)
    kept = [Head(head.note, 0, ()) for head in true_heads()]
    assert check(true_rows(), [], kept).findings == ()
    report = check(rows_of(lines), [], kept, trusted=[public(KEY)])
    first = min(report.findings)
    assert first.code == "range"
    assert first.first <= index <= first.last
    edges = (0, *SIZES)
    assert (first.first, first.last + 1) in set(zip(edges, SIZES, strict=False))


def test_f39_a_backup_that_was_set_back_is_whole_but_for_the_heads_that_others_keep() -> None:
    rows, stored = true_rows()[:7], true_heads()[:2]
    assert check(rows, stored).findings == ()
    (found,) = check(rows, stored, true_heads()).findings
    assert (found.code, found.first, found.last) == ("cut", 7, 12)
    assert "older backup" in found.english


@pytest.mark.parametrize("which", range(len(SIZES)))
@pytest.mark.parametrize(
    "harm",
    [
        lambda head: replace(head, note=head.note.replace("at 2026", "at 2025")),
        lambda head: replace(head, hashes=["00" * 32, *head.hashes[1:]]),
        lambda head: replace(head, hashes=["not a hash", *head.hashes[1:]]),
        lambda head: replace(head, note=""),
    ],
)
def test_r32_a_head_that_was_changed_is_named_and_the_entries_are_not(which: int, harm: Callable[[Head], Head]) -> None:
    heads = true_heads()
    heads[which] = harm(heads[which])
    report = check(true_rows(), heads)
    assert codes(report) <= {"head", "hashes", "head_missing"}
    assert codes(report) & {"head", "hashes"}


def test_r32_a_stored_head_that_was_dropped_is_noticed() -> None:
    heads = true_heads()
    del heads[1]
    assert codes(check(true_rows(), heads)) == {"head_missing"}


@given(st.integers(0, COUNT - 1))
def test_a_changed_chain_beside_a_right_entry_is_named_as_that(index: int) -> None:
    rows = true_rows()
    rows[index] = replace(rows[index], peaks=" ".join(["00" * 32] * (index + 1).bit_count()))
    report = check(rows, true_heads())
    assert named(report) == {index}
    assert codes(report) == ({"chain"} if index < SIZES[-1] else {"changed"})


@pytest.mark.parametrize("column", [{"kind": "refused"}, {"at": AT.replace(year=2025)}])
def test_a_changed_column_beside_a_right_entry_is_named_as_that(column: dict[str, object]) -> None:
    rows = true_rows()
    rows[4] = replace(rows[4], **column)  # type: ignore[arg-type]
    assert [(one.code, one.first) for one in check(rows, true_heads()).findings] == [("columns", 4)]


def rotated() -> tuple[list[str], list[Head]]:
    lines = [*true_lines()[:5], leaves.written(5, "key", {"key": public(NEXT_KEY)}, AT), *true_lines()[6:]]
    old, new = heads_of(lines, (3, 6)), heads_of(lines, (3, 6, 9), NEXT_KEY)
    return lines, [*old, new[-1]]


def test_a_key_that_took_over_is_believed_because_the_old_one_vouches_for_it() -> None:
    lines, heads = rotated()
    assert check(rows_of(lines), heads, own=public(NEXT_KEY)).findings == ()
    assert check(rows_of(lines), heads, trusted=[public(KEY)]).findings == ()


def test_a_key_that_was_replaced_signs_nothing_any_more() -> None:
    lines, heads = rotated()
    stolen = heads_of(lines, (3, 6, 9))[-1]
    assert codes(check(rows_of(lines), [*heads[:2], stolen])) == {"head"}


def test_a_key_that_nobody_vouches_for_is_not_believed() -> None:
    lines, heads = rotated()
    assert codes(check(rows_of(lines), [heads[0], heads[2]])) == {"head"}
    assert codes(check(true_rows(), heads_of(list(true_lines()), key=INSIDER))) == {"head"}


def test_outsiders_check_a_dump_without_the_database(tmp_path: Path) -> None:
    dump, kept = tmp_path / "log.jsonl", tmp_path / "heads.jsonl"
    dump.write_text("".join(f"{line}\n" for line in true_lines()), encoding="utf-8")
    kept.write_text("".join(f"{files.head_line(head)}\n" for head in true_heads()), encoding="utf-8")
    heads = files.read_heads(kept)
    assert check(files.read_dump(dump), (), heads).findings == ()
    notes_alone = tmp_path / "heads.txt"
    notes_alone.write_text("\n".join(head.note for head in true_heads()), encoding="utf-8")
    assert check(files.read_dump(dump), (), files.read_heads(notes_alone)).findings == ()

    lines = dump.read_text(encoding="utf-8").splitlines(keepends=True)
    for broken, index in (
        (lines[:4] + lines[5:], 4),
        (lines[:4] + [lines[5], lines[4]] + lines[6:], 4),
        (lines[:4] + [lines[4].replace("Sai", "Đúng")] + lines[5:], 4),
        (lines[:4] + ["not an entry\n"] + lines[5:], 4),
        (lines[:4], 4),
        (lines[:5] + lines[4:], 4),
    ):
        dump.write_text("".join(broken), encoding="utf-8")
        assert min(named(check(files.read_dump(dump), (), heads))) == index


@given(st.lists(st.text(max_size=30), max_size=8))
def test_no_dump_is_an_error(lines: list[str]) -> None:
    rows = [Row(index, line) for index, line in enumerate(lines)]
    report = check(rows, (), true_heads(), trusted=[public(KEY)])
    assert report.findings


@given(st.text(max_size=80))
def test_no_text_is_mistaken_for_a_leaf_or_a_note(text: str) -> None:
    assert leaves.read(text) is None
    assert notes.read(text) is None
    assert not notes.is_signed_by(text, public(KEY))


def test_a_leaf_has_one_form_only() -> None:
    line = leaf(3)
    found = json.loads(line)
    for other in (
        json.dumps(found),
        json.dumps(found, ensure_ascii=False),
        line + " ",
        line.replace("000000Z", "000Z"),
    ):
        assert leaves.read(other) is None
    assert leaves.read(line) is not None
    assert leaves.read(line.replace('"index":3', '"index":3.0')) is None
    assert leaves.read("[" * 100_000) is None


def test_checking_needs_no_database() -> None:
    assert "django" not in Path(checking.__file__).read_text(encoding="utf-8").lower()
