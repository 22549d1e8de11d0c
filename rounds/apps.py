from django.apps import AppConfig


class RoundsConfig(AppConfig):
    name = "rounds"
    verbose_name = "任务"

    def ready(self):
        from rounds import files, joining, queues, restamp  # noqa: F401
