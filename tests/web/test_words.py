"""Every word of the pages exists in both languages: English in the code, Vietnamese in a complete catalogue."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from kiemchung.engine.errors import InputError
from kiemchung.web.settings import HERE
from kiemchung.web.words.catalogue import Entry, Key, compiled, read, write
from kiemchung.web.words.collecting import collect

PO = HERE / "locale" / "vi" / "LC_MESSAGES" / "django.po"
REMEDY = "run: kiemchung manage catalogue, and translate what it lists"


def test_the_catalogue_holds_the_words_of_the_pages_and_no_others() -> None:
    assert set(read(PO)) == collect(HERE), REMEDY


def test_every_word_is_translated_and_confirmed() -> None:
    assert [key.id for key, entry in read(PO).items() if not entry.text or entry.is_fuzzy] == [], REMEDY


def test_the_compiled_catalogue_is_that_of_the_text() -> None:
    assert PO.with_suffix(".mo").read_bytes() == compiled(read(PO)), REMEDY


def test_a_translation_has_the_same_values_in_it() -> None:
    values = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
    wrong = []
    for key, entry in read(PO).items():
        wanted = sorted(values.findall(key.plural or key.id))
        if sorted(values.findall(entry.text)) != wanted:
            wrong.append(key.id)
    assert wrong == []


def test_words_are_found_in_code_and_in_templates(tmp_path: Path) -> None:
    code = (
        'a = _("one")\nb = ngettext("%d day", "%d days", n)\nc = pgettext_lazy("door", "open")\nd = other("not this")\n'
    )
    (tmp_path / "code.py").write_text(code, encoding="utf-8")
    page = (
        '{% translate "two" %} {{ _("three") }} not this {% blocktranslate %}It is {{ time }}.{% endblocktranslate %}'
        '{% translate "shut" context "door" %}{% trans "l\'une" %}'
        "{% blocktranslate count n=n trimmed %}{{ n }} asked\n{% plural %}{{ n }} have asked{% endblocktranslate %}"
    )
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    assert collect(tmp_path) == {
        Key("one"),
        Key("%d day", plural="%d days"),
        Key("open", "door"),
        Key("two"),
        Key("three"),
        Key("It is %(time)s."),
        Key("shut", "door"),
        Key("l'une"),
        Key("%(n)s asked", plural="%(n)s have asked"),
    }


def test_a_catalogue_is_read_as_it_was_written(tmp_path: Path) -> None:
    entries = {
        Key("a"): Entry("một"),
        Key("a", "other"): Entry('hai "dấu"', is_fuzzy=True),
        Key("two\nlines"): Entry("hai\ndòng\\"),
        Key("%d day", plural="%d days"): Entry("%d ngày"),
    }
    write(tmp_path / "x.po", entries)
    assert read(tmp_path / "x.po") == entries


def test_a_line_that_is_not_understood_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.po").write_text('msgid "a"\nmsgtext "b"\n', encoding="utf-8")
    with pytest.raises(InputError, match="msgtext"):
        read(tmp_path / "x.po")


def _forms() -> list[type[forms.Form]]:
    for one in pkgutil.walk_packages([str(HERE)], "kiemchung.web."):
        if "management" not in one.name:
            importlib.import_module(one.name)
    waiting, found = list(forms.Form.__subclasses__()), []
    while waiting:
        form = waiting.pop()
        waiting += form.__subclasses__()
        if form.__module__.startswith("kiemchung."):
            found.append(form)
    return found


def test_what_django_says_at_fields_of_our_forms_is_in_our_own_words() -> None:
    own = {key.id for key in read(PO)}
    shown = set()
    for form in _forms():
        for field in form.base_fields.values():
            kept = {
                code for code in field.error_messages if code not in ("max_length", "contradiction")
            }  # of none here
            with translation.override("en"):
                shown |= {str(field.error_messages[code]) for code in kept}
            assert not isinstance(field, forms.FileField) or field.max_length is None
            assert not isinstance(field.widget, forms.ClearableFileInput)
    assert "The submitted file is empty." in shown
    assert shown - own == set()


@pytest.mark.parametrize("size", [1, 7])
def test_lengths_that_are_too_short_or_too_long_are_said_in_good_vietnamese(size: int) -> None:
    field = forms.CharField(min_length=3, max_length=5)
    wanted = {1: "Cần ít nhất 3 ký tự (hiện có 1).", 7: "Nhiều nhất 5 ký tự (hiện có 7)."}
    with translation.override("vi"):
        with pytest.raises(ValidationError) as refused:
            field.clean("x" * size)
        assert refused.value.messages == [wanted[size]]


def test_an_empty_file_is_refused_in_good_vietnamese(reader: Client) -> None:
    empty = {"text": "", "file": SimpleUploadedFile("a.jpg", b"")}
    page = reader.post("/hoi", empty, headers={"accept-language": "vi"}).content.decode()
    assert "Tệp này trống, không có nội dung." in page
    assert "Tập tin" not in page


# `bản` that stands alone, in no word for something else.
_OTHER = r"(?<!phiên )(?<!văn )(?<!cơ )(?<!Nhật )\bbản\b(?! (nháp|sửa|thu nhỏ|đính|lưu trữ|xem trước|tin|sao|ghi))"


def test_a_version_has_one_name_in_vietnamese() -> None:
    texts = {key.id: entry.text for key, entry in read(PO).items() if "recording" not in key.id}
    assert [text for text in texts.values() if re.search(_OTHER, text, re.IGNORECASE)] == []
