"""What the desk keeps. Nothing in it says who posted or who asked."""

from kiemchung.desk.models.members import Member, Role

__all__ = ["Member", "Role"]
