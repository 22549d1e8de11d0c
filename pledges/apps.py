from django.apps import AppConfig


class PledgesConfig(AppConfig):
    name = "pledges"
    verbose_name = "承诺书"

    def ready(self):
        import pledges.charters.queues
        import pledges.heads.queues  # noqa: F401
        from pledges import files, joining, proofs, queues, restamp  # noqa: F401
        from pledges.archives import services  # noqa: F401
        from pledges.charters.kind import CharterKind
        from pledges.joint.kind import JointKind
        from pledges.kind import PledgeKind
        from rounds import kinds

        kinds.register(PledgeKind())
        kinds.register(CharterKind())
        kinds.register(JointKind())
