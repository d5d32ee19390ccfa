"""PostgreSQL killed, restarted, full and out of connections, under a site that runs (F12, F13, F14, F16)."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.test.utils import override_settings

from kiemchung.desk import tickets
from kiemchung.web.database import database_from
from tests.databases import use
from tests.desk.calling import Answered, ask_as_program, call
from tests.desk.dying import serving
from tests.postgresql import binaries, cluster
from tests.web.cast import join, signed_in

pytestmark = pytest.mark.faults
DEADLINE_S = 20


@dataclass
class Server:
    """A cluster of the test's own, which it may kill."""

    address: str
    place: Path

    def postmaster(self) -> int:
        return int((self.place / "data" / "postmaster.pid").read_text(encoding="ascii").split()[0])

    def control(self, *arguments: str, connections: int = 20) -> None:
        folder = binaries()
        assert folder is not None
        options_of_all = f"-c listen_addresses='' -c unix_socket_directories={self.place} -c shared_buffers=16MB"
        options = (
            ["-o", f"{options_of_all} -c max_connections={connections}"] if arguments[0] in ("start", "restart") else []
        )
        command = [
            str(folder / "pg_ctl"),
            *arguments,
            "-D",
            str(self.place / "data"),
            "-w",
            "-l",
            str(self.place / "log"),
        ]
        account = "nobody" if os.getuid() == 0 else None
        subprocess.run([*command, *options], user=account, cwd=self.place, check=True, stdout=subprocess.DEVNULL)

    def digests(self) -> set[str]:
        with psycopg.connect(self.address) as owner:
            return {row[0] for row in owner.execute("SELECT ticket_digest FROM desk_message").fetchall()}


@contextmanager
def migrated() -> Iterator[Server]:
    with cluster() as address:
        if address is None:
            pytest.skip("PostgreSQL is not installed: what happens when it fails is not tested")
        server = Server(address, Path(address.partition("?host=")[2]))
        use(database_from(address, Path()))
        call_command("migrate", verbosity=0)
        connections.close_all()
        server.control("restart", "-m", "fast")
        yield server
        with suppress(subprocess.CalledProcessError):
            server.control("start")  # for the end of `cluster`, where a test has left it dead


@pytest.fixture
def server() -> Iterator[Server]:
    with migrated() as one:
        yield one


@dataclass
class Load:
    """Readers who ask one message after the other."""

    address: str
    tickets: list[str] = field(default_factory=list)
    refused: list[Answered] = field(default_factory=list)
    slowest_s: float = 0.0
    is_over: bool = False

    def ask(self, text: str) -> Answered:
        begun = time.monotonic()
        answer = ask_as_program(self.address, text)
        self.slowest_s = max(self.slowest_s, time.monotonic() - begun)
        if answer.status == 200:
            self.tickets.append(str(json.loads(answer.text)["ticket"]))
        elif answer.status != 429:
            self.refused.append(answer)
        return answer

    def run(self, who: int) -> None:
        number = 0
        while not self.is_over:
            number += 1
            self.ask(f"Câu hỏi số {number} của người {who}: ăn tỏi chữa cúm?")
            time.sleep(0.3)

    @contextmanager
    def going_on(self) -> Iterator[None]:
        threads = [threading.Thread(target=self.run, args=(who,)) for who in range(3)]
        for one in threads:
            one.start()
        try:
            yield
        finally:
            self.is_over = True
            for one in threads:
                one.join()

    def await_more(self, seconds: float = DEADLINE_S) -> None:
        """Wait until somebody's message was taken again."""
        before, until = len(self.tickets), time.monotonic() + seconds
        while len(self.tickets) < before + 3:
            assert time.monotonic() < until, "nothing is taken any more"
            time.sleep(0.1)

    def check(self, server: Server) -> None:
        """Refusals say when to come again, in time; what was taken is there."""
        assert [one.status for one in self.refused if one.status != 503 or not one.headers["Retry-After"]] == []
        assert self.slowest_s < DEADLINE_S
        assert {tickets.digest_of(one) for one in self.tickets} <= server.digests()


def test_f12_f13_killed_and_restarted_under_load_it_refuses_in_time_loses_nothing_and_is_found_again(
    server: Server, tmp_path: Path
) -> None:
    with serving(tmp_path, "--no-worker", address=server.address) as (process, address):
        load = Load(address)
        with load.going_on():
            load.await_more()
            os.kill(server.postmaster(), signal.SIGKILL)
            time.sleep(2)
            refused = len(load.refused)
            assert refused
            server.control("start")
            load.await_more()
            server.control("restart", "-m", "fast")
            load.await_more()
        load.check(server)
        assert process.poll() is None
        assert call(address, "GET", "/readyz").status == 200


