"""A job's life: enqueued, claimed with a lease, then finished, tried again or quarantined."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet

from kiemchung.engine.errors import InputError, KiemchungError
from kiemchung.jobs import clock, wakeup
from kiemchung.jobs.handlers import HANDLERS, Handler, Payload
from kiemchung.jobs.models import UNFINISHED, Job, Schedule, State
from kiemchung.jobs.transactions import retried

LARGEST_PAYLOAD = 64 * 1024  # bytes of JSON: a job carries ids, not contents
LEASE = timedelta(seconds=30)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(hours=1)
_PATIENCE = timedelta(seconds=60)  # so long what nobody waits for lets what somebody waits for go first
_KEY_RACES = 5  # how often the job of a key may end between our insert and our look


class LeaseLostError(KiemchungError):
    """The job was given to another worker meanwhile: what this one found is not taken any more."""

    def __init__(self, job_id: int) -> None:
        super().__init__(
            f"Job {job_id} was given to another worker; this late result is not taken. There is nothing to do.",
            f"Việc {job_id} đã giao cho tiến trình khác; kết quả muộn này không được nhận. Không cần làm gì.",
        )


@dataclass
class Run:
    """One attempt at a job, held by a lease: `token` tells it from earlier and later attempts (from 1)."""

    job_id: int
    kind: str
    payload: Payload
    version: int
    attempt: int
    token: int
    schedule_id: int | None = None
    is_finished: bool = False

    @contextmanager
    def finishing(self) -> Iterator[None]:
        """A transaction in which the handler writes its result and the job ends: both or none.

        Raises `LeaseLostError`, and undoes what was written, when another worker has the job.
        """
        with transaction.atomic():
            finish(self)
            yield
        self.is_finished = True


def enqueue(
    kind: str,
    payload: Payload,
    *,
    run_after: datetime | None = None,
    key: str | None = None,
    queue: str = "default",
    version: int = 1,
    wakes: bool = True,
) -> int:
    """Store a job in the caller's transaction, if there is one, and return its id.

    `payload` is JSON of at most `LARGEST_PAYLOAD` bytes. While a job of the same `kind` and `key` waits or runs, that
    one's id is returned and nothing is stored. `run_after` is aware; without it the job is due at once. Without `wakes`
    a worker takes it at its next look only, for whoever enqueued it runs it at once. Raises
    `InputError` for a payload or a time that cannot be kept.
    """
    text = _as_text(kind, payload)
    if run_after is not None and run_after.tzinfo is None:
        raise InputError(
            f"Job {kind}: `run_after` has no time zone. Give an aware time, for example in UTC.",
            f"Việc {kind}: `run_after` không có múi giờ. Hãy đưa thời điểm có múi giờ, ví dụ UTC.",
        )
    job = Job(
        kind=kind,
        payload=text,
        version=version,
        key=key,
        queue=queue,
        enqueued_at=clock.now(),
        run_after=run_after,
    )
    return store(job, wakes=wakes)


def store(job: Job, *, wakes: bool = True) -> int:
    """Insert the job, or find the unfinished one with its key; return the id, and wake workers at the commit."""
    with transaction.atomic(savepoint=False):
        found: int | None
        for _ in range(_KEY_RACES):
            if job.key is None:
                job.save(force_insert=True)
                found = job.pk
            else:
                Job.objects.bulk_create([job], ignore_conflicts=True)
                same = Job.objects.filter(UNFINISHED, kind=job.kind, key=job.key)
                found = same.values_list("id", flat=True).first()
            if found is not None:
                if wakes:
                    wakeup.ring()
                return int(found)
    raise LookupError(f"the jobs of the kind {job.kind!r} with one key end faster than they can be found")


def _as_text(kind: str, payload: Payload) -> str:
    try:
        text = json.dumps(payload, allow_nan=False, separators=(",", ":"))
        is_same = isinstance(payload, dict) and json.loads(text) == payload
    except (TypeError, ValueError, RecursionError):
        is_same, text = False, ""
    if not is_same:
        raise InputError(
            f"Job {kind}: the payload is not a JSON object. Use dict, list, str, int, float, bool and None only.",
            f"Việc {kind}: dữ liệu không phải đối tượng JSON. Chỉ dùng dict, list, str, int, float, bool và None.",
        )
    if len(text) > LARGEST_PAYLOAD:
        raise InputError(
            f"Job {kind}: the payload has {len(text)} bytes, {LARGEST_PAYLOAD} are allowed. Give the id of a record.",
            f"Việc {kind}: dữ liệu có {len(text)} byte, chỉ được {LARGEST_PAYLOAD}. Hãy đưa id của bản ghi.",
        )
    return text


def claim(
    queues: Collection[str] = (), *, lease: timedelta = LEASE, take_over: bool = True, only: int | None = None
) -> Run | None:
    """Take the oldest job that is due, or an urgent one while that is young, and count the attempt, in one transaction;
    None when there is none.

    `queues` empty means all; `only` is the id of the one job that is wanted. A job whose lease ran out is due too
    (unless not `take_over`); when it has no attempt left it is quarantined instead: whatever ran it has died each time.
    """
    while True:
        job = retried(lambda: _claim_or_quarantine(queues, lease, take_over, only))
        if job is None:
            return None
        if job.state == State.RUNNING:
            return Run(job.pk, job.kind, json.loads(job.payload), job.version, job.attempts, job.token, job.schedule_id)


def _claim_or_quarantine(queues: Collection[str], lease: timedelta, take_over: bool, only: int | None) -> Job | None:
    now = clock.now()
    jobs = Job.objects.select_for_update(skip_locked=True, of=("self",))
    if only is not None:
        jobs = jobs.filter(pk=only)
    due = jobs.filter(_due(now, queues, lease, take_over)).order_by("id")
    job = due.first()
    if job is not None and not HANDLERS[job.kind].is_urgent and job.enqueued_at > now - _PATIENCE:
        urgent = [one.kind for one in HANDLERS.values() if one.is_urgent]
        job = due.filter(kind__in=urgent).first() or job  # two looks: one in an order of its own would sort all jobs
    if job is None:
        return None
    if job.attempts >= HANDLERS[job.kind].attempts:
        job.state, job.leased_until = State.QUARANTINED, None
        job.reason = f"begun {job.attempts} times, and its worker ended or froze each time"
    else:
        job.state, job.leased_until = State.RUNNING, now + lease
        job.attempts += 1
    job.token += 1
    job.save(update_fields=("state", "leased_until", "attempts", "token", "reason"))
    return job


def _due(now: datetime, queues: Collection[str], lease: timedelta, take_over: bool) -> Q:
    # A time further away than any that is ever set was written before the clock was set back: it counts as past.
    after_backoff = Q(attempts__gt=0, run_after__gt=now + LONGEST_WAIT)
    due = Q(state=State.WAITING) & (Q(run_after=None) | Q(run_after__lte=now) | after_backoff)
    if take_over:
        due |= Q(state=State.RUNNING) & (Q(leased_until__lte=now) | Q(leased_until__gt=now + 10 * lease))
    newest: dict[int, list[str]] = {}
    for one in HANDLERS.values():
        newest.setdefault(one.version, []).append(one.kind)
    known = Q(pk__in=())
    for version, kinds in newest.items():
        known |= Q(kind__in=kinds, version__lte=version)
    return UNFINISHED & due & known & (Q(queue__in=queues) if queues else Q())


def extend(run: Run, *, lease: timedelta = LEASE) -> bool:
    """Hold the job for another `lease` from now; False when it is not ours any more."""
    return bool(retried(lambda: _held(run).update(leased_until=clock.now() + lease)))


def finish(run: Run) -> None:
    """End the job, in the caller's transaction if any. Raises `LeaseLostError` when it is not ours any more."""
    with transaction.atomic(savepoint=False):
        if not _held(run).delete()[0]:
            raise LeaseLostError(run.job_id)
        if run.schedule_id is not None:
            Schedule.objects.filter(pk=run.schedule_id).update(last_done_at=clock.now())


