"""Whether the process lives, and whether it can do its work."""

from __future__ import annotations

from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from kiemchung.jobs.report import report

_TEXT = "text/plain; charset=utf-8"
_LATE = 3  # periods without a run that ended: no worker works or ever did, or the job fails each time


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The process answers; nothing else is looked at."""
    return HttpResponse("ok\n", content_type=_TEXT)


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """200 when the database answers and periodic jobs run; 503 with what is wrong, a line each."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        late = [f"late: {job.name}" for job in report().periodic if job.idle_s > _LATE * job.every_s + 60]
    except (OperationalError, InterfaceError):
        late = ["the database does not answer"]
    content = "".join(f"{line}\n" for line in late) or "ok\n"
    response = HttpResponse(content, status=503 if late else 200, content_type=_TEXT)
    if late:
        response["Retry-After"] = "15"
    return response
