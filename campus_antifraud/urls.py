"""Addresses of the portal."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("accounts.urls")),
    path("", include("oversight.urls")),
    path("org/", include("accounts.org_urls")),
    path("roster/", include("accounts.roster_urls")),
    path("rounds/", include("rounds.urls")),
    path("notices/", include("notices.urls")),
    path("pledges/", include("pledges.urls")),
    path("joint/", include("pledges.joint.urls")),
    path("cards/", include("selfcheck.cards.urls")),
    path("charters/", include("pledges.charters.urls")),
    path("review/", include("selfcheck.tools.review_urls")),
    path("drops/", include("selfcheck.tools.drop_urls")),
    path("tools/", include("selfcheck.tools.urls")),
    path("desk/", admin.site.urls),
]

handler400 = "campus_antifraud.errors.bad_request"
handler403 = "campus_antifraud.errors.forbidden"
handler404 = "campus_antifraud.errors.not_found"
handler500 = "campus_antifraud.errors.server_error"
