"""Addresses of joint appeals."""

from django.urls import path

from pledges.joint import views

app_name = "joint"

urlpatterns = [
    path("<int:pk>/", views.sign, name="sign"),
    path("<int:pk>/people/<int:person_id>/", views.joined, name="joined"),
    path("<int:pk>/poster/leave/", views.leave_poster, name="leave_poster"),
    path("<int:pk>/units/<int:unit_id>/poster/", views.poster, name="poster"),
]
