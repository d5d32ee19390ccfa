"""Addresses for programs."""

from __future__ import annotations

from django.urls import path

from kiemchung.web.machine import data, description, feeds, interface
from kiemchung.web.public.measured import error_rates

urlpatterns = [
    path("kiem-chung.atom", feeds.atom, {"kind": "reviews"}, name="reviews_atom"),
    path("kiem-chung.json", feeds.json_feed, {"kind": "reviews"}, name="reviews_json"),
    path("sua-sai.atom", feeds.atom, {"kind": "corrections"}, name="corrections_atom"),
    path("sua-sai.json", feeds.json_feed, {"kind": "corrections"}, name="corrections_json"),
    path("claimreview.json", data.data_feed, name="data_feed"),
    path("kiem-chung.jsonl", data.dump, name="dump"),
    path("nhat-ky.jsonl", data.log_entries, name="log_entries"),
    path("nhat-ky-dau.txt", data.log_heads, name="log_heads"),
    path("sitemap.xml", data.sitemap, name="sitemap"),
    path("api/check", interface.check, name="api_check"),
    path("v1alpha1/claims:search", interface.claims_search, name="claims_search"),
    path("sai-so.json", error_rates, name="error_rates"),
    path("openapi.json", description.openapi, name="openapi"),
]
