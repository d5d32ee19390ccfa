"""What machines ask: whether the site is well, its figures, and whom to write to (R30)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client, override_settings

from kiemchung.jobs.models import Job, Schedule, State
from kiemchung.web.environment import Address
from kiemchung.web.operation import finders, health
from kiemchung.web.serving import Serving
from tests.jobs.conftest import Hands

HERE: dict[str, Any] = {"kiemchung.is_on_this_machine": True}
TOKEN = "0123456789-0123456789"  # noqa: S105 - of a test


def test_the_process_lives_whatever_the_database_does(reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "report", broken)
    assert reader.get("/healthz").content == b"ok\n"
    answer = reader.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"the database does not answer\n")
    assert answer["Retry-After"]


def broken() -> None:
    raise OperationalError


def test_the_site_is_ready_while_periodic_jobs_run(reader: Client, hands: Hands) -> None:
    assert reader.get("/readyz").status_code == 200
    row = Schedule.objects.create(name="tidy", every=timedelta(minutes=5), queue="default", next_at=hands.time)
    assert reader.get("/readyz").status_code == 200  # not yet run: it is new
    row.last_done_at = hands.time
    row.save()
    hands.forward(minutes=16)
    assert reader.get("/readyz").status_code == 200
    hands.forward(minutes=1)
    assert reader.get("/readyz").content == b"late: tidy\n"


def test_the_site_is_not_ready_when_no_worker_ever_comes(reader: Client, hands: Hands) -> None:
    Serving("127.0.0.1", 0, has_worker=False).prepare()
    assert Schedule.objects.filter(name="desk.open_given_up").exists()
    hands.forward(minutes=16)
    assert reader.get("/readyz").status_code == 200
    hands.forward(minutes=1)
    assert b"late: desk.open_given_up\n" in reader.get("/readyz").content


def test_the_site_is_not_ready_when_a_periodic_job_has_never_ended_well(reader: Client, hands: Hands) -> None:
    row = Schedule.objects.create(name="tidy", every=timedelta(minutes=5), queue="default", next_at=hands.time)
    Job.objects.create(kind="tidy", payload="{}", version=1, enqueued_at=hands.time, schedule=row)
    hands.forward(minutes=17)
    row.next_at = hands.time + row.every  # a worker goes on making its jobs
    row.save()
    assert reader.get("/readyz").content == b"late: tidy\n"


def test_figures_are_in_the_form_of_prometheus(reader: Client, hands: Hands) -> None:
    Job.objects.create(kind="match", queue='de"fault', payload="{}", version=1, enqueued_at=hands.time)
    Job.objects.create(kind="x", queue="q", payload="{}", version=1, enqueued_at=hands.time, state=State.QUARANTINED)
    Schedule.objects.create(
        name="tidy", every=timedelta(minutes=5), queue="default", next_at=hands.time, last_done_at=hands.time
    )
    hands.forward(seconds=90)
    text = reader.get("/metrics", **HERE).content.decode()
    assert 'kiemchung_jobs{queue="de\\"fault",kind="match",state="waiting"} 1\n' in text
    assert 'kiemchung_oldest_job_seconds{queue="q",kind="x",state="quarantined"} 90\n' in text
    assert "kiemchung_quarantined_jobs 1\n" in text
    assert 'kiemchung_periodic_job_last_run_seconds{name="tidy"} 90\n' in text
    line = re.compile(r'(# (HELP|TYPE) kiemchung_\w+ .+|kiemchung_\w+({(\w+="(\\.|[^"\\])*",?)+})? [\d.e+]+)')
    assert [one for one in text.splitlines() if not line.fullmatch(one)] == []


@pytest.mark.parametrize(
    ("settings", "request_", "status"),
    [
        ({}, {}, 404),
        ({}, HERE, 200),
        ({"SITE": Address("kiemchung.example"), "ALLOWED_HOSTS": ["*"]}, HERE, 404),
        ({"METRICS_TOKEN": TOKEN}, HERE, 404),
        ({"METRICS_TOKEN": TOKEN}, {"HTTP_AUTHORIZATION": "Bearer wrong"}, 404),
        ({"METRICS_TOKEN": TOKEN}, {"HTTP_AUTHORIZATION": f"Bearer {TOKEN}"}, 200),
    ],
)
def test_figures_are_for_this_machine_or_for_the_token(
    reader: Client, settings: dict[str, Any], request_: dict[str, Any], status: int
) -> None:
    with override_settings(**settings):
        assert reader.get("/metrics", **request_).status_code == status


def test_r30_finders_of_faults_are_told_whom_to_write_to(reader: Client) -> None:
    assert reader.get("/.well-known/security.txt").status_code == 404
    with override_settings(SECURITY_CONTACT="mailto:security@kiemchung.example", SITE=Address("kiemchung.example")):
        answer = reader.get("/.well-known/security.txt", secure=True)
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert fields["Contact"] == "mailto:security@kiemchung.example"
    assert fields["Canonical"] == "https://kiemchung.example/.well-known/security.txt"
    assert set(fields) == {"Contact", "Expires", "Preferred-Languages", "Canonical"}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", fields["Expires"])


def test_r30_the_file_is_renewed_a_month_before_it_ends() -> None:
    ends = datetime.combine(finders.RELEASED + finders.VALID, datetime.min.time(), UTC)
    left = ends - datetime.now(UTC)
    assert left > timedelta(days=30), "set RELEASED in web/operation/finders.py to the day of this release"
    assert left < timedelta(days=366)


def test_robots_stay_out_of_the_desk(reader: Client) -> None:
    assert b"Disallow: /desk/" in reader.get("/robots.txt").content
