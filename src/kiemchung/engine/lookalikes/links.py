"""The links and hosts in a message, as people write them: with and without scheme, and taken apart on purpose."""

from __future__ import annotations

import re
from itertools import islice

from kiemchung.engine.lookalikes.addresses import ADDRESSES, MOST_CHARACTERS, kind_of

MOST_LINKS = 50
_APART = re.compile(r"\s?[\[({]\s?(?:\.|dot|chấm|cham)\s?[\])}]\s?", re.I)
_HXXP = re.compile(r"\bhxxp(s?)(?=[:\[])", re.I)
_LINK = re.compile(
    r"https?:[/\\]{1,3}[^\s<>\"“”]+"  # with a scheme
    r"|(?<![\w@.\-/])(?:[\w-]+[.。．｡])+\w{2,}(?:[:/?#][^\s<>\"“”]*)?",  # a host, with a path or without
    re.I,
)
_TAIL = ".,;:!?)]}'’»…*_~|"


def hosts_in(text: str) -> list[str]:
    """Return the links and hosts of a text in their order, each once, at most `MOST_LINKS`. Linear in the text.

    Mail addresses are none. What is written `hxxp://bank[.]top` so that nobody clicks on it is a link all the same.

    >>> hosts_in("Vào vcb-diem.top, hoặc https://a.vn/x?y. Hỏi a@b.vn; giá 5.000 đồng. hxxps://xau[.]top")
    ['vcb-diem.top', 'https://a.vn/x?y', 'https://xau.top']
    """
    plain = _HXXP.sub(r"http\1", _APART.sub(".", text)) if "xx" in text.lower() or _APART.search(text) else text
    found = (match.group().rstrip(_TAIL)[:MOST_CHARACTERS] for match in _LINK.finditer(plain))
    return list(islice(dict.fromkeys(link for link in found if kind_of(link) in ADDRESSES), MOST_LINKS))
