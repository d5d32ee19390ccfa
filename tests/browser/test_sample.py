"""All components on one page that only tests have: legible, open to everybody, at every size."""

from __future__ import annotations

from pathlib import Path

import pytest
from django import forms
from django.template import engines
from django.utils import translation
from playwright.sync_api import Route

from kiemchung.web.templatetags.ratings import RATINGS
from tests.browser.browsing import DESKTOP, NARROW, PHONE
from tests.browser.conftest import Browse


class SampleForm(forms.Form):
    """One field of each kind, one of them wrong."""

    text = forms.CharField(label="Tin", help_text="Một đoạn chữ.", widget=forms.Textarea)
    name = forms.CharField(label="Tên")
    role = forms.ChoiceField(label="Vai trò", choices=[("a", "Biên tập viên"), ("b", "Người kiểm chứng")])
    kinds = forms.MultipleChoiceField(
        label="Loại", choices=[("a", "Ảnh"), ("b", "Video")], widget=forms.CheckboxSelectMultiple
    )
    file = forms.FileField(label="Ảnh")
    agreed = forms.BooleanField(label="Tôi đã đọc", required=False)


def sample() -> str:
    source = (Path(__file__).parent / "sample.html").read_text(encoding="utf-8")
    form = SampleForm({"name": "", "text": "Một tin"})
    with translation.override("vi"):
        return str(engines["django"].from_string(source).render({"ratings": list(RATINGS), "form": form}))


@pytest.mark.parametrize("size", [NARROW, PHONE, DESKTOP], ids=["narrow", "phone", "desktop"])
@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
def test_every_component_is_open_to_everybody(browse: Browse, is_dark: bool, size: tuple[int, int]) -> None:
    reader = browse(size=size, is_dark=is_dark)

    def show(route: Route) -> None:
        route.fulfill(body=sample(), content_type="text/html; charset=utf-8")

    reader.page.route("**/sample", show)
    reader.open("/sample")
    reader.look()
