"""Addresses of the organisation: who answers for what."""

from django.urls import path

from accounts.views import contracts, handover, meetings, org

app_name = "org"

urlpatterns = [
    path("", org.home, name="home"),
    path("<int:pk>/", org.unit, name="unit"),
    path("<int:pk>/appoint/", org.appoint, name="appoint"),
    path("<int:pk>/file/", org.file_list, name="file_list"),
    path("<int:pk>/contract/", contracts.of_unit, name="contract"),
    path("people/<int:pk>/contract/", contracts.of_person, name="own_contract"),
    path("contracts/", contracts.list_, name="contracts"),
    path("vacancies/", org.vacancies, name="vacancies"),
    path("<int:pk>/meetings/", meetings.list_, name="meetings"),
    path("<int:pk>/meetings/new/", meetings.enter, name="enter_meeting"),
    path("meetings/<int:pk>/", meetings.meeting, name="meeting"),
    path("meetings/<int:pk>/edit/", meetings.edit, name="edit_meeting"),
    path("meetings/<int:pk>/tasks/", meetings.give_task, name="give_task"),
    path("tasks/", meetings.tasks, name="tasks"),
    path("tasks/<int:pk>/finish/", meetings.decide, {"deed": "finish"}, name="finish_task"),
    path("tasks/<int:pk>/return/", meetings.decide, {"deed": "return"}, name="return_task"),
    path("tasks/<int:pk>/drop/", meetings.decide, {"deed": "drop"}, name="drop_task"),
    path("people/<int:pk>/handover/", handover.hand_over, name="handover"),
    path("people/<int:pk>/close/", handover.close_account, name="close_account"),
    path("people/<int:pk>/reopen/", handover.reopen_account, name="reopen_account"),
    path("duties/<int:pk>/delegate/", org.delegate, name="delegate"),
    path("duties/<int:pk>/recall/", org.recall, name="recall"),
    path("duties/<int:pk>/end/", org.end, name="end"),
]
