"""The portal as a WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "campus_antifraud.settings")
application = get_wsgi_application()

from campus_antifraud.checks import require_keys  # noqa: E402 - after the apps are loaded

require_keys()
