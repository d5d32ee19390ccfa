"""The links, hosts and mail addresses in a message, as people write them, and taken apart or filled up on purpose."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from kiemchung.engine.lookalikes.addresses import ADDRESSES, MOST_CHARACTERS, kind_of
from kiemchung.engine.lookalikes.normalise import without_unseen

_APART = re.compile(r"\s?[\[({]\s?(?:\.|dot|chấm|cham)\s?[\])}]\s?", re.I)
_HXXP = re.compile(r"\bhxxp(s?)(?=[:\[])", re.I)
_LINK = re.compile(
    r"https?:[/\\]{1,3}[^\s<>\"“”]+"  # with a scheme
    r"|(?<![\w@.\-/+%])(?P<mail>[\w.+%\-]{1,64}@(?:[\w-]+[.。．｡])+\w{2,}(?![\w/\\]|:\d))"  # a mail address
    r"|(?<![\w@.\-/])(?:[\w.+%\-]{1,64}@)?(?:[\w-]+[.。．｡])+\w{2,}(?:[:/?#][^\s<>\"“”]*)?",  # a host, or more of one
    re.I,
)
_TAIL = ".,;:!?)]}'’»…*_~|"
Span = tuple[int, int, bool]  # from, to, whether a mail address


def hosts_in(text: str) -> list[str]:
    """Return the links and hosts of a text in their order, each once. Linear in the text; 30,000 take under a second.

    Mail addresses are none (see `mails_in`). What is written `hxxp://bank[.]top` so that nobody clicks on it is a link
    all the same, and characters that nobody sees do not part a host.

    >>> hosts_in("Vào vcb-diem.top, hoặc https://a.vn/x?y. Hỏi a@b.vn; giá 5.000 đồng. hxxps://xau[.]top")
    ['vcb-diem.top', 'https://a.vn/x?y', 'https://xau.top']
    """
    return list(dict.fromkeys(link for link, is_mail in _found(text) if not is_mail))


def mails_in(text: str) -> dict[str, str]:
    """Return the mail addresses of a text in their order, with what is to be judged of each: its host.

    Where what stands before the `@` is a host itself, that is the address as a whole: it may be there to deceive.

    >>> mails_in("ho-tro@vietcombank-login.top, bank.com.vn@evil.top, xem a.vn")
    {'ho-tro@vietcombank-login.top': 'vietcombank-login.top', 'bank.com.vn@evil.top': 'https://bank.com.vn@evil.top'}
    """
    mails = dict.fromkeys(link for link, is_mail in _found(text) if is_mail)
    return {mail: _judged(*mail.rpartition("@")) for mail in mails}


def _judged(user: str, at: str, host: str) -> str:
    return f"https://{user}{at}{host}" if kind_of(user) in ADDRESSES else host


def _found(text: str) -> Iterator[tuple[str, bool]]:
    """Return the links and mail addresses of a text, and whether each is a mail address."""
    plain = _HXXP.sub(r"http\1", _APART.sub(".", text)) if "xx" in text.lower() or _APART.search(text) else text
    plain = plain if plain.isascii() else unicodedata.normalize("NFC", plain)
    seen = without_unseen(plain)
    spans = list(_spans(seen))
    if seen != plain:
        spans = list(_with_unseen(plain, spans))
    for begin, end, is_mail in spans:
        yield plain[begin:end], is_mail


def _spans(text: str) -> Iterator[Span]:
    for match in _LINK.finditer(text):
        link = match.group().rstrip(_TAIL)[:MOST_CHARACTERS]
        is_mail = match["mail"] is not None
        if kind_of(link.rpartition("@")[2] if is_mail else link) in ADDRESSES:
            yield match.start(), match.start() + len(link), is_mail


def _with_unseen(plain: str, spans: list[Span]) -> Iterator[Span]:
    """Return the spans in the text as it came, with those links that what nobody sees parts from the next word.

    In `bank.vn<zero width>xem` the character ends the link, in `ba<zero width>nk.vn` it hides in it.
    """
    places = [at for at, character in enumerate(plain) if without_unseen(character)]
    found = [(places[begin], places[end - 1] + 1, is_mail) for begin, end, is_mail in spans]
    taken = bytearray(len(plain))
    for begin, end, _ in found:
        taken[begin:end] = b"\1" * (end - begin)
    parted = [span for span in _spans(plain) if 1 not in taken[span[0] : span[1]]]
    yield from sorted(found + parted)