def retry_or_quarantine(run: Run, handler: Handler, reason: str, *, is_hopeless: bool = False) -> State:
    """Let the job wait for its next attempt, or quarantine it after the last. Raises `LeaseLostError`."""
    is_last = is_hopeless or run.attempt >= handler.attempts
    state = State.QUARANTINED if is_last else State.WAITING
    run_after = None if is_last else clock.now() + backoff(run.attempt)
    changes = {"state": state, "run_after": run_after, "leased_until": None, "reason": reason}
    if not retried(lambda: _held(run).update(**changes)):
        raise LeaseLostError(run.job_id)
    return state


def release(run: Run) -> None:
    """Give the job back at once, for another worker; nothing happens when it is not ours any more."""
    retried(lambda: _held(run).update(state=State.WAITING, run_after=None, leased_until=None))


def again(job_id: int) -> bool:
    """Take a job out of quarantine, with all its attempts before it; False when it is not there.

    Raises `InputError` when an unfinished job has its key by now.
    """
    job = Job.objects.filter(pk=job_id, state=State.QUARANTINED).first()
    if job is None:
        return False
    if job.key is not None and Job.objects.filter(UNFINISHED, kind=job.kind, key=job.key).exists():
        raise InputError(
            f"Job {job_id}: another one with the same key is waiting or running. Discard this one.",
            f"Việc {job_id}: đã có việc khác cùng khóa đang chờ hoặc đang chạy. Hãy bỏ việc này.",
        )
    freed = {"state": State.WAITING, "attempts": 0, "run_after": None, "token": F("token") + 1}
    return bool(Job.objects.filter(pk=job_id, state=State.QUARANTINED).update(**freed))


def backoff(attempt: int) -> timedelta:
    """The wait after the failed `attempt` (from 1): 5 s, doubled each time, at most an hour.

    >>> [backoff(n).total_seconds() for n in (1, 2, 3, 100)]
    [5.0, 10.0, 20.0, 3600.0]
    """
    doublings: int = 2 ** min(attempt - 1, 20)
    return min(LONGEST_WAIT, FIRST_WAIT * doublings)


def _held(run: Run) -> QuerySet[Job]:
    return Job.objects.filter(pk=run.job_id, token=run.token, state=State.RUNNING)
