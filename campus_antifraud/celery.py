"""The Celery application; the timetable stands in the settings."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "campus_antifraud.settings")

app = Celery("campus_antifraud")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
