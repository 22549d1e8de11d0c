"""Addresses of rounds."""

from django.urls import path

from rounds.views import boards, drafting, judging, parts, people

app_name = "rounds"

urlpatterns = [
    path("", drafting.list_, name="list"),
    path("new/", drafting.new, name="new"),
    path("<int:pk>/draft/", drafting.draft, name="draft"),
    path("<int:pk>/edit/", drafting.edit, name="edit"),
    path("<int:pk>/issue/", drafting.issue, name="issue"),
    path("<int:pk>/withdraw/", drafting.withdraw, name="withdraw"),
    path("<int:pk>/close/", drafting.close, name="close"),
    path("<int:pk>/", boards.board, name="board"),
    path("<int:pk>/<int:unit_id>/", boards.board, name="board"),
    path("<int:pk>/<int:unit_id>/missing.xlsx", boards.export, name="export"),
    path("<int:pk>/<int:unit_id>/reminder/", boards.reminder, name="reminder"),
    path("<int:pk>/people/<int:person_id>/excuse/", people.excuse, name="excuse_person"),
    path("excuses/<int:pk>/void/", people.void_excuse, name="void_excuse"),
    path("corrections/", people.corrections, name="corrections"),
    path("corrections/<int:pk>/decide/", people.decide, name="decide"),
    path("assignments/", judging.assignments, name="assignments"),
    path("assignments/approve/", judging.approve_many, name="approve_many"),
    path("assignments/<int:pk>/", parts.assignment, name="assignment"),
    path("assignments/<int:pk>/opened/", parts.opened, name="opened"),
    path("assignments/<int:pk>/submit/", parts.submit, name="submit"),
    path("assignments/<int:pk>/withdraw/", parts.withdraw, name="withdraw_part"),
    path("assignments/<int:pk>/approve/", parts.approve, name="approve"),
    path("assignments/<int:pk>/send_back/", parts.send_back, name="send_back"),
    path("assignments/<int:pk>/undo/", parts.undo, name="undo"),
    path("assignments/<int:pk>/excuse/", parts.excuse, name="excuse"),
    path("assignments/<int:pk>/attach/", parts.attach, name="attach"),
    path("evidence/<int:pk>/detach/", parts.detach, name="detach"),
]
