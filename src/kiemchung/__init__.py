"""Kiểm Chứng."""
