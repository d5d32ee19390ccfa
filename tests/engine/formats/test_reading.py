"""Reading: every format is told by its content, one bad item costs no other, and nothing from outside breaks
us."""

from __future__ import annotations

import gzip
import json
import sys
import time
import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from kiemchung.engine.errors import InputError
from kiemchung.engine.formats.feeds import Splitter, document_items
from kiemchung.engine.formats.html import json_ld_blocks, unwrapped
from kiemchung.engine.formats.reading import Item, detect, read_reviews
from kiemchung.engine.formats.refusals import Refusal
from kiemchung.engine.types import Review


def node(number: int, **fields: object) -> dict[str, Any]:
    return {
        "@type": "ClaimReview",
        "url": f"https://tinthat.example/{number}",
        "claimReviewed": f"Bão số {number} đổ bộ",
        "reviewRating": {"alternateName": "Sai"},
    } | fields


def feed(*items: object) -> dict[str, Any]:
    wrapped = [{"@type": "DataFeedItem", "url": "https://tinthat.example", "item": item} for item in items]
    return {
        "@context": "http://schema.org",
        "@type": "DataFeed",
        "dataFeedElement": wrapped,
        "dateModified": "x",
    }


def ours(number: int, **fields: object) -> dict[str, Any]:
    return {"id": f"kc-{number}", "claim": f"Bão số {number} đổ bộ"} | fields


def read(data: bytes | str, size: int = 7) -> list[Item]:
    raw = data.encode() if isinstance(data, str) else data
    pieces = [raw[start : start + size] for start in range(0, len(raw), size)]
    small = list(read_reviews(pieces, name="tệp"))
    assert small == list(read_reviews([raw], name="tệp"))  # how the bytes arrive changes nothing
    return small


def claims(items: list[Item]) -> list[str]:
    assert all(isinstance(item, Review) for item in items), items
    return [item.claim for item in items if isinstance(item, Review)]


def refusals(items: list[Item]) -> list[tuple[int, str]]:
    return [(item.number, item.code) for item in items if isinstance(item, Refusal)]


ONE_TWO = ["Bão số 1 đổ bộ", "Bão số 2 đổ bộ"]


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize(
    "document",
    [
        [node(1), node(2)],
        {"@context": "https://schema.org", "@graph": [{"@type": "WebPage"}, node(1), node(2)]},
        feed([node(1)], [node(2)]),
        feed([node(1), node(2)]),
        feed(node(1), node(2)),
        [feed([node(1), node(2)])],
        {"@type": "WebPage", "mainEntity": node(1), "review": [node(2)]},
        [ours(1), ours(2)],
    ],
    ids=[
        "list",
        "graph",
        "feed",
        "two in an item",
        "bare item",
        "feed in a list",
        "nested",
        "ours in a list",
    ],
)
def test_every_shape_of_document_is_read(document: object, indent: int | None) -> None:
    assert claims(read(json.dumps(document, indent=indent))) == ONE_TWO
    assert claims(read(json.dumps(document, indent=indent, ensure_ascii=False))) == ONE_TWO


@pytest.mark.parametrize(
    "lines",
    [[ours(1), ours(2)], [node(1), node(2)], [feed([node(1)])["dataFeedElement"][0], node(2)]],
    ids=["ours", "ClaimReview", "feed items"],
)
def test_every_kind_of_line_is_read(lines: list[object]) -> None:
    text = "\n\n".join(json.dumps(line) for line in lines)
    assert claims(read(text)) == ONE_TWO
    assert claims(read(text.replace("\n", "\r\n") + "\r\n")) == ONE_TWO


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize(
    "pack", [bytes, gzip.compress, lambda raw: gzip.compress(raw[:9], mtime=0) + gzip.compress(raw[9:], mtime=0)]
)
def test_encodings_with_a_mark_and_gzip_are_seen_by_content(encoding: str, pack: Any) -> None:
    text = json.dumps(ours(1), ensure_ascii=False) + "\n" + json.dumps(ours(2), ensure_ascii=False)
    assert claims(read(pack(text.encode(encoding)))) == ONE_TWO


def test_a_single_object_is_one_review() -> None:
    assert claims(read(json.dumps(node(1)))) == ONE_TWO[:1]
    assert claims(read(json.dumps(ours(1), indent=2))) == ONE_TWO[:1]


