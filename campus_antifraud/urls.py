"""Addresses of the portal."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("accounts.urls")),
    path("", include("oversight.urls")),
    path("roster/", include("accounts.roster_urls")),
    path("rounds/", include("rounds.urls")),
    path("pledges/", include("pledges.urls")),
    path("desk/", admin.site.urls),
]

handler400 = "campus_antifraud.errors.bad_request"
handler403 = "campus_antifraud.errors.forbidden"
handler404 = "campus_antifraud.errors.not_found"
handler500 = "campus_antifraud.errors.server_error"
