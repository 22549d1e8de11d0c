"""Addresses of charters."""

from django.urls import path

from pledges.charters import views

app_name = "charters"

urlpatterns = [
    path("", views.mine, name="mine"),
    path("<int:pk>/", views.document, name="document"),
    path("<int:pk>/sign/", views.sign, name="sign"),
    path("<int:pk>/paper/", views.paper, name="paper"),
    path("<int:pk>/void/", views.void, name="void"),
    path("<int:pk>/<str:side>.svg", views.drawing, name="drawing"),
    path("rounds/<int:pk>/", views.cascade, name="cascade"),
    path("rounds/<int:pk>/sign/", views.sign_many, name="sign_many"),
    path("rounds/<int:pk>/units/<int:unit_id>/", views.cascade, name="cascade"),
    path("rounds/<int:pk>/units/<int:unit_id>/pairs/", views.pairs, name="pairs"),
    path("rounds/<int:pk>/units/<int:unit_id>/export/", views.export, name="export"),
    path("rounds/<int:pk>/units/<int:unit_id>/keep/", views.keep, name="keep"),
]
