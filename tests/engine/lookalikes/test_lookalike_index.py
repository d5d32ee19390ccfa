"""What the index of organisations promises, whatever comes in."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiemchung.engine.errors import InputError
from kiemchung.engine.lookalikes.addresses import Kind
from kiemchung.engine.lookalikes.index import LookalikeIndex, kind_named
from kiemchung.engine.lookalikes.organisations import known_organisations
from kiemchung.engine.lookalikes.reasons import LOOKALIKE_SENTENCES, lookalike_sentence
from kiemchung.engine.types import Reason
from tests.engine.lookalikes.adversarial import IMITATIONS, MENTIONS, NOISE, OFFICIAL, UNRELATED
from tests.engine.lookalikes.registry import ORGANISATIONS, index

ALL = (*IMITATIONS, *MENTIONS, *NOISE, *OFFICIAL, *UNRELATED)
ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)
NEAR_TEXT = st.builds(
    lambda parts: "".join(parts),
    st.lists(
        st.sampled_from(
            ["gotmart", "lienminhbank", "lmb", ".", "-", "vn", "com", "@", "/", ":", "xn--", "à", " ", "1", "٣"]
        )
    ),
)


@pytest.mark.parametrize("name", IMITATIONS)
def test_every_trick_is_seen_and_said(name: str) -> None:
    found = index().score(name)
    assert found.is_alert, found
    assert found.organisation_id in ("gotmart", "lienvietbank")
    assert found.reasons


@pytest.mark.parametrize("name", OFFICIAL)
def test_what_belongs_to_an_organisation_is_never_flagged(name: str) -> None:
    found = index().score(name)
    assert (found.probability, found.is_alert) == (0.0, False)
    assert found.reasons[0].code in ("official", "affiliated")


@pytest.mark.parametrize("name", MENTIONS)
def test_those_who_speak_of_an_organisation_do_not_imitate_it(name: str) -> None:
    assert not index().score(name).is_alert


@pytest.mark.parametrize("name", UNRELATED)
def test_names_that_only_share_letters_are_left_alone(name: str) -> None:
    assert not index().score(name).is_alert


@pytest.mark.parametrize("name", NOISE, ids=range(len(NOISE)))
def test_noise_neither_raises_nor_makes_certain(name: str) -> None:
    for kind in (None, *Kind):
        found = index().score(name, kind=kind)
        assert found.name == name
        assert not found.is_alert


@settings(max_examples=200)
@given(st.lists(st.one_of(ANY_TEXT, NEAR_TEXT), max_size=5), st.sampled_from([None, *Kind]))
def test_no_name_raises(names: list[str], kind: Kind | None) -> None:
    found = index().score_many(names, kind=kind)
    assert [one.name for one in found] == names
    assert all(0 <= one.probability <= 1 for one in found)
    assert all(bool(one.organisation_id) or one.probability == 0 for one in found)


@settings(max_examples=100)
@given(st.text("abcdefghijklmnopqrstuvwxyz0123456789-.", max_size=30))
def test_nothing_below_an_official_domain_is_flagged(below: str) -> None:
    assert not index().score(f"https://{below}.gotmart.vn/").is_alert
    assert not index().score(f"{below}.lienminhbank.com.vn", kind="host").is_alert


def test_a_score_depends_on_neither_order_nor_batch_size() -> None:
    names = list(ALL)
    alone = {name: index().score(name) for name in names}
    random.Random(1).shuffle(names)  # noqa: S311
    assert [alone[name] for name in names] == index().score_many(names)
    assert index().score_many(names, explain=False)[0].probability == alone[names[0]].probability


@pytest.mark.slow
@settings(max_examples=100)
@given(st.lists(st.one_of(NEAR_TEXT, st.sampled_from(ALL)), max_size=8), st.randoms(use_true_random=False))
def test_a_score_is_the_same_beside_any_others_in_any_order(names: list[str], draw: random.Random) -> None:
    shuffled = draw.sample(names, len(names))
    found = {one.name: one for one in index().score_many(shuffled)}
    assert [found[name] for name in names] == [index().score(name) for name in names]


@settings(max_examples=100)
@given(st.sampled_from(OFFICIAL), st.sampled_from([0.0, 0.5, None]))
def test_an_official_name_is_flagged_at_no_threshold(name: str, threshold: float | None) -> None:
    for written in (name, f"  {name} ", name.upper() if "%" not in name else name):
        assert not index().score(written, threshold=threshold).is_alert


@pytest.mark.parametrize(
    "name",
    [
        ".".join(["a" * 63] * 3) + ".gotmart-otp.top",  # longer than DNS allows
        ("gotmart-login." * 17) + "evil.top",  # 253 characters, the name in every label
        "..gotmart-login..top..",
        "gotmart-login.top:",
        "gotmart-login.top:99999",
        "xn--gotmart-login-.top",
        "xn--gotmart-login-\u0111.top",
        "\u202egotmart-login.top\u202c",
        "\u2067gotmart\u2069-login.top",
        "http://127.0.0.1/gotmart/login",
        "http://[::1]:8080/gotmart.vn/login",
    ],
)
def test_a_broken_address_with_a_name_in_it_is_judged_without_certainty(name: str) -> None:
    found = index().score(name)
    assert found.organisation_id in ("", "gotmart")
    assert found.probability < 1
    assert not {reason.code for reason in found.reasons} & {"official", "affiliated"}


def test_the_threshold_moves_alerts_and_nothing_else() -> None:
    [low] = index().score_many(["gotmart.vn.top"], threshold=0.0)
    [high] = index().score_many(["gotmart.vn.top"], threshold=1.0)
    assert (low.is_alert, high.is_alert) == (True, False)
    assert low.probability == high.probability
    with pytest.raises(InputError, match="not a probability"):
        index().score_many([], threshold=1.5)


def test_a_kind_has_a_name() -> None:
    assert kind_named("display-name") is Kind.DISPLAY_NAME
    with pytest.raises(InputError, match="no kind of name"):
        kind_named("picture")


@pytest.mark.parametrize("code", sorted(LOOKALIKE_SENTENCES))
def test_every_reason_is_said_in_both_languages(code: str) -> None:
    reason = Reason(code, ("một", "hai", "ba"))
    vietnamese, english = lookalike_sentence(reason, "vi"), lookalike_sentence(reason, "en")
    assert vietnamese != english
    assert "{" not in vietnamese + english


def test_only_published_codes_are_given() -> None:
    codes = {reason.code for one in index().score_many(ALL) for reason in one.reasons}
    assert codes <= set(LOOKALIKE_SENTENCES)
    assert len(codes) > 10


def test_a_cyrillic_letter_is_named_as_the_reason() -> None:
    codes = [reason.code for reason in index().score("gоtmart-khuyenmai.com").reasons]
    assert "foreign_letters" in codes


def test_an_official_domain_in_front_is_the_first_reason() -> None:
    [reason, *_] = index().score("lienminhbank.com.vn-xx.life").reasons
    assert reason == Reason("official_domain_in_front", ("lienminhbank.com.vn", "vn-xx.life"))


def test_every_organisation_can_be_imitated() -> None:
    names = [f"{organisation.domains[0]}.dangnhap-xacminh.top" for organisation in ORGANISATIONS]
    assert [one.organisation_id for one in index().score_many(names)] == [one.id for one in ORGANISATIONS]


@pytest.mark.parametrize(
    "name",
    ["momo" * 1000 + ".com", "gotmart." * 300 + "com", "g o t m a r t " * 300, "https://a.com/" + "gotmart/" * 900],
)
def test_a_long_name_costs_little(name: str) -> None:
    began = time.process_time()
    for kind in (None, *Kind):
        index().score(name, kind=kind)
    assert time.process_time() - began < 2


@pytest.mark.parametrize("kind", [None, "display_name", "handle", "sender", "page_title"])
def test_no_name_of_the_registry_that_comes_along_is_flagged(kind: str | None) -> None:
    known = known_organisations()
    names = [
        name
        for one in known
        for name in (one.name, one.display, f"{one.display} - {one.name}", f"{one.name} ({one.display})", *one.domains)
    ]
    found = LookalikeIndex(known).score_many(names, kind=kind)
    assert [one.name for one in found if one.is_alert] == []
