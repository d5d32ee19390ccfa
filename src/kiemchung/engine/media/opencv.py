"""OpenCV and PDQ, loaded when first needed: who never sends pictures does without them."""

from __future__ import annotations

from functools import cache
from typing import Any

from kiemchung.engine.errors import SetupError


@cache
def opencv() -> Any:
    """Return the module `cv2`, held to one thread; raises `SetupError` where it is not installed."""
    try:
        import cv2
    except ImportError as error:
        raise _missing("OpenCV") from error
    cv2.setNumThreads(1)
    return cv2


@cache
def pdq() -> Any:
    """Return the module `pdqhash`; raises `SetupError` where it is not installed."""
    try:
        import pdqhash  # type: ignore[import-untyped]
    except ImportError as error:
        raise _missing("pdqhash") from error
    return pdqhash


def _missing(name: str) -> SetupError:
    return SetupError(
        f"Pictures need {name}, which is not installed: pip install 'kiemchung[media]'.",
        f"Nhận ảnh cần {name}, máy này chưa có: pip install 'kiemchung[media]'.",
    )
