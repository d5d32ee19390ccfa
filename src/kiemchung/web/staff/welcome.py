"""A new member, or one who has lost the password, chooses one by a link that works once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from kiemchung.desk.models import Member
from kiemchung.web.limits import Rate, limited
from kiemchung.web.security.headers import private
from kiemchung.web.staff.signing_in.links import member_of


def _password_field(label: Any, autocomplete: str, help_text: Any = "") -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, strip=False, widget=widget, help_text=help_text, max_length=200)


class WelcomeForm(forms.Form):
    """The code of the link and the password, twice."""

    code = forms.CharField(
        label=_("Code of the link"),
        help_text=_("What stands behind # in the link you were given."),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-from-address": ""}),
    )
    password1 = _password_field(
        _("New password"), "new-password", _("At least 15 characters. Four unrelated words make a good one.")
    )
    password2 = _password_field(_("New password, once more"), "new-password")
    member: Member | None = None

    def clean_code(self) -> str:
        """Find whose link it is."""
        self.member = member_of(str(self.cleaned_data["code"]))
        if self.member is None:
            raise ValidationError(_("This link is no longer valid. Ask an administrator for a new one."))
        return str(self.cleaned_data["code"])

    def clean(self) -> dict[str, Any]:
        """Refuse passwords that differ or are easily guessed."""
        first, second = self.cleaned_data.get("password1"), self.cleaned_data.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("The two passwords differ."))
        elif first and self.member is not None:
            try:
                validate_password(first, self.member)
            except ValidationError as error:
                self.add_error("password1", error)
        return self.cleaned_data


@sensitive_post_parameters("password1", "password2", "code")
@private
@require_http_methods(["GET", "HEAD", "POST"])
@limited("welcome", Rate(burst=10, every_s=30))
def welcome(request: HttpRequest) -> HttpResponse:
    """Show the form, or take the password and send to the sign-in; the second factor is asked for there."""
    form = WelcomeForm(request.POST or None)
    if form.is_valid() and form.member is not None:
        form.member.set_password(form.cleaned_data["password1"])
        form.member.save(update_fields=("password",))
        messages.success(request, gettext("Your password is set. Now sign in with it."))
        return redirect("account_login")
    status = 422 if form.is_bound else 200
    return render(request, "staff/welcome.html", {"form": form}, status=status)
