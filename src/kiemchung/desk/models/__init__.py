"""What the desk keeps. Nothing in it says who posted or who asked."""

from kiemchung.desk.models.log import LogEntry, LogHead, LogKind, LogSalt
from kiemchung.desk.models.members import Member, Role

__all__ = ["LogEntry", "LogHead", "LogKind", "LogSalt", "Member", "Role"]
