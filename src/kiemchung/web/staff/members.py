"""The members of the desk: invite, change the role, switch off, give a new link."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from kiemchung.desk import members as acts
from kiemchung.desk.access import may_look_after_members
from kiemchung.desk.models import Member
from kiemchung.engine.errors import InputError
from kiemchung.web.staff.gate import needs, sure
from kiemchung.web.staff.signing_in.adapters import FACTORS, take_second_factors
from kiemchung.web.staff.signing_in.links import link_for
from kiemchung.web.staff.terms import ROLES

ACTS_ON_A_PAGE = 50


class InvitationForm(forms.Form):
    """A new member."""

    username = forms.CharField(
        label=_("User name"),
        help_text=_("For signing in: small letters a-z, digits, dots."),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    shown_name = forms.CharField(
        label=_("Name"), help_text=_("As colleagues, and readers of published reviews, see it."), max_length=120
    )
    role = forms.ChoiceField(label=_("Role"), choices=list(ROLES.items()))


class RoleForm(forms.Form):
    """Another role."""

    role = forms.ChoiceField(label=_("Role"), choices=list(ROLES.items()))


@needs(may_look_after_members)
@require_safe
def members(request: HttpRequest) -> HttpResponse:
    """List the members, with a form for a new one, and what was done to their accounts."""
    return _page(request, InvitationForm())


@needs(may_look_after_members)
@require_POST
@sure
def invite(request: HttpRequest) -> HttpResponse:
    """Make the account and show its link, once."""
    form = InvitationForm(request.POST)
    if form.is_valid():
        try:
            member = acts.invite(**form.cleaned_data, actor=_actor(request))
        except InputError as error:
            form.add_error("username", error.text(get_language() or "vi"))
        else:
            return _link_page(request, member)
    return _page(request, form, status=422)


@needs(may_look_after_members)
@require_POST
@sure
def change_member(request: HttpRequest, member_id: int) -> HttpResponse:
    """Do what the button says: `role`, `off`, `on`, `link`, or `device` (a link, and the second factor anew)."""
    member, act, actor = get_object_or_404(Member, pk=member_id), request.POST.get("act"), _actor(request)
    try:
        if act == "role":
            form = RoleForm(request.POST)
            if form.is_valid():
                acts.change_role(member, form.cleaned_data["role"], actor=actor)
        elif act == "off":
            acts.switch_off(member, actor=actor)
        elif act == "on":
            acts.switch_on(member, actor=actor)
        elif act in ("link", "device"):
            return _renew(request, member, actor, has_lost_device=act == "device")
    except InputError as error:
        messages.error(request, error.text(get_language() or "vi"))
    else:
        messages.success(request, gettext("Done."))
    return redirect("members")


def _renew(request: HttpRequest, member: Member, actor: Member, *, has_lost_device: bool) -> HttpResponse:
    if member == actor:
        raise InputError(
            "You would lock yourself out. Let another administrator do this, or change your password in your account.",
            "Bạn sẽ tự khóa mình ở ngoài. Hãy nhờ quản trị viên khác, hoặc đổi mật khẩu trong tài khoản của bạn.",
        )
    acts.take_password(member, actor=actor)
    if has_lost_device:
        take_second_factors(member, actor=actor)
    return _link_page(request, member)


def _link_page(request: HttpRequest, member: Member) -> HttpResponse:
    shown = {"member": member, "link": _whole(request, link_for(member, reverse("welcome")))}
    return render(request, "staff/link.html", shown)


def _whole(request: HttpRequest, link: str) -> str:
    # Without a public address the port is that of this very request.
    return request.build_absolute_uri(reverse("welcome")) + "#" + link.partition("#")[2]


def _page(request: HttpRequest, form: InvitationForm, status: int = 200) -> HttpResponse:
    found = list(Member.objects.order_by("-is_active", "username").prefetch_related("authenticator_set"))
    rows = [
        {
            "member": one,
            "has_joined": one.has_usable_password(),
            "has_second_factor": any(factor.type in FACTORS for factor in one.authenticator_set.all()),  # type: ignore[attr-defined]
            "role": ROLES[one.role],
        }
        for one in found
    ]
    done = Paginator(acts.acts(), ACTS_ON_A_PAGE).get_page(request.GET.get("page"))
    shown = {"rows": rows, "form": form, "roles": list(ROLES.items()), "acts": done}
    return render(request, "staff/members.html", shown, status=status)


def _actor(request: HttpRequest) -> Member:
    assert isinstance(request.user, Member)  # noqa: S101 - the gate has seen to it
    return request.user
