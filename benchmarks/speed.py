"""How long it takes and how much it needs: questions, import, cold start, whole-process matching; on one core."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks import peers
from benchmarks.corpus import SPLICED, DataMissingError, LabelledSet, labelled, spliced, write_jsonl
from benchmarks.setting import markdown
from kiemchung.collection.searchable import INDEX_FOLDER, SearchableCollection
from kiemchung.engine.claims.index import ClaimIndex
from kiemchung.engine.types import Message, Review

QUESTIONS = 300
TOP = 5
MATCH_TOP = 100
IMPORTED = 50_000
COLD_STARTS = 7
MATCHED = ("checkthat2020_en", "checkthat2022_2a_en", "vifactcheck", "vihallu")
# Peers that answer questions over the large collection; the others need minutes or gigabytes for it.
_PEERS = ("bm25s", "tantivy", "more-like-this 70 %")
_SLOW_PEER_QUESTIONS = 20
# Reports a command's time and peak memory. A process of its own: what a child inherits of a large parent's memory
# would count as the child's peak.
_LAUNCHER = """
import json, resource, subprocess, sys, time
begin = time.perf_counter()
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
seconds = time.perf_counter() - begin
used = resource.getrusage(resource.RUSAGE_CHILDREN)
peak = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print(json.dumps([code, seconds, used.ru_utime + used.ru_stime, peak]))
"""


@dataclass(frozen=True, slots=True)
class Run:
    """One command run to its end: seconds, seconds of processor time, and peak bytes of memory."""

    seconds: float
    cpu: float
    peak: int


def run_command(command: Sequence[str], home: Path | None = None) -> Run:
    """Run a command, its output thrown away. Raises `RuntimeError` when it could not do its work."""
    environment = os.environ | ({"KIEMCHUNG_HOME": str(home)} if home else {})
    launched = subprocess.run(
        [sys.executable, "-c", _LAUNCHER, *command], capture_output=True, text=True, env=environment, check=True
    )
    code, seconds, cpu, peak = json.loads(launched.stdout)
    if code not in (0, 1):  # 1: nothing found, which is an answer
        raise RuntimeError(f"{' '.join(command)} ended with {code}: {launched.stderr[-500:]}")
    return Run(seconds, cpu, peak)


def kiemchung(*arguments: str) -> list[str]:
    """Return the command line of the installed command."""
    return [str(Path(sys.executable).with_name("kiemchung")), *arguments]


def report(folder: Path, size: int) -> list[str]:
    """Measure everything with `size` spliced reviews; return the Markdown tables."""
    sets = [found for name in SPLICED if (found := _present(folder, name))]
    if not sets:
        raise DataMissingError(f"{folder} holds none of {', '.join(SPLICED)}.")
    reviews = spliced([review for one in sets for review in one.reviews], size)
    questions = _questions(sets)
    with TemporaryDirectory() as scratch:
        place = Path(scratch)
        commands = _commands(place, reviews)
        asked = _asked(place / "large", reviews, questions)
        matching = _matching(place, [found for name in MATCHED if (found := _present(folder, name))])
    return [asked, commands, *([matching] if matching else [])]


def _present(folder: Path, name: str) -> LabelledSet | None:
    try:
        return labelled(folder, name)
    except DataMissingError:
        return None


def _questions(sets: Sequence[LabelledSet]) -> list[str]:
    each = -(-QUESTIONS // len(sets))
    return [question.text for one in sets for question in one.questions[:each]]


def _asked(home: Path, reviews: Sequence[Review], questions: Sequence[str]) -> str:
    """Time single questions; our index is the one on disk that `import` made."""
    rows = []
    with SearchableCollection.open(home, read_only=True) as collection:
        index = collection.index()
        with_reasons = times(lambda text: index.search(Message(text), top=TOP), questions)
        without = times(lambda text: _without_reasons(index, text), questions)
    rows.append(question_row("kiemchung, with reasons", with_reasons, with_reasons))
    rows.append(question_row("kiemchung, no reasons", without, with_reasons))
    for name in _PEERS:
        ranker = peers.PEERS[name](reviews)
        rows.append(question_row(name, times(_ranks(ranker), questions), with_reasons))
        del ranker
        gc.collect()
    slow = peers.TokenSet(reviews)
    sample = questions[:: max(1, len(questions) // _SLOW_PEER_QUESTIONS)]
    rows.append(question_row(peers.SLOW, times(_ranks(slow), sample), with_reasons))
    columns = ["p50 ms", "p95 ms", "p99 ms", "CPU p50 ms", "CPU p95 ms", "CPU p99 ms"]
    header = ["one question, top 5", "questions", *columns, "CPU median against ours"]
    return f"### A question against {len(reviews):,} spliced reviews, warm\n\n{markdown(header, rows)}"


def _without_reasons(index: ClaimIndex, text: str) -> None:
    index.search_many([Message(text)], top=TOP, explain=False)


def _ranks(ranker: peers.Ranker) -> Callable[[str], object]:
    return lambda text: ranker.rank(text, TOP)


def times(ask: Callable[[str], object], questions: Sequence[str]) -> list[tuple[float, float]]:
    """Return seconds and seconds of processor time of each question, asked one after another."""
    for text in questions[: max(1, len(questions) // 10)]:
        ask(text)  # warm: tables computed, pages read
    taken = []
    for text in questions:
        begin, used = time.perf_counter(), time.process_time()
        ask(text)
        taken.append((time.perf_counter() - begin, time.process_time() - used))
    return taken


def question_row(name: str, taken: Sequence[tuple[float, float]], ours: Sequence[tuple[float, float]]) -> list[str]:
    """Return a row of percentiles, the last column being the CPU median against that of `ours`."""
    milliseconds = np.percentile(np.array(taken) * 1e3, [50, 95, 99], axis=0)
    ratio = np.median(np.array(taken), axis=0) / np.median(np.array(ours), axis=0)
    return [name, str(len(taken)), *(f"{value:.1f}" for value in milliseconds.T.ravel()), f"{ratio[1]:.2f}"]


def _commands(place: Path, reviews: Sequence[Review]) -> str:
    """Import, then start cold; leaves the large collection in `place / "large"`."""
    part, whole = reviews[:IMPORTED], reviews
    write_jsonl(place / "part.jsonl", part)
    write_jsonl(place / "whole.jsonl", whole)
    imported = run_command(kiemchung("import", "--quiet", str(place / "part.jsonl")), place / "part")
    large = run_command(kiemchung("import", "--quiet", str(place / "whole.jsonl")), place / "large")
    run_command(kiemchung("import", "--quiet", "starter"), place / "starter")
    index_bytes = sum(file.stat().st_size for file in (place / "large" / INDEX_FOLDER).iterdir())
    check = kiemchung("check", "uống nước chanh nóng chữa được ung thư phải không")
    starts = {
        home: _middle([run_command(check, place / home) for _ in range(COLD_STARTS)]) for home in ("starter", "large")
    }
    rows = [
        [f"`import` of {len(part):,} reviews", _rate(part, imported)],
        [f"`import` of {len(part):,} reviews, peak memory", f"{imported.peak / 2**20:,.0f} MB"],
        [f"`import` of {len(whole):,} reviews", _rate(whole, large)],
        [f"`import` of {len(whole):,} reviews, peak memory", f"{large.peak / 2**20:,.0f} MB"],
        ["index on disk, without the reviews' text", f"{index_bytes / len(whole):,.0f} bytes a review"],
        [f"`check`, cold, starter collection, median of {COLD_STARTS}", _seconds(starts["starter"])],
        [f"`check`, cold, {len(whole):,} reviews, median of {COLD_STARTS}", _seconds(starts["large"])],
    ]
    return f"### Commands, as whole processes\n\n{markdown(['what', 'measured'], rows)}"


def _rate(reviews: Sequence[Review], run: Run) -> str:
    return f"{len(reviews) / run.seconds:,.0f} reviews/s ({len(reviews) / run.cpu:,.0f} a second of CPU)"


def _seconds(run: Run) -> str:
    return f"{run.seconds:.2f} s ({run.cpu:.2f} s of CPU)"


def _middle(runs: Sequence[Run]) -> Run:
    return Run(median(r.seconds for r in runs), median(r.cpu for r in runs), max(r.peak for r in runs))


def _matching(place: Path, sets: Sequence[LabelledSet]) -> str:
    rows = []
    for one in sets:
        claims, queries = place / f"{one.name}-claims.jsonl", place / f"{one.name}-queries.jsonl"
        write_jsonl(claims, one.reviews)
        write_jsonl(queries, [Review(id=question.id, claim=question.text) for question in one.questions])
        top = str(MATCH_TOP)
        ours = kiemchung("match", "--claims", str(claims), "--queries", str(queries), "--top", top, "--format", "trec")
        theirs = [sys.executable, "-m", "benchmarks.match_bm25s", str(claims), str(queries), top]
        first, second = (_middle([run_command(command) for _ in range(3)]) for command in (ours, theirs))
        sizes = [f"{len(one.reviews):,}", str(len(one.questions))]
        ratios = [f"{first.seconds / second.seconds:.2f}", f"{first.cpu / second.cpu:.2f}"]
        rows.append([one.name, *sizes, _seconds(first), _seconds(second), *ratios, f"{_ratio_in_process(one):.2f}"])
    header = ["set", "claims", "queries", "`kiemchung match`", "bm25s", "ratio", "ratio of CPU", "ratio in one process"]
    title = f"### Matching, whole processes, top {MATCH_TOP}, medians of 3; CPU of index and queries in one process"
    return f"{title}\n\n{markdown(header, rows)}" if rows else ""


def _ratio_in_process(one: LabelledSet) -> float:
    """Return our CPU time against bm25s's for index and queries alone, all queries in one batch each, median of 3."""
    texts = [question.text for question in one.questions]

    def ours() -> None:
        ClaimIndex(one.reviews).search_many([Message(text) for text in texts], top=MATCH_TOP, explain=False)

    def theirs() -> None:
        peers.Bm25s(one.reviews).rank_many(texts, MATCH_TOP)

    return median(_cpu(ours) / _cpu(theirs) for _ in range(3))


def _cpu(work: Callable[[], None]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin
