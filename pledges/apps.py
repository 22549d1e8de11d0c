from django.apps import AppConfig


class PledgesConfig(AppConfig):
    name = "pledges"
    verbose_name = "承诺书"

    def ready(self):
        from pledges.kind import PledgeKind
        from rounds import kinds

        kinds.register(PledgeKind())
