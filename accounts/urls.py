"""Addresses of accounts."""

from django.urls import path

from accounts import sso
from accounts.views import activation, files, jobs, people, session

app_name = "accounts"

urlpatterns = [
    path("login/", session.login, name="login"),
    path("login/cas/", sso.cas, name="cas"),
    path("logout/", session.logout, name="logout"),
    path("activate/", activation.activate, name="activate"),
    path("me/", people.me, name="me"),
    path("me/password/", session.password, name="password"),
    path("me/promise/", people.promise, name="promise"),
    path("people/", people.people, name="people"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/unmask/", people.unmask, name="unmask"),
    path("people/<int:pk>/code/", activation.reissue, name="reissue"),
    path("slips/", activation.slips, name="slips"),
    path("slips/<int:pk>/", activation.slip_unit, name="slip_unit"),
    path("slips/<int:pk>/print/", activation.print_slips, name="print_slips"),
    path("files/<uuid:uuid>/", files.file, name="file"),
    path("jobs/<int:pk>/", jobs.job, name="job"),
]
