"""Addresses of pledges."""

from django.urls import path

from pledges.heads import views as heads
from pledges.views import archives, changing, declining, paper, passing, proof, signing, texts

app_name = "pledges"

urlpatterns = [
    path("<int:pk>/sign/", signing.sign, name="sign"),
    path("<int:pk>/decline/", declining.decline, name="decline"),
    path("objections/", declining.objections, name="objections"),
    path("objections/<int:pk>/answer/", declining.answer, name="answer"),
    path("<int:pk>/change/", changing.change, name="change"),
    path("<int:pk>/correct/", signing.correct, name="correct"),
    path("<int:pk>/people/<int:person_id>/", signing.receipt, name="receipt"),
    path("<int:pk>/people/<int:person_id>/pledge/", signing.pledge, name="pledge"),
    path("<int:pk>/people/<int:person_id>/signature.svg", signing.drawing, name="drawing"),
    path("<int:pk>/<int:unit_id>/archives/", archives.archives, name="archives"),
    path("archives/units/<int:unit_id>/", archives.year_archives, name="year_archives"),
    path("archives/<int:pk>/download/", archives.download, name="download"),
    path("<int:pk>/<int:unit_id>/paper/", paper.paper, name="paper"),
    path("<int:pk>/<int:unit_id>/paper/form/", paper.paper_form, name="paper_form"),
    path("<int:pk>/<int:unit_id>/paper/scan/", paper.add_scan, name="add_scan"),
    path("<int:pk>/<int:unit_id>/paper/record/", paper.record_paper, name="record_paper"),
    path("signatures/<int:pk>/undo/", paper.undo_paper, name="undo_paper"),
    path("<int:pk>/<int:unit_id>/pass/", passing.pass_start, name="pass_start"),
    path("pass/<int:pk>/stop/", passing.pass_stop, name="pass_stop"),
    path("pass/", passing.pass_next, name="pass_next"),
    path("pass/sign/", passing.pass_sign, name="pass_sign"),
    path("pass/end/", passing.pass_end, name="pass_end"),
    path("<int:pk>/proof/", proof.proof, name="proof"),
    path("<int:pk>/people/<int:person_id>/head.svg", heads.drawing, name="head_drawing"),
    path("<int:pk>/heads/", heads.heads, name="heads"),
    path("<int:pk>/heads/<int:unit_id>/sign/", heads.sign, name="head_sign"),
    path("heads/", heads.waiting, name="heads_waiting"),
    path("texts/", texts.texts, name="texts"),
    path("texts/starter/", texts.starter, name="starter"),
    path("texts/new/", texts.new_text, name="new_text"),
    path("texts/<int:pk>/", texts.text, name="text"),
    path("texts/<int:pk>/new/", texts.new_text, name="new_version"),
]