BAD_LINES = [
    ('{"id": "x"', "json"),
    ('{"id": "x", "claim": NaN}', "not_finite"),
    ('{"id": "x", "claim": "a", "claim": "b"}', "duplicate_key"),
    ('{"id": "x", "claim": "\\ud800"}', "surrogate"),
    ('{"id": "x", "claim": "\\u0000"}', "nul"),
    ('{"id": "x", "claim": ' + "[" * 100_000 + "]" * 100_000 + "}", "too_deep"),
    ("[" * 100_000 + "]" * 100_000, "too_deep"),
    ("[" * 100_000, "too_deep"),
    ('{"id": "x", "claim": "' + "a" * 1_000_001 + '"}', "string_too_long"),
    ('{"id": "x", "claim": "' + "a" * 4_300_000 + '"}', "too_large"),
    ('{"id": "x", "claim": 5}', "wrong_type"),
    ('{"id": "x"}', "missing"),
    ("{}", "missing"),
    ('"chanh"', "not_object"),
    ("chanh", "json"),
    ('{"@type": "WebPage"}', "no_review"),
]


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize(("bad", "code"), BAD_LINES, ids=[f"{n}-{line[1]}" for n, line in enumerate(BAD_LINES)])
def test_a_bad_line_is_refused_by_number_and_the_rest_goes_in(bad: str, code: str, place: int) -> None:
    lines = [json.dumps(ours(1)), json.dumps(ours(2))]
    lines.insert(place, bad)
    items = list(read_reviews([("\n".join(lines) + "\n").encode()]))
    assert refusals(items) == [(place + 1, code)]
    assert claims([item for item in items if isinstance(item, Review)]) == ONE_TWO


def test_one_line_of_invalid_utf8_is_refused() -> None:
    raw = json.dumps(ours(1)).encode() + b'\n{"id": "\xff", "claim": "x"}\n' + json.dumps(ours(2)).encode()
    assert refusals(read(raw)) == [(2, "encoding")]


def test_half_a_character_in_utf16_refuses_its_line() -> None:
    good = (json.dumps(ours(1)) + "\n").encode("utf-16-le")
    bad = '{"id": "a", "claim": "\ud800"}\n'.encode("utf-16-le", "surrogatepass")
    assert refusals(read(b"\xff\xfe" + good + bad + good, size=8)) == [(2, "encoding")]


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ('{"@type": "ClaimReview", "claimReviewed": NaN}', "not_finite"),
        ('{"@type": "DataFeedItem", "item": []}', "no_review"),
        ('{"@type": "DataFeedItem", "item": null}', "no_review"),
        (
            '{"@type": "DataFeedItem", "item": [{"@type": "ClaimReview", "url": "https://a.example"}]}',
            "missing",
        ),
        ('{"a": "\\x"}', "json"),
        ("{" * 200 + "}" * 200, "too_deep"),
        ("7", "not_object"),
        ('"chanh, tỏi"', "json"),
        ('{"big": "' + "\\\\" * 2_200_000 + '"}', "too_large"),
        ('{"big": [' + "1," * 2_200_000 + "1]}", "too_large"),
    ],
)
def test_a_bad_item_of_a_feed_is_refused_by_number_and_the_rest_goes_in(bad: str, code: str) -> None:
    first, second = (json.dumps(item) for item in feed([node(1)], [node(2)])["dataFeedElement"])
    text = f'{{"@type": "DataFeed", "dataFeedElement": [{first}, {bad}, {second}]}}'
    items = list(read_reviews(pieces_of(text.encode(), 64 * 1024)))
    found = refusals(items)
    assert found[0] == (2, code)
    assert claims([item for item in items if isinstance(item, Review)]) == ONE_TWO


def pieces_of(raw: bytes, size: int) -> Iterator[bytes]:
    return (raw[start : start + size] for start in range(0, len(raw), size))


