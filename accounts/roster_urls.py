"""Addresses of the roster import."""

from django.urls import path

from accounts.views import roster, roster_after, roster_fix, roster_years

app_name = "roster"

urlpatterns = [
    path("", roster.list_, name="list"),
    path("upload/", roster.upload, name="upload"),
    path("absent/", roster.absent, name="absent"),
    path("absent/<int:pk>/", roster.settle, name="settle"),
    path("<int:pk>/", roster.batch, name="batch"),
    path("<int:pk>/columns/", roster.columns, name="columns"),
    path("<int:pk>/correct/", roster_fix.correct, name="correct"),
    path("<int:pk>/recheck/", roster_fix.recheck, name="recheck"),
    path("<int:pk>/corrected/", roster_fix.corrected, name="corrected"),
    path("template/<str:category>/", roster_fix.template, name="template"),
    path("roll-over/", roster_years.roll_over, name="roll_over"),
    path("transfers/", roster_after.transfers, name="transfers"),
    path("transfers/<int:pk>/", roster_after.decide, name="decide_transfer"),
    path("<int:pk>/undo/", roster_after.undo, name="undo"),
    path("<int:pk>/note/<int:unit_pk>/", roster_after.note, name="note"),
    path("<int:pk>/confirm/", roster.confirm, name="confirm"),
    path("<int:pk>/discard/", roster.discard, name="discard"),
    path("<int:pk>/rejected/", roster.rejected, name="rejected"),
]
