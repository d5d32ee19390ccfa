"""`kiemchung serve`: the site and a worker in one process, until it is told to stop."""

from __future__ import annotations

import sys

from kiemchung.cli.complaints import complain
from kiemchung.cli.managing import service_ready
from kiemchung.cli.parser import Options
from kiemchung.cli.words import say


def run(options: Options) -> int:
    """Serve; 0 after a clean stop."""
    with service_ready():
        from kiemchung.web.given_settings import require_usable
        from kiemchung.web.logs import write_log_to
        from kiemchung.web.serving import Serving
        from kiemchung.web.starting import warning_of_log_key

        require_usable()
        write_log_to(sys.stderr)
        serving = Serving(options.host, options.port, has_worker=not options.no_worker)
        serving.prepare()
        if warning := warning_of_log_key(options.lang):
            complain(warning)
        serving.run(on_listening=lambda address: complain(say("serving", options.lang, address=address)))
    complain(say("served", options.lang))
    return 0
