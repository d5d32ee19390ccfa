"""What a monitor reads, in Prometheus' text form: jobs by state, their ages, the last run of each periodic one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe

from kiemchung.jobs.report import Report, report
from kiemchung.version import VERSION
from kiemchung.web import errors

_KIND = "text/plain; version=0.0.4; charset=utf-8"
Sample = tuple[dict[str, str], float]


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Return the figures to whoever shows the token; where there is none, and no public address, to this machine."""
    if not _may_read(request):
        return errors.not_found(request)
    return HttpResponse("".join(_lines(report())), content_type=_KIND)


def _may_read(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return constant_time_compare(shown, settings.METRICS_TOKEN)
    return bool(request.META.get("kiemchung.is_on_this_machine")) and not settings.SITE.is_public


def _lines(found: Report) -> Iterator[str]:
    jobs = [({"queue": one.queue, "kind": one.kind, "state": one.state}, one) for one in found.jobs]
    yield from _family("info", "The running version.", [({"version": VERSION}, 1)])
    yield from _family("jobs", "Jobs by queue, kind and state.", [(labels, one.count) for labels, one in jobs])
    yield from _family(
        "oldest_job_seconds", "Age of the oldest job of each kind.", [(labels, one.oldest_s) for labels, one in jobs]
    )
    yield from _family("quarantined_jobs", "Jobs that nobody tries any more.", [({}, len(found.quarantined))])
    yield from _family(
        "periodic_job_last_run_seconds",
        "Age of the last run of a periodic job that ended well; absent when there was none.",
        [({"name": one.name}, one.last_run_s) for one in found.periodic if one.last_run_s is not None],
    )
    yield from _family(
        "periodic_job_period_seconds",
        "How often a periodic job is to run.",
        [({"name": one.name}, one.every_s) for one in found.periodic],
    )


def _family(name: str, meaning: str, samples: Iterable[Sample]) -> Iterator[str]:
    yield f"# HELP kiemchung_{name} {meaning}\n# TYPE kiemchung_{name} gauge\n"
    for labels, value in samples:
        pairs = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
        yield f"kiemchung_{name}{f'{{{pairs}}}' if pairs else ''} {value:g}\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
