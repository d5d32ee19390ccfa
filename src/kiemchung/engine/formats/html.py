"""The JSON-LD blocks and the words of a web page, found in broken HTML too."""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Iterator

# Plain linear searching instead of a parser: the only question is which <script> holds what, and a page may
# be hostile (html.parser of Python 3.11 and 3.12 takes quadratic time on some input, CVE-2025-6069).
_START = re.compile(r"<!--|<script(?=[\s/>])", re.IGNORECASE)
_TAG_END = re.compile(r"""(?=((?:[^>"']+|"[^"]*"|'[^']*')*))\1>""")
_TYPE = re.compile(r"""(?<![\w-])type\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_END = re.compile(r"</script(?=[\s/>])", re.IGNORECASE)
_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?([\w-]{1,40})""", re.IGNORECASE)
_BLANKS = re.compile(r"\s*+")
_WRAPPING = re.compile(r"(?:/\*|//)?\s*(?:<!\[CDATA\[|\]\]>|<!--|-->)\s*(?:\*/)?")

# Of the encodings that Python knows those in which pages are written; others are slow or for hosts.
_ENCODINGS = re.compile(r"(?:ascii|iso8859|iso2022|cp|koi8|gb|big5|euc|shift|utf|tis|mac|hz|johab|latin|hp)[\w-]*")

_MARK = re.compile(r"<(?=[a-z!?/])", re.IGNORECASE)
_ELEMENT = re.compile(r"</?([a-z][^\s/>]*)", re.IGNORECASE)
_NOT_READ = frozenset(("script", "style", "noscript", "template", "svg", "nav", "footer"))
_RAW = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in ("script", "style")}


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
            if encoding != "utf-8" and _ENCODINGS.fullmatch(encoding):
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


def page_words(page: str, most: int) -> str:
    r"""The words that a reader of a page sees, a line for each run of text, at most `most` characters of them.

    Without scripts, styles, menus and footers. Linear time; never raises.

    >>> page_words("<title>Nước chanh</title><script>x < 1</script><p>chữa <b>ung&nbsp;thư</b>?", 100)
    'Nước chanh\nchữa\nung thư\n?'
    """
    runs: list[str] = []
    length = 0
    for run in _runs(page):
        if words := " ".join(html.unescape(run).split()):
            runs.append(words)
            length += len(words)
            if length > most:
                break
    return "\n".join(runs)[:most]


def _runs(page: str) -> Iterator[str]:
    """The text between the tags, in order. Each search begins where the last one ended, or is the last."""
    position = depth = 0
    while mark := _MARK.search(page, position):
        start = mark.start()
        if not depth:
            yield page[position:start]
        element = _ELEMENT.match(page, start)
        end = _end_of_mark(page, start, element)
        if end < 0:
            return
        name = element.group(1).lower() if element else ""
        is_closing = page[start + 1] == "/"
        if name in _RAW and not is_closing:
            finish = _RAW[name].search(page, end)
            if finish is None:
                return
            end = finish.start()
        elif name in _NOT_READ:
            depth = max(depth - 1, 0) if is_closing else depth + 1
        position = end
    if not depth:
        yield page[position:]


def _end_of_mark(page: str, start: int, element: re.Match[str] | None) -> int:
    """Where a tag, comment or declaration ends; -1 when it never does."""
    if element:
        tag = _TAG_END.match(page, element.end())
        return tag.end() if tag else -1
    mark = "-->" if page.startswith("<!--", start) else ">"
    found = page.find(mark, start + 2)
    return found + len(mark) if found >= 0 else -1


def _blocks_without_comments(rest: str) -> Iterator[str]:
    yield from json_ld_blocks(rest.replace("<!--", "    "))


def unwrapped(block: str) -> str:
    """A block without the comment and CDATA marks, and the semicolon, that some systems put around it. Linear time."""
    begin, end = 0, len(block.rstrip().removesuffix(";").rstrip())
    while mark := _WRAPPING.match(block, _after_blanks(block, begin), end):
        begin = mark.end()
    while (cut := _last_wrapping(block, begin, end)) is not None:
        end = cut
    return block[begin:end].strip().removesuffix(";").rstrip()


def _after_blanks(block: str, position: int) -> int:
    found = _BLANKS.match(block, position)
    return found.end() if found else position


def unescaped(block: str) -> str:
    """A block in which quotation marks were written as HTML entities (against the rules, but seen)."""
    return html.unescape(block)


def _last_wrapping(block: str, begin: int, end: int) -> int | None:
    """Where the wrapping at the end begins, or `None`. Only the last few characters are looked at."""
    while end > begin and block[end - 1].isspace():
        end -= 1
    found = [mark for mark in _WRAPPING.finditer(block, max(end - 40, begin), end) if mark.end() == end]
    return found[0].start() if found else None


def _is_json_ld(tag: str) -> bool:
    found = _TYPE.search(tag)
    if not found:
        return False
    value = next(group for group in found.groups() if group is not None)
    return html.unescape(value).split(";")[0].strip().lower() == "application/ld+json"
