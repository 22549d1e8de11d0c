"""What signing is compared with: a plain Django view with login, one indexed query, one insert.

Served by `gunicorn bench.bare_app:application`; no part of the product.
"""

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path

settings.ROOT_URLCONF = __name__
# what `startproject` gives
settings.SESSION_ENGINE = "django.contrib.sessions.backends.db"
settings.MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
django.setup()

from django.contrib.auth.decorators import login_required  # noqa: E402
from django.db import models  # noqa: E402

from accounts.models import Identity, User  # noqa: E402


class Entry(models.Model):
    """One row that one person wrote."""

    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    said = models.TextField()

    class Meta:
        app_label, managed, db_table = "bench", False, "bench_entry"

    def __str__(self):
        return self.said


@login_required
def enter(request):
    """The person's number is looked up and a row written."""
    number = Identity.objects.filter(user=request.user).first()
    Entry.objects.create(person=request.user, said=number.value)
    return HttpResponse("ok")


urlpatterns = [path("enter/", enter)]
application = get_wsgi_application()
