"""Addresses of pledges."""

from django.urls import path

from pledges import views

app_name = "pledges"

urlpatterns = [
    path("<int:pk>/sign/", views.sign, name="sign"),
    path("<int:pk>/correct/", views.correct, name="correct"),
    path("<int:pk>/people/<int:person_id>/", views.receipt, name="receipt"),
    path("<int:pk>/people/<int:person_id>/pledge/", views.pledge, name="pledge"),
    path("<int:pk>/people/<int:person_id>/signature.svg", views.drawing, name="drawing"),
    path("texts/", views.texts, name="texts"),
    path("texts/starter/", views.starter, name="starter"),
    path("texts/new/", views.new_text, name="new_text"),
    path("texts/<int:pk>/", views.text, name="text"),
    path("texts/<int:pk>/new/", views.new_text, name="new_version"),
]
