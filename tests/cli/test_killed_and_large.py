"""Slow: a kill at any moment of an import costs nothing, and a feed of any size goes in with little memory."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from kiemchung.collection.searchable import SearchableCollection
from kiemchung.collection.store import Collection
from tests.cli.command import PROGRAM, environment, kiemchung, lines_of

# A small process in between: the memory of the one that runs the tests would count as the child's peak.
LAUNCHER = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(code)
"""
COUNT = 14_000
MOMENTS = 20
KNOWN = 50
_THINGS = ("chanh", "tỏi", "gạo", "xăng", "bão", "trứng", "sữa", "muối", "điện", "nước", "thuốc", "xe", "cá")
_DOINGS = ("chữa khỏi", "gây ra", "làm tăng", "bị cấm ở", "phát nổ tại", "được tặng cho", "lan sang")
_PLACES = (
    "Huế",
    "Vinh",
    "Đà Lạt",
    "Cần Thơ",
    "Hà Nội",
    "Quảng Trị",
    "Cà Mau",
    "Lào Cai",
    "Phú Quốc",
    "Vũng Tàu",
    "Sơn La",
)


def row(number: int) -> dict[str, Any]:
    """A review unlike any other."""
    parts = (
        _THINGS[number % len(_THINGS)],
        _DOINGS[number // 13 % len(_DOINGS)],
        _PLACES[number // 91 % len(_PLACES)],
    )
    claim = f"{parts[0].capitalize()} {parts[1]} {parts[2]} từ lô hàng {100_000 + number * 37}"
    return {"id": f"r{number}", "claim": claim, "title": f"Kiểm chứng {claim}", "rating": "Sai", "lang": "vi"}


def timed_import(home: Path, file: Path, kill_after: float | None = None) -> float:
    """Import in a process of its own, killed after so many seconds; the seconds it took."""
    began = time.monotonic()
    command = [*PROGRAM, "import", "--json", str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment(home)) as process:
        try:
            out, _ = process.communicate(timeout=kill_after)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
        else:
            assert json.loads(out)["added"] == COUNT
    return time.monotonic() - began


@pytest.mark.slow
def test_a_kill_at_any_moment_of_an_import_costs_nothing(tmp_path: Path) -> None:
    rows = [row(number) for number in range(COUNT)]
    file = tmp_path / "reviews.jsonl"
    file.write_bytes(lines_of(rows))
    whole = timed_import(tmp_path / "whole", file)
    with Collection.open(tmp_path / "whole") as collection:
        source = {change.review_id: change.review for change in collection.changes_since(0)}
    questions = "\n".join(str(rows[number]["claim"]) for number in range(0, COUNT, COUNT // KNOWN)).encode()
    for moment in range(MOMENTS):
        home = tmp_path / f"killed-{moment}"
        timed_import(home, file, kill_after=whole * (0.05 + 0.9 * moment / (MOMENTS - 1)))
        with SearchableCollection.open(home) as opened:
            held = {change.review_id: change.review for change in opened.record.changes_since(0)}
            assert all(source[id_] == review for id_, review in held.items())
            assert len(held) in {0, COUNT}, "an import goes in whole or not at all"
            assert len(opened.index()) == len(held)
        (counts,) = kiemchung(home, "import", "--json", str(file)).rows
        assert counts["added"] + counts["updated"] + counts["unchanged"] == COUNT
        assert counts["refused"] == []
        found = kiemchung(home, "check", "--json", "--lines", "--top", "1", "-", given=questions).rows
        expected = [f"r{number}" for number in range(0, COUNT, COUNT // KNOWN)]
        assert [answer["matches"][0]["review"]["id"] for answer in found] == expected
        orphans = {path.name for path in (home / "claims").glob("*.segment")}
        named = {entry["file"] for entry in json.loads((home / "claims" / "manifest.json").read_bytes())["segments"]}
        assert orphans == named, "what a kill left behind is swept"


def body_of(number: int) -> str:
    """Two hundred and fifty words, of forty thousand different ones: what is remembered of words is nearly full."""
    return " ".join(f"từ{(number * 251 + place) * 7919 % 40_000}" for place in range(250))


@pytest.mark.slow
@pytest.mark.parametrize("with_bodies", [False, True], ids=["plain", "bodies"])
def test_a_feed_of_three_hundred_megabytes_goes_in_with_less_than_300(tmp_path: Path, with_bodies: bool) -> None:
    feed = tmp_path / "feed.json"
    count = 40_000
    with feed.open("w", encoding="utf-8") as file:
        file.write('{"@context": "https://schema.org", "@type": "DataFeed", "dataFeedElement": [\n')
        for number in range(count):
            item = {
                "@type": "ClaimReview",
                "url": f"https://tinthat.example/{number}",
                "claimReviewed": row(number)["claim"],
                "name": row(number)["title"],
                "reviewRating": {"@type": "Rating", "alternateName": "Sai"},
                "author": {"@type": "Organization", "name": "Tin Thật"},
                "datePublished": "2024-05-01",
                "reviewBody": body_of(number) if with_bodies else "",
                "padding": f"{number:08d}" * (450 if with_bodies else 900),
            }
            file.write((",\n" if number else "") + json.dumps({"@type": "DataFeedItem", "item": [item]}))
        file.write("\n]}\n")
    assert feed.stat().st_size > 290_000_000
    command = [sys.executable, "-c", LAUNCHER, *PROGRAM, "import", "--json", str(feed)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(tmp_path / "home"), check=True)
    assert json.loads(done.stdout)["added"] == count
    assert int(done.stderr) < 300 * 1024, f"{int(done.stderr) / 1024:.0f} MB"
