"""Addresses of oversight."""

from django.urls import path

from oversight import views

app_name = "oversight"

urlpatterns = [
    path("", views.home, name="home"),
    path("people/<int:pk>/sheet/", views.sheet, name="sheet"),
]
