"""What the desk's forms share."""

from __future__ import annotations

from typing import Any

from django import forms


class DeskForm(forms.Form):
    """A form whose labels stand above their fields, without a colon."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **{"label_suffix": "", **options})
