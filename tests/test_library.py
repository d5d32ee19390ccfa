"""The public library: everything it promises is there, light to import, and its examples run."""

from __future__ import annotations

import ast
import doctest
import inspect
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

import kiemchung
from kiemchung import (
    ClaimIndex,
    CollectionError,
    InputError,
    Message,
    Outcome,
    Review,
    SearchableCollection,
    SetupError,
)

NOW = datetime(2026, 1, 2, tzinfo=UTC)
GARLIC = Review(id="1", claim="Ăn tỏi sống chữa khỏi cúm", title="Tỏi không chữa khỏi cúm")
RICE = Review(id="2", claim="Gạo bán ở chợ làm từ nhựa")
# NumPy and SQLite cost most of a cold start; the rest belongs to single commands.
HEAVY = ("numpy", "sqlite3", "rich", "shtab", "http.client", "ssl")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with SearchableCollection.open(tmp_path) as collection:
        collection.import_reviews([GARLIC, RICE], now=NOW)
    return tmp_path


def python(code: str) -> str:
    """Return what a new Python process prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_importing_the_library_loads_nothing_heavy() -> None:
    loaded = python("import sys, kiemchung; print(*sys.modules)").split()
    assert [name for name in HEAVY if name in loaded] == []


def test_a_name_loads_what_it_needs_when_it_is_first_used() -> None:
    assert python("import sys, kiemchung; kiemchung.ClaimIndex; print('numpy' in sys.modules)") == "True"


def test_the_plain_types_do_not_load_numpy() -> None:
    assert python("import sys; from kiemchung import Review, Message; print('numpy' in sys.modules)") == "False"


@pytest.mark.parametrize("name", kiemchung.__all__)
def test_every_public_name_can_be_imported_and_says_what_it_is(name: str) -> None:
    found = getattr(kiemchung, name)
    assert name == "__version__" or inspect.getdoc(found)


def test_the_public_names_are_sorted_and_complete() -> None:
    names = kiemchung.__all__
    assert list(names) == sorted(set(names))
    assert set(names) - {"__version__"} == set(kiemchung._HOME_OF)
    assert set(names) <= set(dir(kiemchung))


def test_a_type_checker_sees_the_same_names_as_a_program() -> None:
    tree = ast.parse(Path(inspect.getfile(kiemchung)).read_text(encoding="utf-8"))
    [block] = [node for node in tree.body if isinstance(node, ast.If) and "not" not in ast.unparse(node.test)]
    seen = {alias.name for node in ast.walk(block) if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert seen == set(kiemchung._HOME_OF)


def test_a_name_that_is_not_public_is_refused_by_name() -> None:
    with pytest.raises(AttributeError, match="no attribute 'serch'"):
        kiemchung.serch  # type: ignore[attr-defined]  # noqa: B018


def test_the_examples_of_every_public_name_run() -> None:
    finder = doctest.DocTestFinder()
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    for name in kiemchung.__all__:
        thing = getattr(kiemchung, name)
        if inspect.isclass(thing) or inspect.isfunction(thing):
            for example in finder.find(thing, name):
                runner.run(example)
    assert runner.summarize(verbose=False).failed == 0


def test_many_messages_are_answered_in_their_order(home: Path) -> None:
    answers = kiemchung.check_many(["gao lam tu nhua", "toi song chua cum"], home=home)
    assert [answer.matches[0].review_id for answer in answers] == ["2", "1"]


def test_one_message_is_a_batch_of_one(home: Path) -> None:
    message = Message("ăn tỏi sống chữa khỏi cúm", id="m-1")
    assert kiemchung.check(message, home=home) == kiemchung.check_many([message], home=home)[0]


def test_an_answer_is_the_same_from_the_disk_as_from_memory(home: Path) -> None:
    message = Message("an toi song co chua dc cum ko")
    assert kiemchung.check(message, home=home) == ClaimIndex([GARLIC, RICE]).search(message)


def test_no_messages_give_no_answers(home: Path) -> None:
    assert kiemchung.check_many([], home=home) == []


def test_an_answer_holds_as_many_matches_as_were_asked_for(home: Path) -> None:
    assert len(kiemchung.check("tỏi và gạo", home=home, top=1).matches) == 1


def test_a_limit_of_nothing_wrong_at_all_answers_nothing_by_itself(home: Path) -> None:
    assert kiemchung.check(GARLIC.claim, home=home, limit=0).outcome is not Outcome.ANSWER


@pytest.mark.parametrize("limit", [-0.1, 1.5, float("nan")])
def test_a_limit_that_is_no_share_is_refused(home: Path, limit: float) -> None:
    with pytest.raises(InputError, match="is not a share"):
        kiemchung.check("tỏi", home=home, limit=limit)


def test_checking_never_makes_a_collection(tmp_path: Path) -> None:
    with pytest.raises(CollectionError):
        kiemchung.check("tỏi", home=tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_an_encoder_that_is_not_there_is_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIEMCHUNG_ENCODER", str(home / "no-model"))
    with pytest.raises(SetupError, match="KIEMCHUNG_ENCODER"):
        kiemchung.check("tỏi", home=home)


def test_the_package_carries_the_mark_that_it_is_typed() -> None:
    assert Path(inspect.getfile(kiemchung)).with_name("py.typed").is_file()
