"""What Django says in forms and has no Vietnamese for: marked here, so that our catalogue has it."""

from __future__ import annotations

from django.utils.translation import gettext_noop, ngettext_lazy

SAID = (
    gettext_noop("Null characters are not allowed."),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
        1,
    ),
    ngettext_lazy(
        "Your password must contain at least %(min_length)d character.",
        "Your password must contain at least %(min_length)d characters.",
        1,
    ),
)
