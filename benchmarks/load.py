"""The site under load: questions answered, and page views of reviews, each kind of load by itself.

Run: `python -m benchmarks.load [--reviews N] [--seconds S] [--sqlite]`. On PostgreSQL (a throw-away cluster) two web
processes and one worker; with `--sqlite` one process that does all. The generator runs on the same cores. Requests are
sent at a fixed rate whatever the answers do, and a time runs from the moment at which the request was due, so that a
site that falls behind cannot hide it. A question is answered when its ticket's page says more than "looking it up".
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import chain, repeat
from pathlib import Path
from urllib.parse import urlencode

import numpy as np

from benchmarks.corpus import SETS as ASKED
from benchmarks.corpus import data_folder, labelled, spliced, write_jsonl
from tests.postgresql import cluster

COMMAND = str(Path(sys.executable).with_name("kiemchung"))
SETS = ("vifactcheck", "checkthat2020_en")
THREADS = 48
PUBLISHED = 60
IDLE_S = 3.0  # a connection at rest for longer is made anew: the site closes it after 5 s
_LOOKING = ("Đang tra cứu", "We are looking it up")


@dataclass
class Taken:
    """What a load came to."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def row(self, name: str, rate: float, note: str) -> str:
        """Return a row of the table."""
        p50, p95, p99 = np.percentile(np.array(self.seconds or [float("nan")]) * 1000, (50, 95, 99))
        most = max(self.seconds, default=float("nan")) * 1000
        figures = f"{p50:.0f} | {p95:.0f} | {p99:.0f} | {most:.0f} | {len(self.errors)}"
        return f"| {name} | {rate:g} | {len(self.seconds)} | {figures} | {note} |"


class Visitor(threading.local):
    """A thread's connections to the processes; each request goes to one of them by chance, as a balancer sends it."""

    def __init__(self, ports: Sequence[int]) -> None:
        self._connections = [http.client.HTTPConnection("127.0.0.1", port, timeout=30) for port in ports]
        self._used = dict.fromkeys(self._connections, 0.0)
        self._chance = random.Random(threading.get_ident())  # noqa: S311

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> tuple[int, str, str]:
        """Send a request; return status, where it leads to, and the page."""
        connection = self._chance.choice(self._connections)
        if time.monotonic() - self._used[connection] > IDLE_S:
            connection.close()
        try:
            connection.request(method, path, body or None, headers)
            answer = connection.getresponse()
            page = answer.read().decode()
            self._used[connection] = time.monotonic()
            return answer.status, answer.getheader("Location") or "", page
        except (OSError, http.client.HTTPException):
            connection.close()
            raise


def load(rate: float, seconds: float, act: Callable[[int], None]) -> Taken:
    """Call `act` with 0, 1, 2 … at a fixed rate; time each from the moment it was due."""
    taken, begin = Taken(), time.monotonic() + 1

    def once(number: int) -> None:
        due = begin + number / rate
        time.sleep(max(0.0, due - time.monotonic()))
        try:
            act(number)
            taken.seconds.append(time.monotonic() - due)
        except Exception as error:
            taken.errors.append(f"{type(error).__name__}: {error}")

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(once, range(int(rate * seconds))))
    return taken


def questions(visitor: Visitor, texts: Sequence[str]) -> Callable[[int], None]:
    """Return what asks the texts in turn, each by a caller of its own, through the form."""
    status, _, page = visitor.ask("GET", "/")
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    if status != 200 or found is None:
        raise RuntimeError(f"the first page answers {status}")
    token = found.group(1)

    def ask(number: int) -> None:
        caller = f"203.0.{number // 250 % 250}.{number % 250}"
        said = {"csrfmiddlewaretoken": token, "text": texts[number % len(texts)], "once": f"load-{number:020}"}
        headers = {"Cookie": f"csrf={token}", "X-Forwarded-For": caller}
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        status, where, _ = visitor.ask("POST", "/hoi", urlencode(said), **headers, **form)
        if status != 302:
            raise RuntimeError(f"POST /hoi: {status}")
        for wait_s in chain((0.1, 0.2, 0.4, 0.8), repeat(1.6)):  # the page itself looks again every two seconds
            status, _, page = visitor.ask("GET", where, **headers)
            if status != 200:
                raise RuntimeError(f"GET ticket: {status}")
            if not any(words in page for words in _LOOKING):
                return
            time.sleep(wait_s)

    return ask


def asked_texts() -> list[str]:
    """Return the questions of all sets, each once, in an order by chance; most are about nothing in the record.

    Some 4,700: of the 6,000 questions of five minutes four in five open a claim of their own, the rest come again.
    """
    texts = {one.text: None for name in (*ASKED, "messages_vi") for one in labelled(data_folder(), name).questions}
    return random.Random(0).sample(list(texts), len(texts))  # noqa: S311


def views(visitor: Visitor, paths: Sequence[str]) -> Callable[[int], None]:
    """Return what reads the pages in turn."""

    def read(number: int) -> None:
        status, _, _ = visitor.ask("GET", paths[number % len(paths)])
        if status != 200:
            raise RuntimeError(f"GET {paths[number % len(paths)]}: {status}")

    return read


