"""Signing in with two factors. What is not here is django-allauth's."""
