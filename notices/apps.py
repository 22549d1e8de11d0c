from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "notices"
    verbose_name = "消息与催办"

    def ready(self):
        from notices import files, handing, joining, people, restamp, work  # noqa: F401