def test_f14_without_a_connection_left_it_refuses_in_time_and_serves_when_there_is_one(
    server: Server, tmp_path: Path
) -> None:
    with serving(tmp_path, "--no-worker", address=server.address) as (_, address):
        load = Load(address)
        assert load.ask("Uống nước chanh chữa ung thư?").status == 200
        held: list[psycopg.Connection] = []
        with psycopg.connect(server.address, autocommit=True) as owner:
            owner.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
            with suppress(psycopg.OperationalError):
                while True:
                    held.append(psycopg.connect(server.address))
            assert load.ask("Uống nước chanh chữa cúm?").status == 503
            assert call(address, "GET", "/healthz").status == 200
        for one in held:
            one.close()
        assert load.ask("Uống nước chanh chữa cúm?").status == 200
        load.check(server)


def member_at(home: Path) -> str:
    """Make a member with a second factor and a session of the site in `home`; return the cookie."""
    key = (home / "secret-key").read_text(encoding="ascii").strip()
    with override_settings(SECRET_KEY=key):
        browser = signed_in(join("mai", "checker"))
        cookie = browser.cookies[settings.SESSION_COOKIE_NAME].value
    connections.close_all()
    return f"{settings.SESSION_COOKIE_NAME}={cookie}"


def test_f14_with_8_connections_used_up_readers_are_refused_in_time_and_the_desk_goes_on(
    server: Server, tmp_path: Path
) -> None:
    server.control("stop", "-m", "fast")
    server.control("start", connections=8)
    with serving(tmp_path, "--no-worker", address=server.address) as (_, address):
        with psycopg.connect(server.address) as owner:
            rows = owner.execute("SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'").fetchall()
            reserved = [pid for (pid,) in rows if pid != owner.info.backend_pid]
        assert len(reserved) == 2
        load = Load(address)
        assert load.ask("Uống nước chanh chữa ung thư?").status == 200
        cookie = member_at(tmp_path)
        with psycopg.connect(server.address, autocommit=True) as owner:
            held: list[psycopg.Connection] = []
            try:
                owner.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> ALL(%s)",
                    [[*reserved, owner.info.backend_pid]],  # of readers: theirs are opened when they are needed
                )
                with suppress(psycopg.OperationalError):
                    while True:
                        held.append(psycopg.connect(server.address))
                assert load.ask("Uống nước chanh chữa cúm?").status == 503
                for _ in range(6):
                    begun = time.monotonic()
                    page = call(address, "GET", "/desk/", headers={"Cookie": cookie})
                    assert page.status == 200, "anybody else is sent to the sign-in"
                    assert time.monotonic() - begun < DEADLINE_S
                assert load.ask("Uống nước chanh chữa ho?").status == 503
            finally:
                for one in held:
                    one.close()
        assert load.ask("Uống nước chanh chữa cúm?").status == 200
        load.check(server)


def test_f16_on_a_full_disk_nothing_half_is_kept_and_it_goes_on_when_there_is_room(tmp_path: Path) -> None:
    disk = Path(tempfile.mkdtemp(prefix="kc-disk-"))  # where the account that runs PostgreSQL gets at it
    disk.chmod(0o755)
    command = ["mount", "-t", "tmpfs", "-o", "size=160m,mode=0777", "tmpfs", str(disk)]
    if not shutil.which("mount") or subprocess.run(command, capture_output=True, check=False).returncode:
        disk.rmdir()
        pytest.skip("a small disk cannot be mounted here: PostgreSQL on a full one is not tested")
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(tempfile, "tempdir", str(disk))
            with migrated() as server, serving(tmp_path, "--no-worker", address=server.address) as (_, address):
                fill_and_free(server, address, disk)
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)
        disk.rmdir()


def fill_and_free(server: Server, address: str, disk: Path) -> None:
    load = Load(address)
    assert load.ask("Ăn gừng chữa cúm?").status == 200
    with (disk / "ballast").open("wb") as ballast, suppress(OSError):
        while True:
            ballast.write(bytes(65536))
            ballast.flush()
    long = "Ăn gừng mỗi ngày thì khỏi cúm. " * 600
    for number in range(200):
        if load.ask(f"{number} {long}").status == 503:
            break
        time.sleep(0.1)
    assert load.refused, "the disk was not full"
    (disk / "ballast").unlink()
    if not (server.place / "data" / "postmaster.pid").exists():
        server.control("start")  # without room for its log it ends, as it must
    until = time.monotonic() + DEADLINE_S
    while load.ask("Ăn gừng chữa ho?").status != 200:
        assert time.monotonic() < until
        time.sleep(0.5)
    load.check(server)
    with psycopg.connect(server.address) as owner:
        (lonely,) = owner.execute(
            "SELECT count(*) FROM desk_message m WHERE NOT EXISTS "
            "(SELECT FROM jobs_job j WHERE j.kind = 'desk.answer' AND j.key = m.id::text)"
        ).fetchone() or (None,)
    assert lonely == 0
