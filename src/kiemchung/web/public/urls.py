"""Addresses of readers' pages."""

from __future__ import annotations

from django.urls import path
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from kiemchung.web.public import about, ask, asking_for_correction, card, downloads, embedding, reviews, start, ticket

urlpatterns = [
    path("", start.start, name="start"),
    path("hoi", ask.ask, name="ask"),
    path("tra-cuu", ticket.find, name="find_ticket"),
    path("tra-cuu/<code>", ticket.show, name="ticket"),
    path("tra-cuu/<code>/tra-loi/<int:answer_id>", ticket.judge, name="judge_answer"),
    path("tra-cuu/<code>/xoa", ticket.delete, name="delete_ticket"),
    path("kiem-chung", reviews.listed, name="reviews"),
    path("kiem-chung/<slug:slug>", reviews.show, name="review"),
    path("kiem-chung/<slug:slug>/nhung", embedding.embed, name="embed"),
    path("oembed", embedding.oembed, name="oembed"),
    path("kiem-chung/<slug:slug>/the.png", card.show, name="card"),
    path("kiem-chung/<slug:slug>/ban/<int:number>", reviews.show, name="review_version"),
    path("kiem-chung/<slug:slug>/ho-so.zip", downloads.review_bundle, name="review_bundle"),
    path("kiem-chung/<slug:slug>/tep/<slug:sha256>", downloads.review_file, name="review_file"),
    path("kiem-chung/<slug:slug>/yeu-cau", asking_for_correction.ask, name="ask_for_correction"),
    path("yeu-cau/<code>", asking_for_correction.show, name="request"),
    path("trang/<kind>", about.show, name="about"),
    path("trang/<kind>/ban/<int:number>", about.show, name="about_version"),
    path("language", require_POST(set_language), name="language"),
]
