from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "组织与人员"

    def ready(self):
        from accounts import proofs, waiting  # noqa: F401
        from accounts.services import exports, logins  # noqa: F401
        from accounts.services.roster import jobs  # noqa: F401
