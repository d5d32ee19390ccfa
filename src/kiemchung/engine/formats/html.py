"""The JSON-LD blocks of a web page, found in broken HTML too."""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Iterator

# Plain linear searching instead of a parser: the only question is which <script> holds what, and a page may
# be hostile (html.parser of Python 3.11 and 3.12 takes quadratic time on some input, CVE-2025-6069).
_START = re.compile(r"<!--|<script(?=[\s/>])", re.IGNORECASE)
_TAG_END = re.compile(r"""(?:[^>"']++|"[^"]*+"|'[^']*+')*+>""")
_TYPE = re.compile(r"""(?<![\w-])type\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_END = re.compile(r"</script(?=[\s/>])", re.IGNORECASE)
_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?([\w-]{1,40})""", re.IGNORECASE)
_WRAPPING = re.compile(r"(?:/\*|//)?\s*(?:<!\[CDATA\[|\]\]>|<!--|-->)\s*(?:\*/)?")


def decode_page(raw: bytes) -> str:
    """The text of a page: UTF-8, else the charset its `<meta>` names, else UTF-8 with replacement
    characters."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        named = _CHARSET.search(raw[:4096])
    if named:
        try:
            encoding = codecs.lookup(named.group(1).decode("ascii")).name
            if encoding != "utf-8":
                return raw.decode(encoding, "replace")
        except (LookupError, ValueError, AttributeError):
            pass
    return raw.decode("utf-8", "replace")


def json_ld_blocks(page: str) -> Iterator[str]:
    """The text of every `<script type="application/ld+json">` of a page, in order, without the wrapping
    around it.

    Scripts inside HTML comments are not part of the page; comment or CDATA marks *inside* the script are
    taken off. A script that never ends is taken to the end of the page. Linear time; never raises.

    >>> list(json_ld_blocks('<p><script type="application/ld+json"><!-- {"a": 1} --></script>'))
    ['{"a": 1}']
    """
    position = 0
    while start := _START.search(page, position):
        if start.group() == "<!--":
            end = page.find("-->", start.end())
            position = end + 3 if end >= 0 else start.end()
            if end < 0:  # a comment that never ends: browsers drop the rest, we would rather find the review
                yield from _blocks_without_comments(page[position:])
                return
            continue
        tag = _TAG_END.match(page, start.end())
        if tag is None:
            return
        finish = _END.search(page, tag.end())
        stop = finish.start() if finish else len(page)
        if _is_json_ld(tag.group()):
            yield unwrapped(page[tag.end() : stop])
        position = stop


def _blocks_without_comments(rest: str) -> Iterator[str]:
    yield from json_ld_blocks(rest.replace("<!--", "    "))


def unwrapped(block: str) -> str:
    """A block without the comment and CDATA marks, and the semicolon, that some systems put around it."""
    block = block.strip().removesuffix(";").rstrip()
    while (mark := _WRAPPING.match(block)) and mark.end():
        block = block[mark.end() :].lstrip()
    while block and (cut := _last_wrapping(block)) is not None:
        block = block[:cut].rstrip()
    return block.removesuffix(";").rstrip()


def unescaped(block: str) -> str:
    """A block in which quotation marks were written as HTML entities (against the rules, but seen)."""
    return html.unescape(block)


def _last_wrapping(block: str) -> int | None:
    """Where the wrapping at the end begins, or `None`. Only the last few characters are looked at."""
    tail_start = max(len(block) - 40, 0)
    found = [mark for mark in _WRAPPING.finditer(block, tail_start) if mark.end() == len(block)]
    return found[0].start() if found else None


def _is_json_ld(tag: str) -> bool:
    found = _TYPE.search(tag)
    if not found:
        return False
    value = next(group for group in found.groups() if group is not None)
    return html.unescape(value).split(";")[0].strip().lower() == "application/ld+json"
