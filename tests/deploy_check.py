"""`check --deploy` with the environment that docs/operations.md asks of a production site."""

import base64
import os
import secrets
import subprocess
import sys
import tempfile


def production() -> dict[str, str]:
    """Every variable a production site sets, with throw-away keys."""

    def key() -> str:
        return base64.b64encode(secrets.token_bytes(32)).decode()

    return {
        "VAR_ROOT": tempfile.mkdtemp(prefix="portal-deploy-"),
        "SECRET_KEY": secrets.token_urlsafe(60),
        "FIELD_KEYS": f"k1:{key()}",
        "INDEX_KEY": key(),
        "AUDIT_KEY": key(),
        "ALLOWED_HOSTS": "fanzha.example.edu.cn",
        "ADMIN_ADDRESSES": "10.0.0.8",
        "HTTPS": "1",
        "TRUSTED_PROXIES": "1",
        "DATABASE_URL": "postgres://portal@db.example/portal",
        "REDIS_URL": "redis://redis.example:6379/0",
    }


def check(**changes: str) -> subprocess.CompletedProcess:
    """The check's outcome in the production environment with these changes ('' removes one)."""
    environment = {
        k: v
        for k, v in os.environ.items()
        if k not in {"DEMO", "DEBUG", "DJANGO_ALLOW_ASYNC_UNSAFE"}
    }
    environment |= production() | changes
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(
        command,
        env={name: value for name, value in environment.items() if value},
        capture_output=True,
        text=True,
        check=False,
    )


if __name__ == "__main__":
    done = check()
    print(done.stdout + done.stderr)
    sys.exit(done.returncode)
