"""A small registry that looks like life, for the tests of lookalikes."""

from __future__ import annotations

from functools import lru_cache

from kiemchung.engine.lookalikes.index import LookalikeIndex
from kiemchung.engine.types import Organisation

ORGANISATIONS = (
    Organisation(
        "lienvietbank",
        "Ngân hàng TMCP Liên Minh Việt",
        "LienMinhBank",
        aliases=("LMB",),
        domains=("lienminhbank.com.vn", "lmb.com.vn"),
        affiliates=("lienminhbank-qr.com",),
        handles=("lienminhbank.official",),
        senders=("LMBANK",),
        category="bank",
        country="VN",
    ),
    Organisation(
        "sonhabank",
        "Ngân hàng TMCP Sơn Hà",
        "SHBA",
        domains=("shba.com.vn",),
        category="bank",
        country="VN",
    ),
    Organisation("gotmart", "Gotmart Việt Nam", "Gotmart", domains=("gotmart.vn",), category="ecommerce", country="VN"),
    Organisation(
        "kazuro",
        "Kazuro Express",
        "Kazuro",
        domains=("kazuro.co.jp",),
        suffixes=("kazuro",),
        category="delivery",
        country="JP",
    ),
    Organisation(
        "uni-hdk", "Trường Đại học Đông Kinh", "HDK", domains=("hdk.edu.vn",), category="university", country="VN"
    ),
    Organisation(
        "bvhoaan", "Bệnh viện Hòa An", "Bệnh viện Hòa An", domains=("hoaan.org.vn",), category="hospital", country="VN"
    ),
)


@lru_cache(maxsize=1)
def index() -> LookalikeIndex:
    """Return the index of `ORGANISATIONS`."""
    return LookalikeIndex(ORGANISATIONS)
