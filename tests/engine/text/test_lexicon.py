"""The word lists as look-ups."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kiemchung.engine.text import lexicon
from kiemchung.engine.text.lexicon import Found, PhraseTable
from kiemchung.engine.text.normalise import fold_token
from kiemchung.engine.text.tokens import tokens

WORDS = st.sampled_from(["hà", "ha", "nội", "noi", "tp", "hồ", "ho", "chí", "chi", "minh"])
PHRASES = st.lists(st.tuples(st.lists(WORDS, min_size=1, max_size=4).map(tuple), st.integers(0, 9)), max_size=8)


def slowly_found(entries: list[tuple[tuple[str, ...], int]], sequence: list[str], *, marked: bool) -> list[Found]:
    found, at = [], 0
    while at < len(sequence):
        for length in range(len(sequence) - at, 0, -1):
            piece = tuple(sequence[at : at + length])
            if marked:
                values = [value for phrase, value in entries if phrase == piece]
            else:
                plain = [(tuple(map(fold_token, phrase)), phrase, value) for phrase, value in entries]
                values = [v for folded, phrase, v in plain if folded == piece and (len(phrase) > 1 or folded == phrase)]
            if values:
                found.append(Found(at, at + length, tuple(values)))
                at += length
                break
        else:
            at += 1
    return found


@given(PHRASES, st.lists(WORDS, max_size=10), st.booleans())
def test_the_longest_phrases_are_found_from_left_to_right(
    entries: list[tuple[tuple[str, ...], int]], sequence: list[str], marked: bool
) -> None:
    assert PhraseTable(entries).find(sequence, marked=marked) == slowly_found(entries, sequence, marked=marked)


def test_a_single_word_without_marks_does_not_stand_for_a_marked_one() -> None:
    table = PhraseTable([(("năm",), 1), (("việt", "nam"), 2)])
    assert table.find(["nam"], marked=False) == []
    assert table.find(["viet", "nam"], marked=False) == [Found(0, 2, (2,))]
    assert table.find(["viet", "nam"], marked=True) == []


def test_the_same_phrase_may_stand_for_several_things() -> None:
    table = PhraseTable([(("tp",), 1), (("tp",), 5)])
    assert table.find(["tp"], marked=True) == [Found(0, 1, (1, 5))]


def test_every_synonym_is_found_by_its_own_words() -> None:
    groups = lexicon.synonyms()
    assert len(groups.members) == len(groups.tightness)
    assert set(groups.tightness) <= {1, 2}
    for number, phrases in enumerate(groups.members):
        for phrase in phrases:
            if 0 < len(phrase) <= 6:
                found = groups.table.find(phrase, marked=True)
                assert [f for f in found if number in f.values and f.end - f.begin == len(phrase)], phrase


def test_every_place_and_organisation_is_found_by_the_name_it_is_shown_with() -> None:
    for names in (lexicon.places(), lexicon.organisations()):
        assert len(names.ids) == len(names.shown) == len(names.homes)
        assert len(set(names.ids)) == len(names.ids)
        assert set(names.homes) - {""} <= set(names.ids)
        for number, shown in enumerate(names.shown):
            found = names.table.find(tokens(shown), marked=True)
            assert any(number in f.values for f in found), shown


def test_names_are_found_without_marks_and_in_either_tone_placement() -> None:
    names = lexicon.places()
    for text, marked in (("ở khánh hòa", True), ("ở khánh hoà", True), ("o khanh hoa", False)):
        [found] = names.table.find(tokens(text), marked=marked)
        assert {names.shown[number] for number in found.values} == {"Khánh Hòa"}


def test_shorthand_gives_the_likeliest_first() -> None:
    for short, ways in lexicon.shorthand().items():
        assert [weight for _phrase, weight in ways] == sorted((weight for _phrase, weight in ways), reverse=True)
        assert all(0 < weight <= 1 and phrase and phrase != (short,) for phrase, weight in ways)


def test_words_of_forwarding_carry_no_claim() -> None:
    chatter = lexicon.chatter()
    assert {"thì", "là", "the"} <= chatter.function_words
    assert chatter.phrases.find(tokens("chia sẻ cho mọi người"), marked=True)
