"""The settings that were given: each name is one that exists, and what it names can be used, before anything begins."""

from __future__ import annotations

import difflib
import os
import re
from pathlib import Path

from kiemchung.engine.errors import SetupError

KNOWN = (
    "KIEMCHUNG_DATA",
    "KIEMCHUNG_DATABASE",
    "KIEMCHUNG_DESK_NAME",
    "KIEMCHUNG_ENCODER",
    "KIEMCHUNG_HOME",
    "KIEMCHUNG_LOG_KEY_FILE",
    "KIEMCHUNG_METRICS_TOKEN",
    "KIEMCHUNG_METRICS_TOKEN_FILE",
    "KIEMCHUNG_ORGANISATIONS",
    "KIEMCHUNG_PROXIES",
    "KIEMCHUNG_REQUESTS_KEPT_DAYS",
    "KIEMCHUNG_SECURITY_CONTACT",
    "KIEMCHUNG_SITE",
    "KIEMCHUNG_SPEECH",
    "KIEMCHUNG_TRUST_LIST",
)
# What an orchestrator of containers sets by itself where a service or container is called `kiemchung`.
_SET_BY_OTHERS = re.compile(r"KIEMCHUNG_(SERVICE_(HOST|PORT)|PORT|NAME|ENV)(_.*)?")


def require_known() -> None:
    """Raise `SetupError` for a variable `KIEMCHUNG_…` that no setting has: its value would be passed over."""
    given = (name for name in sorted(os.environ) if name.startswith("KIEMCHUNG_") and name not in KNOWN)
    for name in given:
        if _SET_BY_OTHERS.fullmatch(name):
            continue
        nearest = difflib.get_close_matches(name, KNOWN, n=1, cutoff=0)[0]
        raise SetupError(
            f"There is no setting {name}. The nearest is {nearest}. Correct the name, or remove the variable.",
            f"Không có thiết lập {name}. Gần nhất là {nearest}. Hãy sửa tên, hoặc bỏ biến này.",
        )


def require_usable() -> None:
    """Read once what the settings name. Raises `SetupError` or `InputError`, with the name of the one that is wrong.

    Costs nothing for settings that are not given; a model that is named is loaded.
    """
    from kiemchung.checking import protected
    from kiemchung.desk.log import keys
    from kiemchung.desk.matching import indexes  # models: after Django has started
    from kiemchung.engine.media.speech import open_transcriber
    from kiemchung.recognising import open_decoder

    if _is_given("KIEMCHUNG_ENCODER"):
        indexes()  # holds the encoder, which is not loaded a second time
    if _is_given("KIEMCHUNG_ORGANISATIONS"):
        protected()
    if _is_given("KIEMCHUNG_SPEECH"):
        open_transcriber(Path(os.environ["KIEMCHUNG_SPEECH"]))
    if _is_given("KIEMCHUNG_TRUST_LIST"):
        open_decoder().close()
    if _is_given("KIEMCHUNG_LOG_KEY_FILE"):
        keys.require_usable(keys.key_file())


def _is_given(name: str) -> bool:
    return bool(os.environ.get(name))
