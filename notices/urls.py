"""Addresses of messages and 催办."""

from django.urls import path

from notices.views import circulars, inbox, reminders

app_name = "notices"

urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("read/", inbox.read_all, name="read_all"),
    path("<int:pk>/", inbox.notice, name="notice"),
    path("<int:pk>/read/", inbox.read, name="read"),
    path("circulars/", circulars.circulars, name="circulars"),
    path("circulars/new/", circulars.new_circular, name="new_circular"),
    path("circulars/<int:pk>/", circulars.circular, name="circular"),
    path("circulars/<int:pk>/edit/", circulars.edit_circular, name="edit_circular"),
    path("circulars/<int:pk>/attach/", circulars.attach, name="attach"),
    path("circulars/<int:pk>/detach/<uuid:uuid>/", circulars.detach, name="detach"),
    path("circulars/<int:pk>/publish/", circulars.publish, name="publish"),
    path("circulars/<int:pk>/unschedule/", circulars.unschedule, name="unschedule"),
    path("circulars/<int:pk>/recall/", circulars.recall, name="recall"),
    path("circulars/<int:pk>/correct/", circulars.correct, name="correct"),
    path("circulars/<int:pk>/receipt/", circulars.acknowledge, name="acknowledge"),
    path("circulars/<int:pk>/forward/", circulars.forward, name="forward"),
    path("circulars/<int:pk>/unread/", circulars.unread, name="unread"),
    path("circulars/<int:pk>/remind/", circulars.remind_unread, name="remind_unread"),
    path("circulars/<int:pk>/remind/cancel/", circulars.cancel_held, name="cancel_held"),
    path("reminders/", reminders.reminders, name="reminders"),
    path("reminders/<int:pk>/", reminders.reminder, name="reminder"),
    path("reminders/<int:pk>/cancel/", reminders.cancel, name="cancel"),
    path("remind/<int:pk>/<int:unit_id>/", reminders.remind, name="remind"),
    path("remind/<int:pk>/<int:unit_id>/sheet/", reminders.sheet, name="sheet"),
    path("remind/<int:pk>/<int:unit_id>/wall/", reminders.wall, name="wall"),
    path("remind/<int:pk>/<int:unit_id>/named/", reminders.named, name="named"),
]
