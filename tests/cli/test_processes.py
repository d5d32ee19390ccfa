"""Work by several processes: the same results in the same order, whatever happens to a fork."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kiemchung.cli.processes import in_processes, usable_cores

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Only Linux can be relied on to fork.")


def squared(number: int) -> tuple[int, int]:
    return number * number, os.getpid()


def children() -> set[str]:
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


@pytest.mark.parametrize("processes", [0, 1, 2, 3, 50])
@pytest.mark.parametrize("count", [0, 1, 2, 7])
def test_results_come_in_the_order_of_the_items(count: int, processes: int) -> None:
    assert [found for found, _pid in in_processes(squared, range(count), processes)] == [n * n for n in range(count)]


def test_the_work_is_done_by_as_many_processes_as_are_asked_for() -> None:
    done_by = {pid for _found, pid in in_processes(squared, range(9), 3)}
    assert len(done_by) == 3
    assert os.getpid() not in done_by


def test_a_result_larger_than_a_pipe_holds_arrives_whole() -> None:
    found = list(in_processes(lambda size: b"x" * size, [0, 1, 300_000, 5], 2))
    assert [len(one) for one in found] == [0, 1, 300_000, 5]


def test_an_error_is_raised_here_as_if_there_were_no_fork() -> None:
    with pytest.raises(ZeroDivisionError):
        list(in_processes(lambda n: 1 // n, [2, 1, 0, 3], 2))
    assert not children()


def test_what_a_killed_fork_leaves_is_done_here() -> None:
    here = os.getpid()

    def work(number: int) -> int:
        if number == 3 and os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return number * number

    assert list(in_processes(work, range(8), 2)) == [n * n for n in range(8)]


def test_a_reader_who_stops_early_leaves_no_process_behind() -> None:
    def work(number: int) -> int:
        time.sleep(0.01)
        return number

    results = in_processes(work, range(1000), 2)
    assert next(results) == 0
    assert len(children()) == 2
    results.close()
    assert not children()


def test_the_cores_that_may_be_used_are_counted() -> None:
    assert 1 <= usable_cores() <= (os.cpu_count() or 1)


@pytest.mark.skipif(not Path("/proc/self/task").is_dir() or usable_cores() < 2, reason="one core, or no /proc")
def test_a_command_multiplies_in_one_thread_unless_told_otherwise() -> None:
    code = (
        "import sys; from kiemchung.cli import main; main(['lookalike', 'example.org']); import numpy as np\n"
        "np.ones((700, 700)) @ np.ones((700, 700)); import os; print(len(os.listdir('/proc/self/task')))"
    )
    kept = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}

    def threads(**more: str) -> int:
        ran = subprocess.run([sys.executable, "-c", code], env=kept | more, capture_output=True, text=True, check=True)
        return int(ran.stdout.split()[-1])

    assert threads() == 1
    assert threads(OPENBLAS_NUM_THREADS="2") > 1
