"""The claims benchmark on tiny data made here: it measures what it says, and says when its data is missing."""

import gzip
import json
from pathlib import Path

import pytest

pytest.importorskip("bm25s")
pytest.importorskip("tantivy")

from benchmarks import claims, messages, peers, quality, reliability, worst
from benchmarks.corpus import LabelledSet, Question, labelled, spliced
from kiemchung.engine.types import Review

SUBJECTS = ["tỏi sống", "nước chanh nóng", "lá đu đủ", "mật ong rừng", "gừng tươi", "rau ngót", "trà xanh", "nghệ đen"]
ILLS = ["cúm", "ung thư", "sốt xuất huyết", "tiểu đường", "đau dạ dày", "mất ngủ", "cao huyết áp", "sỏi thận"]


def _rows() -> tuple[list[dict[str, str]], list[dict[str, str]], list[str]]:
    pairs = list(zip(SUBJECTS, ILLS, strict=True))
    reviews = [{"id": f"c{n}", "text": f"Uống {a} chữa khỏi {b}", "title": ""} for n, (a, b) in enumerate(pairs)]
    asked = [
        {"id": f"q{n}", "text": f"uống {a} có chữa khỏi {b} không", "split": "dev", "style": "question"}
        for n, (a, b) in enumerate(pairs)
    ]
    relevant = ["query_id\tclaim_id\tsplit", *(f"q{n}\tc{n}\t{'train' if n == 7 else 'dev'}" for n in range(8))]
    return reviews, asked, relevant


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    reviews, asked, relevant = _rows()
    place = tmp_path / "claims" / "vifactcheck"
    place.mkdir(parents=True)
    for stem, rows in (("claims", reviews), ("queries", asked)):
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (place / f"{stem}.jsonl.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
    (place / "qrels.tsv").write_text("\n".join(relevant) + "\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def tiny(folder: Path) -> LabelledSet:
    return labelled(folder, "vifactcheck")


def test_only_the_dev_part_is_read(tiny: LabelledSet) -> None:
    assert [question.id for question in tiny.questions] == [f"q{n}" for n in range(7)]
    assert len(tiny.reviews) == 8


@pytest.mark.parametrize("name", [name for name in peers.PEERS if "more-like-this" not in name])
def test_every_peer_finds_a_claim_that_is_repeated_word_for_word(tiny: LabelledSet, name: str) -> None:
    ranker = peers.PEERS[name](tiny.reviews)
    assert [ranker.rank(review.claim, 1) for review in tiny.reviews] == [[review.id] for review in tiny.reviews]


def test_more_like_this_wants_seven_words_of_ten() -> None:
    others = Review(id="2", claim="x7 x8 x9 x10")
    ranker = peers.PEERS["more-like-this 70 %"]([Review(id="1", claim="a1 a2 a3 a4 a5 a6 a7 a8"), others])
    assert ranker.rank("a1 a2 a3 a4 a5 a6 a7 x8 x9 x10", 5) == ["1"]
    assert ranker.rank("a1 a2 a3 a4 a5 a6 x7 x8 x9 x10", 5) == []
    assert ranker.rank("a1 a2 a3 a4 a5 a6 u7 u8 u9 u10", 5) == ["1"], "words that no review holds are not counted"


def test_an_empty_message_finds_nothing_or_breaks_nothing(tiny: LabelledSet) -> None:
    for name, make in peers.PEERS.items():
        assert len(make(tiny.reviews).rank("", 3)) <= 3, name


def test_the_quality_table_has_every_peer_and_every_way_of_typing(tiny: LabelledSet) -> None:
    table = quality.report(tiny)
    assert all(f"| {name} | {form} |" in table for name in peers.PEERS for form in ("as typed", "unmarked", "NFD"))
    ours = next(line for line in table.splitlines() if line.startswith("| kiemchung | as typed | 7 |"))
    assert ours.split(" | ")[3] == "1.0000"


def test_a_message_that_no_review_answers_counts_as_wrong_when_answered(tiny: LabelledSet) -> None:
    chat = (Question("n1", tiny.reviews[0].claim, "near", frozenset()),)
    one = LabelledSet("messages_vi", tiny.reviews, tiny.questions, chat)
    counted = messages.judge(peers.Ours(one.reviews).index, one, limit=1.0)
    assert counted.wrong == counted.answered - counted.covered
    assert counted.kinds == (("near", counted.wrong, 1),)
    assert "near answered" in messages.report(one)


def test_reliability_takes_out_the_reviews_of_every_second_question(tiny: LabelledSet) -> None:
    whole = reliability.halves(tiny)
    kept = {review.id for review in whole.reviews}
    assert all(question.relevant <= kept for question in whole.present)
    assert not any(question.relevant & kept for question in whole.absent)
    more = tuple(Review(id=f"m{n}", claim=f"Tắm {a} làm trắng da") for n, a in enumerate(SUBJECTS))
    tables = list(reliability.report([LabelledSet("more", (*tiny.reviews, *more), tiny.questions)], size=20))
    assert [table.splitlines()[0].split(", ")[1] for table in tables] == ["4 reviews", "13 reviews", "33 reviews"]
    assert all(f", {len(whole.present) + len(whole.absent)} messages" in table for table in tables)


def test_splicing_gives_the_same_reviews_every_time(tiny: LabelledSet) -> None:
    made = spliced(tiny.reviews, 50)
    assert made == spliced(tiny.reviews, 50)
    assert len({review.id for review in made}) == 50
    assert all(review.claim for review in made)


def test_splicing_never_copies_a_claim(tiny: LabelledSet) -> None:
    assert not {review.claim for review in spliced(tiny.reviews, 500)} & {review.claim for review in tiny.reviews}


def test_the_crowd_of_the_reliability_table_holds_no_part_of_an_asked_review() -> None:
    reviews = (Review("a", "asked1 asked2", title="asked3"), Review("b", "b1 b2"), Review("c", "c1 c2"))
    crowd = reliability.crowd(LabelledSet("s", reviews, (Question("q", "", "", frozenset({"a"})),)), 30)
    assert len(crowd) == 30
    assert not any("asked" in review.claim + review.title for review in crowd)


def test_the_messages_report_gives_the_cards_figures_out_of_fold() -> None:
    rows = messages.out_of_fold().splitlines()[2:]
    assert rows
    assert {row.split("/")[0] for row in rows} == {"| messages_vi", "| starter"}


def test_the_worst_cases_are_sorted_from_the_worst(tiny: LabelledSet) -> None:
    wrong, right = worst.worst(tiny, 3)
    assert [case.probability for case in right] == sorted(case.probability for case in right)
    assert all(not case.right for case in wrong)
    assert len(right) == 3
    assert right[0].features


def test_missing_data_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(claims, "one_core", lambda: "one thread")
    monkeypatch.delenv("KIEMCHUNG_DATA", raising=False)
    assert claims.main(["--quality"]) == 2
    assert "KIEMCHUNG_DATA" in capsys.readouterr().err


def test_a_written_report_says_where_its_figures_come_from(
    monkeypatch: pytest.MonkeyPatch, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(claims, "one_core", lambda: "one thread")
    monkeypatch.setattr(claims, "MEASURED", tmp_path / "measured" / "claims.md")
    monkeypatch.setenv("KIEMCHUNG_DATA", str(folder))
    assert claims.main(["--quality", "--only", "vifactcheck", "--write", "--worst", "1"]) == 0
    written = (tmp_path / "measured" / "claims.md").read_text(encoding="utf-8")
    for said in ("- data:", "split `dev`", "- command:", "--only vifactcheck", "- commit:", "- machine:", "one thread"):
        assert said in written
    assert "uống" not in written.lower()
    assert "wrong, most sure" in capsys.readouterr().out
