"""Addresses for machines: whether the site is well, and what robots and finders of faults should know."""
