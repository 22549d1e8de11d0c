"""The wiring as an app (its checks), and the desk as the admin site."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class PortalConfig(AppConfig):
    name = "campus_antifraud"
    verbose_name = "校园反诈工作台"

    def ready(self):
        from campus_antifraud import checks  # noqa: F401


class DeskConfig(AdminConfig):
    default_site = "oversight.desk.Desk"