WHOLE = json.dumps(feed([node(1)], [node(2)])).encode()


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "is empty"),
        (b" \n\t\n", "is empty"),
        (gzip.compress(b"", mtime=0), "is empty"),
        (WHOLE[:-40], "ends in the middle"),
        (WHOLE[:100], "ends in the middle"),
        (gzip.compress(WHOLE, mtime=0)[:-9], "ends in the middle"),
        (gzip.compress(WHOLE, mtime=0)[:40], "ends in the middle"),
        (gzip.compress(WHOLE, mtime=0)[:60] + b"????????" + gzip.compress(WHOLE, mtime=0)[68:], "damaged"),
        (gzip.compress(WHOLE, mtime=0) + b"more", "damaged"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "neither JSON nor HTML"),
        ("chữ thường".encode(), "neither JSON nor HTML"),
        (b'{"a": 1}'.decode().encode("utf-16-le"), "neither JSON nor HTML|not valid"),
        (b"\xff\xfe{", "not valid UTF-16|ends in the middle"),
        (b"<html><p>x</html>", "holds no ClaimReview"),
        (b'[{"@type": "WebPage"}]', "holds no ClaimReview"),
        (b"[1]]", "closes what was never opened"),
    ],
)
def test_a_file_that_cannot_be_used_as_a_whole_says_why(raw: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        list(read_reviews([raw], name="tệp.json"))
    assert "tệp.json" in str(caught.value)


def test_an_empty_feed_is_no_error() -> None:
    assert read(json.dumps(feed())) == []
    assert read("[]") == []


def page(*scripts: str) -> str:
    return "<!doctype html><title>a > b</title><body>" + "<p>chữ".join(scripts) + "</body>"


def script(content: str, tag: str = '<script type="application/ld+json">') -> str:
    return f"{tag}{content}</script>"


ONE, TWO = (json.dumps(node(number), ensure_ascii=False) for number in (1, 2))


@pytest.mark.parametrize(
    "html",
    [
        page(script(ONE), script(TWO)),
        page(script(f"[{ONE}, {TWO}]")),
        page(script(f'{{"@graph": [{{"@type": "WebSite"}}, {{"mainEntity": {ONE}}}, {{"hasPart": [{TWO}]}}]}}')),
        page(script(f"<!-- {ONE} -->"), script(f"//<![CDATA[\n{TWO}\n//]]>")),
        page(script(f"/*<![CDATA[*/{ONE}/*]]>*/;"), script(TWO)),
        page(script(ONE, "<SCRIPT data-x='a>b' TYPE=application/ld+json>"), script(TWO)),
        page(script(ONE, '<script\ntype = "application/ld+json; charset=utf-8" id="x">'), script(TWO)),
        page("<script>if (a < b) '<script type=\"application/ld+json\">'</script>", script(ONE), script(TWO)),
        page("<!-- " + script('{"@type": "ClaimReview"}') + " -->", script(ONE), script(TWO)),
        page(script(ONE), script("{broken organisation"), script(TWO)),
        page(script(ONE), "<div <<p class='x", "'>", script(TWO)),
        page(script(ONE)) + '<script type="application/ld+json">' + TWO,
        page(script(ONE.replace("Bão số 1 ", "Bão\nsố 1 ")), script(TWO)).replace("Bão\nsố", "Bão số"),
        page(script(ONE.replace('"', "&quot;")), script(TWO)),
        "<?xml version='1.0'?>" + page(script(ONE), script(TWO)),
        page("<!-- never closed ", script(ONE), script(TWO)),
    ],
)
def test_reviews_are_found_in_pages_as_they_are_really_written(html: str) -> None:
    assert claims(read(html)) == ONE_TWO


def test_the_items_of_a_page_are_numbered_in_its_order() -> None:
    items = read(page(script(ONE), script('{"@type": "ClaimReview",'), script(TWO), script('{"@type": "ClaimReview"}')))
    assert [type(item) is Refusal for item in items] == [False, True, False, True]
    assert [item.number for item in items if isinstance(item, Refusal)] == [2, 4]


def test_a_broken_claimreview_of_a_page_is_refused_and_the_others_go_in() -> None:
    items = read(page(script('{"@type": "ClaimReview",'), script(ONE), script('{"@type": "ClaimReview", "a": 1}')))
    assert refusals(items) == [(1, "json"), (3, "missing")]


def test_several_claims_of_one_address_are_several_reviews_in_any_order() -> None:
    same = "https://tinthat.example/tong-hop"
    one, two = node(1, url=same), node(2, url=same + "?utm_source=x")
    ids = {item.id for item in read(json.dumps([one, two])) if isinstance(item, Review)}
    assert len(ids) == 2
    assert {item.id for item in read(json.dumps(two) + "\n" + json.dumps(one)) if isinstance(item, Review)} == ids
    assert {item.id for item in read(page(script(json.dumps(one)))) if isinstance(item, Review)} < ids


def test_a_page_in_an_old_encoding_is_read_by_its_meta_tag() -> None:
    html = '<meta charset="windows-1258">' + script(json.dumps(node(1, claimReviewed="Cà phê é"), ensure_ascii=False))
    assert claims(read(html.encode("windows-1258"))) == ["Cà phê é"]


def test_relative_addresses_of_a_page_are_completed() -> None:
    html = page(script(json.dumps(node(1, url="/bai/1"))))
    (review,) = read_reviews([html.encode()], base_url="https://tinthat.example/x")
    assert isinstance(review, Review)
    assert review.url == "https://tinthat.example/bai/1"


@pytest.mark.parametrize(
    "text", ["<script " * 60_000, "<!--" * 200_000, "<script type='" * 60_000, "<!-- <script>" * 60_000]
)
def test_a_hostile_page_is_passed_in_linear_time(text: str) -> None:
    list(json_ld_blocks(text))


@pytest.mark.slow
@pytest.mark.parametrize("mark", ["<!--", "-->", "/*<![CDATA[*/", "//]]>", "<!-- ", " -->", ";"])
def test_wrapping_a_thousandfold_is_taken_off_in_linear_time(mark: str) -> None:
    begun = time.process_time()
    assert unwrapped(mark * (1_600_000 // len(mark)) + "{}")[-2:] == "{}"
    assert unwrapped("{}" + mark * (1_600_000 // len(mark)))[:2] == "{}"
    assert time.process_time() - begun < 8


def test_the_kind_is_told_from_the_first_line() -> None:
    assert detect(b'{"id": "1", "claim": "cut off\n{"id": "2"}') == "lines"
    assert detect(b'{"@graph": [\n{"a": 1}]}') == "document"
    assert detect(b'{\n"a": 1}') == "document"
    assert detect(b'[{"a": 1},\n{"b": 2}]') == "document"
    assert detect(b'{"a": ' + b" " * 5_000_000, is_whole=False) == "lines"
    assert detect(b'{"dataFeedElement": [{"a": ' + b" " * 5_000_000, is_whole=False) == "document"


@pytest.mark.slow
def test_a_document_of_any_size_is_cut_in_little_memory() -> None:
    item = json.dumps(feed([node(1)])["dataFeedElement"][0]).encode()

    def pieces() -> Iterator[bytes]:
        yield b'{"@type": "DataFeed", "dataFeedElement": ['
        for _ in range(60):
            yield (item + b",") * 100
        yield b'{"big": "'
        for _ in range(20):
            yield b'x\\"[{' * 50_000
        yield b'"}]}'

    tracemalloc.start()
    items = [item is None for item in document_items(pieces(), "tệp")]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (len(items), sum(items)) == (6_001, 1)
    assert peak < (40_000_000 if sys.version_info >= (3, 11, 5) else 150_000_000)


@pytest.mark.slow
@pytest.mark.parametrize("junk", [b"1, ", b" ", b"[", b'"a": 1,', b"\\", b'{"b":'])
@pytest.mark.parametrize("start", [b"[{}, ", b'{"@graph": [], ', b'{"@graph": [], "', b'{"a": '])
def test_endless_junk_is_held_neither_before_nor_after_the_items(start: bytes, junk: bytes) -> None:
    splitter = Splitter("tệp", limit=100_000)
    tracemalloc.start()
    with suppress(InputError):
        for piece in [start, *[junk * (50_000 // len(junk))] * 60]:
            for _ in splitter.feed(piece):
                pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_500_000


def test_a_gzip_bomb_is_passed_in_little_memory() -> None:
    def pieces() -> Iterator[bytes]:
        packer = zlib.compressobj(wbits=31)
        yield packer.compress(b'{"id": "1", "claim": "')
        for _ in range(60):
            yield packer.compress(b"a" * 1_000_000)
        yield packer.compress(b'"}\n' + json.dumps(ours(1)).encode()) + packer.flush()

    tracemalloc.start()
    items = list(read_reviews(pieces()))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert refusals(items) == [(1, "too_large")]
    assert len(items) == 2
    assert peak < 40_000_000
