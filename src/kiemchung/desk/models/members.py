"""Who works at the desk. Readers have no account."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from kiemchung.jobs import clock


class Role(models.TextChoices):
    """What a member may do: a checker drafts, an editor publishes too, an administrator looks after members and pages.

    No role publishes what its member has written.
    """

    CHECKER = "checker"
    EDITOR = "editor"
    ADMINISTRATOR = "administrator"


class Members(BaseUserManager["Member"]):
    """Makes accounts."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> Member:
        """Store an account; without a password nobody can sign in with it yet."""
        member = self.model(username=self.model.normalize_username(username), **fields)
        member.set_password(password)
        member.save(using=self._db)
        return member


class Member(AbstractBaseUser):
    """An account of the desk. One who leaves is switched off, never deleted: versions name who wrote and approved."""

    username = models.CharField(max_length=60, unique=True)
    shown_name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    role = models.CharField(max_length=20, choices=Role, default=Role.CHECKER)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=clock.now)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[Members] = Members()

    def __str__(self) -> str:
        return self.shown_name or self.username

    @property
    def is_editor(self) -> bool:
        """Whether the member may publish what others have written."""
        return self.role in (Role.EDITOR, Role.ADMINISTRATOR)

    @property
    def is_administrator(self) -> bool:
        """Whether the member looks after members, pages and settings."""
        return self.role == Role.ADMINISTRATOR


class MemberDeed(models.TextChoices):
    """What was done to a member's account by another."""

    INVITED = "invited"
    ROLE = "role"
    SWITCHED_OFF = "switched_off"
    SWITCHED_ON = "switched_on"
    PASSWORD_TAKEN = "password_taken"  # noqa: S105 - a deed
    FACTORS_TAKEN = "factors_taken"


class MemberAct(models.Model):
    """One such deed. The database refuses to change or delete it: nobody takes over an account without a trace."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="acts_on")
    deed = models.CharField(max_length=15, choices=MemberDeed)
    role = models.CharField(max_length=20, choices=Role, blank=True)  # the new one
    actor = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")  # None: at the machine
    happened_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = (models.Index(fields=("member", "happened_at"), name="acts_on_a_member"),)
