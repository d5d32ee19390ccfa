"""The lookalikes benchmark on tiny data made here: it measures what it says, and says when its data is missing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import lookalike_peers, lookalikes
from kiemchung.engine.lookalikes.measures import Labelled, calibration_error, f1, measure_lookalikes, worst
from kiemchung.engine.types import Lookalike, Organisation

GOTMART = Organisation("gotmart", "Gotmart", domains=("gotmart.vn",))


@pytest.fixture(autouse=True)
def unpinned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookalikes, "one_core", lambda: "as it comes")
    monkeypatch.setattr(lookalike_peers, "shut_network", lambda: None)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "lookalike"
    place.mkdir()
    row = {"id": "gotmart", "name": "Gotmart", "domains": ["gotmart.vn"]}
    (place / "organisations.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    positives = "host\torg\talso\ttechnique\turl\ngotmart-vip.top\tgotmart\t\tcombosquat\t\n"
    (place / "positives_dev.tsv").write_text(positives, encoding="utf-8")
    benign = "domain\tkind\twhy\nexample.org\tpopular\t\ngotmart-cdn.com\thard\taffiliate-or-brand-family\n"
    (place / "benign_dev.tsv").write_text(benign, encoding="utf-8")
    (place / "stream_dev.txt").write_text("example.net\t2026-01-01\n", encoding="utf-8")
    names = tmp_path / "names_vi"
    names.mkdir()
    text = "kind\tname\torganisation\tlabel\twhy\ndisplay_name\tHội ghét Gotmart\tgotmart\tmention\tcriticism\n"
    (names / "names_dev.tsv").write_text(text, encoding="utf-8")
    monkeypatch.setenv("KIEMCHUNG_DATA", str(tmp_path))
    return tmp_path


def test_quality_and_the_worst_cases_are_printed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert lookalikes.main(["--quality"]) == 0
    printed = capsys.readouterr().out
    assert "| recall, positives_dev | 1 | 1 | 1.0000 |" in printed
    assert "| flagged, mention | 0 | 1 | 0.0000 |" in printed
    assert lookalikes.main(["--worst", "3"]) == 0
    assert "The 3 worst of names_vi" in capsys.readouterr().out


def test_missing_data_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("KIEMCHUNG_DATA", raising=False)
    assert lookalikes.main(["--quality"]) == 2
    assert "KIEMCHUNG_DATA" in capsys.readouterr().err


def test_an_enumeration_flags_its_variants_and_what_is_below_them() -> None:
    peer = lookalike_peers.Enumerated(["gotmrt.vn", "gotmart.vn"], ["gotmart.vn"])
    assert peer.flag(["gotmrt.vn", "www.gotmrt.vn", "gotmart.vn", "example.org"]) == [True, True, False, False]
    assert peer.size == 1


def test_our_own_index_is_a_peer_like_the_others() -> None:
    assert lookalike_peers.Ours([GOTMART]).flag(["gotmart-vip.top", "gotmart.vn"]) == [True, False]


def test_ten_thousand_organisations_are_made_once_and_alike(folder: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        lookalikes._write_many(folder / "lookalike" / "organisations.jsonl", tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert len((tmp_path / "a").read_text(encoding="utf-8").splitlines()) == 10_000


def pairs() -> Iterator[tuple[Labelled, Lookalike]]:
    right = frozenset({"gotmart"})
    yield Labelled("a", "positives", "imitation", right), Lookalike("a", "host", "gotmart", 0.9, (), True)
    yield Labelled("b", "positives", "imitation", right), Lookalike("b", "host", "other", 0.8, (), True)
    yield Labelled("c", "positives", "imitation", right), Lookalike("c", "host", "", 0.0)
    yield Labelled("d", "hard", "innocent"), Lookalike("d", "host", "gotmart", 0.7, (), True)
    yield Labelled("e", "hard", "innocent", is_counted=False), Lookalike("e", "host", "gotmart", 1.0, (), True)


def test_the_measures_are_what_they_say() -> None:
    given = list(pairs())
    found = {share.what: (share.count, share.total) for share in measure_lookalikes(given)}
    assert found["recall, positives"] == (2, 3)
    assert found["right organisation, positives"] == (1, 2)
    assert found["flagged, hard"] == found["flagged, hard, not counted"] == (1, 1)
    assert f1(given) == pytest.approx(2 * 2 / (2 * 2 + 1 + 1))
    assert calibration_error(given) == pytest.approx((0.1 + 0.2 + 1.0 + 0.7) / 4)
    assert [one.name for one, _ in worst(given, 2)] == ["d", "c"]
