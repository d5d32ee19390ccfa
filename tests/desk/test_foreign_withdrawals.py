"""Another publisher withdraws a review: it answers nobody any more, and whoever had it hears of it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from kiemchung.collection.types import LeftOut
from kiemchung.desk import intake
from kiemchung.desk.collecting import collect
from kiemchung.desk.models import ForeignChange, Message, Shelved
from kiemchung.desk.reading import ticket_of
from kiemchung.engine.errors import InputError
from kiemchung.engine.formats.reading import read_reviews
from kiemchung.engine.formats.withdrawals import Withdrawal
from kiemchung.engine.types import MappedRating, Rating, Review
from tests.desk.conftest import Desk
from tests.desk.newsroom import TAMARIND, ask, publish, work
from tests.desk.test_catching_up import FOREIGN, LEMON, NOW
from tests.desk.test_withdrawn import withdraw
from tests.engine.formats.test_dumps import version

WITHDRAWN = Withdrawal(1, "withdrawn", url=FOREIGN.url, date="2026-02-01", why="Nguồn <chính> đã rút lại.")


def page_of(ticket: str) -> str:
    reader = Client(headers={"accept-language": "en"}, SERVER_NAME="localhost")
    return reader.get(f"/tra-cuu/{ticket}").content.decode()


def there() -> list[str]:
    return list(Shelved.objects.filter(shelf="reviews", is_removed=False).values_list("ref", flat=True))


def test_who_had_it_as_the_answer_reads_that_it_was_withdrawn_and_why(desk: Desk) -> None:
    collect([FOREIGN], now=NOW)
    asked = intake.ask(LEMON, channel="test", ref="r1")
    work()
    assert collect([WITHDRAWN], now=NOW).withdrawn == 1
    work()
    page = page_of(asked.ticket)
    assert "<h1>The answer was withdrawn</h1>" in page
    assert "Its publisher has withdrawn this review." in page
    assert "Nguồn &lt;chính&gt; đã rút lại." in page
    assert ask(LEMON).state == "open", "and it answers nobody any more"
    collect([WITHDRAWN], now=NOW)
    assert ForeignChange.objects.count() == 1, "the same again tells nothing"


def test_an_older_copy_does_not_bring_it_back_and_a_newer_one_is_told(desk: Desk) -> None:
    collect([FOREIGN], now=NOW)
    asked = intake.ask(LEMON, channel="test", ref="r1")
    work()
    collect([WITHDRAWN], now=NOW)
    done = collect([FOREIGN, replace(FOREIGN, date="2036-01-01")], now=NOW)
    assert (done.added, done.unchanged, there()) == (0, 2, [])
    assert done.left_out == {LeftOut.WITHDRAWN: 2}
    collect([replace(FOREIGN, date="2026-02-20")], now=NOW)
    work()
    assert there() == [FOREIGN.id]
    assert "It had been taken away, and is there again." in page_of(asked.ticket)
    assert collect([WITHDRAWN], now=NOW).withdrawn == 0, "an older withdrawal does nothing"


@pytest.mark.parametrize(
    "other",
    [
        {"url": "https://khac.example/chanh"},
        {"url": "https://kiem.example/chanh-2"},
        {"date": "2026-01-01"},
    ],
)
def test_another_site_another_page_and_an_older_day_withdraw_nothing(desk: Desk, other: dict[str, Any]) -> None:
    collect([FOREIGN], now=NOW)
    assert collect([replace(WITHDRAWN, **other)], now=NOW).withdrawn == 0
    assert there() == [FOREIGN.id]


NEWER = replace(FOREIGN, title="Lời của người khác", date="2026-02-20")


@pytest.mark.parametrize(
    "copy",
    [
        replace(NEWER, url="https://khac.example/chanh"),
        replace(NEWER, url=""),
        replace(NEWER, fetched_from="https://khac.example/feed.json"),
        replace(NEWER, id="moi", fetched_from="https://khac.example/feed.json"),
        replace(NEWER, url=f"{FOREIGN.url}?p=1", fetched_from="https://khac.example/feed.json"),
        replace(FOREIGN, url=f"{FOREIGN.url}?p=1"),
    ],
)
def test_neither_another_site_nor_another_source_nor_an_older_copy_brings_it_back(desk: Desk, copy: Review) -> None:
    collect([FOREIGN], now=NOW)
    asked = intake.ask(LEMON, channel="test", ref="r1")
    work()
    collect([WITHDRAWN], now=NOW)
    done = collect([copy], now=NOW)
    work()
    assert (done.added, done.unchanged, there()) == (0, 1, [])
    page = page_of(asked.ticket)
    assert "is there again" not in page
    assert copy.title not in page or copy.title == FOREIGN.title


@pytest.mark.parametrize("source", ["", "https://www.kiem.example/feed.json"])
def test_its_own_site_brings_it_back_and_so_does_a_file(desk: Desk, source: str) -> None:
    collect([FOREIGN, WITHDRAWN], now=NOW)
    assert collect([replace(NEWER, fetched_from=source)], now=NOW).added == 1


def test_what_its_source_has_no_more_comes_back_from_its_site_alone(desk: Desk) -> None:
    others = [replace(FOREIGN, id=f"kiem-{n}", url=f"https://kiem.example/{n}") for n in (2, 3)]
    collect([FOREIGN, *others], now=NOW)
    assert collect(others, now=NOW, is_whole=True).removed == 1
    assert collect([replace(NEWER, url="https://khac.example/chanh")], now=NOW).added == 0
    assert collect([FOREIGN], now=NOW).added == 1


def test_an_id_of_which_nothing_was_ever_there_is_withdrawn_with_its_page(desk: Desk) -> None:
    collect([WITHDRAWN], now=NOW)
    assert collect([replace(FOREIGN, id=f"{FOREIGN.url}#claim-1", url="")], now=NOW).added == 0


def test_of_several_reviews_on_a_page_the_one_of_the_anchor_is_withdrawn(desk: Desk) -> None:
    page = "https://kiem.example/tong-hop"
    one = replace(FOREIGN, id="mot", url=f"{page}#mot")
    two = replace(FOREIGN, id="hai", url=f"{page}#hai", claim="Cầu Ánh Dương sắp bị dỡ bỏ")
    named = replace(FOREIGN, id=f"{page}#ba", url=page, claim="Trứng gà luộc làm nổ lò")
    collect([one, two, named], now=NOW)
    assert collect([replace(WITHDRAWN, url=f"{page}#hai")], now=NOW).withdrawn == 1
    assert sorted(there()) == [named.id, "mot"]
    assert collect([one, two, named], now=NOW).added == 0
    assert collect([replace(WITHDRAWN, url=f"{page}#ba")], now=NOW).withdrawn == 1
    assert collect([replace(WITHDRAWN, url=f"{page}#top")], now=NOW).withdrawn == 1, "noise is no anchor"
    assert there() == []


def test_on_a_host_of_many_publishers_the_whole_of_one_is_not_the_whole_of_another(desk: Desk) -> None:
    ours, theirs = (
        replace(FOREIGN, id=who, url=f"https://storage.googleapis.com/{who}/1") for who in ("ours", "theirs")
    )
    collect([ours, theirs], now=NOW)
    assert collect([ours], now=NOW, is_whole=True).removed == 0
    assert (
        collect([replace(ours, url="https://storage.googleapis.com/khac/1", date="2026-02-20")], now=NOW).updated == 0
    )


@pytest.mark.parametrize("is_withdrawn", [True, False])
def test_who_had_it_reads_the_new_rating_when_it_comes_back_with_another(desk: Desk, is_withdrawn: bool) -> None:
    rated = replace(FOREIGN, rating=Rating("Sai", MappedRating.FALSE, "words"))
    other = replace(FOREIGN, id="kiem-2", url="https://kiem.example/2", claim="Trứng gà luộc làm nổ lò")
    collect([rated, other], now=NOW)
    asked = intake.ask(LEMON, channel="test", ref="r1")
    work()
    collect([WITHDRAWN] if is_withdrawn else [other], now=NOW, is_whole=not is_withdrawn)
    collect([replace(NEWER, rating=Rating("Đúng", MappedRating.TRUE, "words"))], now=NOW)
    work()
    page = page_of(asked.ticket)
    assert "It had been taken away, and is there again." in page
    assert "The rating was “Sai”, it is “Đúng”." in page


def _many(count: int) -> list[Review]:
    return [replace(FOREIGN, id=f"m{n}", url=f"https://kiem.example/{n}") for n in range(count)]


def _withdrawn(reviews: Iterable[Review], source: str) -> list[Withdrawal]:
    return [replace(WITHDRAWN, url=one.url, fetched_from=source) for one in reviews]


def test_a_fetched_feed_that_withdraws_most_of_a_site_changes_nothing(desk: Desk) -> None:
    collect(_many(21), now=NOW)
    for lang, said in (("en", "11 reviews of kiem.example would be taken off"), ("vi", "Sẽ gỡ 11 bài")):
        with pytest.raises(InputError) as refused:
            collect(_withdrawn(_many(11), "https://kiem.example/feed.json"), now=NOW)
        assert said in refused.value.text(lang)
    assert len(there()) == 21


@pytest.mark.parametrize(
    ("count", "of", "source"),
    [(10, 10, "https://kiem.example/feed.json"), (20, 40, "https://kiem.example/feed.json"), (11, 11, "")],
)
def test_a_few_half_and_what_a_file_says_are_withdrawn(desk: Desk, count: int, of: int, source: str) -> None:
    collect(_many(of), now=NOW)
    assert collect(_withdrawn(_many(count), source), now=NOW).withdrawn == count


def test_a_second_withdrawal_counts_from_its_own_date(desk: Desk) -> None:
    collect([FOREIGN, WITHDRAWN], now=NOW)
    again = replace(FOREIGN, date="2026-02-10")
    assert collect([again], now=NOW).added == 1
    assert collect([replace(WITHDRAWN, date="2026-02-20")], now=NOW).withdrawn == 1
    assert collect([again, WITHDRAWN, again], now=NOW).added == 0
    assert collect([replace(FOREIGN, date="2026-02-21")], now=NOW).added == 1


def test_a_review_of_the_desk_is_withdrawn_by_the_desk_alone(desk: Desk) -> None:
    claim = ask(TAMARIND).claim
    assert claim is not None
    publish(claim, desk.linh, desk.an)
    (ref,) = there()
    address = Shelved.objects.get(ref=ref).url
    assert collect([replace(WITHDRAWN, url=address, date="2026-02-28")], now=NOW).withdrawn == 0
    assert there() == [ref]


def test_a_claim_that_appeared_at_the_address_is_no_review_of_it(desk: Desk) -> None:
    collect([replace(FOREIGN, url="https://khac.example/1", appearances=(FOREIGN.url,))], now=NOW)
    assert collect([WITHDRAWN], now=NOW).withdrawn == 0


@pytest.mark.parametrize("path", ["/kiem-chung.jsonl", "/claimreview.json", "page"])
def test_what_a_desk_publishes_of_a_withdrawal_takes_the_review_off_elsewhere(desk: Desk, path: str) -> None:
    claim = ask(TAMARIND).claim
    assert claim is not None
    first = publish(claim, desk.linh, desk.an)
    published = read_reviews([_published("/kiem-chung.jsonl")])
    withdraw(desk, claim)
    address = f"/kiem-chung/{first.review.slug}" if path == "page" else path
    now = first.published_at
    assert collect(published, now=now).added == 1, "as at another desk, which knows it under its address"
    assert collect(read_reviews([_published(address)]), now=now).withdrawn == 1
    assert collect(read_reviews([_published(address)]), now=now).withdrawn == 0
    message = Message.objects.get()
    assert ticket_of(message).answers[0].version is not None


def _published(path: str) -> bytes:
    answer = Client(SERVER_NAME="localhost").get(path)
    return answer.getvalue() if answer.streaming else answer.content


@pytest.mark.parametrize(
    ("lang", "said", "why"),
    [
        (
            "vi",
            "Thêm 1, thay 0, giữ nguyên 0, từ chối 1, gỡ vì nơi đăng đã rút lại 1",
            "dòng 3: thiếu 'claim' hoặc để trống",
        ),
        (
            "en",
            "added 1, updated 0, unchanged 0, refused 1, withdrawn by their publisher 1",
            "line 3: 'claim' is missing",
        ),
    ],
)
def test_the_command_says_in_either_language_what_it_did_and_ends_with_3_where_some_were_refused(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str, said: str, why: str
) -> None:
    collect(read_reviews([json.dumps(version(1, slug="toi")).encode()]), now=NOW)
    rows = [version(1), version(2, slug="toi", kind="withdrawal"), {"id": "x"}]
    source = tmp_path / "dump.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in rows))
    with pytest.raises(SystemExit) as end:
        call_command("import-reviews", str(source), lang=lang)
    shown = capsys.readouterr()
    assert end.value.code == 3
    assert shown.out.strip() == said
    assert f"{source}, {why}" in shown.err
