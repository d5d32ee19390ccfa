"""`kiemchung manage first-administrator NAME`: the first account, and the way back when the last one is lost."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.urls import reverse

from kiemchung.desk import members as acts
from kiemchung.desk.models import Member, Role
from kiemchung.engine.errors import InputError
from kiemchung.web.staff.signing_in.adapters import take_second_factors
from kiemchung.web.staff.signing_in.links import link_for


class Command(BaseCommand):
    """There is no account that comes with it: whoever runs the machine makes the first one."""

    help = "Make the first administrator and print a link, valid once for 24 hours, to choose a password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Describe the options."""
        parser.add_argument("name", metavar="NAME", help="user name: a-z, digits, dots")
        parser.add_argument("--shown-name", default="", help="name as colleagues and readers see it")
        parser.add_argument("--lost", action="store_true", help="NAME has lost password or second factor: both anew")

    def handle(self, *_: Any, **options: Any) -> None:
        """Make the account, or renew it, and print the link."""
        if options["lost"]:
            member = Member.objects.filter(username=options["name"].strip().lower(), role=Role.ADMINISTRATOR).first()
            if member is None:
                raise InputError("There is no administrator of this name.", "Không có quản trị viên nào tên này.")
            acts.take_password(member, actor=None)
            take_second_factors(member, actor=None)
        elif acts.has_administrator():
            raise InputError(
                "There is an administrator already, who invites the others. Has that one lost the way in? Add --lost.",
                "Đã có quản trị viên, người này sẽ mời người khác. Nếu người đó mất quyền vào, hãy thêm --lost.",
            )
        else:
            member = acts.invite(options["name"], shown_name=options["shown_name"], role=Role.ADMINISTRATOR, actor=None)
        self.stdout.write(link_for(member, reverse("welcome")))
