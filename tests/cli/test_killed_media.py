"""Slow: a kill at any moment of `media add` or `remove` leaves the last commit, whole, and what was said to be in."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from kiemchung.collection.media import MediaCollection, MediaWriter
from kiemchung.engine.media.directory import open_parts
from kiemchung.engine.media.index import owner
from tests.cli.command import PROGRAM, environment, kiemchung
from tests.decoders import needs_decoder

pytestmark = [pytest.mark.slow, needs_decoder]
COUNT = 90
MOMENTS = 8
# OFTEN commits often; KILLER also kills itself at the n-th call of one of the steps of a commit, before or after it.
OFTEN = """
import sys
from kiemchung.cli import adding_media, main
adding_media._MOST_PENDING = 4
sys.exit(main(sys.argv[1:]))
"""
KILLER = """
import os, signal, sys
from kiemchung.cli import adding_media, main
from kiemchung.collection import media
from kiemchung.engine.media import directory
from tests.decoders import needs_decoder
adding_media._MOST_PENDING = 4
step, when, left = sys.argv[1], sys.argv[2], int(sys.argv[3])
owner = {"write_arrays": directory, "checksum": directory}.get(step) or {
    "sweep": directory.Writer, "tidy": directory.Writer, "listed": directory.Writer, "_merged": directory.Writer,
    "commit": media.MediaWriter, "_flush": media.MediaWriter}[step]
plain = getattr(owner, step)
def killing(*given, **more):
    global left
    left -= 1
    if left == 0 and when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    done = plain(*given, **more)
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return done
setattr(owner, step, killing)
sys.exit(main(sys.argv[4:]))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Small pictures, each unlike the others."""
    folder = tmp_path_factory.mktemp("pictures")
    for number in range(COUNT):
        draw = np.random.default_rng(number)
        small = draw.integers(0, 255, (24, 32, 3), np.uint8)
        Image.fromarray(small).resize((256, 192), Image.Resampling.NEAREST).save(folder / f"{number:03d}.png")
    return folder


def check_whole(home: Path, said: set[str]) -> set[str]:
    """Hold that record and index name the same references, that all that were said to be in are found, and that
    nothing lies about after the next writer has begun; return the names that are in."""
    if not MediaCollection.is_in(home):
        assert not said
        return set()
    with MediaCollection.open(home) as media:
        with MediaWriter(media):
            pass
        references = {str(one.id): one for one in media.references()}
        living = [
            owner(name)
            for part in open_parts(media.path, media.listed())
            for place, name in enumerate(part.segment.ids)
            if part.alive is None or part.alive[place]
        ]
        assert sorted(living, key=int) == list(references)
        assert {path.name for path in media.path.glob("*.segment")} == {one.file for one in media.listed()}
        names = {one.name for one in references.values()}
    assert said <= names
    return names


def run(home: Path, command: list[str], kill_after: int | None = None, pause: float = 0.0) -> set[str]:
    """Run a command, killed so many seconds after it has said so many lines; return the files that it said were added.

    Counted in lines, for a machine's speed may not choose the moment.
    """
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment(home)) as process:
        assert process.stdout is not None
        said = []
        if kill_after is not None:
            said = [process.stdout.readline() for _ in range(kill_after)]
            time.sleep(pause)
            process.send_signal(signal.SIGKILL)
        out = b"".join(said) + process.stdout.read()
    whole = out.decode().rpartition("\n")[0].splitlines()
    return {row["file"] for row in map(json.loads, whole) if row["change"] == "added"}


def test_a_kill_at_any_moment_leaves_the_last_commit(folder: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", OFTEN, "media", "add", "--json", str(folder)]
    kept = []
    for moment in range(MOMENTS):
        home = tmp_path / f"killed-{moment}"
        said = run(home, command, kill_after=moment * 8, pause=0.02 * moment)
        assert len(said) >= moment * 8
        kept.append(len(check_whole(home, said)))
        assert kiemchung(home, "media", "add", "--json", str(folder)).code == 0
        assert len(check_whole(home, set())) == COUNT
    assert kept[0] == 0  # killed before it had begun
    assert 0 < kept[1] < COUNT


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    ("step", "nth"),
    [
        ("write_arrays", 1),
        ("write_arrays", 5),
        ("write_arrays", 9),  # a merge
        ("_merged", 1),
        ("checksum", 12),
        ("tidy", 8),
        ("listed", 4),
        ("sweep", 1),
        ("sweep", 5),
        ("sweep", 9),
        ("commit", 8),
        ("_flush", 3),
    ],
)
def test_a_kill_at_each_step_of_a_commit_leaves_the_last_one(
    folder: Path, tmp_path: Path, step: str, nth: int, when: str
) -> None:
    home = tmp_path / "home"
    command = [sys.executable, "-c", KILLER, step, when, str(nth), "media", "add", "--json", str(folder)]
    said = run(home, command)
    names = check_whole(home, said)
    assert len(names) < COUNT
    assert len(names) - len(said) <= 4  # a kill between the commit and what is said of it
    done = kiemchung(home, "media", "match", "--json", *(str(folder / name) for name in sorted(said)[:3]))
    assert [row["reference"] for row in done.rows if row["method"] == "file"] == sorted(said)[:3]


def test_a_kill_while_removing_leaves_all_or_nothing(folder: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    run(home, [*PROGRAM, "media", "add", "--json", str(folder)])
    ids = [str(number) for number in range(1, 60)]
    for step, when in (("write_arrays", "before"), ("write_arrays", "after"), ("listed", "after"), ("sweep", "before")):
        nth = "2" if step == "sweep" else "1"
        run(home, [sys.executable, "-c", KILLER, step, when, nth, "media", "remove", "--json", *ids])
        assert len(check_whole(home, set())) in (COUNT, COUNT - 59)
    assert len(check_whole(home, set())) == COUNT - 59  # the last one was killed after its commit
