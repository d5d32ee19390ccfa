"""The word lists keep the promises that their README makes."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from importlib.resources import files
from itertools import pairwise

import pytest

from kiemchung.engine.text import lexicon
from kiemchung.engine.text.tokens import tokens

DATA = files("kiemchung.engine") / "data"
COLUMNS = {"synonyms": 4, "teencode": 3, "places": 4, "organisations": 3, "stopwords": 3}
PLACE_KINDS = {
    "country",
    "province",
    "city",
    "district",
    "island",
    "river",
    "mountain",
    "sea",
    "road",
    "landmark",
    "region",
}
# Ordinary words that are names too: as bare names they would put a country into every second message.
EVERYDAY_WORDS = {
    "anh",
    "mỹ",
    "ý",
    "áo",
    "bỉ",
    "đức",
    "nga",
    "pháp",
    "hàn",
    "nhật",
    "viên",
    "vinh",
    "sát",
    "lào",
} | {
    *{
        "us",
        "la",
        "who",
        "it",
        "is",
        "ice",
        "apple",
        "target",
        "time",
        "nature",
        "line",
        "now",
        "go",
        "nice",
        "un",
    },
    *{"mit", "neu", "mb", "x", "th", "vin", "visa", "kkk"},
}

Rows = list[list[str]]


def _rows(name: str) -> Rows:
    text = (DATA / f"{name}.tsv").read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if not line.startswith("#")]


def _members(row: list[str]) -> list[str]:
    return [member for column in row[2:] for member in column.split("|") if member]


def _names(name: str, column: int) -> Rows:
    return [row[column].split("|") for row in _rows(name)]


@pytest.mark.parametrize("name", COLUMNS)
def test_tables_are_utf8_nfc_and_say_what_they_are_and_their_licence(name: str) -> None:
    text = (DATA / f"{name}.tsv").read_text(encoding="utf-8")
    header = [line for line in text.splitlines() if line.startswith("#")]
    assert "CC0" in " ".join(header)
    assert "Columns:" in " ".join(header)
    assert unicodedata.is_normalized("NFC", text)
    assert text.endswith("\n")
    assert "\r" not in text


@pytest.mark.parametrize(("name", "columns"), COLUMNS.items())
def test_every_line_has_its_columns_without_stray_blanks(name: str, columns: int) -> None:
    for row in _rows(name):
        assert len(row) == columns, row
        values = [value for column in row for value in column.split("|")]
        assert all(value == " ".join(value.split()) for value in values), row


@pytest.mark.parametrize(
    ("name", "least"),
    [("synonyms", 4800), ("teencode", 350), ("places", 700), ("organisations", 400), ("stopwords", 500)],
)
def test_tables_are_large_enough_to_be_worth_having(name: str, least: int) -> None:
    assert len(_rows(name)) >= least


@pytest.mark.parametrize("name", ["synonyms", "places", "organisations"])
def test_ids_are_unique_and_plain(name: str) -> None:
    ids = [row[0] for row in _rows(name)]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", found) for found in ids)


@pytest.mark.parametrize(("name", "column"), [("places", 3), ("organisations", 2)])
def test_names_are_never_empty_and_stand_once_in_a_record(name: str, column: int) -> None:
    for names in _names(name, column):
        assert all(tokens(each) for each in names), names
        lowered = [each.casefold() for each in names]
        assert len(lowered) == len(set(lowered)), names


@pytest.mark.parametrize(("name", "column"), [("places", 3), ("organisations", 2)])
def test_no_name_is_an_everyday_word(name: str, column: int) -> None:
    words = EVERYDAY_WORDS | {row[0] for row in _rows("stopwords")}
    bare = {each for names in _names(name, column) for each in names if each.casefold() in words}
    assert not bare


def test_synonym_groups_have_two_to_twelve_different_members() -> None:
    for row in _rows("synonyms"):
        assert row[1] in {"1", "2"}, row
        members = [member.casefold() for member in _members(row)]
        assert 2 <= len(members) <= 12, row
        assert len(members) == len(set(members)), row
        assert all(tokens(member) for member in members), row


@pytest.mark.slow
def test_synonym_groups_are_all_different() -> None:
    groups = Counter(frozenset(member.casefold() for member in _members(row)) for row in _rows("synonyms"))
    assert max(groups.values()) == 1


def test_a_word_is_in_at_most_four_synonym_groups() -> None:
    uses = Counter(member.casefold() for row in _rows("synonyms") for member in _members(row))
    assert {member: count for member, count in uses.items() if count > 4} == {}


def test_vietnamese_members_are_in_lower_case() -> None:
    assert all(row[2] == row[2].lower() for row in _rows("synonyms"))


def test_there_are_english_groups_of_their_own() -> None:
    assert sum(not row[2] for row in _rows("synonyms")) >= 650


def test_no_synonym_looks_like_one_of_the_commonest_vietnamese_words_without_marks() -> None:
    # "của", "thì", "rất", "về", "rồi", "cắt" typed without marks are no crab, exam, rat, tick, fruit or cat.
    common = {"cua", "thi", "rat", "ve", "roi", "cat", "ong", "voi", "con", "ban", "day", "dung", "ngay"}
    for row in _rows("synonyms"):
        assert not row[2] or not common & set(_members(row)), row


def test_no_synonym_is_a_function_word_of_its_language() -> None:
    function = {(row[0], row[1]) for row in _rows("stopwords") if row[2] == "function"}
    for row in _rows("synonyms"):
        for column, lang in ((row[2], "vi"), (row[3], "en")):
            # "việc" is a job, "sao" a star and "ai" artificial intelligence as well.
            found = {each for each in column.lower().split("|") if (each, lang) in function}
            assert found <= {"ai", "sao", "việc"}, row


def test_short_forms_are_one_word_and_their_weights_add_up_to_one() -> None:
    weights: Counter[str] = Counter()
    for short, expansion, weight in _rows("teencode"):
        assert short == short.lower()
        assert " " not in short
        assert expansion
        assert 0 < float(weight) <= 1
        weights[short] += round(100 * float(weight))
    assert set(weights.values()) == {100}


def test_a_short_form_has_each_meaning_once_the_likeliest_first() -> None:
    rows = _rows("teencode")
    assert len({(short, expansion) for short, expansion, _ in rows}) == len(rows)
    for before, after in pairwise(rows):
        assert before[0] != after[0] or float(before[2]) >= float(after[2])


def test_places_have_known_kinds_and_existing_parents_without_circles() -> None:
    parents = {row[0]: row[2] for row in _rows("places")}
    assert {row[1] for row in _rows("places")} == PLACE_KINDS
    for place in parents:
        seen: set[str] = set()
        while place:
            assert place not in seen
            seen.add(place)
            place = parents[place]


def test_viet_nam_has_its_63_old_and_34_new_provinces() -> None:
    rows = {row[0]: row for row in _rows("places")}
    new = [row[0] for row in rows.values() if row[0].endswith("-2025")]
    merged = [row for row in rows.values() if row[2] in new]
    unchanged = [row for row in rows.values() if row[2] == "vn" and row[1] == "province" and row[0] not in new]
    unchanged += [rows["ha-noi"], rows["hue"]]
    assert len(new) == 23
    assert len(merged) == 52
    assert len(unchanged) == 11
    assert rows["binh-duong"][2] == "ho-chi-minh-2025"


def test_a_place_name_belongs_to_one_place_unless_the_world_says_otherwise() -> None:
    uses = Counter(each.casefold() for names in _names("places", 3) for each in names)
    assert {each for each, count in uses.items() if count > 1} == {"georgia"}


def test_an_organisation_name_belongs_to_one_organisation() -> None:
    uses = Counter(each.casefold() for names in _names("organisations", 2) for each in names)
    assert {each for each, count in uses.items() if count > 1} == set()


def test_stopwords_are_unique_and_function_words_single() -> None:
    rows = _rows("stopwords")
    assert len({(row[0], row[1]) for row in rows}) == len(rows)
    assert {(row[1], row[2]) for row in rows} == {
        ("vi", "function"),
        ("vi", "chatter"),
        ("en", "function"),
        ("en", "chatter"),
    }
    assert all(len(tokens(row[0])) == 1 for row in rows if row[2] == "function")
    assert Counter(row[2] for row in rows)["function"] >= 250
    assert Counter(row[2] for row in rows)["chatter"] >= 250


def test_words_that_make_another_claim_are_no_function_words() -> None:
    function = {row[0] for row in _rows("stopwords") if row[2] == "function"}
    assert not function & {
        "không",
        "chưa",
        "chẳng",
        "đừng",
        "not",
        "no",
        "never",
        "hơn",
        "tăng",
        "giảm",
        "before",
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("lợn", "heo"),
        ("ô", "dù"),
        ("tất", "vớ"),
        ("mì chính", "bột ngọt"),
        ("đái tháo đường", "diabetes"),
        ("đậu phộng", "lạc"),
        ("sạc qua đêm", "overnight charging"),
        ("trị dứt điểm", "chữa khỏi"),
        ("lemon water", "nước chanh"),
        ("refund", "hoàn tiền"),
        ("vắc xin", "vaccine"),
        ("jab", "mũi tiêm"),
    ],
)
def test_regional_and_english_words_meet_in_one_group(one: str, other: str) -> None:
    assert any({one, other} <= set(_members(row)) for row in _rows("synonyms"))


def test_the_reader_finds_names_and_leaves_pronouns_alone() -> None:
    places = lexicon.places()
    found = places.table.find(tokens("anh ở Hà Nội sang nước Anh"), marked=True)
    assert [places.ids[each.values[0]] for each in found] == ["ha-noi", "united-kingdom"]
