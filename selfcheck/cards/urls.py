"""Addresses of 断卡 returns."""

from django.urls import path

from selfcheck.cards.views import checking, declaring, sheet

app_name = "cards"

urlpatterns = [
    path("<int:pk>/", declaring.declare, name="declare"),
    path("<int:pk>/correct/", declaring.correct, name="correct"),
    path("<int:pk>/people/<int:person_id>/", declaring.receipt, name="receipt"),
    path("<int:pk>/people/<int:person_id>/record/", checking.record, name="record"),
    path("<int:pk>/units/<int:unit_id>/class/", checking.class_, name="class"),
    path("<int:pk>/units/<int:unit_id>/zeros/", checking.zeros, name="zeros"),
    path("<int:pk>/units/<int:unit_id>/", sheet.sheet, name="sheet"),
    path("<int:pk>/units/<int:unit_id>/sheet.xlsx", sheet.export, name="export"),
    path("<int:pk>/units/<int:unit_id>/detail/", sheet.take_out, name="take_out"),
    path("<int:pk>/units/<int:unit_id>/sign/", sheet.sign, name="sign"),
    path("parts/<int:pk>/study/", sheet.study, name="study"),
    path("parts/<int:pk>/remark/", sheet.remark, name="remark"),
    path("parts/<int:pk>/explain/", sheet.explain, name="explain"),
    path("parts/<int:pk>/stamp/", sheet.stamp, name="stamp"),
    path("parts/<int:pk>/returned/", sheet.returned, name="returned"),
    path("studies/<int:pk>/void/", sheet.void_study, name="void_study"),
    path("differences/<int:pk>/end/", sheet.end_difference, name="end_difference"),
    path("declarations/<int:pk>/check/", checking.check, name="check"),
    path("declarations/<int:pk>/return/", checking.send_back, name="return"),
]
