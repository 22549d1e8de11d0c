"""Addresses of 断卡 returns."""

from django.urls import path

from selfcheck.cards.views import checking, declaring

app_name = "cards"

urlpatterns = [
    path("<int:pk>/", declaring.declare, name="declare"),
    path("<int:pk>/correct/", declaring.correct, name="correct"),
    path("<int:pk>/people/<int:person_id>/", declaring.receipt, name="receipt"),
    path("<int:pk>/people/<int:person_id>/record/", checking.record, name="record"),
    path("<int:pk>/units/<int:unit_id>/class/", checking.class_, name="class"),
    path("<int:pk>/units/<int:unit_id>/zeros/", checking.zeros, name="zeros"),
    path("declarations/<int:pk>/check/", checking.check, name="check"),
    path("declarations/<int:pk>/return/", checking.send_back, name="return"),
]
