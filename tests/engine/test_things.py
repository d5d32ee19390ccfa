"""The table of things keeps the promises that the README beside it makes."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable
from importlib.resources import files

import pytest

from kiemchung.engine.text import lexicon, spelling
from kiemchung.engine.text.normalise import fold_token, settled
from kiemchung.engine.text.tokens import tokens

TEXT = (files("kiemchung.engine") / "data" / "things.tsv").read_text(encoding="utf-8")
ROWS = [line.split("\t") for line in TEXT.splitlines() if not line.startswith("#")]
KINDS = set(
    """
    activity additive age_group alarm animal bank_matter beauty benefit bill birth bite body_state building_part
    call_action cancer child_age clothing code colour contaminant contraception crime currency dental_work device
    device_part disaster disease dish drink drink_class drive driving_charge drug drug_class egg_dairy exam figure
    fire_out first_aid flight_item flu_strain food_class fuel fuel_grade hepatitis holiday home_tip household
    household_item job_right lifestyle light_signal lure marriage material meat media medical_device monument
    narcotic network offence omen online organ pandemic_rule paper payment people phone_kind planet plant plant_food
    poison poisoning police_branch policy pregnancy_condition property_paper rail record ride role scam school_level
    school_matter luggage_kind ownership hospital_ownership service_vehicle sex site sky sleep_place smoking snake
    subject supplement symptom tax test_scan
    time_day timing traffic_offence traveller treatment vaccine_kind vehicle vitamin ware way_of_use web_thing
    work_vehicle
    """.split()
)
# Two things that are told apart by their marks only: without marks a text may name either, and is read as naming both.
ALIKE_WITHOUT_MARKS = {
    "an man",
    "an mang",
    "bao tu",
    "ca song",
    "con bao",
    "con so",
    "cong truong",
    "dau do",
    "dau goi",
    "dua nong",
    "dua tuoi",
    "nuoc dua",
    "nuoc dua nong",
    "qua dua",
    "rau ngo",
    "san day",
    "thit nguoi",
    "thuoc muoi",
    "trai dua",
    "xe do",
    "xe tang",
}
# Vietnamese syllables without a mark that nearly always mean the thing, also where a text is typed without marks.
PLAIN_SYLLABLES = {"bia", "chanh", "ngao", "nhang", "sim"}

Phrase = tuple[str, ...]


def _names(row: list[str]) -> list[str]:
    return [name for column in row[2:] for name in column.split("|") if name]


def _phrase(name: str) -> Phrase:
    return tuple(tokens(name.lower()))


def _folded(phrase: Phrase) -> Phrase:
    return tuple(map(fold_token, phrase))


def test_the_table_says_what_it_is_and_its_licence() -> None:
    header = " ".join(line for line in TEXT.splitlines() if line.startswith("#"))
    assert "CC0" in header
    assert "Columns:" in header
    assert unicodedata.is_normalized("NFC", TEXT)
    assert TEXT.endswith("\n")
    assert "\r" not in TEXT


def test_every_line_has_four_columns_without_stray_blanks() -> None:
    for row in ROWS:
        assert len(row) == 4, row
        assert all(value == " ".join(value.split()) for column in row for value in column.split("|")), row


def test_there_are_enough_things_to_be_worth_having() -> None:
    assert len(ROWS) >= 2700


def test_ids_are_unique_and_plain() -> None:
    ids = [row[0] for row in ROWS]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", each) for each in ids)


def test_kinds_are_known_and_have_things_to_tell_apart() -> None:
    kinds = Counter(row[1] for row in ROWS)
    assert set(kinds) == KINDS
    assert min(kinds.values()) > 1


def test_every_thing_has_a_name_and_no_name_is_empty_or_only_digits() -> None:
    for row in ROWS:
        assert _names(row), row
        assert all(re.search(r"[^\W\d]", " ".join(_phrase(name))) for name in _names(row)), row


def test_names_are_in_lower_case_except_short_forms_and_in_the_old_placement_of_tones() -> None:
    for row in ROWS:
        for name in _names(row):
            assert all(word.islower() or word.isupper() or not re.search(r"[^\W\d]", word) for word in name.split()), (
                name
            )
            assert settled(name.lower()) == name.lower(), name


def test_a_name_belongs_to_one_thing() -> None:
    uses: defaultdict[Phrase, set[str]] = defaultdict(set)
    for row in ROWS:
        for name in _names(row):
            uses[_phrase(name)].add(row[0])
    assert {phrase: ids for phrase, ids in uses.items() if len(ids) > 1} == {}


def test_names_that_are_alike_without_marks_are_few_and_known() -> None:
    uses: defaultdict[Phrase, set[str]] = defaultdict(set)
    for row in ROWS:
        for phrase in map(_phrase, _names(row)):
            if len(phrase) > 1:
                uses[_folded(phrase)].add(row[0])
    assert {" ".join(phrase) for phrase, ids in uses.items() if len(ids) > 1} == ALIKE_WITHOUT_MARKS


def test_a_thing_has_each_of_its_names_once() -> None:
    for row in ROWS:
        phrases = [_phrase(name) for name in _names(row)]
        assert len(phrases) == len(set(phrases)), row


@pytest.mark.parametrize("others", [lexicon.places, lexicon.organisations])
def test_no_thing_is_named_like_a_place_or_an_organisation(others: Callable[[], lexicon.Names]) -> None:
    table = others().table
    for row in ROWS:
        for phrase in map(_phrase, _names(row)):
            found = table.find(phrase, marked=True)
            assert not any(each.begin == 0 and each.end == len(phrase) for each in found), (row[0], phrase)


def test_a_syllable_without_marks_is_no_name_because_it_stands_for_too_many() -> None:
    bare = {
        phrase[0]
        for row in ROWS
        for phrase in map(_phrase, _names(row))
        if len(phrase) == 1 and phrase == _folded(phrase) and spelling.is_syllable(phrase[0])
    }
    assert bare == PLAIN_SYLLABLES


def test_a_thing_named_by_one_marked_syllable_has_a_longer_name_for_texts_without_marks() -> None:
    for row in ROWS:
        phrases = list(map(_phrase, row[2].split("|"))) if row[2] else []
        if phrases:
            assert any(len(phrase) > 1 or phrase == _folded(phrase) for phrase in phrases), row


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("xe đạp", "xe máy"),
        ("ăn chuối", "cam sành"),
        ("sỏi amidan", "covid"),
        ("lòng trắng trứng", "kem đánh răng"),
        ("phạt nguội", "trúng thưởng"),
        ("bão", "động đất"),
        ("bicycle", "motorbikes"),
    ],
)
def test_another_thing_of_the_kind_is_another_entry(one: str, other: str) -> None:
    of = {phrase: row for row in ROWS for phrase in map(_phrase, _names(row))}
    assert of[_phrase(one)][1] == of[_phrase(other)][1]
    assert of[_phrase(one)][0] != of[_phrase(other)][0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("thịt heo", "thịt lợn"),
        ("đậu phộng", "hạt lạc"),
        ("mì chính", "bột ngọt"),
        ("xe hơi", "ô tô"),
        ("đái tháo đường", "diabetes"),
        ("tai biến", "đột quỵ"),
        ("cccd", "căn cước công dân"),
    ],
)
def test_all_names_of_one_thing_are_in_one_entry(one: str, other: str) -> None:
    of = {phrase: row[0] for row in ROWS for phrase in map(_phrase, _names(row))}
    assert of[_phrase(one)] == of[_phrase(other)]
