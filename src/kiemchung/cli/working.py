"""`kiemchung work`: a worker, until it is told to stop."""

from __future__ import annotations

import signal
import sys

from kiemchung.cli.complaints import complain
from kiemchung.cli.managing import service_ready
from kiemchung.cli.parser import Options
from kiemchung.cli.words import say

_INTERRUPTED = 130


def run(options: Options) -> int:
    """Work; 0 after a clean stop, 130 when the running job was given up at the second signal."""
    with service_ready():
        from kiemchung.jobs.worker import StopAtOnce, Worker
        from kiemchung.web.given_settings import require_usable
        from kiemchung.web.logs import write_log_to
        from kiemchung.web.starting import require_migrated, warning_of_log_key

        require_usable()
        require_migrated()
        if warning := warning_of_log_key(options.lang):
            complain(warning)
        write_log_to(sys.stderr)
        worker = Worker(options.queue)

        def stop(_number: int, _frame: object) -> None:
            complain(say("work_stopping", options.lang))
            worker.stop()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
        complain(say("work_started", options.lang))
        try:
            begun = worker.run(once=options.once)
        except StopAtOnce:
            complain(say("interrupted", options.lang))
            return _INTERRUPTED
    complain(say("work_ended", options.lang, count=begun))
    return 0
