"""Addresses of the roster import."""

from django.urls import path

from accounts.views import roster

app_name = "roster"

urlpatterns = [
    path("", roster.list_, name="list"),
    path("upload/", roster.upload, name="upload"),
    path("absent/", roster.absent, name="absent"),
    path("absent/<int:pk>/", roster.settle, name="settle"),
    path("<int:pk>/", roster.batch, name="batch"),
    path("<int:pk>/confirm/", roster.confirm, name="confirm"),
    path("<int:pk>/discard/", roster.discard, name="discard"),
    path("<int:pk>/rejected/", roster.rejected, name="rejected"),
]
