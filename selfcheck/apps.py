from django.apps import AppConfig


class SelfcheckConfig(AppConfig):
    name = "selfcheck"
    verbose_name = "自查与防护"

    def ready(self):
        import selfcheck.tools.restamp  # noqa: F401
        from rounds import kinds
        from selfcheck.cards import files, restamp  # noqa: F401
        from selfcheck.cards.kind import CardCheckKind
        from selfcheck.tools import joining, queues, sheets  # noqa: F401
        from selfcheck.tools.kind import SafeguardKind
        from selfcheck.tools.services import reading, unpacking  # noqa: F401

        kinds.register(SafeguardKind())
        kinds.register(CardCheckKind())