@contextmanager
def serving(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Start a process of the site; give it and its port (0 for a worker)."""
    process = subprocess.Popen([COMMAND, "--lang", "en", *arguments], stderr=subprocess.PIPE, text=True)
    port = 0
    for line in process.stderr or ():
        if found := re.search(r"http://127\.0\.0\.1:(\d+)/", line):
            port = int(found.group(1))
        if port or "Waiting" in line:
            break
    threading.Thread(target=lambda: list(process.stderr or ()), daemon=True).start()
    try:
        yield process, port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


class Memory:
    """What each process holds: anonymous memory (its own, not pages of the index's files), MB, at even moments."""

    def __init__(self, processes: Sequence[subprocess.Popen[str]]) -> None:
        self._files = [Path(f"/proc/{process.pid}/status") for process in processes]
        self._ends = threading.Event()

    def now(self, field: str = "RssAnon") -> list[int]:
        """Return MB by process."""
        found = [re.search(rf"{field}:\s+(\d+)", file.read_text(encoding="utf-8")) for file in self._files]
        return [int(one.group(1)) // 1024 for one in found if one]

    @contextmanager
    def watched(self, every_s: float) -> Iterator[list[list[int]]]:
        """Look every so many seconds while something runs, and once at the end."""
        seen = [self.now()]

        def look() -> None:
            while not self._ends.wait(every_s):
                seen.append(self.now())

        self._ends.clear()
        thread = threading.Thread(target=look)
        thread.start()
        try:
            yield seen
        finally:
            self._ends.set()
            thread.join()
            seen.append(self.now())


def told(seen: Sequence[Sequence[int]]) -> str:
    """Return the sums over the processes, moment by moment, and the last moment process by process."""
    return f"{' '.join(str(sum(one)) for one in seen)} ({'+'.join(map(str, seen[-1]))})"


def prepared(place: Path, count: int) -> list[str]:
    """Fill the record with `count` reviews and publish some of our own; return their paths."""
    sets = [labelled(data_folder(), name) for name in SETS]
    write_jsonl(place / "reviews.jsonl", spliced([review for one in sets for review in one.reviews], count))
    for arguments in (("migrate", "-v0"), ("import-reviews", str(place / "reviews.jsonl")), ("rebuild-index",)):
        subprocess.run([COMMAND, "manage", *arguments], check=True, stdout=subprocess.DEVNULL)
    from kiemchung.web.starting import start

    start()
    from kiemchung.desk.models import Member, Message, Page, PageKind, Role
    from tests.desk import newsroom

    writer, editor = (Member.objects.create_user(name, role=Role.EDITOR) for name in ("linh", "an"))
    for kind in PageKind:
        Page.objects.create(kind=kind, lang="vi", number=1, text="…", written_by=editor)
    paths = []
    for number in range(PUBLISHED):
        from kiemchung.desk.grouping import open_claim

        claim = open_claim(Message(text=f"Chuyện thứ {number}: con cá số {number} leo cây", lang="vi"))
        paths.append(f"/kiem-chung/{newsroom.publish(claim, writer, editor).review.slug}")
    return paths


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reviews", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--questions", type=float, help="questions a second (20; 10 on SQLite)")
    parser.add_argument("--views", type=float, default=100, help="page views a second")
    parser.add_argument("--sqlite", action="store_true")
    options = parser.parse_args()
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        address = "" if options.sqlite else stack.enter_context(cluster(as_shipped=True)) or ""
        os.environ |= {"KIEMCHUNG_HOME": str(place), "KIEMCHUNG_DATABASE": address, "KIEMCHUNG_PROXIES": "127.0.0.1"}
        paths = prepared(place, options.reviews)
        roles = [("serve",)] if options.sqlite else [("serve", "--no-worker"), ("serve", "--no-worker")]
        started = [stack.enter_context(serving(*role, "--port", "0")) for role in roles]
        if not options.sqlite:
            started.append(stack.enter_context(serving("work")))
        measure(options, started, paths)


def measure(options: argparse.Namespace, started: list[tuple[subprocess.Popen[str], int]], paths: list[str]) -> None:
    """Send the loads and print their rows."""
    from kiemchung.desk.models import Message, MessageState

    visitor = Visitor([port for _, port in started if port])
    memory = Memory([process for process, _ in started])
    texts = asked_texts()
    rate = options.questions or (10 if options.sqlite else 20)
    act = questions(visitor, texts)
    load(5, 20, lambda number: act(10**9 + number))  # both processes read their tables
    already = Message.objects.count()
    print(f"| load | a second | done | p50 ms | p95 ms | p99 ms | max ms | errors | {'note':<4} |\n|{'---|' * 9}")
    with memory.watched(options.seconds / 5) as held:
        asked = load(rate, options.seconds, act)
    kept = Message.objects.exclude(state=MessageState.WAITING).count() - already
    lost = len(asked.seconds) + len(asked.errors) - kept
    print(asked.row("questions answered", rate, f"lost {lost}; MB {told(held)}"), flush=True)
    with memory.watched(options.seconds / 5) as held:
        seen = load(options.views, options.seconds, views(visitor, paths))
    note = f"MB {told(held)}; with files {'+'.join(map(str, memory.now('VmRSS')))}"
    print(seen.row("review pages", options.views, note))
    for error in sorted(set(asked.errors + seen.errors))[:5]:
        print(f"  {error}", file=sys.stderr)


if __name__ == "__main__":
    main()
