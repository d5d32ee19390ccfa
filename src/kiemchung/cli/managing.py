"""`kiemchung manage`: Django's own commands, with our settings."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from kiemchung.cli.parser import Options
from kiemchung.cli.usage import UsageError
from kiemchung.engine.errors import InputError, SetupError
from kiemchung.engine.formats.refusals import clip

_FAILED = 4
_OF_DJANGO_ITSELF = ("help", "version")
_BILINGUAL = (["jobs"], ["verify-log"], ["backup"], ["restore"], ["data-held"], ["import-reviews"])


def run(options: Options) -> int:
    """Run a command of Django; 4 when it could not be done, 2 when it was called wrongly.

    Raises `UsageError` for a command that there is not, and `InputError` for `createsuperuser`: members have roles, and
    none is above them.
    """
    if options.command[:1] == ["createsuperuser"]:
        raise InputError(
            "There are no superusers here. Make the first administrator: kiemchung manage first-administrator NAME",
            "Ở đây không có superuser. Hãy tạo quản trị viên đầu tiên: kiemchung manage first-administrator TÊN",
        )
    with service_ready():
        from django.core.management import execute_from_command_line, get_commands

        given = list(options.command)
        if given and given[0] not in get_commands():  # Django finds commands by the names of modules
            given[0] = given[0].replace("-", "_")
        if given and not given[0].startswith("-") and given[0] not in (*get_commands(), *_OF_DJANGO_ITSELF):
            raise _unknown(options.command[0], get_commands())
        if given[:1] in _BILINGUAL and not any(one.startswith("--lang") for one in given):
            given += ["--lang", options.lang]
        try:
            execute_from_command_line(["kiemchung manage", *given])
        except SystemExit as end:
            return _FAILED if end.code == 1 else int(end.code or 0)
    return 0


def _unknown(name: str, known: Iterable[str]) -> UsageError:
    nearest = difflib.get_close_matches(name.replace("_", "-"), [one.replace("_", "-") for one in known], n=1)
    english, vietnamese = (f" Did you mean {nearest[0]}?", f" Ý bạn là {nearest[0]}?") if nearest else ("", "")
    return UsageError(
        f"There is no command {clip(name)!r}.{english} All of them: kiemchung manage help",
        f"Không có lệnh {clip(name)!r}.{vietnamese} Xem mọi lệnh: kiemchung manage help",
    )


@contextmanager
def service_ready() -> Iterator[None]:
    """Start the service's framework; errors of the database inside the block are in our words.

    What is written inside the block is for this account alone (umask 077).
    Raises `SetupError` where the extra is not installed, a setting is wrong, or the database does not answer.
    """
    try:
        from django.db import InterfaceError, OperationalError, ProgrammingError

        from kiemchung.web.starting import start
    except ModuleNotFoundError as error:
        if error.name not in ("django", "psycopg"):
            raise
        raise SetupError(
            "The service is not installed. Run: pip install 'kiemchung[desk]'",
            "Chưa cài phần dịch vụ. Hãy chạy: pip install 'kiemchung[desk]'",
        ) from None
    before = os.umask(0o077)
    try:
        start()
        yield
    except (OperationalError, InterfaceError, ProgrammingError) as error:
        said = (str(error).splitlines() or [type(error).__name__])[0]
        raise SetupError(
            f"The database cannot be used: {said}. Look at KIEMCHUNG_DATABASE, and run: kiemchung manage migrate",
            f"Không dùng được cơ sở dữ liệu: {said}. Hãy xem KIEMCHUNG_DATABASE, và chạy: kiemchung manage migrate",
        ) from error
    finally:
        os.umask(before)
